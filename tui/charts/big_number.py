"""One number, drawn as large as its place allows."""

from __future__ import annotations

from typing import Final

from tui import text as texts
from tui.charts.canvas import Canvas
from tui.charts.drawing import Drawing
from tui.charts.numbers import change
from tui.charts.shapes import Series
from tui.charts.trend_tables import Trend
from tui.lines import BLANK, Line, Span, cut, line
from tui.store.facts import InsightDetail
from tui.text import clock, day

_FONT: Final = {
    "0": "### #.# #.# #.# ###",
    "1": "##. .#. .#. .#. ###",
    "2": "### ..# ### #.. ###",
    "3": "### ..# ### ..# ###",
    "4": "#.# #.# ### ..# ..#",
    "5": "### #.. ### ..# ###",
    "6": "### #.. ### #.# ###",
    "7": "### ..# ..# ..# ..#",
    "8": "### #.# ### #.# ###",
    "9": "### #.# ### ..# ###",
    "-": "... ... ### ... ...",
    "%": "#.# ..# .#. #.. #.#",
    "k": "#.. #.# ##. ##. #.#",
    "M": "#...# ##.## #.#.# #...# #...#",
    "B": "##. #.# ##. #.# ###",
    "T": "### .#. .#. .#. .#.",
    ".": ". . . . #",
    ",": ". . . . # #",
    " ": ". . . . .",
}
"""Dots of each sign, row by row; a comma hangs a row below the line."""
ROWS: Final = 5
BLOCKS: Final = " ▀▄█"


def number_drawing(detail: InsightDetail, trend: Trend, one: Series, cells: int, height: int) -> Drawing:
    """The value of the only series, how it differs from the period before, and which time it is of."""
    written = trend.format.one(one.value)
    below = _below(detail, trend, one)
    lines = _drawn(written, cells, height - len(below) - 1 if height else ROWS + 1)
    if len(lines) > 1 or not height or len(lines) + len(below) < height:
        lines = [*lines, BLANK]
    lines = [cut(row, cells) for row in [*lines, *below]]
    return Drawing(tuple(lines[:height] if height else lines))


def _drawn(written: str, cells: int, rows: int) -> list[Line]:
    """The number in the largest letters that fit, else as text."""
    for wide in (True, False):
        high = ROWS + ("," in written) if wide else 3
        canvas = _letters(written, wide=wide)
        if canvas is not None and canvas.width <= cells and high <= rows:
            return canvas.lines()[:high]
    return [line(Span(written, "strong"))]


def _letters(written: str, *, wide: bool) -> Canvas | None:
    """A number in letters of dots: two cells by one, or one cell by half a one.

    What has no letter, such as a currency or `min`, stands beside them as text.
    """
    if not any(sign.isdigit() for sign in written):
        return None
    scale, rows = (2, ROWS + 1) if wide else (1, 3)
    size = sum(_size(sign, scale) for sign in written)
    canvas = Canvas(size, rows)
    x = 0
    for sign in written:
        dots = _FONT.get(sign)
        if dots is None:
            canvas.put(x, ROWS - 1 if wide else 2, sign, "bright")
        else:
            _letter(canvas, x, dots.split(" "), wide=wide)
        x += _size(sign, scale)
    return canvas


def _size(sign: str, scale: int) -> int:
    """The cells a sign takes, with the gap behind it."""
    dots = _FONT.get(sign)
    if dots is None:
        return texts.width(sign)
    across = dots.index(" ")
    return scale * across + 1 if across > 1 else 2


def _letter(canvas: Canvas, x: int, dots: list[str], *, wide: bool) -> None:
    if wide:
        for y, row in enumerate(dots):
            thin = len(row) == 1
            for place, dot in enumerate(row):
                if dot == "#":
                    canvas.put(x + 2 * place, y, ("█" if y < ROWS else "▀") * (1 if thin else 2), "bar")
        return
    dots = [*dots, *["." * len(dots[0])] * (6 - len(dots))]
    for y in range(3):
        for place, (upper, lower) in enumerate(zip(dots[2 * y], dots[2 * y + 1], strict=True)):
            if block := (upper == "#") + 2 * (lower == "#"):
                canvas.put(x + place, y, BLOCKS[block], "bar")


def _below(detail: InsightDetail, trend: Trend, one: Series) -> list[Line]:
    """How the number differs from the period before, and its time."""
    lines: list[Line] = []
    before = next((other for other in trend.series if other.previous), None)
    if before is not None and before.value is not None:
        found = change(one.value, before.value)
        base = Span(f"on {trend.format.one(before.value)}, the period before", "muted")
        lines.append(line(found, "  ", base) if found else line(base))
    if words := _time(detail, trend):
        lines.append(line(Span(words, "muted")))
    return lines


def _time(detail: InsightDetail, trend: Trend) -> str:
    """The days the number is of, and until when the last one was counted."""
    periods = trend.periods
    start, end = periods.start(detail.date_from), periods.start(detail.date_to)
    if start is None or end is None:
        return ""
    first, last = (day(moment, periods.zone, now=periods.now) for moment in (start, end))
    words = first if first == last else f"{first} to {last}"
    if first.partition(" ")[2] == last.partition(" ")[2] and first != last:
        words = f"{first.partition(' ')[0]} to {last}"
    if periods.counted < end and last == day(periods.counted, periods.zone, now=periods.now):
        words += f", the last day until {clock(periods.counted, periods.zone)}"
    return words
