"""Tables of funnels, retention, paths and SQL."""

from __future__ import annotations

from typing import Any

import pytest

from tests.charts.results import (
    FUNNEL,
    NOT_SET,
    NOW,
    cohort,
    detail,
    funnel,
    retention,
    roles,
    series,
    sql,
    step,
    texts,
)
from tui.charts.tables import result_lines


def test_a_funnel_has_a_row_a_step_and_says_where_most_are_lost() -> None:
    lines = result_lines(funnel(FUNNEL), 78, now=NOW)
    assert texts(lines) == [
        "   step              people  of all   go on  median time",
        "1  Product viewed    18,420   100 %                    –  ━━━━━━━━━━━━━━━━━━━━",
        "2  Added to basket    6,318  34.3 %  34.3 %   3 min 12 s  ━━━━━━━",
        "3  Checkout started   3,702  20.1 %  58.6 %   1 min 40 s  ━━━━",
        "4  Payment entered    2,590  14.1 %  70.0 %   2 min 05 s  ━━━",
        "5  Order placed       2,141  11.6 %  82.7 %         38 s  ━━╸",
        "",
        "all the way  11.6 %  7 min 35 s, medians added   most lost 1 to 2, 12,102",
    ]
    assert roles(lines[-1], "11.6 %") == {"accent_strong"}
    assert roles(lines[-1], "1 to 2") == {"strong"}


def test_a_custom_name_of_a_step_wins_and_order_counts() -> None:
    mixed = [step("b", 1, order=1), step("a", 2, order=0, custom_name="First")]
    lines = texts(result_lines(funnel(mixed), 60, now=NOW))
    assert lines[1].startswith("1  First")
    assert lines[2].startswith("2  b")


def test_a_funnel_by_breakdown_has_a_column_a_step() -> None:
    result = [
        [step("viewed", 9870, breakdown_value=["Desktop"]), step("order", 1622, breakdown_value=["Desktop"])],
        [step("viewed", 135, breakdown_value=[NOT_SET]), step("order", 10, breakdown_value=[NOT_SET])],
    ]
    lines = texts(result_lines(funnel(result, breakdownFilter={"breakdown": "device"}), 78, now=NOW))
    assert lines == [
        "by device  viewed  order  all the way",
        "● Desktop   9,870  1,622       16.4 %",
        "◆ not set     135     10        7.4 %",
        "─────────────────────────────────────",
        "all        10,005  1,632       16.3 %",
    ]


def test_a_narrow_funnel_by_breakdown_keeps_the_first_and_the_last_step() -> None:
    wide = [[{**one, "breakdown_value": "Desktop"} for one in FUNNEL]]
    lines = texts(result_lines(funnel(wide), 46, now=NOW))
    assert "Product" in lines[0]
    assert "Order" in lines[0]
    assert lines[-1] == "3 steps between not shown"


def test_a_funnel_over_time_is_in_percent() -> None:
    result = [series([34.26, 100, 0])]
    del result[0]["label"]
    lines = texts(result_lines(funnel(result, funnelsFilter={"funnelVizType": "trends"}), 22, now=NOW))
    assert lines[:4] == ["day     all the way", "16 Nov       34.3 %", "17 Nov        100 %", "18 Nov          0 %"]


def test_times_to_convert_are_bins() -> None:
    result = {
        "bins": [[28, 45], [108, 135], [188, 0]],
        "average_conversion_time": 298.4,
        "median_conversion_time": 282,
    }
    assert texts(result_lines(funnel(result), 46, now=NOW)) == [
        "      from  people   share",
        "      28 s      45  25.0 %  ━━━━━━",
        "1 min 48 s     135  75.0 %  ━━━━━━━━━━━━━━━━━━",
        "3 min 08 s       0     0 %",
        "",
        "median  4 min 42 s   average  4 min 58 s",
    ]


def test_retention_is_a_triangle_of_percents() -> None:
    found = retention(cohort("2026-11-02", 200, 92, 60), cohort("2026-11-09", 100, 40), cohort("2026-11-16", 50))
    lines = result_lines(found, 60, now=NOW)
    assert texts(lines) == [
        "began   size     0    1    2",
        " 2 Nov   200   100   46   30…",
        " 9 Nov   100   100   40…",
        "16 Nov    50   100 ",
        "all      350   100   46",
        "",
        "percent of those who began that week",
        "… that week is not over yet",
    ]
    assert roles(lines[1], "100") == {"heat4"}
    assert roles(lines[1], " 46") == {"heat3"}
    assert roles(lines[1], " 30") == {"heat2"}


def test_the_mean_of_a_period_leaves_out_those_for_whom_it_is_not_over() -> None:
    found = retention(cohort("2026-11-02", 200, 92), cohort("2026-11-09", 1000, 1))
    assert texts(result_lines(found, 60, now=NOW))[3].split() == ["all", "1,200", "100", "46"]


def test_a_narrow_triangle_counts_what_is_left_out() -> None:
    found = retention(cohort("2026-01-05", *range(100, 80, -1)), cohort("2026-01-12", *range(100, 81, -1)))
    lines = texts(result_lines(found, 46, now=NOW))
    assert "14 more weeks to the right" in lines


def test_retention_by_breakdown_has_a_triangle_a_value() -> None:
    found = retention(
        cohort("2026-11-02", 20, 10, breakdown_value="DE"), cohort("2026-11-02", 10, 1, breakdown_value=NOT_SET)
    )
    lines = texts(result_lines(found, 60, now=NOW))
    assert lines[0] == "DE"
    assert "not set" in lines


def test_paths_are_edges_with_the_strongest_first() -> None:
    result = [
        {
            "source": "1_https://shop.eu/",
            "target": "2_https://shop.eu/sale",
            "value": 931,
            "average_conversion_time": 30_000,
        },
        {
            "source": "1_https://shop.eu/",
            "target": "2_https://shop.eu/c/plants",
            "value": 2980,
            "average_conversion_time": None,
        },
        {
            "source": "2_https://shop.eu/sale",
            "target": "3_https://shop.eu",
            "value": 7,
            "average_conversion_time": 1500,
        },
    ]
    assert texts(result_lines(detail({"kind": "PathsQuery"}, result), 60, now=NOW)) == [
        "step  from     to         people  average time",
        "   1  /      → /c/plants   2,980             –  ━━━━━━━━━━━━",
        "   1  /      → /sale         931          30 s  ━━━╸",
        "   2  /sale  → /               7         1.5 s  ╸",
    ]


def test_sql_cells_are_as_sent() -> None:
    found = sql(
        [["Germany", 1204, 98410.2, None, True], ["Österreich", 388, 31077.9, {"a": [1]}, False]],
        ("country", "orders", "revenue", "more", "vip"),
        ("String", "UInt64", "Nullable(Float64)", "LowCardinality(Nullable(String))", "Bool"),
    )
    lines = result_lines(found, 78, now=NOW)
    assert texts(lines) == [
        "country     orders  revenue  more        vip",
        "String      UInt64  Float64  String      Bool",
        "Germany       1204  98410.2  null        true",
        'Österreich     388  31077.9  {"a": [1]}  false',
        "",
        "2 rows",
    ]
    assert roles(lines[2], "null") == {"italic"}
    assert {span.role for span in lines[0]} == {"header"}


def test_wide_sql_counts_the_columns_without_room() -> None:
    names = tuple(f"column_{number}" for number in range(10))
    found = sql([[f"value {number}" for number in range(10)]], names, has_more=True)
    lines = texts(result_lines(found, 46, now=NOW))
    assert lines[0] == "column_0  column_1  column_2  column_3      +6"
    assert lines[-1].startswith("1 row · more rows exist than PostHog sent")
    far = texts(result_lines(found, 78, now=NOW, skip=7))
    assert far[0] == "column_7  column_8  column_9"
    assert far[-1] == "1 row · more rows exist than PostHog sent · 7 to the left"


def test_long_words_give_way_before_columns_do() -> None:
    found = sql([["x" * 100, 1, "y" * 100]], ("a", "b", "c"))
    lines = texts(result_lines(found, 60, now=NOW))
    assert lines[0].split() == ["a", "b", "c"]
    assert lines[1].count("…") == 2


def test_a_newline_in_a_cell_stays_in_its_row() -> None:
    lines = texts(result_lines(sql([["a\nb\tc"]], ("words",)), 60, now=NOW))
    assert lines[1] == "a b c"


@pytest.mark.parametrize("rows", [[], [[]], [1, "two", None], [[1], [1, 2, 3]], [{"a": 1}, {"b": 2}]])
def test_rows_of_any_form_are_counted(rows: list[Any]) -> None:
    lines = texts(result_lines(sql(rows, ()), 60, now=NOW))
    assert lines[-1] == f"{len(rows)} row{'' if len(rows) == 1 else 's'}"


@pytest.mark.parametrize("kind", ["FunnelsQuery", "RetentionQuery", "PathsQuery", "HogQLQuery", "JourneysQuery"])
@pytest.mark.parametrize("result", [{"a": {"b": [1]}}, "text", 7, [{"x": 1}, 2]])
def test_unknown_shapes_are_json(kind: str, result: Any) -> None:
    lines = texts(result_lines(detail({"kind": kind}, result), 60, now=NOW))
    assert "".join(lines).replace(" ", "")[0] in '{"7['


def test_the_word_of_the_list_counts_where_the_query_says_nothing() -> None:
    found = detail({}, [series([1])], kind="trends")
    assert texts(result_lines(found, 60, now=NOW))[0] == "day     order placed"
