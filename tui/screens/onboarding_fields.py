"""The fields of the first screen: one to type in, and one to choose in, both with a label and a word at the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.events import Key
from textual.message import Message

from tui.glyphs import BAR, MASKED, NOW
from tui.lines import BLANK, Ground, Line, Role, Span, between, fit, line
from tui.text import fit as fit_text
from tui.widgets.entry import Entry
from tui.widgets.surface import Surface

LABEL: Final = 14
"""Cells before a field: a blank, the bar of the field that has the cursor, a blank, the label."""
GAP: Final = 3
"""Cells between a field and the words at its right."""
FIELD: Final = 52
WIDE: Final = 110
BESIDE: Final = 64
"""From this width on words stand beside a field, below it they stand under it."""


def field_cells(cells: int) -> int:
    """The width of the fields on a form that is `cells` wide."""
    if cells >= WIDE:
        return FIELD
    return (cells - LABEL - GAP) // 2 if cells >= BESIDE else max(1, cells - LABEL)


def beside_cells(cells: int) -> int:
    """The room for words at the right of a field, 0 where they go under it."""
    return max(0, cells - LABEL - field_cells(cells) - GAP) if cells >= BESIDE else 0


def label_line(label: str, focused: bool) -> Line:
    """The label of a field, exactly `LABEL` cells."""
    bar = Span(BAR, "accent") if focused else Span(" ")
    return Span(" "), bar, Span(" "), Span(fit_text(label, LABEL - 3), "strong" if focused else "muted")


class TextField(Entry):
    """A labelled field to type in. What is typed into a hidden one is bullets until it was accepted."""

    def __init__(
        self,
        label: str,
        value: str = "",
        *,
        hidden: bool = False,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(
            value,
            before=label_line(label, False),
            hidden=hidden,
            painter=self._veiled if hidden else None,
            placeholder=placeholder,
            id=id,
        )
        self.label = label
        self.accepted = False
        """Whether the ends of a hidden value may show, to recognise it."""

    def put_beside(self, words: Line, cells: int) -> None:
        """Put words at the right, on a form that is `cells` wide."""
        room = cells - LABEL - field_cells(cells) - 1
        self.show_right(fit(line(" " * (GAP - 1), *words), room) if beside_cells(cells) else BLANK)

    def on_focus(self) -> None:
        self._before = label_line(self.label, True)

    def on_blur(self) -> None:
        self._before = label_line(self.label, False)

    def _veiled(self, shown: str) -> Line:
        return line(Span(shown if self.accepted else MASKED * len(shown)))


class Choice(Surface, can_focus=True):
    """A labelled field that holds one of several things; the arrows choose.

    With `rows` of more than one they stand under each other, otherwise only the chosen one is in sight.
    """

    DEFAULT_CSS = "Choice { height: 1; }"
    STEPS: Final = {"left": -1, "up": -1, "k": -1, "right": 1, "down": 1, "j": 1, "home": -(10**6), "end": 10**6}

    class Changed(Message):
        """Another one was chosen."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> Choice:
            return self.choice

    def __init__(
        self,
        label: str,
        options: Sequence[tuple[str, Line]] = (),
        *,
        chosen: str = "",
        rows: int = 1,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """`options` are a value and its words each."""
        super().__init__(id=id)
        self.label = label
        self._options = tuple(options)
        self._at = 0
        self._rows = rows
        self._beside: Line = BLANK
        self._field = 1
        self.offer(options, chosen)

    @property
    def value(self) -> str:
        """What is chosen; empty when there is nothing to choose from."""
        return self._options[self._at][0] if self._options else ""

    def offer(self, options: Sequence[tuple[str, Line]], chosen: str) -> None:
        """Offer these, with `chosen` chosen, or the first where it is none of them."""
        self._options = tuple(options)
        self._at = next((at for at, (value, _) in enumerate(options) if value == chosen), 0)
        self.styles.height = self._shown
        self.repaint()

    def put_beside(self, words: Line, cells: int) -> None:
        """Put words at the right, on a form that is `cells` wide."""
        self._beside = fit(words, beside_cells(cells)) if beside_cells(cells) else BLANK
        self._field = field_cells(cells)
        self.repaint()

    def show_rows(self, rows: int) -> None:
        """Show at most so many of them at once."""
        if rows != self._rows:
            self._rows = rows
            self.styles.height = self._shown
            self.repaint()

    @property
    def _shown(self) -> int:
        return max(1, min(self._rows, len(self._options)))

    def line_at(self, y: int) -> tuple[Line, Ground | None]:
        shown = self._shown
        top = min(max(0, self._at - shown // 2), len(self._options) - shown)
        at = top + y
        if not 0 <= at < len(self._options) or y >= shown:
            return BLANK, None
        chosen, focused = at == self._at, self.has_focus
        ground: Role = "field_focus" if focused and chosen else "field"
        words = self._options[at][1]
        if shown > 1:
            words = line(Span(f"{NOW if chosen else ' '} ", "accent"), *words)
        if chosen and focused:
            words = tuple(span._replace(role="strong") if span.role == "text" else span for span in words)
        count = f"← →  {at + 1}/{len(self._options)} " if focused and chosen and len(self._options) > 1 else ""
        inside = between(line(" ", *words), line(Span(count, "muted")), self._field)
        before = label_line(self.label, focused) if y == 0 else line(" " * LABEL)
        beside = line(" " * GAP, *self._beside) if y == 0 and self._beside else BLANK
        return (*before, *(span._replace(on=ground) for span in inside), *beside), None

    def on_key(self, event: Key) -> None:
        step = self.STEPS.get(event.key)
        if step is None or not self._options:
            return
        event.stop()
        event.prevent_default()
        at = min(max(0, self._at + step), len(self._options) - 1)
        if at != self._at:
            self._at = at
            self.repaint()
            self.post_message(self.Changed(self))

    def on_focus(self) -> None:
        self.repaint()

    def on_blur(self) -> None:
        self.repaint()
