"""The lines of a table: its header, the cells of a row, and what stands below rows that do not all fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tui.lines import BLANK, Line, Role, Span, between, fit, highlight, line
from tui.text import ELLIPSIS, thousands
from tui.widgets.columns import GAP, Placed


class Place(NamedTuple):
    """What the foot line is made of: indexes of rows, and how many rows there are."""

    cursor: int
    first: int
    last: int
    total: int


def foot_line(place: Place, cells: int) -> Line:
    """`2 of 412` at the left, `395 more` below at the right."""
    more = place.total - place.last - 1
    return between(
        line(Span(f"{thousands(place.cursor + 1)} of {thousands(place.total)}", "muted")),
        line(Span(f"{thousands(more)} more", "muted")) if more > 0 else BLANK,
        cells,
    )


def header_cells(placed: Sequence[Placed], sorted_by: str) -> Line:
    """The titles of the columns, muted; that of the sorted one is underlined."""
    cells: list[Span] = []
    for number, (column, title, size, _) in enumerate(placed):
        if number:
            cells.append(Span(" " * GAP))
        role: Role = "header_sorted" if column.id == sorted_by else "header"
        cells += fit(line(Span(title, role)), size, column.align)
    return tuple(cells)


def row_cells(
    placed: Sequence[Placed], contents: Mapping[str, Span | Line], *, here: bool, words: Sequence[str] = ()
) -> Line:
    """The cells of a row, by the ids of their columns; `here` is whether the cursor is on it.

    The name is strong there, and the words searched for are shown in it.
    """
    cells: list[Span] = []
    for number, (column, _, size, narrow) in enumerate(placed):
        found = contents[column.id]
        content: Line = (found,) if isinstance(found, Span) else found
        if column.name and here:
            content = tuple(_strong(span) for span in content)
        if column.name and words:
            content = highlight(content, words)
        if number:
            cells.append(Span(" " * GAP))
        cells += fit(content, size, column.align, "" if narrow else ELLIPSIS)
    return tuple(cells)


def _strong(span: Span) -> Span:
    return span._replace(role="strong") if span.role in ("text", "muted") else span
