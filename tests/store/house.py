"""The whole house without its screens: sandbox, wire, client, worker, store and file, on one clock that tests move."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from tui.api.budget import Budget
from tui.api.client import Call, Client
from tui.sandbox.database import connect
from tui.sandbox.server import create_app
from tui.sandbox.server.context import Record, Sandbox
from tui.sandbox.world import World, build
from tui.store.disk import Disk
from tui.store.facts import JournalEntry, Link
from tui.store.state import Session, State
from tui.store.store import Store
from tui.store.worker import Place, Worker
from tui.text import Secret

NOW = datetime(2026, 11, 18, 12, 3, tzinfo=UTC)
HOST = "http://127.0.0.1:8010"
GRACE = 300.0
PATIENCE = 5.0
"""Seconds a test waits for something that has to come, before it fails."""


class Time:
    """A clock that moves only when somebody sleeps or a test says so."""

    def __init__(self) -> None:
        self.now = NOW.timestamp()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Pass the time at once."""
        self.now += seconds


Hook = Callable[[httpx.Request], Awaitable[httpx.Response | None]]


class Wire(httpx.AsyncBaseTransport):
    """The way to the sandbox. It can be cut, and somebody can listen in on each request before it arrives.

    A hook may answer in the server's place.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self.transport = transport
        self.cut = False
        self.hooks: list[Hook] = []
        self.late: list[Callable[[httpx.Request], Awaitable[None]]] = []
        """Called when the server has answered and the answer has not arrived yet."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request on its way."""
        if self.cut:
            raise httpx.ConnectError("no way")
        for hook in tuple(self.hooks):
            if (answer := await hook(request)) is not None:
                return answer
        response = await self.transport.handle_async_request(request)
        for listener in self.late:
            await listener(request)
        return response

    def cut_after_a_write(self) -> None:
        """The next write arrives; then the way is cut, so that neither its answer nor a read gets through."""

        async def hook(request: httpx.Request) -> httpx.Response | None:
            if request.method == "GET":
                return None
            self.hooks.remove(hook)
            self.cut = True
            return await self.transport.handle_async_request(request)

        self.hooks.append(hook)


class Line:
    """A `Connection` over the wire."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.closed = False

    async def open(self, on_call: Callable[[Call], None]) -> Client:
        house = self.house
        return Client(
            host=HOST,
            key=Secret(house.key),
            project=house.project,
            read_only=house.read_only,
            transport=house.wire,
            budget=Budget(clock=house.time, sleep=house.time.sleep),
            on_call=on_call,
            clock=house.time,
            sleep=house.time.sleep,
            random=lambda: 0.0,
        )

    async def close(self) -> None:
        self.closed = True


@dataclass
class House:
    """One project on one server, and a Hedgerow without screens."""

    sandbox: Sandbox
    world: World
    wire: Wire
    time: Time
    path: Path
    key: str
    project: str = "1"
    read_only: bool = False
    gate_read_only: bool | None = None
    """What the session says; the client's own `read_only` when left out."""
    cache: bool = True
    store: Store = field(init=False)
    worker: Worker = field(init=False)
    line: Line = field(init=False)
    running: list[Worker] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.furnish()

    def furnish(self) -> None:
        """A new store, file and worker, as a new start of the program has them."""
        gate = self.read_only if self.gate_read_only is None else self.gate_read_only
        session = Session(profile="test", host=HOST, read_only=gate)
        self.store = Store(session, asyncio.get_running_loop().call_soon)
        self.line = Line(self)
        place = Place(self.line, Disk(self.path, cache=self.cache), self.project, GRACE)
        self.worker = Worker(self.store, place, clock=self.time)

    def start(self) -> None:
        """Start the worker."""
        self.worker.start()
        self.running.append(self.worker)

    async def begin(self) -> None:
        """Start, and wait until project and index are read."""
        self.start()
        await self.until(lambda state: state.session.connected and state.insights.complete)

    async def close(self) -> bool:
        """Close the worker."""
        self.running.remove(self.worker)
        return await self.worker.close()

    async def again(self) -> None:
        """End the program and start it anew."""
        await self.close()
        self.furnish()
        await self.begin()

    @property
    def state(self) -> State:
        """What the store knows."""
        return self.store.state

    @property
    def disk(self) -> Disk:
        """The file."""
        return self.worker.place.disk

    async def until(self, predicate: Callable[[State], object]) -> State:
        """Wait for the store to publish a state of this kind."""
        happened = asyncio.Event()
        end = self.store.subscribe(lambda _: happened.set())

        async def wait() -> None:
            while not predicate(self.store.state):
                happened.clear()
                await happened.wait()

        try:
            await asyncio.wait_for(wait(), PATIENCE)
        finally:
            end()
        return self.store.state

    async def do(self, command: Any) -> None:
        """Let a write through the gate and wait until it is over."""
        refusal = self.store.dispatch(command)
        assert refusal is None, refusal
        await self.until(lambda state: command.insight_id not in state.work.writing)

    async def read(self, command: Any) -> None:
        """Let a read through the gate and wait until it is over."""
        refusal = self.store.dispatch(command)
        assert refusal is None, refusal
        if (task := self.worker._reads.get(command.lane)) is not None:
            await asyncio.wait_for(asyncio.shield(task), PATIENCE)

    async def rest(self) -> None:
        """Wait until all reads under way are over."""
        while reads := list(self.worker._reads.values()):
            await asyncio.wait_for(asyncio.gather(*reads, return_exceptions=True), PATIENCE)

    # What is true, seen from inside the server

    def insight(self, name: str) -> int:
        """The id of the insight of that name."""
        row = self.sandbox.connection.execute(
            "SELECT id FROM insights WHERE name = ? AND project_id = 1", (name,)
        ).fetchone()
        return int(row["id"])

    def short_id(self, insight_id: int) -> str:
        """Its short id."""
        row = self.sandbox.connection.execute("SELECT short_id FROM insights WHERE id = ?", (insight_id,)).fetchone()
        return str(row["short_id"])

    def truth(self, insight_id: int) -> sqlite3.Row | None:
        """The configuration that counts, or None when none was ever saved."""
        row: sqlite3.Row | None = self.sandbox.connection.execute(
            "SELECT * FROM sharing_configurations WHERE insight_id = ? AND expires_at IS NULL"
            " ORDER BY created_at DESC, id DESC",
            (insight_id,),
        ).fetchone()
        return row

    def enabled(self, insight_id: int) -> bool:
        """Whether its link is on."""
        row = self.truth(insight_id)
        return bool(row and row["enabled"])

    def token(self, insight_id: int) -> str:
        """The token of its link."""
        row = self.truth(insight_id)
        assert row is not None
        return str(row["access_token"])

    def sent(self, *methods: str) -> list[Record]:
        """Requests that arrived at the server, of these methods; of all when none is named."""
        return [record for record in self.sandbox.requests if not methods or record.method in methods]

    @property
    def writes(self) -> list[Record]:
        """Requests that arrived and were no reads."""
        return [record for record in self.sandbox.requests if record.method != "GET"]

    # What is known

    def link(self, insight_id: int) -> Link:
        """The link as the store knows it."""
        return self.state.insights.links[insight_id]

    @property
    def entry(self) -> JournalEntry:
        """The newest journal entry."""
        return self.state.journal.entries[0]

    @property
    def outcome(self) -> str:
        """How it ended."""
        return self.entry.outcome

    @property
    def said(self) -> list[str]:
        """The words of the newest entry's steps."""
        return [step.said for step in self.entry.steps]


OpenHouse = Callable[..., House]
"""Opens a house: `open_house(server="old", faults="POST /refresh/ drop-after")`."""


def serialized(insights: int) -> tuple[bytes, World]:
    """A database with the shop in it, to be copied for each test."""
    connection = connect()
    world = build(connection, insights=insights, now=NOW)
    data = connection.serialize()
    connection.close()
    return data, world


@pytest.fixture(scope="session")
def shops() -> dict[int, tuple[bytes, World]]:
    """Shops by their number of insights, built when first asked for."""
    return {60: serialized(60)}


@pytest.fixture
async def open_house(shops: dict[int, tuple[bytes, World]], tmp_path: Path) -> AsyncIterator[OpenHouse]:
    """Opens houses, and closes them after the test."""
    async with AsyncExitStack() as stack:

        def opened(
            *,
            server: str = "new",
            key: str = "full",
            faults: str | None = None,
            limits: bool = False,
            insights: int = 60,
            state: Path | None = None,
            **options: Any,
        ) -> House:
            data, world = shops.setdefault(insights, shops.get(insights) or serialized(insights))
            connection = connect()
            connection.deserialize(data)
            stack.callback(connection.close)
            time = Time()
            app = create_app(
                connection,
                world,
                server=server,
                faults=faults,
                grace=GRACE,
                rate_limits=limits,
                clock=lambda: datetime.fromtimestamp(time.now, UTC),
            )
            keys = {"full": world.key, "read": world.read_key, **world.short_keys}
            house = House(
                cast("Sandbox", app.state.sandbox),
                world,
                Wire(httpx.ASGITransport(app)),
                time,
                state or tmp_path / "state" / "project.sqlite",
                keys.get(key, key),
                **options,
            )

            async def end() -> None:
                for worker in house.running:
                    await worker.close()

            stack.push_async_callback(end)
            return house

        yield opened


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    """The newest server, started, with its index read."""
    opened = open_house()
    await opened.begin()
    return opened
