"""What can have happened. Events are frozen facts; the store applies them and drops those of another generation."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tui.api.errors import Problem
from tui.store.facts import InsightDetail, InsightRow, JournalEntry, Link, Rotation, Variable
from tui.store.state import Failure, Task, Tone


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""


@dataclass(frozen=True, slots=True)
class Connected(Event):
    """The key and the project were read."""

    project_id: str
    project_name: str
    who: str
    scopes: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Answered(Event):
    """A call reached the server; with the calls left in this minute."""

    calls_left: int | None = None
    calls_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Unreachable(Event):
    """The server could not be reached, or does not let us in."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Remembered(Event):
    """The last known state, from disk."""

    rows: tuple[InsightRow, ...]
    read_at: float
    links: Mapping[int, Link]
    people: Mapping[int, str]
    variables: tuple[Variable, ...] | None
    variables_read_at: float | None
    project_id: str
    project_name: str


@dataclass(frozen=True, slots=True)
class IndexStarted(Event):
    """The index is being read."""


@dataclass(frozen=True, slots=True)
class IndexPage(Event):
    """A page of the index."""

    rows: tuple[InsightRow, ...]
    total: int
    people: Mapping[int, str]
    at: float


@dataclass(frozen=True, slots=True)
class IndexEnded(Event):
    """The index was read: whole, but for `skipped` rows whose page kept failing."""

    ids: frozenset[int]
    at: float
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class IndexFailed(Event):
    """The index could not be read."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class LinkRead(Event):
    """The sharing configuration of an insight was read, or came back from a write."""

    insight_id: int
    link: Link


@dataclass(frozen=True, slots=True)
class LinkFailed(Event):
    """The sharing configuration of an insight could not be read."""

    insight_id: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class InsightAsked(Event):
    """An insight is being read."""

    insight_id: int


@dataclass(frozen=True, slots=True)
class InsightRead(Event):
    """An insight was read."""

    detail: InsightDetail


@dataclass(frozen=True, slots=True)
class InsightFailed(Event):
    """An insight could not be read."""

    insight_id: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class VariablesAsked(Event):
    """The variables are being read."""


@dataclass(frozen=True, slots=True)
class VariablesRead(Event):
    """All variables were read."""

    rows: tuple[Variable, ...]
    at: float


@dataclass(frozen=True, slots=True)
class VariablesFailed(Event):
    """The variables could not be read."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class WriteQueued(Event):
    """A write waits for its turn."""

    insight_id: int
    words: str


@dataclass(frozen=True, slots=True)
class Journalled(Event):
    """A journal entry was made or has changed."""

    entry: JournalEntry


@dataclass(frozen=True, slots=True)
class JournalRead(Event):
    """The journal was read from disk, newest first."""

    entries: tuple[JournalEntry, ...]


@dataclass(frozen=True, slots=True)
class WriteEnded(Event):
    """A write is over, whatever came of it; nothing of it is in flight any more."""

    insight_id: int


@dataclass(frozen=True, slots=True)
class WriteRefused(Event):
    """A write was not carried out: the server refused it, or it could not be sent."""

    insight_id: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Conflicted(Event):
    """Nothing was sent: somebody else has changed what a write would have overwritten."""

    insight_id: int
    theirs: Mapping[str, Any]
    """What the server has now, for the fields that differ from what was seen (forms: `edits.FIELDS`)."""


@dataclass(frozen=True, slots=True)
class RowChanged(Event):
    """An insight as a write or its read-back left it; one that the list does not have joins it."""

    row: InsightRow


@dataclass(frozen=True, slots=True)
class InsightCreated(Event):
    """An insight was made."""

    insight_id: int


@dataclass(frozen=True, slots=True)
class InsightGone(Event):
    """An insight was deleted."""

    insight_id: int


@dataclass(frozen=True, slots=True)
class InsightBack(Event):
    """A deleted insight is back."""

    row: InsightRow


@dataclass(frozen=True, slots=True)
class BulkQueued(Event):
    """Several writes wait for their turns."""

    words: str
    writing: Mapping[int, str]
    """Insight id to the words of its write."""


@dataclass(frozen=True, slots=True)
class BulkEnded(Event):
    """A bulk is over: `done` writes succeeded or had nothing to do, `left` were not begun because it was stopped."""

    done: int
    failed: tuple[Failure, ...]
    left: int = 0


@dataclass(frozen=True, slots=True)
class RotationChanged(Event):
    """A rotated link: what is known of its old token now."""

    rotation: Rotation


@dataclass(frozen=True, slots=True)
class Progressed(Event):
    """Long work went on, or ended (None)."""

    task: Task | None


@dataclass(frozen=True, slots=True)
class Noticed(Event):
    """Something worth a line at the bottom."""

    said: str
    detail: str = ""
    tone: Tone = "plain"
    target: int | None = None


@dataclass(frozen=True, slots=True)
class Found(Event):
    """The insight behind a short id or a link."""

    insight_id: int


Events: TypeAlias = AsyncGenerator[Event, None]
"""What an operation is: facts in the order they happen."""
