"""Where the rows of a list stand: positions of rows, of the lines between them, and the part of them in
sight.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from tui.lines import Line


class Break(NamedTuple):
    """A line before the row of this index that is not a row: the name of a group, a note, a blank line."""

    before: int
    line: Line


class Positions:
    """The order of `count` rows and the breaks between them: a position counts both, from 0.

    Nothing is done for each row, so a list of any length costs the same.
    """

    def __init__(self, count: int, breaks: Sequence[Break] = ()) -> None:
        self.count = count
        self._breaks = sorted(breaks, key=lambda item: item.before)
        self._starts = [item.before for item in self._breaks]
        self._at = [start + number for number, start in enumerate(self._starts)]

    def __len__(self) -> int:
        return self.count + len(self._breaks)

    def of_row(self, index: int) -> int:
        """The position of a row."""
        return index + bisect_right(self._starts, index)

    def at(self, position: int) -> int | Line:
        """The row at a position, by its index, or the line that is there instead."""
        number = bisect_left(self._at, position)
        if number < len(self._at) and self._at[number] == position:
            return self._breaks[number].line
        return position - number

    def row_from(self, position: int) -> int:
        """The index of the first row at this position or after it; the number of rows when there is none."""
        while position < len(self):
            found = self.at(position)
            if isinstance(found, int):
                return found
            position += 1
        return self.count

    def row_until(self, position: int) -> int:
        """The index of the last row at this position or before it; -1 when there is none."""
        position = min(position, len(self) - 1)
        while position >= 0:
            found = self.at(position)
            if isinstance(found, int):
                return found
            position -= 1
        return -1

    def top_for(self, index: int, top: int, height: int, length: int) -> int:
        """The first position in sight so that a row is: `top` when it is already, else the least move.

        `length` counts every line of the list, those after the last row too. Lines that lead up to the
        first row in sight come along, and after the last row what follows it.
        """
        if height <= 0:
            return 0
        position = self.of_row(index)
        if position < top:
            top = position
            while top > 0 and not isinstance(self.at(top - 1), int):
                top -= 1
            top = max(top, position - height + 1)
        elif position >= top + height:
            top = position - height + 1
        if index == self.count - 1:
            top = max(top, min(position, length - height))
        return max(0, min(top, length - height))
