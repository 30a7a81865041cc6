"""A sandbox for each test: a small world, a few known rows on top, and a client that carries the key."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, cast

import httpx
import pytest

from tests.sandbox.server.desk import MEMBER, NOW, OTHER_PROJECT, STRANGER, Clock, Desk
from tui.sandbox.database import connect, stamp
from tui.sandbox.server import create_app
from tui.sandbox.server.context import Sandbox, World
from tui.sandbox.world import build

Open = Callable[..., Awaitable[Desk]]
"""Opens a sandbox: `await open_desk(server="old")`."""


@pytest.fixture(scope="session")
def world() -> tuple[bytes, World]:
    """A small database image: the world with few of its events, and the rows that tests know."""
    connection = connect()
    built = build(connection, insights=12, variables=3, now=NOW)
    connection.execute(
        "INSERT INTO organizations (id, name) VALUES ('00000000-0000-0000-0000-0000000000ff', 'Elsewhere')"
    )
    connection.execute(
        "INSERT INTO projects (id, uuid, organization_id, name, created_at) VALUES"
        " (?, 'ffffffff-0000-0000-0000-000000000000', '00000000-0000-0000-0000-0000000000ff', 'Elsewhere', ?)",
        (OTHER_PROJECT, stamp(NOW)),
    )
    home = connection.execute("SELECT organization_id FROM projects WHERE id = 1").fetchone()[0]
    for identity, name, organization in (
        (MEMBER, "Mem", home),
        (STRANGER, "Stray", "00000000-0000-0000-0000-0000000000ff"),
    ):
        connection.execute(
            "INSERT INTO users (id, uuid, distinct_id, first_name, email) VALUES (?, ?, ?, ?, ?)",
            (identity, f"uuid-{identity}", f"distinct-{identity}", name, f"{name.lower()}@example.com"),
        )
        connection.execute("INSERT INTO memberships VALUES (?, ?, 1)", (identity, organization))
    connection.execute("DELETE FROM events WHERE id > 500")
    connection.execute("VACUUM")
    image = connection.serialize()
    connection.close()
    return image, built


@pytest.fixture
async def open_desk(world: tuple[bytes, World]) -> AsyncIterator[Open]:
    """Open sandboxes: `open_desk(server="old", rate_limits=True)`."""
    image, built = world
    async with AsyncExitStack() as stack:

        async def opened(server: str = "new", **options: Any) -> Desk:
            connection = connect()
            stack.callback(connection.close)
            connection.deserialize(image)
            clock = Clock()
            app = create_app(connection, built, server=server, clock=clock, **({"rate_limits": False} | options))
            transport = httpx.ASGITransport(app)
            client = await stack.enter_async_context(
                httpx.AsyncClient(transport=transport, base_url="http://sandbox.test")
            )
            return Desk(client, cast("Sandbox", app.state.sandbox), clock)

        yield opened


@pytest.fixture
async def desk(open_desk: Open) -> Desk:
    """The newest server, without rate limits."""
    return await open_desk()
