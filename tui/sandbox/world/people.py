"""The organization, its projects, its people and their API keys."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

from tui.sandbox.database import stamp
from tui.sandbox.world.spec import ANA, BEN, CARA
from tui.sandbox.world.streams import ALPHANUMERIC, KEYS, PEOPLE, code, stream, uuid

PROJECTS = ((1, "Acme Shop", 520), (2, "Acme Shop, staging", 500), (3, "Blog", 310))
"""Id, name, age in days."""
PEOPLE_OF = (
    ("Ana", "Ortega", "ana", 1, "data"),
    ("Ben", "Thaler", "ben", 1, "leadership"),
    ("Cara", "Lindqvist", "cara", 1, "marketing"),
    ("Dev", "Raman", "dev", 1, "engineering"),
    ("Eve", "Adler", "eve", 0, "sales"),
)
"""First name, last name, mail, whether still here, role; ids count from 1."""

READING = [
    "insight:read", "insight_variable:read", "sharing_configuration:read", "dashboard:read", "project:read",
    "organization:read", "user:read", "query:read", "activity_log:read",
]  # fmt: skip
NO_SHARING = ["insight:write", "insight_variable:write", "project:read", "user:read"]
KEYS_OF: tuple[tuple[str, int, str, list[str], list[int]], ...] = (
    ("full", ANA, "Ana's laptop", ["*"], []),
    ("read", BEN, "Reading only", READING, []),
    ("no_sharing", CARA, "Insights without sharing", NO_SHARING, []),
    ("other_project", ANA, "Staging only", ["*"], [2]),
)
"""Name in the `World`, owner, label, scopes, projects it is limited to."""


def fill_people(connection: sqlite3.Connection, seed: int, now: datetime) -> dict[str, str]:
    """Write everybody; the values of the keys by name."""
    rng = stream(seed, PEOPLE)
    organization = uuid(rng)
    connection.execute("INSERT INTO organizations (id, name) VALUES (?, 'Acme')", (organization,))
    connection.executemany(
        "INSERT INTO projects (id, uuid, organization_id, name, created_at) VALUES (?, ?, ?, ?, ?)",
        [(id_, uuid(rng), organization, name, stamp(now - timedelta(days=age))) for id_, name, age in PROJECTS],
    )
    connection.executemany(
        "INSERT INTO users (id, uuid, distinct_id, first_name, last_name, email, is_active,"
        " role_at_organization) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (id_, uuid(rng), code(rng, 43), first, last, f"{mail}@acme-shop.example", active, role)
            for id_, (first, last, mail, active, role) in enumerate(PEOPLE_OF, 1)
        ],
    )
    rng = stream(seed, KEYS)
    values = {}
    for place, (name, owner, label, scopes, teams) in enumerate(KEYS_OF):
        values[name] = "phx_" + code(rng, 43)
        connection.execute(
            "INSERT INTO api_keys (id, user_id, label, value, scopes, scoped_teams, created_at, last_used_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                code(rng, 12, ALPHANUMERIC), owner, label, values[name], json.dumps(scopes),
                json.dumps(teams),
                stamp(now - timedelta(days=40 + 30 * place)), stamp(now - timedelta(hours=1 + place)),
            ),
        )  # fmt: skip
    return values
