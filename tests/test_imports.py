"""What is really imported, seen from outside: who asks for help waits for nothing that help does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = frozenset(
    {
        "asyncio",
        "httpx",
        "keyring",
        "platformdirs",
        "pydantic",
        "rich",
        "sqlite3",
        "starlette",
        "textual",
        "uvicorn",
    }
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this Python in the checkout and report every import on stderr."""
    command = [sys.executable, "-X", "importtime", *arguments]
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def imported(report: str) -> set[str]:
    """The top-level names in a report of `-X importtime`."""
    lines = [line for line in report.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


@pytest.mark.parametrize(
    "arguments",
    [
        ("-m", "tui", "--help"),
        ("-m", "tui", "--version"),
        ("-m", "tui", "sandbox", "--help"),
        ("-c", "import tui.cli"),
        ("-c", "import tui.paths; tui.paths.styles()"),
    ],
    ids=" ".join,
)
def test_nothing_heavy_is_imported(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 0
    assert "tui" in imported(done.stderr)
    assert not imported(done.stderr) & HEAVY


@pytest.mark.parametrize("arguments", [("--nonsense",), ("--project", "none"), ("sandbox", "--port", "-1"), ()])
def test_a_refusal_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    done = run("-m", "tui", *arguments)
    assert done.returncode == 2
    assert "tui" in imported(done.stderr)
    assert not imported(done.stderr) & HEAVY
