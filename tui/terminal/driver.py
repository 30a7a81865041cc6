"""Which driver stands between the screens and the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver

PLAIN_OUTPUT = "HEDGEROW_PLAIN_OUTPUT"
"""The variable that turns the driver of our own off, for a terminal that does not get along with it."""


def driver_class(environ: Mapping[str, str], setting: str = "auto") -> type[Driver] | None:
    """The driver to give to the app, or None for Textual's own.

    None where the user asks for it (the variable is not empty, or the setting is `plain`), where Textual is told
    which driver to use (in a browser), and where there is no POSIX terminal.
    """
    if setting == "plain" or environ.get(PLAIN_OUTPUT) or environ.get("TEXTUAL_DRIVER"):
        return None
    if sys.platform == "win32" or not all(
        stream is not None and stream.isatty() for stream in (sys.__stdin__, sys.__stderr__)
    ):
        return None
    from tui.terminal.cell_driver import CellDriver

    return CellDriver
