"""Writes that look after insights, one of each kind, and what is true of insights inside the server."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.operations.test_switch import OPEN
from tests.store.holding import Gate
from tests.store.house import House
from tui.store.commands import CreateInsight, DeleteInsight, EditInsight, RestoreInsight, Write, from_record
from tui.store.edits import InsightDraft
from tui.store.facts import InsightRow, JournalEntry

SQL = json.dumps({"kind": "DataVisualizationNode", "source": {"kind": "HogQLQuery", "query": "select 1"}})
TRENDS = json.dumps(
    {"kind": "InsightVizNode", "source": {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "signup"}]}}
)
DRAFT = InsightDraft("Made here", description="Two\nlines", tags=("kpi", "weekly"), query=SQL)

CHANGES: dict[str, tuple[str, Any]] = {
    "unfavourite": ("favorited", False),
    "rename": ("name", "Signups, renamed"),
    "change description": ("description", "Two\nlines"),
    "change tags": ("tags", ("weekly", "kpi")),
    "change query": ("query", SQL),
    "change dashboards": ("dashboards", (402, 403)),
}
EDITS = list(CHANGES)
KINDS = [*EDITS, "delete insight", "restore insight", "create insight", "duplicate insight"]
"""The words of one write of each kind."""


def write_of(house: House, kind: str) -> Write:
    """A write of this kind about the insight `OPEN`; for a restoring it is deleted first, behind the back of all."""
    number = house.insight(OPEN)
    match kind:
        case "delete insight":
            return DeleteInsight(number)
        case "restore insight":
            house.sandbox.connection.execute("UPDATE insights SET deleted = 1 WHERE id = ?", (number,))
            return RestoreInsight(number)
        case "create insight":
            return CreateInsight(draft=DRAFT)
        case "duplicate insight":
            return CreateInsight(draft=InsightDraft("A copy"), copy_of=number)
        case _:
            name, value = CHANGES[kind]
            seen = fields(house, number)[name]
            return EditInsight(number, changes=((name, value),), seen=((name, seen),))


def fields(house: House, insight_id: int) -> dict[str, Any]:
    """The fields of an insight inside the server, in the forms of commands; empty when it is deleted."""
    connection = house.sandbox.connection
    row = connection.execute("SELECT * FROM insights WHERE id = ? AND NOT deleted", (insight_id,)).fetchone()
    if row is None:
        return {}
    tiles = connection.execute(
        "SELECT dashboard_id FROM dashboard_tiles WHERE insight_id = ? AND NOT deleted ORDER BY dashboard_id",
        (insight_id,),
    )
    return {
        "name": row["name"],
        "description": row["description"],
        "tags": tuple(sorted(json.loads(row["tags"]))),
        "favorited": bool(row["favorited"]),
        "query": row["query"],
        "dashboards": tuple(tile[0] for tile in tiles),
    }


def everything(house: House) -> dict[int, dict[str, Any]]:
    """The fields of all insights of the project that are not deleted, by id."""
    rows = house.sandbox.connection.execute("SELECT id FROM insights WHERE project_id = 1 AND NOT deleted")
    return {row[0]: fields(house, row[0]) for row in rows.fetchall()}


def shown(house: House, insight_id: int) -> InsightRow | None:
    """The insight as the list has it."""
    return next((row for row in house.state.insights.rows.value or () if row.id == insight_id), None)


def undo_of(entry: JournalEntry) -> Write:
    """What takes an entry back."""
    assert entry.inverse is not None
    command = from_record({**entry.inverse, "undoes": entry.id})
    assert command is not None
    return command


async def kill(house: House, command: Write, *, arrived: bool) -> None:
    """End the process while a write is on its way, before or after it was carried out, and start the program anew."""
    house.disk.owner = house.disk.owner.split(":")[0] + ":999999999:1"
    method = "POST" if isinstance(command, CreateInsight) else "PATCH"
    gate = Gate(house, method, "/insights/")
    if arrived:
        house.wire.late.append(gate.hold)
    else:
        house.wire.hooks.append(gate.before)
    house.store.dispatch(command)
    await gate.reach()
    for task in house.worker._lanes:
        task.cancel()
    await house.close()
    house.wire.late.clear()
    house.wire.hooks.clear()
    house.furnish()
    await house.begin()
    await house.rest()


def listen(house: House) -> list[Any]:
    """The bodies of the writes to come, as they are sent."""
    bodies: list[Any] = []

    async def look(request: httpx.Request) -> httpx.Response | None:
        if request.method != "GET":
            bodies.append(json.loads(request.content))
        return None

    house.wire.hooks.append(look)
    return bodies
