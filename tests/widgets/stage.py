"""An app with nothing but the widgets under test, and what tests ask of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui import theme
from tui.glyphs import UNICODE, Glyphs, LinkState, link_cell
from tui.lines import Line, Span
from tui.text import clean
from tui.widgets.columns import Column
from tui.widgets.rows import Rows
from tui.widgets.surface import Surface

hostile = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "[/foo] [red]x[/red]",
            "\x1b]52;c;aGk=\x07\x1b[2J",
            "日本語の長い名前のテスト",
            "👩‍👩‍👧‍👦 family e\u0301 🇩🇪",
            "a\u200b\u202eb",
            "wide日",
        ]
    ),
).map(clean)
"""Names as they come from outside: cleaned, and still wide, combining or full of brackets."""


patient = settings(deadline=None)
"""For property tests: a busy machine does not fail them."""


class Stage(App[None]):
    """Shows widgets below each other, and keeps the messages that reach it."""

    CSS = "Screen { layers: base above; }"
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self, *widgets: Widget, look: str = theme.DARK, glyphs: Glyphs = UNICODE, ansi: bool | None = None
    ) -> None:
        super().__init__(ansi_color=ansi)
        for known in theme.THEMES:
            self.register_theme(known)
        self.theme = look
        self.glyphs = glyphs
        self.widgets = widgets
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def hook(self, message: Message) -> None:
        """For `run_test(message_hook=...)`: keep what this package's widgets post, once each."""
        if type(message).__module__.startswith("tui.") and message not in self.heard:
            self.heard.append(message)

    def of(self, kind: type[Message]) -> list[Any]:
        """The messages of one kind that were heard."""
        return [message for message in self.heard if isinstance(message, kind)]


def text_of(strip: Strip) -> str:
    """The text of a strip."""
    return "".join(segment.text for segment in strip)


def screen_of(surface: Surface) -> list[str]:
    """The lines of a widget as they are painted, without the blanks at their ends."""
    return [text_of(surface.render_line(y)).rstrip() for y in range(surface.size.height)]


@dataclasses.dataclass(frozen=True)
class Insight:
    """A row for tests."""

    id: str
    name: str
    kind: str = "trends"
    link: LinkState = "open"
    by: str = "ana"
    changed: str = "5 h"
    favourite: bool = False


COLUMNS = (
    Column("name", "name", name=True, minimum=12),
    Column("kind", "kind", 10, below=68),
    Column("link", "link", 10, narrow_below=34, narrow_width=3),
    Column("by", "by", 4, below=76),
    Column("changed", "changed", 7, align="right", narrow_below=44, narrow_title="age", narrow_width=5, drop=1),
)
"""The columns of Insights."""


def draw(insight: Insight, column: str) -> Span | Line:
    """A cell of Insights."""
    if column == "link":
        return link_cell(insight.link)
    text: str = getattr(insight, column)
    return Span(text, "text" if column == "name" else "muted")


def insights(count: int) -> list[Insight]:
    """So many rows, with the keys k0, k1 and so on."""
    return [Insight(f"k{number}", f"Insight {number}") for number in range(count)]


class CountedRows(Rows[Insight]):
    """A list that counts what it paints and what it asks of its items."""

    def __init__(self, items: Iterable[Insight] = (), **options: Any) -> None:
        self.painted: list[int] = []
        self.keys_asked = 0
        options.setdefault("starred", _favourite)
        super().__init__(COLUMNS, key=self._asked, draw=draw, **options)
        self.set_items(list(items))

    def render_line(self, y: int) -> Strip:
        self.painted.append(y)
        return super().render_line(y)

    def _asked(self, insight: Insight) -> str:
        self.keys_asked += 1
        return insight.id


def _favourite(insight: Insight) -> bool:
    return insight.favourite
