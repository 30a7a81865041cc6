"""A text field of one line. It does not blink, and a key repaints that line only."""

from __future__ import annotations

from collections.abc import Callable

from textual.events import Key, Paste
from textual.message import Message

from tui.lines import BLANK, Ground, Line, Role, Span, fit, line, width
from tui.text import clean
from tui.widgets.edit import Edit, edit_line, masked, press, scrolled
from tui.widgets.surface import Surface


class _Said(Message):
    """What a field says of itself."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry
        self.value = entry.value

    @property
    def control(self) -> Entry:
        return self.entry


class Entry(Surface, can_focus=True):
    """A field to type in.

    Keys that type stop here; `enter` submits, `escape` dismisses, `tab` takes the completion where there is
    one. All other keys go on to the screen.
    """

    DEFAULT_CSS = "Entry { height: 1; }"

    class Changed(_Said):
        """Another value was typed."""

    class Submitted(_Said):
        """`enter` was pressed."""

    class Dismissed(_Said):
        """`escape` was pressed; the value is as it was."""

    def __init__(
        self,
        value: str = "",
        *,
        before: Line = BLANK,
        hidden: bool = False,
        role: Role = "text",
        field: bool = True,
        painter: Callable[[str], Line] | None = None,
        placeholder: str = "",
        most: int = 20_000,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        """`before` stands at the left and never scrolls; `field` shows where the field is by its ground;
        `hidden` shows bullets; `painter` gives the value roles; at most `most` characters go in.
        """
        super().__init__(id=id, classes=classes)
        self._edit = Edit(clean(value)).end()
        self._before = before
        self._hidden = hidden
        self._role: Role = role
        self._field = field
        self._painter = painter
        self._placeholder = placeholder
        self._most = most
        self._completion = ""
        self._right: Line = BLANK
        self._start = 0

    @property
    def value(self) -> str:
        """What is in it."""
        return self._edit.text

    @value.setter
    def value(self, value: str) -> None:
        """Put another text into it, cursor at the end; nothing is posted."""
        if value != self._edit.text:
            self._set(Edit(clean(value)).end())

    @property
    def completion(self) -> str:
        """What `tab` would put after the end."""
        return self._completion

    def complete_with(self, text: str) -> None:
        """Offer a text after the end of the value; an empty one offers nothing."""
        self._completion = clean(text)
        self.repaint()

    def show_right(self, words: Line) -> None:
        """Put a line at the right edge."""
        self._right = words
        self.repaint()

    def line_at(self, y: int) -> tuple[Line, Ground | None]:
        if y:
            return BLANK, None
        focused, room = self.has_focus, self._room()
        if not self._edit.text and not focused:
            typed = fit(line(Span(self._placeholder, "muted")), room)
        else:
            typed = edit_line(
                self._edit,
                room,
                start=self._start,
                focused=focused,
                hidden=self._hidden,
                completion=self._completion,
                role=self._role,
                painter=self._painter,
            )
        if self._field:
            ground: Role = "field_focus" if focused else "field"
            typed = tuple(span if span.role == "cursor" else span._replace(on=ground) for span in (Span(" "), *typed))
        right = (Span(" "), *self._right) if self._right else BLANK
        return fit((*self._before, *typed, *right), self.size.width), None

    def on_key(self, event: Key) -> None:
        if event.key == "enter":
            self.post_message(self.Submitted(self))
        elif event.key == "escape":
            self.post_message(self.Dismissed(self))
        elif event.key == "tab" and self._completion:
            self._type(self._edit.end().insert(self._completion))
        else:
            edit = press(self._edit, event.key, event.character)
            if edit is None:
                return
            self._type(edit)
        event.stop()
        event.prevent_default()

    def on_paste(self, event: Paste) -> None:
        event.stop()
        self._type(self._edit.insert(event.text.strip()))

    def on_focus(self) -> None:
        self.repaint()

    def on_blur(self) -> None:
        self.repaint()

    def on_resize(self) -> None:
        self._set(self._edit)

    def _type(self, edit: Edit) -> None:
        changed = edit.text != self._edit.text
        if changed and len(edit.text) > self._most:
            return
        if changed:
            self._completion = ""
        self._set(edit)
        if changed:
            self.post_message(self.Changed(self))

    def _set(self, edit: Edit) -> None:
        self._edit = edit
        shown = masked(edit.text) if self._hidden else edit.text
        self._start = scrolled(shown, edit.cursor, self._room(), self._start)
        self.repaint()

    def _room(self) -> int:
        taken = width(self._before) + self._field + (width(self._right) + 1 if self._right else 0)
        return max(1, self.size.width - taken)
