"""TrendsQuery: numbers over time, or one number a series."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tui.sandbox.queries.aggregate import LOOKBACK, Number, measured, reducer, tidy
from tui.sandbox.queries.breakdowns import Breakdown, breakdown_of, label_of, shown
from tui.sandbox.queries.dates import Period, moment, previous, resolve
from tui.sandbox.queries.entities import Entity, earliest, hogql_of, rows, series_of
from tui.sandbox.queries.filters import Fragment, all_of, compile_filters
from tui.sandbox.queries.formula import compile_formula
from tui.sandbox.queries.model import Json, QueryResult, flag, listed, section, text, whole

TOTAL_VALUE = {"BoldNumber", "ActionsPie", "ActionsBarValue", "ActionsTable", "WorldMap"}
"""Displays that show one number a series instead of a line."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIRST_TIME = {"first_time_for_user", "first_matching_event_for_user"}


@dataclass(slots=True)
class Line:
    """One series of a result on its way: a number for each bucket, or one for the whole."""

    label: str
    data: list[Number]
    total: Number
    entity: Entity | None = None
    value: Hashable = None
    heat: Json | None = None


def run_trends(connection: sqlite3.Connection, query: Json, now: datetime) -> QueryResult:
    """Compute a TrendsQuery. Raises `QueryProblem`."""
    options, compare = section(query, "trendsFilter"), section(query, "compareFilter")
    display = text(options, "display") or "ActionsLineGraph"
    total = display in TOTAL_VALUE
    interval = text(query, "interval") or "day"
    period = resolve(section(query, "dateRange"), interval, now=now, earliest=earliest(connection))
    period = period if total else period.aligned()
    entities = series_of(query)
    breakdown = breakdown_of(query)
    shared = compile_filters(query.get("properties"))
    periods = [("", period)]
    if flag(compare, "compare"):
        periods = [("current", period), ("previous", previous(period, compare, now))]
    result: list[Json] = []
    kept: list[list[Hashable]] = []
    for which, span in periods:
        groups: list[list[Line]] = []
        for number, entity in enumerate(entities):
            known = kept[number] if which == "previous" else None
            values, lines = lines_of(connection, entity, shared, breakdown, span, known, many=len(entities) > 1)
            if known is None:
                kept.append(values)
            groups.append(lines)
        lines = with_formulas(groups, options) if formulas_of(options) else flat(groups)
        for line in lines:
            smooth(line, whole(options, "smoothingIntervals", 1, high=100))
            if display == "CalendarHeatmap" and line.entity is not None:
                line.heat = heatmap(connection, line.entity, shared, span)
            result.append(as_json(line, span, query, which, total=total, cumulative="Cumulative" in display))
    unit = {"dau": "count(DISTINCT person_id)", "total": "count()"}
    select = ", ".join(unit.get(e.math, f"{e.math}(properties.{e.math_property})") for e in entities)
    return QueryResult(result=result, resolved_date_range=period.resolved, hogql=hogql_of(select, entities, period))


def lines_of(
    connection: sqlite3.Connection,
    entity: Entity,
    shared: Fragment,
    breakdown: Breakdown | None,
    period: Period,
    known: list[Hashable] | None,
    *,
    many: bool,
) -> tuple[list[Hashable], list[Line]]:
    """The lines of one series, and the breakdown values they stand for.

    `known` are the values of the period this one is compared with: they are kept.
    """
    reduce = reducer(entity.math)
    buckets: dict[Hashable, list[list[Any]]] = {}
    for value, number, cell in measurements(connection, entity, shared, breakdown, period):
        if value not in buckets:
            buckets[value] = [[] for _ in period.starts]
        buckets[value][number].append(cell)
    if breakdown is None:
        cells = buckets.get(None, [[] for _ in period.starts])
        return [None], [Line(entity.label, [reduce(cell) for cell in cells], reduce(flat(cells)), entity)]
    if known is None:
        known = breakdown.kept({value: reduce(flat(cells)) for value, cells in buckets.items()})
    rest: list[list[Any]] = [[] for _ in period.starts]
    for value, cells in buckets.items():
        if value not in known:
            for place, cell in zip(rest, cells, strict=True):
                place.extend(cell)
    lines = []
    for value in known:
        cells = rest if value == breakdown.other else buckets.get(value, [[] for _ in period.starts])
        label = f"{entity.label} - {label_of(value)}" if many else label_of(value)
        lines.append(Line(label, [reduce(cell) for cell in cells], reduce(flat(cells)), entity, value))
    return known, lines


def measurements(
    connection: sqlite3.Connection,
    entity: Entity,
    shared: Fragment,
    breakdown: Breakdown | None,
    period: Period,
) -> Iterable[tuple[Hashable, int, Any]]:
    """Of each event: its breakdown value, the number of its bucket, what is measured."""
    columns = [Fragment("e.at"), measured(entity), *(breakdown.columns if breakdown else ())]
    where = all_of(entity.where, shared)
    back = LOOKBACK.get(entity.math, 0) * 86400
    since = 0 if entity.math in FIRST_TIME else period.start - back
    found = rows(connection, columns, where, since, period.end, order="ORDER BY e.at, e.id")
    locate, last = period.locate(), len(period.starts) - 1
    seen: set[Any] = set()
    for at, cell, *cells in found:
        if cell is None:
            continue
        value = breakdown.value(cells) if breakdown else None
        if entity.math in FIRST_TIME:
            if cell in seen:
                continue
            seen.add(cell)
            if at < period.start:
                continue
        if not back:
            yield value, min(locate(at), last), cell
            continue
        for number, start in enumerate(period.starts):
            end = period.starts[number + 1] if number < last else period.end
            if start - back <= at < end:
                yield value, number, cell


def formulas_of(options: Json) -> list[tuple[str, str | None]]:
    """The formulas of a query and their names, in the newest form that is filled in."""
    nodes = [node for node in listed(options, "formulaNodes") if isinstance(node, dict)]
    named = [(formula, text(node, "custom_name")) for node in nodes if (formula := text(node, "formula"))]
    if named:
        return named
    several = [item for item in listed(options, "formulas") if isinstance(item, str) and item]
    if several:
        return [(item, None) for item in several]
    one = text(options, "formula")
    return [(one, None)] if one else []


def with_formulas(groups: Sequence[Sequence[Line]], options: Json) -> list[Line]:
    """The lines of the formulas in place of the lines they are made from, one for each breakdown value."""
    values: dict[Hashable, None] = {}
    for group in groups:
        values.update(dict.fromkeys(line.value for line in group))
    length = len(groups[0][0].data) if groups and groups[0] else 0
    lines = []
    for formula, custom in formulas_of(options):
        compute = compile_formula(formula)
        for value in values:
            found = [next((line for line in group if line.value == value), None) for group in groups]
            series = list(zip(LETTERS, found, strict=False))
            data = [compute({letter: line.data[i] if line else 0 for letter, line in series}) for i in range(length)]
            total = compute({letter: line.total if line else 0 for letter, line in series})
            name = custom or f"Formula ({formula})"
            lines.append(Line(name if value is None else label_of(value), [*data], total, None, value))
    return lines


def smooth(line: Line, width: int) -> None:
    """Replace each point by the mean of itself and those before it, `width` in all."""
    if width > 1:
        data = line.data
        line.data = [tidy(sum(data[max(0, i - width + 1) : i + 1]) / min(i + 1, width)) for i in range(len(data))]


def as_json(line: Line, period: Period, query: Json, which: str, *, total: bool, cumulative: bool) -> Json:
    """A line as PostHog answers it."""
    data = line.data
    if cumulative:
        running: list[Number] = []
        for point in data:
            running.append(tidy(point + (running[-1] if running else 0)))
        data = running
    days, labels = ([], []) if total else (period.names, period.labels)
    count = data[-1] if cumulative else tidy(sum(data))
    answer: Json = {
        "action": line.entity.action(period.names) if line.entity else None,
        "label": line.label,
        "count": 0 if total else count,
        "data": [] if total else data,
        "labels": labels,
        "days": days,
        "filter": {
            "insight": "TRENDS",
            "display": text(section(query, "trendsFilter"), "display") or "ActionsLineGraph",
            "interval": period.interval,
            "date_from": period.resolved["date_from"],
            "date_to": period.resolved["date_to"],
        },
    }
    if total:
        answer["aggregated_value"] = line.total
    if line.value is not None:
        answer["breakdown_value"] = shown(line.value)
    if which:
        answer["compare"] = True
        answer["compare_label"] = which
    if line.heat is not None:
        answer["calendar_heatmap_data"] = line.heat
    return answer


def heatmap(connection: sqlite3.Connection, entity: Entity, shared: Fragment, period: Period) -> Json:
    """The numbers by weekday (row, 0 is Monday) and hour (column), with the sums of both."""
    reduce = reducer(entity.math)
    cells: dict[tuple[int, int], list[Any]] = defaultdict(list)
    columns = [Fragment("e.at"), measured(entity)]
    for at, cell in rows(connection, columns, all_of(entity.where, shared), period.start, period.end):
        if cell is not None:
            when = moment(at)
            cells[when.weekday(), when.hour].append(cell)
    return {
        "data": [
            {"row": row, "column": column, "value": reduce(values)}
            for (row, column), values in sorted(cells.items(), key=lambda item: item[0])
        ],
        "rowAggregations": [
            {"row": row, "value": reduce(flat(cell for (r, _), cell in cells.items() if r == row))}
            for row in sorted({row for row, _ in cells})
        ],
        "columnAggregations": [
            {"column": column, "value": reduce(flat(cell for (_, c), cell in cells.items() if c == column))}
            for column in sorted({column for _, column in cells})
        ],
        "allAggregations": reduce(flat(cells.values())),
    }


def flat(cells: Iterable[Iterable[Any]]) -> list[Any]:
    """All values of some buckets in one list."""
    return [value for cell in cells for value in cell]
