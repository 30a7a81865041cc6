"""The background worker: turns commands into calls and what comes back into events.

Reads of one lane supersede each other, the newest wins. Writes go one after another and are not cancelled, not even by
closing, unless that is asked for twice: a write whose answer nobody waits for would be a lost one. It imports no
widget and no screen; the HTTP library and the models are imported on a thread after the first frame.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from tui.api.errors import ApiError, Kind, Problem, Sent, lost
from tui.store import commands as c
from tui.store import events as e
from tui.store.bulk import Batch
from tui.store.disk import Disk, DiskProblem
from tui.store.edits import Bulk, StopBulk
from tui.store.facts import JournalEntry, Link, Outcome
from tui.store.lane import WriteLane, mistake
from tui.store.store import Store

if TYPE_CHECKING:
    from tui.api.client import Call, Client
    from tui.operations.record import Clock

CONNECTION = frozenset({Kind.OFFLINE, Kind.TIMEOUT, Kind.TLS, Kind.UNAUTHORISED, Kind.ELSEWHERE})
"""Problems of the whole connection; the status line says them until a call gets through."""
SETTLING = (c.Settle, c.ProveLink)
"""Reads that write the journal."""
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
        self._writes = WriteLane(self)
        self._lanes: set[asyncio.Task[None]] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._wait = RETRY_FIRST
        self._unkept_links: dict[int, Link] = {}
        self._said_of_disk = ""
        self._opening = True
        self._closing = False

    # Life

    def start(self) -> None:
        """Begin: remember what is known, connect, read the index. Returns at once."""
        self.store.attach(self)
        self._spawn(self._begin())
        self._spawn(self._write())

    async def _begin(self) -> None:
        with self.disk_problems():
            if (known := await self.place.disk.recall()) is not None:
                self.apply(known)
        with self.disk_problems():
            self.apply(e.JournalRead(await self.place.disk.journal()))
        await asyncio.to_thread(import_module, "tui.operations.everything")
        await self._open()

    async def _open(self) -> None:
        """Make the client, and begin to read. Where that fails it is said, and asking again tries again."""
        self._opening = True
        try:
            self.client = await self.place.connection.open(self._called)
        except (OSError, ValueError) as error:
            problem = lost(Kind.OFFLINE, str(error), sent=Sent.NO, at=self.clock())
            self.apply(e.IndexFailed(problem))
            self.apply(e.Unreachable(problem))
            return
        finally:
            self._opening = False
        self._ready.set()
        self.submit(c.Connect(), self._generation)
        self.submit(c.ReadInsights(), self._generation)

    async def close(self) -> bool:
        """Stop reads, wait for the write in flight, close client and file. False when a write's end was not seen.

        Called again while it waits, it waits no longer. Writes that could not be begun because there never was a client
        are not waited for: nothing of them was sent.
        """
        waits, self._closing = not self._closing, True
        self._writes.stop_bulk()
        for timer in self._timers.values():
            timer.cancel()
        for task in self._reads.values():
            task.cancel()
        if waits and self._ready.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._writes.join(), WRITE_PATIENCE)
        for task in self._lanes:
            task.cancel()
        await asyncio.gather(*self._reads.values(), *self._lanes, return_exceptions=True)
        with contextlib.suppress(DiskProblem):
            await self._keep_links()
        if self.client is not None:
            await self.client.aclose()
        await self.place.connection.close()
        await asyncio.to_thread(self.place.disk.close)
        return not self._writes.abandoned

    def _called(self, call: Call) -> None:
        """A call was answered, or was not: keep the calls left, and that somebody is there."""
        if self.client is not None and call.status is not None:
            left, limit = self.client.budget.left("insights")
            self.apply(e.Answered(left, limit))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._lanes.add(task)
        task.add_done_callback(self._lanes.discard)

    def apply(self, event: e.Event) -> None:
        """Let the store take an event in; link states are put aside for the file."""
        if isinstance(event, e.LinkRead):
            self._unkept_links[event.insight_id] = event.link
        self.store.apply(event, self._generation)

    # Commands

    def submit(self, command: c.Command, generation: int) -> None:
        """Take a command that the store let through."""
        if generation != self._generation:
            return
        if isinstance(command, StopBulk):
            self._writes.stop_bulk()
            return
        if isinstance(command, c.Write | Bulk):
            if self._closing:
                self._writes.refuse(command)
            else:
                self._writes.take(command)
            return
        if self._closing:
            return
        if self.client is None and not self._opening:
            self._spawn(self._open())
        if isinstance(command, c.Connect | c.ReadInsights) and (timer := self._timers.pop(command.lane, None)):
            timer.cancel()
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
            with self.disk_problems():
                async with self._writes.settling if isinstance(command, SETTLING) else contextlib.nullcontext():
                    await self.carry_out(command)
                await self._keep(command)
        except ApiError as error:
            self.failed(command, error.problem)
        except Exception as error:
            self.apply(mistake(error))

    async def carry_out(self, command: c.Command, batch: Batch | None = None) -> None:
        """Take in the events of a command, but for what a write of the meantime has made old."""
        since, reads = self._writes.ended, not isinstance(command, c.Write)
        async with contextlib.aclosing(self._events(command)) as events:
            async for event in events:
                now = self._still_true(event, since) if reads else event
                if now is None:
                    continue
                self.tell(now, batch)
                self._follow(now)
                if isinstance(event, e.Journalled) and event.entry.outcome is Outcome.DONE:
                    await self._undone(event.entry)

    def _still_true(self, event: e.Event, since: int) -> e.Event | None:
        """What a read that began after `since` writes may still say; None when that is nothing."""
        if isinstance(event, e.InsightRead) and self._writes.written(event.detail.row.id, since):
            self.submit(c.ReadInsight(event.detail.row.id, with_link=False), self._generation)
            return None
        return self._writes.still_true(event, since)

    def tell(self, event: e.Event, batch: Batch | None) -> None:
        """Take in an event of a write; of a bulk's writes only those that failed are worth a line."""
        if batch is None or batch.hear(event):
            self.apply(event)

    async def _note(self, command: c.NoteReason) -> None:
        with self.disk_problems(again=True):
            entry = await self.place.disk.note_reason(command.entry_id, command.reason)
            if entry is not None:
                known = self.store.state.journal.find(entry.id) or entry
                self.apply(e.Journalled(replace(known, reason=entry.reason)))

    def _events(self, command: c.Command) -> e.Events:
        from tui.operations import everything

        assert self.client is not None
        return everything.carry_out(command, self.client, self.place, self.store.state, self.clock)

    def _follow(self, event: e.Event) -> None:
        """What an event asks for next."""
        if isinstance(event, e.InsightCreated):
            self._writes.note(event.insight_id)
        if isinstance(event, e.Connected):
            self._wait = RETRY_FIRST
            if self.client is not None and event.project_id.isdecimal():
                # `@current` follows what its owner selects in the web pages; one session stays in one project.
                self.client.project = event.project_id
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
        if self._closing:
            return
        loop = asyncio.get_running_loop()
        self._timers[name] = loop.call_later(seconds, self.submit, command, self._generation)

    async def _write(self) -> None:
        await self._ready.wait()
        await self._writes.run()

    # What went wrong, what is kept

    def failed(self, command: c.Command, problem: Problem, batch: Batch | None = None) -> None:
        """Say that a command met a problem nobody caught, and come back to a read of the connection later."""
        match command:
            case c.ReadInsights():
                self.apply(e.IndexFailed(problem))
            case c.ReadInsight(insight_id):
                self.apply(e.InsightFailed(insight_id, problem))
            case c.ReadVariables():
                self.apply(e.VariablesFailed(problem))
        if problem.kind in CONNECTION:
            self.apply(e.Unreachable(problem))
            if problem.kind is not Kind.UNAUTHORISED and isinstance(command, c.Connect | c.ReadInsights):
                self._later(command.lane, self._wait, command)
                if isinstance(command, c.Connect):
                    self._wait = min(self._wait * 2, RETRY_MOST)
        elif not isinstance(command, c.ReadInsights | c.ReadInsight | c.ReadVariables):
            self.tell(e.Noticed(problem.what, problem.help, "failed"), batch)

    @contextlib.contextmanager
    def disk_problems(self, *, again: bool = False, batch: Batch | None = None) -> Iterator[None]:
        """Say what is wrong with the file: `again` each time, else once, for reads go on without it."""
        try:
            yield
        except DiskProblem as problem:
            said = str(problem)
            if again or said != self._said_of_disk:
                self.tell(e.Noticed(said, tone="failed"), batch)
            self._said_of_disk = said

    async def _undone(self, undoing: JournalEntry) -> None:
        """Mark an entry as taken back when the write that undoes it was seen to be done."""
        entry = None if undoing.undoes is None else self.store.state.journal.find(undoing.undoes)
        if entry is None or entry.undone_by is not None:
            return
        entry = replace(entry, outcome=Outcome.UNDONE, undone_by=undoing.id, settled_at=self.clock())
        with self.disk_problems():
            entry = await self.place.disk.keep_entry(entry)
        self.apply(e.Journalled(entry))

    async def _keep(self, command: c.Command) -> None:
        """Keep on disk what a read brought."""
        insights, disk = self.store.state.insights, self.place.disk
        match command:
            case c.ReadInsights() if insights.complete and insights.rows.value is not None:
                await disk.keep_index(insights.rows.value, insights.people, insights.rows.read_at or self.clock())
            case c.ReadVariables() if (rows := self.store.state.variables.rows).value is not None:
                await disk.keep_variables(rows.value, rows.read_at or self.clock())
            case c.Connect():
                session = self.store.state.session
                await disk.keep_project(session.project_id, session.project_name)
        await self._keep_links()

    async def _keep_links(self) -> None:
        links, self._unkept_links = self._unkept_links, {}
        try:
            await self.place.disk.keep_links(links)
        except BaseException:
            # A reading that was superseded while it kept its links leaves them to the next one.
            self._unkept_links = {**links, **self._unkept_links}
            raise
