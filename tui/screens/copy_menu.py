"""The menu after `c`: the key line says what can be copied, and the next key copies it."""

from __future__ import annotations

from textual.events import Key
from textual.message import Message
from textual.widget import Widget

from tui.actions import ACTIONS
from tui.glyphs import JOINT_UP
from tui.lines import Ground, Line, Span, line
from tui.widgets.chrome import KeyHint, Keys, hairline, key_line
from tui.widgets.surface import Surface

CHOICES = tuple(action for action in ACTIONS if action.where == "copy")


class CopyMenu(Surface, can_focus=True):
    """Lies over the key line until a key is pressed."""

    DEFAULT_CSS = "CopyMenu { layer: above; dock: bottom; height: 2; display: none; }"

    class Chosen(Message):
        """Something is to be copied."""

        def __init__(self, action_id: str) -> None:
            super().__init__()
            self.action_id = action_id

    def __init__(self) -> None:
        super().__init__()
        self._joint: int | None = None
        self._focused_before: Widget | None = None

    def open(self, *, joint: int | None = None) -> None:
        """Take the key line's place and the focus. `joint` is where a column line meets the hairline."""
        self._joint, self._focused_before = joint, self.screen.focused
        self.display = True
        # At once, so that a key typed right after the one that led here arrives here.
        self.screen.set_focus(self)
        self.refresh()

    def close(self) -> None:
        """Give both back."""
        self.display = False
        if (before := self._focused_before) is not None and before.is_attached:
            self.screen.set_focus(before)
        self._focused_before = None

    def line_at(self, y: int) -> tuple[Line, Ground | None]:
        if y == 0:
            return hairline(self.size.width, joint=self._joint, sign=JOINT_UP), None
        hints = tuple(KeyHint(action.keys[0], action.words, rank=action.rank or 1) for action in CHOICES)
        keys = Keys((*hints, KeyHint("esc", "nothing", rank=0)), left=line(Span("copy", "accent_strong")))
        return key_line(keys, self.size.width), None

    def on_key(self, event: Key) -> None:
        if event.key == "ctrl+c":
            return
        event.stop()
        event.prevent_default()
        self.close()
        for action in CHOICES:
            if event.character == action.keys[0]:
                self.post_message(self.Chosen(action.id))

    def on_blur(self) -> None:
        if self.display:
            self.close()
