"""Start and end in a terminal: it is left as it was found, however the program ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess

import pytest

from tests.pty.conftest import SIZE
from tests.pty.terminal import Terminal

MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
SWITCHED = {b"1000", b"1003", b"1006", b"1015", b"1049", b"2004"}
"""The modes a program has to switch off again: mouse, alternate screen, bracketed paste."""


def left_on(written: bytes) -> set[bytes]:
    """The modes that were switched on last."""
    modes: dict[bytes, bool] = {}
    for match in MODE.finditer(written):
        for mode in match[1].split(b";"):
            modes[mode] = match[2] == b"h"
    return {mode for mode, on in modes.items() if on}


def restored(terminal: Terminal) -> None:
    """The alternate screen is left, the cursor shown, no mode is left on, and the line discipline is as it was."""
    written = bytes(terminal.written)
    assert b"\x1b[?1049h" in written
    assert not left_on(written) & SWITCHED
    assert written.rfind(b"\x1b[?25h") > written.rfind(b"\x1b[?25l")
    assert terminal.modes == terminal.modes_before


def test_q_q_leaves_with_0(command: list[str], environ: dict[str, str]) -> None:
    with Terminal(command, environ, SIZE) as terminal:
        terminal.until_shown("● open")
        terminal.press("\r")
        terminal.until_shown("What the world can see")
        terminal.press("q")
        terminal.until(lambda: "What the world can see" not in terminal.text)
        assert terminal.process.poll() is None
        terminal.press("q")
        assert terminal.end() == 0
        restored(terminal)
        assert b"Traceback" not in terminal.written


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["SIGTERM", "SIGHUP"])
def test_a_signal_leaves_the_terminal_as_it_was(
    command: list[str], environ: dict[str, str], number: signal.Signals
) -> None:
    with Terminal(command, environ, SIZE) as terminal:
        terminal.until_shown("● open")
        terminal.process.send_signal(number)
        assert terminal.end() == 0
        restored(terminal)
        assert b"Traceback" not in terminal.written


def test_ctrl_c_leaves(command: list[str], environ: dict[str, str]) -> None:
    with Terminal(command, environ, SIZE) as terminal:
        terminal.until_shown("60 insights")
        terminal.press("\x03")
        assert terminal.end() == 0
        restored(terminal)


@pytest.mark.parametrize("lacking", ["stdin", "stdout"])
def test_without_a_terminal_it_says_so_in_one_line(command: list[str], environ: dict[str, str], lacking: str) -> None:
    master, slave = os.openpty()
    streams = {"stdin": slave, "stdout": slave, lacking: subprocess.DEVNULL}
    done = subprocess.run(command, env=environ, stderr=subprocess.PIPE, timeout=20, check=False, **streams)  # type: ignore[call-overload]
    os.close(master)
    os.close(slave)
    assert done.returncode == 2
    assert done.stderr == b"hedgerow: the screens need a terminal, and stdin or stdout is none\n"


def test_a_dumb_terminal_is_refused(command: list[str], environ: dict[str, str]) -> None:
    with Terminal(command, environ | {"TERM": "dumb"}, SIZE) as terminal:
        assert terminal.end() == 2
        assert bytes(terminal.written).count(b"\n") == 1
        assert b"\x1b" not in terminal.written


def test_no_colour_is_sent_under_no_color(command: list[str], environ: dict[str, str]) -> None:
    with Terminal(command, environ | {"NO_COLOR": "1"}, SIZE) as terminal:
        terminal.until_shown("● open")
        terminal.rest()
        assert not re.search(rb"\x1b\[[0-9;]*\b(?:3[0-7]|9[0-7]|38;|48;|4[0-7])[0-9;]*m", terminal.written)
        assert b"\x1b[1m" in terminal.written or b";1m" in terminal.written
