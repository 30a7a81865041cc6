"""Nothing reaches the terminal but cells: no sequence, no control, no character that cannot be seen."""

from __future__ import annotations

import re
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.terminal.abilities import Abilities
from tui.terminal.cells import MOST_CODE_POINTS, REPLACEMENT, Grid
from tui.terminal.encoder import Encoder

HARMLESS = re.compile(r"\x1b\[[0-9;]*[ABCDGHJKLMXbmr]|[\r\n\b]|[^\x00-\x1f\x7f-\x9f]")
"""What the encoder is made of: steps, styles, erasing, scrolling, and what can be seen."""


def sent(text: str, width: int = 60) -> str:
    """What reaches the terminal of a frame with this text."""
    grid = Grid(width, 4)
    grid.feed(f"\x1b[2;3H\x1b[31m{text}\x1b[0m\x1b[1;1H")
    return Encoder(Abilities(erases_in_colour=True, repeats=True)).encode(grid.frame())


def row_of(text: str, width: int = 60) -> tuple[str, int]:
    """The characters that a text becomes, without blanks at the end, and how much of it was dropped."""
    grid = Grid(width, 1)
    grid.feed(f"\x1b[1;1H{text}")
    return "".join(grid.frame().rows[0].characters).rstrip(), grid.dropped


def assert_harmless(out: str) -> None:
    """Every byte is accounted for."""
    assert HARMLESS.sub("", out) == ""
    assert not {char for char in out if category(char) in {"Cf", "Cs", "Zl", "Zp"} and char != "\u200d"}


HOSTILE = {
    "clipboard": "\x1b]52;c;aGk=\x07",
    "clipboard, other end": "\x1b]52;c;aGk=\x1b\\",
    "title": "\x1b]0;title\x07",
    "open end": "\x1b]0;title",
    "link": "\x1b]8;;http://evil.example\x1b\\",
    "clear": "\x1b[2J",
    "alternate screen": "\x1b[?1049l",
    "mouse": "\x1b[?1003h",
    "synchronised": "\x1b[?2026h",
    "answer": "\x1b[6n",
    "device": "\x1b[c",
    "keyboard": "\x1b[>31u",
    "reset": "\x1bc",
    "charset": "\x1b(0",
    "string": '\x1bP$q"p\x1b\\',
    "application": "\x1b_Gi=1;AAAA\x1b\\",
    "eight bit": "\x9b2J",
    "eight bit string": "\x9d52;c;aGk=\x9c",
    "half": "\x1b[",
    "escape": "\x1b",
    "nested": "\x1b\x1b[2J",
    "colons": "\x1b[4:3m",
    "long": "\x1b[" + "1;" * 300 + "m",
    "bell": "\x07",
    "shift": "\x0e",
    "delete": "\x7f",
    "null": "\x00",
    "tab": "\t",
    "return": "\r",
    "direction": "\u202e",
    "isolate": "\u2066",
    "nothing": "\u200b",
    "mark": "\ufeff",
    "soft": "\u00ad",
    "line": "\u2028",
    "tag": "\U000e0041",
    "filler": "\u3164\u115f",
    "surrogate": "\ud800",
    "noncharacter": "\uffff",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text(text: str) -> None:
    """It is taken out, the text around it stays, and it is counted."""
    out = sent(f"before{text}after", width=700)
    assert_harmless(out)
    assert "before" in out
    # The end of a sequence that was cut short is the next character or two.
    assert "fter" in out
    assert row_of(f"before{text}after", width=700)[1] > 0


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.text(), st.sampled_from(sorted(HOSTILE.values())))).map("".join))
def test_any_text(text: str) -> None:
    """Whatever comes."""
    assert_harmless(sent(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # A sequence was measured by its visible part, so what follows stays where it belongs.
        ("a\x1b[2Jb", f"a{REPLACEMENT * 3}b"),
        ("a\x1b]0;t\x07b", f"a{REPLACEMENT * 4}b"),
        ("a\x07\u202eb", "ab"),
        ("a\u00adb", f"a{REPLACEMENT}b"),
        # A link takes no cells when it comes from Textual, which writes one around the text.
        ("\x1b]8;id=1;https://x\x1b\\text\x1b]8;;\x1b\\", "text"),
        ("a\x1bcb", f"a{REPLACEMENT}b"),
    ],
)
def test_cells_keep_their_places(text: str, shown: str) -> None:
    """Replacement characters stand for what could be seen, nothing for what could not."""
    assert row_of(text)[0] == shown


def test_piled_accents_end() -> None:
    """A cell holds so many code points and no more."""
    shown, dropped = row_of("a" + "\u0301" * 500)
    assert len(shown) == MOST_CODE_POINTS
    assert dropped > 0
    grid = Grid(4, 1)
    grid.feed("\x1b[1;1Ha\x1b[31m" + "\x1b[0m\u0301" * 100)
    assert len(grid.frame().rows[0].characters[0]) == MOST_CODE_POINTS


@pytest.mark.parametrize("text", ["e\u0301", "👩\u200d👩\u200d👧", "❤\ufe0f", "👍🏽", "日本", "🇩🇪", "é─▌"])
def test_honest_text_passes(text: str) -> None:
    """What people write is left alone."""
    assert row_of(text) == (text, 0)


def test_text_cannot_leave_the_screen() -> None:
    """Positions beyond the edges draw nothing."""
    grid = Grid(5, 2)
    grid.feed("\x1b[9;1Hxx\x1b[1;9Hyy\x1b[0;0H\x1b[1;4Habc日\n\n\n\nz\x1b[9999;9999H")
    frame = grid.frame()
    assert ["".join(row.characters) for row in frame.rows] == ["   ab", "     "]
    assert frame.cursor == (1, 4)
