"""Public links in the database: sharing configurations, their tokens and their passwords.

The row without an end (`expires_at`) is the configuration; rows with one are earlier links in their grace
period, and live a life of their own: a copy of the passwords, the settings and the protection of then.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from tui.sandbox.database import stamp
from tui.sandbox.server.context import Call
from tui.sandbox.server.errors import Crash


@dataclass(frozen=True)
class Target:
    """What a link shows: an insight or a dashboard."""

    kind: Literal["insight", "dashboard"]
    row: sqlite3.Row

    @property
    def id(self) -> int:
        """The id of the insight or dashboard."""
        target_id: int = self.row["id"]
        return target_id

    @property
    def column(self) -> str:
        """The column of a configuration that points here."""
        return f"{self.kind}_id"


def new_token() -> str:
    """30 URL-safe characters."""
    return secrets.token_urlsafe(22)


def configuration(call: Call, target: Target) -> sqlite3.Row | None:
    """The configuration, or None when none was ever saved. Raises `Crash` for two where the age cannot."""
    rows = call.all(
        f"SELECT * FROM sharing_configurations WHERE {target.column} = ? AND expires_at IS NULL"
        " ORDER BY created_at DESC, id DESC",
        target.id,
    )
    if len(rows) > 1 and call.age.two_configurations_crash:
        raise Crash("two active configurations")
    return rows[0] if rows else None


def save(
    call: Call,
    target: Target,
    row: sqlite3.Row | None,
    *,
    enabled: bool,
    password_required: bool,
    settings: dict[str, Any] | None,
) -> sqlite3.Row:
    """Write the configuration, the first time with a new token."""
    values = (enabled, password_required, None if settings is None else json.dumps(settings))
    if row is None:
        identity = call.write(
            f"INSERT INTO sharing_configurations (enabled, password_required, settings, project_id,"
            f" {target.column}, created_at, access_token) VALUES (?,?,?,?,?,?,?)",
            *values,
            call.project_id,
            target.id,
            call.stamp,
            new_token(),
        )
    else:
        identity = row["id"]
        call.write(
            "UPDATE sharing_configurations SET enabled = ?, password_required = ?, settings = ? WHERE id = ?",
            *values,
            identity,
        )
    return by_id(call, identity)


def by_id(call: Call, identity: int) -> sqlite3.Row:
    """A configuration that exists."""
    row = call.one("SELECT * FROM sharing_configurations WHERE id = ?", identity)
    if row is None:
        raise LookupError(identity)
    return row


def renew(call: Call, row: sqlite3.Row) -> sqlite3.Row:
    """Give the configuration a new token at once and end every other link to the same thing."""
    column = "insight_id" if row["insight_id"] else "dashboard_id"
    call.write(
        f"UPDATE sharing_configurations SET expires_at = ? WHERE {column} = ? AND id != ?"
        " AND (expires_at IS NULL OR expires_at > ?)",
        call.stamp,
        row[column],
        row["id"],
        call.stamp,
    )
    call.write("UPDATE sharing_configurations SET access_token = ? WHERE id = ?", new_token(), row["id"])
    return by_id(call, row["id"])


def rotate(call: Call, target: Target, row: sqlite3.Row | None) -> sqlite3.Row:
    """A new link in place of the old one, which lives on until the grace period ends."""
    if row is None:
        return save(call, target, None, enabled=False, password_required=False, settings=None)
    keeps = call.age.refresh_keeps_protection
    call.write(
        "UPDATE sharing_configurations SET expires_at = ? WHERE id = ?",
        stamp(call.now + call.sandbox.grace),
        row["id"],
    )
    identity = call.write(
        "INSERT INTO sharing_configurations (project_id, insight_id, dashboard_id, created_at, enabled,"
        " access_token, settings, password_required) VALUES (?,?,?,?,?,?,?,?)",
        row["project_id"],
        row["insight_id"],
        row["dashboard_id"],
        call.stamp,
        row["enabled"],
        new_token(),
        row["settings"],
        row["password_required"] if keeps else 0,
    )
    if keeps:
        for order, password in enumerate(passwords(call, row["id"])):
            call.write(
                "INSERT INTO share_passwords (sharing_configuration_id, password, note, created_at,"
                " created_by) VALUES (?,?,?,?,?)",
                identity,
                password["password"],
                password["note"],
                stamp(call.now + timedelta(microseconds=order)),
                password["created_by"],
            )
    return by_id(call, identity)


def passwords(call: Call, configuration_id: int) -> list[sqlite3.Row]:
    """The active passwords of a link, newest first."""
    return call.all(
        "SELECT p.*, u.email FROM share_passwords p LEFT JOIN users u ON u.id = p.created_by"
        " WHERE p.sharing_configuration_id = ? AND p.is_active ORDER BY p.created_at DESC, p.id DESC",
        configuration_id,
    )


def live(call: Call, token: str) -> sqlite3.Row | None:
    """The link with this token, if it is on and its time has not run out."""
    return call.one(
        "SELECT * FROM sharing_configurations WHERE access_token = ? AND enabled"
        " AND (expires_at IS NULL OR expires_at > ?)",
        token,
        call.stamp,
    )
