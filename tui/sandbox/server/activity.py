"""The activity log: writing entries, and reading them back."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from starlette.responses import Response

from tui.sandbox.server import people
from tui.sandbox.server.context import Call
from tui.sandbox.server.errors import Crash
from tui.sandbox.server.replies import JSONReply, limit_offset, limited_page, page_url


def log(
    call: Call,
    scope: str,
    item: sqlite3.Row,
    activity: str,
    *changes: dict[str, Any],
    anonymous: bool = False,
) -> None:
    """Write one entry about an insight or a dashboard."""
    columns = item.keys()
    detail = {
        "name": item["name"] or (item["derived_name"] if "derived_name" in columns else None),
        "short_id": item["short_id"] if "short_id" in columns else None,
        "type": None,
        "changes": list(changes) or None,
    }
    call.write(
        "INSERT INTO activity_log (project_id, at, user_id, scope, item_id, activity, detail) VALUES (?,?,?,?,?,?,?)",
        item["project_id"],
        call.stamp,
        None if anonymous else call.caller.user_id,
        scope,
        str(item["id"]),
        activity,
        json.dumps(detail),
    )


def change(scope: str, field: str, after: Any, before: Any = None) -> dict[str, Any]:
    """One changed field of an entry."""
    return {"type": scope, "action": "changed", "field": field, "before": before, "after": after}


def listing(call: Call) -> Response:
    """GET the project's log, newest first; `scope`, `item_id`, `activity` and `user` narrow it."""
    where = ["project_id = ?"]
    values: list[object] = [call.project_id]
    for parameter, column in (("scope", "scope"), ("item_id", "item_id"), ("activity", "activity")):
        if value := call.query.get(parameter):
            where.append(f"{column} = ?")
            values.append(value)
    if user := call.query.get("user"):
        where.append("user_id = (SELECT id FROM users WHERE uuid = ? OR id = ?)")
        values += [user, user]
    condition = " AND ".join(where)
    limit, offset = limit_offset(call.request)
    counting = f"SELECT COUNT(*) FROM activity_log WHERE {condition}"
    count = call.connection.execute(counting, values).fetchone()[0]
    rows = call.all(
        f"SELECT * FROM activity_log WHERE {condition} ORDER BY at DESC, id DESC LIMIT ? OFFSET ?",
        *values,
        limit,
        offset,
    )
    return JSONReply(limited_page(call.request, shown(call, rows), count, limit, offset))


def of_insights(call: Call) -> Response:
    """GET the entries about insights, or about one, by `limit` (10) and `page`."""
    try:
        limit, page = int(call.query.get("limit", "10")), int(call.query.get("page", "1"))
    except ValueError:
        raise Crash("limit and page are read as numbers") from None
    item = call.request.path_params.get("id")
    rows = call.all(
        "SELECT * FROM activity_log WHERE project_id = ? AND scope = 'Insight' AND (? IS NULL OR item_id = ?)"
        " ORDER BY at DESC, id DESC LIMIT ? OFFSET ?",
        call.project_id,
        item,
        item,
        limit + 1,
        (page - 1) * limit,
    )
    return JSONReply(
        {
            "results": shown(call, rows[:limit]),
            "next": page_url(call.request, page=page + 1) if len(rows) > limit else None,
            "previous": page_url(call.request, page=page - 1) if page > 1 else None,
            "total_count": None,
        }
    )


def shown(call: Call, rows: list[sqlite3.Row]) -> list[dict[str, Any]]:
    """Entries as the API shows them."""
    users = people.everybody(call)
    return [
        {
            "id": str(row["id"]),
            "user": users.get(row["user_id"]),
            "activity": row["activity"],
            "scope": row["scope"],
            "item_id": row["item_id"],
            "detail": json.loads(row["detail"]),
            "created_at": row["at"],
            "is_system": row["user_id"] is None,
            "was_impersonated": False,
        }
        for row in rows
    ]
