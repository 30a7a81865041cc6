"""Which values the variables of a query get."""

from __future__ import annotations

from typing import Any

import pytest

from tui.sandbox.queries import InvalidQuery, StoredVariable, resolve_variables

STORED = [
    StoredVariable("id-1", "country", "List", "DE"),
    StoredVariable("id-2", "top_n", "Number", 10),
    StoredVariable("id-3", "plan", "String", None),
]


def query(text: str, **entries: dict[str, Any]) -> dict[str, Any]:
    """An SQL insight; entries by variable id."""
    source = {"kind": "HogQLQuery", "query": text, "variables": {k.replace("_", "-"): v for k, v in entries.items()}}
    return {"kind": "DataVisualizationNode", "source": source}


def entry(code_name: str, id_: str, **more: Any) -> dict[str, Any]:
    return {"code_name": code_name, "variableId": id_, **more}


COUNTRY = "SELECT {variables.country}"


@pytest.mark.parametrize(
    ("more", "value"),
    [
        ({}, "DE"),
        ({"value": "AT"}, "AT"),
        ({"value": None}, "DE"),
        ({"value": ""}, ""),
        ({"value": False}, False),
        ({"value": "AT", "isNull": True}, None),
        ({"value": "AT", "isNull": False}, "AT"),
    ],
)
def test_null_then_value_then_default(more: dict[str, Any], value: object) -> None:
    assert resolve_variables(query(COUNTRY, id_1=entry("country", "id-1", **more)), STORED, None) == {"country": value}


def test_only_what_the_text_refers_to() -> None:
    text = "SELECT '{variables.gone}', { variables.top_n } -- {variables.also_gone}"
    listed = {"id_1": entry("country", "id-1"), "id_2": entry("top_n", "id-2")}
    assert resolve_variables(query(text, **listed), STORED, None) == {"top_n": 10}


def test_a_default_of_null_is_null() -> None:
    text = "SELECT {variables.plan}"
    assert resolve_variables(query(text, id_3=entry("plan", "id-3")), STORED, None) == {"plan": None}


def test_an_override_matches_by_code_name() -> None:
    asked = query(COUNTRY, id_1=entry("country", "id-1", value="AT", isNull=True))
    override = {"anything": {"code_name": "country", "variableId": "old", "value": "CH"}}
    assert resolve_variables(asked, STORED, override) == {"country": "CH"}
    assert resolve_variables(asked, STORED, {"id-1": {"value": "CH"}}) == {"country": None}
    assert resolve_variables(asked, STORED, {"id-2": entry("top_n", "id-2", value=3)}) == {"country": None}


def test_a_new_id_is_found_by_its_code_name() -> None:
    assert resolve_variables(query(COUNTRY, id_9=entry("country", "id-9")), STORED, None) == {"country": "DE"}


def test_not_listed_is_missing() -> None:
    with pytest.raises(InvalidQuery) as problem:
        resolve_variables(query("SELECT {variables.country}"), STORED, None)
    assert str(problem.value) == "Variable country is missing from query"
    with pytest.raises(InvalidQuery) as problem:
        resolve_variables(query("SELECT {variables.contry}"), STORED, None)
    assert str(problem.value) == "Variable contry is missing from query. Did you mean country?"


def test_listed_but_deleted_does_not_exist() -> None:
    with pytest.raises(InvalidQuery) as problem:
        resolve_variables(query("SELECT {variables.old}", id_7=entry("old", "id-7", value=1)), STORED, None)
    assert str(problem.value) == "Variable old does not exist"


def test_other_kinds_have_none() -> None:
    trends = {"kind": "InsightVizNode", "source": {"kind": "TrendsQuery", "series": []}}
    assert resolve_variables(trends, STORED, {"id-1": entry("country", "id-1", value=1)}) == {}
    table = {"kind": "DataTableNode", "source": query(COUNTRY, id_1=entry("country", "id-1"))["source"]}
    assert resolve_variables(table, STORED, None) == {"country": "DE"}
