"""The one number that matters, and the few lines beside a list."""

from __future__ import annotations

from typing import Any

import pytest

from tests.charts.results import (
    FUNNEL,
    OTHER,
    cohort,
    detail,
    funnel,
    one_value,
    retention,
    roles,
    series,
    sql,
    step,
    texts,
    trends,
)
from tui.charts.headline import headline
from tui.charts.preview import block_bar, preview_lines
from tui.lines import plain, width
from tui.store.facts import InsightDetail

PATHS = detail({"kind": "PathsQuery"}, [{"source": "1_/", "target": "2_/sale", "value": 931}])
LIFECYCLE = detail(
    {"kind": "LifecycleQuery"},
    [
        {"status": status, "data": [value, 1], "days": ["2026-11-17", "2026-11-18"]}
        for status, value in (("new", 5), ("returning", 9), ("resurrecting", 2), ("dormant", -7))
    ],
)
RETENTION = retention(cohort("2026-11-02", 200, 69, 60), cohort("2026-11-09", 100, 40))


def pair(label: str, now: list[int], before: list[int]) -> list[dict[str, Any]]:
    """A series and its previous period."""
    return [
        series(now, label, compare=True, compare_label="current"),
        series(before, label, last=8, compare=True, compare_label="previous"),
    ]


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (trends(series([5000, 4000, 2404])), "11,404  in 3 days"),
        (trends(*pair("x", [100, 120, 5], [100, 100, 100])), "225  in 3 days   ▲ 10.0 % on the 3 before"),
        (trends(series([5, 7, 1], math="dau")), "7  on 17 Nov"),
        (trends(series([5, 7, 9]), display="ActionsLineGraphCumulative"), "7  until 17 Nov"),
        (trends(series([1, 2], "Search"), series([5, 1], "Email")), "3  Search in 2 days, 1 more series"),
        (
            trends(series([1, 2], "DE", breakdown_value="DE"), series([5, 1], "AT", breakdown_value="AT")),
            "9  in 2 days, 2 values",
        ),
        (trends(one_value(184230), display="BoldNumber"), "184,230"),
        (
            trends(
                one_value(108.2, compare_label="current", compare=True),
                one_value(100, compare_label="previous", compare=True),
                display="BoldNumber",
            ),
            "108.2   ▲ 8.2 % on 100",
        ),
        (trends(one_value(3, "Card"), one_value(1, OTHER), display="ActionsPie"), "4  in all, 2 values"),
        (funnel(FUNNEL), "11.6 %  all the way, medians add to 7 min 35 s"),
        (funnel([[step("a", 10)], [step("a", 5)]]), "100 %  all the way, 2 values"),
        (funnel({"bins": [[1, 2]], "median_conversion_time": 282}), "4 min 42 s  from first to last step, median"),
        (funnel([series([10.5, 11.6, 3])]), "11.6 %  all the way on 17 Nov"),
        (RETENTION, "34.5 %  come back after 1 week"),
        (PATHS, "931  / → /sale"),
        (LIFECYCLE, "16  active on 17 Nov, 7 gone"),
        (
            detail({"kind": "StickinessQuery"}, [{"label": "x", "data": [352, 648], "days": [1, 2]}]),
            "35.2 %  came on one day only",
        ),
        (sql([[number] for number in range(24)], ("n",)), "24 rows"),
        (sql([[1, 2]], ("a", "b"), has_more=True), "1 row  and more"),
        (sql([[4210.5]], ("revenue",)), "4210.5  revenue"),
    ],
)
def test_the_headline_is_the_number_that_matters(found: InsightDetail, text: str) -> None:
    line = headline(found)
    assert line is not None
    assert plain(line) == text
    assert line[0].role == "strong"


@pytest.mark.parametrize("kind", ["TrendsQuery", "FunnelsQuery", "RetentionQuery", "PathsQuery", "HogQLQuery", "Odd"])
@pytest.mark.parametrize("result", [None, {"odd": 1}, "text"])
def test_there_is_no_headline_of_what_is_not_known(kind: str, result: Any) -> None:
    assert headline(detail({"kind": kind}, result)) is None


def test_a_funnel_is_bars_of_blocks_with_air_where_there_is_height() -> None:
    lines = preview_lines(funnel(FUNNEL), 46, 9)
    assert texts(lines)[::2] == [
        "Product viewed   ██████████████  18,420  100 %",
        "Added to basket  ████▊            6,318 34.3 %",
        "Checkout started ██▉              3,702 20.1 %",
        "Payment entered  ██               2,590 14.1 %",
        "Order placed     █▋               2,141 11.6 %",
    ]
    assert texts(lines)[1::2] == [""] * 4
    assert roles(lines[2], "████▊") == {"bar"}
    assert len(preview_lines(funnel(FUNNEL), 46, 8)) == 5
    assert texts(preview_lines(funnel(FUNNEL), 46, 4))[-1] == "2 more steps"


@pytest.mark.parametrize(
    ("value", "text"), [(0, "    "), (None, "    "), (-3, "    "), (0.001, "▏   "), (50, "██  "), (900, "████")]
)
def test_any_value_above_nothing_shows_in_a_bar(value: float | None, text: str) -> None:
    assert plain(block_bar(value, 100, 4)) == text


def test_trends_end_with_today_and_count_the_days_before() -> None:
    lines = texts(preview_lines(trends(series(list(range(18)))), 44, 20))
    assert len(lines) == 11
    assert lines[9].startswith("18 Nov  17  ")
    assert lines[9].endswith("so far today")
    assert lines[10] == "8 earlier days"
    assert texts(preview_lines(trends(series(list(range(18)))), 44, 4))[-1] == "15 earlier days"
    assert len(preview_lines(trends(series([1, 2, 3])), 44, 10)) == 3


def test_compared_trends_show_the_change_of_each_day() -> None:
    lines = texts(preview_lines(trends(*pair("x", [100, 120, 5], [100, 100, 100])), 44, 5))
    assert "no change" in lines[0]
    assert "▲ 20.0 %" in lines[1]
    assert "▼" not in lines[2]


def test_breakdowns_are_ranked_and_counted() -> None:
    values = [one_value(count, name) for name, count in (("a", 1), ("b", 30), ("c", 20), (OTHER, 90))]
    lines = texts(preview_lines(trends(*values, display="ActionsPie"), 44, 3))
    assert lines[0].split()[:3] == ["b", "30", "21.3"]
    assert lines[1].split()[:2] == ["c", "20"]
    assert lines[2] == "2 more"
    assert texts(preview_lines(trends(*values, display="ActionsPie"), 44, 9))[-1].startswith("other")


def test_lifecycle_shows_the_last_whole_period() -> None:
    lines = texts(preview_lines(LIFECYCLE, 44, 9))
    assert lines[0] == "day 17 Nov"
    assert lines[1].startswith("● new            5  ")
    assert lines[4] == "■ dormant       -7"


def test_sql_shows_its_first_rows_and_counts_the_rest() -> None:
    rows = [[f"visitor {number}", number, "x" * 30] for number in range(50)]
    lines = texts(preview_lines(sql(rows, ("who", "n", "note"), has_more=True), 30, 5))
    assert lines[0].startswith("who")
    assert lines[0].endswith("+1")
    assert lines[3].split() == ["visitor", "2", "2"]
    assert lines[4] == "47 more and others not sent ·…"
    few = texts(preview_lines(sql(rows[:2], ("who", "n", "note")), 60, 5))
    assert len(few) == 3


def test_retention_and_paths_count_what_is_left_out() -> None:
    weeks = retention(*[cohort(f"2026-{month:02}-01", 10, 5) for month in range(1, 9)])
    lines = texts(preview_lines(weeks, 44, 5))
    assert len(lines) == 5
    assert lines[-1] == "5 more"
    edges = [{"source": "1_/", "target": f"2_/{number}", "value": number} for number in range(30)]
    lines = texts(preview_lines(detail({"kind": "PathsQuery"}, edges), 44, 5))
    assert lines[0].split()[:4] == ["/", "→", "/29", "29"]
    assert lines[-1] == "26 more"


@pytest.mark.parametrize("height", [0, 1, 2, 3])
@pytest.mark.parametrize("found", [LIFECYCLE, RETENTION, PATHS, funnel(FUNNEL), sql([[1], [2], [3]], ("n",))])
def test_a_preview_never_outgrows_its_place(found: InsightDetail, height: int) -> None:
    lines = preview_lines(found, 12, height)
    assert len(lines) <= height
    assert all(width(line) <= 12 for line in lines)
