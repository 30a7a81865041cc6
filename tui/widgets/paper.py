"""A pane of lines: details, help, notes. It shows what it is given, and scrolls when there is more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import MouseScrollDown, MouseScrollUp

from tui.lines import BLANK, Ground, Line
from tui.widgets.surface import Surface

WHEEL = 3
"""Lines one notch of the wheel scrolls."""


class Paper(Surface):
    """Lines, one under the other, from the top.

    With `focusable` it takes the focus and scrolls by keys. Text is at the left edge: margins belong to the
    lines.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_by(1)", show=False),
        Binding("k,up", "scroll_by(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("ctrl+d", "half_page(1)", show=False),
        Binding("ctrl+u", "half_page(-1)", show=False),
        Binding("g,home", "first", show=False),
        Binding("G,end", "last", show=False),
    ]

    def __init__(
        self,
        lines: Sequence[Line] = (),
        *,
        focusable: bool = False,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.can_focus = focusable
        self._lines = lines
        self._grounds: Mapping[int, Ground] = {}
        self._top = 0

    @property
    def lines(self) -> Sequence[Line]:
        """What it shows."""
        return self._lines

    @property
    def top(self) -> int:
        """The index of the first line that is in sight."""
        return self._top

    def show(
        self, lines: Sequence[Line], grounds: Mapping[int, Ground] | None = None, *, keep_top: bool = True
    ) -> None:
        """Show these lines; `grounds` is what lies under some of them, by index.

        The place scrolled to is kept unless `keep_top` is false.
        """
        self._lines = lines
        self._grounds = grounds or {}
        self._top = min(self._top, self._furthest()) if keep_top else 0
        self.repaint()

    def line_at(self, y: int) -> tuple[Line, Ground | None]:
        index = y + self._top
        if index >= len(self._lines):
            return BLANK, None
        return self._lines[index], self._grounds.get(index)

    def scroll_lines(self, lines: int) -> None:
        """Scroll down, or up where negative, as far as there is something to see."""
        top = min(max(0, self._top + lines), self._furthest())
        if top != self._top:
            self._top = top
            self.repaint()

    def action_scroll_by(self, lines: int) -> None:
        self.scroll_lines(lines)

    def action_page(self, pages: int) -> None:
        self.scroll_lines(pages * max(1, self.size.height - 1))

    def action_half_page(self, halves: int) -> None:
        self.scroll_lines(halves * max(1, self.size.height // 2))

    def action_first(self) -> None:
        self.scroll_lines(-len(self._lines))

    def action_last(self) -> None:
        self.scroll_lines(len(self._lines))

    def on_resize(self) -> None:
        self._top = min(self._top, self._furthest())

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.scroll_lines(WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.scroll_lines(-WHEEL)

    def _furthest(self) -> int:
        return max(0, len(self._lines) - self.size.height)
