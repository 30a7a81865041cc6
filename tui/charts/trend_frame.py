"""What plots over time have around them: the legend, the value axis, the names of the periods, and the readout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tui import text as texts
from tui.charts.axis import ValueAxis, names_line, spread
from tui.charts.canvas import Canvas
from tui.charts.headline import last_whole
from tui.charts.numbers import change, total
from tui.charts.shapes import Series, current
from tui.charts.trend_tables import Trend, marks, sum_of
from tui.glyphs import CUT
from tui.lines import BLANK, Line, Role, Span, between, cut, line, width
from tui.text import clock, day

GAP: Final = 3
"""Blank cells between two series of a legend."""
NATURAL: Final = 20
"""Rows of a plot where the height is open."""
LEAST_WIDTH: Final = 20
"""Cells below which a plot shows less than a table."""
LEAST_HEIGHT: Final = 4
TWO_FROM: Final = 9
"""Rows of a drawing from which the legend may take two."""
READ_MOST: Final = 12
"""Series in a readout."""
NAME_LEAST: Final = 6


def tail_of(trend: Trend) -> int:
    """The first of the points at the end that were not over when they were counted; their number when all were."""
    index = trend.points
    while index and trend.so_far(index - 1):
        index -= 1
    return index


def value_of(one: Series, index: int) -> int | float | None:
    """The value of a series at a point."""
    return one.data[index] if 0 <= index < len(one.data) else None


def previous_of(trend: Trend, one: Series) -> Series | None:
    """The series of the previous period that belongs to this one."""
    return next((other for other in trend.series if other.previous and other.label == one.label), None)


def short_names(trend: Trend) -> list[str]:
    """The periods as they stand along the bottom: `8 Nov`, and for hours `14:00` with the date at midnight."""
    names = [trend.name(index).strip() for index in range(trend.points)]
    if trend.periods.interval not in ("hour", "minute") or trend.kind == "stickiness":
        return names
    zone = trend.periods.zone
    for index in range(trend.points):
        start = trend.periods.start(trend.day(index))
        if start is not None:
            at = clock(start, zone)
            names[index] = day(start, zone, now=trend.periods.now) if at == "00:00" else at
    return names


def named(trend: Trend, centres: Sequence[int], cells: int, cursor: int | None) -> tuple[list[str], dict[int, int]]:
    """The names along the bottom, and where those that have room begin."""
    names = short_names(trend)
    interval = "" if trend.kind == "stickiness" else trend.periods.interval
    anchor: int | None = None
    if interval in ("hour", "minute", "month"):
        # Midnight and January are where people begin to count.
        round_ones = [index for index, name in enumerate(names) if _begins(name, interval)]
        anchor = round_ones[-1] if round_ones else None
    return names, spread(names, centres, cells, interval=interval, anchor=anchor, keep=cursor)


def _begins(name: str, interval: str) -> bool:
    return name.startswith("Jan") if interval == "month" else ":" not in name


def framed(
    axis: ValueAxis, canvas: Canvas, gutter: int, names: Sequence[str], starts: Mapping[int, int], cursor: int | None
) -> list[Line]:
    """The canvas with the axis at its left, in `gutter` cells, and the names below.

    The axis belongs to the last rows of the canvas; rows above it have no labels.
    """
    above = canvas.height - axis.rows
    lines = [
        (*_label(axis.label_at(y - above) if y >= above else "", gutter), *row) for y, row in enumerate(canvas.lines())
    ]
    return [*lines, (*_label(axis.label_at(axis.rows), gutter), *names_line(names, starts, cursor))]


def _label(text: str, gutter: int) -> Line:
    if gutter <= 0:
        return BLANK
    return line(Span(texts.fit(text, gutter - 1, "right") + " ", "muted" if text else "text"))


def head_rows_of(height: int) -> int:
    """The lines a legend may take above a plot, of the drawing's height."""
    return 0 if height < LEAST_HEIGHT + 2 else 1 if height < TWO_FROM else 2


def gutter_of(axis: ValueAxis, cells: int) -> int:
    """The cells the axis takes with a blank behind it; none where labels would take the plot's room."""
    return axis.width + 1 if axis.width + 1 <= cells // 3 else 0


def grid(axis: ValueAxis, canvas: Canvas) -> None:
    """Draw a line at each tick through the cells that are free."""
    above = canvas.height - axis.rows
    for place, row in axis.tick_rows().items():
        role: Role = "rule" if axis.scale.ticks[place] == 0 or place == 0 else "grid"
        if not axis.bars:
            canvas.rule(above + row, "─", role)
        elif place or axis.apart <= 1:
            canvas.rule(above + row, "▔", role)
        else:
            canvas.rule(above + row, "▁", role)


def notes_of(trend: Trend, axis: ValueAxis, so_far: str = "") -> list[str]:
    """What has to be said about a plot so that it is read right, what matters most first.

    `so_far` is what is said of a point that is not over, where it found no room beside it.
    """
    notes: list[str] = []
    if axis.scale.low > 0:
        notes.append(f"the axis starts at {axis.labels[0]}")
    if so_far:
        notes.append(so_far)
    if any(one.previous for one in trend.series):
        unit = trend.periods.interval if trend.kind != "stickiness" else "point"
        notes.append(f"dotted: the {trend.points:,} {unit}{'' if trend.points == 1 else 's'} before")
    return notes


def legend(
    trend: Trend, series: Sequence[Series], glyphs: Mapping[int, Span], cells: int, notes: Sequence[str], rows: int
) -> list[Line]:
    """Above a plot, at most `rows` lines: each series with its glyph and its number, then the notes.

    `glyphs` are by the series' place in the trend. What does not fit is left out from its least needed part on: the
    change, the number, the end of the names, the last series, which are counted.
    """
    if rows <= 0:
        return []
    said = " · ".join(notes)
    entries = _entries(trend, series, glyphs) if len(series) > 1 or any(one.previous for one in trend.series) else []
    if not entries:
        return [between(BLANK, line(Span(said, "muted")), cells)] if said else []
    if said and rows == 1:
        # The notes stand behind the series where that costs no name.
        room = cells - texts.width(said) - GAP
        found = _fitted(entries, room, may_drop=False) if room > 0 else None
        if found is not None:
            return [between(found, line(Span(said, "muted")), cells)]
        return [_fitted(entries, cells) or BLANK]
    one_line = _joined([full for full, *_ in entries])
    if said and width(one_line) + GAP + texts.width(said) <= cells:
        return [between(one_line, line(Span(said, "muted")), cells)]
    lines = [_fitted(entries, cells) or BLANK]
    return [*lines, cut(line(Span(said, "muted")), cells)] if said else lines


def _entries(trend: Trend, series: Sequence[Series], glyphs: Mapping[int, Span]) -> list[tuple[Line, Line, Line]]:
    """Each series as glyph, name, number and change; without the change; without the number."""
    entries: list[tuple[Line, Line, Line]] = []
    last = last_whole(trend)
    for place, one in enumerate(series):
        sums = trend.sums(one)
        value = sum_of(one) if sums else value_of(one, last)
        name: Line = (glyphs[place], Span(" "), Span(one.label, "muted" if one.rest else "text"))
        counted: Line = (*name, Span(f" {trend.format.one(value)}", "bright"))
        before = previous_of(trend, one)
        found: Span | None = None
        if before is not None:
            whole = range(tail_of(trend))
            pair = [total(value_of(each, i) for i in whole) if sums else value_of(each, last) for each in (one, before)]
            found = change(*pair)
        entries.append(((*counted, Span(" "), found) if found else counted, counted, name))
    return entries


def _joined(items: Sequence[Line]) -> Line:
    spans: list[Span] = []
    for place, item in enumerate(items):
        spans += [Span(" " * GAP), *item] if place else item
    return tuple(spans)


def _fitted(entries: Sequence[tuple[Line, Line, Line]], cells: int, *, may_drop: bool = True) -> Line | None:
    for form in range(3):
        found = _joined([entry[form] for entry in entries])
        if width(found) <= cells:
            return found
    names = [entry[2] for entry in entries]
    room = (cells + GAP) // len(names) - GAP
    if room >= NAME_LEAST + 2:
        return _joined([cut(name, room) for name in names])
    if not may_drop:
        return None
    for count in range(len(names) - 1, 0, -1):
        more = Span(f"{' ' * GAP}{len(names) - count:,} more", "muted")
        room = (cells - len(more.text) + GAP) // count - GAP
        if room >= NAME_LEAST + 2:
            return (*_joined([cut(name, room) for name in names[:count]]), more)
    return cut(names[0], cells)


def glyphs_of(trend: Trend) -> dict[int, Span]:
    """The glyph of each series of the range itself, by its place among them."""
    shown = current(trend.series) or trend.series
    return dict(enumerate(marks(shown)))


def readout(trend: Trend, series: Sequence[Series], glyphs: Mapping[int, Span], index: int, *, summed: bool) -> Line:
    """The values at a point: its name, then each series; those of the period before with their own date."""
    spans = [Span(trend.name(index).strip(), "strong")]
    if words := trend.so_far(index):
        spans.append(Span(f" {words}", "muted"))
    several = len(series) > 1
    for place, one in enumerate(series[:READ_MOST]):
        spans.append(Span(" " * GAP))
        if several:
            spans += [glyphs[place], Span(f" {one.label} ", "muted" if one.rest else "text")]
        value = value_of(one, index)
        spans.append(Span(trend.format.one(value), "bright" if several else "strong"))
        before = previous_of(trend, one)
        if before is not None and (earlier := value_of(before, index)) is not None:
            when = trend.periods.label(before.days[index]).strip() if index < len(before.days) else "before"
            spans.append(Span(f"  {trend.format.one(earlier)} {'on ' if when != 'before' else ''}{when}", "muted"))
            found = None if words else change(value, earlier)
            spans += [Span("  "), found] if found else []
    if len(series) > READ_MOST:
        spans.append(Span(f"{' ' * GAP}{CUT}", "muted"))
    if summed and several:
        spans += [Span(f"{' ' * GAP}all ", "muted"), Span(_sum(trend, series, index), "strong")]
    return line(*spans)


def _sum(trend: Trend, series: Sequence[Series], index: int) -> str:
    return trend.format.one(total(value_of(one, index) for one in series))
