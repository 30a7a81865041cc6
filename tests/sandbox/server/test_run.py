"""The sandbox as a program: its one line, its signals, its state file, and connections that really close."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tui.sandbox.run import serve

ROOT = Path(__file__).parents[3]
OPTIONS: dict[str, Any] = {
    "port": 0,
    "insights": 3,
    "variables": 1,
    "seed": 7,
    "server": "new",
    "faults": None,
    "grace": 300,
    "rate_limits": True,
    "state": None,
}
PROGRAM = """
import sys
from pathlib import PosixPath
from tui.sandbox.run import serve

raise SystemExit(serve(**eval(sys.argv[1])))
"""

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the program with options; whatever is left at the end of the test is killed."""
    running: list[subprocess.Popen[str]] = []

    def started(**options: Any) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, repr(OPTIONS | options)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield started
    for process in running:
        process.kill()
        process.communicate()


def ready(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The line the program prints when it takes requests."""
    assert process.stdout is not None
    line: dict[str, Any] = json.loads(process.stdout.readline())
    return line


def api(line: dict[str, Any]) -> httpx.Client:
    """A client of the project."""
    return httpx.Client(
        base_url=f"{line['url']}/api/projects/{line['project']}/",
        headers={"Authorization": f"Bearer {line['key']}"},
        trust_env=False,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code and what was printed after the first line."""
    out, err = process.communicate(timeout=20)
    return process.returncode, out, err


def test_one_line_and_connections_that_close(start: Start) -> None:
    process = start(faults="PATCH /sharing/ drop-after x1; POST /insight_variables/ drop-before x1")
    line = ready(process)
    assert sorted(line) == ["key", "project", "url"]
    with api(line) as client:
        insight = client.get("insights/", params={"basic": "true", "order": "id"}).json()["results"][0]["id"]
        path = f"insights/{insight}/sharing/"
        assert client.get(path).json()["settings"] != {"theme": "dark"}
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            client.patch(path, json={"settings": {"theme": "dark"}})
        assert client.get(path).json()["settings"] == {"theme": "dark"}, "the change was carried out"
        count = client.get("insight_variables/").json()["count"]
        with pytest.raises(httpx.RemoteProtocolError):
            client.post("insight_variables/", json={"name": "Lost", "type": "String"})
        assert client.get("insight_variables/").json()["count"] == count
    process.send_signal(signal.SIGTERM)
    assert ended(process) == (0, "", "")


def test_what_ends_it(start: Start) -> None:
    """Signals and, when asked to, the end of stdin, which `ended` brings about."""
    processes = {number: start() for number in (signal.SIGINT, signal.SIGHUP)}
    watching = start(until_stdin_closes=True)
    for number, process in processes.items():
        ready(process)
        process.send_signal(number)
        assert ended(process) == (0, "", "")
    ready(watching)
    assert ended(watching) == (0, "", "")


def test_state_file_is_kept_and_reopened_as_it_is(start: Start, tmp_path: Path) -> None:
    state = tmp_path / "world.db"
    process = start(state=state)
    line = ready(process)
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    with api(line) as client:
        client.post("insight_variables/", json={"name": "Kept", "type": "String"})
    process.terminate()
    assert ended(process)[0] == 0
    again = start(state=state, insights=30)
    line_again = ready(again)
    assert (line_again["key"], line_again["project"]) == (line["key"], line["project"])
    with api(line_again) as client:
        assert client.get("insight_variables/").json()["results"][-1]["name"] == "Kept"
        assert client.get("insights/").json()["count"] == 3


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port somebody else listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def refused(capsys: pytest.CaptureFixture[str], **options: Any) -> str:
    """The one line on stderr for options that cannot be used."""
    assert serve(**(OPTIONS | options)) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    return printed.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"faults": "GET explode"}, "'explode' is not understood"),
        ({"server": "ancient"}, "no server 'ancient'; there are new, mid, 2025, old"),
        ({"port": 99999}, "port 99999: no such port"),
    ],
)
def test_options_that_cannot_be_used(capsys: pytest.CaptureFixture[str], options: dict[str, Any], words: str) -> None:
    handler = signal.getsignal(signal.SIGTERM)
    assert words in refused(capsys, **options)
    assert signal.getsignal(signal.SIGTERM) == handler


def test_port_in_use(capsys: pytest.CaptureFixture[str], taken_port: int) -> None:
    assert f"port {taken_port}: Address already in use" in refused(capsys, port=taken_port)


def test_state_files_that_cannot_be_used(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert str(tmp_path) in refused(capsys, state=tmp_path)
    assert "No such file" in refused(capsys, state=tmp_path / "no" / "folder")
    nonsense = tmp_path / "nonsense"
    nonsense.write_text("this is no database " * 100)
    assert "not a database" in refused(capsys, state=nonsense)
    assert nonsense.read_text() == "this is no database " * 100
    foreign = tmp_path / "foreign.db"
    connection = sqlite3.connect(foreign)
    connection.execute("CREATE TABLE mine (x)")
    assert "not a database of the sandbox" in refused(capsys, state=foreign)
    assert [name for (name,) in connection.execute("SELECT name FROM sqlite_master")] == ["mine"]
    connection.close()
