"""What every test can rely on: the same environment on every machine, and a home of its own.

The environment is tidied while this module is imported, and the plug-ins are named here rather than found:
Textual reads its variables when it is first imported, and one of the plug-ins imports it.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from hypothesis import settings

DROPPED = frozenset(
    {"ALL_PROXY", "COLORTERM", "COLUMNS", "FORCE_COLOR", "HTTPS_PROXY", "HTTP_PROXY", "LINES", "NO_COLOR"}
    | {"NO_PROXY", "STY", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "TMUX", "TMUX_PANE"}
)
DROPPED_PREFIXES = ("HEDGEROW_", "LC_", "POSTHOG_", "SSH_", "TEXTUAL_", "XDG_")
FIXED = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    "TERM": "xterm-256color",
    "TZ": "UTC",
}
SNAPSHOT_PYTHON = (3, 11)
"""The Python that draws the snapshots: all who draw them draw with the same."""


def tidy_environment() -> None:
    """Leave nothing of the terminal, the shell or the user's own project in the environment."""
    for name in list(os.environ):
        if name.upper() in DROPPED or name.startswith(DROPPED_PREFIXES):
            del os.environ[name]
    os.environ.update(FIXED)
    time.tzset()


tidy_environment()

pytest_plugins = ("anyio.pytest_plugin", "_hypothesis_pytestplugin", "syrupy", "pytest_textual_snapshot")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to write snapshots with another Python; make property tests try the same examples every time.

    `--hypothesis-profile=hunt` tries others each time, to find what nobody thought of.
    """
    settings.register_profile("steady", derandomize=True, database=None)
    settings.register_profile("hunt", derandomize=False, print_blob=True)
    settings.load_profile(config.getoption("--hypothesis-profile", None) or "steady")
    if config.getoption("update_snapshots", default=False) and sys.version_info[:2] != SNAPSHOT_PYTHON:
        wanted = ".".join(map(str, SNAPSHOT_PYTHON))
        raise pytest.UsageError(f"--snapshot-update needs Python {wanted}: snapshots are drawn with that one.")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for each test; every folder of the user is in it."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    for name in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
    return folder


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the program does."""
    return "asyncio"
