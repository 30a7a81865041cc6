"""EventsQuery: a table of single events, as a DataTableNode shows it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from tui.sandbox.queries.dates import parse
from tui.sandbox.queries.entities import quoted
from tui.sandbox.queries.model import Json, QueryResult, listed, text, whole
from tui.sandbox.queries.sql import run_sql

COLUMNS = ["event", "timestamp", "distinct_id"]


def run_events(connection: sqlite3.Connection, query: Json, now: datetime) -> QueryResult:
    """Compute an EventsQuery by the SQL that it stands for. Raises `QueryProblem`.

    A column may carry its title behind `--`. The newest events come first unless `orderBy` says otherwise.
    """
    wanted = [item for item in listed(query, "select") if isinstance(item, str) and item not in ("*", "person")]
    titles = [item.partition("--")[0].strip() for item in wanted] or COLUMNS
    conditions = [f"({item})" for item in listed(query, "where") if isinstance(item, str)]
    if event := text(query, "event"):
        conditions.append(f"event = {quoted(event)}")
    now = now.astimezone(UTC)
    for key, sign in (("after", ">="), ("before", "<")):
        if (word := text(query, key)) and word != "all":
            conditions.append(f"timestamp {sign} '{parse(word, now, end=False):%Y-%m-%d %H:%M:%S}'")
    order = [item for item in listed(query, "orderBy") if isinstance(item, str)] or ["timestamp DESC"]
    limit = whole(query, "limit", 100, high=50_000)
    sql = (
        f"SELECT {', '.join(titles)} FROM events WHERE {{filters}} AND {' AND '.join(conditions) or 'true'} "
        f"ORDER BY {', '.join(order)} LIMIT {limit}"
    )
    filters = {"properties": listed(query, "properties") + listed(query, "fixedProperties")}
    return run_sql(connection, {"query": sql, "filters": filters}, now, {})
