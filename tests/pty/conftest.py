"""A sandbox as a process, and the program before it in a pseudo terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
SIZE = (120, 40)
OpenTerminal = Callable[..., Terminal]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[dict[str, str]]:
    """The address, project and key of a sandbox that was started for these tests."""
    command = [sys.executable, "-m", "tui", "sandbox", "--until-stdin-closes", "--no-rate-limits"]
    environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield {name: str(value) for name, value in json.loads(process.stdout.readline()).items()}
        process.stdin.close()


@pytest.fixture
def environ(sandbox: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The environment of a terminal of today, and nothing of the user's."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONPATH": str(ROOT),
        "HEDGEROW_API_KEY": sandbox["key"],
        "HEDGEROW_PROJECT": sandbox["project"],
        "HEDGEROW_CONFIG": str(tmp_path / "config.toml"),
        "HEDGEROW_STATE_DIR": str(tmp_path / "state"),
    }


@pytest.fixture
def command(sandbox: dict[str, str]) -> list[str]:
    """How the program is started."""
    return [sys.executable, "-m", "tui", "--host", sandbox["url"]]


@pytest.fixture
def settled(command: list[str], environ: dict[str, str]) -> Iterator[Terminal]:
    """The program with its list, its links in sight and the pane beside it on the screen."""
    with Terminal(command, environ, SIZE) as terminal:
        terminal.until_shown("60 insights")
        terminal.until(lambda: "● open" in terminal.text and "viewed" in terminal.text)
        terminal.rest(1.0)
        yield terminal
