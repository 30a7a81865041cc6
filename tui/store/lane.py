"""The lane of writes: one after another, each settled, carried out and ended, whatever becomes of the one before.

A bulk takes its turn write by write, so that what is asked for meanwhile does not wait for its end.
"""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui.api.errors import ApiError
from tui.store import commands as c
from tui.store import events as e
from tui.store.bulk import Batch
from tui.store.disk import DiskProblem
from tui.store.edits import Bulk
from tui.store.facts import Outcome

if TYPE_CHECKING:
    from tui.store.worker import Worker

SHARE = 0.5
"""The part of the rate limit that a bulk may fill; the rest is for what is asked for meanwhile."""
CLOSING = "Not sent: Hedgerow is closing."


class WriteLane:
    """Writes on their way, and what the reads beside them have to know."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.settling = asyncio.Lock()
        """Held by whoever reads what became of a write, so that two do not tell an entry different stories."""
        self.abandoned = False
        """Whether a write was given up before its end was seen."""
        self.ended = 0
        """How many writes are over."""
        self._jobs: asyncio.Queue[c.Write | Batch] = asyncio.Queue()
        self._batch: Batch | None = None
        self._waiting: asyncio.TimerHandle | None = None
        self._writing: int | None = None
        self._written: dict[int, int] = {}
        """Insight id to the count of writes when its last one ended."""

    # What is to be written

    def empty(self) -> bool:
        """Whether nothing waits."""
        return self._jobs.empty()

    async def join(self) -> None:
        """Wait until all is over."""
        await self._jobs.join()

    def take(self, command: c.Write | Bulk) -> None:
        """Put a write, or several, behind those that wait."""
        if isinstance(command, c.Write):
            self._jobs.put_nowait(command)
            return
        self._batch = Batch(command, self.worker.store.state)
        self.worker.apply(e.Progressed(self._batch.task))
        self._jobs.put_nowait(self._batch)

    def refuse(self, command: c.Write | Bulk) -> None:
        """Say that it is too late."""
        writes = command.commands if isinstance(command, Bulk) else (command,)
        for write in writes:
            self.worker.apply(e.WriteEnded(write.insight_id))
        if isinstance(command, Bulk):
            self.worker.apply(e.BulkEnded(0, (), len(writes)))
        target = command.insight_id if isinstance(command, c.Write) else None
        self.worker.apply(e.Noticed(CLOSING, tone="failed", target=target))

    def stop_bulk(self) -> None:
        """Begin no further write of the bulk under way; where it waits for the rate limit it ends now."""
        if self._batch is not None:
            self._batch.stop()
            if self._waiting is not None:
                self._waiting.cancel()
                self._resume(self._batch)

    # Writing

    async def run(self) -> None:
        """Carry out what comes, for as long as the program lives."""
        while True:
            job = await self._jobs.get()
            try:
                if isinstance(job, Batch):
                    await self._advance(job)
                else:
                    await self._write(job)
            finally:
                self._jobs.task_done()

    async def _advance(self, batch: Batch) -> None:
        """Carry out one write of a bulk, then go behind those that wait; where there is no room, wait outside."""
        assert self.worker.client is not None
        wait = self.worker.client.budget.delay("insights", share=SHARE) if batch.going else 0.0
        if wait > 0:
            self._waiting = asyncio.get_running_loop().call_later(wait, self._resume, batch)
            return
        if batch.going:
            await self._write(batch.begin(), batch)
            batch.end()
            self.worker.apply(e.Progressed(batch.task))
        if batch.going:
            self._jobs.put_nowait(batch)
            return
        self._batch = None
        for command, _ in batch.waiting:
            self.worker.apply(e.WriteEnded(command.insight_id))
        self.worker.apply(e.BulkEnded(batch.done, tuple(batch.failed), len(batch.waiting)))
        self.worker.apply(batch.summary())

    def _resume(self, batch: Batch) -> None:
        self._waiting = None
        self._jobs.put_nowait(batch)

    async def _write(self, command: c.Write, batch: Batch | None = None) -> None:
        worker = self.worker
        try:
            with worker.disk_problems(again=True, batch=batch):
                if await self._settled_first(command, batch):
                    self._writing = command.insight_id
                    await worker.carry_out(command, batch)
        except asyncio.CancelledError:
            self.abandoned = True
            raise
        except ApiError as error:
            worker.failed(command, error.problem, batch)
            await self._left_open(command)
        except Exception as error:
            worker.tell(mistake(error), batch)
            await self._left_open(command)
        finally:
            self._writing = None
            self.note(command.insight_id)
            self.ended += 1
            if batch is None or not batch.awaits(command.insight_id):
                worker.apply(e.WriteEnded(command.insight_id))

    async def _settled_first(self, command: c.Write, batch: Batch | None) -> bool:
        """Settle what is unknown about the write's insight: afterwards no read could tell the two apart."""
        worker = self.worker
        async with self.settling:
            entries = worker.store.state.journal.entries
            lost = [one for one in entries if one.target == command.insight_id and one.outcome is Outcome.UNKNOWN]
            try:
                if lost:
                    await worker.carry_out(c.Settle(tuple(entry.id for entry in lost)))
            except ApiError as error:
                problem = error.problem
                worker.tell(e.WriteRefused(command.insight_id, problem), batch)
                said = f"Not sent: {problem.what}"
                worker.tell(e.Noticed(said, problem.help, "failed", command.insight_id), batch)
                return False
        return True

    async def _left_open(self, command: c.Write) -> None:
        """What a write that broke off has left open is unknown: something may have been sent."""
        disk = self.worker.place.disk
        for entry in self.worker.store.state.journal.entries:
            if (entry.target, entry.outcome, entry.owner) == (command.insight_id, Outcome.OPEN, disk.owner):
                said = "unknown: Hedgerow broke off before the answer. r reads what is true now."
                entry = replace(entry, outcome=Outcome.UNKNOWN, said=said)
                with contextlib.suppress(DiskProblem):
                    await disk.keep_entry(entry)
                self.worker.apply(e.Journalled(entry))

    # What reads beside it may say

    def note(self, insight_id: int) -> None:
        """An insight was written, or made: a read that began before does not know it."""
        self._written[insight_id] = self.ended + 1

    def written(self, insight_id: int, since: int) -> bool:
        """Whether an insight was written after the first `since` writes."""
        return self._written.get(insight_id, 0) > since

    def still_true(self, event: e.Event, since: int) -> e.Event | None:
        """What a read that began after `since` writes may still say of lists and links; None when that is nothing."""
        match event:
            case e.LinkRead(insight_id) if self._outdated(insight_id, since):
                return None
            case e.IndexPage():
                return replace(event, rows=tuple(row for row in event.rows if not self._outdated(row.id, since)))
            case e.IndexEnded():
                # One that was made or brought back meanwhile is in none of the pages, and is there.
                return replace(event, ids=event.ids | {one for one in self._written if self.written(one, since)})
            case _:
                return event

    def _outdated(self, insight_id: int, since: int) -> bool:
        """Whether a read may have been answered before a write of its insight."""
        return insight_id == self._writing or self.written(insight_id, since)


def mistake(error: Exception) -> e.Noticed:
    """An exception that nobody expected, by its place in the code: its text could hold a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return e.Noticed(f"Hedgerow made a mistake: {type(error).__name__}{where}.", "r reads what is true now.", "failed")
