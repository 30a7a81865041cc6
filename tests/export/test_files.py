"""Files on the disk: whole, under safe names, and over nothing without being asked."""

from __future__ import annotations

import errno
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.results import NOW, detail
from tui.export.files import CannotWrite, Exists, suggested_name, write_new
from tui.export.results import Form

ROW = detail({}, None).row


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """The usual umask."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    found = tmp_path / "exports"
    found.mkdir()
    return found


def mode(path: Path) -> int:
    """The permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_written_and_nothing_else(folder: Path) -> None:
    written = write_new(folder / "a.csv", "ü,日\r\n")
    assert written == folder / "a.csv"
    assert written.read_bytes() == "ü,日\r\n".encode()
    assert mode(written) == 0o644
    assert list(folder.iterdir()) == [written]


def test_a_secret_is_for_its_owner_only(folder: Path) -> None:
    assert mode(write_new(folder / "a", "secret", secret=True)) == 0o600
    open_to_all = write_new(folder / "b", "old")
    assert mode(write_new(open_to_all, "secret", overwrite=True, secret=True)) == 0o600


def test_what_is_there_stays_until_somebody_says_otherwise(folder: Path) -> None:
    file = write_new(folder / "a", "old")
    file.chmod(0o640)
    with pytest.raises(Exists, match="already"):
        write_new(file, "new")
    assert file.read_text() == "old"
    write_new(file, "new", overwrite=True)
    assert file.read_text() == "new"
    assert mode(file) == 0o640
    assert list(folder.iterdir()) == [file]


def test_a_link_to_a_file_stays_a_link(folder: Path) -> None:
    real, link, dangling = folder / "real", folder / "link", folder / "dangling"
    real.write_text("old")
    link.symlink_to(real)
    dangling.symlink_to(folder / "nowhere")
    for path in (link, dangling):
        with pytest.raises(Exists):
            write_new(path, "new")
    assert write_new(link, "new", overwrite=True) == real
    assert link.is_symlink()
    assert real.read_text() == "new"
    with pytest.raises(CannotWrite, match="no plain file"):
        write_new(dangling, "new", overwrite=True)


def test_places_that_take_no_file_are_named(folder: Path) -> None:
    file = write_new(folder / "a", "")
    os.mkfifo(folder / "pipe")
    for path, words in (
        (folder, "is a folder"),
        (Path(), "is a folder"),
        (folder / "none" / "a", "There is no folder .*none: make it first"),
        (file / "b", "no folder"),
        (folder / ("x" * 300), "the name is too long"),
        (folder / "a\0b", "no name of a file"),
        (folder / "pipe", "no plain file"),
    ):
        with pytest.raises(CannotWrite, match=words):
            write_new(path, "x", overwrite=True)
    assert {path.name for path in folder.iterdir()} == {"a", "pipe"}


def test_a_disk_that_is_full_leaves_what_was_there(folder: Path) -> None:
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from tui.export.files import CannotWrite, write_new\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "for overwrite in (True, False):\n"
        "    try:\n"
        "        write_new(Path(sys.argv[1]) / str(overwrite), 'x' * 5000, overwrite=overwrite)\n"
        "    except CannotWrite as error:\n"
        "        print(error)\n"
    )
    (folder / "True").write_text("old")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-B", "-c", program, str(folder)], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.count("files of this size are not allowed there.") == 2
    assert [path.name for path in folder.iterdir()] == ["True"]
    assert (folder / "True").read_text() == "old"


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "you may not write there"), (errno.EROFS, "only be read")],
)
def test_a_refusal_of_the_system_is_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(CannotWrite, match=rf"^Cannot write .*: .*{words}\.$"):
        write_new(folder / "a", "x")
    assert list(folder.iterdir()) == []


def test_a_disk_without_second_names_for_files_is_written_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links")

    monkeypatch.setattr(os, "link", refuse)
    assert write_new(folder / "a", "x", secret=True).read_text() == "x"
    assert mode(folder / "a") == 0o600
    assert [path.name for path in folder.iterdir()] == ["a"]


def test_two_who_write_at_once_do_not_write_over_each_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "a"
    sync = os.fsync

    def come_first(descriptor: int) -> None:
        file.write_text("first")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", come_first)
    with pytest.raises(Exists):
        write_new(file, "second")
    assert file.read_text() == "first"
    assert list(folder.iterdir()) == [file]


FORMS: tuple[Form, ...] = ("csv", "json", "markdown", "definition")


@pytest.mark.parametrize(
    ("title", "form", "name"),
    [
        ("Checkout funnel", "csv", "checkout-funnel-2026-11-18.csv"),
        ("Größe & Café / Übersicht", "markdown", "gro-e-cafe-ubersicht-2026-11-18.md"),
        ("../../etc/passwd", "json", "etc-passwd-2026-11-18.json"),
        (".hidden", "definition", "hidden-2026-11-18.insight.json"),
        ("日本からの注文", "csv", "jx4tq9lm-2026-11-18.csv"),
        ("", "csv", "untitled-jx4tq9lm-2026-11-18.csv"),
        ("x" * 500, "csv", f"{'x' * 60}-2026-11-18.csv"),
        ("x" * 59 + " and more", "json", f"{'x' * 59}-2026-11-18.json"),
        ("CON", "csv", "con-2026-11-18.csv"),
    ],
)
def test_names_of_files(title: str, form: Form, name: str) -> None:
    assert suggested_name(ROW._replace(name=title), form, NOW) == name


@given(title=st.text(), short_id=st.text(max_size=10), form=st.sampled_from(FORMS), at=st.floats())
def test_any_title_gives_a_safe_name(title: str, short_id: str, form: Form, at: float) -> None:
    name = suggested_name(ROW._replace(name=title, short_id=short_id), form, at)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*(\.insight)?\.(csv|json|md)", name)
    assert len(name) <= 90
