"""A small Textual app to be run in a pty: a list, a line of text, and a key for everything a test asks for."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.driver import Driver
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.terminal.driver import driver_class

DONE = "\x1b[?25l"
"""Hides the cursor, which is hidden. It follows the frame in which something was said."""

CLIPBOARD = "\x1b]52;c;aGVkZ2U=\x07"
HOSTILE = "\x1b]52;c;ZXZpbA==\x07\x1b]0;evil\x07\x1b[2J\x1b[?1049l\u202e\x9b31mhostile"


class SmallApp(App[None]):
    """Says `said N` at the N-th `e`, and `DONE` when it is on the screen, so that a test knows how far it is."""

    CSS = "#said { height: 1; background: #20303a; } OptionList { height: 1fr; border: none; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("e", "say", "say"),
        ("c", "copy", "copy"),
        ("x", "forge", "forge"),
        ("h", "hostile", "hostile"),
        ("s", "leave", "leave"),
        ("l", "redraw", "redraw"),
        ("f", "flood", "flood"),
        ("q", "quit", "quit"),
    ]
    ENABLE_COMMAND_PALETTE = False
    said = 0

    def compose(self) -> ComposeResult:
        """A line and a list."""
        yield Static("ready", id="said", markup=False)
        yield OptionList(*(Option(f"row {number} 日本 é 🙂 [b]{'x' * (number % 7)}[/b]") for number in range(200)))

    def on_mount(self) -> None:
        """Keys go to the list from the start."""
        self.query_one(OptionList).focus()

    @property
    def driver(self) -> Any:
        """The driver in use, of either kind."""
        assert isinstance(self._driver, Driver)
        return self._driver

    def say(self, text: str) -> None:
        """Write the line."""
        self.query_one("#said", Static).update(text)

    def action_say(self) -> None:
        """Say that everything up to here is done."""
        self.said += 1
        self.say(f"said {self.said}")
        self.call_after_refresh(self.driver.write, DONE)

    def action_copy(self) -> None:
        """Set the clipboard in the one way that is let through."""
        self.driver.write_clipboard(CLIPBOARD)

    def action_forge(self) -> None:
        """Try it in ways that are not."""
        self.driver.write("\x1b]52;c;ZXZpbA==\x07")
        self.driver.write("\x1b]0;evil\x07")
        try:
            self.driver.write_clipboard("\x1b]0;evil\x07")
        except ValueError:
            self.say("refused")

    def action_hostile(self) -> None:
        """Show a text that is full of sequences."""
        self.say(HOSTILE)

    def action_leave(self) -> None:
        """Leave the terminal to something else, and come back."""
        with self.suspend():
            os.write(2, b"somebody else was here\n")

    def action_redraw(self) -> None:
        """Draw everything anew over what something else wrote."""
        os.write(2, b"\x1b[Hrubbish\x1b[41m\r\nrubbish\x1b[5;5Hrubbish")
        self.driver.invalidate()

    def action_flood(self) -> None:
        """Draw much more than a terminal that is not read can hold, and end."""
        for number in range(400):
            self.driver.write(f"\x1b[{number % 20 + 1};1H" + f"\x1b[3{number % 8}m{number:>4}\x1b[0m" * 15)
        self.exit()


if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    SmallApp(driver_class=driver_class(os.environ)).run()
    Path(sys.argv[1]).write_text("ended")
