"""Facts as the store keeps them: small, frozen, without secrets in their text form.

They are plain tuples and slotted dataclasses, so that a list of 100,000 insights stays small and the first frame
needs neither pydantic nor httpx. `operations.mapping` makes them from what the API answers. All times are seconds
since the epoch, all texts have passed `text.clean`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from tui.text import Secret

LinkState = Literal["never", "off", "open", "password", "locked"]
"""What the world can do with a link (design, section 4): `locked` is protected while no password exists."""


class InsightRow(NamedTuple):
    """One insight as lists show it: about a dozen fields, the result is read when it is opened."""

    id: int
    short_id: str
    name: str
    derived_name: str
    description: str
    tags: tuple[str, ...]
    favorited: bool
    kind: str
    """The display word: trends, funnel, retention, paths, stickiness, lifecycle, sql, table, or the server's own."""
    variables: tuple[str, ...]
    """Code names of the insight variables its query uses."""
    dashboards: tuple[int, ...]
    created_at: float | None
    created_by: str
    changed_at: float | None
    changed_by: str
    viewed_at: float | None

    @property
    def title(self) -> str:
        """Its name, else the name PostHog derived from the query, else its short id."""
        return self.name or self.derived_name or f"Untitled, {self.short_id}"


@dataclass(frozen=True, slots=True)
class SharePassword:
    """A share password as PostHog lists it; the password itself is shown only when it is made."""

    id: int
    note: str
    created_at: float | None
    created_by: str


@dataclass(frozen=True, slots=True)
class Link:
    """The sharing configuration of one insight, as last read."""

    state: LinkState
    read_at: float
    created_at: float | None = None
    """When the configuration was made: the last rotation."""
    token: Secret | None = None
    """The access token, in memory only; None when the state comes from disk or nothing was ever saved."""
    tail: str = ""
    """The last four characters of the token: enough to recognise a link, not to open it."""
    password_required: bool = False
    passwords: tuple[SharePassword, ...] = ()
    settings: tuple[tuple[str, Any], ...] = ()
    may_edit: bool = True

    @property
    def live(self) -> bool:
        """Whether the link is switched on."""
        return self.state in ("open", "password", "locked")


class Variable(NamedTuple):
    """An insight variable."""

    id: str
    name: str
    code_name: str
    type: str
    default: Any
    values: Any
    is_multi: bool
    values_query: str
    created_by: int | None
    created_at: float | None

    @property
    def drifted(self) -> bool:
        """Whether the name was changed after the code name was fixed (a rename leaves the code name as it was)."""
        return code_name(self.name) != self.code_name


def code_name(name: str) -> str:
    """The code name PostHog makes of a name: letters, digits, blanks and underscores stay; blanks become underscores.

    Source: PostHog's insight variable view; `Test @#$ Var!` becomes `test__var`.
    """
    kept = "".join(char for char in name.strip() if char.isalnum() or char in " _")
    return kept.replace(" ", "_").lower()


@dataclass(frozen=True, slots=True)
class InsightDetail:
    """An opened insight: its query and its result as the server has it cached or computed."""

    row: InsightRow
    query: dict[str, Any]
    result: Any
    columns: tuple[str, ...] = ()
    types: tuple[tuple[str, str], ...] = ()
    has_more: bool = False
    computed_at: float | None = None
    cached: bool = True
    failure: str = ""
    """What the server said when the query failed: it answers 200 and puts the error beside an empty result."""
    timezone: str = ""
    date_from: str = ""
    date_to: str = ""
    read_at: float = 0.0


class Outcome(StrEnum):
    """How a write ended, as far as anybody saw."""

    OPEN = "open"  # the intent is written, the answer is not there yet
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"  # the answer was lost; a read settles it
    UNDONE = "undone"


Mark = Literal["done", "failed", "pending", "unknown"]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what was sent or seen: a request, or a proof."""

    at: float
    mark: Mark
    said: str
    """A proof line of the design, section 4, or the step's own words: `old link dead`, `switched on`."""
    detail: str = ""
    until: float | None = None
    """For a proof that is still to come: when to ask again."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One write: what was meant before it was sent, and what came of it. Holds no token and no password."""

    id: int
    at: float
    verb: str
    """The command's verb, stable: `switch_sharing`, `rotate_link`."""
    what: str
    """The same for people: `switch sharing on`."""
    on: str
    target: int
    """The insight's id."""
    project: str = ""
    """The project's id: with `@current` one file can hold entries of several."""
    before: str = ""
    after: str = ""
    outcome: Outcome = Outcome.OPEN
    said: str = ""
    settled_at: float | None = None
    steps: tuple[Step, ...] = ()
    expected: dict[str, Any] = field(default_factory=dict)
    """What a later read compares to settle a lost answer: `enabled`, or how the link was before."""
    undoes: int | None = None
    undone_by: int | None = None
    inverse: dict[str, Any] | None = None
    """The command that takes it back, as `commands.to_record` writes it; None where there is none."""
    reason: str = ""
    """Why, in the words of whoever did it."""
    owner: str = ""
    """Process that sent it (`host:pid:started`): a start after a crash knows which open intents nobody waits for."""

    @property
    def label(self) -> str:
        """The number people quote: `J-0193`."""
        return f"J-{self.id:04d}"


@dataclass(frozen=True, slots=True)
class Rotation:
    """A rotated link whose old token may still live. In memory only, because it holds the old token."""

    insight_id: int
    entry_id: int
    old: Secret
    lives_until: float
    steps: tuple[Step, ...] = ()
    over: bool = False
    """Whether the old link was seen dead."""
