"""A bulk while it goes on: what waits, what is over, what failed."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from tui.api.errors import Kind
from tui.store.command import Write
from tui.store.edits import Bulk, CreateInsight
from tui.store.events import Event, Journalled, Noticed, WriteRefused
from tui.store.state import Failure, State, Task, Tone
from tui.text import clean

ENDS_ALL = frozenset({Kind.OFFLINE, Kind.TLS, Kind.UNAUTHORISED, Kind.ELSEWHERE, Kind.LIMITED})
"""Problems of the connection, not of one insight: where one kept a write from being sent, the rest is not begun."""


def title_of(state: State, command: Write) -> str:
    """The insight a write is about, by the name people know it by; a deleted one by the entry that is taken back."""
    return titles_of(state, [command])[0]


def titles_of(state: State, commands: Sequence[Write]) -> list[str]:
    """The same for several."""
    wanted = {command.insight_id for command in commands}
    titles = {row.id: row.title for row in state.insights.rows.value or () if row.id in wanted}

    def title(command: Write) -> str:
        if isinstance(command, CreateInsight):
            return clean(command.draft.title)
        entry = None if command.undoes is None else state.journal.find(command.undoes)
        return titles.get(command.insight_id) or (entry.on if entry else f"insight {command.insight_id}")

    return [title(command) for command in commands]


class Batch:
    """The writes of a bulk, taken one by one. Events of the write under way pass through `hear`."""

    def __init__(self, bulk: Bulk, state: State) -> None:
        self.words = bulk.words
        self.waiting = deque(zip(bulk.commands, titles_of(state, bulk.commands), strict=True))
        self.total = len(bulk.commands)
        self.over = 0
        self.failed: list[Failure] = []
        self.stopped = False
        self._current: tuple[Write, str] | None = None
        self._failure = ""
        self._journalled = False

    @property
    def going(self) -> bool:
        """Whether another write is to be begun."""
        return bool(self.waiting) and not self.stopped

    @property
    def done(self) -> int:
        """How many writes succeeded, or had nothing to do."""
        return self.over - len(self.failed)

    @property
    def task(self) -> Task:
        """How far it is."""
        return Task(self.words, self.over, self.total, len(self.failed))

    def stop(self) -> None:
        """Begin no further write."""
        self.stopped = True

    def begin(self) -> Write:
        """The next write."""
        self._current = self.waiting.popleft()
        self._failure, self._journalled = "", False
        return self._current[0]

    def hear(self, event: Event) -> bool:
        """Note how the write under way fares; whether a person should be told of this event now."""
        match event:
            case Journalled():
                self._journalled = True
            case WriteRefused(_, problem) if problem.kind in ENDS_ALL and not self._journalled:
                self.stop()
            case Noticed(tone="failed" | "careful"):
                self._failure = event.said
            case Noticed():
                return False
        return True

    def end(self) -> None:
        """The write under way is over."""
        assert self._current is not None
        command, title = self._current
        self.over += 1
        if self._failure:
            self.failed.append(Failure(command.insight_id, title, self._failure))

    def awaits(self, insight_id: int) -> bool:
        """Whether another write of this insight is to come."""
        return self.going and any(command.insight_id == insight_id for command, _ in self.waiting)

    def summary(self) -> Noticed:
        """How it ended, in a line."""
        left = len(self.waiting)
        parts = [f"{self.done} done"]
        parts += [f"{len(self.failed)} failed"] if self.failed else []
        parts += [f"{left} not sent"] if left else []
        first = f"{self.failed[0].title}: {self.failed[0].sentence}" if self.failed else ""
        tone: Tone = "failed" if self.failed else "careful" if left else "done"
        return Noticed(f"{self.words}: {', '.join(parts)}.", first, tone)
