"""Tables of trends, stickiness and lifecycle."""

from __future__ import annotations

from typing import Any

import pytest

from tests.charts.results import NOT_SET, NOW, OTHER, detail, one_value, roles, series, texts, trends
from tui.charts.tables import result_lines


def test_one_series_is_a_row_a_day_with_the_newest_last() -> None:
    lines = result_lines(trends(series([1000, 4210, 2105])), 60, now=NOW)
    assert texts(lines) == [
        "day     order placed",
        "16 Nov         1,000  " + "━" * 9,
        "17 Nov         4,210  " + "━" * 38,
        "18 Nov         2,105  " + "━" * 19 + "  so far today",
        "─" * 60,
        "all            7,315",
    ]
    assert roles(lines[3], "2,105") == {"muted"}
    assert roles(lines[2], "4,210") == {"text"}


def test_bars_keep_their_proportion_beside_a_note() -> None:
    lines = texts(result_lines(trends(series([100, 100, 100])), 46, now=NOW))
    bars = [line.count("━") for line in lines[1:4]]
    assert bars[0] > 8
    assert len(set(bars)) == 1
    assert lines[3].endswith("so far today")


def test_a_narrow_table_says_below_what_has_no_room_beside() -> None:
    lines = texts(result_lines(trends(series([1, 2, 3])), 22, now=NOW))
    assert lines[-1] == "18 Nov: so far today"


def test_averages_and_people_have_no_sum() -> None:
    for math in ("avg", "dau", "median"):
        lines = texts(result_lines(trends(series([1, 2, 3], math=math)), 60, now=NOW))
        assert not any(line.startswith("all") for line in lines)


def test_few_series_stand_beside_one_another() -> None:
    found = trends(series([5, 6, 7], "Search"), series([1, 2], "Email"))
    lines = result_lines(found, 78, now=NOW)
    assert texts(lines) == [
        "day     ● Search  ◆ Email",
        "16 Nov         5        1",
        "17 Nov         6        2",
        "18 Nov         7        –  so far today",
        "───────────────────────────────────────",
        "all           18        3",
    ]
    assert roles(lines[0], "●") == {"s1"}
    assert roles(lines[0], "◆") == {"s2"}


def test_many_series_stand_below_one_another_with_their_last_days_and_total() -> None:
    many = [series([9, 8, 7, 6], f"Channel {number}", breakdown_value=f"Channel {number}") for number in range(12)]
    found = trends(*many, breakdownFilter={"breakdown": "channel"})
    lines = texts(result_lines(found, 46, now=NOW))
    assert lines[0] == "by channel    16 Nov  17 Nov  18 Nov  all"
    assert lines[1] == "● Channel 0        8       7       6   30"
    assert lines[12].startswith("○ Channel 11 ")
    assert lines[13:] == ["the last 3 of 4 days", "18 Nov: so far today"]


def test_the_rest_of_a_breakdown_has_a_name() -> None:
    values = [
        one_value(71, OTHER),
        one_value(18, NOT_SET),
        one_value(521, "PayPal"),
        one_value(1102, "Card"),
    ]
    found = trends(*values, display="ActionsPie", breakdownFilter={"breakdown": "payment"})
    lines = result_lines(found, 40, now=NOW)
    assert texts(lines) == [
        "payment  value   share",
        "Card     1,102  64.4 %  ━━━━━━━━━━━━━━━━",
        "PayPal     521  30.4 %  ━━━━━━━╸",
        "other       71   4.1 %  ━",
        "not set     18   1.1 %  ╸",
        "────────────────────────────────────────",
        "all      1,712   100 %",
    ]
    assert roles(lines[3], "other") == {"muted"}


def test_sentinels_inside_labels_are_named_too() -> None:
    label = f"order placed - {OTHER}"
    lines = texts(result_lines(trends(series([1], label, breakdown_value=OTHER), series([2], "x")), 78, now=NOW))
    assert "● order placed - other" in lines[0]
    both = series([1], f"Chrome::{NOT_SET}", breakdown_value=["Chrome", NOT_SET])
    assert "Chrome · not set" in texts(result_lines(trends(both), 78, now=NOW))[0]


def test_a_compared_series_stands_beside_its_previous_period() -> None:
    found = trends(
        series([100, 200, 50], compare=True, compare_label="current"),
        series([80, 200, 100], last=15, compare=True, compare_label="previous"),
    )
    lines = texts(result_lines(found, 78, now=NOW))
    assert lines[:4] == [
        "day     order placed  previous     change",
        "16 Nov           100        80   ▲ 25.0 %",
        "17 Nov           200       200  no change",
        "18 Nov            50       100             so far today",
    ]
    assert lines[-1] == "all              350       380"


def test_compared_breakdowns_mark_the_previous_ones() -> None:
    pairs = [
        series([1, 2], name, breakdown_value=name, compare=True, compare_label=which)
        for which in ("current", "previous")
        for name in ("Search", "Email")
    ]
    lines = result_lines(trends(*pairs), 100, now=NOW)
    assert texts(lines)[0] == "day     ● Search  ◆ Email  ● Search, previous  ◆ Email, previous"
    assert roles(lines[0], "◆") == {"s2"}


def test_a_number_has_its_change() -> None:
    found = trends(
        one_value(184_230, compare=True, compare_label="current"),
        one_value(170_270, compare=True, compare_label="previous"),
        display="BoldNumber",
    )
    assert texts(result_lines(found, 78, now=NOW)) == [
        "series          value  previous   change",
        "order placed  184,230   170,270  ▲ 8.2 %",
    ]


def test_a_running_total_is_not_summed_again() -> None:
    lines = texts(result_lines(trends(series([1, 3, 6]), display="ActionsLineGraphCumulative"), 60, now=NOW))
    assert len(lines) == 4


def test_series_of_one_event_are_told_apart_by_what_they_count() -> None:
    lines = texts(result_lines(trends(series([1]), series([1], math="dau")), 78, now=NOW))
    assert "● order placed, total  ◆ order placed, dau" in lines[0]


def test_stickiness_is_by_number_of_days() -> None:
    result = [
        {"label": "order placed", "count": 12, "data": [9, 3], "days": [1, 2], "labels": ["1 day", "2 days or more"]}
    ]
    lines = texts(result_lines(detail({"kind": "StickinessQuery"}, result), 46, now=NOW))
    assert lines == [
        "active on       order placed   share",
        "1 day                      9  75.0 %  ━━━━━━━━",
        "2 days or more             3  25.0 %  ━━╸",
    ]


def test_lifecycle_has_its_four_parts_in_their_order() -> None:
    result = [
        {"label": f"x - {status}", "status": status, "data": [value], "days": ["2026-11-10"]}
        for status, value in (("dormant", -322), ("new", 5), ("resurrecting", 2), ("returning", 9))
    ]
    lines = texts(result_lines(detail({"kind": "LifecycleQuery", "interval": "day"}, result), 78, now=NOW))
    assert lines == [
        "day     ● new  ◆ returning  ▲ resurrecting  ■ dormant",
        "10 Nov      5            9               2       -322",
    ]


@pytest.mark.parametrize("result", [[], [{"data": [], "days": []}]])
def test_a_range_without_anything_says_so(result: Any) -> None:
    assert texts(result_lines(detail({"kind": "TrendsQuery"}, result), 60, now=NOW))[0].startswith("No")


def test_numbers_in_texts_and_broken_values_are_survived() -> None:
    found = trends(series(["12", None, float("nan"), True, [], 3]))
    lines = texts(result_lines(found, 60, now=NOW))
    assert [line.split()[2] for line in lines[1:7]] == ["12", "–", "–", "–", "–", "3"]


@pytest.mark.parametrize("result", ["text", 3, [1, 2], [{"no": "series"}], {"a": 1}])
def test_another_shape_is_shown_as_json(result: Any) -> None:
    lines = texts(result_lines(detail({"kind": "TrendsQuery"}, result), 60, now=NOW))
    assert lines[0][0] in '"3[{'


def test_nothing_is_drawn_of_no_result() -> None:
    assert result_lines(detail({"kind": "TrendsQuery"}, None), 60, now=NOW) == []
    assert result_lines(trends(series([1])), 0, now=NOW) == []
