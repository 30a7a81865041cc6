"""Whatever a server sends is drawn within its place, and every kind finds its drawing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.results import FUNNEL, NOW, cohort, detail, funnel, retention, series, sql, texts, trends
from tests.charts.test_anything import KINDS, LARGE, one_series, results, sources
from tui.charts.drawing import Drawing, draw, shaded
from tui.lines import Span, width
from tui.store.facts import InsightDetail
from tui.text import clean

DISPLAYS = [
    "ActionsLineGraph",
    "ActionsLineGraphCumulative",
    "ActionsAreaGraph",
    "ActionsBar",
    "ActionsStackedBar",
    "ActionsUnstackedBar",
    "ActionsBarValue",
    "ActionsPie",
    "ActionsTable",
    "BoldNumber",
    "CalendarHeatmap",
    "WorldMap",
]


def check(found: InsightDetail, cells: int, height: int, cursor: int | None) -> Drawing:
    """Draw it, and measure it."""
    drawing = draw(found, cells, height, now=NOW, cursor=cursor)
    assert not height or len(drawing.lines) <= height
    assert all(width(row) <= cells for row in drawing.lines)
    assert drawing.stops >= 0
    assert drawing.cut >= 0
    assert bool(drawing.readout) == (cursor is not None and drawing.stops > 0)
    for row in [*drawing.lines, drawing.readout, *shaded(drawing.lines)]:
        shown = [span.text.replace("\u200d", "") for span in row]
        assert all(clean(text) == text for text in shown)
    return drawing


@settings(max_examples=300, deadline=None)
@given(
    result=st.lists(one_series, min_size=1, max_size=7) | results,
    source=sources,
    display=st.sampled_from(DISPLAYS),
    kind=st.sampled_from(KINDS),
    cells=st.integers(1, 220),
    height=st.integers(0, 60),
    cursor=st.none() | st.integers(-2, 40),
    computed=st.sampled_from([None, NOW - 300]),
)
def test_no_result_breaks_the_drawing(
    result: Any,
    source: Any,
    display: str,
    kind: str,
    cells: int,
    height: int,
    cursor: int | None,
    computed: float | None,
) -> None:
    if isinstance(source.get("trendsFilter"), dict):
        source = {**source, "trendsFilter": {**source["trendsFilter"], "display": display}}
    columns = ("day", "orders")
    found = detail({**source, "kind": kind}, result, columns=columns, computed_at=computed)
    check(found, cells, height, cursor)


@pytest.mark.parametrize(("cells", "height"), [(1, 1), (20, 4), (44, 14), (118, 34), (220, 60), (80, 0)])
@pytest.mark.parametrize("found", LARGE)
def test_large_results_fit_at_every_size(found: InsightDetail, cells: int, height: int) -> None:
    check(found, cells, height, 3)


@pytest.mark.parametrize("display", DISPLAYS)
@pytest.mark.parametrize(("cells", "height"), [(44, 6), (44, 14), (60, 20), (118, 34), (198, 40)])
def test_every_display_fits_where_it_is_shown(display: str, cells: int, height: int) -> None:
    several = [series([4, 9, 7, 12, 3], f"a shop with a long name {place} 日本", last=18) for place in range(4)]
    check(trends(*several, display=display), cells, height, None)
    check(trends(several[0], display=display), cells, height, 2)


@pytest.mark.parametrize(
    ("found", "stops"),
    [
        (trends(series([1, 2, 3])), 3),
        (detail({"kind": "StickinessQuery"}, [{**series([5, 2]), "days": [1, 2], "labels": ["1 day", "2 days"]}]), 2),
        (
            detail(
                {"kind": "LifecycleQuery"},
                [{**series([5, 2], status), "status": status} for status in ("new", "returning")],
            ),
            2,
        ),
        (funnel(FUNNEL), 5),
        (detail({"kind": "PathsQuery"}, [{"source": "1_/", "target": "2_/c", "value": 9}]), 1),
    ],
)
def test_every_kind_can_be_walked_along(found: InsightDetail, stops: int) -> None:
    assert draw(found, 80, 24, now=NOW).stops == stops


def test_every_kind_has_a_drawing() -> None:
    for found in (retention(cohort("2026-11-02", 9, 3), cohort("2026-11-09", 8)), sql([[1, 2]], ("a", "b"))):
        assert draw(found, 80, 24, now=NOW).lines


def test_a_foreign_shape_is_shown_as_json_and_its_rest_is_counted() -> None:
    found = draw(detail({"kind": "TrendsQuery"}, {"odd": list(range(200))}), 20, 5, now=NOW)
    assert texts(found.lines)[0] == "{"
    assert found.cut > 0
    assert texts(found.lines)[-1] == f"{found.cut:,} more lines"
    assert len(found.lines) == 5
    assert draw(detail({"kind": "TrendsQuery"}, {"odd": 1}), 40, 0, now=NOW).cut == 0


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw(detail({"kind": "TrendsQuery"}, None), 40, 10, now=NOW) == Drawing(())
    assert draw(trends(series([1])), 0, 10, now=NOW) == Drawing(())
    assert texts(draw(trends(), 60, 10, now=NOW).lines) == ["Nothing matched in this range."]


def test_without_colours_parts_differ_by_their_shade() -> None:
    line = (
        Span("▆", "bar"),
        Span(" a "),
        Span("██", "s2"),
        Span("▆▆", "s2", "s3"),
        Span("▂▂", "s3", "s4"),
        Span("▃", "s4"),
        Span("▅▅", "s2"),
        Span("▅▅", "bar"),
        Span("━━", "bar"),
        Span("■", "s4"),
    )
    assert shaded([line]) == [
        (
            Span("█", "bar"),
            Span(" a "),
            Span("▓▓", "s2"),
            Span("▓▓", "s2"),
            Span("░░", "s4"),
            Span("⣀", "s4"),
            Span("▓▓", "s2"),
            Span("▅▅", "bar"),
            Span("━━", "bar"),
            Span("■", "s4"),
        )
    ]
