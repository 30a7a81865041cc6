"""Dashboards, as far as public links need them: list and retrieve."""

from __future__ import annotations

import sqlite3
from typing import Any

from starlette.responses import Response

from tui.sandbox.server import people, results, rows
from tui.sandbox.server.context import Call
from tui.sandbox.server.errors import not_found
from tui.sandbox.server.replies import JSONReply, limit_offset, limited_page


def listed(call: Call) -> Response:
    """GET a page of dashboards, without their tiles."""
    limit, offset = limit_offset(call.request)
    found = call.all("SELECT * FROM dashboards WHERE project_id = ? AND NOT deleted ORDER BY name, id", call.project_id)
    shown = [_shown(call, row) for row in found[offset : offset + limit]]
    return JSONReply(limited_page(call.request, shown, len(found), limit, offset))


def retrieve(call: Call) -> Response:
    """GET one dashboard with its tiles and their cached results."""
    text = call.parameter("id")
    row = None
    if text.isascii() and text.isdigit() and len(text) < 16:
        row = call.one(
            "SELECT * FROM dashboards WHERE id = ? AND project_id = ? AND NOT deleted",
            int(text),
            call.project_id,
        )
    if row is None:
        raise not_found()
    mode = results.mode_asked(call)
    tiles = call.all(
        "SELECT t.id AS tile_id, i.* FROM dashboard_tiles t JOIN insights i ON i.id = t.insight_id"
        " WHERE t.dashboard_id = ? AND NOT t.deleted AND NOT i.deleted ORDER BY t.id",
        row["id"],
    )
    insights = rows.full(call, tiles, lambda insight: results.obtain(call, insight, mode))
    shown = _shown(call, row)
    shown["tiles"] = [
        {"id": tile["tile_id"], "insight": insight, "text": None, "layouts": {}, "color": None}
        for tile, insight in zip(tiles, insights, strict=True)
    ]
    return JSONReply(shown)


def _shown(call: Call, row: sqlite3.Row) -> dict[str, Any]:
    link = call.one(
        "SELECT enabled FROM sharing_configurations WHERE dashboard_id = ? AND expires_at IS NULL"
        " ORDER BY created_at DESC, id DESC LIMIT 1",
        row["id"],
    )
    maker = call.one("SELECT * FROM users WHERE id = ?", row["created_by"])
    return {
        "id": row["id"],
        "name": row["name"],
        "description": row["description"],
        "pinned": False,
        "created_at": row["created_at"],
        "created_by": people.basic(maker) if maker else None,
        "is_shared": bool(link and link["enabled"]),
        "deleted": False,
        "creation_mode": "default",
        "tags": [],
        "filters": {},
        "variables": {},
        "restriction_level": 21,
        "effective_restriction_level": 21,
        "effective_privilege_level": 37,
        "user_access_level": "editor",
    }
