"""Typing into one line, without a widget: a text, a place in it, and what each key does to both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from rich.cells import split_graphemes

from tui.glyphs import MASKED
from tui.lines import Line, Role, Span, fit, line, paint
from tui.text import clean, width

SHOWN_ENDS: Final = 4
SHOWN_FROM: Final = 16
"""A hidden text of this many characters or more shows its first and last four."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A text and the index of the character the cursor stands on, `len(text)` at its end.

    The text may be a secret, so it is not in the representation.
    """

    text: str = field(default="", repr=False)
    cursor: int = 0

    def insert(self, text: str) -> Edit:
        """Put a text before the cursor; it is made inert and of one line."""
        text = clean(text)
        return Edit(self.text[: self.cursor] + text + self.text[self.cursor :], self.cursor + len(text))

    def left(self) -> Edit:
        return Edit(self.text, self._before())

    def right(self) -> Edit:
        return Edit(self.text, self._after())

    def home(self) -> Edit:
        return Edit(self.text, 0)

    def end(self) -> Edit:
        return Edit(self.text, len(self.text))

    def backspace(self) -> Edit:
        return self._without(self._before(), self.cursor)

    def delete(self) -> Edit:
        return self._without(self.cursor, self._after())

    def delete_word(self) -> Edit:
        """Take away the word before the cursor, and the blanks after it."""
        kept = self.text[: self.cursor].rstrip()
        return self._without(kept.rfind(" ") + 1, self.cursor)

    def delete_to_start(self) -> Edit:
        return self._without(0, self.cursor)

    def delete_to_end(self) -> Edit:
        return self._without(self.cursor, len(self.text))

    def _without(self, start: int, end: int) -> Edit:
        return Edit(self.text[:start] + self.text[end:], start)

    def _before(self) -> int:
        places = (start for start, _, _ in split_graphemes(self.text)[0] if start < self.cursor)
        return max(places, default=0)

    def _after(self) -> int:
        places = (end for _, end, _ in split_graphemes(self.text)[0] if end > self.cursor)
        return min(places, default=len(self.text))


KEYS: Final[Mapping[str, Callable[[Edit], Edit]]] = {
    "left": Edit.left,
    "right": Edit.right,
    "home": Edit.home,
    "ctrl+a": Edit.home,
    "end": Edit.end,
    "ctrl+e": Edit.end,
    "backspace": Edit.backspace,
    "ctrl+h": Edit.backspace,
    "delete": Edit.delete,
    "ctrl+w": Edit.delete_word,
    "ctrl+u": Edit.delete_to_start,
    "ctrl+k": Edit.delete_to_end,
}


def press(edit: Edit, key: str, character: str | None) -> Edit | None:
    """What a key makes of it; None for a key that has nothing to do with typing."""
    if key in KEYS:
        return KEYS[key](edit)
    if character is not None and character.isprintable():
        return edit.insert(character)
    return None


def masked(text: str) -> str:
    """A bullet for every character; of a long text the two ends stay, enough to recognise it."""
    if len(text) < SHOWN_FROM:
        return MASKED * len(text)
    return text[:SHOWN_ENDS] + MASKED * (len(text) - 2 * SHOWN_ENDS) + text[-SHOWN_ENDS:]


def scrolled(text: str, cursor: int, cells: int, start: int) -> int:
    """The index of the first character to show so that the cursor is in sight: `start`, or the nearest to
    it.
    """
    if cursor < start or width(text) < cells:
        return 0 if width(text) < cells else cursor
    for at, _, _ in split_graphemes(text)[0]:
        under = text[cursor : cursor + 1]
        if at >= start and width(text[at:cursor]) + max(1, width(under)) <= cells:
            return at
    return cursor


def edit_line(
    edit: Edit,
    cells: int,
    *,
    start: int = 0,
    focused: bool = True,
    hidden: bool = False,
    completion: str = "",
    role: Role = "text",
    painter: Callable[[str], Line] | None = None,
) -> Line:
    """The text in exactly `cells` cells, from the character `start`, with a cursor where it is focused.

    `completion` stands muted after the end; `painter` gives the text other roles and must leave it as it is.
    """
    shown = masked(edit.text) if hidden else edit.text
    painted = painter(shown) if painter else line(Span(shown, role))
    if not focused:
        return fit(painted, cells)
    if edit.cursor < len(shown):
        end = edit.cursor + 1 if hidden else edit.right().cursor
        painted = paint(painted, [(edit.cursor, end)], "cursor")
    else:
        under = completion[:1] or " "
        painted = (*painted, *line(Span(under, "cursor"), Span(completion[1:], "muted")))
    return fit(_from(painted, start), cells, ellipsis="")


def _from(content: Line, start: int) -> Line:
    """A line without its first `start` characters."""
    left: list[Span] = []
    for span in content:
        skipped = min(start, len(span.text))
        start -= skipped
        left.append(span._replace(text=span.text[skipped:]))
    return line(*left)
