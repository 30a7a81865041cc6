"""One SQLite file a project: the last known state, and the journal of writes. Mode 0600, no token, no password.

The journal is written through to the disk before a request leaves (`synchronous = FULL`), so that a crash loses the
answer at worst, never the question. All calls run on one thread of their own, so that a slow disk delays no key.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

from tui.store.events import Remembered
from tui.store.facts import InsightRow, JournalEntry, Link, Outcome, SharePassword, Step, Variable

T = TypeVar("T")

SCHEMA = """
CREATE TABLE IF NOT EXISTS known (name TEXT PRIMARY KEY, payload TEXT NOT NULL, read_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS links (insight_id INTEGER PRIMARY KEY, payload TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT, outcome TEXT NOT NULL, owner TEXT NOT NULL, payload TEXT NOT NULL
);
"""
VERSION = 1
CHUNK = 500
LONGEST_WRITE = 900.0
"""Seconds after which no process waits for an answer any more: time-outs, retries of reads and the rate limit."""


NEWER = "was written by a newer version of Hedgerow. Update Hedgerow, or set HEDGEROW_STATE_DIR to another folder."
MOVE = "Set HEDGEROW_STATE_DIR to a folder you can write, or move that file away."


class DiskProblem(Exception):
    """The state folder or its file cannot be used; the message says which and what to do."""


class NewerFile(Exception):
    """The file has a form that this version does not know."""


def file_for(folder: Path, host: str, project: str) -> Path:
    """The file of a project on a host."""
    name = re.sub(r"[^A-Za-z0-9.-]+", "_", f"{host.split('://')[-1]}-{project}").strip("._")
    return folder / f"{name}.sqlite"


class Disk:
    """The file, opened when it is first needed. `path` None keeps everything in memory and forgets it at the end."""

    def __init__(self, path: Path | None, *, cache: bool = True) -> None:
        self.path = path
        self.cache = cache
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="disk")
        self._connection: sqlite3.Connection | None = None
        self._closed = False
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            try:
                self._connection = _connect(self.path)
            except NewerFile as error:
                raise DiskProblem(f"{self.path} {NEWER}") from error
            except sqlite3.DatabaseError as error:
                raise DiskProblem(f"Cannot use {self.path}: {error}. {MOVE}") from error
            except OSError as error:
                where = self.path.parent if self.path else "memory"
                raise DiskProblem(f"Cannot keep the journal in {where}: {error.strerror or error}. {MOVE}") from error
        return self._connection

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` with the connection, on the disk's thread. Raises `DiskProblem` when the file cannot be used."""

        def job() -> T:
            connection = self._open()
            try:
                with connection:
                    return work(connection)
            except sqlite3.Error as error:
                raise DiskProblem(f"Cannot use {self.path}: {error}. {MOVE}") from error

        if self._closed:
            raise DiskProblem("The journal is closed.")
        return await asyncio.get_running_loop().run_in_executor(self._pool, job)

    def close(self) -> None:
        """Wait for what is being written, then close the file. Closing twice is closing once."""
        if self._closed:
            return
        self._closed = True

        def end() -> None:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

        self._pool.submit(end).result()
        self._pool.shutdown()

    # What is known

    async def recall(self) -> Remembered | None:
        """The last known state, or None where there is none. An unreadable one is as good as none."""
        return await self.run(_recall) if self.cache else None

    async def keep_index(self, rows: Iterable[InsightRow], people: Mapping[int, str], at: float) -> None:
        """Keep the index of insights, replacing the one before."""
        if not self.cache:
            return
        chunks = list(rows)

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM known WHERE name LIKE 'index %'")
            for start in range(0, len(chunks), CHUNK):
                _put(connection, f"index {start:09d}", chunks[start : start + CHUNK], at)
            _put(connection, "people", {str(key): name for key, name in people.items()}, at)

        await self.run(work)

    async def keep_variables(self, rows: Iterable[Variable], at: float) -> None:
        """Keep the insight variables."""
        if self.cache:
            await self.run(lambda connection: _put(connection, "variables", list(rows), at))

    async def keep_project(self, project_id: str, name: str) -> None:
        """Keep the project's id and name."""
        if self.cache:
            await self.run(lambda connection: _put(connection, "project", [project_id, name], time.time()))

    async def keep_links(self, links: Mapping[int, Link]) -> None:
        """Keep link states, without their tokens."""
        if self.cache and links:
            rows = [(insight_id, json.dumps(_without_token(link))) for insight_id, link in links.items()]
            await self.run(lambda connection: connection.executemany("REPLACE INTO links VALUES (?, ?)", rows))

    # The journal

    async def open_entry(self, entry: JournalEntry) -> JournalEntry:
        """Write an intent through to the disk and give it its number."""
        entry = replace(entry, owner=self.owner)

        def work(connection: sqlite3.Connection) -> int | None:
            return connection.execute(
                "INSERT INTO journal (outcome, owner, payload) VALUES (?, ?, ?)",
                (entry.outcome, entry.owner, _dump(entry)),
            ).lastrowid

        try:
            number = await self.run(work)
        except DiskProblem as problem:
            raise DiskProblem(f"Nothing was sent. {problem}") from problem
        return replace(entry, id=number or 0)

    async def keep_entry(self, entry: JournalEntry) -> JournalEntry:
        """Write what became of an entry. Its reason stays as it is on disk: a person may write it at any time."""

        def work(connection: sqlite3.Connection) -> JournalEntry:
            kept = _entry(connection, entry.id)
            return _update(connection, entry if kept is None else replace(entry, reason=kept.reason))

        return await self.run(work)

    async def note_reason(self, entry_id: int, reason: str) -> JournalEntry | None:
        """Write the reason of an entry and nothing else; None where there is no such entry."""

        def work(connection: sqlite3.Connection) -> JournalEntry | None:
            kept = _entry(connection, entry_id)
            return None if kept is None else _update(connection, replace(kept, reason=reason))

        return await self.run(work)

    async def journal(self) -> tuple[JournalEntry, ...]:
        """All entries, newest first. Open intents whose process is gone come back as unknown."""

        def work(connection: sqlite3.Connection) -> list[tuple[int, str]]:
            return list(connection.execute("SELECT id, payload FROM journal ORDER BY id DESC"))

        entries = [entry for number, payload in await self.run(work) if (entry := _load(number, payload))]
        orphaned = [entry for entry in entries if entry.outcome is Outcome.OPEN and not _awaited(entry)]
        lost = {
            entry.id: replace(entry, outcome=Outcome.UNKNOWN, said="unknown: the program ended before the answer")
            for entry in orphaned
        }
        for entry in lost.values():
            await self.keep_entry(entry)
        return tuple(lost.get(entry.id, entry) for entry in entries)


def _connect(path: Path | None) -> sqlite3.Connection:
    if path is None:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
    else:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
        connection = sqlite3.connect(path, timeout=5, check_same_thread=False)
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] > VERSION:
            raise NewerFile
        if path is not None:
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(SCHEMA)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.close()
        raise
    return connection


def _put(connection: sqlite3.Connection, name: str, value: Any, at: float) -> None:
    connection.execute("REPLACE INTO known VALUES (?, ?, ?)", (name, json.dumps(value), at))


def _recall(connection: sqlite3.Connection) -> Remembered | None:
    try:
        known = {name: (json.loads(payload), at) for name, payload, at in connection.execute("SELECT * FROM known")}
        chunks = [known[name] for name in sorted(known) if name.startswith("index ")]
        rows = tuple(_row(values) for chunk, _ in chunks for values in chunk)
        links = {number: _link(payload) for number, payload in connection.execute("SELECT * FROM links")}
        variables, variables_at = known.get("variables", (None, None))
        project_id, project_name = known.get("project", (("", ""), 0))[0]
        return Remembered(
            rows=rows,
            read_at=chunks[0][1] if chunks else 0.0,
            links=links,
            people={int(key): str(name) for key, name in known.get("people", ({}, 0))[0].items()},
            variables=None if variables is None else tuple(Variable(*values) for values in variables),
            variables_read_at=variables_at,
            project_id=str(project_id),
            project_name=str(project_name),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _row(values: list[Any]) -> InsightRow:
    row = InsightRow(*values)
    return row._replace(tags=tuple(row.tags), variables=tuple(row.variables), dashboards=tuple(row.dashboards))


def _without_token(link: Link) -> dict[str, Any]:
    passwords = [asdict(password) for password in link.passwords]
    return {
        "state": link.state,
        "read_at": link.read_at,
        "created_at": link.created_at,
        "tail": link.tail,
        "password_required": link.password_required,
        "passwords": passwords,
        "settings": [list(pair) for pair in link.settings],
        "may_edit": link.may_edit,
    }


def _link(payload: str) -> Link:
    values = json.loads(payload)
    values["passwords"] = tuple(SharePassword(**password) for password in values["passwords"])
    values["settings"] = tuple((name, value) for name, value in values["settings"])
    return Link(**values)


def _entry(connection: sqlite3.Connection, number: int) -> JournalEntry | None:
    row = connection.execute("SELECT payload FROM journal WHERE id = ?", (number,)).fetchone()
    return _load(number, row[0]) if row else None


def _update(connection: sqlite3.Connection, entry: JournalEntry) -> JournalEntry:
    connection.execute(
        "UPDATE journal SET outcome = ?, owner = ?, payload = ? WHERE id = ?",
        (entry.outcome, entry.owner, _dump(entry), entry.id),
    )
    return entry


def _dump(entry: JournalEntry) -> str:
    return json.dumps({**asdict(entry), "id": 0})


def _load(number: int, payload: str) -> JournalEntry | None:
    try:
        values = json.loads(payload)
        values |= {"id": number, "outcome": Outcome(values["outcome"])}
        values["steps"] = tuple(Step(**step) for step in values["steps"])
        return JournalEntry(**values)
    except (ValueError, TypeError, KeyError):
        return None


def _started(pid: int) -> str:
    """When a process was started, in the kernel's ticks; empty where the system does not tell that way."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _awaited(entry: JournalEntry) -> bool:
    """Whether the process that wrote an intent may still be waiting for its answer.

    A process id alone is not enough: in a container the next start often gets the same one, and another host name.
    """
    host, pid, started = (*entry.owner.split(":"), "", "")[:3]
    if host != socket.gethostname():
        return time.time() - entry.at < LONGEST_WRITE
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _started(int(pid)) == started
