"""A sandbox seen from both sides: requests from outside, its database from inside."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tui.sandbox.database import stamp
from tui.sandbox.server.context import Sandbox

NOW = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
OTHER_PROJECT = 9001
"""A project of another organization."""
MEMBER, STRANGER = 901, 902
"""A plain member of the world's organization, and a member of the other one only."""


class Clock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        """Move on by hours, minutes, seconds."""
        self.now += timedelta(**span)


@dataclass
class Desk:
    """A running sandbox, seen from outside through `client` and from inside through the rest."""

    client: httpx.AsyncClient
    sandbox: Sandbox
    clock: Clock

    @property
    def connection(self) -> sqlite3.Connection:
        """The database."""
        return self.sandbox.connection

    async def ask(self, method: str, path: str, key: str | None = "", **options: Any) -> httpx.Response:
        """A request below the project; `key` "" is the full key, None is none at all."""
        headers = dict(options.pop("headers", {}))
        if key is not None:
            headers.setdefault("Authorization", f"Bearer {key or self.sandbox.world.key}")
        url = path if path.startswith(("/", "http:")) else f"/api/projects/1/{path}"
        return await self.client.request(method, url, headers=headers, **options)

    async def get(self, path: str, key: str | None = "", **options: Any) -> httpx.Response:
        """GET below the project."""
        return await self.ask("GET", path, key, **options)

    async def post(self, path: str, body: Any = None, key: str | None = "", **options: Any) -> httpx.Response:
        """POST JSON below the project."""
        return await self.ask("POST", path, key, **({"json": body} if body is not None else {}), **options)

    async def patch(self, path: str, body: Any, key: str | None = "", **options: Any) -> httpx.Response:
        """PATCH JSON below the project."""
        return await self.ask("PATCH", path, key, json=body, **options)

    async def public(self, token: str, method: str = "GET", **options: Any) -> httpx.Response:
        """A request for a public link, without any key or cookie of an earlier one."""
        self.client.cookies.clear()
        return await self.client.request(method, f"/shared/{token}", **options)

    def insert(self, table: str, **columns: Any) -> int:
        """Insert a row and return its id."""
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" * len(columns))
        cursor = self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))
        return cursor.lastrowid or 0

    def set(self, table: str, identity: int | str, **columns: Any) -> None:
        """Change a row."""
        names = ", ".join(f'"{name}" = ?' for name in columns)
        self.connection.execute(f"UPDATE {table} SET {names} WHERE id = ?", (*columns.values(), identity))

    def insight(self, name: str = "Probe", **columns: Any) -> int:
        """A new insight, a trend of page views unless another query is given."""
        query = columns.pop("query", trends())
        now = stamp(self.clock.now)
        defaults: dict[str, Any] = {
            "project_id": 1,
            "short_id": f"sid{self.connection.execute('SELECT MAX(id) FROM insights').fetchone()[0] or 0:05d}",
            "name": name,
            "query": json.dumps(query) if query is not None else None,
            "created_at": now,
            "created_by": 1,
            "updated_at": now,
            "last_modified_at": now,
            "last_modified_by": 1,
        }
        return self.insert("insights", **(defaults | columns))

    def key(self, *scopes: str, user: int = 1, teams: tuple[int, ...] = ()) -> str:
        """A new key with these scopes."""
        value = f"phx_{'_'.join(scopes).replace(':', '')}{user}{teams}"
        self.insert(
            "api_keys",
            id=value,
            user_id=user,
            label="of a test",
            value=value,
            scopes=json.dumps(scopes),
            scoped_teams=json.dumps(teams),
            created_at=stamp(NOW),
        )
        return value

    async def share(self, insight: int, **settings: Any) -> str:
        """Switch sharing on and return the token."""
        reply = await self.patch(f"insights/{insight}/sharing/", {"enabled": True, **settings})
        assert reply.status_code == 200, reply.text
        return str(reply.json()["access_token"])


def trends(event: str = "$pageview") -> dict[str, Any]:
    """A trend of an event, wrapped as insights hold it."""
    return {
        "kind": "InsightVizNode",
        "source": {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": event}]},
    }


def sql(text: str, **variables: Any) -> dict[str, Any]:
    """A SQL insight's query."""
    return {
        "kind": "DataVisualizationNode",
        "source": {"kind": "HogQLQuery", "query": text, "variables": variables},
    }
