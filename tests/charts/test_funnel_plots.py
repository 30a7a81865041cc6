"""Drawings of funnels."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.results import FUNNEL, NOT_SET, NOW, funnel, roles, series, step, texts
from tui.charts.drawing import Drawing
from tui.charts.funnel_plots import funnel_drawing
from tui.lines import plain, width
from tui.store.facts import InsightDetail


def draw(found: InsightDetail, width: int, height: int, cursor: int | None = None) -> Drawing:
    drawing = funnel_drawing(found, width, height, now=NOW, cursor=cursor)
    assert drawing is not None
    return drawing


def shown(found: InsightDetail, width: int, height: int, cursor: int | None = None) -> list[str]:
    return [text.rstrip() for text in texts(draw(found, width, height, cursor).lines)]


def by_device(*names: str) -> list[list[dict[str, Any]]]:
    """A funnel of two steps in which half of each value goes on."""
    return [[step("viewed", 200, breakdown_value=[name]), step("order", 100, breakdown_value=[name])] for name in names]


def test_a_step_has_its_bar_below_and_its_times_at_the_right() -> None:
    assert shown(funnel(FUNNEL[:3]), 60, 20) == [
        "                                people  of all   median time",
        "1 Product viewed                18,420   100 %             –",
        "  ████████████████████████████████████████████",
        "",
        "2 Added to basket                6,318  34.3 %    3 min 12 s",
        "  ███████████████▏                              34.3 % go on",
        "",
        "3 Checkout started               3,702  20.1 %    1 min 40 s",
        "  ████████▉                                     58.6 % go on",
        "",
        "all the way  20.1 %  4 min 52 s, medians added",
        "most lost 1 to 2, 12,102",
    ]


def test_the_empty_part_of_a_bar_is_its_track() -> None:
    bar = draw(funnel(FUNNEL[:2]), 60, 20).lines[5]
    assert [(len(span.text), span.on) for span in bar[1:3]] == [(16, "track"), (28, "track")]
    assert bar[1].role == "bar"


def test_steps_move_together_as_the_height_shrinks() -> None:
    roomy, tight = draw(funnel(FUNNEL), 68, 18), draw(funnel(FUNNEL), 68, 17)
    assert [len(roomy.lines), len(tight.lines)] == [18, 14]
    assert texts(tight.lines)[2].lstrip().startswith("█")
    assert texts(tight.lines)[3].startswith("2 Added to basket")
    assert shown(funnel(FUNNEL), 68, 5)[0].startswith("1 Product viewed   █")


def test_a_narrow_place_has_a_step_a_line() -> None:
    assert shown(funnel(FUNNEL), 44, 14) == [
        "1 Product viewed   ██████████  18,420  100 %",
        "",
        "2 Added to basket  ███▍         6,318 34.3 %",
        "",
        "3 Checkout started ██           3,702 20.1 %",
        "",
        "4 Payment entered  █▍           2,590 14.1 %",
        "",
        "5 Order placed     █▏           2,141 11.6 %",
        "",
        "all the way  11.6 %  7 min 35 s",
        "most lost 1 to 2, 12,102",
    ]


def test_a_narrow_place_with_height_says_between_the_bars_who_goes_on() -> None:
    assert shown(funnel(FUNNEL[:2]), 44, 20)[:5] == [
        "1 Product viewed              18,420   100 %",
        "  ██████████████████████████████████████████",
        "  34.3 % go on, 3 min 12 s",
        "2 Added to basket              6,318  34.3 %",
        "  ██████████████▍",
    ]


def test_a_tenth_step_has_its_number_and_its_mark() -> None:
    found = funnel([step(f"step {place}", 100 - place) for place in range(1, 11)])
    assert [line[:9] for line in shown(found, 60, 40)[25:29:3]] == ["9  step 9", "10 step 1"]
    assert shown(found, 60, 40, cursor=9)[28].startswith("▸  step 10")


def test_steps_without_room_are_counted_and_the_one_at_the_cursor_stays() -> None:
    first = draw(funnel(FUNNEL), 44, 3)
    assert (first.cut, first.stops) == (3, 5)
    assert texts(first.lines)[-1] == "3 more steps"
    last = shown(funnel(FUNNEL), 44, 3, cursor=4)
    assert last[0].startswith("4 Payment")
    assert last[1].startswith("▸ Order placed")
    assert last[2] == "3 more steps above"


def test_the_cursor_reads_a_step_out() -> None:
    drawing = draw(funnel(FUNNEL), 68, 20, cursor=1)
    assert texts(drawing.lines)[4].startswith("▸ Added to basket")
    assert plain(drawing.readout) == (
        "2 Added to basket  6,318  of all 34.3 %  of those before 34.3 %  lost 12,102"
        "  median 3 min 12 s  average 3 min 12 s"
    )
    assert plain(draw(funnel(FUNNEL), 68, 20, cursor=99).readout).startswith("5 Order placed")


def test_a_breakdown_has_a_bar_a_value_under_each_step() -> None:
    found = funnel(by_device("Desktop", NOT_SET), breakdownFilter={"breakdown": "device"})
    drawing = draw(found, 60, 20)
    assert [text.rstrip() for text in texts(drawing.lines)] == [
        "by device    people  of all   go on",
        "1 viewed        400   100 %          ███████████████████████",
        "  ● Desktop     200   100 %          ━━━━━━━━━━━━━━━━━━━━━━━",
        "  ◆ not set     200   100 %          ━━━━━━━━━━━━━━━━━━━━━━━",
        "",
        "2 order         200  50.0 %  50.0 %  ███████████▌",
        "  ● Desktop     100  50.0 %  50.0 %  ━━━━━━━━━━━╸",
        "  ◆ not set     100  50.0 %  50.0 %  ━━━━━━━━━━━╸",
        "",
        "of all: of those of the same device who began",
    ]
    assert roles(drawing.lines[2], "━") == {"s1"}
    assert roles(drawing.lines[3], "━") == {"s2"}
    assert drawing.stops == 2


def test_many_values_have_a_line_each() -> None:
    drawing = draw(funnel(by_device(*map(str, range(12)))), 60, 8, cursor=0)
    lines = texts(drawing.lines)
    assert len(lines) == 8
    assert lines[0].split() == ["value", "began", "arrived", "all", "the", "way"]
    assert lines[1].startswith("▸ ● 0")
    assert lines[-1] == "6 more values"
    assert (drawing.cut, drawing.stops) == (6, 12)
    assert plain(drawing.readout) == "● 0  200 → 100  all the way 50.0 %"


def test_a_funnel_over_time_is_a_line_in_percent() -> None:
    result = [series([70.5, 75, 71, 72])]
    del result[0]["label"]
    drawing = draw(funnel(result, funnelsFilter={"funnelVizType": "trends"}), 60, 12)
    words = "\n".join(texts(drawing.lines))
    assert "the axis starts at 70 %" in words
    assert "so far today" in words
    assert drawing.stops == 4


TIMES = {"bins": [[28, 45], [108, 90], [188, 0]], "average_conversion_time": 298.4, "median_conversion_time": 120}


def test_times_to_convert_are_bars_with_the_median_below() -> None:
    assert shown(funnel(TIMES), 44, 10) == [
        "             90",
        "          ████████",
        "          ████████",
        "   45     ████████",
        "████████  ████████",
        "████████  ████████",
        "████████  ████████     0",
        " 28 s             3 min 08 s",
        "             ↑ median 2 min",
        "average 4 min 58 s",
    ]


def test_a_bin_reads_out_from_when_until_when() -> None:
    assert plain(draw(funnel(TIMES), 44, 10, cursor=1).readout) == "1 min 48 s to 3 min 08 s  90, 66.7 %"
    assert plain(draw(funnel(TIMES), 44, 10, cursor=2).readout) == "3 min 08 s or more  0, 0 %"


def test_bins_that_have_no_room_are_put_together() -> None:
    many = {"bins": [[second, 2] for second in range(100)]}
    drawing = draw(funnel(many), 50, 12, cursor=0)
    assert drawing.stops == 25
    assert plain(drawing.readout) == "0 s to 4 s  8, 4.0 %"


@pytest.mark.parametrize("result", [[], [[]], {"bins": []}])
def test_a_funnel_without_people_says_so(result: Any) -> None:
    [words] = shown(funnel(result), 60, 10)
    assert words.startswith("Nobody ")


@pytest.mark.parametrize("result", [{"bins": 3}, {}, "text", 7, [{"x": 1}], None])
def test_another_shape_is_not_drawn(result: Any) -> None:
    assert funnel_drawing(funnel(result), 60, 10, now=NOW) is None


numbers = st.none() | st.integers(-9, 5000) | st.floats() | st.sampled_from([1e300, -1e300, 5e-324, 10**400])
words = st.sampled_from(["", "Checkout", "日本からの注文 🌱", "x" * 300, NOT_SET])
one_step = st.fixed_dictionaries({"name": words, "count": numbers, "median_conversion_time": numbers})
one_of_value = st.fixed_dictionaries({"name": words, "count": numbers, "breakdown_value": words})
results = st.one_of(
    st.lists(one_step, max_size=12),
    st.lists(st.lists(one_of_value, min_size=1, max_size=4), max_size=12),
    st.fixed_dictionaries(
        {"bins": st.lists(st.tuples(st.integers(0, 9999), numbers), max_size=90), "median_conversion_time": numbers}
    ),
    st.fixed_dictionaries({"data": st.lists(numbers, max_size=9), "breakdown_value": words}).map(lambda one: [one]),
)


@settings(max_examples=200, deadline=None)
@given(result=results, cells=st.integers(1, 220), height=st.integers(1, 60), cursor=st.none() | st.integers(-1, 99))
def test_no_funnel_leaves_its_place(result: Any, cells: int, height: int, cursor: int | None) -> None:
    drawing = funnel_drawing(funnel(result), cells, height, now=NOW, cursor=cursor)
    if drawing is not None:
        assert len(drawing.lines) <= height
        assert all(width(line) <= cells for line in drawing.lines)
        assert bool(drawing.readout) is (drawing.stops > 0 and cursor is not None)
