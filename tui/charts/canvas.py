"""What plots are drawn on: cells with a sign, a role and a ground; braille dots for lines, eighths for bars.

Dots are two a cell across and four down, counted from the upper left. A text wins over dots, dots over the grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from tui.lines import Line, Role, Span, line

UP: Final = " ▁▂▃▄▅▆▇█"
"""A cell filled from below, by eighths."""
RIGHT: Final = " ▏▎▍▌▋▊▉█"
"""A cell filled from the left, by eighths."""
SWATCH: Final = "▆"
"""Stands before the name of a filled part."""
DOTTED: Final = " ⣀⣤⣶⣿"
"""A cell of dots filled from below, by quarters: for what is not over."""

_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_BRAILLE: Final = 0x2800


class Part(NamedTuple):
    """A part of a stacked bar: where it ends, in eighths from the bar's foot, and its role."""

    end: int
    role: Role


class Canvas:
    """A field of `width` by `height` cells, empty at first; what is drawn outside of it is left out."""

    def __init__(self, width: int, height: int) -> None:
        self.width = max(0, width)
        self.height = max(0, height)
        self._signs: list[list[str]] = [[" "] * self.width for _ in range(self.height)]
        self._roles: list[list[Role]] = [["grid"] * self.width for _ in range(self.height)]
        self._grounds: list[list[Role | None]] = [[None] * self.width for _ in range(self.height)]
        self._dots: dict[tuple[int, int], int] = {}

    def put(self, x: int, y: int, text: str, role: Role = "text", on: Role | None = None) -> None:
        """Write a clean text from a cell on to the right; a wide character that is cut by the edge is left out."""
        if not 0 <= y < self.height:
            return
        for sign, size in _graphemes(text):
            if x >= 0 and x + size <= self.width:
                for at in range(x, x + size):
                    self._clear(at, y)
                    self._signs[y][at] = ""
                    self._roles[y][at], self._grounds[y][at] = role, on
                self._signs[y][x] = sign
            x += size

    def free(self, x: int, y: int, cells: int = 1) -> bool:
        """Whether these cells lie on the canvas, and nothing but the grid is on them."""
        if not (0 <= y < self.height and x >= 0 and x + cells <= self.width):
            return False
        return all(self._empty(at, y) for at in range(x, x + cells))

    def rule(self, y: int, sign: str = "─", role: Role = "grid", start: int = 0, end: int | None = None) -> None:
        """Draw a sign on every free cell of a row, from `start` up to `end`."""
        if 0 <= y < self.height:
            for x in range(max(0, start), self.width if end is None else min(end, self.width)):
                if self._empty(x, y):
                    self._signs[y][x], self._roles[y][x] = sign, role

    def upright(self, x: int, sign: str = "│", role: Role = "rule") -> None:
        """Draw a sign on every free cell of a column."""
        for y in range(self.height):
            self.rule(y, sign, role, x, x + 1)

    def dot(self, x: int, y: int, role: Role) -> None:
        """Set one braille dot; the cell takes this role."""
        column, row = cell = x // 2, y // 4
        if 0 <= column < self.width and 0 <= row < self.height and (cell in self._dots or self._is_ground(*cell)):
            self._dots[cell] = self._dots.get(cell, 0) | _DOTS[y % 4][x % 2]
            self._signs[row][column], self._roles[row][column] = " ", role

    def path(self, points: Sequence[tuple[int, int]], role: Role, every: int = 1) -> None:
        """Join points, given in dots, by a line of dots; of a dotted line every third, or so, is set."""
        if len(points) == 1:
            self.dot(*points[0], role)
        for count, (x, y) in enumerate(_along(points)):
            if count % every == 0:
                self.dot(x, y, role)

    def bar(self, x: int, cells: int, foot: int, parts: Sequence[Part], *, dotted: bool = False) -> None:
        """Draw a bar of parts upwards, `foot` being the row above whose lower edge it stands on.

        A cell shows one boundary: where more lie in it, the largest parts are shown.
        """
        for row in range((max((part.end for part in parts), default=0) + 7) // 8):
            sign, role, on = _quarters(parts, row) if dotted else _boundary(parts, row)
            if sign != " ":
                self._fill(x, cells, foot - row, sign, role, on)

    def hang(self, x: int, cells: int, top: int, parts: Sequence[Part]) -> None:
        """Draw a bar of parts downwards from the upper edge of the row `top`."""
        for row in range((max((part.end for part in parts), default=0) + 7) // 8):
            sign, role, on = _boundary(parts, row)
            if sign == "█":
                self._fill(x, cells, top + row, sign, role)
            elif sign != " ":
                # A block that fills the rest from below: what is filled from above is its ground.
                self._fill(x, cells, top + row, UP[8 - UP.index(sign)], on or "bg", role)

    def lines(self) -> list[Line]:
        """The rows as lines without the blanks at their ends; neighbours that look alike are one span."""
        return [self._line(y) for y in range(self.height)]

    def _line(self, y: int) -> Line:
        signs = list(self._signs[y])
        for x in range(self.width):
            if dots := self._dots.get((x, y)):
                signs[x] = chr(_BRAILLE + dots)
        last = self.width
        while last and signs[last - 1] == " " and self._grounds[y][last - 1] is None:
            last -= 1
        signs[last:] = [""] * (self.width - last)
        roles: list[Role] = [
            "text" if sign == " " and role == "grid" else role for sign, role in zip(signs, self._roles[y], strict=True)
        ]
        looks = zip(roles, self._grounds[y], strict=True)
        return line(
            *(Span("".join(signs[x] for x, _ in run), *look) for look, run in groupby(enumerate(looks), itemgetter(1)))
        )

    def _fill(self, x: int, cells: int, y: int, sign: str, role: Role, on: Role | None = None) -> None:
        """Put one sign on several cells of a row."""
        if 0 <= y < self.height:
            for at in range(max(0, x), min(x + cells, self.width)):
                self._clear(at, y)
                self._signs[y][at], self._roles[y][at], self._grounds[y][at] = sign, role, on

    def _empty(self, x: int, y: int) -> bool:
        return (x, y) not in self._dots and self._is_ground(x, y) and self._grounds[y][x] is None

    def _is_ground(self, x: int, y: int) -> bool:
        """Whether nothing but the grid is on a cell. Blanks of a text are not of the grid, so it keeps off them."""
        return self._roles[y][x] in ("grid", "rule")

    def _clear(self, x: int, y: int) -> None:
        """Blank a cell, and the other half of a wide character that stands on it."""
        row = self._signs[y]
        start = x
        while start > 0 and row[start] == "":
            start -= 1
        end = start + 1
        while end < self.width and row[end] == "":
            end += 1
        for at in range(start, end):
            if at == start or row[at] == "":
                row[at], self._roles[y][at] = " ", "grid"
        self._dots.pop((x, y), None)


def bar_line(value: float | None, largest: float, cells: int, role: Role = "bar", on: Role | None = "track") -> Line:
    """A bar to the right on its track, exactly `cells` wide; any value above 0 shows an eighth of a cell."""
    eighths = 0
    if value is not None and value > 0 and largest > 0:
        eighths = max(1, min(8 * cells, round(min(1.0, value / largest) * 8 * cells)))
    filled = "█" * (eighths // 8) + (RIGHT[eighths % 8] if eighths % 8 else "")
    return line(Span(filled, role, on), Span(" " * (cells - len(filled)), "text", on))


def stacked(ends: Sequence[int], roles: Sequence[Role]) -> list[Part]:
    """Parts one upon the other that end at these heights, in eighths; each is at least one eighth high.

    Neighbours of one role, which nobody could tell apart, are one part.
    """
    parts: list[Part] = []
    reached = 0
    for end, role in zip(ends, roles, strict=True):
        if parts and parts[-1].role == role:
            parts.pop()
            reached = max(end, reached)
        else:
            reached = max(end, reached + 1)
        parts.append(Part(reached, role))
    return parts


def _boundary(parts: Sequence[Part], row: int) -> tuple[str, Role, Role | None]:
    """The cell of a bar at a row from its foot: a sign, its role and what lies behind it."""
    pieces: list[tuple[int, Role | None]] = []
    start = 8 * row
    reached = start
    for part in parts:
        if part.end > reached and reached < start + 8:
            end = min(part.end, start + 8)
            pieces.append((end - reached, part.role))
            reached = end
    if reached < start + 8:
        pieces.append((start + 8 - reached, None))
    while len(pieces) > 2:
        small = min(range(len(pieces)), key=lambda at: pieces[at][0])
        # What is left out goes to the neighbour that is a part of the bar, else to the larger one.
        beside = [at for at in (small - 1, small + 1) if 0 <= at < len(pieces)]
        heir = max(beside, key=lambda at: (pieces[at][1] is not None, pieces[at][0]))
        pieces[heir] = (pieces[heir][0] + pieces[small][0], pieces[heir][1])
        del pieces[small]
    lower, role = pieces[0]
    if role is None:
        return " ", "text", None
    return UP[lower], role, pieces[1][1] if len(pieces) > 1 else None


def _quarters(parts: Sequence[Part], row: int) -> tuple[str, Role, Role | None]:
    """The same of dots, in which the part that takes most of the cell gives it its role."""
    best: tuple[int, Role] = (0, "muted")
    reached = start = 8 * row
    for part in parts:
        end = min(part.end, start + 8)
        if end > reached:
            best = max(best, (end - reached, part.role), key=lambda piece: piece[0])
            reached = end
    return DOTTED[(reached - start + 1) // 2], best[1], None


def _along(points: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The dots of a line through these points, each once."""
    for place in range(len(points) - 1):
        (x, y), (to_x, to_y) = points[place], points[place + 1]
        if not place:
            yield x, y
        steps = max(abs(to_x - x), abs(to_y - y))
        for step in range(1, steps + 1):
            yield x + round((to_x - x) * step / steps), y + round((to_y - y) * step / steps)


def _graphemes(text: str) -> Iterator[tuple[str, int]]:
    """The graphemes of a text and the cells each takes."""
    if text.isascii():
        yield from ((char, 1) for char in text)
        return
    from rich.cells import split_graphemes

    yield from ((text[start:end], size) for start, end, size in split_graphemes(text)[0] if size)
