"""Funnels over time drawn as a line, and times to convert as a histogram."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tui import text as texts
from tui.charts.column_plot import Bar, columns
from tui.charts.columns import Bars, Cell, Column, note, table
from tui.charts.drawing import Drawing
from tui.charts.fitting import at, clipped, pointer, said
from tui.charts.funnel_tables import time_bins
from tui.charts.numbers import Number, duration, number, percent, share, to_number, total
from tui.charts.trend_frame import NATURAL
from tui.charts.trend_plots import line_drawing
from tui.charts.trend_tables import Trend
from tui.glyphs import UP
from tui.lines import BLANK, Line, Span, cut, line
from tui.store.facts import InsightDetail

CELLS_LEAST: Final = 16
ROWS_LEAST: Final = 6
BIN_CELLS: Final = 2
"""Cells a bin should have before neighbours are put together."""

_Bin = tuple[Number, Number | None]
"""From how many seconds on, and how many people."""


def funnel_trend_drawing(
    detail: InsightDetail, cells: int, height: int, *, now: float, cursor: int | None = None
) -> Drawing | None:
    """The percent that goes all the way, as a line over time; None for another shape."""
    trend = Trend.of(detail, now)
    if trend is None:
        return None
    if not trend.points:
        return Drawing((note("No point in this range.", cells),))
    return line_drawing(trend, cells, height, cursor)


def time_drawing(result: dict[str, Any], cells: int, height: int, *, cursor: int | None = None) -> Drawing | None:
    """How many took how long from the first to the last step, with the median marked; None for another shape."""
    bins = time_bins(result)
    if bins is None:
        return None
    if not bins:
        return Drawing((note("Nobody went all the way in this range.", cells),))
    median, average = (to_number(result.get(f"{name}_conversion_time")) for name in ("median", "average"))
    bins = _joined(bins, max(1, cells // BIN_CELLS))
    place = at(cursor, len(bins))
    readout = () if place is None else _readout(bins, place)
    rows = height or NATURAL
    names = [duration(seconds) for seconds, _ in bins]
    drawn = columns([Bar([people for _, people in bins], "bar")], names, cells, rows - 2, place)
    if drawn is None or cells < CELLS_LEAST or rows < ROWS_LEAST:
        return _as_rows(bins, median, cells, height, place)
    lines = [*drawn.lines, _median_line(bins, drawn.centres, median, cells)]
    lines.append(said([f"average {duration(average)}", "from the first step to the last"], cells))
    return Drawing(tuple(cut(row, cells) for row in lines), len(bins), readout)


def _joined(bins: Sequence[_Bin], most: int) -> list[_Bin]:
    """At most `most` bins: neighbours put together, equally many in each."""
    bins = sorted(bins, key=lambda one: one[0])
    size = -(-len(bins) // most)
    groups = [bins[first : first + size] for first in range(0, len(bins), size)]
    return [(group[0][0], total(people for _, people in group)) for group in groups]


def _median_line(bins: Sequence[_Bin], centres: Sequence[int], median: Number | None, cells: int) -> Line:
    """The median, said right below the bar it lies in."""
    if median is None:
        return BLANK
    place = max((index for index, (seconds, _) in enumerate(bins) if seconds <= median), default=0)
    words = f"median {duration(median)}"
    start = centres[place]
    if start + 2 + texts.width(words) <= cells:
        return line(" " * start, Span(f"{UP} ", "accent_strong"), Span(words, "strong"))
    before = start - 1 - texts.width(words)
    return line(" " * max(0, before), Span(f"{words} ", "strong"), Span(UP if before >= 0 else "", "accent_strong"))


def _as_rows(bins: Sequence[_Bin], median: Number | None, cells: int, height: int, cursor: int | None) -> Drawing:
    """A bin a row, where upright bars have no room."""
    counts = [people for _, people in bins]
    columns_ = [
        Column("from", [duration(seconds) for seconds, _ in bins], role="muted"),
        Column("people", [number(people) for people in counts]),
        Column("share", [percent(share(people, total(counts))) for people in counts], role="strong", drop=1),
    ]
    marks: list[Cell] = [line(pointer(index, cursor)) for index in range(len(bins))]
    rows = table([Column("", marks, "left"), *columns_] if cursor is not None else columns_, cells, Bars(counts, {}))
    lines, hidden = clipped(rows, cells, height, "more", keep=None if cursor is None else cursor + 1)
    if height <= 0 or len(lines) < height:
        lines.append(note(f"median {duration(median)}", cells))
    return Drawing(tuple(lines), len(bins), () if cursor is None else _readout(bins, cursor), hidden)


def _readout(bins: Sequence[_Bin], place: int) -> Line:
    """One bin: from when until when, how many, what share."""
    seconds, people = bins[place]
    until = f" to {duration(bins[place + 1][0])}" if place + 1 < len(bins) else " or more"
    part = percent(share(people, total(count for _, count in bins)))
    return line(Span(f"{duration(seconds)}{until}", "strong"), f"  {number(people)}", Span(f", {part}", "muted"))
