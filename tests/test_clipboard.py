"""Copying through the terminal: the very bytes, tmux and screen, and the cap."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tui.terminal.clipboard import MOST, copy, sequence

PLAIN = {"TERM": "xterm-256color"}
TMUX_FROM_FAR = {"TERM": "screen-256color"}
"""What a server sees of a tmux at the other end of an SSH connection."""
SCREEN = {"TERM": "screen.xterm-256color", "STY": "4711.pts-0.bastion"}


def unwrapped(data: str) -> str:
    """What GNU screen passes on of what it is sent."""
    assert data.startswith("\x1bP")
    assert data.endswith("\x1b\\")
    pieces = data[2:-2].split("\x1b\\\x1bP")
    assert all("\x1b\\" not in piece and len(piece) <= 240 for piece in pieces)
    return "".join(pieces)


def test_the_bytes_of_osc_52() -> None:
    assert sequence("hedge", PLAIN) == "\x1b]52;c;aGVkZ2U=\x07"


@pytest.mark.parametrize("text", ["", "ünïcödé 🌿", "\x1b]0;title\x07", "line\nline", "x" * 5000])
@pytest.mark.parametrize("environ", [PLAIN, SCREEN, {}])
def test_any_text_travels_as_base64(text: str, environ: dict[str, str]) -> None:
    data = sequence(text, environ)
    plain = unwrapped(data) if environ is SCREEN else data
    body = plain.removeprefix("\x1b]52;c;").removesuffix("\x07")
    assert base64.b64decode(body, validate=True).decode() == text


def test_it_is_written_and_not_called_certain() -> None:
    written: list[str] = []
    assert copy("hedge", PLAIN, written.append) == "sent to the clipboard"
    assert written == ["\x1b]52;c;aGVkZ2U=\x07"]


def test_what_is_too_long_is_not_sent_at_all() -> None:
    written: list[str] = []
    assert copy("x" * MOST, PLAIN, written.append) == "sent to the clipboard"
    assert len(written[0]) < 100_000
    assert copy("x" * (MOST + 1), PLAIN, written.append) == "too long to copy, over 74 KB"
    assert copy("ü" * (MOST // 2 + 1), PLAIN, written.append) == "too long to copy, over 74 KB"
    assert len(written) == 1


def fake_tmux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int = 0) -> Path:
    """A tmux in the path that keeps its arguments and what it reads."""
    program = tmp_path / "bin" / "tmux"
    program.parent.mkdir()
    keeps = f'printf "%s " "$@" > "{tmp_path}/arguments"; cat > "{tmp_path}/taken"; exit {code}'
    program.write_text(f"#!/bin/sh\n{keeps}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return tmp_path


def test_in_tmux_its_own_command_takes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fake_tmux(tmp_path, monkeypatch)
    written: list[str] = []
    environ = {"TMUX": "/tmp/tmux-0/default,1,0", "TERM": "screen-256color"}
    assert copy("hedge ünï\n", environ, written.append) == "sent to the clipboard through tmux"
    assert (folder / "taken").read_bytes() == "hedge ünï\n".encode()
    assert (folder / "arguments").read_text() == "load-buffer -w - "
    assert written == []


def test_a_tmux_that_refuses_leaves_it_to_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_tmux(tmp_path, monkeypatch, code=1)
    written: list[str] = []
    environ = {"TMUX": "/tmp/tmux-0/default,1,0", "TERM": "screen-256color"}
    assert copy("hedge", environ, written.append) == "sent to the clipboard"
    assert written == ["\x1b]52;c;aGVkZ2U=\x07"]


def test_without_a_tmux_program_it_is_left_to_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    written: list[str] = []
    assert copy("hedge", {"TMUX": "x"}, written.append) == "sent to the clipboard"
    assert len(written) == 1


def test_outside_tmux_its_command_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fake_tmux(tmp_path, monkeypatch)
    written: list[str] = []
    copy("hedge", PLAIN, written.append)
    assert not (folder / "taken").exists()
    assert len(written) == 1


def test_a_tmux_at_the_other_end_gets_it_unwrapped() -> None:
    assert sequence("x", TMUX_FROM_FAR) == "\x1b]52;c;eA==\x07"
