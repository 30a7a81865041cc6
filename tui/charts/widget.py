"""A drawn result on the screen: a cursor walks along its points, and a line at the bottom reads them out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.events import MouseScrollDown, MouseScrollUp
from textual.message import Message

from tui.charts.columns import note
from tui.charts.drawing import Drawing, draw, shaded
from tui.lines import BLANK, Ground, Line, Span, cut
from tui.store.facts import InsightDetail
from tui.theme import PLAIN
from tui.widgets.surface import Surface

WHEEL: Final = 3
"""Lines one notch of the wheel scrolls."""
READOUT_FROM: Final = 6
"""Rows from which the last one is the readout's."""
HINT: Final[Line] = (Span("← →", "strong"), Span(" read the values", "muted"))


class Chart(Surface):
    """The drawing of an insight's result, as large as the widget.

    Left and right, home and end walk along the drawing's stops. Where rows had no room, up and down scroll through all
    of them.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "walk(1)", show=False),
        Binding("left", "walk(-1)", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
        Binding("j,down", "scroll_by(1)", show=False),
        Binding("k,up", "scroll_by(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]

    class Walked(Message):
        """The cursor went to another stop."""

        def __init__(self, readout: Line) -> None:
            super().__init__()
            self.readout = readout
            """The values there, on one line of any length."""

    def __init__(
        self,
        detail: InsightDetail | None = None,
        *,
        clock: Callable[[], float] = time.time,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.can_focus = True
        self._detail = detail
        self._clock = clock
        self._now = clock()
        self._cursor: int | None = None
        self._top = 0
        self._drawing = Drawing(())
        self._lines: list[Line] = []
        self._drawn_for: tuple[object, ...] = ()

    @property
    def drawing(self) -> Drawing:
        """What is drawn now."""
        self._draw()
        return self._drawing

    @property
    def cursor(self) -> int | None:
        """The stop the cursor is at; None until it walks."""
        return self._cursor

    @property
    def top(self) -> int:
        """The first row in sight; more than 0 only where rows had no room."""
        return self._top

    def show(self, detail: InsightDetail | None) -> None:
        """Draw the result of this insight; with another insight cursor and scrolling begin anew."""
        same = detail is not None and self._detail is not None and detail.row.id == self._detail.row.id
        if not same:
            self._cursor, self._top = None, 0
        self._detail, self._now, self._drawn_for = detail, self._clock(), ()
        self.repaint()

    def line_at(self, y: int) -> tuple[Line, Ground | None]:
        self._draw()
        return (self._lines[y] if y < len(self._lines) else BLANK), None

    def walk_to(self, stop: int) -> None:
        """Put the cursor on a stop, or on the first or last where there is none."""
        stops = self.drawing.stops
        if not stops:
            return
        stop = min(max(0, stop), stops - 1)
        if stop == self._cursor:
            return
        self._cursor = stop
        if self._top:
            self._follow()
        self.repaint()
        self.post_message(self.Walked(self.drawing.readout))

    def scroll_lines(self, lines: int) -> None:
        """Scroll down, or up where negative, as far as rows were cut."""
        top = min(max(0, self._top + lines), self._furthest())
        if top != self._top:
            self._top = top
            self.repaint()

    def action_walk(self, steps: int) -> None:
        if self._cursor is None:
            self.walk_to(0 if steps > 0 else self.drawing.stops - 1)
        else:
            self.walk_to(self._cursor + steps)

    def action_first(self) -> None:
        self.walk_to(0)

    def action_last(self) -> None:
        self.walk_to(self.drawing.stops - 1)

    def action_scroll_by(self, lines: int) -> None:
        self.scroll_lines(lines)

    def action_page(self, pages: int) -> None:
        self.scroll_lines(pages * max(1, self._rows() - 1))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.scroll_lines(WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.scroll_lines(-WHEEL)

    def _draw(self) -> None:
        """Draw anew where anything that shows has changed."""
        plain = self.ink.theme == PLAIN
        key = (self.size, self._cursor, self._top, plain)
        if key == self._drawn_for:
            return
        self._drawing = self._made(self._rows())
        if not self._drawing.stops and self._rows() < self.size.height:
            self._drawing = self._made(self.size.height)
        rows = self.size.height if not self._drawing.stops else self._rows()
        lines = list(self._drawing.lines)
        if self._top:
            whole = self._made(0)
            self._top = min(self._top, max(0, len(whole.lines) - rows))
            lines = list(whole.lines[self._top : self._top + rows])
            if (left := len(whole.lines) - self._top - rows) > 0:
                lines[-1] = note(f"{left + 1:,} more", self.size.width)
            self._drawing = Drawing(self._drawing.lines, whole.stops, whole.readout, self._drawing.cut)
        if self._drawing.stops and rows < self.size.height:
            readout = HINT if self._cursor is None else self._drawing.readout
            lines = [*lines, *[BLANK] * (rows - len(lines)), cut(readout, self.size.width)]
        self._lines = shaded(lines) if plain else lines
        self._drawn_for = (self.size, self._cursor, self._top, plain)

    def _made(self, height: int) -> Drawing:
        if self._detail is None or self.size.height <= 0:
            return Drawing(())
        return draw(self._detail, self.size.width, height, now=self._now, cursor=self._cursor)

    def _rows(self) -> int:
        """The rows above the readout."""
        return self.size.height - (1 if self.size.height >= READOUT_FROM else 0)

    def _furthest(self) -> int:
        if not self.drawing.cut:
            return 0
        return max(0, len(self._made(0).lines) - (self._rows() if self._drawing.stops else self.size.height))

    def _follow(self) -> None:
        """Scroll so that the row of the cursor is in sight: the first that looks otherwise than without it."""
        if self._detail is None:
            return
        bare = draw(self._detail, self.size.width, 0, now=self._now).lines
        pairs = zip(self._made(0).lines, bare, strict=False)
        row = next((place for place, (line, other) in enumerate(pairs) if line != other), self._top)
        rows = max(1, self._rows() - 1)
        self._top = min(row, max(self._top, row - rows + 1))
