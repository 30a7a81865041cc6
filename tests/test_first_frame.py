"""The first frame waits for nothing that only the network needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LATER = frozenset({"httpx", "keyring", "pydantic", "starlette", "uvicorn"})

PROGRAM = """
import asyncio, os, sys
from textual.screen import Screen
from tui.app import Hedgerow
from tui.config import load
from tui.flags import Flags

app = Hedgerow(load(Flags(), os.environ), os.environ)
painted = []

class Eyes:
    '''Looks on as the compositor hands over frames.'''
    before = Screen._compositor_refresh

    def paint(screen):
        Eyes.before(screen)
        if screen.is_current and screen.size and not painted:
            lines = screen._compositor.render_strips(app.size)
            words = "".join(segment.text for line in lines for segment in line)
            if "Hedgerow" in words:
                painted.append(sorted(name for name in sys.modules if "." not in name))
                print(words.split()[:2], *painted[0], file=sys.__stdout__)
                app.exit(0)

Screen._compositor_refresh = Eyes.paint
sys.exit(app.run(headless=True, size=(120, 40)))
"""


def first_frame(environ: dict[str, str]) -> set[str]:
    """The top-level modules that are imported when the first frame is painted."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("['Hedgerow'"), done.stdout
    return set(done.stdout.split())


def environ(folder: Path, **more: str) -> dict[str, str]:
    """An environment with nothing of the user's in it."""
    return {
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "HEDGEROW_CONFIG": str(folder / "config.toml"),
        "HEDGEROW_STATE_DIR": str(folder / "state"),
        **more,
    }


def test_with_a_project_to_open(tmp_path: Path) -> None:
    known = {"HEDGEROW_HOST": "http://127.0.0.1:9", "HEDGEROW_API_KEY": "phx_0123456789abcdefghij"}
    imported = first_frame(environ(tmp_path, **known))
    assert {"tui", "textual"} <= imported
    assert not imported & LATER


def test_with_nothing_known_yet(tmp_path: Path) -> None:
    imported = first_frame(environ(tmp_path))
    assert {"tui", "textual"} <= imported
    assert not imported & LATER
