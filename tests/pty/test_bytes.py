"""What goes over the wire: bytes the real program writes, in a terminal of 120x40 with true colour."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import pytest

from tests.pty.terminal import Terminal

IDLE = 0
STEP = 1500
STEP_ALONE = 600
STATUS = 500
QUESTION = 5_000
SCREEN = 40_000

SCREENS = (
    ("2", "code name"),
    ("4", "outcome"),
    ("1", "changed"),
    ("?", "You are in"),
    ("?", "insights ·"),
    ("3", "why it is here"),
)
"""Keys, and words of the screens they lead to."""


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Iterator[dict[str, object]]:
    """Prints the measured figures at the end; `-s` shows them."""
    figures: dict[str, object] = {}
    yield figures
    print("".join(f"\n  {name:<32}{figure}" for name, figure in figures.items()))


def test_bytes(settled: Terminal, say: dict[str, object]) -> None:
    terminal = settled
    say["first screen, all read"] = len(terminal.written)

    idle = terminal.rest(2.0)
    say["idle, 2 s"] = idle
    assert idle == IDLE

    steps = [step(terminal, "j") for _ in range(20)]
    say["cursor step, pane beside"] = figure(steps)
    assert 0 < statistics.median(steps) <= STEP
    terminal.rest()

    shown = terminal.cost("s")
    assert "Switch sharing o" in terminal.lines[-1]
    hidden = terminal.cost("n")
    say["question shown, hidden"] = f"{shown}, {hidden}"
    assert 0 < shown <= QUESTION
    assert 0 < hidden <= QUESTION

    for key, words in SCREENS:
        cost = terminal.cost(key)
        assert words in terminal.text
        say[f"screen switch, {words}"] = cost
        assert 0 < cost <= SCREEN

    steps = [step(terminal, "j") for _ in range(9)]
    say["cursor step, no pane"] = figure(steps)
    assert 0 < statistics.median(steps) <= STEP_ALONE

    terminal.press("\r")
    terminal.until_shown("What the world can see")
    terminal.rest()
    left = terminal.lines[0][-20:]
    status = terminal.cost("r")
    assert terminal.lines[0][-20:] != left
    say["status change"] = status
    assert 0 < status <= STATUS


def figure(costs: list[int]) -> str:
    """The median of some costs, and between what they are."""
    return f"{statistics.median(costs):.0f}  (from {min(costs)} to {max(costs)}, {len(costs)} steps)"


def step(terminal: Terminal, key: str) -> int:
    """The bytes until the cursor is on the next row; a result beside the list is read later, once the list rests."""
    before = cursor_row(terminal)
    start = len(terminal.written)
    terminal.press(key)
    terminal.until(lambda: cursor_row(terminal) != before)
    terminal.rest(0.04)
    return len(terminal.written) - start


def cursor_row(terminal: Terminal) -> int:
    """The row of the screen with the cursor's bar."""
    return next((number for number, line in enumerate(terminal.lines) if line.startswith("▌")), -1)
