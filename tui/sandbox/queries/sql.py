"""HogQLQuery: SQL over the shop's events and persons, on SQLite, reading only.

Three things keep a query in its place: an authorizer that lets it read these two tables and nothing else,
a limit on the steps it may take, and one on the length of a value. They hold for one query and are taken
off afterwards.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tui.sandbox.queries.dates import parse as parse_date
from tui.sandbox.queries.entities import quoted
from tui.sandbox.queries.hogql_rewrite import rewrite
from tui.sandbox.queries.hogql_tokens import VARIABLE, constant, parse, references
from tui.sandbox.queries.model import Json, QueryProblem, QueryResult, listed, section, text

STEPS_AT_A_TIME, MOST_CHECKS = 10_000, 2_000
READABLE = {"events", "persons"}
SCHEMA_TABLES = {"sqlite_master", "sqlite_temp_master", "sqlite_schema", "sqlite_temp_schema"}
LONGEST, LONGEST_VALUE = 100_000, 1_000_000
TOO_LONG = (
    "Query has hit the max execution time before completing. See our docs for how to improve your query performance."
)

EVENTS = """events AS NOT MATERIALIZED (SELECT e.id AS uuid, e.event,
 datetime(e.at, 'unixepoch') AS timestamp, {distinct_id} AS distinct_id, e.person AS person_id, e.properties,
 json_extract(e.properties, '$."$session_id"') AS "$session_id"{person} FROM main.events e{join})"""
PERSONS = "persons AS NOT MATERIALIZED (SELECT id, distinct_id, properties FROM main.persons)"
ERRORS = (
    (r"no such table: (?:\w+\.)?(.+)", "Unknown table `{0}`."),
    (r"no such column: (.+)", "Unable to resolve field: {0}"),
    (r'near "(.*)": syntax error', "mismatched input '{0}'"),
    (r"user-defined function raised exception", "A function could not be computed for one of its values."),
    (r"incomplete input", "mismatched input '<EOF>'"),
    (r"unrecognized token: (.+)", "token recognition error at: {0}"),
)
DATE = re.compile(r"\d{4}-\d\d-\d\d")
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def run_sql(
    connection: sqlite3.Connection, source: Json, now: datetime, variables: Mapping[str, object]
) -> QueryResult:
    """Compute a HogQLQuery: at most 100 rows unless it says LIMIT. Raises `QueryProblem`."""
    query = text(source, "query") or ""
    if len(query) > LONGEST:
        raise QueryProblem("The query is too long.")
    now = now.astimezone(UTC)
    nodes = parse(query, variables, filter_conditions(section(source, "filters"), now))
    person = re.search(r"\bperson\s*\.|\bperson_properties\b|\bdistinct_id\b", query) is not None
    events = EVENTS.format(
        distinct_id="coalesce(p.distinct_id, CAST(e.person AS TEXT))" if person else "e.person",
        person=", p.properties AS person_properties" if person else "",
        join=" LEFT JOIN main.persons p ON p.id = e.person" if person else "",
    )
    rewritten = rewrite(query, nodes, now, f"{events}, {PERSONS}")
    columns, rows = fetch(connection, rewritten.sql, rewritten.limit + 1)
    kept = rows[: rewritten.limit]
    types = [[name, type_of(name, [row[i] for row in kept])] for i, name in enumerate(columns)]
    result = [[cell(value, kind[1]) for value, kind in zip(row, types, strict=True)] for row in kept]
    return QueryResult(
        result=result, columns=columns, types=types, has_more=len(rows) > rewritten.limit,
        hogql=spelled_out(query, variables),
    )  # fmt: skip


def fetch(connection: sqlite3.Connection, sql: str, most: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one reading statement. Raises `QueryProblem` in PostHog's words."""
    checks = 0

    def tick() -> int:
        nonlocal checks
        checks += 1
        return int(checks > MOST_CHECKS)

    cursor = connection.cursor()
    cursor.row_factory = None
    tables = {name for (name,) in cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    refused: list[str] = []
    connection.set_authorizer(authorizer({*tables, *SCHEMA_TABLES}, refused))
    connection.set_progress_handler(tick, STEPS_AT_A_TIME)
    longest = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    try:
        rows = cursor.execute(sql).fetchmany(most)
        columns = [str(column[0]) for column in cursor.description or ()]
    except (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError) as error:
        if checks > MOST_CHECKS:
            raise QueryProblem(TOO_LONG, "timeout_exceeded") from error
        if refused:
            raise QueryProblem(f"Unknown table `{refused[0]}`.") from error
        raise QueryProblem(in_their_words(str(error))) from error
    finally:
        cursor.close()
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)
        connection.set_progress_handler(None, 0)
        connection.set_authorizer(None)
    return columns, rows


def authorizer(tables: Collection[str], refused: list[str]) -> Callable[..., int]:
    """The answer to SQLite's questions: a statement may compute, and read two of the tables that exist.

    The names of tables it may not read are put into `refused`.

    A table that is only counted is asked for with an empty column and no schema, and so is a common
    table expression; there the name must not be that of another table.
    """

    def may(action: int, first: str | None, second: str | None, schema: str | None, trigger: str | None) -> int:
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE):
            return sqlite3.SQLITE_OK
        counted = not second and schema is None and first not in tables
        if action == sqlite3.SQLITE_READ and (first in READABLE or counted):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            refused.append(str(first))
        return sqlite3.SQLITE_DENY

    return may


def in_their_words(message: str) -> str:
    """An error of SQLite as PostHog would put it."""
    for pattern, words in ERRORS:
        if match := re.fullmatch(pattern, message):
            return words.format(*(group.strip("`") for group in match.groups()))
    return message[:200]


def type_of(name: str, values: Sequence[object]) -> str:
    """The ClickHouse type a column most likely has, from its values."""
    present = [value for value in values if value is not None]
    if not present:
        return "Nullable(Nothing)" if values else "String"
    if all(isinstance(value, int) for value in present):
        kind = "UInt64" if name.lower().startswith(("count", "uniq")) else "Int64"
    elif all(isinstance(value, (int, float)) for value in present):
        kind = "Float64"
    elif all(isinstance(value, str) and DATE.fullmatch(value) for value in present):
        kind = "Date"
    elif all(isinstance(value, str) and TIME.fullmatch(value) for value in present):
        kind = "DateTime64(6, 'UTC')"
    else:
        kind = "String"
    return kind if len(present) == len(values) else f"Nullable({kind})"


def cell(value: Any, kind: str) -> Any:
    """A value as JSON: times in ISO 8601, floats without the noise of adding cents."""
    if "DateTime" in kind and isinstance(value, str):
        return value.replace(" ", "T") + "Z"
    if isinstance(value, float):
        return round(value, 6) if abs(value) < 1e15 else None if value in (float("inf"), float("-inf")) else value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value


def filter_conditions(filters: Json, now: datetime) -> str:
    """What `{filters}` stands for: the date range and the properties of the query's `filters`."""
    conditions = []
    span = section(filters, "dateRange")
    for side, sign in (("date_from", ">="), ("date_to", "<")):
        word = text(span, side)
        if word and word != "all":
            when = parse_date(word, now, end=side == "date_to")
            conditions.append(f"timestamp {sign} '{when:%Y-%m-%d %H:%M:%S}'")
    for item in listed(filters, "properties"):
        key = text(item, "key") if isinstance(item, dict) else None
        if key is None or (text(item, "operator") or "exact") != "exact":
            continue
        value = item.get("value")
        wanted = value if isinstance(value, list) else [value]
        owner = "person.properties" if item.get("type") == "person" else "properties"
        conditions.append(f"{owner}[{quoted(key)}] IN {constant(wanted)}")
    return " AND ".join(conditions) or "true"


def spelled_out(query: str, variables: Mapping[str, object]) -> str:
    """The query with its variables filled in, as PostHog shows it."""

    def value(match: re.Match[str]) -> str:
        return constant(variables[match[1]]) if match[1] in known else match[0]

    known = set(references(query))
    return VARIABLE.sub(value, query)
