"""The state: frozen slices, replaced when something happened and compared by identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from tui.api.errors import Problem as Problem
from tui.store.facts import InsightDetail, InsightRow, JournalEntry, Link, Outcome, Rotation, Variable

T = TypeVar("T")

Status = Literal["never", "loading", "ready", "stale", "failed"]
Tone = Literal["plain", "careful", "failed", "done"]


@dataclass(frozen=True, slots=True)
class Loadable(Generic[T]):
    """A remote thing: never asked for, loading, ready, stale (an older value, being or not being read again), failed.

    `value` survives reading again and failing, so that a screen never goes blank because the network did.
    """

    status: Status = "never"
    value: T | None = None
    read_at: float | None = None
    problem: Problem | None = None

    def loading(self) -> Loadable[T]:
        """It was asked for; what is known stays on show."""
        return replace(self, status="loading" if self.value is None else "stale")

    def ready(self, value: T, at: float) -> Loadable[T]:
        """It was read at `at`, seconds since the epoch."""
        return Loadable("ready", value, at)

    def failed(self, problem: Problem) -> Loadable[T]:
        """It could not be read; the last value and its age stay."""
        return replace(self, status="failed", problem=problem)


@dataclass(frozen=True, slots=True)
class Session:
    """Whom we talk to, what we may do there, and whether it answers."""

    profile: str = ""
    host: str = ""
    project_id: str = ""
    project_name: str = ""
    read_only: bool = False
    demo: bool = False
    connected: bool = False
    who: str = ""
    key_tail: str = ""
    scopes: frozenset[str] | None = None
    """None until PostHog said them, or where it does not say."""
    problem: Problem | None = None
    """Why the last call could not reach or enter the server; None once one answered."""
    problem_since: float | None = None
    calls_left: int | None = None
    calls_limit: int | None = None

    def may(self, scope: str) -> bool:
        """Whether the key has `scope`, as far as is known: `*` covers all, `:write` implies `:read`."""
        if self.scopes is None or "*" in self.scopes or scope in self.scopes:
            return True
        return scope.endswith(":read") and scope.removesuffix("read") + "write" in self.scopes


@dataclass(frozen=True, slots=True)
class Insights:
    """The index of insights and the link states that were read."""

    rows: Loadable[tuple[InsightRow, ...]] = field(default_factory=Loadable)
    total: int | None = None
    """How many the server says there are; more than `rows` holds while the index is being read."""
    complete: bool = False
    skipped: int = 0
    """Rows that could not be read because their page kept failing."""
    links: Mapping[int, Link] = field(default_factory=lambda: MappingProxyType({}))
    link_problems: Mapping[int, Problem] = field(default_factory=lambda: MappingProxyType({}))
    people: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    """Names by user id, as far as the index names them."""


@dataclass(frozen=True, slots=True)
class Details:
    """Insights that were opened, by id."""

    by_id: Mapping[int, Loadable[InsightDetail]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Variables:
    """The project's insight variables."""

    rows: Loadable[tuple[Variable, ...]] = field(default_factory=Loadable)


@dataclass(frozen=True, slots=True)
class Journal:
    """Every write, newest first."""

    entries: tuple[JournalEntry, ...] = ()
    read: bool = False

    @property
    def unknown(self) -> tuple[JournalEntry, ...]:
        """The writes whose outcome nobody knows."""
        return tuple(entry for entry in self.entries if entry.outcome is Outcome.UNKNOWN)

    def find(self, entry_id: int) -> JournalEntry | None:
        """The entry with this id."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)


@dataclass(frozen=True, slots=True)
class Task:
    """Long work under way, for the status line."""

    name: str
    done: int
    total: int
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Goal:
    """An insight to land on: found for a pasted link or a short id, or just made."""

    insight_id: int | None = None
    serial: int = 0


class Failure(NamedTuple):
    """A write of a bulk that was not carried out, or whose outcome is unknown."""

    insight_id: int
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class BulkResult:
    """How the last bulk ended."""

    words: str
    done: int
    failed: tuple[Failure, ...] = ()
    left: int = 0
    """Writes that were not begun because it was stopped."""
    serial: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """What is under way: insights with a write in flight, rotations whose old link may live, long reads."""

    writing: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    """Insight id to the words of the write in flight."""
    rotations: Mapping[int, Rotation] = field(default_factory=lambda: MappingProxyType({}))
    task: Task | None = None
    refusals: Mapping[int, Problem] = field(default_factory=lambda: MappingProxyType({}))
    """Insight id to why its last write was not carried out, until its next one; 0 for one that was to be made."""
    conflicts: Mapping[int, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
    """Insight id to what somebody else has written where its last write would have, until its next one."""
    created: Goal = Goal()
    """The insight that was made last."""
    bulk: str = ""
    """The words of the bulk under way; empty when there is none."""
    result: BulkResult | None = None
    """How the last bulk ended."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The last thing worth a line at the bottom: what happened, what it means, which key helps."""

    said: str = ""
    detail: str = ""
    tone: Tone = "plain"
    serial: int = 0
    target: int | None = None
    """The insight it is about, so that a screen showing it can offer the key."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything that is known, by slice."""

    session: Session = field(default_factory=Session)
    insights: Insights = field(default_factory=Insights)
    details: Details = field(default_factory=Details)
    variables: Variables = field(default_factory=Variables)
    journal: Journal = field(default_factory=Journal)
    work: Work = field(default_factory=Work)
    notice: Notice = field(default_factory=Notice)
    goal: Goal = field(default_factory=Goal)


SLICES = ("session", "insights", "details", "variables", "journal", "work", "notice", "goal")
