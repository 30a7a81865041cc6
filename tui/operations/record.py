"""Writing the journal while an operation goes on: intent before the request, each step, the outcome."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from tui.store.events import Journalled
from tui.store.facts import JournalEntry, Mark, Outcome, Step

T = TypeVar("T")
Clock = Callable[[], float]


class Keeper(Protocol):
    """Where entries are kept."""

    async def open_entry(self, entry: JournalEntry) -> JournalEntry:
        """Write an intent through to the disk; gives it its number."""

    async def keep_entry(self, entry: JournalEntry) -> None:
        """Write what became of it."""


@dataclass(frozen=True, slots=True)
class Target:
    """The insight a write is about."""

    id: int
    title: str


class Record:
    """One journal entry while it is being written. Each method returns the event that tells the store."""

    def __init__(self, keeper: Keeper, entry: JournalEntry, clock: Clock = time.time) -> None:
        self.keeper = keeper
        self.entry = entry
        self.clock = clock

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
        return await self._keep()

    async def change(self, entry: JournalEntry) -> Journalled:
        """Write the entry with other fields."""
        self.entry = entry
        return await self._keep()

    async def _keep(self) -> Journalled:
        await self.keeper.keep_entry(self.entry)
        return Journalled(self.entry)


async def timed(call: Awaitable[T]) -> tuple[T, int]:
    """Await a call; its answer and how long it took, in milliseconds."""
    start = time.perf_counter()
    answer = await call
    return answer, round((time.perf_counter() - start) * 1000)
