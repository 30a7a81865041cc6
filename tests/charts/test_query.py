"""The query as people read it."""

from __future__ import annotations

from typing import Any

from tests.charts.results import roles, texts
from tui.charts.query import query_lines
from tui.charts.raw import compact, json_lines, without_noise
from tui.lines import plain, width

SQL = """SELECT country, count() AS orders -- all of them
FROM events
WHERE event = 'from a to b'
  AND country IN {variables.country} AND any(x) > 1"""


def hogql(sql: str, **variables: Any) -> dict[str, Any]:
    """An SQL insight's query."""
    listed = {f"id-{name}": {"code_name": name, "variableId": f"id-{name}", **more} for name, more in variables.items()}
    source = {"kind": "HogQLQuery", "query": sql, "variables": listed}
    return {"kind": "DataVisualizationNode", "source": source, "display": "ActionsTable"}


def test_sql_is_its_text_with_the_variables_standing_out() -> None:
    lines = query_lines(hogql(SQL, country={}), 78)
    assert texts(lines)[:4] == SQL.split("\n")
    assert roles(lines[0], "SELECT") == {"muted"}
    assert roles(lines[0], "-- all of them") == {"italic"}
    assert roles(lines[2], "'from a to b'") == {"text"}
    assert roles(lines[3], "{variables.country}") == {"accent"}
    assert roles(lines[3], "IN") == {"muted"}
    assert roles(lines[3], "any(") == {"text"}


def test_long_lines_go_on_below_further_in_and_lose_no_word() -> None:
    lines = query_lines(hogql(SQL, country={}), 24)
    assert all(width(line) <= 24 for line in lines)
    written = " ".join(" ".join(texts(lines)).split())
    assert " ".join(SQL.split()) in written
    assert texts(lines)[1].startswith("  ")


def test_variables_follow_with_their_own_values() -> None:
    query = hogql(
        "SELECT {variables.a}, {variables.missing}",
        a={"value": ["DE", "AT"]},
        b={"isNull": True, "value": 3},
        c={},
        d={"value": 0},
    )
    lines = query_lines(query, 78)
    assert texts(lines)[1:] == [
        "",
        "variables",
        'a        ["DE", "AT"]',
        "b        null",
        "c        its default",
        "d        0",
        "missing  ▲ not attached to this query, so PostHog refuses to run it",
    ]
    assert roles(lines[3], "a ") | roles(lines[3], "a") == {"accent"}
    assert roles(lines[4], "null") == {"italic"}
    assert roles(lines[7], "not attached") == {"careful"}


def test_other_queries_are_json_without_noise() -> None:
    query = {
        "kind": "InsightVizNode",
        "source": {
            "kind": "TrendsQuery",
            "series": [{"kind": "EventsNode", "event": "$pageview", "math": None, "properties": []}],
            "version": 2,
            "samplingFactor": None,
            "filterTestAccounts": False,
            "trendsFilter": {"display": "ActionsLineGraph", "formula": ""},
        },
    }
    lines = query_lines(query, 60)
    assert texts(lines) == [
        "{",
        '  "kind": "TrendsQuery",',
        '  "series": [{"kind": "EventsNode", "event": "$pageview"}],',
        '  "filterTestAccounts": false,',
        '  "trendsFilter": {"display": "ActionsLineGraph"}',
        "}",
    ]
    assert roles(lines[1], '"kind": ') == {"muted"}
    assert roles(lines[1], '"TrendsQuery"') == {"text"}


def test_json_that_is_too_wide_goes_on_below_or_is_cut() -> None:
    value = {"text": "some words that do not fit on one line of this width"}
    cut = texts(json_lines(value, 24))
    assert cut[1].endswith("…")
    wrapped = texts(json_lines(value, 24, wrapped=True))
    assert "".join("".join(wrapped).split()) == "".join(plain(json_lines(value, 200)[0]).split())


def test_depth_and_length_end_somewhere() -> None:
    deep: Any = 1
    for _ in range(5000):
        deep = [deep]
    assert json_lines(deep, 40)
    assert without_noise(deep)
    assert compact(deep) == "[" * 30 + "…" + "]" * 30
    long = compact({"a": list(range(1000))})
    assert long.startswith('{"a": [0, 1, 2, ')
    assert long.endswith("…")
    assert len(long) == 200
    assert compact(10**5000) == "a number of thousands of digits"


def test_zero_and_false_are_no_noise() -> None:
    assert without_noise({"a": 0, "b": False, "c": None, "d": {"e": []}, "f": [None]}) == {
        "a": 0,
        "b": False,
        "f": [None],
    }


def test_a_query_may_be_anything() -> None:
    assert texts(query_lines({}, 20)) == ["{}"]
    assert query_lines({"kind": "HogQLQuery", "query": "SELECT 1"}, 0) == []
    assert texts(query_lines({"source": {"kind": 5, "variables": [1]}}, 30))[0].startswith("{")
    assert texts(query_lines({"kind": "HogQLQuery", "query": "SELECT '", "variables": {"x": 1}}, 30))[0] == "SELECT '"
