"""The sharing configuration of an insight or a dashboard: reading, changing, refreshing."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.responses import Response

from tui.sandbox.server import activity, links
from tui.sandbox.server.auth import ADMIN, insight_level, membership, require_level
from tui.sandbox.server.bodies import Fields, FreeJson, SoftBoolean, check, json_fields
from tui.sandbox.server.context import Call
from tui.sandbox.server.errors import BareError, Crash, denied, not_found, validation
from tui.sandbox.server.links import Target
from tui.sandbox.server.replies import JSONReply

RESTRICTED = "restricted-table"
"""An insight with this tag reads a table that people may not query: the publish gate refuses it."""


class Settings(BaseModel):
    """The options of a public page. Unknown ones are dropped."""

    model_config = ConfigDict(extra="ignore")

    whitelabel: bool | None = None
    noHeader: bool | None = None
    showInspector: bool | None = None
    legend: bool | None = None
    detailed: bool | None = None
    hideExtraDetails: bool | None = None
    theme: Literal["light", "dark", "system"] | None = None


class Configuration(Fields):
    """The body of PATCH."""

    enabled: SoftBoolean = False
    settings: FreeJson = None
    password_required: SoftBoolean = False


def retrieve(call: Call) -> Response:
    """GET the configuration. Before it was ever saved the token is thrown away after this answer."""
    target = find_target(call)
    if call.age.sharing_access_levels and target.kind == "insight":
        require_level(call, target.id, "viewer")
    return JSONReply(shown(call, target, links.configuration(call, target)))


def change(call: Call) -> Response:
    """PATCH the configuration. Saves it even when the body is empty; `settings` is replaced as a whole."""
    target = find_target(call)
    row = links.configuration(call, target)
    data = body_object(call)
    check_may_edit(call, target, data)
    if data.get("password_required") and not has_feature(call, "access_control"):
        raise BareError(403, f"Sharing with password requires the {call.age.password_feature} feature")
    body = check(Configuration, json_fields(data, "settings") if call.is_form else data)
    settings = _settings(body.settings) if body.sent("settings") else stored_settings(row)
    was_enabled = bool(row and row["enabled"])
    enabled = body.enabled if body.sent("enabled") else was_enabled
    if enabled and not was_enabled:
        _check_publishable(call, target)
    protected = body.password_required
    if not body.sent("password_required"):
        protected = bool(row and row["password_required"])
    fresh = row is None
    row = links.save(
        call,
        target,
        row,
        enabled=enabled,
        password_required=protected,
        settings=settings,
    )
    if enabled and not was_enabled and not fresh and call.age.enabling_rotates:
        row = links.renew(call, row)
    scope = target.kind.capitalize()
    activity.log(
        call,
        scope,
        target.row,
        f"sharing {'enabled' if enabled else 'disabled'}",
        activity.change(scope, "sharing", enabled, was_enabled),
    )
    return JSONReply(shown(call, target, row))


def refresh(call: Call) -> Response:
    """POST: a new token. The old one lives on for the grace period."""
    target = find_target(call)
    row = links.configuration(call, target)
    check_may_edit(call, target, body_object(call))
    row = links.rotate(call, target, row)
    activity.log(call, target.kind.capitalize(), target.row, "access token refreshed")
    return JSONReply(shown(call, target, row))


def shown(call: Call, target: Target, row: sqlite3.Row | None) -> dict[str, Any]:
    """The configuration as the API shows it; None is one that was never saved."""
    answer: dict[str, Any] = {
        "created_at": row["created_at"] if row else None,
        "enabled": bool(row["enabled"]) if row else False,
        "access_token": row["access_token"] if row else links.new_token(),
        "settings": stored_settings(row),
        "password_required": bool(row["password_required"]) if row else False,
        "share_passwords": [
            {
                "id": password["id"],
                "created_at": password["created_at"],
                "note": password["note"],
                "created_by_email": password["email"] or "deleted user",
                "is_active": True,
            }
            for password in (links.passwords(call, row["id"]) if row else [])
        ],
    }
    if call.age.sharing_access_levels:
        answer["user_access_level"] = insight_level(call, target.id) if target.kind == "insight" else "editor"
    return answer


def find_target(call: Call) -> Target:
    """The insight or dashboard of the path.

    Raises `ApiError` 404, and `Crash` for an id that is no number.
    """
    kind: Literal["insight", "dashboard"] = "insight" if "insight_id" in call.request.path_params else "dashboard"
    text = call.parameter(f"{kind}_id")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Crash("the id is read as a number")
    row = call.one(f"SELECT * FROM {kind}s WHERE id = ? AND project_id = ? AND NOT deleted", int(text), call.project_id)
    if row is None:
        raise not_found(f"{kind.capitalize()} not found.")
    return Target(kind, row)


def check_may_edit(call: Call, target: Target, data: dict[str, Any]) -> None:
    """Refuse going public where the organization forbids it, and people who may not edit. 403."""
    if data.get("enabled") and not organization(call)["allow_publicly_shared_resources"]:
        raise denied("Public sharing is disabled for this organization.")
    if target.kind == "insight" and insight_level(call, target.id) not in ("editor", "manager"):
        raise denied("You don't have edit permissions for this insight.")


def organization(call: Call) -> sqlite3.Row:
    """The organization of the call's project."""
    if call.project is None:
        raise LookupError("not a view of a project")
    return organization_of(call, call.project["id"])


def organization_of(call: Call, project_id: int) -> sqlite3.Row:
    """The organization of a project."""
    row = call.one(
        "SELECT o.* FROM organizations o JOIN projects p ON p.organization_id = o.id WHERE p.id = ?",
        project_id,
    )
    if row is None:
        raise LookupError(project_id)
    return row


def has_feature(call: Call, feature: str) -> bool:
    """Whether the organization's plan has a paid feature."""
    return feature in json.loads(organization(call)["features"])


def stored_settings(row: sqlite3.Row | None) -> dict[str, Any] | None:
    """The settings of a configuration."""
    settings: dict[str, Any] | None = json.loads(row["settings"]) if row and row["settings"] else None
    return settings


def restricted(insight: sqlite3.Row) -> bool:
    """Whether the insight reads a table that people may not query."""
    return RESTRICTED in json.loads(insight["tags"])


def may_query_everything(call: Call) -> bool:
    """Whether the caller is an administrator of the organization, whom no table is closed to."""
    standing = membership(call, organization(call)["id"])
    return standing is not None and standing >= ADMIN


def _check_publishable(call: Call, target: Target) -> None:
    if call.age.publish_gate and target.kind == "insight" and restricted(target.row):
        raise validation("Can't enable sharing because you don't have access to the tables of this insight.")


def _settings(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    try:
        return Settings.model_validate(value).model_dump(exclude_none=True)
    except ValidationError:
        raise validation("Invalid settings format", attr="settings") from None


def body_object(call: Call) -> dict[str, Any]:
    """The body, which PostHog takes for an object without looking. Raises `Crash` for anything else."""
    if not isinstance(call.data, dict):
        raise Crash("the body is read as an object")
    return call.data
