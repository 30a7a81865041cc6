"""Texts to the disk: whole or not at all, and over nothing that is there unless somebody said so."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tui.export.results import Form
from tui.store.facts import InsightRow
from tui.text import clean

OWNER_ONLY: Final = 0o600
TITLE_LIMIT: Final = 60
"""Characters of a title that go into the name of a file."""

_SUFFIXES: Final[dict[Form, str]] = {
    "csv": ".csv",
    "json": ".json",
    "markdown": ".md",
    "definition": ".insight.json",
}
_REASONS: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is used up",
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.EROFS: "that disk can only be read",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOTDIR: "a part of the path is no folder",
    errno.EFBIG: "files of this size are not allowed there",
    errno.ELOOP: "the path leads round in a circle",
}


class CannotWrite(Exception):
    """A file that was not written; its text is a sentence that says why. What was there is as it was."""


class Exists(CannotWrite):
    """There is a file of this name already; writing over it has to be asked for."""


def write_new(path: Path, text: str, *, overwrite: bool = False, secret: bool = False) -> Path:
    """Write a text in UTF-8 to a file of its own and return the file's full path.

    The file is there whole or not at all. With `secret` only its owner may read it (mode 0600), also where it is
    written over one that others may read; else the umask decides, or the file that is written over. A link to a file
    stays a link. Raises Exists when there is something at the path and `overwrite` was not given, and CannotWrite for
    a folder, a device, a folder that is not there, a full disk, and the like.
    """
    name = clean(str(path), limit=500)
    try:
        return _write(path, name, text.encode("utf-8", "replace"), overwrite, secret)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0) or error.strerror or "the system refused"
        raise CannotWrite(f"Cannot write {name}: {reason}.") from error
    except ValueError as error:
        raise CannotWrite(f"Cannot write {name}: that is no name of a file.") from error


def _write(path: Path, name: str, data: bytes, overwrite: bool, secret: bool) -> Path:
    if not path.name:
        raise CannotWrite(f"{name} is a folder: add the name of a file.")
    mode = _mode_there(path, name, overwrite)
    file = path.resolve() if mode is not None else path.parent.resolve() / path.name
    if not file.parent.is_dir():
        raise CannotWrite(f"There is no folder {clean(str(path.parent), limit=500)}: make it first.")
    new = file.with_name(f".hedgerow-{secrets.token_hex(8)}.new")
    try:
        opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY if secret else 0o666)
        with os.fdopen(opened, "wb") as written:
            if mode is not None and not secret:
                os.fchmod(written.fileno(), mode)
            written.write(data)
            written.flush()
            os.fsync(written.fileno())
        if mode is None:
            _take(new, file, name)
        else:
            new.replace(file)
    finally:
        new.unlink(missing_ok=True)
    return file


def _mode_there(path: Path, name: str, overwrite: bool) -> int | None:
    """The permissions of the file that is written over; None where there is nothing."""
    try:
        there = path.lstat().st_mode
    except FileNotFoundError:
        return None
    with suppress(OSError):
        there = path.stat().st_mode
    if stat.S_ISDIR(there):
        raise CannotWrite(f"{name} is a folder: add the name of a file.")
    if not overwrite:
        raise Exists(f"There is a {name} already.")
    if not stat.S_ISREG(there):
        raise CannotWrite(f"{name} is no plain file, so it is not written over.")
    return stat.S_IMODE(there)


def _take(new: Path, file: Path, name: str) -> None:
    """Give the new file its name, unless somebody else has taken that since."""
    try:
        os.link(new, file, follow_symlinks=False)
        return
    except FileExistsError as error:
        raise Exists(f"There is a {name} already.") from error
    except (OSError, NotImplementedError):
        # Some file systems know no second name for a file; there the name is taken first.
        pass
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
    except FileExistsError as error:
        raise Exists(f"There is a {name} already.") from error
    try:
        new.replace(file)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def suggested_name(row: InsightRow, form: Form, at: float) -> str:
    """A name for a file of this insight, such as `checkout-funnel-2026-11-18.csv`; the day is the local one.

    Lower case letters of ASCII, digits, dashes and the dots of the suffix, never a dot at the start, at most 90
    characters. A title without such letters gives its short id, or the word `insight`.
    """
    stem = _slug(row.title) or _slug(row.short_id) or "insight"
    try:
        day = f"-{datetime.fromtimestamp(at, UTC).astimezone().date().isoformat()}"
    except (ValueError, OverflowError, OSError):
        day = ""
    return f"{stem}{day}{_SUFFIXES[form]}"


def _slug(text: str) -> str:
    """The letters and digits of a text, words joined by dashes; accents go, other scripts do too."""
    # What lies far behind the limit cannot come into the name.
    letters = unicodedata.normalize("NFKD", text[: 8 * TITLE_LIMIT])
    ascii_only = "".join(char for char in letters if char.isascii() or not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")[:TITLE_LIMIT].rstrip("-")
