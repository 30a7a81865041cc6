"""A lifecycle drawn: who was there as bars above the axis, who stayed away as bars below it."""

from __future__ import annotations

from typing import Final

from tui import text as texts
from tui.charts.axis import bar_axis, spread
from tui.charts.canvas import SWATCH, Canvas, stacked
from tui.charts.column_plot import ROWS_MOST, Slots
from tui.charts.columns import note
from tui.charts.drawing import Drawing
from tui.charts.fitting import at, clipped
from tui.charts.numbers import Number, total
from tui.charts.shapes import STATUSES, Series
from tui.charts.trend_frame import framed, grid, gutter_of
from tui.charts.trend_tables import Trend, trend_lines
from tui.lines import BLANK, Line, Role, Span, cut, line, width
from tui.store.facts import InsightDetail

ROLES: Final[dict[str, Role]] = dict(zip(STATUSES, ("s1", "s2", "s3", "s4"), strict=True))
LEAST_CELLS: Final = 24
LEAST_ROWS: Final = 5
_HANGING: Final = " ⠉⠛⠿⣿"
"""A cell of dots filled from above, by quarters: for what is not over."""


def lifecycle_drawing(
    detail: InsightDetail, cells: int, height: int, *, now: float, cursor: int | None = None
) -> Drawing | None:
    """New, returning and resurrecting above the axis, dormant below it; the table where there is no room for bars."""
    trend = Trend.of(detail, now)
    if trend is None:
        return None
    series = {one.status: one for one in reversed(trend.series) if one.status in ROLES}
    if not series or not trend.points:
        return None if trend.series else Drawing((note("Nothing matched in this range.", cells),))
    rows = height if height > 0 else ROWS_MOST
    if cells < LEAST_CELLS or rows < LEAST_ROWS:
        lines, hidden = clipped(trend_lines(detail, cells, now) or [], cells, height)
        return Drawing(tuple(lines), cut=hidden)
    place = at(cursor, trend.points)
    drawn = _plot(trend, series, cells, rows, place)
    return Drawing(tuple(cut(row, cells) for row in drawn), trend.points, _readout(trend, series, place))


def _plot(trend: Trend, series: dict[str, Series], cells: int, height: int, cursor: int | None) -> list[Line]:
    legend = _legend(trend, series, cells)
    unit = trend.periods.interval
    notes = _notes(trend, "dormant" in series, cells)
    room = height - len(legend) - 1 - len(notes)
    if room < 4:
        notes, room = [], height - len(legend) - 1
    roomy = room > 8
    here = [one for status, one in series.items() if status != "dormant"]
    tops = [total(max(0, _at(one, index) or 0) for one in here) for index in range(trend.points)]
    gone = [abs(_at(series["dormant"], index) or 0) if "dormant" in series else 0 for index in range(trend.points)]
    axis = bar_axis([*tops, *(-value for value in gone)], min(room - roomy, ROWS_MOST), trend.format)
    gutter = gutter_of(axis, cells)
    cells = cells - gutter
    first = max(0, trend.points - cells) if cursor is None else max(0, min(cursor, trend.points - cells))
    slots = Slots.of(min(trend.points, cells), cells)
    if slots is None:
        return [*legend, *notes]
    canvas = Canvas(slots.cells, axis.rows)
    zero = axis.rows - axis.below
    for place in range(slots.count):
        index = first + place
        dotted = bool(trend.so_far(index))
        ends: list[int] = []
        reached: Number = 0
        for status in STATUSES[:3]:
            reached += max(0, _at(series[status], index) or 0) if status in series else 0
            ends.append(axis.eighths(reached))
        parts = stacked(ends, [ROLES[status] for status in STATUSES[:3]])
        canvas.bar(slots.start(place), slots.each, zero - 1, parts, dotted=dotted)
        _hang(canvas, slots.start(place), slots.each, zero, axis.eighths(gone[index]), dotted=dotted)
    shown = None if cursor is None else cursor - first
    if shown is not None:
        canvas.upright(slots.centre(shown))
    grid(axis, canvas)
    names = [trend.name(first + place).strip() for place in range(slots.count)]
    starts = spread(names, slots.centres, cells, interval=unit, keep=shown)
    return [*legend, *([BLANK] if roomy else []), *framed(axis, canvas, gutter, names, starts, shown), *notes]


def _hang(canvas: Canvas, x: int, cells: int, top: int, eighths: int, *, dotted: bool) -> None:
    """A bar of the dormant, downwards from the upper edge of the row `top`."""
    if not dotted:
        canvas.hang(x, cells, top, stacked([eighths], [ROLES["dormant"]]))
        return
    quarters = (eighths + 1) // 2
    for row in range((quarters + 3) // 4):
        canvas.put(x, top + row, _HANGING[min(4, quarters - 4 * row)] * cells, ROLES["dormant"])


def _at(one: Series, index: int) -> Number | None:
    return one.data[index] if index < len(one.data) else None


def _notes(trend: Trend, dormant: bool, cells: int) -> list[Line]:
    """How to read what hangs below the axis, and what is dotted; on one line where that has room."""
    unit = trend.periods.interval
    parts = [f"below the line: came the {unit} before, not this one"] if dormant else []
    if parts and texts.width(parts[0]) > cells:
        parts = [f"below: came the {unit} before, not this one"]
    if so_far := trend.so_far(trend.points - 1):
        parts.append(f"dotted: {so_far}")
    together = " · ".join(parts)
    return [note(one, cells) for one in ([together] if texts.width(together) <= cells else parts) if one]


def _legend(trend: Trend, series: dict[str, Series], cells: int) -> list[Line]:
    """The statuses in their order, on one line where they fit."""
    entries = [line(Span(SWATCH, ROLES[status]), Span(f" {status}")) for status in STATUSES if status in series]
    for gap in (3, 2, 1):
        row = tuple(span for entry in entries for span in (Span(" " * gap), *entry))[1:]
        if width(row) <= cells:
            return [row]
    half = (len(entries) + 1) // 2
    rows = (entries[:half], entries[half:])
    return [tuple(span for entry in row for span in (*entry, Span(" "))) for row in rows if row]


def _readout(trend: Trend, series: dict[str, Series], place: int | None) -> Line:
    """One period: how many of each status, and how many were there in all."""
    if place is None:
        return ()
    parts: list[Span] = [Span(trend.name(place).strip(), "strong")]
    for status in STATUSES:
        if status in series:
            value = _at(series[status], place)
            shown = trend.format.one(None if value is None else abs(value))
            parts += [Span("  "), Span(SWATCH, ROLES[status]), Span(f" {status} ", "muted"), Span(shown)]
    if so_far := trend.so_far(place):
        parts.append(Span(f"  {so_far}", "muted"))
    return line(*parts)
