"""StickinessQuery: on how many days of the period persons were active."""

from __future__ import annotations

import operator
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime

from tui.sandbox.queries.dates import Period, previous, resolve
from tui.sandbox.queries.entities import Entity, earliest, hogql_of, rows, series_of
from tui.sandbox.queries.filters import Fragment, all_of, compile_filters
from tui.sandbox.queries.model import Json, QueryResult, flag, section, text, whole

CRITERIA: dict[str, Callable[[int, int], bool]] = {
    "gte": operator.ge,
    "lte": operator.le,
    "exact": operator.eq,
}


def run_stickiness(connection: sqlite3.Connection, query: Json, now: datetime) -> QueryResult:
    """Compute a StickinessQuery. Raises `QueryProblem`."""
    compare = section(query, "compareFilter")
    interval = text(query, "interval") or "day"
    start = earliest(connection)
    period = resolve(section(query, "dateRange"), interval, now=now, earliest=start).aligned()
    periods = [("", period)]
    if flag(compare, "compare"):
        periods = [("current", period), ("previous", previous(period, compare, now))]
    entities = series_of(query)
    shared = compile_filters(query.get("properties"))
    result = []
    for which, span in periods:
        for entity in entities:
            line = line_of(connection, entity, shared, span, section(query, "stickinessFilter"))
            if which:
                line |= {"compare": True, "compare_label": which}
            result.append(line)
    return QueryResult(
        result=result,
        resolved_date_range=period.resolved,
        hogql=hogql_of(f"person_id, count(DISTINCT toStartOf{interval.capitalize()}(timestamp))", entities,
                       period,
                       " GROUP BY person_id"),
    )  # fmt: skip


def line_of(connection: sqlite3.Connection, entity: Entity, shared: Fragment, period: Period, options: Json) -> Json:
    """How many persons were active in exactly 1, 2, ... intervals; in at least so many when cumulative."""
    locate, size = period.locate(), len(period.starts)
    times: dict[tuple[int, int], int] = Counter()
    columns = [Fragment("e.person"), Fragment("e.at")]
    for person, at in rows(connection, columns, all_of(entity.where, shared), period.start, period.end):
        times[person, min(locate(at), size - 1)] += 1
    criteria = section(options, "stickinessCriteria")
    holds = CRITERIA[word if (word := text(criteria, "operator")) in CRITERIA else "gte"]
    least = whole(criteria, "value", 1)
    active: dict[int, int] = defaultdict(int)
    for (person, _), count in times.items():
        active[person] += holds(count, least)
    counts = Counter(active.values())
    cumulative = text(options, "computedAs") == "cumulative"
    data = [
        sum(number for days, number in counts.items() if (days >= n if cumulative else days == n))
        for n in range(1, size + 1)
    ]
    ending = " or more" if cumulative else ""
    days = list(range(1, size + 1))
    return {
        "action": entity.action(days),
        "label": entity.label,
        "count": sum(data),
        "data": data,
        "days": days,
        "labels": [f"{n} {period.interval}{'' if n == 1 else 's'}{ending}" for n in days],
    }
