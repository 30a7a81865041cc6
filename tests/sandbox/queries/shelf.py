"""Small tables of events made by hand, and the questions asked of them."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any

from tui.sandbox.database import connect
from tui.sandbox.queries import QueryResult, run

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
"""A Wednesday."""
OPENED: list[sqlite3.Connection] = []
"""What the running test opened; it is closed behind it."""


def at(text: str) -> int:
    """A time of November 2026 in seconds: `17 09:30` or `17`; with a month in front for others: `10-31 08:00`."""
    day, _, clock = text.partition(" ")
    month, _, day = day.rpartition("-")
    moment = datetime.fromisoformat(f"2026-{month or '11':0>2}-{int(day):02}T{clock or '12:00'}:00+00:00")
    return int(moment.timestamp())


def shelf(*events: tuple[Any, ...], persons: dict[int, dict[str, Any]] | None = None) -> sqlite3.Connection:
    """A database with these events: (event, person, time, properties?)."""
    connection = connect()
    OPENED.append(connection)
    for event, person, when, *properties in events:
        connection.execute(
            "INSERT INTO events (event, person, at, properties) VALUES (?, ?, ?, ?)",
            (event, person, at(when), json.dumps(properties[0] if properties else {})),
        )
    for number, known in (persons or {}).items():
        connection.execute(
            "INSERT INTO persons (id, distinct_id, properties) VALUES (?, ?, ?)",
            (number, f"p{number}", json.dumps(known)),
        )
    return connection


def ask(connection: sqlite3.Connection, query: dict[str, Any], **options: Any) -> QueryResult:
    """Run a query that must work."""
    result = run(connection, query, now=NOW, **options)
    assert result.error is None, result.error
    return result


def sql(connection: sqlite3.Connection, text: str, **variables: object) -> QueryResult:
    """Run SQL that must work."""
    return ask(connection, {"kind": "HogQLQuery", "query": text}, variables=variables)


def node(event: str | None, **more: Any) -> dict[str, Any]:
    """One series."""
    return {"kind": "EventsNode", "event": event, "name": event} | more
