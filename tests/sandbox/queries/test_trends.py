"""TrendsQuery against numbers counted by hand."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.sandbox.queries.shelf import NOW, ask, node, shelf
from tui.sandbox.queries import run


@pytest.fixture
def orders() -> sqlite3.Connection:
    """Ten orders by four persons, on three days."""
    return shelf(
        ("order", 1, "16 09:00", {"price": 10, "country": "DE", "$session_id": "a"}),
        ("order", 1, "16 10:00", {"price": 20, "country": "DE", "$session_id": "a"}),
        ("order", 2, "16 11:00", {"price": 30, "country": "AT", "$session_id": "b"}),
        ("order", 3, "17 09:00", {"price": 40, "country": "CH"}),
        ("order", 1, "17 10:00", {"price": 50, "country": "DE", "$session_id": "c"}),
        ("order", 4, "17 23:59", {"price": 60}),
        ("order", 2, "18 00:00", {"price": 70, "country": "AT"}),
        ("order", 2, "18 10:00", {"price": 80, "country": "AT"}),
        ("order", 2, "18 11:00", {"price": "free", "country": "AT"}),
        ("visit", 9, "18 11:00", {"country": "DE"}),
        persons={1: {"plan": "plus"}, 2: {"plan": "guest"}, 3: {"plan": "plus"}},
    )


def trends(*series: dict[str, Any], days: str = "-2d", **more: Any) -> dict[str, Any]:
    return {"kind": "TrendsQuery", "series": list(series), "dateRange": {"date_from": days}, **more}


@pytest.mark.parametrize(
    ("math", "data", "total"),
    [
        ("total", [3, 3, 3], 9),
        ("dau", [2, 3, 1], 4),
        ("unique_session", [2, 1, 0], 3),
        ("sum", [60, 150, 150], 360),
        ("avg", [20, 50, 50], 40),
        ("min", [10, 40, 0], 0),
        ("max", [30, 60, 80], 80),
        ("median", [20, 50, 70], 40),
        ("p90", [28, 58, 78], 72),
        ("weekly_active", [2, 4, 4], 4),
        ("first_time_for_user", [2, 2, 0], 4),
        ("avg_count_per_actor", [1.5, 1, 3], 2.25),
    ],
)
def test_every_math(orders: sqlite3.Connection, math: str, data: list[float], total: float) -> None:
    series = node("order", math=math, math_property="price")
    (line,) = ask(orders, trends(series)).result
    assert line["data"] == data
    assert line["count"] == sum(data)
    assert line["days"] == ["2026-11-16", "2026-11-17", "2026-11-18"]
    assert line["labels"] == ["16-Nov-2026", "17-Nov-2026", "18-Nov-2026"]
    (number,) = ask(orders, trends(series, trendsFilter={"display": "BoldNumber"})).result
    assert number["aggregated_value"] == total
    assert (number["data"], number["count"], number["days"]) == ([], 0, [])


def test_a_line_names_its_series(orders: sqlite3.Connection) -> None:
    (line,) = ask(orders, trends(node("order", custom_name="Bought", math="dau"))).result
    assert line["label"] == "Bought"
    assert line["action"] == {
        "days": ["2026-11-16", "2026-11-17", "2026-11-18"],
        "id": "order",
        "type": "events",
        "order": 0,
        "name": "order",
        "custom_name": "Bought",
        "math": "dau",
        "math_property": None,
        "math_hogql": None,
        "math_group_type_index": None,
        "properties": {},
    }
    assert "compare" not in line
    assert "breakdown_value" not in line


def test_all_events_and_actions(orders: sqlite3.Connection) -> None:
    action = {"kind": "ActionsNode", "id": 5, "name": "visit"}
    every, visits = ask(orders, trends(node(None), action)).result
    assert every["data"] == [3, 3, 4]
    assert visits["data"] == [0, 0, 1]
    assert (visits["action"]["type"], visits["action"]["id"]) == ("actions", 5)


def test_a_breakdown_is_sorted_and_knows_what_lacks_the_property(orders: sqlite3.Connection) -> None:
    lines = ask(orders, trends(node("order"), breakdownFilter={"breakdown": "country"})).result
    assert [(line["breakdown_value"], line["data"]) for line in lines] == [
        ("AT", [1, 0, 3]),
        ("DE", [2, 1, 0]),
        ("CH", [0, 1, 0]),
        ("$$_posthog_breakdown_null_$$", [0, 1, 0]),
    ]
    assert [line["label"] for line in lines[:2]] == ["AT", "DE"]


def test_what_is_beyond_the_limit_is_other(orders: sqlite3.Connection) -> None:
    options = {"breakdown": "country", "breakdown_limit": 1}
    lines = ask(orders, trends(node("order", math="dau"), breakdownFilter=options)).result
    assert [(line["breakdown_value"], line["data"]) for line in lines] == [
        ("AT", [1, 0, 1]),
        ("$$_posthog_breakdown_null_$$", [0, 1, 0]),
        ("$$_posthog_breakdown_other_$$", [1, 2, 0]),
    ]
    hidden = options | {"breakdown_hide_other_aggregation": True}
    assert len(ask(orders, trends(node("order", math="dau"), breakdownFilter=hidden)).result) == 2


def test_breakdowns_by_person_and_by_two_properties(orders: sqlite3.Connection) -> None:
    by_plan = {"breakdown": "plan", "breakdown_type": "person"}
    lines = ask(orders, trends(node("order"), node("visit"), breakdownFilter=by_plan)).result
    assert [(line["label"], sum(line["data"])) for line in lines] == [
        ("order - guest", 4),
        ("order - plus", 4),
        ("order - $$_posthog_breakdown_null_$$", 1),
        ("visit - $$_posthog_breakdown_null_$$", 1),
    ]
    two = {"breakdowns": [{"property": "country", "type": "event"}, {"property": "plan", "type": "person"}]}
    first = ask(orders, trends(node("order"), breakdownFilter=two)).result[0]
    assert first["breakdown_value"] == ["AT", "guest"]
    assert first["label"] == "AT::guest"


def test_a_comparison_shows_each_series_twice() -> None:
    events = shelf(("order", 1, "17"), ("order", 1, "16"), ("order", 2, "15"), ("order", 2, "15"))
    lines = ask(events, trends(node("order"), days="-1d", compareFilter={"compare": True})).result
    assert [(line["compare"], line["compare_label"], line["data"], line["days"]) for line in lines] == [
        (True, "current", [1, 0], ["2026-11-17", "2026-11-18"]),
        (True, "previous", [2, 1], ["2026-11-15", "2026-11-16"]),
    ]


def test_a_comparison_keeps_the_breakdown_values_of_now() -> None:
    events = shelf(("order", 1, "18", {"c": "DE"}), ("order", 1, "16", {"c": "AT"}), ("order", 1, "16", {"c": "DE"}))
    query = trends(node("order"), days="-1d", compareFilter={"compare": True}, breakdownFilter={"breakdown": "c"})
    lines = ask(events, query).result
    assert [(line["breakdown_value"], line["compare_label"], line["data"]) for line in lines] == [
        ("DE", "current", [0, 1]),
        ("DE", "previous", [0, 1]),
    ]


def test_formulas(orders: sqlite3.Connection) -> None:
    series = (node("order"), node("visit"))
    (line,) = ask(orders, trends(*series, trendsFilter={"formula": "A / B * 100"})).result
    assert (line["data"], line["action"], line["label"]) == ([0, 0, 300], None, "Formula (A / B * 100)")
    nodes = [{"formula": "A - B", "custom_name": "Left"}, {"formula": "(A + b) * -1"}]
    first, second = ask(orders, trends(*series, trendsFilter={"formulaNodes": nodes})).result
    assert (first["label"], first["data"]) == ("Left", [3, 3, 2])
    assert second["data"] == [-3, -3, -4]


@pytest.mark.parametrize("formula", ["A +", "__import__('os')", "A ** 9", "C", "A.real", "'x' * 9"])
def test_what_is_no_formula_fails(orders: sqlite3.Connection, formula: str) -> None:
    result = run(orders, trends(node("order"), trendsFilter={"formula": formula}), now=NOW)
    assert result.error is not None
    assert result.error.message.startswith("Invalid formula")


def test_cumulative_and_smoothed(orders: sqlite3.Connection) -> None:
    display = {"display": "ActionsLineGraphCumulative"}
    (line,) = ask(orders, trends(node("order", math="dau"), trendsFilter=display)).result
    assert (line["data"], line["count"]) == ([2, 5, 6], 6)
    (line,) = ask(orders, trends(node("order", math="dau"), trendsFilter={"smoothingIntervals": 2})).result
    assert line["data"] == [2, 2.5, 2]


def test_a_heatmap_adds_weekdays_and_hours(orders: sqlite3.Connection) -> None:
    (line,) = ask(orders, trends(node("order"), trendsFilter={"display": "CalendarHeatmap"})).result
    heat = line["calendar_heatmap_data"]
    assert heat["allAggregations"] == 9
    assert {"row": 0, "column": 9, "value": 1} in heat["data"]
    assert heat["rowAggregations"] == [{"row": 0, "value": 3}, {"row": 1, "value": 3}, {"row": 2, "value": 3}]
    assert sum(column["value"] for column in heat["columnAggregations"]) == 9


def test_an_override_replaces_dates_and_adds_properties(orders: sqlite3.Connection) -> None:
    german = {"key": "country", "operator": "exact", "value": ["DE"], "type": "event"}
    query = {"kind": "InsightVizNode", "source": trends(node("order"), properties=[german], days="-30d")}
    dear = {"key": "price", "operator": "gt", "value": "15", "type": "event"}
    override = {"date_from": "2026-11-16", "date_to": "2026-11-17", "properties": [dear]}
    result = ask(orders, query, filters_override=override)
    assert result.result[0]["data"] == [1, 1]
    assert result.resolved_date_range == {
        "date_from": "2026-11-16T00:00:00+00:00",
        "date_to": "2026-11-17T23:59:59.999999+00:00",
    }


def test_the_account_names_the_events(orders: sqlite3.Connection) -> None:
    hogql = ask(orders, trends(node("order"))).hogql
    assert hogql is not None
    assert "in(event, ['order'])" in hogql
    assert "toDateTime('2026-11-16 00:00:00')" in hogql
