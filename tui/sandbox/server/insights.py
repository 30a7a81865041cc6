"""Insights: list, retrieve, create, change, delete softly and restore."""

from __future__ import annotations

import json
import secrets
import sqlite3
import string
from functools import partial
from typing import Any

from pydantic import Field
from starlette.responses import Response

from tui.sandbox import queries
from tui.sandbox.server import activity, listing, results, rows
from tui.sandbox.server.auth import insight_level, require_level
from tui.sandbox.server.bodies import (
    Fields,
    FreeJson,
    OptionalName,
    OptionalText,
    SoftBoolean,
    Texts,
    Whole,
    WholeNumbers,
    check,
)
from tui.sandbox.server.context import Call
from tui.sandbox.server.errors import not_found, parse_error, validation
from tui.sandbox.server.replies import JSONReply, limit_offset, limited_page, no_content
from tui.sandbox.server.sharing import may_query_everything, restricted

MATERIAL = ("name", "description", "query")
"""Fields whose change counts as a modification."""
PLAIN = ("name", "derived_name", "order", "favorited", "saved")
MOST_AT_ONCE = 1000


class InsightBody(Fields):
    """The body of POST, PUT and PATCH."""

    name: OptionalName = None
    derived_name: OptionalName = None
    description: OptionalName = None
    query: FreeJson = None
    order: Whole = None
    deleted: SoftBoolean = False
    dashboards: WholeNumbers = Field(default_factory=list)
    tags: Texts = Field(default_factory=list)
    favorited: SoftBoolean = False
    saved: SoftBoolean = False
    folder: OptionalText = Field(default=None, alias="_create_in_folder")


class Ids(Fields):
    """The body of the calls that work on many."""

    ids: WholeNumbers


def listed(call: Call) -> Response:
    """GET a page."""
    limit, offset = limit_offset(call.request)
    found = listing.find(call, limit, offset)
    if listing.truthy(call.query.get("basic")):
        shown = rows.basic(call, found.rows, found.matches)
    else:
        obtain = partial(results.obtain, call, mode=results.mode_asked(call))
        shown = rows.full(call, found.rows, obtain, found.matches)
    return JSONReply(limited_page(call.request, shown, found.count, limit, offset))


def retrieve(call: Call) -> Response:
    """GET one insight, by id or, on newer servers, by short id."""
    row = find(call)
    results.finish_jobs(call)
    if listing.truthy(call.query.get("basic")):
        return JSONReply(rows.basic(call, [row])[0])
    return JSONReply(_full(call, row))


def create(call: Call) -> Response:
    """POST a new insight. Without `saved` it is missing from lists of saved ones."""
    body = check(InsightBody, call.data)
    query = _valid_query(body.query)
    alphabet = string.ascii_letters + string.digits
    identity = call.write(
        'INSERT INTO insights (project_id, short_id, name, derived_name, description, query, "order", saved,'
        " favorited, deleted, tags, folder, created_at, created_by, updated_at, last_modified_at,"
        " last_modified_by)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        call.project_id,
        "".join(secrets.choice(alphabet) for _ in range(8)),
        body.name,
        body.derived_name,
        body.description or "",
        query,
        body.order,
        body.saved,
        body.favorited,
        body.deleted,
        json.dumps(sorted(set(body.tags))),
        body.folder,
        call.stamp,
        call.caller.user_id,
        call.stamp,
        call.stamp,
        call.caller.user_id,
    )
    if body.dashboards:
        _place(call, identity, body.dashboards)
    row = _by_id(call, identity)
    activity.log(call, "Insight", row, "created")
    return JSONReply(_full(call, row), 201)


def update(call: Call) -> Response:
    """PUT and PATCH. A PATCH with `"deleted": false`, a real JSON false, finds a deleted insight as well."""
    restoring = call.request.method == "PATCH" and isinstance(call.data, dict) and call.data.get("deleted") is False
    row = find(call, deleted_too=restoring)
    require_level(call, row["id"], "editor")
    body = check(InsightBody, call.data)
    columns: dict[str, Any] = {"updated_at": call.stamp, "is_sample": 0, "saved": 1}
    columns |= {name: getattr(body, name) for name in PLAIN if body.sent(name)}
    if body.sent("description"):
        columns["description"] = body.description or ""
    if body.sent("tags"):
        columns["tags"] = json.dumps(sorted(set(body.tags)))
    if body.sent("query"):
        columns |= {"query": _valid_query(body.query), "warm_at": None}
        _check_tables(call, row)
    if any(body.sent(name) for name in MATERIAL):
        columns |= {"last_modified_at": call.stamp, "last_modified_by": call.caller.user_id}
    if body.sent("deleted"):
        columns["deleted"] = body.deleted
    if body.sent("dashboards"):
        _place(call, row["id"], body.dashboards)
    if body.sent("deleted") and body.deleted != bool(row["deleted"]):
        call.write("UPDATE dashboard_tiles SET deleted = ? WHERE insight_id = ?", body.deleted, row["id"])
    assignments = ", ".join(f'"{name}" = ?' for name in columns)
    call.write(f"UPDATE insights SET {assignments} WHERE id = ?", *columns.values(), row["id"])
    after = _by_id(call, row["id"])
    changes = [
        activity.change("Insight", name, after[name], row[name])
        for name in (*MATERIAL, "derived_name", "favorited", "tags", "deleted")
        if after[name] != row[name]
    ]
    if changes:
        word = "deleted" if after["deleted"] and not row["deleted"] else "updated"
        activity.log(call, "Insight", after, word, *changes)
    return JSONReply(_full(call, after))


def destroy(call: Call) -> Response:
    """DELETE is refused, with an empty body."""
    return no_content(405)


def bulk_delete(call: Call) -> Response:
    """POST ids to delete softly."""
    return _bulk(call, deleted=True)


def bulk_restore(call: Call) -> Response:
    """POST ids to bring back."""
    return _bulk(call, deleted=False)


def viewed(call: Call) -> Response:
    """POST `insight_ids`: they were looked at now."""
    ids = call.data.get("insight_ids") if isinstance(call.data, dict) else None
    if not isinstance(ids, list) or not ids:
        raise validation("Must be a non-empty list of insight IDs", attr="insight_ids")
    call.write(
        "UPDATE insights SET last_viewed_at = ? WHERE project_id = ? AND NOT deleted"
        " AND id IN (SELECT value FROM json_each(?))",
        call.stamp,
        call.project_id,
        json.dumps(ids),
    )
    return no_content(201)


def find(call: Call, *, deleted_too: bool = False) -> sqlite3.Row:
    """The insight of the path. Raises `ApiError` 404, and 403 for one that is closed to the caller."""
    text = call.parameter("id")
    digits = text.isascii() and text.isdigit() and len(text) < 16
    row = None
    if digits:
        row = call.one("SELECT * FROM insights WHERE id = ?", int(text))
    if row is None and call.age.short_ids_in_path:
        row = call.one("SELECT * FROM insights WHERE short_id = ?", text)
    if row is None or row["project_id"] != call.project_id or (row["deleted"] and not deleted_too):
        raise not_found()
    if call.caller.share is not None:
        if row["id"] != call.caller.share["insight_id"]:
            raise not_found()
    else:
        require_level(call, row["id"], "viewer")
    return row


def _full(call: Call, row: sqlite3.Row) -> dict[str, Any]:
    mode = results.mode_asked(call)
    variables = results.override_asked(call, "variables_override")
    filters = results.override_asked(call, "filters_override")
    return rows.full(call, [row], lambda insight: results.obtain(call, insight, mode, variables, filters))[0]


def _by_id(call: Call, identity: int) -> sqlite3.Row:
    row = call.one("SELECT * FROM insights WHERE id = ?", identity)
    if row is None:
        raise LookupError(identity)
    return row


def _valid_query(query: Any) -> str | None:
    if query is None:
        return None
    try:
        return json.dumps(queries.validate(query), ensure_ascii=False)
    except queries.InvalidQuery as error:
        raise parse_error(str(error)) from None


def _check_tables(call: Call, row: sqlite3.Row) -> None:
    """A public insight may only be given a query by somebody who may run it."""
    public = call.one(
        "SELECT 1 FROM sharing_configurations WHERE insight_id = ? AND enabled AND expires_at IS NULL",
        row["id"],
    )
    if public and call.age.publish_gate and restricted(row) and not may_query_everything(call):
        raise validation("Can't save this query: it is shared publicly and reads tables closed to you.")


def _place(call: Call, insight_id: int, dashboards: list[int]) -> None:
    for dashboard in dashboards:
        if not call.one(
            "SELECT 1 FROM dashboards WHERE id = ? AND project_id = ? AND NOT deleted",
            dashboard,
            call.project_id,
        ):
            detail = f'Invalid pk "{dashboard}" - object does not exist.'
            raise validation(detail, code="does_not_exist", attr="dashboards")
    wanted = json.dumps(dashboards)
    call.write(
        "UPDATE dashboard_tiles SET deleted = dashboard_id NOT IN (SELECT value FROM json_each(?))"
        " WHERE insight_id = ?",
        wanted,
        insight_id,
    )
    call.write(
        "INSERT INTO dashboard_tiles (dashboard_id, insight_id) SELECT DISTINCT value, ? FROM json_each(?)"
        " WHERE value NOT IN (SELECT dashboard_id FROM dashboard_tiles WHERE insight_id = ?)",
        insight_id,
        wanted,
        insight_id,
    )


def _bulk(call: Call, *, deleted: bool) -> Response:
    body = check(Ids, call.data)
    if len(body.ids) > MOST_AT_ONCE:
        detail = f"Ensure this field has no more than {MOST_AT_ONCE} elements."
        raise validation(detail, code="max_length", attr="ids")
    done: list[int] = []
    skipped: list[dict[str, Any]] = []
    for identity in dict.fromkeys(body.ids):
        row = call.one("SELECT * FROM insights WHERE id = ? AND project_id = ?", identity, call.project_id)
        if row is None or bool(row["deleted"]) == deleted:
            skipped.append({"id": identity, "reason": "not_found"})
        elif insight_level(call, identity) not in ("editor", "manager"):
            skipped.append({"id": identity, "reason": "permission_denied"})
        else:
            call.write("UPDATE insights SET deleted = ?, updated_at = ? WHERE id = ?", deleted, call.stamp, identity)
            call.write("UPDATE dashboard_tiles SET deleted = ? WHERE insight_id = ?", deleted, identity)
            activity.log(call, "Insight", row, "deleted" if deleted else "updated")
            done.append(identity)
    return JSONReply({"done": done, "skipped": skipped})
