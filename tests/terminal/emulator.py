"""A terminal of a few hundred cells, written without a look at the code it judges.

It knows what a frame of Textual and the encoder use, and what pyte lacks: REP, joined emoji, and that half a wide
character is never left over. What it does not know it refuses, so nothing slips through unseen.
"""

from __future__ import annotations

import re

from rich.cells import get_character_cell_size

STEP = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])|\x1b\[\?([0-9]+)([hl])|([\r\n\b])|([^\x00-\x1f\x7f-\x9f])")
LINES = {4, 5, 7, 9, 21, 51, 52, 53}
WIDENED = "❤☀"
"""Signs of one cell that a selector makes wide, of those the tests use."""

Look = tuple[frozenset[int], str, str]
Cell = tuple[str, Look]
PLAIN: Look = (frozenset(), "", "")


class Emulator:
    """Cells, a cursor and a style. `in_colour`: erasing leaves the current background.

    `widths` are its own opinions about how many cells a character takes.
    """

    def __init__(
        self, width: int, height: int, *, in_colour: bool = True, widths: dict[str, int] | None = None
    ) -> None:
        self.widths = widths or {}
        self.width, self.height, self.in_colour = width, height, in_colour
        self.rows: list[list[Cell]] = [[(" ", PLAIN)] * width for _ in range(height)]
        self.x = self.y = 0
        self.look = PLAIN
        self.margins = (0, height - 1)
        self.joining = self.flag = False

    def screen(self) -> list[list[Cell]]:
        """The cells as they are seen: on a blank without a line only the background."""
        return [[(char, seen(char, look)) for char, look in row] for row in self.rows]

    def feed(self, data: str) -> None:
        """Do what the bytes say; raises ValueError for what is not known."""
        position = 0
        while position < len(data):
            match = STEP.match(data, position)
            if match is None:
                raise ValueError(f"{data[position : position + 20]!r}")
            position = match.end()
            numbers, final, mode, _, control, char = match.groups()
            if char:
                self._put(char)
                continue
            self.joining = self.flag = False
            if control:
                self._control(control)
            elif final:
                self._sequence(final, numbers)
            elif mode != "2026":
                raise ValueError(f"mode {mode}")

    def _control(self, control: str) -> None:
        if control == "\r":
            self.x = 0
        elif control == "\b":
            if self.x >= self.width:
                raise ValueError("a step back from the margin, where terminals differ")
            self.x = max(0, self.x - 1)
        else:
            # The line discipline of a terminal adds the return.
            self.x = 0
            if self.y == self.margins[1]:
                raise ValueError("a newline that scrolls")
            self.y += 1

    def _sequence(self, final: str, numbers: str) -> None:
        given = [int(number or 0) for number in numbers.split(";")]
        count = max(given[0], 1)
        if final == "H":
            self.y = min(count, self.height) - 1
            self.x = min(max(given[1] if len(given) > 1 else 1, 1), self.width) - 1
        elif final in "ABCD":
            if self.x >= self.width:
                raise ValueError("a relative step from the margin, where terminals differ")
            dx, dy = {"A": (0, -1), "B": (0, 1), "C": (1, 0), "D": (-1, 0)}[final]
            self.x = min(max(self.x + dx * count, 0), self.width - 1)
            self.y = min(max(self.y + dy * count, 0), self.height - 1)
        elif final == "G":
            self.x = min(count, self.width) - 1
        elif final == "m":
            self._style(given)
        elif final == "K" and not given[0]:
            self._erase(self.y, self.x, self.width)
        elif final == "X":
            self._erase(self.y, self.x, min(self.x + count, self.width))
        elif final == "J" and given == [2]:
            for y in range(self.height):
                self._erase(y, 0, self.width)
        elif final == "r":
            top, bottom = given if len(given) == 2 else (1, self.height)
            self.margins, self.x, self.y = (top - 1, bottom - 1), 0, 0
        elif final in "LM" and self.margins[0] <= self.y <= self.margins[1]:
            self._scroll(count, up=final == "M")
        elif final == "b":
            char = self.rows[self.y][self.x - 1][0]
            for _ in range(count):
                self._put(char)
        else:
            raise ValueError(f"CSI {numbers}{final}")

    def _scroll(self, count: int, *, up: bool) -> None:
        first, last = self.y, self.margins[1] + 1
        fresh = [[self._blank()] * self.width for _ in range(min(count, last - first))]
        band = self.rows[first:last]
        self.rows[first:last] = [*band[count:], *fresh] if up else [*fresh, *band[: last - first - len(fresh)]]

    def _blank(self) -> Cell:
        return (" ", (frozenset(), "", self.look[2]) if self.in_colour else PLAIN)

    def _erase(self, y: int, start: int, stop: int) -> None:
        self._split(y, start, stop)
        self.rows[y][start:stop] = [self._blank()] * (stop - start)

    def _split(self, y: int, start: int, stop: int) -> None:
        """Blank the halves of wide characters at the edges of what is overwritten."""
        row = self.rows[y]
        if start and not row[start][0]:
            row[start - 1] = (" ", row[start - 1][1])
        if stop < self.width and not row[stop][0]:
            row[stop] = (" ", row[stop][1])

    def _put(self, char: str) -> None:
        width = self.widths.get(char, get_character_cell_size(char))
        if not width or self.joining:
            self._join(char)
            return
        letter = "\U0001f1e6" <= char <= "\U0001f1ff"
        second, self.flag = letter and self.flag, letter and not self.flag
        if second:
            self._join(char)
            self._split(self.y, self.x, self.x + 1)
            self.rows[self.y][self.x] = ("", self.rows[self.y][self.x - 1][1])
            self.x += 1
            return
        if self.x + width > self.width:
            raise ValueError("text over the margin")
        self._split(self.y, self.x, self.x + width)
        self.rows[self.y][self.x : self.x + width] = [(char, self.look), ("", self.look)][:width]
        self.x += width

    def _join(self, char: str) -> None:
        self.joining = char == "\u200d"
        row, x = self.rows[self.y], self.x - 1
        if not row[x][0]:
            x -= 1
        text, look = row[x]
        if char == "\ufe0f" and text in WIDENED and self.x < self.width:
            self._split(self.y, self.x, self.x + 1)
            row[self.x] = ("", look)
            self.x += 1
        row[x] = (text + char, look)

    def _style(self, numbers: list[int]) -> None:
        queue = numbers.copy()
        attributes, fore, back = set(self.look[0]), self.look[1], self.look[2]
        ended = {22: {1, 2}, 23: {3}, 24: {4, 21}, 25: {5, 6}, 27: {7}, 28: {8}, 29: {9}, 54: {51, 52}, 55: {53}}
        while queue:
            number = queue.pop(0)
            if number == 0:
                attributes, fore, back = set(), "", ""
            elif number in (38, 48):
                length = 2 if queue[0] == 5 else 4
                colour, queue = "/".join(map(str, queue[:length])), queue[length:]
                fore, back = (colour, back) if number == 38 else (fore, colour)
            elif number in ended:
                attributes -= ended[number]
            elif 30 <= number <= 39 or 90 <= number <= 97:
                fore = "" if number == 39 else str(number)
            elif 40 <= number <= 49 or 100 <= number <= 107:
                back = "" if number == 49 else str(number)
            else:
                attributes.add(number)
        self.look = (frozenset(attributes), fore, back)


def seen(char: str, look: Look) -> Look:
    """The part of a look that can be seen."""
    return look if char != " " or look[0] & (LINES | {6}) else (frozenset(), "", look[2])
