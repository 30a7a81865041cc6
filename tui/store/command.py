"""What every command is: something asked for, and something that changes an insight on the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self


@dataclass(frozen=True, slots=True)
class Command:
    """Something asked for."""

    writes: ClassVar[bool] = False
    scope: ClassVar[str] = ""
    """The key scope PostHog asks for; empty where none is needed."""

    @property
    def lane(self) -> str:
        """Reads of one lane supersede each other; empty for writes, which never do."""
        return type(self).__name__


@dataclass(frozen=True, slots=True)
class Write(Command):
    """A command that changes something on the server, about one insight."""

    writes: ClassVar[bool] = True
    scope: ClassVar[str] = "sharing_configuration:write"
    verb: ClassVar[str] = ""
    insight_id: int
    undoes: int | None = None
    """The journal entry this takes back."""

    @property
    def lane(self) -> str:
        """Writes are never superseded."""
        return ""

    @property
    def words(self) -> str:
        """What it is called in the journal and while it is under way."""
        return self.verb

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Self:
        """The write with these fields, as JSON gives them back. Raises `TypeError` or `ValueError` for others."""
        return cls(**values)
