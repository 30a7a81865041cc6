"""Commands that look after insights: change their fields, delete, restore, make, and many of these in a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from tui.store.command import Command, Write

FIELDS = ("name", "description", "tags", "favorited", "query", "dashboards")
"""What can be changed: texts, a tuple of texts, a boolean, a query as JSON text, a tuple of dashboard ids."""

Fields = tuple[tuple[str, Any], ...]
"""Fields by name, in the forms above."""

WORDS = {
    "name": "rename",
    "description": "change description",
    "tags": "change tags",
    "query": "change query",
    "dashboards": "change dashboards",
}


def fields_from(pairs: Any) -> Fields:
    """Fields as JSON gives them back: its lists become tuples. Raises `ValueError` for what is none."""
    fields = tuple((str(name), tuple(value) if isinstance(value, list) else value) for name, value in pairs)
    if any(name not in FIELDS for name, _ in fields):
        raise ValueError("a field that this version does not know")
    return fields


@dataclass(frozen=True, slots=True)
class EditInsight(Write):
    """Change fields of an insight, unless somebody else changed them since they were seen."""

    scope: ClassVar[str] = "insight:write"
    verb: ClassVar[str] = "edit_insight"
    changes: Fields = ()
    seen: Fields = ()
    """The same fields as they were on the screen: what is otherwise on the server is not overwritten."""
    force: bool = False
    """Whether to overwrite what somebody else has changed, after it was shown."""

    @property
    def words(self) -> str:
        """`rename`, `change tags`, `favourite`, `unfavourite`; `edit insight` for several fields."""
        if len(self.changes) != 1:
            return "edit insight"
        (name, value) = self.changes[0]
        if name == "favorited":
            return "favourite" if value else "unfavourite"
        return WORDS.get(name, "edit insight")

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Self:
        """The edit with these fields, as JSON gives them back."""
        pairs = {name: fields_from(values.get(name, ())) for name in ("changes", "seen")}
        return cls(**{**values, **pairs})


@dataclass(frozen=True, slots=True)
class DeleteInsight(Write):
    """Delete an insight softly: PostHog keeps it, hides its dashboard tiles and removes its alerts."""

    scope: ClassVar[str] = "insight:write"
    verb: ClassVar[str] = "delete_insight"

    @property
    def words(self) -> str:
        """`delete insight`."""
        return "delete insight"


@dataclass(frozen=True, slots=True)
class RestoreInsight(Write):
    """Bring a deleted insight back, without its alerts."""

    scope: ClassVar[str] = "insight:write"
    verb: ClassVar[str] = "restore_insight"

    @property
    def words(self) -> str:
        """`restore insight`."""
        return "restore insight"


@dataclass(frozen=True, slots=True)
class InsightDraft:
    """An insight that is to be made."""

    name: str = ""
    derived_name: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    favorited: bool = False
    query: str = ""
    """JSON text."""
    folder: str = ""
    dashboards: tuple[int, ...] = ()
    order: int | None = None

    @property
    def title(self) -> str:
        """What people will know it by."""
        return self.name or self.derived_name or "Untitled"


@dataclass(frozen=True, slots=True)
class CreateInsight(Write):
    """Make an insight from a draft. Until the server has given it an id, it is the insight 0."""

    scope: ClassVar[str] = "insight:write"
    verb: ClassVar[str] = "create_insight"
    insight_id: int = 0
    draft: InsightDraft = InsightDraft()
    copy_of: int | None = None
    """The insight whose query is read and taken as it is, in place of the draft's: what is on the screen is cleaned."""

    @property
    def words(self) -> str:
        """`create insight` or `duplicate insight`."""
        return "create insight" if self.copy_of is None else "duplicate insight"

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Self:
        """The creation with these fields, as JSON gives them back."""
        draft = dict(values.get("draft", {}))
        for name in ("tags", "dashboards"):
            draft[name] = tuple(draft.get(name, ()))
        return cls(**{**values, "draft": InsightDraft(**draft)})


@dataclass(frozen=True, slots=True)
class Bulk(Command):
    """Writes one after another, each with its own journal entry; one that fails does not stop the rest."""

    writes: ClassVar[bool] = True
    commands: tuple[Write, ...]
    words: str
    """What they do together, for the status line: `change tags`."""

    @property
    def lane(self) -> str:
        """Writes are never superseded."""
        return ""


@dataclass(frozen=True, slots=True)
class StopBulk(Command):
    """Send no further write of a bulk after the one under way."""
