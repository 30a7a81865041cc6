"""The store: holds the state, applies events, and is the one gate for commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tui.store.commands import Command, Connect, Settle, Write
from tui.store.edits import Bulk
from tui.store.events import BulkQueued, Event, WriteQueued
from tui.store.reducer import reduce
from tui.store.state import SLICES, Session, State

READ_ONLY = "Not sent: this profile is read-only. Start without --read-only to change things."


class Jobs(Protocol):
    """Who carries commands out: the worker."""

    def submit(self, command: Command, generation: int) -> None:
        """Take a command that the gate let through."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command was not let through."""

    short: str
    """For the key line, beside the key: `read-only`."""
    said: str
    """The whole sentence."""


Listener = Callable[[frozenset[str]], None]


class Store:
    """State, reducer, gate.

    `schedule` runs a callable once in the next turn of the event loop: however many events a turn brings, changed
    slices are published once. Listeners get the names of the slices that changed and compare by identity.
    """

    def __init__(self, session: Session, schedule: Callable[[Callable[[], None]], object]) -> None:
        self.state = State(session=session)
        self.generation = 0
        self._schedule = schedule
        self._listeners: list[Listener] = []
        self._published = self.state
        self._scheduled = False
        self._jobs: Jobs | None = None

    def attach(self, jobs: Jobs) -> None:
        """Say who carries commands out."""
        self._jobs = jobs

    def restart(self, session: Session) -> None:
        """Begin anew for another profile: nothing of the old one stays, and its late events are dropped."""
        self.generation += 1
        self.state = State(session=session)
        self._jobs = None
        self._changed()

    def refuses(self, command: Command) -> Refusal | None:
        """Why the command would not be let through now; None when it would."""
        session, work = self.state.session, self.state.work
        if isinstance(command, Bulk):
            if work.bulk:
                return Refusal("under way", f"Not sent: {work.bulk} is still under way.")
            return next(filter(None, map(self.refuses, command.commands)), None)
        if command.writes and session.read_only:
            return Refusal("read-only", READ_ONLY)
        if command.scope and not session.may(command.scope):
            advice = "Make a key with that scope in PostHog, Settings, Personal API keys."
            said = f"Your key lacks {command.scope}. {advice}"
            return Refusal(f"key lacks {command.scope}", said)
        if isinstance(command, Write) and (words := work.writing.get(command.insight_id)):
            return Refusal("under way", f"Not sent: {words} is still under way for this insight.")
        if isinstance(command, Write) and command.undoes is not None:
            entry = self.state.journal.find(command.undoes)
            if entry is None or entry.undone_by is not None:
                return Refusal("nothing to undo", "Not sent: that change was taken back already.")
        if self._jobs is None and not isinstance(command, Connect | Settle):
            return Refusal("not connected", "Not sent: there is no connection to a project yet.")
        return None

    def dispatch(self, command: Command) -> Refusal | None:
        """Let a command through to the worker, or say why not. The only way to send one."""
        if refusal := self.refuses(command):
            return refusal
        if isinstance(command, Write):
            self.apply(WriteQueued(command.insight_id, command.words), self.generation)
        if isinstance(command, Bulk):
            writing = {write.insight_id: write.words for write in command.commands}
            self.apply(BulkQueued(command.words, writing), self.generation)
        if self._jobs is not None:
            self._jobs.submit(command, self.generation)
        return None

    def apply(self, event: Event, generation: int) -> None:
        """Take in what happened; what belongs to an earlier generation is dropped."""
        if generation != self.generation:
            return
        before = self.state
        self.state = reduce(event, before)
        if self.state is not before:
            self._changed()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Be told which slices changed, once a turn. Returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _changed(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._schedule(self._publish)

    def _publish(self) -> None:
        self._scheduled = False
        before, now = self._published, self.state
        self._published = now
        changed = frozenset(name for name in SLICES if getattr(before, name) is not getattr(now, name))
        if changed:
            for listener in tuple(self._listeners):
                listener(changed)
