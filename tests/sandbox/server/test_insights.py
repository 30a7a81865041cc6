"""One insight: retrieving, creating, changing, deleting softly, restoring, and many at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.server.conftest import Open
from tests.sandbox.server.desk import MEMBER, NOW, OTHER_PROJECT, Desk, sql, trends
from tui.sandbox.database import stamp

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("server", "status"), [("new", 200), ("mid", 200), ("2025", 200), ("old", 404)])
async def test_short_id_in_the_path(open_desk: Open, server: str, status: int) -> None:
    desk = await open_desk(server=server)
    desk.insight(short_id="AbCd1234")
    assert (await desk.get("insights/AbCd1234/")).status_code == status


@pytest.mark.parametrize("server", ["new", "old"])
async def test_id_in_the_path(open_desk: Open, server: str) -> None:
    desk = await open_desk(server=server)
    insight = desk.insight(short_id="AbCd1234")
    assert (await desk.get(f"insights/{insight}/")).json()["short_id"] == "AbCd1234"


@pytest.mark.parametrize("path", ["999999", "none", "12345678901234567890123"])
async def test_unknown_insight(desk: Desk, path: str) -> None:
    reply = await desk.get(f"insights/{path}/")
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


async def test_insight_of_another_project(desk: Desk) -> None:
    insight = desk.insight(project_id=OTHER_PROJECT)
    assert (await desk.get(f"insights/{insight}/")).status_code == 404


async def test_create_wraps_and_is_not_saved(desk: Desk) -> None:
    reply = await desk.post("insights/", {"name": "New", "query": trends()["source"], "tags": ["b", "a", "b"]})
    assert reply.status_code == 201
    insight = reply.json()
    assert insight["query"]["kind"] == "InsightVizNode"
    assert insight["query"]["source"]["kind"] == "TrendsQuery"
    assert (len(insight["short_id"]), insight["saved"], insight["tags"]) == (8, False, ["a", "b"])
    assert insight["created_by"]["id"] == 1
    assert insight["created_at"] == insight["last_modified_at"] == stamp(NOW)
    assert insight["result"] is None, "nothing is computed unasked"


async def test_create_wraps_sql(desk: Desk) -> None:
    reply = await desk.post("insights/", {"query": {"kind": "HogQLQuery", "query": "select 1"}})
    assert reply.json()["query"]["kind"] == "DataVisualizationNode"


async def test_create_refuses_what_is_no_query(desk: Desk) -> None:
    reply = await desk.post("insights/", {"query": {"kind": "NoSuchQuery"}})
    assert reply.status_code == 400
    assert (reply.json()["type"], reply.json()["code"]) == ("invalid_request", "parse_error")


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({"name": "n" * 401}, "max_length", "name"),
        ({"description": "d" * 401}, "max_length", "description"),
        ({"favorited": None}, "null", "favorited"),
        ({"favorited": "perhaps"}, "invalid_input", "favorited"),
        ({"tags": "a"}, "not_a_list", "tags"),
        ({"order": "first"}, "invalid_input", "order"),
        ({"order": 2**31}, "max_value", "order"),
        ({"dashboards": [777]}, "does_not_exist", "dashboards"),
        ({"name": []}, "invalid_input", "name"),
    ],
)
async def test_refusals(desk: Desk, body: dict[str, Any], code: str, attr: str) -> None:
    reply = await desk.patch(f"insights/{desk.insight()}/", body)
    assert (reply.status_code, reply.json()["code"], reply.json()["attr"]) == (400, code, attr)


@pytest.mark.parametrize(
    ("field", "value", "material"),
    [
        ("name", "Other", True),
        ("name", None, True),
        ("description", "words", True),
        ("query", sql("select 2"), True),
        ("favorited", True, False),
        ("tags", ["x"], False),
        ("derived_name", "d", False),
        ("order", 3, False),
    ],
)
async def test_change(desk: Desk, field: str, value: Any, material: bool) -> None:
    insight = desk.insight()
    desk.clock.advance(minutes=5)
    reply = await desk.patch(f"insights/{insight}/", {field: value})
    assert reply.status_code == 200
    assert reply.json()[field] == value
    moved = reply.json()["last_modified_at"] == stamp(desk.clock.now)
    assert moved is material
    assert reply.json()["updated_at"] == stamp(desk.clock.now)


async def test_any_change_saves(desk: Desk) -> None:
    insight = desk.insight(saved=0)
    assert (await desk.patch(f"insights/{insight}/", {"favorited": True})).json()["saved"] is True


async def test_dashboards_replace(desk: Desk) -> None:
    for dashboard in (801, 802):
        desk.insert("dashboards", id=dashboard, project_id=1, name="D", created_at="")
    insight = desk.insight()
    path = f"insights/{insight}/"
    assert (await desk.patch(path, {"dashboards": [801]})).json()["dashboards"] == [801]
    after = (await desk.patch(path, {"dashboards": [802]})).json()
    assert after["dashboards"] == [802]
    assert [tile["dashboard_id"] for tile in after["dashboard_tiles"]] == [802]


async def test_delete_is_405_without_a_body(desk: Desk) -> None:
    insight = desk.insight()
    reply = await desk.ask("DELETE", f"insights/{insight}/")
    assert (reply.status_code, reply.content) == (405, b"")
    refused = await desk.ask("DELETE", f"insights/{insight}/", desk.key("insight:read"))
    assert refused.status_code == 403


async def test_soft_delete_and_restore(desk: Desk) -> None:
    insight = desk.insight()
    desk.insert("dashboards", id=801, project_id=1, name="D", created_at="")
    path = f"insights/{insight}/"
    await desk.patch(path, {"dashboards": [801]})
    gone = await desk.patch(path, {"deleted": True})
    assert (gone.status_code, gone.json()["deleted"], gone.json()["dashboards"]) == (200, True, [])
    assert (await desk.get(path)).status_code == 404
    assert (await desk.patch(path, {"name": "x"})).status_code == 404
    assert (await desk.patch(path, {"deleted": "false"})).status_code == 404, "only a JSON false restores"
    assert (await desk.ask("PUT", path, json={"deleted": False})).status_code == 404
    back = await desk.patch(path, {"deleted": False})
    assert (back.status_code, back.json()["deleted"], back.json()["dashboards"]) == (200, False, [801])


async def test_bulk(desk: Desk) -> None:
    first, second = desk.insight(), desk.insight("Second", short_id="second00")
    reply = await desk.post("insights/bulk_delete/", {"ids": [first, second, 999999]})
    assert reply.json()["done"] == [first, second]
    assert [entry["id"] for entry in reply.json()["skipped"]] == [999999]
    assert (await desk.get(f"insights/{first}/")).status_code == 404
    assert (await desk.post("insights/bulk_restore/", {"ids": [first]})).json()["done"] == [first]
    assert (await desk.get(f"insights/{first}/")).status_code == 200


@pytest.mark.parametrize(
    ("body", "code"), [({}, "required"), ({"ids": "1"}, "not_a_list"), ({"ids": list(range(1001))}, "max_length")]
)
async def test_bulk_refusals(desk: Desk, body: dict[str, Any], code: str) -> None:
    reply = await desk.post("insights/bulk_delete/", body)
    assert (reply.status_code, reply.json()["code"], reply.json()["attr"]) == (400, code, "ids")


async def test_variables_are_rekeyed_to_those_that_exist(desk: Desk) -> None:
    made = (await desk.post("insight_variables/", {"name": "Rekeyed", "type": "String"})).json()
    query = sql(
        "select {variables.rekeyed}",
        stale={"code_name": "rekeyed", "variableId": "stale", "value": "v"},
        gone={"code_name": "no_such_variable", "variableId": "gone"},
    )
    shown = (await desk.get(f"insights/{desk.insight(query=query)}/")).json()
    assert shown["query"]["source"]["variables"] == {
        made["id"]: {"code_name": "rekeyed", "variableId": made["id"], "value": "v"}
    }


async def test_viewer_may_not_change(desk: Desk) -> None:
    insight = desk.insight()
    desk.insert("insight_access", insight_id=insight, user_id=1, level="viewer")
    reply = await desk.patch(f"insights/{insight}/", {"name": "x"})
    assert reply.status_code == 403
    assert reply.json()["detail"] == "You do not have editor access to this resource."
    bulk = await desk.post("insights/bulk_delete/", {"ids": [insight]})
    assert bulk.json() == {"done": [], "skipped": [{"id": insight, "reason": "permission_denied"}]}


@pytest.mark.parametrize(("server", "status"), [("new", 400), ("mid", 200)])
async def test_query_of_a_public_insight_may_be_refused(open_desk: Open, server: str, status: int) -> None:
    desk = await open_desk(server=server)
    insight = desk.insight()
    await desk.share(insight)
    desk.set("insights", insight, tags='["restricted-table"]')
    reply = await desk.patch(f"insights/{insight}/", {"query": trends()}, desk.key("*", user=MEMBER))
    assert reply.status_code == status
    if status == 400:
        assert reply.json()["detail"].startswith("Can't save this query: ")
    assert (await desk.patch(f"insights/{insight}/", {"query": trends()})).status_code == 200, "an owner may"


async def test_viewed(desk: Desk) -> None:
    insight = desk.insight()
    assert (await desk.post("insights/viewed/", {"insight_ids": [insight]})).status_code == 201
    assert (await desk.get(f"insights/{insight}/")).json()["last_viewed_at"] == stamp(NOW)


async def test_csv_of_one(desk: Desk) -> None:
    reply = await desk.get(f"insights/{desk.insight()}/?format=csv&basic=true")
    assert reply.text.startswith("id,short_id,name,")


async def test_activity_of_an_insight(desk: Desk) -> None:
    created = (await desk.post("insights/", {"name": "Logged"})).json()
    await desk.patch(f"insights/{created['id']}/", {"name": "Logged twice"})
    entries = (await desk.get(f"insights/{created['id']}/activity/")).json()["results"]
    assert [entry["activity"] for entry in entries] == ["updated", "created"]
    assert entries[0]["detail"]["changes"][0]["after"] == "Logged twice"
    assert entries[0]["user"]["id"] == 1
    everything = (await desk.get(f"activity_log/?scope=Insight&item_id={created['id']}")).json()
    assert everything["count"] == 2


async def test_a_request_that_fails_half_way_changes_nothing(desk: Desk) -> None:
    insight = desk.insight()
    reply = await desk.post("insights/bulk_delete/", {"ids": [insight, 2**70]})
    assert (reply.status_code, reply.json()["type"]) == (500, "server_error")
    assert (await desk.get(f"insights/{insight}/")).status_code == 200
