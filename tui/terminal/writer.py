"""The thread that writes to the terminal. Whoever gives it something never waits.

While the terminal does not take bytes, only the newest frame is kept, so a slow line delays what is seen but
neither stops the program nor fills its memory.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import termios
import threading
import time
from dataclasses import dataclass, replace
from typing import Final

from tui.terminal.abilities import Abilities
from tui.terminal.cells import Frame
from tui.terminal.encoder import Encoder

PIECE: Final = 256
"""Bytes written at once to a terminal that could not be opened anew and so may block."""

TOGETHER: Final = 256
"""A terminal that can be asked to show a frame at once is asked so for frames of more bytes than this."""

_WAIT: Final = 0.1
"""Seconds between looks at whether to go on waiting for a terminal that takes nothing."""

_SCREENS: Final = ("\x1b[?1049h", "\x1b[?1049l")
"""To the alternate screen and back."""


@dataclass(frozen=True, slots=True)
class Show:
    """A frame on its way. `whole`: nothing of what the terminal shows is relied upon."""

    frame: Frame
    whole: bool
    together: bool


class Writer(threading.Thread):
    """Writes frames and other sequences in the order they came, frames as differences."""

    def __init__(self, fileno: int, known: Abilities) -> None:
        super().__init__(daemon=True, name="hedgerow-output")
        self._fileno, self._piece = _open(fileno)
        self._encoder = Encoder(known)
        self._changed = threading.Condition()
        self._queue: list[str | Show] = []
        self._deadline: float | None = None
        self._over = False

    @property
    def waiting(self) -> int:
        """Frames and sequences that the terminal has not been given yet."""
        return len(self._queue)

    def show(self, show: Show) -> None:
        """Show a frame, in place of one that was not begun yet."""
        self._push(show)

    def send(self, sequence: str) -> None:
        """Send a control sequence after the frames before it.

        One that waits already is moved to the end; of what is set by an operating system command (OSC), such
        as the clipboard, only the last is sent.
        """
        self._push(sequence)

    def stop(self, seconds: float) -> None:
        """Write what is left and end. After these seconds give up; the terminal is restored nevertheless."""
        with self._changed:
            self._deadline = time.monotonic() + seconds
            self._changed.notify()
        self.join(seconds + 2 * _WAIT)
        if not self.is_alive():
            with contextlib.suppress(OSError):
                os.close(self._fileno)

    def run(self) -> None:
        """Write until stopped or until the terminal is gone."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._deadline is not None)
                batch, self._queue = self._queue, []
            if not batch:
                break
            try:
                written = self._write("".join(map(self._bytes, batch)).encode(errors="replace"))
            except OSError:
                break
            if not written:
                self._restore(batch)
                break
        with self._changed:
            self._over = True
            self._queue.clear()

    def _push(self, item: str | Show) -> None:
        with self._changed:
            if self._over:
                return
            earlier = self._queue
            if isinstance(item, str):
                earlier = [one for one in earlier if isinstance(one, Show) or _kind(one) != _kind(item)]
            queue: list[str | Show] = []
            for one in (*earlier, item):
                if isinstance(one, Show) and queue and isinstance(last := queue[-1], Show):
                    queue[-1] = replace(one, whole=one.whole or last.whole)
                else:
                    queue.append(one)
            self._queue = queue
            self._changed.notify()

    def _bytes(self, item: str | Show) -> str:
        if isinstance(item, str):
            if item not in _SCREENS:
                return item
            return self._encoder.leave() + item
        if item.whole:
            self._encoder.invalidate()
        body = self._encoder.encode(item.frame)
        return f"\x1b[?2026h{body}\x1b[?2026l" if item.together and len(body) > TOGETHER else body

    def _write(self, data: bytes) -> bool:
        """Write all of it; False if the time to stop came first. Raises OSError if the terminal is gone."""
        with selectors.SelectSelector() as selector:
            selector.register(self._fileno, selectors.EVENT_WRITE)
            while data:
                if self._deadline is not None and time.monotonic() > self._deadline:
                    return False
                if selector.select(_WAIT):
                    with contextlib.suppress(BlockingIOError):
                        data = data[os.write(self._fileno, data[: self._piece]) :]
        return True

    def _restore(self, batch: list[str | Show]) -> None:
        """Throw away what the terminal did not take and send it the sequences alone, which fit in its buffer."""
        with self._changed:
            sequences = "".join(item for item in (*batch, *self._queue) if isinstance(item, str))
        with contextlib.suppress(OSError, termios.error):
            termios.tcflush(self._fileno, termios.TCOFLUSH)
            os.write(self._fileno, f"\x1b[r\x1b[m{sequences}".encode())


def _kind(sequence: str) -> str:
    """What a sequence sets: for an OSC its number, wrapped or not; otherwise itself."""
    return sequence[:5] if sequence[1:2] in ("]", "P") else sequence


def _open(fileno: int) -> tuple[int, int]:
    """The terminal opened once more, so that it can refuse bytes rather than block, and the most to write at once.

    The flag belongs to the opening and not to the terminal, so other programs do not notice.
    """
    try:
        own = os.open(os.ttyname(fileno), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return os.dup(fileno), PIECE
    if os.fstat(own).st_rdev == os.fstat(fileno).st_rdev:
        return own, 1 << 16
    os.close(own)
    return os.dup(fileno), PIECE
