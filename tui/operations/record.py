"""Writing the journal while an operation goes on: intent before the request, each step, the outcome."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from tui.store.disk import DiskProblem
from tui.store.events import Journalled
from tui.store.facts import JournalEntry, Mark, Outcome, Step

T = TypeVar("T")
Clock = Callable[[], float]


class Keeper(Protocol):
    """Where entries are kept."""

    async def open_entry(self, entry: JournalEntry) -> JournalEntry:
        """Write an intent through to the disk; gives it its number."""

    async def keep_entry(self, entry: JournalEntry) -> JournalEntry:
        """Write what became of it; gives it the reason that somebody wrote meanwhile."""


@dataclass(frozen=True, slots=True)
class Target:
    """The insight a write is about."""

    id: int
    title: str
    project: str = ""


class Record:
    """One journal entry while it is being written. Each method returns the event that tells the store.

    Only `begin` raises `DiskProblem`. Once a request has left, what follows it matters more than the file: a proof, or
    closing a link that lost its password. The entry then says that it was not kept; the next start settles it.
    """

    def __init__(self, keeper: Keeper, entry: JournalEntry, clock: Clock = time.time) -> None:
        self.keeper = keeper
        self.entry = entry
        self.clock = clock
        self.problem: DiskProblem | None = None

    async def begin(self) -> Journalled:
        """Write the intent. Nothing may be sent before this has returned."""
        self.entry = await self.keeper.open_entry(self.entry)
        return Journalled(self.entry)

    async def step(self, mark: Mark, said: str, detail: str = "", until: float | None = None) -> Journalled:
        """Add what was sent or seen."""
        step = Step(self.clock(), mark, said, detail, until)
        self.entry = replace(self.entry, steps=(*self.entry.steps, step))
        return await self._keep()

    async def end(self, outcome: Outcome, said: str, *, after: str | None = None) -> Journalled:
        """Write how it ended."""
        after = self.entry.after if after is None else after
        self.entry = replace(self.entry, outcome=outcome, said=said, after=after, settled_at=self.clock())
        ended = await self._keep()
        if self.problem is None:
            return ended
        self.entry = replace(self.entry, said=f"{said} (not kept on disk: {self.problem})")
        return Journalled(self.entry)

    async def change(self, entry: JournalEntry) -> Journalled:
        """Write the entry with other fields."""
        self.entry = entry
        return await self._keep()

    async def _keep(self) -> Journalled:
        try:
            self.entry = await self.keeper.keep_entry(self.entry)
        except DiskProblem as problem:
            self.problem = problem
        return Journalled(self.entry)


async def timed(call: Awaitable[T], clock: Clock) -> tuple[T, int]:
    """Await a call; its answer and how long it took, in milliseconds, by the clock the client measures with too."""
    start = clock()
    answer = await call
    return answer, max(0, round((clock() - start) * 1000))
