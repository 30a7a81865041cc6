"""RetentionQuery: of those who began in a period, how many come back in the periods after it."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Hashable
from datetime import UTC, datetime, timedelta

from tui.sandbox.queries.breakdowns import breakdown_of, shown
from tui.sandbox.queries.dates import STEPS, Period, add_months, buckets, floor, moment, parse
from tui.sandbox.queries.entities import entity_of, hogql_of, rows
from tui.sandbox.queries.filters import Fragment, all_of, compile_filters
from tui.sandbox.queries.model import Json, QueryProblem, QueryResult, flag, section, text, whole

PAGEVIEW = {"id": "$pageview", "name": "$pageview", "type": "events"}
FIRST_TIME = {"retention_first_time", "retention_first_ever_occurrence"}


def run_retention(connection: sqlite3.Connection, query: Json, now: datetime) -> QueryResult:
    """Compute a RetentionQuery. Raises `QueryProblem`."""
    options = section(query, "retentionFilter")
    period = periods_of(query, options, now)
    target = entity_of(section(options, "targetEntity") or PAGEVIEW, 0)
    returning = entity_of(section(options, "returningEntity") or PAGEVIEW, 1)
    shared = compile_filters(query.get("properties"))
    first_time = (text(options, "retentionType") or "retention_first_time") in FIRST_TIME
    locate, size = period.locate(), len(period.starts)
    came_back: dict[int, set[int]] = defaultdict(set)
    columns = [Fragment("e.person"), Fragment("e.at")]
    for person, at in rows(connection, columns, all_of(returning.where, shared), period.start, period.end):
        came_back[person].add(locate(at))

    breakdown = breakdown_of(query)
    cohorts: dict[Hashable, list[set[int]]] = {}
    columns += breakdown.columns if breakdown else ()
    seen: set[int] = set()
    since = 0 if first_time else period.start
    where = all_of(target.where, shared)
    for person, at, *cells in rows(connection, columns, where, since, period.end, order="ORDER BY e.at, e.id"):
        if first_time and person in seen:
            continue
        seen.add(person)
        if at >= period.start:
            value = breakdown.value(cells) if breakdown else None
            cohorts.setdefault(value, [set() for _ in range(size)])[locate(at)].add(person)

    cumulative = flag(options, "cumulative")
    result: list[Json] = []
    values: list[Hashable] = [None]
    if breakdown is not None:
        values = breakdown.kept({value: len(set().union(*groups)) for value, groups in cohorts.items()})
        rest = [value for value in cohorts if value not in values]
        cohorts[breakdown.other] = [set().union(*(cohorts[value][i] for value in rest)) for i in range(size)]
    for value in values:
        groups = cohorts.get(value, [set() for _ in range(size)])
        for row, people in enumerate(groups):
            line = row_of(row, people, came_back, period, cumulative=cumulative)
            if breakdown is not None:
                line["breakdown_value"] = shown(value)
            result.append(line)
    return QueryResult(
        result=result,
        resolved_date_range=period.resolved,
        hogql=hogql_of("start_interval, return_interval, count()", [target, returning], period),
    )


def row_of(row: int, people: set[int], came_back: dict[int, set[int]], period: Period, *, cumulative: bool) -> Json:
    """One row of the triangle: the size of the group, then how many came back in each later period."""
    name = period.interval.capitalize()
    values = []
    for column in range(row, len(period.starts)):
        if column == row:
            count = len(people)
        elif cumulative:
            count = sum(any(when >= column for when in came_back[person]) for person in people)
        else:
            count = sum(column in came_back[person] for person in people)
        values.append({"count": count, "label": f"{name} {column - row}"})
    date = moment(period.starts[row]).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"values": values, "label": f"{name} {row}", "date": date}


def periods_of(query: Json, options: Json, now: datetime) -> Period:
    """The periods that rows stand for; the last one holds the end of the date range, now by default."""
    interval = (text(options, "period") or "Day").lower()
    if interval not in ("hour", "day", "week", "month"):
        raise QueryProblem(f"Unsupported period: {interval[:40]}")
    number = whole(options, "totalIntervals", 8, high=100)
    until = text(section(query, "dateRange"), "date_to")
    now = now.astimezone(UTC)
    last = floor(now if until is None else parse(until, now, end=True) - timedelta(seconds=1), interval)
    if interval == "month":
        first, end = add_months(last, 1 - number), add_months(last, 1)
    else:
        step = timedelta(seconds=STEPS[interval])
        first, end = last - step * (number - 1), last + step
    start, stop = int(first.timestamp()), int(end.timestamp())
    return Period(start, stop, interval, buckets(start, stop, interval))
