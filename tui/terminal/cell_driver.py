"""The Textual driver that sends only the cells that changed, and nothing that it does not know.

What Textual writes is one of three things. A frame is drawn on a grid of cells. A sequence of Textual's own, known
in full, is sent on as it is. The marks around a frame say when it is complete. Whether something is a sequence of
its own is decided by the whole of what is written at once, so text inside a frame can never be one.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import selectors
import threading
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.terminal.abilities import abilities
from tui.terminal.cells import Grid
from tui.terminal.writer import Show, Writer

if TYPE_CHECKING:
    from textual.app import App

PATIENCE: Final = 1.0
"""Seconds a terminal that takes nothing is waited for at the end."""

_OWN: Final = re.compile(
    r"\x07"
    r"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2048)[hl]"
    r"|\x1b\[\?(?:2026|2048)\$p"
    r"|\x1b\[(?:>[0-9]{1,3}|<)u"
    r"|\x1b\]22;[a-z-]{1,20}\x07"
)
"""The bell, the modes Textual sets, the two it asks for, the kitty keyboard, the pointer's shape."""

_CLIPBOARD: Final = re.compile(r"\x1b\]52;c;[A-Za-z0-9+/]*={0,2}\x07")
_WRAPPING: Final = re.compile(r"\x1bP|\x1b\\")


class CellDriver(LinuxDriver):
    """Keeps what the screens have drawn and brings the terminal up to date from a thread of its own."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        # A signal may interrupt a write and write itself.
        self._drawing = threading.RLock()
        self._grid = Grid(*super()._get_terminal_size())
        self._output: Writer | None = None
        self._measured: tuple[int, int] | None = None
        self._drawn = self._whole = self._in_frame = self._together = False

    @property
    def dropped(self) -> int:
        """Sequences and characters that were kept from the terminal."""
        return self._grid.dropped

    def write(self, data: str) -> None:
        """Take what Textual writes. Returns at once, whatever the terminal does."""
        with self._drawing:
            if data == SYNC_START:
                self._in_frame = self._together = True
            elif data == SYNC_END:
                self._in_frame = False
                self._show()
            elif _OWN.fullmatch(data):
                self._send(data)
            else:
                self._adopt_size()
                self._grid.feed(data)
                self._drawn = True
                if not self._in_frame:
                    self._show()

    def write_clipboard(self, sequence: str) -> None:
        """Send an OSC 52 that sets the clipboard, bare or wrapped for screen. Raises ValueError for all else."""
        if not _CLIPBOARD.fullmatch(_WRAPPING.sub("", sequence)):
            raise ValueError("This is not a sequence that sets the clipboard.")
        with self._drawing:
            self._send(sequence)

    def invalidate(self) -> None:
        """Draw everything anew, for a terminal that shows something else than it was told to."""
        with self._drawing:
            self._whole = True
            self._show()

    def start_application_mode(self) -> None:
        """Take the terminal, at the start and after it was left to others."""
        if self._file is None:
            raise OSError("There is no terminal to draw on.")
        self._output = Writer(self._file.fileno(), abilities(os.environ))
        self._output.start()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        # Textual makes a writer that is not needed. Without one it has found that it may not write yet.
        unused, self._writer_thread = self._writer_thread, None
        if unused is None:
            self.close()
            return
        unused.stop()
        with self._drawing:
            self._adopt_size()

    def close(self) -> None:
        """Send what is left and let the terminal go. Takes little more than `PATIENCE` at most."""
        output, self._output = self._output, None
        if output is not None:
            output.stop(PATIENCE)
        super().close()

    def process_message(self, message: Message) -> None:
        """Also learn of sizes that the terminal itself reports."""
        if isinstance(message, events.Resize):
            self._resized((message.size.width, message.size.height))
        super().process_message(message)

    def run_input_thread(self) -> None:
        """Read what the user types until told to stop. The end of input, a hang-up, ends the app."""
        parser = XTermParser(self._debug)
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    data = self._read()
                    if not data:
                        with contextlib.suppress(RuntimeError):
                            self._loop.call_soon_threadsafe(self._app.exit)
                        return
                    for event in parser.feed(decode(data)):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            # A terminal that hung up answers with an error on some systems.
            return b""

    def _disable_mouse_support(self) -> None:
        super()._disable_mouse_support()
        if self._mouse and self._mouse_pixels:
            self.write("\x1b[?1016l")

    def _get_terminal_size(self) -> tuple[int, int]:
        """Measure the terminal; Textual does so at the start and at every sign that the size changed."""
        size = super()._get_terminal_size()
        self._resized(size)
        return size

    def _resized(self, size: tuple[int, int]) -> None:
        """Note a size. This may run in a signal or on another thread, so the rest is left to the loop."""
        self._measured = size
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._adopt_size)

    def _adopt_size(self) -> None:
        """After a change of size all is drawn anew; if it is the same after all, at once."""
        with self._drawing:
            size, self._measured = self._measured, None
            if size is None:
                return
            self._whole = True
            if size == (self._grid.width, self._grid.height):
                self._show()
            else:
                self._grid.resize(*size)

    def _show(self) -> None:
        if self._output is not None and self._drawn:
            self._output.show(Show(self._grid.frame(), self._whole, self._together))
            self._whole = False

    def _send(self, sequence: str) -> None:
        if self._output is not None:
            self._output.send(sequence)
