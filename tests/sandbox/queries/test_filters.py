"""Property filters, counted by hand."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.sandbox.queries.shelf import NOW, ask, node, shelf
from tui.sandbox.queries import run


@pytest.fixture
def visits() -> sqlite3.Connection:
    return shelf(
        ("visit", 1, "18", {"page": "/Home", "load": 120, "bot": False, "on": "2026-11-01"}),
        ("visit", 1, "18", {"page": "/home/garden", "load": 300.0, "bot": True, "on": "2026-11-09"}),
        ("visit", 2, "18", {"page": "/search", "load": "90"}),
        ("visit", 3, "18", {}),
        persons={1: {"plan": "plus"}, 2: {"plan": "guest"}},
    )


def counted(connection: sqlite3.Connection, properties: Any) -> int:
    query = {"kind": "TrendsQuery", "series": [node("visit")], "dateRange": {"date_from": "dStart"}}
    shared = ask(connection, query | {"properties": properties}).result[0]["count"]
    own = ask(connection, query | {"series": [node("visit", properties=properties)]}).result[0]["count"]
    assert shared == own
    return int(shared)


@pytest.mark.parametrize(
    ("key", "operator", "value", "number"),
    [
        ("page", "exact", "/search", 1),
        ("page", "exact", ["/search", "/Home"], 2),
        ("page", "is_not", ["/search"], 3),
        ("page", "icontains", "HOME", 2),
        ("page", "not_icontains", "home", 2),
        ("page", "regex", "^/h.*n$", 1),
        ("page", "not_regex", "^/h", 3),
        ("page", "is_set", None, 3),
        ("page", "is_not_set", None, 1),
        ("load", "gt", 100, 2),
        ("load", "lt", "120", 1),
        ("load", "gte", 120, 2),
        ("load", "lte", 120, 2),
        ("load", "exact", 300, 1),
        ("load", "exact", ["120"], 1),
        ("bot", "exact", ["true"], 1),
        ("bot", "exact", False, 1),
        ("bot", "is_not", True, 3),
        ("on", "is_date_before", "2026-11-05", 1),
        ("on", "is_date_after", "2026-11-05", 1),
        ("page", "exact", [], 4),
    ],
)
def test_every_operator(visits: sqlite3.Connection, key: str, operator: str, value: Any, number: int) -> None:
    assert counted(visits, [{"key": key, "operator": operator, "value": value, "type": "event"}]) == number


def test_person_properties_and_groups(visits: sqlite3.Connection) -> None:
    plus = {"key": "plan", "operator": "exact", "value": "plus", "type": "person"}
    search = {"key": "page", "operator": "exact", "value": "/search", "type": "event"}
    assert counted(visits, [plus]) == 2
    assert counted(visits, [plus, search]) == 0
    either = {"type": "OR", "values": [{"type": "AND", "values": [plus]}, {"type": "AND", "values": [search]}]}
    assert counted(visits, either) == 3


def test_a_key_cannot_leave_its_place(visits: sqlite3.Connection) -> None:
    assert counted(visits, [{"key": "page') OR 1 --", "operator": "is_set", "type": "event"}]) == 0
    assert counted(visits, [{"key": 'a"."page', "operator": "is_set", "type": "event"}]) == 0


@pytest.mark.parametrize(
    ("filter_", "message"),
    [
        ({"key": "page", "operator": "smells", "value": 1}, "PropertyOperator smells not implemented"),
        ({"key": "load", "operator": "gt", "value": "dear"}, "Cannot compare with dear: not a number"),
        ({"key": "page", "operator": "regex", "value": "("}, "Invalid regular expression: ("),
        ({"key": "page", "operator": "regex", "value": "(a|a)*b"}, "Invalid regular expression: (a|a)*b"),
        ({"key": "id", "operator": "in", "value": 4, "type": "cohort"}, "Unsupported property type: cohort"),
    ],
)
def test_what_cannot_be_filtered_is_said(visits: sqlite3.Connection, filter_: dict[str, Any], message: str) -> None:
    query = {"kind": "TrendsQuery", "series": [node("visit")], "properties": [filter_]}
    error = run(visits, query, now=NOW).error
    assert error is not None
    assert (error.message, error.code) == (message, "invalid_input")
