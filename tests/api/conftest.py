"""A client before a sandbox of its own, in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.api.wire import Time
from tui.api.budget import Budget
from tui.api.client import Call, Client
from tui.api.models import InsightRow
from tui.sandbox.database import connect
from tui.sandbox.server import create_app
from tui.sandbox.server.context import Record, Sandbox
from tui.sandbox.world import World, build
from tui.text import Secret

NOW = datetime(2026, 11, 18, 12, 3, tzinfo=UTC)


@dataclass
class Shop:
    """The sandbox's shop, a client that reads it, and the clock of both."""

    client: Client
    sandbox: Sandbox
    world: World
    time: Time
    calls: list[Call]

    async def insight(self, name: str) -> InsightRow:
        """The insight of that name."""
        page = await self.client.insights.list(basic=True, search=name, order="name")
        return next(row for row in page if row.name == name)

    @property
    def seen(self) -> list[Record]:
        """What arrived at the server."""
        return self.sandbox.requests


OpenShop = Callable[..., Shop]
"""Opens a shop: `open_shop(server="old", key="read", faults="POST /refresh/ drop-after")`."""


@pytest.fixture(scope="session")
def image() -> tuple[bytes, World]:
    """A database with the shop in it, to be copied for each test."""
    connection = connect()
    world = build(connection, now=NOW)
    return connection.serialize(), world


@pytest.fixture
async def open_shop(image: tuple[bytes, World]) -> AsyncIterator[OpenShop]:
    """Opens shops and closes them after the test."""
    data, world = image
    keys = {"full": world.key, "read": world.read_key, **world.short_keys}
    async with AsyncExitStack() as stack:

        def open_one(
            *, server: str = "new", key: str = "full", faults: str | None = None, limits: bool = False, **options: Any
        ) -> Shop:
            connection = connect()
            connection.deserialize(data)
            connection.row_factory = sqlite3.Row
            stack.callback(connection.close)
            time = Time()
            time.now = NOW.timestamp()
            app = create_app(
                connection,
                world,
                server=server,
                faults=faults,
                rate_limits=limits,
                clock=lambda: datetime.fromtimestamp(time.now, UTC),
            )
            calls: list[Call] = []
            settings: dict[str, Any] = {
                "host": "http://127.0.0.1:8010",
                "key": Secret(keys.get(key, key)),
                "project": "1",
                "transport": httpx.ASGITransport(app),
                "budget": Budget(clock=time, sleep=time.sleep),
                "on_call": calls.append,
                "clock": time,
                "sleep": time.sleep,
                "random": lambda: 0.0,
            }
            client = Client(**(settings | options))
            stack.push_async_callback(client.aclose)
            return Shop(client, app.state.sandbox, world, time, calls)

        yield open_one
