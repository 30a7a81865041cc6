"""Users as other records show them."""

from __future__ import annotations

import sqlite3
from typing import Any

from tui.sandbox.server.context import Call


def basic(row: sqlite3.Row) -> dict[str, Any]:
    """The short form of a user."""
    return {
        "id": row["id"],
        "uuid": row["uuid"],
        "distinct_id": row["distinct_id"],
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "email": row["email"],
        "is_email_verified": True,
        "hedgehog_config": None,
        "role_at_organization": row["role_at_organization"],
    }


def everybody(call: Call) -> dict[int | None, dict[str, Any]]:
    """All users in the short form, by id."""
    return {row["id"]: basic(row) for row in call.all("SELECT * FROM users")}
