"""Where the terminal's cursor is and in which style it writes; every step is the shortest that leads there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from tui.terminal.abilities import Abilities
from tui.terminal.cells import Row
from tui.terminal.styles import PLAIN, blank, change, erases, on_background_of

GAP: Final = 4
"""Cells that it takes no more bytes to write again than to move over."""

_BLANKS: Final = re.compile("( {5,})")
_REPEATED: Final = re.compile(r"([ -~])\1{6,}")


@lru_cache(maxsize=4096)
def doubtful(character: str) -> bool:
    """Whether terminals may disagree about the cells a character takes; letters of European scripts are safe."""
    if len(character) == 1:
        return not (character.isascii() or "\xc0" <= character <= "\u0482")
    return True


@lru_cache(maxsize=4096)
def disputed(character: str) -> bool:
    """Whether terminals are known to disagree: emoji, old signs that some draw as emoji, and joined ones."""
    first = character[:1]
    return (
        first >= "\U0001f000"
        or "\u2600" <= first <= "\u27bf"
        or "\u200d" in character
        or "\ufe0e" <= character[1:2] <= "\ufe0f"
    )


class Shift(NamedTuple):
    """Rows `top` to `bottom`, both included, move up by `lines`, or down if it is negative."""

    top: int
    bottom: int
    lines: int


class Pen:
    """`written` holds the bytes so far, as text. A None is something that is not known.

    After a character of a doubtful width the column is not known, so the next step is an absolute one.
    """

    __slots__ = ("_expected", "abilities", "column", "row", "style", "written")

    def __init__(self, abilities: Abilities) -> None:
        self.abilities = abilities
        self.row: int | None = None
        self.column: int | None = None
        self.style: str | None = None
        self.written: list[str] = []
        self._expected: int | None = None
        """The column after doubtful characters, if the terminal agrees with us."""

    def copy(self) -> Pen:
        """Another pen at the same place that has written the same."""
        pen = self._fork()
        pen.written = self.written.copy()
        return pen

    @property
    def length(self) -> int:
        """Bytes written."""
        return len("".join(self.written).encode(errors="replace"))

    def clear(self) -> None:
        """Margins off, the terminal's own look, all blank; the cursor in the corner."""
        self.written.append("\x1b[r\x1b[H\x1b[m\x1b[2J")
        self.row = self.column = 0
        self.style = PLAIN

    def move(self, row: int, column: int) -> None:
        """Put the cursor on a cell."""
        if (row, column) == (self.row, self.column):
            return
        self.written.append(self._way(row, column))
        self.row, self.column, self._expected = row, column, None

    def _way(self, row: int, column: int) -> str:
        absolute = f"{row + 1};{column + 1}" if column else str(row + 1) if row else ""
        ways = [f"\x1b[{absolute}H"]
        if self.row is None:
            return ways[0]
        down = row - self.row
        vertical = "" if not down else _step(down, "B", "A")
        if column:
            ways.append(f"{vertical}\x1b[{column + 1}G")
        else:
            ways.append("\r\n" if down == 1 else f"{vertical}\r")
        if self.column is not None:
            right = column - self.column
            ways.append(vertical + ("\b" * -right if -3 <= right <= 0 else _step(right, "C", "D")))
        return min(ways, key=len)

    def scroll(self, shift: Shift, height: int) -> None:
        """Move rows of a screen of this height. What comes in is not known."""
        top, bottom, lines = shift
        inside = bottom < height - 1
        if inside:
            self.written.append(f"\x1b[{top + 1};{bottom + 1}r")
            self.row = self.column = 0
        self.move(top, 0)
        self.written.append(_step(lines, "M", "L"))
        if inside:
            # Not every terminal puts the cursor into the corner when the margins go.
            self.written.append("\x1b[r\x1b[H")
            self.row = self.column = 0

    def write(self, line: Row, start: int, stop: int) -> None:
        """Write the cells from `start` up to `stop`, with the cursor on the first of them."""
        characters, styles = line.characters, line.styles
        x = start
        while x < stop:
            self.dress(line, x, stop)
            ground = blank(self.style or PLAIN)
            end = x + 1
            while end < stop and (
                styles[end] == self.style or (characters[end] == " " and blank(styles[end]) == ground)
            ):
                end += 1
            self._stretch(characters[x:end], x, end == stop, len(characters))
            x = end
        if self.column == len(characters):
            # Terminals differ in where the cursor is after the last column.
            self.column = None

    def dress(self, line: Row, x: int, stop: int) -> None:
        """Take on the style of a cell that is to be written with those after it, up to `stop`.

        On a blank only the background shows, so it is written in the style of what follows or of what came
        before, whichever is shorter.
        """
        style = line.styles[x]
        if line.characters[x] == " " and style != self.style:
            if self.style is not None and blank(self.style) == blank(style):
                return
            style = self._on_blanks(line, x, stop)
        self.written.append(change(self.style, style))
        self.style = style

    def _on_blanks(self, line: Row, x: int, stop: int) -> str:
        characters, styles = line.characters, line.styles
        style, ground = styles[x], blank(styles[x])
        while x < stop and characters[x] == " ":
            x += 1
        if x < stop and blank(styles[x]) == ground:
            return styles[x]
        if erases(style) and self.style is not None and erases(self.style):
            return min(style, on_background_of(self.style, style), key=lambda new: len(change(self.style, new)))
        return style

    def bridge(self, row: int, line: Row, stop: int) -> None:
        """Go on to `stop` over a few cells that need no writing, by writing them, if that takes no other style."""
        start, style = self.column, self.style
        if row != self.row or start is None or style is None or not 0 < stop - start <= GAP:
            return
        ground = blank(style)
        text, styles = "".join(line.characters[start:stop]), line.styles[start:stop]
        if text.isascii() and all(
            own == style or (character == " " and blank(own) == ground)
            for character, own in zip(text, styles, strict=True)
        ):
            self.written.append(text)
            self.column = stop

    def _fork(self) -> Pen:
        pen = Pen(self.abilities)
        pen.row, pen.column, pen.style, pen._expected = self.row, self.column, self.style, self._expected
        return pen

    def _ascii(self, text: str, start: int, last: bool) -> None:
        """Write ASCII in the current style; many blanks are erased and passed over, the last ones only erased."""
        self.move(self.row or 0, start)
        column, stop = start, start + len(text)
        erasing = self.abilities.erases_in_colour and erases(self.style or PLAIN)
        for piece in _BLANKS.split(text) if erasing else (text,):
            count = len(piece)
            erase, over = f"\x1b[{count}X", f"\x1b[{count}C"
            column += count
            blanks = erasing and piece.isspace()
            if blanks and last and column == stop and len(erase) < count:
                self.written.append(erase)
                column -= count
            elif blanks and len(erase + over) < count:
                self.written.append(erase + over)
            else:
                self.written.append(_REPEATED.sub(_repeat, piece) if self.abilities.repeats else piece)
        self.column = column

    def _stretch(self, characters: Sequence[str], start: int, last: bool, width: int) -> None:
        """Write cells of one style in a row of this width; `last` if nothing follows at once."""
        text = "".join(characters)
        if text.isascii():
            self._ascii(text, start, last)
            return
        row = self.row or 0
        for x, character in enumerate(characters, start):
            if not character:
                continue
            hard, doubt = disputed(character), doubtful(character)
            if hard or not doubt or self._expected != x:
                self.move(row, x)
            end = x + 1 + (characters[x + 1 - start : x + 2 - start] == [""])
            if hard and end == x + 2:
                # Where the terminal takes it for narrow, nothing old is left beside it.
                self.written.append("  ")
                self.column = end if end < width else None
                self.move(row, x)
            self.written.append(character)
            self.column, self._expected = (None, None if hard else end) if doubt else (end, None)


def _step(count: int, forward: str, back: str) -> str:
    final = forward if count > 0 else back
    return f"\x1b[{abs(count)}{final}" if abs(count) > 1 else f"\x1b[{final}"


def _repeat(match: re.Match[str]) -> str:
    return f"{match[1]}\x1b[{len(match[0]) - 1}b"
