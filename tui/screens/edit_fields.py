"""What is typed into the form of an insight: fields as one line of text and back, and drafts of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tui.store.edits import CreateInsight, EditInsight
from tui.store.facts import InsightRow, Outcome
from tui.store.state import Journal

EDITED = ("name", "description", "tags")
"""The fields of an insight that its form changes."""

Texts = dict[str, str]
"""What stands in the fields of a form, by name."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed into a form that was left."""

    at: float
    """When it was left, seconds since the epoch."""
    texts: Texts
    seen: Mapping[str, Any]
    """The fields of the insight as they were when the form was opened; empty for one that is to be made."""
    sent_after: int | None = None
    """The newest journal entry when it was sent, where it was left before the outcome was seen."""

    def carried_out(self, journal: Journal, verb: str, insight_id: int) -> bool:
        """Whether it was sent and done after all; then there is nothing to go on with."""
        return self._ended(journal, verb, insight_id, Outcome.DONE)

    def unknown(self, journal: Journal, verb: str, insight_id: int) -> bool:
        """Whether it was sent and nobody knows what became of it."""
        return self._ended(journal, verb, insight_id, Outcome.UNKNOWN)

    def _ended(self, journal: Journal, verb: str, insight_id: int, outcome: Outcome) -> bool:
        if self.sent_after is None:
            return False
        return any(
            entry.id > self.sent_after
            and entry.verb == verb
            and entry.outcome is outcome
            and (verb == CreateInsight.verb or entry.target == insight_id)
            for entry in journal.entries
        )


def seen_of(row: InsightRow) -> dict[str, Any]:
    """The fields of an insight that its form changes, as `EditInsight` wants them."""
    return {"name": row.name, "description": row.description, "tags": row.tags}


def to_line(name: str, value: Any) -> str:
    r"""A field as one line to type in: tags with commas between them, line breaks as `\n`, a backslash as `\\`."""
    if name == "tags":
        return ", ".join(value)
    text = str(value)
    return text.replace("\\", "\\\\").replace("\n", "\\n") if name == "description" else text


def from_line(name: str, text: str) -> Any:
    """The field that a line says. A tag with a comma in it becomes two, as in PostHog's own form."""
    if name == "tags":
        return tags_of(text)
    if name == "description":
        return re.sub(r"\\(n|\\)", lambda found: "\n" if found[1] == "n" else "\\", text)
    return text.strip()


def tags_of(text: str) -> tuple[str, ...]:
    """The tags of a line, each once, in their order."""
    return tuple(dict.fromkeys(tag for part in text.split(",") if (tag := part.strip())))


def lines_of(seen: Mapping[str, Any]) -> Texts:
    """All these fields as lines."""
    return {name: to_line(name, value) for name, value in seen.items()}


def edit_of(insight_id: int, texts: Mapping[str, str], seen: Mapping[str, Any]) -> EditInsight | None:
    """The edit that makes an insight what was typed; None where nothing was. Fields left as they were are not sent."""
    opened = lines_of(seen)
    changed = [name for name in EDITED if texts[name] != opened[name]]
    if not changed:
        return None
    return EditInsight(
        insight_id,
        changes=tuple((name, from_line(name, texts[name])) for name in changed),
        seen=tuple((name, seen[name]) for name in changed),
    )


def field_of(attr: str | None, names: Mapping[str, Any]) -> str:
    """The field of a form that a server's complaint is about, as `tags__0` or `_create_in_folder`; empty for none."""
    first = (attr or "").lstrip("_").partition("__")[0]
    first = {"create_in_folder": "folder"}.get(first, first)
    return first if first in names else ""
