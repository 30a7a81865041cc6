"""A pseudo terminal with a program in it: what it shows, and every byte it wrote."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import pyte

PATIENCE = 20.0
"""Seconds a screen is waited for."""
QUIET = 0.3
"""Seconds without a byte after which the program has finished what a key began."""
SYNCHRONISED = (b"\x1b[?2026$p", b"\x1b[?2026;2$y")
"""The question whether frames can be shown at once, and a terminal's yes."""
KITTY = re.compile(rb"\x1b\[[<>=][0-9;]*u")
"""The kitty keyboard's sequences, which pyte does not know."""


class Terminal:
    """Runs `command` in a terminal of `size`; a context manager that ends it."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], size: tuple[int, int]) -> None:
        columns, rows = size
        self._fd, slave = pty.openpty()
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.modes_before = termios.tcgetattr(slave)
        self._slave = slave
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.written = bytearray()
        """Every byte the program wrote."""
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=dict(environ), start_new_session=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._slave)
        os.close(self._fd)

    @property
    def modes(self) -> list[object]:
        """The settings of the terminal's line discipline, as `termios.tcgetattr` gives them."""
        return list(termios.tcgetattr(self._slave))

    @property
    def lines(self) -> list[str]:
        """What is on the screen."""
        return list(self.screen.display)

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    def take(self, seconds: float) -> int:
        """Take in what the program writes next; how many bytes that was, 0 when nothing came in that time."""
        ready, _, _ = select.select([self._fd], [], [], max(0.0, seconds))
        if not ready:
            return 0
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            return 0
        self.written += data
        question, answer = SYNCHRONISED
        if question in data:
            os.write(self._fd, answer)
        self._stream.feed(KITTY.sub(b"", data))
        return len(data)

    def until(self, holds: Callable[[], object]) -> None:
        """Take in what comes until something holds. Raises `AssertionError` with the screen when it does not."""
        end = time.monotonic() + PATIENCE
        while not holds():
            left = end - time.monotonic()
            assert left > 0, f"it did not come to that:\n{self.text}"
            self.take(min(left, 0.1))

    def until_shown(self, words: str) -> None:
        """Wait until these words are on the screen."""
        self.until(lambda: words in self.text)

    def rest(self, seconds: float = QUIET) -> int:
        """Take in what comes until nothing came for so long; how many bytes it was."""
        total = 0
        while taken := self.take(seconds):
            total += taken
        return total

    def press(self, keys: str) -> None:
        """Send keys as a keyboard does."""
        os.write(self._fd, keys.encode())

    def cost(self, keys: str) -> int:
        """The bytes the program writes for these keys until it rests."""
        self.press(keys)
        return self.rest()

    def end(self) -> int:
        """Wait until the program has ended; its exit code."""
        self.until(lambda: self.process.poll() is not None)
        self.rest(0.05)
        return self.process.wait()
