"""PathsQuery: which page or event follows which, by step of the session."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from statistics import fmean

from tui.sandbox.queries.aggregate import tidy
from tui.sandbox.queries.dates import resolve
from tui.sandbox.queries.entities import earliest, hogql_of, rows
from tui.sandbox.queries.filters import EVERYTHING, Fragment, all_of, compile_filters, property_of
from tui.sandbox.queries.model import Json, QueryResult, listed, section, text, whole

GAP = 30 * 60
"""Seconds without an event that end a session."""
Step = tuple[str, int]
"""What was seen and when."""


def run_paths(connection: sqlite3.Connection, query: Json, now: datetime) -> QueryResult:
    """Compute a PathsQuery. Raises `QueryProblem`."""
    options = section(query, "pathsFilter")
    period = resolve(section(query, "dateRange"), "day", now=now, earliest=earliest(connection))
    start, end = text(options, "startPoint"), text(options, "endPoint")
    limit = whole(options, "stepLimit", 5, low=2, high=20)
    excluded = {item for item in listed(options, "excludeEvents") if isinstance(item, str)}
    taken: dict[tuple[str, str], list[int]] = defaultdict(list)
    where = all_of(compile_filters(query.get("properties")), kinds_of(options))
    path = property_of("$pathname")
    columns = [Fragment("e.person"), Fragment("e.at"), Fragment("e.event"), path]
    found = rows(connection, columns, where, period.start, period.end, order="ORDER BY e.person, e.at, e.id")
    for session in sessions(found, excluded):
        steps = cut(session, start, end, limit)
        for place in range(1, len(steps)):
            (source, left), (target, came) = steps[place - 1], steps[place]
            taken[f"{place}_{source}", f"{place + 1}_{target}"].append(came - left)
    low = whole(options, "minEdgeWeight", 1)
    high = whole(options, "maxEdgeWeight", 1_000_000)
    edges = sorted(
        ((pair, times) for pair, times in taken.items() if low <= len(times) <= high),
        key=lambda edge: (-len(edge[1]), edge[0]),
    )
    result = [
        {
            "source": source,
            "target": target,
            "value": len(times),
            "average_conversion_time": tidy(1000 * fmean(times)),
        }
        for (source, target), times in edges[: whole(options, "edgeLimit", 50, high=500)]
    ]
    hogql = hogql_of("last_path_key, path_key, count()", [], period, " GROUP BY last_path_key, path_key")
    return QueryResult(result=result, resolved_date_range=period.resolved, hogql=hogql)


def kinds_of(options: Json) -> Fragment:
    """Which events a path is made of: pages, events of the shop's own, or all."""
    wanted = set(map(str, listed(options, "includeEventTypes")))
    parts = []
    if "$pageview" in wanted:
        parts.append("e.event = '$pageview'")
    if "custom_event" in wanted:
        parts.append("substr(e.event, 1, 1) != '$'")
    return Fragment(f"({' OR '.join(parts)})") if parts else EVERYTHING


def sessions(found: Sequence[tuple[int, int, str, str | None]], excluded: set[str]) -> Iterator[list[Step]]:
    """What each person saw, session by session; the same thing twice in a row counts once."""
    current: list[Step] = []
    before: tuple[int, int] | None = None
    for person, at, event, page in found:
        if before is not None and (before[0] != person or at - before[1] > GAP):
            yield current
            current = []
        before = (person, at)
        seen = (page.rstrip("/") or "/") if event == "$pageview" and isinstance(page, str) and page else event
        if seen not in excluded and (not current or current[-1][0] != seen):
            current.append((seen, at))
    yield current


def cut(session: list[Step], start: str | None, end: str | None, limit: int) -> list[Step]:
    """The steps from the starting point on, or up to the end point; none when a point is not in them."""
    names = [name for name, _ in session]
    if start is not None:
        if start not in names:
            return []
        session = session[names.index(start) :]
        names = [name for name, _ in session]
    if end is not None:
        if end not in names:
            return []
        session = session[: names.index(end) + 1]
        return session[:limit] if start is not None else session[-limit:]
    return session[:limit]
