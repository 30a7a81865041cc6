"""A whole Textual app in a pty, with Textual's driver and with ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.session import PATIENCE, Session

DOWN, UP, PAGE, END, HOME = "\x1b[B", "\x1b[A", "\x1b[6~", "\x1b[F", "\x1b[H"
RESTORED = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1004l", b"\x1b[?2004l", b"\x1b[?7h", b"\x1b[?1003l", b"\x1b[<u")


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """The file that the app writes when it has come to its end."""
    return tmp_path / "mark"


def stations(session: Session) -> list[tuple[list[list[object]], tuple[int, int]]]:
    """What the screen shows after each of a few series of keys."""
    shown = []
    session.until_shown("row 3")
    session.settle()
    for keys in (DOWN * 3, PAGE, DOWN * 30 + UP * 4, END, UP * 2, HOME + PAGE * 3, UP * 30):
        session.press(keys)
        # A list scrolls once it is drawn, so the second time it stands still.
        session.settle()
        session.settle()
        shown.append((session.cells(), (session.screen.cursor.x, session.screen.cursor.y)))
    return shown


@pytest.mark.parametrize("synchronised", [False, True])
def test_same_screens_for_fewer_bytes(mark: Path, synchronised: bool) -> None:
    """The same cells and the same cursor at every station, for a fifth of the bytes."""
    with Session(mark, plain=True, synchronised=synchronised) as session:
        theirs, plain = stations(session), len(session.output)
    with Session(mark, synchronised=synchronised) as session:
        ours, slim = stations(session), len(session.output)
        assert (b"\x1b[?2026h" in session.output) is synchronised
    assert ours == theirs
    assert slim * 5 < plain


def test_resize(mark: Path) -> None:
    """Smaller and larger, as the other driver draws it."""
    shown = []
    for plain in (True, False):
        with Session(mark, plain=plain) as session:
            session.until_shown("row 3")
            for width, height, last in [(50, 12, "row 10"), (100, 30, "row 28")]:
                session.resize(width, height)
                session.until_shown(last)
                session.settle()
            shown.append(session.cells())
    assert shown[0] == shown[1]


def test_gate(mark: Path) -> None:
    """Text full of sequences shows its words and does nothing; the clipboard is set by its own door alone."""
    with Session(mark) as session:
        session.until_shown("row 3")
        session.press("h")
        session.until_shown("hostile")
        session.press("x")
        session.until_shown("refused")
        session.press("c")
        session.settle()
        assert session.output.count(b"\x1b]52;c;aGVkZ2U=\x07") == session.output.count(b"\x1b]52;") == 1
        assert b"\x1b]0;" not in session.output
        assert b"\x1b[?1049l" not in session.output
        assert "row 3" in session.text()


def test_leaving_and_coming_back(mark: Path) -> None:
    """The terminal is handed over clean, and the whole screen is there again afterwards."""
    with Session(mark) as session:
        session.until_shown("row 3")
        session.settle()
        before = session.cells()
        start = len(session.output)
        session.press("s")
        session.until(lambda: b"\x1b[?1049h" in session.output[start:])
        session.until_shown("row 20")
        session.press("l")
        session.settle()
        between = session.output[start:].partition(b"\x1b[?1049l")[2].partition(b"\x1b[?1049h")[0]
        assert between.endswith(b"somebody else was here\r\n")
        assert session.cells()[1:] == before[1:]


def test_redraw(mark: Path) -> None:
    """What something else wrote over the screen is gone."""
    with Session(mark) as session:
        session.until_shown("row 3")
        session.settle()
        before = session.cells()
        session.press("l")
        session.until(lambda: b"rubbish" in session.output)
        session.settle()
        assert session.cells()[1:] == before[1:]


def test_quitting_restores_the_terminal(mark: Path) -> None:
    """The modes are back, the screen is left in the terminal's own look."""
    with Session(mark) as session:
        session.until_shown("row 3")
        session.press("q")
        session.process.wait(PATIENCE)
        while session.read(0):
            pass
        assert mark.read_text() == "ended"
        assert all(session.output.count(sequence) for sequence in RESTORED)
        assert session.screen.cursor.attrs == session.screen.default_char


def test_a_terminal_that_takes_nothing(mark: Path) -> None:
    """The app neither waits nor hangs, and what it leaves behind is a restored terminal."""
    with Session(mark) as session:
        session.until_shown("row 3")
        session.press("f")
        session.process.wait(PATIENCE)
        assert mark.read_text() == "ended"
        before = len(session.output)
        while session.read(0):
            pass
        assert all(sequence in session.output[before:] for sequence in RESTORED)
        assert len(session.output) - before < 20_000


def test_hang_up_ends_the_app(mark: Path) -> None:
    """A terminal that went away is the end, even if the signal is ignored."""
    with Session(mark) as session:
        session.until_shown("row 3")
        session.hang_up()
        session.process.wait(PATIENCE)
        assert mark.read_text() == "ended"
