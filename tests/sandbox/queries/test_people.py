"""Retention, stickiness, lifecycle and paths, counted by hand."""

from __future__ import annotations

from typing import Any

from tests.sandbox.queries.shelf import ask, node, shelf


def retention(target: str, returning: str, period: str = "Day", total: int = 4, **options: Any) -> dict[str, Any]:
    return {
        "kind": "RetentionQuery",
        "retentionFilter": {
            "period": period,
            "totalIntervals": total,
            "targetEntity": {"id": target, "name": target, "type": "events"},
            "returningEntity": {"id": returning, "name": returning, "type": "events"},
            **options,
        },
    }


def triangle(rows: list[dict[str, Any]]) -> list[list[int]]:
    return [[value["count"] for value in row["values"]] for row in rows]


def test_retention_is_a_triangle() -> None:
    events = shelf(
        ("join", 1, "15"), ("visit", 1, "15"), ("visit", 1, "16"), ("visit", 1, "18"),
        ("join", 2, "15"), ("visit", 2, "17"),
        ("join", 3, "16"), ("join", 3, "17"), ("visit", 3, "17"), ("visit", 3, "17"),
        ("visit", 4, "18"),
    )  # fmt: skip
    rows = ask(events, retention("join", "visit")).result
    assert triangle(rows) == [[2, 1, 1, 1], [1, 1, 0], [0, 0], [0]]
    assert [row["label"] for row in rows] == ["Day 0", "Day 1", "Day 2", "Day 3"]
    assert rows[0]["date"] == "2026-11-15T00:00:00Z"
    assert rows[0]["values"][1]["label"] == "Day 1"
    again = ask(events, retention("join", "visit", retentionType="retention_recurring")).result
    assert triangle(again) == [[2, 1, 1, 1], [1, 1, 0], [1, 0], [0]]
    ever = ask(events, retention("join", "visit", cumulative=True)).result
    assert triangle(ever)[0] == [2, 2, 2, 1]


def test_retention_by_week_month_and_property() -> None:
    events = shelf(
        ("join", 1, "8", {"from": "mail"}), ("visit", 1, "9"),
        ("join", 2, "9", {"from": "shop"}), ("visit", 2, "17"),
        ("join", 3, "9", {"from": "shop"}), ("visit", 3, "10-31"),
    )  # fmt: skip
    assert triangle(ask(events, retention("join", "visit", "Week", 3)).result) == [[1, 1, 0], [2, 1], [0]]
    assert triangle(ask(events, retention("join", "visit", "Month", 2)).result) == [[0, 0], [3]]
    query = retention("join", "visit", "Week", 2) | {"breakdownFilter": {"breakdown": "from"}}
    rows = ask(events, query).result
    assert [(row["breakdown_value"], row["values"][0]["count"]) for row in rows] == [("shop", 2), ("shop", 0)]


def test_who_joined_before_the_table_is_not_in_it() -> None:
    events = shelf(("join", 1, "1"), ("join", 1, "17"), ("visit", 1, "18"))
    assert triangle(ask(events, retention("join", "visit", total=2)).result) == [[0, 0], [0]]


def stickiness(**more: Any) -> dict[str, Any]:
    return {"kind": "StickinessQuery", "series": [node("visit")], "dateRange": {"date_from": "-2d"}, **more}


def test_stickiness_counts_days_of_each_person() -> None:
    events = shelf(
        ("visit", 1, "16"), ("visit", 1, "16"), ("visit", 1, "17"), ("visit", 1, "18"),
        ("visit", 2, "17"), ("visit", 2, "17"), ("visit", 3, "18"), ("visit", 4, "14"), ("visit", 4, "15"),
    )  # fmt: skip
    (line,) = ask(events, stickiness()).result
    assert (line["days"], line["data"], line["count"]) == ([1, 2, 3], [2, 0, 1], 3)
    assert line["labels"] == ["1 day", "2 days", "3 days"]
    (line,) = ask(events, stickiness(stickinessFilter={"computedAs": "cumulative"})).result
    assert (line["data"], line["labels"][1]) == ([3, 1, 1], "2 days or more")
    often = {"stickinessCriteria": {"operator": "gte", "value": 2}}
    (line,) = ask(events, stickiness(stickinessFilter=often)).result
    assert line["data"] == [2, 0, 0]
    now, before = ask(events, stickiness(compareFilter={"compare": True})).result
    assert (now["compare_label"], before["compare_label"]) == ("current", "previous")
    assert before["data"] == [0, 1, 0]


def test_lifecycle_tells_four_kinds_apart() -> None:
    events = shelf(
        ("visit", 1, "14"), ("visit", 1, "15"), ("visit", 1, "18"),
        ("visit", 2, "16"), ("visit", 2, "17"),
        ("visit", 3, "13"), ("visit", 3, "17"),
        ("other", 4, "10"), ("visit", 4, "16"),
    )  # fmt: skip
    query = {"kind": "LifecycleQuery", "series": [node("visit")], "dateRange": {"date_from": "-2d"}}
    lines = ask(events, query).result
    assert {line["status"]: line["data"] for line in lines} == {
        "new": [1, 0, 0],
        "returning": [0, 1, 0],
        "resurrecting": [1, 1, 1],
        "dormant": [-1, -1, -2],
    }
    assert [line["status"] for line in lines] == ["new", "returning", "resurrecting", "dormant"]
    assert lines[0]["label"] == "visit - new"
    assert [line["count"] for line in lines] == [1, 1, 3, -4]
    some = query | {"lifecycleFilter": {"toggledLifecycles": ["dormant"]}}
    assert [line["status"] for line in ask(events, some).result] == ["dormant"]


def page(path: str) -> dict[str, str]:
    return {"$pathname": path, "$current_url": f"https://shop.example{path}"}


def paths(**options: Any) -> dict[str, Any]:
    included = {"includeEventTypes": ["$pageview"], **options}
    return {"kind": "PathsQuery", "dateRange": {"date_from": "-2d"}, "pathsFilter": included}


def test_paths_follow_the_steps_of_sessions() -> None:
    events = shelf(
        ("$pageview", 1, "18 10:00", page("/")), ("$pageview", 1, "18 10:01", page("/p/")),
        ("$pageview", 1, "18 10:01", page("/p")), ("bought", 1, "18 10:02"), ("$pageview", 1, "18 10:03", page("/x")),
        ("$pageview", 2, "18 10:00", page("/")), ("$pageview", 2, "18 10:03", page("/p")),
        ("$pageview", 2, "18 10:40", page("/")), ("$pageview", 2, "18 10:41", page("/y")),
    )  # fmt: skip
    edges = ask(events, paths()).result
    assert edges == [
        {"source": "1_/", "target": "2_/p", "value": 2, "average_conversion_time": 120_000},
        {"source": "1_/", "target": "2_/y", "value": 1, "average_conversion_time": 60_000},
        {"source": "2_/p", "target": "3_/x", "value": 1, "average_conversion_time": 120_000},
    ]
    every = ask(events, paths(includeEventTypes=["$pageview", "custom_event"])).result
    assert ("2_/p", "3_bought") in {(edge["source"], edge["target"]) for edge in every}
    from_p = ask(events, paths(startPoint="/p")).result
    assert [(edge["source"], edge["target"]) for edge in from_p] == [("1_/p", "2_/x")]
    to_y = ask(events, paths(endPoint="/y")).result
    assert [(edge["source"], edge["target"]) for edge in to_y] == [("1_/", "2_/y")]
    assert len(ask(events, paths(edgeLimit=1)).result) == 1
    assert len(ask(events, paths(stepLimit=2)).result) == 2
    assert ask(events, paths(excludeEvents=["/p", "/y"])).result[0]["target"] == "2_/x"
