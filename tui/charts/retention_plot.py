"""Retention drawn: a triangle in which the ground of a cell is the warmer, the more people came back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tui import text as texts
from tui.charts.columns import GAP, note, widest
from tui.charts.drawing import Drawing
from tui.charts.fitting import POINTER, at, clipped
from tui.charts.flow_tables import Cohort, Retention
from tui.charts.numbers import Number, number, percent, share, total
from tui.charts.shapes import breakdown_of, source_of
from tui.lines import BLANK, Line, Role, Span, cut, line
from tui.store.facts import InsightDetail

HEAT: Final[tuple[Role, ...]] = ("heat0", "heat1", "heat2", "heat3", "heat4")
HEAT_FROM: Final = (10, 25, 40, 75)
"""Percent from which a cell takes the next warmer ground."""
CELL: Final = 5
CELL_MOST: Final = 9
LABEL_LEAST: Final = 6
BEGAN: Final = "began"
"""The header of a triangle whose rows are cohorts."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """Who of a row was there in one period."""

    part: float | None
    """Percent of those who began."""
    count: Number | None = None
    waiting: bool = False
    """Whether the period was not over when it was counted."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a triangle: a cohort, or the mean of those of one breakdown value."""

    label: str
    size: Number | None
    cells: tuple[_Cell, ...]


@dataclass(frozen=True, slots=True)
class _Triangle:
    """Rows, and how they are laid out: cell width, the first period shown and how many, lines a row."""

    rows: Sequence[_Row]
    header: str
    mean: _Row | None
    length: int
    labels: int
    sizes: int
    cell: int
    first: int
    shown: int
    tall: bool

    @property
    def left(self) -> int:
        """Cells before the first period."""
        return self.labels + GAP + self.sizes + GAP


def retention_drawing(
    detail: InsightDetail, width: int, height: int, *, now: float, cursor: int | None = None
) -> Drawing | None:
    """The triangle of a retention result; by a breakdown one a value, or a row a value where those have no room."""
    retention = Retention.of(detail, now)
    if retention is None:
        return None
    if not retention.length:
        return Drawing((note("Nobody began in this range.", width),))
    groups: dict[str, list[Cohort]] = {}
    for cohort in retention.cohorts:
        groups.setdefault(cohort.value, []).append(cohort)
    if len(groups) == 1:
        rows = [_cohort_row(retention, cohort) for cohort in retention.cohorts]
        mean = _mean_row(retention, "all") if len(rows) > 1 else None
        return _one(retention, rows, BEGAN, mean, width, height, cursor)
    parts = {value: replace(retention, cohorts=cohorts) for value, cohorts in groups.items()}
    found = _sections(parts, retention.periods.interval, width, height, cursor)
    if found is not None:
        return found
    rows = [_mean_row(part, value or "not set") for value, part in parts.items()]
    return _one(retention, rows, breakdown_of(source_of(detail.query)) or "value", None, width, height, cursor)


def _cohort_row(retention: Retention, cohort: Cohort) -> _Row:
    found = tuple(
        _Cell(share(count, cohort.size), count, index > 0 and not retention.over(cohort, index))
        for index, count in enumerate(cohort.counts)
    )
    return _Row(retention.periods.label(cohort.date, cohort.label), cohort.size, found)


def _mean_row(retention: Retention, label: str) -> _Row:
    """The percent of all cohorts together, without periods that were not over."""
    means = tuple(_Cell(retention.mean(index)) for index in range(retention.length))
    return _Row(label, total(cohort.size for cohort in retention.cohorts), means)


def _one(
    retention: Retention,
    rows: Sequence[_Row],
    header: str,
    mean: _Row | None,
    width: int,
    height: int,
    cursor: int | None,
) -> Drawing:
    """One triangle in all the height there is; rows that do not fit are the oldest ones, or the last values."""
    unit = retention.periods.interval
    stops = sum(len(row.cells) for row in rows)
    spot = _spot(rows, at(cursor, stops))
    triangle = _laid_out(rows, header, mean, width, spot[1] if spot else None)
    ending = _ending(triangle, unit, width)
    spare = height - 1 - (mean is not None) - len(ending) - 1
    if mean and 2 * len(rows) <= spare and triangle.cell > CELL and _counts_fit(triangle):
        triangle = replace(triangle, tall=True)
    if height > 0 and len(rows) > spare + 1 + len(ending):
        return _cut_to(triangle, unit, width, height, spot, stops)
    drawn = [_head(triangle), *_body(triangle, range(len(rows)), spot)]
    if mean:
        drawn.append(_mean_line(triangle, mean))
    whole = [*drawn, BLANK, *ending]
    if 0 < height < len(whole):
        whole = [*drawn, *ending][:height]
    readout = _readout(rows, spot, unit) if spot else ()
    return Drawing(tuple(cut(row, width) for row in whole), stops, readout)


def _cut_to(
    triangle: _Triangle, unit: str, width: int, height: int, spot: tuple[int, int] | None, stops: int
) -> Drawing:
    """The newest cohorts that fit, or the first values; what has no room is counted below."""
    rows = triangle.rows
    cohorts = triangle.header == BEGAN
    room = max(0, height - 2 - (triangle.mean is not None and height > 3))
    hidden = len(rows) - room
    first = hidden if cohorts else 0
    if spot:
        first = min(first, spot[0]) if cohorts else max(first, spot[0] - room + 1)
    drawn = [_head(triangle), *_body(triangle, range(first, min(len(rows), first + room)), spot)]
    if triangle.mean and height > 3:
        drawn.append(_mean_line(triangle, triangle.mean))
    noun = f"{unit}{'s' * (hidden > 1)}" if cohorts else "values"
    where = "earlier" if first == hidden and cohorts else "more"
    drawn.append(note(f"{hidden:,} {where} {noun}", width))
    readout = _readout(rows, spot, unit) if spot else ()
    return Drawing(tuple(cut(row, width) for row in drawn[-height:]), stops, readout, hidden)


def _sections(parts: Mapping[str, Retention], unit: str, width: int, height: int, cursor: int | None) -> Drawing | None:
    """A triangle for each breakdown value, under its name; None where they do not fit."""
    if height > 0 and sum(len(part.cohorts) + 3 for part in parts.values()) > height:
        return None
    rows = [_cohort_row(part, cohort) for part in parts.values() for cohort in part.cohorts]
    stops = sum(len(row.cells) for row in rows)
    spot = _spot(rows, at(cursor, stops))
    triangle = _laid_out(rows, BEGAN, None, width, spot[1] if spot else None)
    lines: list[Line] = []
    first = 0
    for value, part in parts.items():
        lines += [BLANK] * bool(lines) + [(Span(texts.shorten(value or "not set", width), "strong"),)]
        lines += [_head(triangle), *_body(triangle, range(first, first + len(part.cohorts)), spot)]
        if len(part.cohorts) > 1:
            lines.append(_mean_line(triangle, _mean_row(part, "all")))
        first += len(part.cohorts)
    lines += _ending(triangle, unit, width)
    if 0 < height < len(lines):
        return None
    shown, hidden = clipped(lines, width, height)
    return Drawing(tuple(shown), stops, _readout(rows, spot, unit) if spot else (), hidden)


def _spot(rows: Sequence[_Row], cursor: int | None) -> tuple[int, int] | None:
    """Row and period of a stop; stops go along the rows."""
    if cursor is None:
        return None
    for place, row in enumerate(rows):
        if cursor < len(row.cells):
            return place, cursor
        cursor -= len(row.cells)
    return None


def _laid_out(rows: Sequence[_Row], header: str, mean: _Row | None, width: int, keep: int | None) -> _Triangle:
    """As many periods as fit, in cells as wide as there is room for; the period `keep` is among them."""
    every = [*rows, mean] if mean else rows
    length = max(len(row.cells) for row in every)
    sizes = max(len("size"), widest([number(row.size) for row in every]))
    labels = max(texts.width(header), widest([row.label for row in every]))
    labels = min(labels, max(LABEL_LEAST, width // 3))
    room = width - labels - sizes - 2 * GAP
    cell = next((size for size in (CELL_MOST, CELL + 2) if size * length <= room), CELL)
    shown = min(length, max(0, room // cell))
    first = 0 if keep is None else max(0, keep - shown + 1)
    return _Triangle(rows, header, mean, length, labels, sizes, cell, min(first, length - shown), shown, tall=False)


def _counts_fit(triangle: _Triangle) -> bool:
    return all(len(number(cell.count)) <= triangle.cell - 2 for row in triangle.rows for cell in row.cells)


def _head(triangle: _Triangle) -> Line:
    periods = range(triangle.first, triangle.first + triangle.shown)
    row = _row_start(triangle, triangle.header, "size", "header", "header")
    return (*row, Span("".join(_centred(str(index), triangle.cell) for index in periods).rstrip(), "header"))


def _row_start(triangle: _Triangle, label: str, size: str, label_role: Role, size_role: Role) -> Line:
    return (
        Span(texts.fit(label, triangle.labels) + " " * GAP, label_role),
        Span(texts.fit(size, triangle.sizes, "right") + " " * GAP, size_role),
    )


def _body(triangle: _Triangle, places: range, spot: tuple[int, int] | None) -> Iterator[Line]:
    """The lines of these rows: percents, and below them the counts where rows are tall."""
    periods = range(triangle.first, triangle.first + triangle.shown)
    for place in places:
        row = triangle.rows[place]
        marked = spot[1] if spot and spot[0] == place else None
        start = _row_start(triangle, row.label, number(row.size), "text", "muted")
        if marked is not None:
            start = (Span(texts.fit(row.label, triangle.labels), "strong"), POINTER, Span(" "), *start[1:])
        found = [(index, row.cells[index]) for index in periods if index < len(row.cells)]
        yield (*start, *(_heat(cell, triangle, marked=index == marked) for index, cell in found))
        if triangle.tall:
            blank = Span(" " * triangle.left)
            yield (blank, *(_count(cell, triangle.cell, marked=index == marked) for index, cell in found))


def _level(cell: _Cell) -> Role:
    return HEAT[sum((cell.part or 0) >= limit for limit in HEAT_FROM)]


def _shown(part: float | None) -> str:
    """A percent in at most three cells."""
    return "–" if part is None else f"{part:.0f}" if -10 < part < 999.5 else "…"


def _centred(words: str, size: int, after: str = " ") -> str:
    """Three figures in the middle of a cell, `after` right behind them."""
    behind = (size - 3) // 2
    return f"{words:>{size - behind}}{after}{' ' * (behind - 1)}"


def _heat(cell: _Cell, triangle: _Triangle, *, marked: bool) -> Span:
    shown = _centred(_shown(cell.part), triangle.cell, "…" if cell.waiting else " ")
    if marked:
        return Span(shown, "cursor")
    return Span(shown, "strong", _level(cell)) if triangle.tall else Span(shown, _level(cell))


def _count(cell: _Cell, size: int, *, marked: bool) -> Span:
    shown = number(cell.count)
    behind = min((size - 3) // 2, size - len(shown))
    return Span(f"{shown:>{size - behind}}{' ' * behind}", "cursor" if marked else _level(cell))


def _mean_line(triangle: _Triangle, mean: _Row) -> Line:
    periods = range(triangle.first, triangle.first + triangle.shown)
    start = _row_start(triangle, mean.label, number(mean.size), "muted", "muted")
    parts = [mean.cells[index].part if index < len(mean.cells) else None for index in periods]
    words = "".join(_centred("" if part is None else _shown(part), triangle.cell) for part in parts)
    return (*start, Span(words.rstrip(), "strong"))


def _ending(triangle: _Triangle, unit: str, width: int) -> list[Line]:
    """What the numbers are, what `…` means, and how many periods have no room."""
    said = [f"percent of those who began that {unit}" if triangle.header == BEGAN else "percent of those who began"]
    last = triangle.first + triangle.shown
    if any(cell.waiting for row in triangle.rows for cell in row.cells[triangle.first : last]):
        said.append(f"… that {unit} is not over yet")
    if hidden := triangle.length - triangle.shown:
        where = (
            "" if triangle.first and last < triangle.length else " to the left" if triangle.first else " to the right"
        )
        said.append(f"{hidden} more {unit}{'s' * (hidden > 1)}{where}")
    together = " · ".join(said)
    return [note(together, width)] if len(together) <= width else [note(one, width) for one in said]


def _readout(rows: Sequence[_Row], spot: tuple[int, int], unit: str) -> Line:
    """One cell: who, which period, how many came, percent."""
    row, index = rows[spot[0]], spot[1]
    cell = row.cells[index]
    parts = [Span(row.label.strip(), "strong"), Span(f"  {number(row.size)} began", "muted")]
    parts.append(Span(f"  {unit} {index} ", "muted"))
    if cell.count is not None:
        parts.append(Span(f"{number(cell.count)}, "))
    parts.append(Span(percent(cell.part), "strong"))
    if cell.waiting:
        parts.append(Span(f"  that {unit} is not over yet", "muted"))
    return line(*parts)
