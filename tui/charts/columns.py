"""Columns of text: as wide as their cells, narrowed, dropped or cut until they fit.

A cell is a clean text, or a line where parts of it look different. A table is laid out a column at a time, because
results have thousands of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from tui import text as texts
from tui.lines import BLANK, Line, Role, Span, cut, fit, line, width

Cell = str | Line

GAP: Final = 2
"""Blank cells between two columns."""
BAR_LEAST: Final = 8
BAR_MOST: Final = 40


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, and a cell for each row."""

    header: Cell
    cells: Sequence[Cell]
    align: Literal["left", "right"] = "right"
    role: Role = "text"
    """How cells that are bare texts look."""
    least: int | None = None
    """Cells the column may be narrowed to; None when it keeps its width."""
    drop: int = 0
    """Of the columns that can be spared, those with the highest number go first; 0 is never spared."""
    at_least: int = 0
    """Cells the column takes even when it needs fewer."""

    @property
    def width(self) -> int:
        """The cells the widest cell or the header takes."""
        return max(self.at_least, cell_width(self.header), widest(self.cells))


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars at the right of a table, one for each row, where there is room; `notes` stand behind their bars."""

    values: Sequence[float | None]
    notes: Mapping[int, str]
    """Words by row; such a row is not finished, so its bar is muted."""


NO_BARS: Final = Bars((), {})


def cell_width(cell: Cell) -> int:
    """The terminal cells of a cell."""
    return texts.width(cell) if isinstance(cell, str) else width(cell)


def widest(cells: Sequence[Cell]) -> int:
    """The terminal cells of the widest of these."""
    bare = [cell for cell in cells if isinstance(cell, str)]
    widths = len if "".join(bare).isascii() else texts.width
    found = max(map(widths, bare), default=0)
    if len(bare) == len(cells):
        return found
    return max(found, *(width(cell) for cell in {cell for cell in cells if not isinstance(cell, str)}))


def bar(value: float | None, largest: float, cells: int) -> str:
    """A bar for tables, from zero: half a cell is the smallest step and the least that any value above 0 shows."""
    if value is None or value <= 0 or largest <= 0 or cells <= 0:
        return ""
    halves = max(1, min(2 * cells, round(value / largest * 2 * cells)))
    return "━" * (halves // 2) + "╸" * (halves % 2)


def table(columns: Sequence[Column], cells: int, bars: Bars = NO_BARS) -> list[Line]:
    """The header line and a line for each row, none wider than `cells`.

    Columns that can be spared go first, then those that may be narrowed are, and what still does not fit is cut.
    """
    columns = fitted(columns, cells)
    if not columns:
        return [BLANK]
    widths = [column.width for column in columns]
    used = sum(widths) + GAP * (len(columns) - 1)
    [header] = _rows([replace(column, cells=[column.header], role="header") for column in columns], widths, strip=True)
    rows = _rows(columns, widths, strip=not bars.values)
    if bars.values:
        tails = _bars(bars, cells - used - GAP)
        rows = [(*row, *tail) if tail else _stripped(row) for row, tail in zip(rows, tails, strict=False)]
    if used > cells:
        header = cut(header, cells)
        rows = [cut(row, cells) for row in rows]
    return [header, *rows]


def fitted(columns: Sequence[Column], cells: int) -> list[Column]:
    """The columns that stay, narrowed where they may be."""
    kept = [(column, column.width) for column in columns]

    def excess() -> int:
        return sum(size for _, size in kept) + GAP * (len(kept) - 1) - cells

    def slack() -> int:
        return sum(max(0, size - column.least) for column, size in kept if column.least is not None)

    while excess() > slack() and (spare := max((column.drop for column, _ in kept), default=0)):
        index = max(index for index, (column, _) in enumerate(kept) if column.drop == spare)
        del kept[index]
    sizes = [size for _, size in kept]
    floors = [size if column.least is None else min(size, column.least) for column, size in kept]
    shrink(sizes, floors, excess())
    return [
        column if size == before else _narrowed(column, size)
        for (column, before), size in zip(kept, sizes, strict=True)
    ]


def shrink(sizes: list[int], floors: Sequence[int], excess: int) -> None:
    """Take `excess` cells from the widest of `sizes`, in place, none below its floor."""
    while excess > 0:
        open_ = [index for index, size in enumerate(sizes) if size > floors[index]]
        if not open_:
            return
        level = max(sizes[index] for index in open_)
        top = [index for index in open_ if sizes[index] == level]
        below = max([sizes[index] for index in open_ if sizes[index] < level], default=0)
        target = max(below, level - max(1, excess // len(top)), 0)
        for index in top:
            if excess <= 0:
                return
            taken = min(sizes[index] - max(target, floors[index]), excess)
            sizes[index] -= taken
            excess -= taken


def notes_width(notes: Mapping[int, str]) -> int:
    """The cells the widest note takes, with the blanks before it."""
    return max((texts.width(note) for note in notes.values()), default=-GAP) + GAP


def totalled(columns: Sequence[Column], ending: Sequence[str] | None, cells: int, bars: Bars = NO_BARS) -> list[Line]:
    """A table that ends in a row of totals below a rule; one without where there is no `ending`."""
    if ending is None:
        return table(columns, cells, bars)
    last = [(Span(text, "muted" if not place else "strong"),) for place, text in enumerate(ending)]
    columns = [replace(c, cells=[*c.cells, cell]) for c, cell in zip(columns, last, strict=True)]
    lines = table(columns, cells, replace(bars, values=[*bars.values, None]) if bars.values else bars)
    used = max(map(width, lines))
    return [*lines[:-1], rule(used), lines[-1]]


def rule(cells: int) -> Line:
    """The quiet line between rows and their sum."""
    return line(Span("─" * max(0, cells), "grid"))


def note(words: str, cells: int) -> Line:
    """A muted sentence, cut to fit."""
    return cut(line(Span(words, "muted")), cells)


def hint(words: str, cells: int) -> Line:
    """A muted sentence about what is left out, with the way out where there is room for it."""
    longer = f"{words}; a wider window shows more"
    return note(longer if texts.width(longer) <= cells else words, cells)


def bounded(lines: Iterable[Line], cells: int) -> list[Line]:
    """The lines, cut where one is too wide."""
    return [row if width(row) <= cells else cut(row, cells) for row in lines]


def _narrowed(column: Column, size: int) -> Column:
    return replace(
        column,
        header=_shortened(column.header, size),
        cells=[
            cell if len(cell) <= size and isinstance(cell, str) and cell.isascii() else _shortened(cell, size)
            for cell in column.cells
        ],
        at_least=min(column.at_least, size),
    )


def _shortened(cell: Cell, size: int) -> Cell:
    return texts.shorten(cell, size) if isinstance(cell, str) else cut(cell, size)


def _rows(columns: Sequence[Column], widths: Sequence[int], *, strip: bool) -> list[Line]:
    """A line for each row; with `strip` without the blanks at its end."""
    padded = [_padded(column, size) for column, size in zip(columns, widths, strict=True)]
    roles = [column.role for column in columns]
    between = " " * GAP
    if len(set(roles)) == 1 and all(isinstance(cell, str) for cells in padded for cell in cells):
        # The many rows of a large result: one span each.
        joined = map(between.join, zip(*padded, strict=False))
        return [(Span(row.rstrip(" ") if strip else row, roles[0]),) for row in joined]
    return [_row(row, roles, strip=strip) for row in zip(*padded, strict=False)]


def _row(cells: Sequence[Cell], roles: Sequence[Role], *, strip: bool) -> Line:
    """Padded cells beside one another; neighbours of one role become one span."""
    spans: list[Span] = []
    pending, pending_role = "", roles[0]
    for place, (cell, role) in enumerate(zip(cells, roles, strict=True)):
        if place:
            pending += " " * GAP
        if not isinstance(cell, str):
            if pending:
                spans.append(Span(pending, pending_role))
            spans += cell
            pending = ""
        elif role == pending_role or not pending:
            pending, pending_role = pending + cell, role
        else:
            spans.append(Span(pending, pending_role))
            pending, pending_role = cell, role
    if pending:
        spans.append(Span(pending, pending_role))
    return _stripped(tuple(spans)) if strip else tuple(spans)


def _stripped(row: Line) -> Line:
    """A row without the blanks at its end."""
    while row and not (text := row[-1].text.rstrip(" ")):
        row = row[:-1]
    return (*row[:-1], row[-1]._replace(text=text)) if row else row


def _padded(column: Column, size: int) -> list[Cell]:
    """The cells of a column, each exactly `size` wide."""
    right = column.align == "right"
    padded: list[Cell] = []
    last: tuple[Cell, Cell] = ("", "")
    for cell in column.cells:
        if not isinstance(cell, str):
            # Cells that look different are often one and the same, such as null.
            if cell is not last[0]:
                last = (cell, fit(cell, size, column.align))
            padded.append(last[1])
        elif cell.isascii() and len(cell) <= size:
            padded.append(cell.rjust(size) if right else cell.ljust(size))
        else:
            padded.append(texts.fit(cell, size, column.align))
    return padded


def _bars(bars: Bars, room: int) -> list[Line]:
    """The bar and the note of each row, with the blanks before them; where room is short notes without bars."""
    noted = notes_width(bars.notes) if bars.notes else 0
    if noted > room + GAP:
        noted = 0
    size = min(BAR_MOST, room)
    largest = max((value for value in bars.values if value is not None), default=0)
    for row in bars.notes:
        # All bars give way together, so that the noted one keeps its proportion.
        value = bars.values[row] if row < len(bars.values) else None
        if noted and value is not None and value > 0:
            size = min(size, int((room - noted) * largest / value))
    tails: list[Line] = []
    for row, value in enumerate(bars.values):
        mark = bar(value, largest, size) if size >= BAR_LEAST else ""
        words = bars.notes.get(row, "")
        gap = Span(" " * GAP)
        tail: list[Span] = [gap, Span(mark, "muted" if words else "bar")] if mark else []
        if words and noted:
            tail += [gap, Span(words, "muted")]
        tails.append(tuple(tail) or BLANK)
    return tails
