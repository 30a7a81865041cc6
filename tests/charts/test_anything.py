"""Whatever a server sends: no exception, and no line wider than its place."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.results import NOT_SET, NOW, OTHER, detail, series, sql, trends
from tui.charts.headline import headline
from tui.charts.preview import preview_lines
from tui.charts.query import query_lines
from tui.charts.tables import result_lines
from tui.lines import width
from tui.store.facts import InsightDetail
from tui.text import clean

KINDS = [
    "TrendsQuery",
    "StickinessQuery",
    "LifecycleQuery",
    "FunnelsQuery",
    "RetentionQuery",
    "PathsQuery",
    "HogQLQuery",
    "EventsQuery",
    "Unknown",
]
WIDTHS = st.integers(1, 220)

numbers = st.one_of(
    st.none(),
    st.integers(-50, 5000),
    st.integers(),
    st.floats(),
    st.sampled_from([10**400, -(10**18), 1e308, -1e308, 5e-324, math.nan, True, "12.5", "many", [], {}]),
)
words = st.one_of(
    st.sampled_from(
        ["", "Checkout", "日本からの注文 🌱", "👩‍🔬" * 9, OTHER, NOT_SET, "a\nb\x1b[31m", "x" * 300, "1_/a"]
    ),
    st.text(max_size=12),
)
days: st.SearchStrategy[Any] = st.one_of(
    st.integers(1, 28).map(lambda day: f"2026-11-{day:02}"),
    st.sampled_from(["2026-11-18 11:00:00", "0001-01-01", "9999-12-31T23:59:59Z", "no day", 3, None, {}]),
)
anything = st.recursive(
    st.one_of(numbers, words, st.booleans()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
values = st.one_of(words, st.lists(words, max_size=3), st.none(), st.integers())


def objects(optional: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Objects in which any of these fields may be missing or hold anything."""
    return st.fixed_dictionaries({}, optional={key: found | anything for key, found in optional.items()})


one_series = objects(
    {
        "label": words,
        "data": st.lists(numbers, max_size=12),
        "days": st.lists(days, max_size=12),
        "labels": st.lists(words, max_size=12),
        "count": numbers,
        "aggregated_value": numbers,
        "action": objects({"name": words, "custom_name": words, "math": st.sampled_from(["total", "avg", "dau"])}),
        "breakdown_value": values,
        "compare_label": st.sampled_from(["current", "previous"]),
        "status": st.sampled_from(["new", "dormant", "returning"]),
    }
)
one_step = objects(
    {
        "name": words,
        "count": numbers,
        "order": numbers,
        "median_conversion_time": numbers,
        "average_conversion_time": numbers,
        "breakdown_value": values,
    }
)
one_cohort = objects(
    {
        "date": days,
        "label": words,
        "values": st.lists(objects({"count": numbers}), max_size=12),
        "breakdown_value": values,
    }
)
one_edge = objects({"source": words, "target": words, "value": numbers, "average_conversion_time": numbers})
bins = st.lists(st.tuples(numbers, numbers).map(list), max_size=6)
results = st.one_of(
    st.lists(one_series, max_size=7),
    st.lists(one_step, max_size=6),
    st.lists(st.lists(one_step, max_size=4), max_size=4),
    st.lists(one_cohort, max_size=6),
    st.lists(one_edge, max_size=6),
    objects({"bins": bins, "average_conversion_time": numbers, "median_conversion_time": numbers}),
    st.lists(st.lists(anything, max_size=6), max_size=6),
    anything,
)
sources = objects(
    {
        "trendsFilter": objects(
            {
                "display": st.sampled_from(
                    ["ActionsLineGraph", "BoldNumber", "ActionsPie", "ActionsLineGraphCumulative"]
                ),
                "aggregationAxisFormat": st.sampled_from(
                    ["duration", "duration_ms", "percentage", "percentage_scaled"]
                ),
                "aggregationAxisPrefix": words,
                "decimalPlaces": numbers,
            }
        ),
        "interval": st.sampled_from(["minute", "hour", "day", "week", "month"]),
        "breakdownFilter": objects({"breakdown": values, "breakdowns": st.lists(objects({"property": words}))}),
        "retentionFilter": objects({"period": st.sampled_from(["Day", "Week", "Month"])}),
        "query": st.one_of(words, st.sampled_from(["SELECT 'a' FROM b WHERE {variables.c} -- d", "/* {variables."])),
        "variables": st.dictionaries(words, objects({"code_name": words, "value": anything, "isNull": st.booleans()})),
    }
)


def check(found: InsightDetail, cells: int, height: int) -> None:
    """Draw everything there is of an insight, and measure it."""
    lines = [*result_lines(found, cells, now=NOW), *query_lines(found.query, cells)]
    preview = preview_lines(found, cells, height, now=NOW)
    assert len(preview) <= height
    assert all(width(line) <= cells for line in [*lines, *preview])
    for line in [*lines, *preview, headline(found) or ()]:
        # A joiner is left over where an emoji of several parts is broken between two lines; it does nothing.
        shown = [span.text.replace("\u200d", "") for span in line]
        assert all(clean(text) == text for text in shown)


@settings(max_examples=200, deadline=None)
@given(
    result=results,
    source=sources,
    kind=st.sampled_from(KINDS),
    cells=WIDTHS,
    height=st.integers(0, 20),
    names=st.lists(words, max_size=6),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "", "no/zone", "."]),
    computed=st.sampled_from([None, NOW - 300, NOW + 9e9, -1e12]),
)
def test_no_result_breaks_the_drawing(
    result: Any, source: Any, kind: str, cells: int, height: int, names: list[str], zone: str, computed: float | None
) -> None:
    columns = tuple(name.replace("\n", " ").replace("\x1b", "") for name in names)
    types = tuple((name, "Nullable(UInt64)") for name in columns[::2])
    found = detail({**source, "kind": kind}, result, columns=columns, types=types, timezone=zone, computed_at=computed)
    check(found, cells, height)


LARGE = [
    trends(series([1.5] * 28, "日本からの注文 🌱 " * 5)),
    trends(*[{"label": f"{place} 🌱", "data": list(range(40)), "days": []} for place in range(500)]),
    trends(
        {"label": "x", "data": list(range(10_000)), "days": [f"2026-11-01 {h % 24:02}:00:00" for h in range(10_000)]}
    ),
    sql([[place, "日本" * 30, None, 1e18] for place in range(10_000)], ("a", "日本からの", "c", "d")),
    sql([list(range(300))] * 3, tuple(f"column {place}" for place in range(300))),
    detail(
        {"kind": "RetentionQuery"},
        [{"date": "2026-01-01", "values": [{"count": 9}] * 200, "breakdown_value": str(place)} for place in range(20)],
    ),
    detail({"kind": "FunnelsQuery"}, [[{"name": "步骤" * 20, "count": place} for place in range(30)]] * 50),
    detail({"kind": "PathsQuery"}, [{"source": "1_" + "🌱" * 200, "target": "", "value": 10**300}] * 500),
]


@pytest.mark.parametrize("cells", [1, 7, 46, 78, 220])
@pytest.mark.parametrize("found", LARGE)
def test_large_results_fit_at_every_width(found: InsightDetail, cells: int) -> None:
    check(found, cells, 9)
