"""The key in use, its owner, and the organizations and projects they can see."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from starlette.responses import Response

from tui.sandbox.server import people
from tui.sandbox.server.auth import check_member_keys, check_organization, membership
from tui.sandbox.server.context import Call
from tui.sandbox.server.errors import denied, not_found
from tui.sandbox.server.replies import JSONReply, limit_offset, limited_page


def current_key(call: Call) -> Response:
    """GET what is known about the key in use. No scopes means all of them."""
    key = call.caller.key
    if key is None or key["id"] is None:
        raise not_found()
    return JSONReply(
        {
            "id": key["id"],
            "label": key["label"],
            "value": None,
            "mask_value": f"{key['value'][:4]}...{key['value'][-4:]}",
            "created_at": key["created_at"],
            "last_used_at": key["last_used_at"],
            "last_rolled_at": None,
            "user_id": key["user_id"],
            "scopes": json.loads(key["scopes"]) or ["*"],
            "scoped_teams": list(call.caller.teams),
            "scoped_organizations": list(call.caller.organizations),
        }
    )


def me(call: Call) -> Response:
    """GET the key's owner, with the project and the organizations they have."""
    user = call.caller.user
    if user is None:
        raise not_found()
    organizations = _organizations(call)
    project = call.one("SELECT * FROM projects WHERE id = ?", call.sandbox.world.project_id)
    home = [row for row in organizations if project and row["id"] == project["organization_id"]]
    return JSONReply(
        people.basic(user)
        | {
            "date_joined": project["created_at"] if project else None,
            "is_staff": False,
            "team": _project(project) if project else None,
            "organization": _organization(call, home[0]) if home else None,
            "organizations": [_organization(call, row) for row in organizations],
        }
    )


def organizations(call: Call) -> Response:
    """GET the organizations of the key's owner."""
    found = [
        row for row in _organizations(call) if not call.caller.organizations or row["id"] in call.caller.organizations
    ]
    limit, offset = limit_offset(call.request)
    shown = [_organization(call, row) for row in found[offset : offset + limit]]
    return JSONReply(limited_page(call.request, shown, len(found), limit, offset))


def organization(call: Call) -> Response:
    """GET one organization."""
    return JSONReply(_organization(call, _found(call)))


def organization_projects(call: Call) -> Response:
    """GET the projects of one organization."""
    return _projects(call, [_found(call)])


def projects(call: Call) -> Response:
    """GET the projects of the key's owner."""
    return _projects(call, _organizations(call))


def project(call: Call) -> Response:
    """GET one project."""
    if call.project is None:
        raise not_found()
    return JSONReply(_project(call.project))


def _found(call: Call) -> sqlite3.Row:
    text = call.parameter("organization_id")
    if text == "@current":
        row = call.one(
            "SELECT o.* FROM organizations o JOIN projects p ON p.organization_id = o.id WHERE p.id = ?",
            call.sandbox.world.project_id,
        )
    else:
        row = call.one("SELECT * FROM organizations WHERE id = ?", text)
    if row is None:
        raise not_found("Organization not found.")
    check_organization(call, row["id"])
    standing = membership(call, row["id"])
    if standing is None:
        raise denied("You don't have access to the organization.")
    check_member_keys(call, row["id"], standing)
    return row


def _projects(call: Call, within: list[sqlite3.Row]) -> Response:
    wanted = json.dumps([row["id"] for row in within])
    found = call.all(
        "SELECT * FROM projects WHERE organization_id IN (SELECT value FROM json_each(?)) ORDER BY id", wanted
    )
    limit, offset = limit_offset(call.request)
    shown = [_project(row) for row in found[offset : offset + limit]]
    return JSONReply(limited_page(call.request, shown, len(found), limit, offset))


def _organizations(call: Call) -> list[sqlite3.Row]:
    return [
        row for row in call.all("SELECT * FROM organizations ORDER BY rowid") if membership(call, row["id"]) is not None
    ]


def _organization(call: Call, row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "slug": row["name"].lower().replace(" ", "-"),
        "membership_level": membership(call, row["id"]),
        "members_can_use_personal_api_keys": bool(row["members_can_use_personal_api_keys"]),
        "allow_publicly_shared_resources": bool(row["allow_publicly_shared_resources"]),
        "available_product_features": [
            {"key": feature, "name": feature.replace("_", " ").capitalize()} for feature in json.loads(row["features"])
        ],
    }


def _project(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "uuid": row["uuid"],
        "organization": row["organization_id"],
        "name": row["name"],
        "timezone": row["timezone"],
        "created_at": row["created_at"],
    }
