"""What can be asked for. A command says whether it writes, what it needs and whom it touches; the store decides."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from tui.store.command import Command as Command
from tui.store.command import Write as Write
from tui.store.edits import CreateInsight as CreateInsight
from tui.store.edits import DeleteInsight as DeleteInsight
from tui.store.edits import EditInsight as EditInsight
from tui.store.edits import RestoreInsight as RestoreInsight
from tui.text import Secret


@dataclass(frozen=True, slots=True)
class Connect(Command):
    """Learn who we are: the key's scopes, the project, its name."""


@dataclass(frozen=True, slots=True)
class ReadInsights(Command):
    """Read the whole index of insights, newest change first."""

    scope: ClassVar[str] = "insight:read"


@dataclass(frozen=True, slots=True)
class ReadInsight(Command):
    """Read one insight with its cached result; never forces a calculation."""

    scope: ClassVar[str] = "insight:read"
    insight_id: int
    with_link: bool = True
    """Whether to read its link too: when it is opened, not when it is only looked at beside a list."""

    @property
    def lane(self) -> str:
        """Looking at one insight beside a list does not stop another from being opened."""
        return "ReadInsight" if self.with_link else "ReadInsight, beside"


@dataclass(frozen=True, slots=True)
class ReadLinks(Command):
    """Read the link states of these insights, in this order. A new one supersedes what is still waiting."""

    scope: ClassVar[str] = "sharing_configuration:read"
    insight_ids: tuple[int, ...]
    asked: bool = False
    """Whether a person asked: then progress is shown, and it is not superseded by scrolling."""

    @property
    def lane(self) -> str:
        """Asked-for readings have their own lane."""
        return "ReadLinks, asked" if self.asked else "ReadLinks"


@dataclass(frozen=True, slots=True)
class ReadVariables(Command):
    """Read all insight variables."""

    scope: ClassVar[str] = "insight_variable:read"


@dataclass(frozen=True, slots=True)
class Find(Command):
    """Find the insight behind a short id, an insight's address or a public link."""

    target: Secret
    """A public link opens an insight for whoever has it, so it is kept like a secret."""


@dataclass(frozen=True, slots=True)
class ProveLink(Command):
    """Ask the old and the new link of a rotated insight again, without a key."""

    insight_id: int

    @property
    def lane(self) -> str:
        """One lane an insight: proving one does not stop proving another."""
        return f"ProveLink {self.insight_id}"


@dataclass(frozen=True, slots=True)
class Settle(Command):
    """Read what became of writes whose answer was lost. An empty tuple means all that are unknown.

    What the key must be allowed differs from write to write; one that cannot be read stays unknown and says why.
    """

    entry_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteReason(Command):
    """Write into the journal why something was done. Stays on this machine."""

    entry_id: int
    reason: str

    @property
    def lane(self) -> str:
        """Each note is kept."""
        return f"NoteReason {self.entry_id}"


@dataclass(frozen=True, slots=True)
class SwitchSharing(Write):
    """Turn the public link of an insight on or off."""

    verb: ClassVar[str] = "switch_sharing"
    on: bool = True

    @property
    def words(self) -> str:
        """`switch sharing on` or `switch sharing off`."""
        return f"switch sharing {'on' if self.on else 'off'}"


@dataclass(frozen=True, slots=True)
class RotateLink(Write):
    """Make a new public link; the old one lives on for PostHog's grace period."""

    verb: ClassVar[str] = "rotate_link"

    @property
    def words(self) -> str:
        """`rotate link`."""
        return "rotate link"


KINDS: tuple[type[Write], ...] = (
    SwitchSharing,
    RotateLink,
    EditInsight,
    DeleteInsight,
    RestoreInsight,
    CreateInsight,
)
WRITES: dict[str, type[Write]] = {kind.verb: kind for kind in KINDS}


def to_record(command: Write) -> dict[str, Any]:
    """A write as the journal keeps it, to be taken back later."""
    return {"verb": command.verb, **asdict(command)}


def from_record(record: dict[str, Any]) -> Write | None:
    """The write that `to_record` wrote; None where this version does not know it."""
    values = dict(record)
    kind = WRITES.get(str(values.pop("verb", "")))
    try:
        return kind.from_values(values) if kind else None
    except (TypeError, ValueError):
        return None
