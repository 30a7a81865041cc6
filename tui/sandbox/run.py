"""Starting the sandbox as a program: `hedgerow sandbox`."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from tui.sandbox.database import connect

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from tui.sandbox.server.context import World
    from tui.sandbox.server.faults import Faults

HOST = "127.0.0.1"
USAGE = 2
"""Exit code for options that cannot be used."""
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
OWNER_ONLY = 0o600


class Unusable(Exception):
    """An option that cannot be used; the text says why, in one line."""


@dataclass(frozen=True)
class Reopened:
    """What is known of a world that an earlier run has built."""

    project_id: int
    key: str


def serve(
    *,
    port: int,
    insights: int,
    variables: int,
    seed: int,
    server: str,
    faults: str | None,
    grace: int,
    rate_limits: bool,
    state: Path | None,
    until_stdin_closes: bool = False,
    now: datetime | None = None,
) -> int:
    """Run the sandbox until SIGINT, SIGTERM or SIGHUP, or the end of stdin, and return the exit code.

    Prints one JSON line with `url`, `project` and `key` once requests are accepted. Port 0 takes a free
    one. `state` is a file to keep the world in; one that exists is opened as it is. `now` is the time
    the sandbox's clock starts at. Options that cannot be used give one line on stderr and 2.
    """
    before = {number: signal.signal(number, _leave) for number in STOPPING}
    try:
        from tui.sandbox.server import create_app

        rules = _rules(faults)
        _check_age(server)
        opened = _world(state, insights, variables, seed, now)
        with _listener(port) as listener, opened as (connection, world):
            app = create_app(
                connection,
                world,
                server=server,
                clock=_clock(now),
                faults=rules,
                grace=grace,
                rate_limits=rate_limits,
            )
            url = f"http://{HOST}:{listener.getsockname()[1]}"
            ready = json.dumps({"url": url, "project": world.project_id, "key": world.key})
            _run(app, listener, ready, until_stdin_closes)
    except Unusable as error:
        print(f"hedgerow sandbox: {error}", file=sys.stderr)
        return USAGE
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _rules(specification: str | None) -> Faults:
    from tui.sandbox.server.faults import BadFault, Faults

    rules = Faults()
    try:
        rules.add(specification or "")
    except BadFault as error:
        raise Unusable(str(error)) from None
    return rules


def _check_age(server: str) -> None:
    from tui.sandbox.server.ages import AGES

    if server not in AGES:
        raise Unusable(f"no server {server!r}; there are {', '.join(AGES)}")


def _clock(now: datetime | None) -> Callable[[], datetime]:
    """The time, moved so that it is `now` at this moment."""
    ahead = now - datetime.now(UTC) if now else None
    return lambda: datetime.now(UTC) + ahead if ahead else datetime.now(UTC)


def _listener(port: int) -> socket.socket:
    # With the protocol named, asyncio switches Nagle's algorithm off on what is accepted: answers on a kept
    # connection would wait 40 ms for the other side's acknowledgement otherwise.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else "no such port"
        raise Unusable(f"port {port}: {reason}") from None
    return listener


@contextmanager
def _world(
    state: Path | None, insights: int, variables: int, seed: int, now: datetime | None
) -> Iterator[tuple[sqlite3.Connection, World]]:
    """The database with a world in it: a new one, or the one the state file holds."""
    connection = None
    try:
        connection = _open(state)
        world: World | None = _reopened(connection)
        if world is None:
            from tui.sandbox.world import build

            world = build(connection, insights=insights, variables=variables, seed=seed, now=now or datetime.now(UTC))
    except (OSError, sqlite3.Error) as error:
        if connection is not None:
            connection.close()
        raise Unusable(f"{state or 'memory'}: {error}") from None
    try:
        yield connection, world
    finally:
        connection.close()


def _open(state: Path | None) -> sqlite3.Connection:
    if state is None:
        return connect()
    try:
        os.close(os.open(state, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
    except FileExistsError:
        _check_ours(state)
        state.chmod(OWNER_ONLY)
    return connect(state)


def _check_ours(state: Path) -> None:
    """Refuse a database with tables of something else, before anything is written to it."""
    probe = sqlite3.connect(f"{state.absolute().as_uri()}?mode=ro", uri=True)
    try:
        tables = {name for (name,) in probe.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    finally:
        probe.close()
    if tables and not {"organizations", "insights", "sharing_configurations"} <= tables:
        raise Unusable(f"{state}: not a database of the sandbox")


def _reopened(connection: sqlite3.Connection) -> Reopened | None:
    project = connection.execute("SELECT MIN(id) AS id FROM projects").fetchone()
    key = connection.execute(
        "SELECT value FROM api_keys WHERE scopes IN ('[]', '[\"*\"]') AND scoped_teams = '[]' ORDER BY rowid"
    ).fetchone()
    return Reopened(project["id"], key["value"]) if key and project["id"] is not None else None


def _run(app: ASGIApp, listener: socket.socket, ready: str, until_stdin_closes: bool) -> None:
    """Serve until told to stop; print the line once connections are taken."""
    import uvicorn
    from uvicorn.protocols.http.h11_impl import H11Protocol

    from tui.sandbox.server.context import log

    log.addHandler(logging.StreamHandler())

    class Protocol(H11Protocol):
        """HTTP that closes the connection without a word when the application resets it."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            """Serve this connection with an application that can close it."""
            super().connection_made(transport)
            inner = self.app

            async def resetting(scope: Scope, receive: Receive, send: Send) -> None:
                try:
                    await inner(scope, receive, send)
                except ConnectionResetError:
                    transport.abort()
                    await asyncio.sleep(0)

            self.app = resetting

    class Server(uvicorn.Server):
        """A server that says when it is ready, and ends quietly on a signal."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Take connections, then print the line."""
            await super().startup(sockets)
            with suppress(BrokenPipeError):
                print(ready, flush=True)
            if until_stdin_closes:
                loop = asyncio.get_running_loop()
                threading.Thread(
                    target=_wait_for_stdin, args=(lambda: loop.call_soon_threadsafe(self.stop),), daemon=True
                ).start()

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Stop on a signal without raising it again at the end."""
            loop = asyncio.get_running_loop()
            for number in STOPPING:
                loop.add_signal_handler(number, self.stop)
            yield

        def stop(self) -> None:
            """End after the requests that are under way."""
            self.should_exit = True

    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    asyncio.run(Server(config).serve(sockets=[listener]))


def _wait_for_stdin(then: Callable[[], object]) -> None:
    """Read what comes on stdin until it ends."""
    with suppress(OSError):
        while os.read(0, 65536):
            pass
    with suppress(RuntimeError):
        then()
