"""Copy through the terminal: OSC 52, which works over SSH, with tmux and screen looked after.

The terminal never answers, so nobody can know whether it arrived: the words say `sent to the clipboard`, and what was
copied stays in view.
"""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable, Mapping

MOST = 74_000
"""Bytes of text: terminals and multiplexers cut longer sequences (xterm at 100,000 after encoding)."""


def sequence(text: str, environ: Mapping[str, str]) -> str:
    """The bytes that ask the terminal to take `text`. Inside GNU screen they are wrapped so that they pass through.

    `TERM=screen` alone does not tell: tmux says the same of itself, and drops what is wrapped for screen.
    """
    body = base64.b64encode(text.encode()).decode()
    plain = f"\x1b]52;c;{body}\x07"
    if environ.get("STY"):
        pieces = [plain[start : start + 240] for start in range(0, len(plain), 240)]
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return plain


def copy(text: str, environ: Mapping[str, str], write: Callable[[str], None]) -> str:
    """Send `text` to the clipboard; says in a few words what was done.

    In tmux its own command is used, because tmux swallows OSC 52 from programs unless it is set up for it.
    """
    if len(text.encode()) > MOST:
        return f"too long to copy, over {MOST // 1000} KB"
    if environ.get("TMUX") and _tmux(text):
        return "sent to the clipboard through tmux"
    write(sequence(text, environ))
    return "sent to the clipboard"


def _tmux(text: str) -> bool:
    try:
        command = ["tmux", "load-buffer", "-w", "-"]
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=2, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
