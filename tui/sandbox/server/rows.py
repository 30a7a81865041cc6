"""Insights as the API shows them: the full form with results, and the short one of `basic=true`."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from tui.sandbox.server import people
from tui.sandbox.server.context import Call
from tui.sandbox.server.results import Outcome

BASIC = (
    "id",
    "short_id",
    "name",
    "derived_name",
    "query",
    "filters",
    "dashboards",
    "dashboard_tiles",
    "description",
    "last_refresh",
    "saved",
    "tags",
    "favorited",
    "created_at",
    "created_by",
    "updated_at",
    "last_modified_at",
    "last_viewed_at",
    "user_access_level",
    "search_match_type",
)
"""The fields of the short form."""


def basic(call: Call, insights: Iterable[sqlite3.Row], matches: dict[int, str] | None = None) -> list[dict[str, Any]]:
    """Insights without results. `matches` tells how each one met the search."""
    gather = _Gathered(call)
    shown = []
    for row in insights:
        fields = gather.common(row, matches) | {"last_refresh": None}
        shown.append({name: fields[name] for name in BASIC})
    return shown


def full(
    call: Call,
    insights: Iterable[sqlite3.Row],
    outcome: Callable[[sqlite3.Row], Outcome],
    matches: dict[int, str] | None = None,
) -> list[dict[str, Any]]:
    """Insights with everything; `outcome` gives the result of each."""
    gather = _Gathered(call)
    shown = []
    for row in insights:
        shown.append(
            gather.common(row, matches)
            | {
                "order": row["order"],
                "deleted": bool(row["deleted"]),
                "last_modified_by": gather.users.get(row["last_modified_by"]),
                "is_sample": bool(row["is_sample"]),
                "effective_restriction_level": 21,
                "effective_privilege_level": 37,
                "filters_hash": hashlib.md5((row["query"] or "").encode()).hexdigest(),
                "alerts": [],
                "filter_override_context": None,
            }
            | outcome(row).fields()
        )
    return shown


class _Gathered:
    """What the rows of one answer refer to, read once."""

    def __init__(self, call: Call) -> None:
        self.users = people.everybody(call)
        self.variables = {
            row["code_name"]: row["id"]
            for row in call.all("SELECT id, code_name FROM insight_variables WHERE project_id = ?", call.project_id)
        }
        self.tiles: dict[int, list[dict[str, Any]]] = {}
        for tile in call.all(
            "SELECT t.* FROM dashboard_tiles t JOIN dashboards d ON d.id = t.dashboard_id"
            " WHERE d.project_id = ? AND NOT d.deleted AND NOT t.deleted ORDER BY t.id",
            call.project_id,
        ):
            shown = {"id": tile["id"], "dashboard_id": tile["dashboard_id"], "deleted": None}
            self.tiles.setdefault(tile["insight_id"], []).append(shown)
        self.levels: dict[int, str] = {}
        self.everybody_may: str | None = None
        if call.caller.user is not None:
            self.everybody_may = "editor"
            for row in call.all(
                "SELECT insight_id, level FROM insight_access WHERE user_id = ? OR user_id IS NULL"
                " ORDER BY user_id IS NOT NULL",
                call.caller.user_id,
            ):
                self.levels[row["insight_id"]] = row["level"]

    def common(self, row: sqlite3.Row, matches: dict[int, str] | None) -> dict[str, Any]:
        """The fields that both forms have."""
        identity = row["id"]
        tiles = self.tiles.get(identity, [])
        return {
            "id": identity,
            "short_id": row["short_id"],
            "name": row["name"],
            "derived_name": row["derived_name"],
            "query": self.query(row["query"]),
            "filters": {},
            "dashboards": [tile["dashboard_id"] for tile in tiles],
            "dashboard_tiles": tiles,
            "description": row["description"],
            "saved": bool(row["saved"]),
            "tags": json.loads(row["tags"]),
            "favorited": bool(row["favorited"]),
            "created_at": row["created_at"],
            "created_by": self.users.get(row["created_by"]),
            "updated_at": row["updated_at"],
            "last_modified_at": row["last_modified_at"],
            "last_viewed_at": row["last_viewed_at"],
            "user_access_level": self.levels.get(identity, self.everybody_may),
            "search_match_type": matches.get(identity) if matches else None,
        }

    def query(self, text: str | None) -> Any:
        """The query; in SQL insights the variables are re-keyed to those that exist now, by code name."""
        query = json.loads(text) if text else None
        if not isinstance(query, dict) or query.get("kind") != "DataVisualizationNode":
            return query
        source = query.get("source")
        if isinstance(source, dict) and isinstance(source.get("variables"), dict):
            current = {}
            for entry in source["variables"].values():
                code = entry.get("code_name") if isinstance(entry, dict) else None
                if isinstance(code, str) and code in self.variables:
                    current[self.variables[code]] = {**entry, "variableId": self.variables[code]}
            source["variables"] = current
        return query
