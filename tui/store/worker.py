"""The background worker: turns commands into calls and what comes back into events.

Reads of one lane supersede each other, the newest wins. Writes go one after another and are never cancelled: a write
whose answer nobody waits for would be a lost one. It imports no widget and no screen; the HTTP library and the models
are imported on a thread after the first frame.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from tui.api.errors import ApiError, Kind, Problem
from tui.store import commands as c
from tui.store import events as e
from tui.store.disk import Disk, DiskProblem
from tui.store.facts import Link, Outcome
from tui.store.store import Store

if TYPE_CHECKING:
    from tui.api.client import Call, Client
    from tui.operations.record import Clock

CONNECTION = frozenset({Kind.OFFLINE, Kind.TIMEOUT, Kind.TLS, Kind.UNAUTHORISED, Kind.ELSEWHERE})
"""Problems of the whole connection; the status line says them until a call gets through."""
RETRY_FIRST = 15.0
RETRY_MOST = 240.0
WRITE_PATIENCE = 40.0
"""Seconds that quitting waits for writes in flight: a little more than their time-out."""


class Connection(Protocol):
    """How to reach the server; opened after the first frame."""

    async def open(self, on_call: Callable[[Call], None]) -> Client:
        """The client. Raises `OSError` or `ValueError` with a sentence when there can be none."""

    async def close(self) -> None:
        """End what was opened."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to work: how to reach the server, which file keeps what is known, and how long old links live there."""

    connection: Connection
    disk: Disk
    project: str
    grace: float


class Worker:
    """Carries out what the store lets through."""

    def __init__(self, store: Store, place: Place, *, clock: Clock = time.time) -> None:
        self.store = store
        self.place = place
        self.clock = clock
        self.client: Client | None = None
        self._generation = store.generation
        self._ready = asyncio.Event()
        self._reads: dict[str, asyncio.Task[None]] = {}
        self._writes: asyncio.Queue[c.Write] = asyncio.Queue()
        self._lanes: set[asyncio.Task[None]] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._wait = RETRY_FIRST
        self._unkept_links: dict[int, Link] = {}

    # Life

    def start(self) -> None:
        """Begin: remember what is known, connect, read the index. Returns at once."""
        self.store.attach(self)
        self._spawn(self._begin())
        self._spawn(self._write_lane())

    async def _begin(self) -> None:
        with self._disk_problems():
            if (known := await self.place.disk.recall()) is not None:
                self._apply(known)
            self._apply(e.JournalRead(await self.place.disk.journal()))
        await asyncio.to_thread(import_module, "tui.operations.everything")
        try:
            self.client = await self.place.connection.open(self._called)
        except (OSError, ValueError) as error:
            self._apply(e.Noticed(str(error), tone="failed"))
            return
        self._ready.set()
        self.submit(c.Connect(), self._generation)
        self.submit(c.ReadInsights(), self._generation)

    async def close(self) -> bool:
        """Stop reads, wait for the write in flight, close client and file. False when a write's end was not seen."""
        for timer in self._timers.values():
            timer.cancel()
        for task in self._reads.values():
            task.cancel()
        seen = True
        if self.store.state.work.writing:
            try:
                await asyncio.wait_for(self._writes.join(), WRITE_PATIENCE)
            except TimeoutError:
                seen = False
        for task in self._lanes:
            task.cancel()
        await asyncio.gather(*self._reads.values(), *self._lanes, return_exceptions=True)
        with contextlib.suppress(DiskProblem):
            await self._keep_links()
        if self.client is not None:
            await self.client.aclose()
        await self.place.connection.close()
        await asyncio.to_thread(self.place.disk.close)
        return seen

    def _called(self, call: Call) -> None:
        """A call was answered, or was not: keep the calls left, and that somebody is there."""
        if self.client is not None and call.status is not None:
            left, limit = self.client.budget.left("insights")
            self._apply(e.Answered(left, limit))

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._lanes.add(task)
        task.add_done_callback(self._lanes.discard)

    def _apply(self, event: e.Event) -> None:
        if isinstance(event, e.LinkRead):
            self._unkept_links[event.insight_id] = event.link
        self.store.apply(event, self._generation)

    # Commands

    def submit(self, command: c.Command, generation: int) -> None:
        """Take a command that the store let through."""
        if generation != self._generation:
            return
        if isinstance(command, c.Write):
            self._writes.put_nowait(command)
            return
        work = self._note(command) if isinstance(command, c.NoteReason) else self._read(command)
        if (task := self._reads.pop(command.lane, None)) is not None:
            task.cancel()
        task = asyncio.create_task(work)
        self._reads[command.lane] = task
        task.add_done_callback(lambda done: self._forget(command.lane, done))

    def _forget(self, lane: str, task: asyncio.Task[None]) -> None:
        if self._reads.get(lane) is task:
            del self._reads[lane]

    async def _read(self, command: c.Command) -> None:
        await self._ready.wait()
        try:
            with self._disk_problems():
                async with contextlib.aclosing(self._events(command)) as events:
                    async for event in events:
                        self._apply(event)
                        self._follow(event)
                await self._keep(command)
        except ApiError as error:
            self._failed(command, error.problem)

    async def _note(self, command: c.NoteReason) -> None:
        entry = self.store.state.journal.find(command.entry_id)
        if entry is not None:
            entry = replace(entry, reason=command.reason)
            with self._disk_problems():
                await self.place.disk.keep_entry(entry)
                self._apply(e.Journalled(entry))

    async def _write_lane(self) -> None:
        while True:
            command = await self._writes.get()
            try:
                with self._disk_problems():
                    await self._ready.wait()
                    async for event in self._events(command):
                        self._apply(event)
                        self._follow(event)
                    if command.undoes is not None:
                        await self._undone(command.undoes)
            except ApiError as error:
                self._failed(command, error.problem)
            finally:
                self._apply(e.WriteEnded(command.insight_id))
                self._writes.task_done()

    def _events(self, command: c.Command) -> e.Events:
        from tui.operations import everything

        assert self.client is not None
        return everything.carry_out(command, self.client, self.place, self.store.state, self.clock)

    def _follow(self, event: e.Event) -> None:
        """What an event asks for next."""
        if isinstance(event, e.Connected):
            self._wait = RETRY_FIRST
            if any(entry.outcome is Outcome.UNKNOWN for entry in self.store.state.journal.entries):
                self.submit(c.Settle(), self._generation)
        if isinstance(event, e.RotationChanged) and not event.rotation.over:
            command = c.ProveLink(event.rotation.insight_id)
            left = event.rotation.lives_until - self.clock() + 1
            if left > 0:
                self._later(command.lane, left, command)

    def _later(self, name: str, seconds: float, command: c.Command) -> None:
        if (timer := self._timers.pop(name, None)) is not None:
            timer.cancel()
        loop = asyncio.get_running_loop()
        self._timers[name] = loop.call_later(seconds, self.submit, command, self._generation)

    # What went wrong, what is kept

    def _failed(self, command: c.Command, problem: Problem) -> None:
        match command:
            case c.ReadInsights():
                self._apply(e.IndexFailed(problem))
            case c.ReadInsight(insight_id):
                self._apply(e.InsightFailed(insight_id, problem))
            case c.ReadVariables():
                self._apply(e.VariablesFailed(problem))
        if problem.kind in CONNECTION:
            self._apply(e.Unreachable(problem))
            if problem.kind is not Kind.UNAUTHORISED and isinstance(command, c.Connect | c.ReadInsights):
                self._later(command.lane, self._wait, command)
                self._wait = min(self._wait * 2, RETRY_MOST)
        elif not isinstance(command, c.ReadInsights | c.ReadInsight | c.ReadVariables):
            self._apply(e.Noticed(problem.what, problem.help, "failed"))

    @contextlib.contextmanager
    def _disk_problems(self) -> Any:
        try:
            yield
        except DiskProblem as problem:
            self._apply(e.Noticed(str(problem), tone="failed"))

    async def _undone(self, entry_id: int) -> None:
        """Mark an entry as taken back when the write that undoes it was seen to be done."""
        entries = self.store.state.journal.entries
        undoing = next((entry for entry in entries if entry.undoes == entry_id), None)
        entry = self.store.state.journal.find(entry_id)
        if entry is None or undoing is None or undoing.outcome is not Outcome.DONE:
            return
        entry = replace(entry, outcome=Outcome.UNDONE, undone_by=undoing.id, settled_at=self.clock())
        await self.place.disk.keep_entry(entry)
        self._apply(e.Journalled(entry))

    async def _keep(self, command: c.Command) -> None:
        """Keep on disk what a read brought."""
        insights, disk = self.store.state.insights, self.place.disk
        match command:
            case c.ReadInsights() if insights.complete and insights.rows.value is not None:
                await disk.keep_index(
                    insights.rows.value, insights.people, insights.rows.read_at or self.clock()
                )
            case c.ReadVariables() if (rows := self.store.state.variables.rows).value is not None:
                await disk.keep_variables(rows.value, rows.read_at or self.clock())
            case c.Connect():
                session = self.store.state.session
                await disk.keep_project(session.project_id, session.project_name)
        await self._keep_links()

    async def _keep_links(self) -> None:
        links, self._unkept_links = self._unkept_links, {}
        await self.place.disk.keep_links(links)
