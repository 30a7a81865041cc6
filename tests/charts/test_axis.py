"""Ticks, the rows and heights values land on, and the names along the bottom."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.charts.axis import GAP, MOST, STRIDES, bar_axis, line_axis, names_line, scale_of, spread, tick_labels
from tui.charts.numbers import Format, Number
from tui.lines import plain

PLAIN = Format()
finite = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([], (0, 1)),
        ([0, 0], (0, 1)),
        ([1], (0, 1)),
        ([2, 1], (0, 1, 2)),
        ([571, 212], (0, 200, 400, 600)),
        ([1500], (0, 500, 1000, 1500)),
        ([1501], (0, 1000, 2000)),
        ([0.07], (0, 0.05, 0.1)),
        ([100.0, 11.6], (0, 50, 100)),
        ([720, -310], (-500, 0, 500, 1000)),
        ([-3], (-3, -2, -1, 0)),
        ([None, math.nan, 9], (0, 5, 10)),
        ([5e-324], (0, 1)),
    ],
)
def test_ticks_are_round_and_begin_at_zero(values: list[Number | None], ticks: tuple[float, ...]) -> None:
    assert scale_of(values).ticks == ticks


def test_a_line_of_close_values_may_leave_zero_out() -> None:
    values = [9.9, 11.9]
    assert scale_of(values, floating=True).ticks == (9, 10, 11, 12)
    assert scale_of(values).ticks == (0, 5, 10, 15)
    assert scale_of([7.4, 10], floating=True).low == 0
    assert scale_of([100, 100], floating=True).low == 0


def test_times_have_the_ticks_of_a_clock() -> None:
    assert scale_of([170.0], seconds=1).ticks == (0, 60, 120, 180)
    assert scale_of([170_000.0], seconds=1000).ticks == (0, 60_000, 120_000, 180_000)
    assert tick_labels((0, 60, 120, 180), Format("duration")) == ["0 s", "1 min", "2 min", "3 min"]
    assert tick_labels((0, 500, 1000), Format("duration_ms")) == ["0 s", "500 ms", "1 s"]


@settings(deadline=None)
@given(values=st.lists(finite, max_size=8), floating=st.booleans(), most=st.integers(1, MOST))
def test_ticks_hold_every_value(values: list[Number], floating: bool, most: int) -> None:
    scale = scale_of(values, floating=floating, most=most)
    assert 1 <= scale.count <= max(most, 2)
    assert scale.step > 0
    assert scale.low <= 0 or floating
    figure = f"{scale.step:e}"
    assert figure[0] in "125"
    room = scale.step * 1e-6
    for value in values:
        if abs(value) < 1e300:
            assert scale.low - room <= value <= scale.high + room


@pytest.mark.parametrize(
    ("ticks", "form", "labels"),
    [
        ((0, 500, 1000, 1500), PLAIN, ["0", "500", "1,000", "1,500"]),
        ((0, 20_000, 40_000), PLAIN, ["0", "20k", "40k"]),
        ((0, 2_000_000), PLAIN, ["0", "2M"]),
        ((12_340, 12_350, 12_360), PLAIN, ["12,340", "12,350", "12,360"]),
        ((0, 0.05, 0.1), PLAIN, ["0", "0.05", "0.1"]),
        ((8, 10, 12), Format("percentage"), ["8 %", "10 %", "12 %"]),
        ((0, 0.1, 0.2), Format("percentage_scaled"), ["0 %", "10 %", "20 %"]),
        ((0, 500), Format(prefix="€ ", postfix=" net"), ["€ 0 net", "€ 500 net"]),
    ],
)
def test_labels_are_short_and_exact(ticks: tuple[float, ...], form: Format, labels: list[str]) -> None:
    assert tick_labels(ticks, form) == labels


def test_the_ticks_of_lines_lie_in_the_middle_of_their_rows() -> None:
    axis = line_axis([600, 0], 14, PLAIN)
    assert (axis.rows, axis.apart) == (13, 4)
    assert axis.tick_rows() == {0: 12, 1: 8, 2: 4, 3: 0}
    # Of the two dots about the middle of a row the upper one is taken.
    assert [axis.dot(value) for value in (600, 400, 200, 0)] == [1, 17, 33, 49]
    assert axis.dot(500) == 9
    assert axis.dot(10_000) == 1
    assert axis.label_at(4) == "400"
    assert axis.label_at(5) == ""


def test_the_ticks_of_bars_lie_on_the_edges_of_rows() -> None:
    axis = bar_axis([2900], 10, PLAIN)
    assert (axis.rows, axis.apart, axis.below) == (9, 3, 0)
    assert [axis.eighths(value) for value in (3000, 2000, 1000, 500, 1, 0)] == [72, 48, 24, 12, 1, 0]
    assert axis.tick_rows() == {3: 0, 2: 3, 1: 6, 0: 8}
    low = bar_axis([720, -310], 6, PLAIN)
    assert (low.rows, low.below) == (6, 2)
    assert low.eighths(-250) == low.eighths(250) == 8


@settings(deadline=None)
@given(values=st.lists(finite | st.none(), max_size=6), rows=st.integers(1, 60))
def test_every_value_lands_in_the_plot(values: list[Number | None], rows: int) -> None:
    known = [value for value in values if value is not None]
    lines, bars = line_axis(values, rows, PLAIN), bar_axis(values, rows, PLAIN)
    assert 1 <= lines.rows <= rows
    assert 1 <= bars.rows <= rows
    for value in known:
        assert 0 <= lines.dot(value) < 4 * lines.rows
        assert (bars.eighths(value) > 0) == (value != 0)
    if lines.apart:
        for place, row in lines.tick_rows().items():
            assert lines.dot(lines.scale.ticks[place]) == 4 * row + 1


def test_names_are_a_week_apart_and_end_with_the_last_day() -> None:
    names = [f"{day} Nov" for day in range(1, 30)]
    starts = spread(names, list(range(0, 58, 2)), 58, interval="day")
    assert list(starts) == [0, 7, 14, 21, 28]
    assert plain(names_line(names, starts)) == "1 Nov       8 Nov        15 Nov        22 Nov       29 Nov"


def test_the_name_under_the_cursor_stays_and_is_strong() -> None:
    names = [f"{day} Nov" for day in range(1, 30)]
    starts = spread(names, list(range(0, 58, 2)), 58, interval="day", keep=27)
    assert 27 in starts
    assert 28 not in starts
    assert [span.role for span in names_line(names, starts, 27) if span.text == "28 Nov"] == ["strong"]


@given(
    sizes=st.lists(st.integers(0, 30), max_size=60),
    cells=st.integers(0, 120),
    interval=st.sampled_from(list(STRIDES)),
    keep=st.none() | st.integers(-1, 60),
)
def test_names_never_touch(sizes: list[int], cells: int, interval: str, keep: int | None) -> None:
    names = ["x" * size for size in sizes]
    centres = [round(place * (cells - 1) / max(1, len(names) - 1)) for place in range(len(names))]
    starts = spread(names, centres, cells, interval=interval, keep=keep)
    end = -GAP
    for place, start in starts.items():
        assert start >= end + GAP
        end = start + len(names[place])
    assert end <= cells
    assert len(plain(names_line(names, starts))) == max(end, 0)
