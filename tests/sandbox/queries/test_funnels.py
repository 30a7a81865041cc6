"""FunnelsQuery: who gets how far, counted by hand."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.sandbox.queries.shelf import NOW, ask, node, shelf
from tui.sandbox.queries import run

STEPS = ("look", "basket", "pay")


@pytest.fixture
def walks() -> sqlite3.Connection:
    """Person 1 pays at once, 2 pays too late, 3 goes backwards, 4 only looks, 5 pays after a detour."""
    return shelf(
        ("look", 1, "10 10:00", {"device": "Desktop"}),
        ("basket", 1, "10 10:01", {"device": "Desktop"}),
        ("pay", 1, "10 10:04", {"device": "Desktop"}),
        ("look", 2, "10 10:00", {"device": "Mobile"}),
        ("basket", 2, "10 10:03", {"device": "Mobile"}),
        ("pay", 2, "12 10:00", {"device": "Mobile"}),
        ("pay", 3, "11 10:00", {"device": "Mobile"}),
        ("basket", 3, "11 10:05", {"device": "Mobile"}),
        ("look", 3, "11 10:10", {"device": "Mobile"}),
        ("look", 4, "11 10:00"),
        ("look", 5, "12 10:00", {"device": "Desktop"}),
        ("help", 5, "12 10:01", {"device": "Desktop"}),
        ("basket", 5, "12 10:02", {"device": "Mobile"}),
        ("pay", 5, "12 10:04", {"device": "Mobile"}),
    )


def funnel(*steps: str, breakdown: str | None = None, **options: Any) -> dict[str, Any]:
    query: dict[str, Any] = {
        "kind": "FunnelsQuery",
        "series": [node(step) for step in steps or STEPS],
        "dateRange": {"date_from": "2026-11-10"},
        "funnelsFilter": {"funnelWindowInterval": 1, "funnelWindowIntervalUnit": "day", **options},
    }
    return query | ({"breakdownFilter": {"breakdown": breakdown}} if breakdown else {})


def test_steps_count_who_got_there(walks: sqlite3.Connection) -> None:
    steps = ask(walks, funnel()).result
    assert [(step["order"], step["name"], step["count"]) for step in steps] == [
        (0, "look", 5),
        (1, "basket", 3),
        (2, "pay", 2),
    ]
    assert [step["average_conversion_time"] for step in steps] == [None, 120, 150]
    assert [step["median_conversion_time"] for step in steps] == [None, 120, 150]
    assert {step["type"] for step in steps} == {"events"}
    assert steps[0]["people"] == []


def test_a_longer_window_lets_the_late_one_in(walks: sqlite3.Connection) -> None:
    assert [step["count"] for step in ask(walks, funnel(funnelWindowInterval=3)).result] == [5, 3, 3]
    hour = funnel(funnelWindowInterval=120, funnelWindowIntervalUnit="second")
    assert [step["count"] for step in ask(walks, hour).result] == [5, 2, 0]


def test_strict_allows_nothing_between(walks: sqlite3.Connection) -> None:
    assert [step["count"] for step in ask(walks, funnel(funnelOrderType="strict")).result] == [5, 2, 1]


def test_unordered_takes_the_steps_as_they_come(walks: sqlite3.Connection) -> None:
    assert [step["count"] for step in ask(walks, funnel(funnelOrderType="unordered")).result] == [5, 4, 3]


def test_one_event_is_one_step() -> None:
    events = shelf(("look", 1, "12 10:00"), ("look", 1, "12 11:00"), ("look", 2, "12 10:00"))
    assert [step["count"] for step in ask(events, funnel("look", "look")).result] == [2, 1]


def test_a_second_try_counts_when_it_gets_further() -> None:
    events = shelf(("look", 1, "10 10:00"), ("look", 1, "12 10:00"), ("basket", 1, "12 10:01"), ("pay", 1, "12 10:02"))
    assert [step["count"] for step in ask(events, funnel()).result] == [1, 1, 1]


def test_a_breakdown_goes_by_the_first_step(walks: sqlite3.Connection) -> None:
    groups = ask(walks, funnel(breakdown="device")).result
    assert [(group[0]["breakdown_value"], [step["count"] for step in group]) for group in groups] == [
        (["Desktop"], [2, 2, 2]),
        (["Mobile"], [2, 1, 0]),
        (["$$_posthog_breakdown_null_$$"], [1, 0, 0]),
    ]
    assert groups[0][2]["breakdown"] == ["Desktop"]


def test_over_time_each_day_has_its_own_share(walks: sqlite3.Connection) -> None:
    (line,) = ask(walks, funnel(funnelVizType="trends")).result
    assert line["days"][:4] == ["2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13"]
    assert line["data"][:4] == [50, 0, 100, 0]
    assert line["count"] == 2
    groups = ask(walks, funnel(funnelVizType="trends", breakdown="device")).result
    assert [(group["breakdown_value"], group["data"][:3]) for group in groups[:2]] == [
        (["Desktop"], [100, 0, 100]),
        (["Mobile"], [0, 0, 0]),
    ]


def test_time_to_convert_puts_people_into_bins(walks: sqlite3.Connection) -> None:
    events = shelf(
        *(("look", person, "12 10:00") for person in range(1, 5)),
        ("pay", 1, "12 10:01"),
        ("pay", 2, "12 10:02"),
        ("pay", 3, "12 10:05"),
    )
    result = ask(events, funnel("look", "pay", funnelVizType="time_to_convert", binCount=2)).result
    assert result == {
        "bins": [[60, 2], [180, 0], [300, 1]],
        "average_conversion_time": 160,
        "median_conversion_time": 120,
    }
    nobody = ask(events, funnel("pay", "look", funnelVizType="time_to_convert")).result
    assert nobody == {"bins": [], "average_conversion_time": None, "median_conversion_time": None}


def test_the_range_of_steps_counts_for_time(walks: sqlite3.Connection) -> None:
    options: dict[str, Any] = {"funnelVizType": "time_to_convert", "funnelFromStep": 1, "funnelToStep": 2}
    assert ask(walks, funnel(**options)).result["average_conversion_time"] == 150


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (funnel("look"), "Funnels require at least two steps before calculating."),
        (funnel(funnelOrderType="sideways"), "Unsupported funnel order: sideways"),
        (funnel(funnelVizType="flow"), "Unsupported funnel visualization: flow"),
    ],
)
def test_what_is_no_funnel(walks: sqlite3.Connection, query: dict[str, Any], message: str) -> None:
    error = run(walks, query, now=NOW).error
    assert error is not None
    assert error.message == message
