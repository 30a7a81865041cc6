"""Which driver is used, what a terminal is taken to know, and the way from one style to another."""

from __future__ import annotations

import sys
from itertools import product

import pytest

from tests.terminal.emulator import Emulator
from tests.terminal.frames import COLOURS, GROUNDS
from tui.terminal.abilities import Abilities, abilities
from tui.terminal.cell_driver import CellDriver
from tui.terminal.driver import driver_class
from tui.terminal.styles import applied, blank, change, erases


class Stream:
    """A standard stream."""

    def __init__(self, terminal: bool) -> None:
        self.terminal = terminal

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self.terminal


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Input and output are a terminal."""
    for name in ("__stdin__", "__stderr__"):
        monkeypatch.setattr(sys, name, Stream(True))


@pytest.mark.usefixtures("terminal")
def test_driver_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours, unless the user or Textual's own variable says otherwise, and not on Windows."""
    assert driver_class({}) is CellDriver
    assert driver_class({"HEDGEROW_PLAIN_OUTPUT": ""}, "auto") is CellDriver
    assert driver_class({"HEDGEROW_PLAIN_OUTPUT": "1"}) is None
    assert driver_class({}, "plain") is None
    assert driver_class({"TEXTUAL_DRIVER": "some.module:Driver"}) is None
    monkeypatch.setattr(sys, "platform", "win32")
    assert driver_class({}) is None


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("name", ["__stdin__", "__stderr__"])
@pytest.mark.parametrize("stream", [None, Stream(False)])
def test_driver_without_a_terminal(monkeypatch: pytest.MonkeyPatch, name: str, stream: Stream | None) -> None:
    """Textual's own where input or output is none."""
    monkeypatch.setattr(sys, name, stream)
    assert driver_class({}) is None


@pytest.mark.parametrize(
    ("environ", "in_colour", "repeats"),
    [
        ({"TERM": "xterm-256color"}, True, False),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7003"}, True, True),
        ({"TERM": "xterm-256color", "XTERM_VERSION": "XTerm(388)", "TMUX": "/tmp/x"}, True, False),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7003", "STY": "1.pts"}, False, False),
        ({"TERM": "xterm-kitty"}, True, True),
        ({"TERM": "tmux-256color"}, True, False),
        ({"TERM": "screen-256color", "TMUX": "/tmp/x"}, True, False),
        ({"TERM": "screen-256color"}, False, False),
        ({"TERM": "linux"}, True, False),
        ({"TERM": "vt220", "VTE_VERSION": "7003"}, False, False),
        ({}, False, False),
    ],
)
def test_abilities(environ: dict[str, str], in_colour: bool, repeats: bool) -> None:
    """Only what is known is used."""
    assert abilities(environ) == Abilities(in_colour, repeats)


LOOKS = [
    applied("", ";".join(filter(None, parts)))
    for parts in product(["", "1", "2", "1;2", "1;4"], ["", *COLOURS[:5:2]], ["", *GROUNDS[:4:3]])
]


def test_changes_of_style() -> None:
    """The change ends in the same look as starting anew, and is never longer."""
    for old, new in product(LOOKS, LOOKS):
        there, anew = Emulator(1, 1), Emulator(1, 1)
        there.feed(f"\x1b[{old}m" + change(old, new))
        anew.feed(f"\x1b[0;{new}m")
        assert there.look == anew.look
        assert len(change(old, new)) <= len(f"\x1b[;{new}m")
        assert (change(old, new) == "") is (old == new)


@pytest.mark.parametrize(
    ("style", "parameters", "after"),
    [
        ("1;31", "", ""),
        ("31;44", "0;1", "1"),
        ("", "044;0031;01", "1;31;44"),
        ("1;2;31", "22", "31"),
        ("1;31;44", "39;49", "1"),
        ("", "38;2;1;2;3;48;5;9", "38;2;1;2;3;48;5;9"),
        ("31", "38;2;1", "31"),
        ("31", "38;5;256", "31"),
        ("31", "38", "31"),
        ("31", "99;1", "1;31"),
        ("4;9", "24;29;53", "53"),
    ],
)
def test_sequences_of_style(style: str, parameters: str, after: str) -> None:
    """As terminals take them; what is incomplete changes nothing."""
    assert applied(style, parameters) == after


def test_blanks() -> None:
    """On a blank only the background shows, unless there is a line on it."""
    assert blank("1;31;44") == "44"
    assert blank("4;31;44") == "4;31;44"
    assert erases("1;31;44")
    assert not erases("7;31")
