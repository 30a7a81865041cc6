"""Who asks, and may they: PostHog's authentication and permission checks in PostHog's order.

Authentication tries one candidate only: the Authorization header, then the body, then the query string.
Permission checks the action, the project, what the key is limited to, then scopes and access levels.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import timedelta

from tui.sandbox.database import stamp
from tui.sandbox.server.context import Call, Caller
from tui.sandbox.server.errors import (
    ApiError,
    bad_credentials,
    denied,
    no_credentials,
    not_found,
)

MEMBER, ADMIN, OWNER = 1, 8, 15
"""Membership levels of an organization."""
LEVELS = ("none", "viewer", "editor", "manager")
"""Access levels of an insight, weakest first."""

NO_KEYS_HERE = "This action does not support personal API key access"
PROJECT_KEYS_ONLY = "API keys with scoped projects are only supported on project-based endpoints."
SHARE_COOKIE = "posthog_sharing_token"


def authenticate(call: Call, *, shares: bool) -> Caller:
    """Find out who asks. `shares` says whether viewers of public links may ask too.

    Raises `ApiError`: 401, or 403 from views that try the links first, because those announce no
    authentication scheme.
    """
    try:
        if shares and (viewer := _viewer(call)):
            return viewer
        return _owner_of_key(call)
    except ApiError as error:
        if shares and error.status == 401:
            error.status = 403
        raise


def _owner_of_key(call: Call) -> Caller:
    value, place = _candidate(call)
    if value is None:
        raise no_credentials()
    if value.startswith("pha_"):
        raise bad_credentials("Invalid access token.")
    if value.startswith("eyJ"):
        raise bad_credentials("Token invalid.")
    key = call.one("SELECT * FROM api_keys WHERE value = ?", value)
    user = key and call.one("SELECT * FROM users WHERE id = ? AND is_active", key["user_id"])
    if key is None or user is None:
        raise bad_credentials(f"Personal API key found in request {place} is invalid.")
    if (key["last_used_at"] or "") < stamp(call.now - timedelta(hours=1)):
        call.write("UPDATE api_keys SET last_used_at = ? WHERE id = ?", call.stamp, key["id"])
    return Caller(
        user=user,
        key=key,
        scopes=frozenset(json.loads(key["scopes"])) or frozenset({"*"}),
        teams=tuple(json.loads(key["scoped_teams"])),
        organizations=tuple(json.loads(key["scoped_organizations"])),
    )


def _candidate(call: Call) -> tuple[str | None, str]:
    if bearer := bearer_token(call):
        return bearer, "Authorization header"
    if call.body:
        try:
            data = call.data
        except ApiError:
            data = None
        if isinstance(data, dict) and data.get("personal_api_key"):
            return str(data["personal_api_key"]), "body"
    if value := call.query.get("personal_api_key"):
        return value, "query string"
    return None, ""


def bearer_token(call: Call) -> str | None:
    """The token of the Authorization header, if it is of that form."""
    scheme, _, token = call.request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme == "Bearer" else None


def unlocked(call: Call) -> sqlite3.Row | None:
    """The protected link whose unlock token the request carries, in the header or as a cookie.

    None when the token is unknown, expired, or its password or link is gone.
    """
    token = bearer_token(call) or call.request.cookies.get(SHARE_COOKIE)
    return call.one(
        "SELECT c.* FROM share_tokens t"
        " JOIN share_passwords p ON p.id = t.share_password_id AND p.is_active"
        " JOIN sharing_configurations c ON c.id = p.sharing_configuration_id"
        " WHERE t.token = ? AND t.expires_at > ? AND c.enabled AND c.password_required"
        " AND (c.expires_at IS NULL OR c.expires_at > ?)",
        token,
        call.stamp,
        call.stamp,
    )


def _viewer(call: Call) -> Caller | None:
    reads = call.request.method in ("GET", "HEAD")
    if reads and (link := unlocked(call)):
        return Caller(share=link)
    token = call.query.get("sharing_access_token")
    if token is None:
        return None
    if not reads:
        raise bad_credentials("Sharing access token can only be used for GET requests.")
    link = call.one(
        "SELECT * FROM sharing_configurations WHERE access_token = ? AND enabled"
        " AND (expires_at IS NULL OR expires_at > ?)",
        token,
        call.stamp,
    )
    if link is None:
        raise bad_credentials("Sharing access token is invalid.")
    return None if link["password_required"] else Caller(share=link)


def find_project(call: Call) -> sqlite3.Row:
    """The project of the path. Raises `ApiError` 404."""
    text = call.parameter("project_id")
    if text == "@current":
        text = str(call.sandbox.world.project_id)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1
    project = call.one("SELECT * FROM projects WHERE id = ?", number)
    if project is None:
        raise not_found("Project not found.")
    return project


def membership(call: Call, organization_id: str) -> int | None:
    """The caller's level in an organization, or None. Somebody with no row at all owns every organization."""
    levels = {
        row["organization_id"]: row["level"]
        for row in call.all("SELECT * FROM memberships WHERE user_id = ?", call.caller.user_id)
    }
    return levels.get(organization_id) if levels else OWNER


def permit(call: Call, scope: str | None, *, level: str) -> None:
    """Check that the caller may do this at all, and find the project.

    `scope` is the key scope the action needs; None is an action no key may do, "" one every key may.
    `level` says what the endpoint belongs to: "project", "organization" or "user".
    Raises `ApiError` 403 and 404.
    """
    if call.caller.share is not None:
        call.project = find_project(call)
        if call.project["id"] != call.caller.share["project_id"]:
            raise not_found()
        return
    if scope is None:
        raise denied(NO_KEYS_HERE)
    if level == "project":
        call.project = find_project(call)
        _within_key(call, call.project)
    elif level == "organization" and call.caller.teams:
        raise denied(PROJECT_KEYS_ONLY)
    _has_scope(call.caller.scopes, scope)
    if call.project is not None:
        standing = membership(call, call.project["organization_id"])
        if standing is None:
            raise denied("You don't have access to the project.")
        check_member_keys(call, call.project["organization_id"], standing)


def _within_key(call: Call, project: sqlite3.Row) -> None:
    if call.caller.teams and project["id"] not in call.caller.teams:
        raise denied(f"API key does not have access to the requested project: ID {project['id']}.")
    check_organization(call, project["organization_id"])


def check_organization(call: Call, organization_id: str) -> None:
    """Refuse an organization that the key is not for. Raises `ApiError` 403."""
    if call.caller.organizations and organization_id not in call.caller.organizations:
        raise denied(f"API key does not have access to the requested organization: ID {organization_id}.")


def _has_scope(held: Collection[str], needed: str) -> None:
    if not needed or "*" in held or needed in held:
        return
    if needed.endswith(":read") and needed.removesuffix("read") + "write" in held:
        return
    raise denied(f"API key missing required scope '{needed}'")


def check_member_keys(call: Call, organization_id: str, standing: int) -> None:
    """Refuse keys of plain members where the organization wants none. Raises `ApiError` 403."""
    organization = call.one("SELECT * FROM organizations WHERE id = ?", organization_id)
    if organization and standing < ADMIN and not organization["members_can_use_personal_api_keys"]:
        raise denied(f"Organization '{organization['name']}' does not allow using personal API keys.")


def insight_level(call: Call, insight_id: int) -> str:
    """The caller's access level to an insight: their own entry, else everybody's, else "editor"."""
    row = call.one(
        "SELECT level FROM insight_access WHERE insight_id = ? AND (user_id = ? OR user_id IS NULL)"
        " ORDER BY user_id IS NULL LIMIT 1",
        insight_id,
        call.caller.user_id,
    )
    return str(row["level"]) if row else "editor"


def require_level(call: Call, insight_id: int, least: str) -> None:
    """Refuse somebody below this access level. Raises `ApiError` 403."""
    if LEVELS.index(insight_level(call, insight_id)) < LEVELS.index(least):
        raise denied(f"You do not have {least} access to this resource.")
