"""The thread that writes: in order, never in the way, and done in bounded time."""

from __future__ import annotations

import os
import pty
import select
import threading
import time
import tty
from collections.abc import Iterator

import pyte
import pytest

from tui.terminal.abilities import Abilities
from tui.terminal.cells import Grid
from tui.terminal.writer import Show, Writer

PATIENCE = 30.0
WIDTH, HEIGHT = 80, 24


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The two ends of a pty: the one to read what the terminal is sent, the one to write to."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, slave
    for end in (master, slave):
        try:
            os.close(end)
        except OSError:
            continue


def shown(grid: Grid, text: str, *, whole: bool = False, together: bool = False) -> Show:
    """The grid with a text in every row."""
    grid.feed("".join(f"\x1b[{row + 1};1H{text:<{WIDTH}}" for row in range(HEIGHT)))
    return Show(grid.frame(), whole, together)


def drained(fileno: int) -> bytes:
    """What can be read now."""
    data = b""
    while select.select([fileno], [], [], 0)[0]:
        try:
            data += os.read(fileno, 65536)
        except OSError:
            break
    return data


def test_order_and_merging(terminal: tuple[int, int]) -> None:
    """Sequences keep their place between frames; of frames with nothing between them the last is drawn."""
    master, slave = terminal
    writer, grid = Writer(slave, Abilities()), Grid(WIDTH, HEIGHT)
    for text in ("one", "two"):
        writer.show(shown(grid, text))
    writer.send("\x1b[?25l")
    for text in ("three", "four"):
        writer.show(shown(grid, text))
    assert writer.waiting == 3
    writer.start()
    writer.stop(PATIENCE)
    out = drained(master)
    assert b"one" not in out
    assert b"three" not in out
    assert -1 < out.index(b"two") < out.index(b"\x1b[?25l") < out.index(b"four")


def test_same_sequence_waits_once(terminal: tuple[int, int]) -> None:
    """Of a thousand bells one is heard, of a thousand clipboards the last is set."""
    master, slave = terminal
    writer, grid = Writer(slave, Abilities()), Grid(WIDTH, HEIGHT)
    for number in range(1000):
        writer.send("\x07")
        writer.show(shown(grid, f"frame {number}"))
        writer.send(f"\x1b]52;c;{number:04}\x07")
    assert writer.waiting <= 4
    writer.start()
    writer.stop(PATIENCE)
    out = drained(master)
    assert out.count(b"\x1b]52") == out.count(b"\x1b]52;c;0999\x07") == 1
    assert out.count(b"\x07") == 2
    assert out.count(b"frame") <= HEIGHT


def test_terminal_that_is_not_read(terminal: tuple[int, int]) -> None:
    """Drawing goes on at once and keeps one frame; when the terminal reads again it gets the newest."""
    master, slave = terminal
    writer, grid = Writer(slave, Abilities()), Grid(WIDTH, HEIGHT)
    writer.start()
    waiting: list[int] = []

    def draw() -> None:
        for number in range(3000):
            writer.show(shown(grid, f"{number} " * 13))
            waiting.append(writer.waiting)

    drawing = threading.Thread(target=draw, daemon=True)
    drawing.start()
    drawing.join(PATIENCE)
    assert not drawing.is_alive()
    assert max(waiting) <= 1
    expected = pyte.Screen(WIDTH, HEIGHT)
    pyte.Stream(expected).feed("".join(f"\x1b[{row + 1};1H{'2999 ' * 13}" for row in range(HEIGHT)))
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream, received, deadline = pyte.ByteStream(screen), 0, time.monotonic() + PATIENCE
    while screen.display != expected.display and time.monotonic() < deadline:
        if select.select([master], [], [], 1)[0]:
            data = os.read(master, 65536)
            received += len(data)
            stream.feed(data)
    assert screen.display == expected.display
    assert received < 20 * WIDTH * HEIGHT
    writer.stop(PATIENCE)
    assert not writer.is_alive()


def test_stopping_while_the_terminal_takes_nothing(terminal: tuple[int, int]) -> None:
    """What it did not take is thrown away, and the sequences that restore it are what it reads next."""
    master, slave = terminal
    writer, grid = Writer(slave, Abilities()), Grid(WIDTH, HEIGHT)
    writer.start()
    for number in range(100):
        for row in range(HEIGHT):
            grid.feed(f"\x1b[{row + 1};1H" + "".join(f"\x1b[3{(number + row + x) % 8}m{x % 10}" for x in range(WIDTH)))
        writer.show(Show(grid.frame(), True, False))
    for sequence in ("\x1b[?1000l", "\x1b[?1049l", "\x1b[?25h"):
        writer.send(sequence)
    writer.stop(0.1)
    assert not writer.is_alive()
    assert drained(master).endswith(b"\x1b[r\x1b[m\x1b[?1000l\x1b[?1049l\x1b[?25h")


def test_terminal_that_is_gone(terminal: tuple[int, int]) -> None:
    """The thread ends, and what comes later is not kept."""
    master, slave = terminal
    writer, grid = Writer(slave, Abilities()), Grid(WIDTH, HEIGHT)
    writer.start()
    os.close(master)
    writer.show(shown(grid, "text"))
    writer.join(PATIENCE)
    assert not writer.is_alive()
    writer.show(shown(grid, "more"))
    writer.send("\x07")
    assert writer.waiting == 0
    writer.stop(PATIENCE)


def test_not_a_terminal() -> None:
    """What cannot be opened anew, as a pipe, is written to as it is."""
    reading, writing = os.pipe()
    writer, grid = Writer(writing, Abilities()), Grid(WIDTH, HEIGHT)
    writer.start()
    writer.show(shown(grid, "text"))
    writer.stop(PATIENCE)
    assert drained(reading).count(b"text") == HEIGHT
    os.close(reading)
    os.close(writing)


def test_frames_that_are_shown_at_once(terminal: tuple[int, int]) -> None:
    """Large ones are wrapped where the terminal knows how to; small ones arrive at once anyway."""
    master, slave = terminal
    writer, grid = Writer(slave, Abilities()), Grid(WIDTH, HEIGHT)
    writer.show(shown(grid, "text " * 10, together=True))
    writer.send("\x07")
    grid.feed("\x1b[5;5Hx")
    writer.show(Show(grid.frame(), False, True))
    writer.start()
    writer.stop(PATIENCE)
    large, _, small = drained(master).partition(b"\x07")
    assert large.startswith(b"\x1b[?2026h")
    assert large.endswith(b"\x1b[?2026l")
    assert b"x" in small
    assert b"2026" not in small


def test_other_screen_is_entered_and_left_clean(terminal: tuple[int, int]) -> None:
    """No style is carried out of the screen, and a new one is drawn whole."""
    master, slave = terminal
    writer, grid = Writer(slave, Abilities()), Grid(WIDTH, HEIGHT)
    writer.show(shown(grid, "\x1b[7mtext"))
    for sequence in ("\x1b[?1049l", "\x1b[?1049h"):
        writer.send(sequence)
    writer.show(shown(grid, "\x1b[7mtext"))
    writer.start()
    writer.stop(PATIENCE)
    before, _, after = drained(master).partition(b"\x1b[?1049l")
    assert before.endswith(b"\x1b[m")
    assert after.count(b"text") == HEIGHT
