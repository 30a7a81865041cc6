"""The signs of the screens: their meaning, their role, and what they become where only ASCII can be drawn.

Lines are written with the signs named here. Where a terminal cannot draw them, each is exchanged for an
ASCII sign of the same width at the moment a line is painted (`Glyphs.draw`), so nothing else has to know
which set is in use. None of them is wide; many are "ambiguous" in East Asian terminals, and the ASCII set
is for those too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from tui.lines import Line, Role, Span, line

OPEN: Final = "●"
PASSWORD: Final = "◆"
LOCKED: Final = "◇"
OFF: Final = "○"
NEVER: Final = "·"
UNKNOWN: Final = "?"
BAR: Final = "▌"
MARK: Final = "+"
STAR: Final = "*"
DONE: Final = "✓"
FAILED: Final = "✗"
CAREFUL: Final = "▲"
NOW: Final = "▸"
TO_COME: Final = "·"
UNDONE: Final = "←"
MASKED: Final = "•"
CUT: Final = "…"
DOT: Final = "·"
CRUMB: Final = "›"
NONE: Final = "–"
UP: Final = "↑"
DOWN: Final = "↓"
BECOMES: Final = "→"
RULE: Final = "─"
COLUMN: Final = "│"
JOINT_DOWN: Final = "┬"
JOINT_UP: Final = "┴"

LinkState = Literal["open", "password", "locked", "off", "never", "?"]


@dataclass(frozen=True, slots=True)
class LinkLook:
    """How the state of a link is shown: a glyph, a word, and the role of each."""

    glyph: str
    word: str
    glyph_role: Role
    word_role: Role


LINKS: Final[Mapping[LinkState, LinkLook]] = {
    "open": LinkLook(OPEN, "open", "public", "public"),
    "password": LinkLook(PASSWORD, "password", "accent", "text"),
    "locked": LinkLook(LOCKED, "locked", "careful", "careful"),
    "off": LinkLook(OFF, "off", "muted", "muted"),
    "never": LinkLook(NEVER, "never", "muted", "muted"),
    "?": LinkLook(UNKNOWN, "not read", "careful", "careful"),
}


def link_mark(state: LinkState) -> tuple[Span, str]:
    """The glyph of a link's state and its word."""
    look = LINKS[state]
    return Span(look.glyph, look.glyph_role), look.word


def link_cell(state: LinkState) -> Line:
    """A link's state in a table: glyph and word; one that was not read is the `?` alone."""
    look = LINKS[state]
    if state == "?":
        return line(Span(look.glyph, look.glyph_role))
    return line(Span(look.glyph, look.glyph_role), " ", Span(look.word, look.word_role))


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A set of signs."""

    ascii: bool

    def draw(self, text: str) -> str:
        """The text as this set draws it; its width in cells stays the same."""
        if not self.ascii or text.isascii():
            return text
        # A cut takes two dots where the character before it can give way.
        return _CUT_TEXT.sub("..", text).translate(_TO_ASCII)


UNICODE: Final = Glyphs(ascii=False)
ASCII: Final = Glyphs(ascii=True)

_CUT_TEXT: Final = re.compile(f"[ -~]{CUT}")


def _to_ascii() -> dict[int, str]:
    table: dict[int, str] = {}
    for signs, drawn in (
        ("●◆◇○·✓✗▲▼▸◂←→•…›–", "@#!o.vx!v><<>*.>-"),
        ("↑↓─│┬┴├┤┼┌┐└┘━╸╺■∙’", "^v-|+++++++++=--#.'"),
        # Blocks: the share of a cell that is filled decides the sign.
        ("▁▂▃▄▅▆▇█▔▀▐░▒▓", "__..:=##-''.:="),
        ("▏▎▍▋▊▉▌", "..:==#>"),
    ):
        table.update({ord(sign): ascii_sign for sign, ascii_sign in zip(signs, drawn, strict=True)})
    # Braille: the number of dots.
    table.update({0x2800 + dots: " .:*"[min(3, dots.bit_count())] for dots in range(256)})
    return table


_TO_ASCII: Final = _to_ascii()


def choose(environ: Mapping[str, str], setting: str = "") -> Glyphs:
    """The set to draw with: `ascii` or `unicode` as the setting says, else ASCII where nothing else is
    certain.

    That is on the Linux console and without a UTF-8 locale, by the order in which POSIX reads the variables.
    """
    if setting in ("ascii", "unicode"):
        return ASCII if setting == "ascii" else UNICODE
    locale = next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "")
    utf8 = "UTF8" in locale.upper().replace("-", "")
    return UNICODE if utf8 and environ.get("TERM") != "linux" else ASCII
