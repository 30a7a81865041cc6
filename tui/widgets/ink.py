"""From lines to strips: what a role looks like in a theme, computed once and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, get_args

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.glyphs import BAR, UNICODE, Glyphs
from tui.lines import Ground, Line, Role, Span, fit
from tui.theme import ANSI, COLOURS, DARK, PLAIN

ROLES: Final[tuple[Role, ...]] = get_args(Role)
KEPT: Final = 4096
"""Strips an ink keeps; a full screen of 200x60 is 60 to 180 of them."""


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a role: names of colours, and attributes."""

    colour: str = "text"
    ground: str = ""
    bold: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False


def _looks() -> Mapping[Role, Look]:
    looks = {role: Look(role) for role in ROLES}
    looks |= {
        "bright": Look("strong"),
        "strong": Look("strong", bold=True),
        "italic": Look("muted", italic=True),
        "accent_strong": Look("accent", bold=True),
        "careful_strong": Look("careful", bold=True),
        "public_strong": Look("public", bold=True),
        "match": Look("accent", bold=True),
        "header": Look("muted"),
        "header_sorted": Look("muted", underline=True),
        "track": Look("muted", ground="track"),
        "field": Look("text", ground="field"),
        "field_strong": Look("strong", ground="field", bold=True),
        "field_focus": Look("text", ground="row"),
        "sheet": Look("text", ground="sheet"),
        "cursor": Look("bg", ground="accent"),
        **{role: Look("text", ground=role) for role in ROLES if role.startswith("heat")},
    }
    return looks


LOOKS: Final = _looks()
DIMMED: Final = frozenset({"muted", "rule", "grid", "s5"})
"""Colours that are the terminal's foreground, dim, where a theme has no colours of its own."""


class Ink:
    """Styles and strips of one theme and one set of glyphs."""

    def __init__(self, theme: str, glyphs: Glyphs = UNICODE) -> None:
        self.theme = theme if theme in COLOURS else DARK
        self.glyphs = glyphs
        self._colours = COLOURS[self.theme]
        self._terminal = self.theme in (ANSI, PLAIN)
        self._styles: dict[tuple[Role, Ground | None, Role | None], Style] = {}

    @property
    def cursor_mark(self) -> str:
        """What stands in column 0 of the cursor row."""
        return ">" if self._terminal else BAR

    def style(self, role: Role, ground: Ground | None = None, on: Role | None = None) -> Style:
        """The style of a role on a ground; `on` lies between them, for a single span."""
        key = (role, ground, on)
        found = self._styles.get(key)
        if found is None:
            make = self._terminal_style if self._terminal else self._coloured_style
            found = self._styles[key] = make(*key)
        return found

    def _coloured_style(self, role: Role, ground: Ground | None, on: Role | None) -> Style:
        look = LOOKS[role]
        colour = "text" if ground == "row" and look.colour == "muted" else look.colour
        behind = look.ground or ground or "bg"
        if on is not None:
            behind = LOOKS[on].ground or LOOKS[on].colour
        return Style(
            color=self._colours[colour],
            bgcolor=self._colours[behind],
            bold=look.bold or None,
            italic=look.italic or None,
            underline=look.underline or None,
        )

    def _terminal_style(self, role: Role, ground: Ground | None, on: Role | None) -> Style:
        look = LOOKS[role]
        if ground == "row":
            # The whole row is reversed and its words have no colour; weight and underline still tell.
            return Style(reverse=True, bold=look.bold or None, underline=role == "match" or None)
        colour = self._colours.get(look.colour)
        behind = None if on is None else self._colours.get(LOOKS[on].colour)
        plain = self.theme == PLAIN
        cut_out = look.colour == "bg"
        if on == "s5" and colour:
            # The rest of the series is the terminal's own foreground, dim: only reversed can it lie behind a sign.
            return Style(bgcolor=colour, dim=True, reverse=True)
        return Style(
            color=behind if cut_out else colour,
            bgcolor=None if cut_out else behind,
            bold=look.bold or (plain and look.colour == "public") or None,
            italic=look.italic or None,
            underline=look.underline or (plain and role == "match") or None,
            dim=look.colour in DIMMED or None,
            reverse=cut_out or None,
        )

    def strip(self, line: Line, cells: int, ground: Ground | None = None) -> Strip:
        """Paint a line, cut or padded to exactly `cells` cells; the last few thousand strips are kept."""
        return _strip(self, line, cells, ground)

    def paint(self, line: Line, cells: int, ground: Ground | None = None) -> Strip:
        """Paint a line, cut or padded to exactly `cells` cells."""
        segments: list[Segment] = []
        text, style = "", self.style("text", ground)
        for span in self._drawn(fit(line, cells)):
            own = self.style(span.role, ground, span.on)
            if own is not style:
                if text:
                    segments.append(Segment(text, style))
                text, style = "", own
            text += span.text
        if text:
            segments.append(Segment(text, style))
        # Measured again: a grapheme that lies in two spans takes fewer cells than its parts.
        return Strip(segments).adjust_cell_length(cells, self.style("text", ground))

    def _drawn(self, line: Iterable[Span]) -> Iterable[Span]:
        if not self.glyphs.ascii:
            return line
        return (span._replace(text=self.glyphs.draw(span.text)) for span in line)


@lru_cache(KEPT)
def _strip(ink: Ink, line: Line, cells: int, ground: Ground | None) -> Strip:
    return ink.paint(line, cells, ground)


@cache
def ink(theme: str, glyphs: Glyphs = UNICODE) -> Ink:
    """The one ink of a theme and a set of glyphs."""
    return Ink(theme, glyphs)
