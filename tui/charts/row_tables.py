"""SQL and tables of events: columns and rows as the server sent them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tui import text as texts
from tui.charts.columns import GAP, Cell, Column, fitted, note, table
from tui.charts.raw import compact
from tui.charts.shapes import word
from tui.lines import BLANK, Line, Span, fit
from tui.store.facts import InsightDetail
from tui.text import clean

CELL_LIMIT: Final = 200
"""Characters shown of one cell."""
WIDE: Final = 24
"""Cells a column of words is narrowed to before columns are left out at the right."""
LEAST: Final = 6
_NULL: Final[Line] = (Span("null", "italic"),)
_NUMERIC: Final = re.compile(r"U?Int\d+|Float\d+|Decimal")
_WRAPPED: Final = re.compile(r"(?:Nullable|LowCardinality)\((.*)\)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A result of rows, read."""

    names: list[str]
    types: list[str]
    rows: list[Sequence[Any]]
    more: bool

    @classmethod
    def of(cls, detail: InsightDetail) -> Sheet | None:
        """The rows of an insight's result; None when it has another shape.

        A row may be a list of cells, an object, or one bare value.
        """
        result = detail.result
        if not isinstance(result, list):
            return None
        names = [clean(name, limit=80) for name in detail.columns]
        if any(isinstance(row, dict) for row in result):
            if not all(isinstance(row, dict) for row in result):
                return None
            names = names or [word(key, 80) for key in dict.fromkeys(key for row in result[:100] for key in row)]
            rows: list[Sequence[Any]] = [[row.get(name) for name in names] for row in result]
        else:
            rows = [row if isinstance(row, list | tuple) else (row,) for row in result]
            count = max(map(len, rows), default=0)
            names += [f"column {place}" for place in range(len(names) + 1, count + 1)]
        types = [short_type(kind) for _, kind in detail.types[: len(names)]]
        return cls(names, [*types, *[""] * (len(names) - len(types))], rows, detail.has_more)

    @property
    def count(self) -> str:
        """How many rows came: `24 rows`, `1 row`."""
        return f"{len(self.rows):,} row{'' if len(self.rows) == 1 else 's'}"

    def column(self, place: int, rows: Sequence[Sequence[Any]], *, with_type: bool = False) -> Column:
        """One column of these rows: numbers at the right, null in italics."""
        values = [row[place] if place < len(row) else None for row in rows]
        cells: list[Cell] = [_NULL if value is None else shown(value) for value in values]
        numeric = bool(_NUMERIC.match(self.types[place])) or _all_numbers(values)
        return Column(
            self.names[place],
            cells,
            "right" if numeric else "left",
            least=None if numeric else LEAST,
            at_least=len(self.types[place]) if with_type else 0,
        )


def short_type(kind: str) -> str:
    """A ClickHouse type without what wraps it and its parameters: `DateTime64` of `Nullable(DateTime64(6, 'UTC'))`."""
    for _ in range(4):
        found = _WRAPPED.fullmatch(kind)
        if not found:
            break
        kind = found[1]
    return clean(kind.partition("(")[0], limit=24)


def shown(value: object) -> str:
    """A cell as it was sent."""
    if isinstance(value, str):
        # The first test is part of `clean`; here it saves its call for most of the cells of a large result.
        if len(value) <= CELL_LIMIT and value.isascii() and value.isprintable():
            return value
        return clean(value, limit=CELL_LIMIT)
    if isinstance(value, float | int) and not isinstance(value, bool) and abs(value) < 10**15:
        return str(value)
    return compact(value, CELL_LIMIT)


def _all_numbers(values: Sequence[object]) -> bool:
    kinds = set(map(type, values)) - {type(None)}
    return bool(kinds) and kinds <= {int, float}


def row_lines(detail: InsightDetail, cells: int, skip: int = 0) -> list[Line] | None:
    """Names, types and rows; columns that do not fit are left out at the right and counted.

    `skip` columns are left out at the left.
    """
    sheet = Sheet.of(detail)
    if sheet is None:
        return None
    skip = max(0, min(skip, len(sheet.names) - 1))
    lines, hidden = sheet_lines(sheet, sheet.rows, cells, skip)
    words = sheet.count
    if sheet.more:
        words += " · more rows exist than PostHog sent"
    if hidden:
        words += f" · {hidden} more column{'' if hidden == 1 else 's'} to the right"
    if skip:
        words += f" · {skip} to the left"
    return [*lines, *([BLANK] if sheet.rows else []), note(words, cells)]


def sheet_lines(
    sheet: Sheet, rows: Sequence[Sequence[Any]], cells: int, skip: int = 0, *, types: bool = True
) -> tuple[list[Line], int]:
    """The table of some rows, and how many columns had no room. The header ends in `+3` when three had none."""
    columns: list[Column] = []
    used = -GAP
    for place in range(skip, len(sheet.names)):
        column = sheet.column(place, rows, with_type=types)
        floor = column.width if column.least is None else min(column.width, WIDE)
        used += GAP + floor
        if columns and used > cells - mark_width(len(sheet.names) - place - 1):
            break
        columns.append(replace(column, least=floor))
    if len(columns) == 1:
        columns = [replace(columns[0], least=LEAST)]
    hidden = len(sheet.names) - skip - len(columns)
    columns = fitted(columns, cells - mark_width(hidden))
    lines = table(columns, cells)
    if types and any(sheet.types[skip : skip + len(columns)]):
        lines.insert(1, _type_line(sheet.types[skip:], columns, cells))
    if hidden and columns and sum(column.width + GAP for column in columns) - GAP <= cells - mark_width(hidden):
        mark = Span(f"+{hidden}", "muted")
        lines[0] = (*fit(lines[0], cells - len(mark.text)), mark)
    return lines, hidden


def mark_width(hidden: int) -> int:
    """The cells the count of columns without room takes in the header."""
    return GAP + len(f"+{hidden}") if hidden else 0


def _type_line(types: Sequence[str], columns: Sequence[Column], cells: int) -> Line:
    words = [texts.fit(kind, column.width, column.align) for kind, column in zip(types, columns, strict=False)]
    return note((" " * GAP).join(words).rstrip(), cells)
