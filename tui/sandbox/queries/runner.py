"""One door to every kind of query."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from tui.sandbox.queries.funnels import run_funnels
from tui.sandbox.queries.hogql_functions import register
from tui.sandbox.queries.lifecycle import run_lifecycle
from tui.sandbox.queries.model import Json, QueryFailure, QueryProblem, QueryResult, section, text
from tui.sandbox.queries.paths import run_paths
from tui.sandbox.queries.retention import run_retention
from tui.sandbox.queries.sql import run_sql
from tui.sandbox.queries.stickiness import run_stickiness
from tui.sandbox.queries.tables import run_events
from tui.sandbox.queries.trends import run_trends

RUNNERS: dict[str, Callable[[sqlite3.Connection, Json, datetime], QueryResult]] = {
    "TrendsQuery": run_trends,
    "FunnelsQuery": run_funnels,
    "RetentionQuery": run_retention,
    "PathsQuery": run_paths,
    "StickinessQuery": run_stickiness,
    "LifecycleQuery": run_lifecycle,
    "EventsQuery": run_events,
}


def run(
    connection: sqlite3.Connection,
    query: Mapping[str, Any],
    *,
    now: datetime,
    variables: Mapping[str, object] | None = None,
    filters_override: Mapping[str, Any] | None = None,
) -> QueryResult:
    """Compute a query over the events in the database.

    `variables` holds the values of the SQL variables by code name, from `resolve_variables`. A query that
    fails does not raise: `error` of the result says why, with PostHog's own words where they are known.
    """
    try:
        register(connection)
        source = dict(query)
        while isinstance(inner := source.get("source"), dict):
            source = inner
        source = overridden(source, filters_override or {})
        kind = text(source, "kind")
        if kind == "HogQLQuery":
            return run_sql(connection, source, now, variables or {})
        if kind not in RUNNERS:
            raise QueryProblem(f"Unsupported query kind: {(kind or 'none')[:60]}")
        return RUNNERS[kind](connection, source, now)
    except QueryProblem as problem:
        return QueryResult(error=QueryFailure(problem.message, problem.code))
    except (sqlite3.Error, OverflowError, RecursionError, UnicodeError):
        return QueryResult(error=QueryFailure("The query could not be computed.", "error"))


def overridden(source: Json, override: Mapping[str, Any]) -> Json:
    """The query with a dashboard's or a request's filters: dates replace its own, properties are added.

    SQL takes them in `filters`, which only counts where the text says `{filters}`.
    """
    changes: Json = {}
    base = section(source, "filters") if source.get("kind") == "HogQLQuery" else source
    if text(override, "date_from") or text(override, "date_to"):
        span = {key: override[key] for key in ("date_from", "date_to") if text(override, key)}
        changes["dateRange"] = {**section(base, "dateRange"), "date_from": None, "date_to": None, **span}
    properties = override.get("properties")
    if isinstance(properties, (list, dict)) and properties:
        own = base.get("properties")
        if isinstance(own, list) and isinstance(properties, list):
            changes["properties"] = [*own, *properties]
        else:
            groups = [item for item in (group(own), group(properties)) if item]
            changes["properties"] = {"type": "AND", "values": groups}
    if isinstance(breakdown := override.get("breakdown_filter"), dict):
        changes["breakdownFilter"] = breakdown
    if not changes:
        return source
    if source.get("kind") == "HogQLQuery":
        return {**source, "filters": {**base, **changes}}
    return {**source, **changes}


def group(properties: object) -> Json | None:
    """Properties as one group, or nothing."""
    if isinstance(properties, list) and properties:
        return {"type": "AND", "values": properties}
    return properties if isinstance(properties, dict) and properties else None
