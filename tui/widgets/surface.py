"""What every widget here is: lines on a fixed area, of which only those that changed are painted again."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.theme import Theme
from textual.widget import Widget

from tui.glyphs import UNICODE, Glyphs
from tui.lines import BLANK, Ground, Line
from tui.widgets.ink import Ink, ink


class Surface(Widget):
    """A widget that is painted line by line.

    A subclass says what stands on a line (`line_at`) and calls `repaint` when something may have changed:
    lines that look as they did stay untouched, and there is no layout. An app that draws with other signs
    than Unicode has a `glyphs` of its own.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "Surface { height: 1fr; width: 1fr; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._painted: dict[int, tuple[Line, Ground | None]] = {}

    def line_at(self, y: int) -> tuple[Line, Ground | None]:
        """The line at row `y` of the widget, counted from 0, and the ground it lies on."""
        return BLANK, None

    @property
    def ink(self) -> Ink:
        """The styles of the theme in use."""
        glyphs = getattr(self.app, "glyphs", UNICODE)
        return ink(self.app.theme, glyphs if isinstance(glyphs, Glyphs) else UNICODE)

    def render_line(self, y: int) -> Strip:
        line, ground = self._painted[y] = self.line_at(y)
        return self.ink.strip(line, self.size.width, ground)

    def repaint(self) -> None:
        """Paint the lines again that do not look as they did."""
        for y in range(self.size.height):
            if self._painted.get(y) != self.line_at(y):
                self.refresh_line(y)

    def refresh_line(self, y: int) -> None:
        """Paint one line again."""
        self.refresh(Region(0, y, self.size.width, 1))

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)

    def _theme_changed(self, theme: Theme) -> None:
        self.refresh()
