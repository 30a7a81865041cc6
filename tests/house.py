"""The whole program before a sandbox, in memory: one fixed moment, the real client, screens without a terminal."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from textual import events
from textual.pilot import Pilot

from tests.pace import drawn, lines, press, settled
from tui import config
from tui.api.budget import Budget
from tui.api.client import Call, Client
from tui.app import Hedgerow
from tui.flags import Flags
from tui.sandbox.database import connect
from tui.sandbox.server import create_app, links
from tui.sandbox.server.context import Record, Sandbox
from tui.sandbox.world import World, build
from tui.screens.insights import InsightList
from tui.store.facts import InsightRow
from tui.store.state import State
from tui.text import Secret
from tui.widgets.question import Question

__all__ = [
    "ENVIRON",
    "HOST",
    "LOW",
    "NOW",
    "SIZE",
    "SMALL",
    "House",
    "Moment",
    "Shop",
    "Wire",
    "drawn",
    "house",
    "image",
    "lines",
    "shop",
]

NOW = datetime(2026, 11, 18, 12, 3, tzinfo=UTC)
"""When everything here happens, for the program and for the server."""
HOST = "https://eu.posthog.com"
"""What the screens say the server is. Nothing leaves for it: requests end in the sandbox."""
SIZE = (120, 40)
SMALL = (80, 24)
LOW = (120, 24)
"""Wide enough for the pane beside the list, and quickly drawn."""


class Moment:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW.timestamp()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Sleep without waiting; the clock moves on."""
        self.now += seconds


class Wire(httpx.AsyncBaseTransport):
    """The way to the sandbox. It can be cut, and requests can be held up on it.

    Writes and requests for public links take time, by the clock; so their milliseconds are the same on every machine.
    """

    def __init__(self, app: Any, moment: Moment) -> None:
        self.inner = httpx.ASGITransport(app)
        self.moment = moment
        self.writes = 0
        self.cut = False
        self.open = asyncio.Event()
        self.open.set()
        self.under_way = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.under_way += 1
        try:
            await self.open.wait()
            if self.cut:
                raise httpx.ConnectError("[Errno -2] Name or service not known")
            if request.method != "GET":
                self.writes += 1
                self.moment.now += 0.143
            elif request.url.path.startswith("/shared/"):
                self.moment.now += 0.081
            return await self.inner.handle_async_request(request)
        finally:
            self.under_way -= 1

    def token(self) -> str:
        """The token of a link that the server makes: another one after each write, the same ones in every run."""
        digest = hashlib.sha256(f"link {self.writes}".encode()).digest()
        return base64.urlsafe_b64encode(digest)[:30].decode()


@dataclass
class SandboxConnection:
    """How the worker reaches the sandbox: the real client over `wire`."""

    wire: Wire
    key: str
    moment: Moment
    read_only: bool = False

    async def open(self, on_call: Callable[[Call], None]) -> Client:
        """The client."""
        return Client(
            host=HOST,
            key=Secret(self.key),
            project="1",
            read_only=self.read_only,
            transport=self.wire,
            budget=Budget(clock=self.moment, sleep=self.moment.sleep),
            on_call=on_call,
            clock=self.moment,
            sleep=self.moment.sleep,
            random=lambda: 0.0,
        )

    async def close(self) -> None:
        """Nothing to end."""


@cache
def image(insights: int = 60) -> tuple[bytes, World]:
    """A database with the shop in it, to be copied for each sandbox."""
    connection = connect()
    world = build(connection, now=NOW, insights=insights, variables=min(insights, 15))
    data = connection.serialize()
    connection.close()
    return data, world


@dataclass
class Shop:
    """A sandbox, and the program that is to look at it."""

    sandbox: Sandbox
    world: World
    wire: Wire
    moment: Moment
    app: Hedgerow

    @property
    def log(self) -> list[Record]:
        """What arrived at the server."""
        return self.sandbox.requests

    def sent(self, *methods: str) -> list[str]:
        """The requests with one of these methods that arrived, as `PATCH /api/...`."""
        return [f"{one.method} {one.path}" for one in self.log if one.method in methods]


def settings(
    folder: Path, *, read_only: bool = False, target: str | None = None, cache: bool = True, theme: str = "dark"
) -> config.Settings:
    """What the program starts with: the profile `prod` of a configuration file in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "config.toml"
    file.touch(mode=0o600)
    file.write_text(f'[profiles.prod]\nhost = "{HOST}"\nproject = 1\n[ui]\ntheme = "{theme}"\nglyphs = "unicode"\n')
    environ = {
        "HEDGEROW_CONFIG": str(file),
        "HEDGEROW_STATE_DIR": str(folder / "state"),
        "HEDGEROW_API_KEY": "phx_the_connection_brings_its_own",
    }
    return config.load(Flags(read_only=read_only, target=target, no_cache=not cache), environ)


ENVIRON: Mapping[str, str] = {"TERM": "xterm-256color", "LANG": "C.UTF-8"}
"""The environment the screens see: neither the user's terminal nor their locale."""


@contextmanager
def shop(
    folder: Path,
    *,
    key: str = "full",
    faults: str | None = None,
    insights: int = 60,
    read_only: bool = False,
    target: str | None = None,
    cache: bool = True,
    theme: str = "dark",
    prepare: Callable[[sqlite3.Connection], object] = lambda _: None,
) -> Iterator[Shop]:
    """A sandbox with the program before it, not started yet.

    `key` is one of the world's keys by name, `prepare` may change the database, `folder` keeps what the program
    keeps on disk.
    """
    data, world = image(insights)
    connection = connect()
    try:
        connection.deserialize(data)
        connection.row_factory = sqlite3.Row
        prepare(connection)
        moment = Moment()
        server = create_app(
            connection,
            world,
            faults=faults,
            rate_limits=False,
            clock=lambda: datetime.fromtimestamp(moment.now, UTC),
        )
        keys = {"full": world.key, "read": world.read_key, **world.short_keys}
        wire = Wire(server, moment)
        with_settings = settings(folder, read_only=read_only, target=target, cache=cache, theme=theme)
        way = SandboxConnection(wire, keys[key], moment, read_only)
        app = Hedgerow(with_settings, ENVIRON, clock=moment, connection=way)
        with patch.object(links, "new_token", wire.token):
            yield Shop(server.state.sandbox, world, wire, moment, app)
    finally:
        connection.close()


@dataclass
class House:
    """The running program, and what tests do with it."""

    shop: Shop
    pilot: Pilot[Any]
    size: tuple[int, int] = field(default=SIZE)

    @property
    def app(self) -> Hedgerow:
        """The program."""
        return self.shop.app

    @property
    def state(self) -> State:
        """What it knows."""
        return self.app.store.state

    async def press(self, *keys: str) -> None:
        """Press keys one after another; each is dealt with before the next."""
        await press(self.pilot, *keys)

    async def type(self, words: str) -> None:
        """Type words where the cursor is."""
        await self.press(*words)

    async def paste(self, words: str) -> None:
        """Paste words where the cursor is."""
        driver = self.app._driver
        assert driver is not None
        event = events.Paste(words)
        event.set_sender(self.app)
        driver.send_message(event)
        await drawn(self.pilot)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds, looking again whenever the store has published."""
        await settled(self.pilot, holds)

    async def until_shown(self, words: str) -> None:
        """Wait until these words are on the screen."""
        await self.until(lambda: words in self.text)

    async def ready(self) -> None:
        """Wait until the list, its links in sight and the pane beside it were read."""
        await self.until(lambda: at_rest(self.shop))

    @property
    def listing(self) -> InsightList:
        """The list of insights that is shown."""
        screen = self.app.screen
        assert isinstance(screen, InsightList)
        return screen

    async def go_to(self, name: str) -> int:
        """Put the cursor on an insight and wait until its link is known; the insight's id."""
        await self.ready()
        row = self.insight(name)
        # In one step: how many rows are rested on, and read, must not depend on how fast this machine is.
        assert self.listing.rows.go_to(str(row.id))
        await drawn(self.pilot)
        await self.until(lambda: row.id in self.state.insights.links)
        await self.ready()
        return row.id

    @property
    def asking(self) -> bool:
        """Whether a question is on the screen."""
        return self.app.screen.query_one(Question).asking is not None

    @property
    def lines(self) -> Sequence[str]:
        """The lines of the screen."""
        return lines(self.app)

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    def line_with(self, words: str) -> str:
        """The first line of the screen that has these words."""
        return next((one for one in self.lines if words in one), "")

    def row(self, name: str) -> str:
        """The row of the list that has this name."""
        rows = (one.partition("│")[0] for one in self.lines[4:])
        return next((one for one in rows if name in one), "")

    def insight(self, name: str) -> InsightRow:
        """The insight of that name, as the index has it."""
        return next(row for row in self.state.insights.rows.value or () if row.name == name)


@asynccontextmanager
async def house(folder: Path, *, size: tuple[int, int] = LOW, **options: Any) -> AsyncIterator[House]:
    """The program running before a sandbox; `options` are those of `shop`."""
    with shop(folder, **options) as one:
        async with one.app.run_test(size=size) as pilot:
            yield House(one, pilot, size)


def at_rest(one: Shop) -> bool:
    """Whether everything the first screen asks for by itself was read, or could not be."""
    app, state = one.app, one.app.store.state
    insights = state.insights
    if state.session.problem is not None or insights.rows.status == "failed":
        return not one.wire.under_way
    if not (state.session.connected and insights.rows.status == "ready") or one.wire.under_way:
        return False
    if not isinstance(app.screen, InsightList):
        return True
    rows = app.screen.rows
    if rows.current is None:
        return not insights.rows.value
    first, last = rows.window
    shown = {row.id for row in rows.items[first : last + 1]}
    known = first >= 0 and shown <= {*insights.links, *insights.link_problems}
    beside = app.screen.query_one("#pane").display if app.screen.query("#pane") else False
    detail = state.details.by_id.get(rows.current.id)
    return known and (not beside or app.size.width < 110 or (detail is not None and detail.status != "loading"))
