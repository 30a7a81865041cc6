"""From what the terminal shows to what it is to show, in as few bytes as we know how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tui.terminal.abilities import Abilities
from tui.terminal.cells import Frame, Row, empty_row
from tui.terminal.differences import ERASE, Difference, differences, scrolled, shifts, stretches
from tui.terminal.pen import Pen
from tui.terminal.styles import PLAIN, change


class Encoder:
    """Knows what one terminal shows, and how to bring it up to date."""

    def __init__(self, known: Abilities) -> None:
        self.abilities = known
        self._shown: Frame | None = None
        self._pen = Pen(known)

    def invalidate(self) -> None:
        """Forget what the terminal shows, its style and its cursor."""
        self._shown = None
        self._pen = Pen(self.abilities)

    def leave(self) -> str:
        """The bytes to send before another screen is switched to; what this one shows is forgotten."""
        reset = change(self._pen.style, PLAIN) if self._shown else ""
        self.invalidate()
        return reset

    def encode(self, frame: Frame) -> str:
        """The bytes that turn what the terminal shows into the frame; none if it does already."""
        shown = self._shown
        start = self._pen
        if shown is None or (shown.width, len(shown.rows)) != (frame.width, len(frame.rows)):
            start = Pen(self.abilities)
            start.clear()
            rows: Sequence[Row] = [empty_row(frame.width)] * len(frame.rows)
        else:
            rows = shown.rows
        ways = [*self._paint(start, rows, frame)]
        for shift in shifts(rows, frame.rows):
            pen = start.copy()
            pen.scroll(shift, len(rows))
            ways.extend(self._paint(pen, scrolled(rows, shift), frame))
        best = min(ways, key=lambda way: way.length)
        body = "".join(best.written)
        best.written.clear()
        self._shown, self._pen = frame, best
        return body

    def _paint(self, start: Pen, shown: Sequence[Row], frame: Frame) -> Iterator[Pen]:
        """Pens that have brought the rows up to date in different orders."""
        found = differences(shown, frame.rows, self.abilities.erases_in_colour)
        for order in (_by_rows, _by_styles):
            pen = start.copy()
            order(pen, found)
            pen.move(*frame.cursor)
            yield pen
            if len(found) < 2:
                return


def _by_rows(pen: Pen, found: Iterable[Difference]) -> None:
    """From top to bottom: the shortest where the changed cells are next to each other."""
    for y, row, runs, erased, tail in found:
        end: int | None = None
        for start, stop in runs:
            _write(pen, y, row, start, stop)
            end = stop
        if erased is not None:
            _erase(pen, y, row, erased if end is None or end < tail else end)


def _by_styles(pen: Pen, found: Iterable[Difference]) -> None:
    """One style after the other: the shortest where the changed cells are few and far between.

    Rows with characters that terminals measure differently come first, and from left to right.
    """
    groups: dict[str, list[tuple[int, Row, int, int | None]]] = {}
    for difference in found:
        y, row, runs, erased, _ = difference
        if not "".join(row.characters).isascii():
            _by_rows(pen, [difference])
            continue
        for start, stop in runs:
            for first, last, style in stretches(row, start, stop):
                groups.setdefault(style, []).append((y, row, first, last))
        if erased is not None:
            groups.setdefault(row.styles[erased], []).append((y, row, erased, None))
    for group in groups.values():
        for y, row, start, end in group:
            if end is None:
                _erase(pen, y, row, start)
            else:
                _write(pen, y, row, start, end)


def _write(pen: Pen, y: int, row: Row, start: int, stop: int) -> None:
    pen.bridge(y, row, start)
    pen.move(y, start)
    pen.write(row, start, stop)


def _erase(pen: Pen, y: int, row: Row, start: int) -> None:
    pen.move(y, start)
    pen.dress(row, start, start + 1)
    pen.written.append(ERASE)
