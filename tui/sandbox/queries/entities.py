"""The series of a query: which events count, how they are counted, and the rows they come from."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tui.sandbox.queries.dates import Period, moment
from tui.sandbox.queries.filters import EVERYTHING, Fragment, all_of, compile_filters
from tui.sandbox.queries.model import Json, QueryProblem, listed, text

SESSION = Fragment("json_extract(e.properties, '$.\"$session_id\"')")
TABLES = "events e LEFT JOIN persons p ON p.id = e.person"


@dataclass(frozen=True, slots=True)
class Entity:
    """One series: an event (`None` is every event) or an action, which counts the event it is named after."""

    order: int
    event: str | None
    name: str
    custom_name: str | None
    type: str
    id: str | int | None
    math: str
    math_property: str | None
    properties: Any
    where: Fragment

    @property
    def label(self) -> str:
        """What PostHog calls the series when nobody named it."""
        return self.custom_name or self.name

    def action(self, days: Sequence[str | int]) -> Json:
        """The series as a result repeats it."""
        return {
            "days": list(days), "id": self.id, "type": self.type, "order": self.order, "name": self.name,
            "custom_name": self.custom_name, "math": self.math, "math_property": self.math_property,
            "math_hogql": None, "math_group_type_index": None,
            "properties": self.properties if isinstance(self.properties, (list, dict)) else {},
        }  # fmt: skip


def entity_of(node: object, order: int) -> Entity:
    """A series from a query: EventsNode, ActionsNode, or the older `{id, name, type}` of retention.

    Raises `QueryProblem` for data warehouse series and for anything that is no series.
    """
    if not isinstance(node, dict):
        raise QueryProblem("A series must be an object.")
    kind = text(node, "kind") or ("ActionsNode" if node.get("type") == "actions" else "EventsNode")
    if kind not in ("EventsNode", "ActionsNode"):
        raise QueryProblem(f"Unsupported series kind: {kind[:60]}")
    named = text(node, "name")
    if kind == "ActionsNode":
        event, type_, id_ = named, "actions", node.get("id")
    else:
        event = text(node, "event") or (text(node, "id") if "kind" not in node else None)
        type_, id_ = "events", event
    where = all_of(
        Fragment("e.event = ?", (event,)) if event is not None else EVERYTHING,
        compile_filters(node.get("properties")),
        compile_filters(node.get("fixedProperties")),
    )
    return Entity(
        order=order, event=event, name=named or event or "All events", custom_name=text(node, "custom_name"),
        type=type_, id=id_ if isinstance(id_, (str, int)) else None, math=text(node, "math") or "total",
        math_property=text(node, "math_property"), properties=node.get("properties"), where=where,
    )  # fmt: skip


def series_of(query: Mapping[str, Any]) -> list[Entity]:
    """The series of a query. Raises `QueryProblem` when there is none."""
    entities = [entity_of(node, order) for order, node in enumerate(listed(query, "series"))]
    if not entities:
        raise QueryProblem("The query has no series.")
    return entities


def rows(
    connection: sqlite3.Connection,
    columns: Sequence[Fragment],
    where: Fragment,
    start: int,
    end: int,
    *,
    order: str = "",
) -> list[tuple[Any, ...]]:
    """Events of a period, with the columns asked for."""
    cursor = connection.cursor()
    cursor.row_factory = None
    sql = (
        f"SELECT {', '.join(column.sql for column in columns)} FROM {TABLES} "
        f"WHERE {where.sql} AND e.at >= ? AND e.at < ? {order}"
    )
    values = [value for column in columns for value in column.values]
    return cursor.execute(sql, (*values, *where.values, start, end)).fetchall()


def earliest(connection: sqlite3.Connection) -> int | None:
    """The time of the first event of all."""
    row = connection.execute("SELECT min(at) FROM events").fetchone()
    return None if row[0] is None else int(row[0])


def hogql_of(select: str, entities: Sequence[Entity], period: Period, more: str = "") -> str:
    """A readable account of what was counted, in place of the long SQL that PostHog generates."""
    names = ", ".join(quoted(entity.event) for entity in entities if entity.event is not None)
    events = f"in(event, [{names}])" if all(entity.event is not None for entity in entities) else "true"
    since, until = moment(period.start), moment(period.end)
    return (
        f"SELECT {select} FROM events WHERE and({events}, "
        f"greaterOrEquals(timestamp, toDateTime('{since:%Y-%m-%d %H:%M:%S}')), "
        f"less(timestamp, toDateTime('{until:%Y-%m-%d %H:%M:%S}'))){more}"
    )


def quoted(value: str) -> str:
    """A text as a HogQL constant."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
