"""Upright bars side by side, for what is counted by a few whole places: days active, bins of time, periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from tui.charts.axis import bar_axis, names_line, spread
from tui.charts.canvas import Canvas, Part
from tui.charts.numbers import Format, Number, short
from tui.charts.trend_frame import framed, grid, gutter_of
from tui.lines import Line, Role

SLOT_MOST: Final = 10
"""Cells a bar and the gap behind it take at most."""
ROWS_MOST: Final = 24
"""Rows of a plot, at most: taller bars tell no more."""
ROWS_LEAST: Final = 3


@dataclass(frozen=True, slots=True)
class Slots:
    """Where bars stand: in slots of equal width, each with a gap behind its bars."""

    count: int
    slot: int
    """Cells from one slot to the next."""
    each: int
    """Cells of one bar."""
    bars: int = 1
    """Bars in each slot."""

    @classmethod
    def of(cls, count: int, cells: int, bars: int = 1) -> Slots | None:
        """The widest slots that fit, `bars` bars in each; None where a bar would have no cell."""
        slot = min(SLOT_MOST * min(bars, 2), cells // count) if count > 0 else 0
        if slot < bars:
            return None
        gap = 0 if slot == bars else 1 if slot < 8 * bars else 2
        return cls(count, slot, max(1, (slot - gap) // bars), bars)

    @property
    def cells(self) -> int:
        """The cells all slots take."""
        return self.count * self.slot

    def start(self, place: int, bar: int = 0) -> int:
        """The first cell of a bar."""
        return place * self.slot + bar * self.each

    def centre(self, place: int) -> int:
        """The cell in the middle of the bars of a slot."""
        return place * self.slot + (self.bars * self.each - 1) // 2

    @property
    def centres(self) -> list[int]:
        """The middle of every slot."""
        return [self.centre(place) for place in range(self.count)]


@dataclass(frozen=True, slots=True)
class Bar:
    """The bars of one series."""

    values: Sequence[Number | None]
    role: Role
    dotted: bool = False


class Columns(NamedTuple):
    """Bars, drawn."""

    lines: list[Line]
    centres: list[int]
    """The cell in the middle of each slot, from the left edge of the lines."""


def columns(
    bars: Sequence[Bar], names: Sequence[str], cells: int, rows: int, cursor: int | None = None
) -> Columns | None:
    """At most `rows` lines: bars with their values above them, or beside an axis where those have no room, and names.

    None where there is no room for bars.
    """
    return _topped(bars, names, cells, rows, cursor) or _scaled(bars, names, cells, rows, cursor)


def _topped(bars: Sequence[Bar], names: Sequence[str], cells: int, rows: int, cursor: int | None) -> Columns | None:
    slots = Slots.of(len(names), cells, len(bars))
    words = [[short(value) for value in one.values] for one in bars]
    plot = min(rows - 1, ROWS_MOST)
    if slots is None or plot <= ROWS_LEAST:
        return None
    longest = max((len(word) for one in words for word in one), default=0)
    if longest >= (slots.slot if slots.bars == 1 else slots.each):
        return None
    largest = max((value for one in bars for value in one.values if value is not None), default=0)
    canvas = Canvas(max(slots.cells, 1), plot)
    for index, one in enumerate(bars):
        for place, value in enumerate(one.values):
            eighths = _eighths(value, largest, plot - 1)
            x = slots.start(place, index)
            canvas.bar(x, slots.each, plot - 1, [Part(eighths, one.role)], dotted=one.dotted)
            role: Role = "strong" if place == cursor else "muted" if one.dotted or not value else "text"
            word = words[index][place]
            canvas.put(max(0, x + (slots.each - len(word)) // 2), plot - 1 - (eighths + 7) // 8, word, role)
    if cursor is not None:
        canvas.upright(slots.centre(cursor))
    starts = spread(names, slots.centres, cells, anchor=0, keep=cursor)
    return Columns([*canvas.lines(), names_line(names, starts, cursor)], slots.centres)


def _scaled(bars: Sequence[Bar], names: Sequence[str], cells: int, rows: int, cursor: int | None) -> Columns | None:
    plot = min(rows - 1, ROWS_MOST)
    if plot < ROWS_LEAST:
        return None
    axis = bar_axis([value for one in bars for value in one.values], plot, Format())
    gutter = gutter_of(axis, cells)
    slots = Slots.of(len(names), cells - gutter, len(bars))
    if slots is None:
        return None
    canvas = Canvas(slots.cells, axis.rows)
    for index, one in enumerate(bars):
        for place, value in enumerate(one.values):
            eighths = axis.eighths(value) if value is not None and value > 0 else 0
            canvas.bar(
                slots.start(place, index), slots.each, axis.rows - 1, [Part(eighths, one.role)], dotted=one.dotted
            )
    if cursor is not None:
        canvas.upright(slots.centre(cursor))
    grid(axis, canvas)
    starts = spread(names, slots.centres, cells - gutter, anchor=0, keep=cursor)
    lines = framed(axis, canvas, gutter, names, starts, cursor)
    return Columns(lines, [gutter + centre for centre in slots.centres])


def _eighths(value: Number | None, largest: Number, rows: int) -> int:
    """The height of a bar in eighths of a row: all rows for the largest value, at least one for any above 0."""
    if value is None or value <= 0 or largest <= 0 or rows <= 0:
        return 0
    return max(1, min(8 * rows, round(min(1.0, value / largest) * 8 * rows)))
