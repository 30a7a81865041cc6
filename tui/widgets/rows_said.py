"""What a list of rows says: the messages of `tui.widgets.rows.Rows`, where they are attributes too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from tui.widgets.rows import Rows


class Said(Message):
    """Any of them; `rows` is the list."""

    def __init__(self, rows: Rows[Any]) -> None:
        super().__init__()
        self.rows = rows

    @property
    def control(self) -> Rows[Any]:
        return self.rows


class Moved(Said, namespace="rows"):
    """The row under the cursor is another one: its key, None in an empty list.

    Posted once for all that happened before a frame.
    """

    def __init__(self, rows: Rows[Any], key: str | None) -> None:
        super().__init__(rows)
        self.key = key


class Opened(Said, namespace="rows"):
    """A row was opened, by key or by a second click."""

    def __init__(self, rows: Rows[Any], key: str) -> None:
        super().__init__(rows)
        self.key = key


class Marked(Said, namespace="rows"):
    """Marks were changed; so many there are now."""

    def __init__(self, rows: Rows[Any], count: int) -> None:
        super().__init__(rows)
        self.count = count


class Window(Said, namespace="rows"):
    """Other rows are in sight: those of the indexes `first` to `last`, both included; -1 for none."""

    def __init__(self, rows: Rows[Any], first: int, last: int) -> None:
        super().__init__(rows)
        self.first = first
        self.last = last
