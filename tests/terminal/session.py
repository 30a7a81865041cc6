"""A program in a pty, its output interpreted by pyte, with waits that end when what is waited for is there."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import pyte

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds after which something that did not happen is held not to happen any more."""


class Session:
    """The small app at a size. `synchronised`: the terminal says that it can show a frame at once."""

    def __init__(self, mark: Path, *, plain: bool = False, synchronised: bool = False) -> None:
        self.mark = mark
        self.synchronised = synchronised
        self.output = b""
        self.asked = False
        self.settled = 0
        self.screen = pyte.Screen(80, 24)
        self.stream = pyte.ByteStream(self.screen)
        self.master, slave = pty.openpty()
        self.resize(80, 24)
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "COLORTERM": "truecolor"}
        if plain:
            environ["HEDGEROW_PLAIN_OUTPUT"] = "1"
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"import runpy, sys, fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
             f"sys.argv[1:] = [{str(mark)!r}]; runpy.run_module('tests.terminal.small_app', run_name='__main__')"],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=environ, cwd=ROOT,
        )  # fmt: skip
        os.close(slave)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)

    def hang_up(self) -> None:
        """The terminal goes away."""
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def resize(self, width: int, height: int) -> None:
        """Give the terminal another size; the program is told by the system."""
        self.screen.resize(height, width)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self.master, keys.encode())

    def until(self, there: Callable[[], bool]) -> None:
        """Read until it is so."""
        deadline = time.monotonic() + PATIENCE
        while not there():
            assert self.read(deadline - time.monotonic()), f"it ended\n{self.text()}"
            assert time.monotonic() < deadline, f"it did not happen\n{self.text()}"

    def until_shown(self, text: str) -> None:
        """Read until the screen shows a text."""
        self.until(lambda: text in self.text())

    def settle(self) -> None:
        """Read until all that was typed before is on the screen."""
        self.settled += 1
        start = len(self.output)
        self.press("e")
        self.until(lambda: f"said {self.settled}" in self.text() and b"\x1b[?25l" in self.output[start:])

    def read(self, wait: float) -> bool:
        """Read what is there, False at the end."""
        if not select.select([self.master], [], [], max(wait, 0))[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.output += data
        # pyte takes the end of this for a request of its own.
        self.stream.feed(data.replace(b"\x1b[>25u", b"").replace(b"\x1b[<u", b""))
        if self.synchronised and not self.asked and b"\x1b[?2026$p" in self.output:
            self.asked = True
            self.press("\x1b[?2026;2$y")
        return bool(data)

    def text(self) -> str:
        """The screen, row by row."""
        return "\n".join(self.screen.display)

    def cells(self) -> list[list[object]]:
        """The screen with its styles; of a blank only the background."""
        chars = [[self.screen.buffer[y][x] for x in range(self.screen.columns)] for y in range(self.screen.lines)]
        return [
            [(char.data, char.bg if char.data == " " and not char.reverse else char[1:]) for char in row]
            for row in chars
        ]
