"""Insight variables: code names, types, defaults, lists, paging, and how values are refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.server.conftest import Open
from tests.sandbox.server.desk import NOW, OTHER_PROJECT, Desk
from tui.sandbox.database import stamp

pytestmark = pytest.mark.anyio


async def made(desk: Desk, **fields: Any) -> dict[str, Any]:
    """A new variable as the server answers."""
    reply = await desk.post("insight_variables/", {"name": "Made", "type": "String"} | fields)
    assert reply.status_code == 201, reply.text
    answer: dict[str, Any] = reply.json()
    return answer


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Test @#$ Var!", "test__var"),
        ("two  spaces", "two__spaces"),
        ("my_var", "my_var"),
        ("Größe ²", "größe_²"),
        ("a-b\tc", "abc"),
        ("  trimmed ", "trimmed"),
        ("!?", ""),
    ],
)
async def test_code_name(desk: Desk, name: str, code: str) -> None:
    assert (await made(desk, name=name))["code_name"] == code


@pytest.mark.parametrize("name", ["My Var", "my_var", "MY VAR!"])
async def test_clash(desk: Desk, name: str) -> None:
    await made(desk, name="my var")
    reply = await desk.post("insight_variables/", {"name": name, "type": "Number"})
    assert reply.status_code == 400
    assert reply.json() == {
        "type": "validation_error",
        "code": "invalid_input",
        "detail": "Variable with this code name already exists",
        "attr": None,
    }


async def test_rename_keeps_the_code_name_and_checks_no_clash(desk: Desk) -> None:
    await made(desk, name="Taken")
    mine = await made(desk, name="Mine")
    reply = await desk.patch(f"insight_variables/{mine['id']}/", {"name": "Taken"})
    assert reply.status_code == 200
    assert (reply.json()["name"], reply.json()["code_name"]) == ("Taken", "mine")


async def test_fields(desk: Desk) -> None:
    variable = await made(desk, name="Plain", default_value="x")
    assert list(variable) == [
        "id",
        "name",
        "type",
        "default_value",
        "created_by",
        "created_at",
        "code_name",
        "values",
        "is_multi",
        "values_query",
        "values_query_connection_id",
    ]
    assert variable["created_by"] == 1
    assert variable["created_at"] == stamp(NOW)


@pytest.mark.parametrize(
    ("body", "code", "attr", "detail"),
    [
        ({"type": "String"}, "required", "name", "This field is required."),
        ({"name": "x"}, "required", "type", "This field is required."),
        ({"name": " ", "type": "String"}, "blank", "name", "This field may not be blank."),
        ({"name": None, "type": "String"}, "null", "name", "This field may not be null."),
        ({"name": "n" * 401, "type": "String"}, "max_length", "name", "no more than 400 characters."),
        ({"name": True, "type": "String"}, "invalid_input", "name", "Not a valid string."),
        ({"name": [], "type": "String"}, "invalid_input", "name", "Not a valid string."),
        ({"name": "a\x00b", "type": "String"}, "null_characters_not_allowed", "name", "Null characters"),
        ({"name": "x", "type": "string"}, "invalid_choice", "type", '"string" is not a valid choice.'),
        ({"name": "x", "type": None}, "null", "type", "This field may not be null."),
        ({"name": "x", "type": "List", "is_multi": None}, "null", "is_multi", "may not be null."),
        ({"name": "x", "type": "List", "values": [{}]}, "invalid_input", "values", "an object at index 0"),
        ({"name": "x", "type": "List", "values": ["a", []]}, "invalid_input", "values", "at index 1"),
    ],
)
async def test_refusals(desk: Desk, body: dict[str, Any], code: str, attr: str, detail: str) -> None:
    reply = await desk.post("insight_variables/", body)
    assert reply.status_code == 400
    answer = reply.json()
    assert (answer["type"], answer["code"], answer["attr"]) == ("validation_error", code, attr)
    assert detail in answer["detail"]


@pytest.mark.parametrize(
    ("content", "status", "code", "detail"),
    [
        ('{"name": "\\ud800", "type": "String"}', 400, "surrogate_characters_not_allowed", "U+D800"),
        ('{"name": "x", "type": "String", "default_value": NaN}', 400, "invalid_input", "must be valid JSON"),
        ('{"name": "x", "type": "String", "default_value": ["\\u0000"]}', 500, "error", "server error"),
        ("[]", 400, "invalid_input", "Expected a dictionary, but got list."),
        ('"text"', 400, "invalid_input", "Expected a dictionary, but got str."),
        ("{", 400, "parse_error", "JSON parse error"),
    ],
)
async def test_odd_bodies(desk: Desk, content: str, status: int, code: str, detail: str) -> None:
    reply = await desk.ask("POST", "insight_variables/", content=content, headers={"Content-Type": "application/json"})
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert detail in reply.json()["detail"]


async def test_a_number_is_a_name(desk: Desk) -> None:
    assert (await made(desk, name=2026))["name"] == "2026"


async def test_default_is_not_checked_and_big_integers_survive(desk: Desk) -> None:
    assert (await made(desk, name="a", type="Number", default_value="abc"))["default_value"] == "abc"
    assert (await made(desk, name="b", type="Number", default_value=2**70))["default_value"] == 2**70


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ([1, 2.5, 1.0, True, "", None, "a"], ["1", "2.5", "1.0", "true", "", "a"]),
        (None, []),
        ("text", []),
        ({}, []),
    ],
)
async def test_list_values(desk: Desk, sent: Any, kept: list[str]) -> None:
    assert (await made(desk, type="List", values=sent))["values"] == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (["b", "a"], "b"),
        ([], ""),
        (None, ""),
        (3, "3"),
        ({"value": "v", "label": "l"}, "v"),
        ({"label": "l"}, "l"),
    ],
)
async def test_single_list_default_becomes_text(desk: Desk, sent: Any, kept: str) -> None:
    assert (await made(desk, type="List", default_value=sent))["default_value"] == kept


async def test_list_default_left_out_stays_null(desk: Desk) -> None:
    assert (await made(desk, type="List", values=["a"]))["default_value"] is None


async def test_multi_and_back(desk: Desk) -> None:
    variable = await made(desk, type="List", default_value="a")
    path = f"insight_variables/{variable['id']}/"
    assert (await desk.patch(path, {"is_multi": True})).json()["default_value"] == ["a"]
    assert (await desk.patch(path, {"default_value": [1, "b"]})).json()["default_value"] == ["1", "b"]
    assert (await desk.patch(path, {"is_multi": False})).json()["default_value"] == "1"


async def test_values_query_blank_is_null_and_takes_the_connection_along(desk: Desk) -> None:
    variable = await made(desk, type="List", values_query="select 1", values_query_connection_id="warehouse")
    assert variable["values_query_connection_id"] == "warehouse"
    reply = await desk.patch(f"insight_variables/{variable['id']}/", {"values_query": " "})
    assert (reply.json()["values_query"], reply.json()["values_query_connection_id"]) == (None, None)


async def test_connection_without_a_query_is_dropped(desk: Desk) -> None:
    assert (await made(desk, type="List", values_query_connection_id="w"))["values_query_connection_id"] is None


async def test_leaving_list_resets_its_options_and_keeps_values(desk: Desk) -> None:
    variable = await made(desk, type="List", values=["a"], default_value=["a"], is_multi=True, values_query="select 1")
    changed = (await desk.patch(f"insight_variables/{variable['id']}/", {"type": "String"})).json()
    assert (changed["is_multi"], changed["values_query"]) == (False, None)
    assert (changed["values"], changed["default_value"]) == (["a"], ["a"])


async def test_other_types_carry_any_values_but_no_list_options(desk: Desk) -> None:
    variable = await made(desk, values={"any": [1]}, is_multi=True, values_query="select 1")
    assert variable["values"] == {"any": [1]}
    assert (variable["is_multi"], variable["values_query"]) == (False, None)


async def test_odd_stored_values_are_cleaned_on_reading_only(desk: Desk) -> None:
    variable = await made(desk, type="List")
    stored = '[{"value": 1}, {"label": "L"}, {"x": 1}, [2], "s"]'
    desk.set("insight_variables", variable["id"], values=stored)
    shown = (await desk.get(f"insight_variables/{variable['id']}/")).json()["values"]
    assert shown == ["1", "L", '{"x": 1}', "[2]", "s"]
    row = desk.connection.execute('SELECT "values" FROM insight_variables WHERE id = ?', (variable["id"],))
    assert row.fetchone()[0] == stored


async def test_put_needs_name_and_type_and_keeps_the_rest(desk: Desk) -> None:
    variable = await made(desk, default_value="kept")
    path = f"insight_variables/{variable['id']}/"
    refused = await desk.ask("PUT", path, json={"name": "New"})
    assert (refused.status_code, refused.json()["attr"]) == (400, "type")
    reply = await desk.ask("PUT", path, json={"name": "New", "type": "String"})
    assert (reply.json()["name"], reply.json()["default_value"]) == ("New", "kept")


async def test_read_only_and_unknown_fields_are_ignored(desk: Desk) -> None:
    variable = await made(desk)
    path = f"insight_variables/{variable['id']}/"
    reply = await desk.patch(path, {"code_name": "other", "id": "x", "colour": "red"})
    assert reply.json() == variable
    assert (await desk.patch(path, {})).status_code == 200


async def test_delete_is_real(desk: Desk) -> None:
    path = f"insight_variables/{(await made(desk))['id']}/"
    gone = await desk.ask("DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await desk.get(path)).status_code == 404


@pytest.mark.parametrize("identity", ["nonsense", "00000000-0000-0000-0000-000000000000", "12"])
async def test_unknown_id(desk: Desk, identity: str) -> None:
    reply = await desk.get(f"insight_variables/{identity}/")
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


async def test_variable_of_another_project_is_404(desk: Desk) -> None:
    variable = await made(desk)
    desk.set("insight_variables", variable["id"], project_id=OTHER_PROJECT)
    assert (await desk.get(f"insight_variables/{variable['id']}/")).status_code == 404


async def test_pages(desk: Desk) -> None:
    desk.connection.execute("DELETE FROM insight_variables")
    for number in range(501):
        desk.insert(
            "insight_variables",
            id=f"00000000-0000-0000-0000-{number:012d}",
            project_id=1,
            name=f"v{number}",
            type="String",
            code_name=f"v{number}",
            created_at=stamp(NOW),
        )
    first = (await desk.get("insight_variables/?limit=2&offset=1")).json()
    assert (first["count"], len(first["results"])) == (501, 500)
    assert first["next"].endswith("page=2")
    assert first["previous"] is None
    last = (await desk.get("insight_variables/?page=last")).json()
    assert [row["name"] for row in last["results"]] == ["v500"]
    assert last["next"] is None
    assert "page" not in last["previous"]
    assert len((await desk.get("insight_variables/?page=")).json()["results"]) == 500


@pytest.mark.parametrize("page", ["0", "-1", "99", "x"])
async def test_page_that_is_none(desk: Desk, page: str) -> None:
    reply = await desk.get(f"insight_variables/?page={page}")
    assert (reply.status_code, reply.json()["detail"]) == (404, "Invalid page.")


async def test_a_changed_row_moves_to_the_end(desk: Desk) -> None:
    first, second = await made(desk, name="One"), await made(desk, name="Two")
    await desk.patch(f"insight_variables/{first['id']}/", {"name": "Changed"})
    names = [row["id"] for row in (await desk.get("insight_variables/")).json()["results"]]
    assert names[-2:] == [second["id"], first["id"]]


@pytest.mark.parametrize(("text", "status"), [("a", 400), ('"a"', 201)])
@pytest.mark.parametrize("multipart", [False, True])
async def test_forms_hold_json_texts(desk: Desk, text: str, status: int, multipart: bool) -> None:
    fields = {"name": "Form", "type": "String", "default_value": text}
    body: dict[str, Any] = (
        {"files": {name: (None, value) for name, value in fields.items()}} if multipart else {"data": fields}
    )
    reply = await desk.ask("POST", "insight_variables/", **body)
    assert reply.status_code == status
    if status == 400:
        assert (reply.json()["detail"], reply.json()["attr"]) == ("Value must be valid JSON.", "default_value")
    else:
        assert reply.json()["default_value"] == "a"


async def test_other_content_types_are_415(desk: Desk) -> None:
    reply = await desk.ask("POST", "insight_variables/", content="x", headers={"Content-Type": "text/plain"})
    assert (reply.status_code, reply.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(("server", "values"), [("mid", [{"x": 1}, 2]), ("2025", [{"x": 1}, 2]), ("new", None)])
async def test_only_the_newest_checks_elements(open_desk: Open, server: str, values: Any) -> None:
    desk = await open_desk(server=server)
    body = {"name": "L", "type": "List", "values": [{"x": 1}, 2]}
    reply = await desk.post("insight_variables/", body)
    assert reply.json().get("values") == values


async def test_2025_has_neither_the_new_fields_nor_the_new_text(open_desk: Open) -> None:
    desk = await open_desk(server="2025")
    variable = await made(desk, name="a_b", type="List", is_multi=True, default_value=["x"])
    assert "is_multi" not in variable
    assert variable["default_value"] == ["x"]
    clash = await desk.post("insight_variables/", {"name": "a b", "type": "String"})
    assert clash.json()["detail"] == "Variable with name already exists"
