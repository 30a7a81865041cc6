"""One value a series: shares sorted, ranked bars, or the one number large.

Pies are drawn as shares and maps as a ranking: both say which part is larger, and by how much, in numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tui.charts.big_number import number_drawing
from tui.charts.columns import NO_BARS, Bars, Cell, Column, note, rule, table, widest
from tui.charts.drawing import Drawing
from tui.charts.fitting import at, clipped, pointer
from tui.charts.numbers import Number, change, percent, share, total
from tui.charts.shapes import Series
from tui.charts.trend_tables import Trend, ranked, whole_of
from tui.lines import BLANK, Line, Role, Span, line, width
from tui.store.facts import InsightDetail
from tui.text import thousands

FOLDED: Final = frozenset({"ActionsPie"})
"""Displays of parts of a whole, in which the small ones may be summed."""
NAME_LEAST: Final = 8
TOTAL_FROM: Final = 8
"""Rows from which the sum has a row, and what the bars are drawn against is said."""


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    value: Number | None
    before: Number | None = None
    rest: bool = False


def value_drawing(detail: InsightDetail, trend: Trend, cells: int, height: int, cursor: int | None = None) -> Drawing:
    """A result of one value a series."""
    series = ranked(trend)
    if len(series) == 1 and trend.display in ("BoldNumber", "") and not series[0].breakdown:
        return number_drawing(detail, trend, series[0], cells, height)
    whole = whole_of(series)
    ending = [] if whole is None or (height and height < TOTAL_FROM) else ["", ""]
    room = height - len(ending) if height else len(series)
    rows, folded = _rows(trend, series), 0
    if whole is not None and trend.display in FOLDED and len(rows) > room:
        rows, folded = _summed(rows, room)
    spot = at(cursor, len(rows))
    lines = _table(trend, rows, whole, cells, spot)
    found, hidden = clipped(lines[: len(rows)], cells, room, keep=spot)
    if ending:
        found += [(Span("  "), *rule(min(max(map(width, lines)), cells) - 2)), lines[-1]]
    if len(rows) > 1 and (not height or len(found) + 2 <= height):
        found += [BLANK, note("  bars are drawn against the largest", cells)]
    read = _readout(trend, rows[spot], whole) if spot is not None else ()
    return Drawing(tuple(found), len(rows), read, hidden or folded)


def _rows(trend: Trend, series: Sequence[Series]) -> list[_Row]:
    before = {one.label: one.value for one in trend.series if one.previous}
    return [_Row(one.label, one.value, before.get(one.label), one.rest) for one in series]


def _summed(rows: list[_Row], room: int) -> tuple[list[_Row], int]:
    """The rows with the smallest summed as `other, 6 kinds`, before the one that is not set; and how many were."""
    own = [row for row in rows if not row.rest]
    others = [row for row in rows if row.rest and row.name != "not set"]
    unset = [row for row in rows if row.rest and row.name == "not set"]
    kept = own[: max(0, room - 1 - len(unset))]
    small = own[len(kept) :]
    words = "other" if others or not small else f"other, {thousands(len(small))} kind{'' if len(small) == 1 else 's'}"
    gone = [*small, *others]
    earlier = [row.before for row in gone if row.before is not None]
    one = _Row(words, total(row.value for row in gone), total(earlier) if earlier else None, rest=True)
    return [*kept, one, *unset][: max(1, room)], len(small)


def _table(trend: Trend, rows: Sequence[_Row], whole: Number | None, cells: int, spot: int | None) -> list[Line]:
    names: list[Cell] = []
    for place, row in enumerate(rows):
        role: Role = "strong" if place == spot else "muted" if row.rest else "text"
        names.append(line(pointer(place, spot), " ", Span(row.name, role)))
    values: list[Cell] = list(trend.format.column([row.value for row in rows]))
    columns = [Column("", names, "left", least=min(widest(names), max(NAME_LEAST, cells // 3))), Column("", values)]
    if whole is not None:
        parts = [percent(share(row.value, whole)) for row in rows]
        columns.append(Column("", [*parts, line(Span("100 %", "muted"))], role="strong", drop=1))
        names.append(line("  ", Span("all", "muted")))
        values.append(line(Span(trend.format.one(whole), "muted")))
    if any(row.before is not None for row in rows):
        changes = [change(row.value, row.before) for row in rows]
        columns.append(Column("", [*(line(found) if found else "" for found in changes), ""][: len(names)], drop=2))
    bars = [row.value for row in rows] if len(rows) > 1 else []
    return _muted(table(columns, cells, Bars([*bars, None], {}) if bars else NO_BARS)[1:], rows)


def _muted(lines: list[Line], rows: Sequence[_Row]) -> list[Line]:
    """The bars of what is left over, muted."""
    rest = {place for place, row in enumerate(rows) if row.rest}
    return [
        tuple(span._replace(role="muted") if span.role == "bar" else span for span in found) if place in rest else found
        for place, found in enumerate(lines)
    ]


def _readout(trend: Trend, row: _Row, whole: Number | None) -> Line:
    spans = [Span(row.name, "muted" if row.rest else "text"), Span(f"  {trend.format.one(row.value)}", "strong")]
    if whole is not None:
        spans.append(Span(f"   {percent(share(row.value, whole))} of {trend.format.one(whole)}", "muted"))
    if row.before is not None:
        found = change(row.value, row.before)
        spans += [Span("   "), found] if found else []
        spans.append(Span(f"  {trend.format.one(row.before)} before", "muted"))
    return line(*spans)
