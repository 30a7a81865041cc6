"""LifecycleQuery: who is new, returns, comes back after a pause, or has gone quiet."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import datetime

from tui.sandbox.queries.dates import moment, resolve
from tui.sandbox.queries.entities import earliest, hogql_of, rows, series_of
from tui.sandbox.queries.filters import Fragment, all_of, compile_filters
from tui.sandbox.queries.model import Json, QueryResult, listed, section, text

STATUSES = ("new", "returning", "resurrecting", "dormant")


def run_lifecycle(connection: sqlite3.Connection, query: Json, now: datetime) -> QueryResult:
    """Compute a LifecycleQuery: four series, the dormant one below zero. Raises `QueryProblem`.

    New is whose first event of any kind lies in the interval; returning was active in the interval before
    as well; resurrecting was not; dormant was active in the interval before and is not in this one.
    """
    interval = text(query, "interval") or "day"
    start = earliest(connection)
    period = resolve(section(query, "dateRange"), interval, now=now, earliest=start).aligned()
    entity = series_of(query)[0]
    where = all_of(entity.where, compile_filters(query.get("properties")))
    cursor = connection.cursor()
    cursor.row_factory = None
    first = dict(cursor.execute("SELECT person, min(at) FROM events GROUP BY person"))
    locate, size = period.locate(), len(period.starts)
    before = period.starts[0] - (moment_length(period.starts[0], interval))
    active: dict[int, set[int]] = defaultdict(set)
    columns = [Fragment("e.person"), Fragment("e.at")]
    for person, at in rows(connection, columns, where, before, period.end):
        active[person].add(locate(at) if at >= period.starts[0] else -1)
    counts = {status: [0] * size for status in STATUSES}
    for person, seen in active.items():
        born = locate(first[person]) if first[person] >= period.starts[0] else None
        for number in seen:
            if number >= 0:
                known = "returning" if number - 1 in seen else "resurrecting"
                counts["new" if number == born else known][number] += 1
            if number + 1 < size and number + 1 not in seen:
                counts["dormant"][number + 1] -= 1
    wanted = listed(section(query, "lifecycleFilter"), "toggledLifecycles") or STATUSES
    names, labels = period.names, period.labels
    result: list[Json] = [
        {
            "action": entity.action(names), "status": status, "label": f"{entity.label} - {status}",
            "count": sum(counts[status]), "data": counts[status], "days": names, "labels": labels,
        }
        for status in STATUSES
        if status in wanted
    ]  # fmt: skip
    select = "start_of_period, count(DISTINCT person_id), status"
    hogql = hogql_of(select, [entity], period, " GROUP BY start_of_period, status")
    return QueryResult(result=result, resolved_date_range=period.resolved, hogql=hogql)


def moment_length(start: int, interval: str) -> int:
    """The length of the interval before a moment, in seconds."""
    if interval != "month":
        return {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}.get(interval, 86400)
    first = moment(start)
    last = moment(start - 86400)
    return int((first - last.replace(day=1)).total_seconds())
