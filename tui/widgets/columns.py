"""The columns of a table, and which of them a width has room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

GAP = 2
"""Blank cells between columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; widths are cells, limits are the terminal's width."""

    id: str
    title: str
    width: int = 0
    """0 takes what the others leave; several such columns share it."""
    align: Literal["left", "right"] = "left"
    name: bool = False
    """The column of the name: strong on the cursor row, and matches are shown in it."""
    minimum: int = 1
    """For a column of width 0: with less than this, others give way in the order of `drop`."""
    drop: int = 0
    """1 gives way first; 0 never does."""
    below: int = 0
    """Not shown on a terminal narrower than this."""
    narrow_below: int = 0
    """On a narrower terminal it has `narrow_title` and `narrow_width`, and is cut without a sign."""
    narrow_title: str | None = None
    narrow_width: int | None = None


class Placed(NamedTuple):
    """A column that is shown."""

    column: Column
    title: str
    width: int
    narrow: bool


def place(columns: Sequence[Column], cells: int, terminal: int) -> tuple[Placed, ...]:
    """The columns to show in `cells` cells of a terminal that is `terminal` cells wide, with their widths.

    Limits of the terminal's width are obeyed first. Then, while a column of width 0 is narrower than its
    minimum, columns give way. What is too wide even so is the painter's to cut.
    """
    shown = [column for column in columns if terminal >= column.below]
    while True:
        placed = _widths(shown, cells, terminal)
        tight = any(not column.width and size < column.minimum for column, _, size, _ in placed)
        droppable = [column for column in shown if column.drop]
        if not tight or not droppable:
            return tuple(column for column in placed if column.width > 0)
        shown.remove(min(droppable, key=lambda column: column.drop))


def _widths(shown: Sequence[Column], cells: int, terminal: int) -> list[Placed]:
    fixed: list[Placed] = []
    for column in shown:
        narrow = terminal < column.narrow_below
        size = column.narrow_width if narrow and column.narrow_width is not None else column.width
        title = column.narrow_title if narrow and column.narrow_title is not None else column.title
        fixed.append(Placed(column, title, size, narrow))
    rest = cells - sum(column.width for column in fixed) - GAP * (len(fixed) - 1)
    sharing = sum(1 for column in shown if not column.width)
    if not sharing:
        return fixed
    share, extra = divmod(max(0, rest), sharing)
    placed: list[Placed] = []
    for found in fixed:
        if found.column.width:
            placed.append(found)
            continue
        placed.append(found._replace(width=share + (1 if extra > 0 else 0)))
        extra -= 1
    return placed
