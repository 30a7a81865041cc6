"""The file: the intent is there before the request, no secret ever is, and what is broken is said."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.operations.test_switch import LOCKED, OFF, OPEN, PASSWORD
from tests.store.house import NOW, House, OpenHouse
from tui.store import commands as c
from tui.store.disk import LONGEST_WRITE, Disk, DiskProblem, file_for
from tui.store.facts import InsightRow, JournalEntry, Link, Outcome, SharePassword, Step, Variable
from tui.text import Secret

pytestmark = pytest.mark.anyio


def rows_of(path: Path) -> list[dict[str, object]]:
    """The journal as another program reads it, newest first."""
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("SELECT outcome, payload FROM journal ORDER BY id DESC").fetchall()
    finally:
        connection.close()
    return [{**json.loads(payload), "outcome": outcome} for outcome, payload in found]


def put(path: Path, entry: JournalEntry) -> int:
    """Write an entry as another process may have."""
    connection = sqlite3.connect(path)
    payload = json.dumps({**{name: getattr(entry, name) for name in entry.__slots__}, "id": 0})
    try:
        with connection:
            number = connection.execute(
                "INSERT INTO journal (outcome, owner, payload) VALUES (?, ?, ?)", (entry.outcome, entry.owner, payload)
            ).lastrowid
    finally:
        connection.close()
    return number or 0


def intent(target: int, owner: str, *, at: float, enabled: bool = False) -> JournalEntry:
    return JournalEntry(
        0, at, "switch_sharing", "switch sharing off", "A", target, expected={"enabled": enabled}, owner=owner
    )


@pytest.mark.parametrize("command", [c.SwitchSharing, c.RotateLink])
async def test_the_intent_is_on_disk_before_the_request_arrives(house: House, command: type[c.Write]) -> None:
    number = house.insight(OFF if command is c.SwitchSharing else OPEN)
    seen: list[dict[str, object]] = []

    async def look(request: httpx.Request) -> httpx.Response | None:
        if request.method != "GET":
            seen.extend(rows_of(house.path))
        return None

    house.wire.hooks.append(look)
    await house.do(command(number))
    assert [(row["outcome"], row["target"], row["verb"]) for row in seen] == [("open", number, command.verb)]
    assert seen[0]["owner"] == house.disk.owner
    after = rows_of(house.path)
    assert [(row["outcome"], row["said"]) for row in after] == [("done", house.entry.said)]
    assert after[0]["settled_at"] is not None


async def test_closing_a_link_that_lost_its_password_is_written_before_it_is_sent(open_house: OpenHouse) -> None:
    house = open_house(server="old")
    await house.begin()
    steps: list[object] = []

    async def look(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PATCH":
            found = rows_of(house.path)[0]["steps"]
            assert isinstance(found, list)
            steps.extend(step["said"] for step in found)
        return None

    house.wire.hooks.append(look)
    await house.do(c.RotateLink(house.insight(PASSWORD)))
    assert steps == ["new link made", "password gone"]


async def test_no_secret_is_in_the_file(open_house: OpenHouse) -> None:
    house = open_house(faults="POST /refresh/ drop-after after=1 x1")
    connection = house.sandbox.connection

    def secrets() -> set[str]:
        tokens = connection.execute("SELECT access_token FROM sharing_configurations")
        passwords = connection.execute("SELECT password FROM share_passwords")
        return {row[0] for row in (*tokens, *passwords)} | {house.key}

    before = secrets()
    await house.begin()
    numbers = tuple(row.id for row in house.state.insights.rows.value or ())
    await house.read(c.ReadLinks(numbers, asked=True))
    for name in (OPEN, PASSWORD, LOCKED):
        await house.do(c.RotateLink(house.insight(name)))
        await house.do(c.SwitchSharing(house.insight(name), on=False))
    await house.do(c.SwitchSharing(house.insight(OFF), on=True))
    await house.read(c.ProveLink(house.insight(OPEN)))
    await house.read(c.Find(Secret(house.token(house.insight(PASSWORD)))))
    await house.disk.run(lambda one: None)

    def bytes_of_all() -> bytes:
        return b"".join(path.read_bytes() for path in sorted(house.path.parent.iterdir()))

    both = bytes_of_all()
    assert any(path.name.endswith("-wal") for path in house.path.parent.iterdir())
    await house.close()
    both += bytes_of_all()
    everything = before | secrets()
    assert len(everything) > 40
    assert [secret for secret in everything if secret.encode() in both] == []
    assert b"Signups this week" in both
    assert house.token(house.insight(OFF))[-4:].encode() in both


async def test_file_and_folder_are_private(house: House) -> None:
    assert house.path.parent.stat().st_mode & 0o777 == 0o700
    for path in house.path.parent.iterdir():
        assert path.stat().st_mode & 0o077 == 0


async def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    path.touch(0o644)
    disk = Disk(path)
    assert await disk.journal() == ()
    assert path.stat().st_mode & 0o777 == 0o600
    disk.close()


# A process that ended before its answer


def dead_owner() -> str:
    """The owner of an intent whose process is gone."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return f"{socket.gethostname()}:{process.pid}:1"


@pytest.mark.parametrize(("enabled", "outcome"), [(False, Outcome.FAILED), (True, Outcome.DONE)])
async def test_an_intent_of_a_dead_process_is_settled_by_reading(house: House, enabled: bool, outcome: Outcome) -> None:
    number = house.insight(OPEN)
    put(house.path, intent(number, dead_owner(), at=house.time.now, enabled=enabled))
    await house.again()
    assert house.state.journal.read
    await house.until(lambda state: state.journal.entries[0].outcome is not Outcome.UNKNOWN)
    assert (house.entry.outcome, house.entry.said) == (
        outcome,
        "settled: it was carried out" if enabled else "settled: it was not carried out",
    )
    assert house.writes == []
    assert rows_of(house.path)[0]["outcome"] == outcome


async def test_before_it_is_settled_it_is_unknown(house: House) -> None:
    put(house.path, intent(house.insight(OPEN), dead_owner(), at=house.time.now))
    await house.close()
    house.wire.cut = True
    house.furnish()
    house.start()
    state = await house.until(lambda state: state.journal.read)
    assert state.journal.entries[0].outcome is Outcome.UNKNOWN
    assert state.journal.entries[0].said == "unknown: the program ended before the answer"
    assert rows_of(house.path)[0]["outcome"] == "unknown"


async def test_an_intent_of_a_living_process_is_left_alone(house: House) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        started = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[19]
        owner = f"{socket.gethostname()}:{process.pid}:{started}"
        put(house.path, intent(house.insight(OPEN), owner, at=house.time.now))
        await house.again()
        await house.rest()
        assert house.entry.outcome is Outcome.OPEN
        assert rows_of(house.path)[0]["outcome"] == "open"
    finally:
        process.communicate(b"\n")


async def test_a_process_with_the_same_number_is_another_one(house: House) -> None:
    owner = f"{socket.gethostname()}:{os.getpid()}:1"
    put(house.path, intent(house.insight(OPEN), owner, at=house.time.now))
    entries = await house.disk.journal()
    assert entries[0].outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(("age", "outcome"), [(0.0, Outcome.OPEN), (LONGEST_WRITE + 1, Outcome.UNKNOWN)])
async def test_an_intent_of_another_machine_is_awaited_for_a_while(
    house: House, monkeypatch: pytest.MonkeyPatch, age: float, outcome: Outcome
) -> None:
    monkeypatch.setattr("tui.store.disk.time.time", house.time)
    put(house.path, intent(house.insight(OPEN), "elsewhere:12:34", at=house.time.now - age))
    assert (await house.disk.journal())[0].outcome is outcome


# What cannot be used


async def test_a_file_that_is_no_database_is_said_and_reading_goes_on(open_house: OpenHouse, tmp_path: Path) -> None:
    path = tmp_path / "broken.sqlite"
    path.write_bytes(b"This is no database. " * 100)
    house = open_house(state=path)
    await house.begin()
    assert len(house.state.insights.rows.value or ()) == 60
    said = house.state.notice.said
    assert said.startswith(f"Cannot use {path}: file is not a database.")
    assert "HEDGEROW_STATE_DIR" in said
    assert path.read_bytes().startswith(b"This is no database.")


async def test_a_file_of_a_newer_version_is_left_as_it_is(open_house: OpenHouse, tmp_path: Path) -> None:
    path = tmp_path / "newer.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.execute("CREATE TABLE journal (only_this TEXT)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    house = open_house(state=path)
    await house.begin()
    assert house.state.notice.said == (
        f"{path} was written by a newer version of Hedgerow."
        " Update Hedgerow, or set HEDGEROW_STATE_DIR to another folder."
    )
    assert path.read_bytes() == before
    assert len(house.state.insights.rows.value or ()) == 60


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE known SET payload = 'no json'",
        "UPDATE known SET payload = '[[1, 2]]' WHERE name LIKE 'index %'",
        "UPDATE known SET payload = '{}' WHERE name = 'project'",
        "UPDATE known SET payload = 'null'",
        "UPDATE links SET payload = '{\"passwords\": 3}'",
        'UPDATE links SET payload = \'{"passwords": [], "settings": []}\'',
    ],
)
async def test_a_memory_that_cannot_be_read_is_as_good_as_none(house: House, spoil: str) -> None:
    await house.read(c.ReadLinks((house.insight(OPEN),)))
    await house.do(c.SwitchSharing(house.insight(OFF), on=True))
    connection = sqlite3.connect(house.path)
    connection.execute(spoil)
    connection.commit()
    connection.close()
    assert await house.disk.recall() is None
    await house.again()
    assert len(house.state.insights.rows.value or ()) == 60
    assert house.entry.outcome is Outcome.DONE


async def test_an_entry_of_another_form_does_not_hide_the_rest(house: House) -> None:
    await house.do(c.SwitchSharing(house.insight(OFF), on=True))
    connection = sqlite3.connect(house.path)
    connection.execute("INSERT INTO journal (outcome, owner, payload) VALUES ('done', '', '{\"new\": 1}')")
    connection.commit()
    connection.close()
    assert [entry.on for entry in await house.disk.journal()] == [OFF]


# What is kept comes back as it was


async def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    row = InsightRow(1, "abc", "A", "", "", ("x", "y"), True, "sql", ("top_n",), (3,), 1.0, "Ana", 2.0, "Ben", None)
    variable = Variable("v", "N", "n", "List", ["a"], ["a", 1], True, "", 1, 2.0)
    link = Link(
        "password", 5.0, 4.0, Secret("secret" * 5), "cret", True, (SharePassword(1, "note", 3.0, "ana@x"),),
        (("legend", True), ("theme", "dark")), False,
    )  # fmt: skip
    disk = Disk(tmp_path / "p.sqlite")
    await disk.keep_index([row] * 3, {1: "Ana"}, 9.0)
    await disk.keep_variables([variable], 8.0)
    await disk.keep_links({1: link})
    await disk.keep_project("1", "Shop")
    known = await disk.recall()
    assert known is not None
    assert (known.rows, known.read_at, dict(known.people)) == ((row,) * 3, 9.0, {1: "Ana"})
    assert (known.variables, known.variables_read_at) == ((variable,), 8.0)
    assert (known.project_id, known.project_name) == ("1", "Shop")
    assert dict(known.links) == {1: replace(link, token=None)}
    disk.close()


async def test_a_long_index_keeps_its_order(tmp_path: Path) -> None:
    rows = [InsightRow(n, "", "", "", "", (), False, "", (), (), None, "", None, "", None) for n in range(1200)]
    disk = Disk(tmp_path / "p.sqlite")
    await disk.keep_index(rows, {}, 1.0)
    await disk.keep_index(rows[::-1], {}, 2.0)
    known = await disk.recall()
    assert known is not None
    assert [row.id for row in known.rows] == list(range(1199, -1, -1))
    await disk.keep_index(rows[:3], {}, 3.0)
    known = await disk.recall()
    assert known is not None
    assert len(known.rows) == 3
    disk.close()


async def test_an_entry_comes_back_with_its_steps(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "p.sqlite")
    entry = await disk.open_entry(intent(1, "", at=NOW.timestamp()))
    assert (entry.id, entry.label, entry.owner) == (1, "J-0001", disk.owner)
    done = replace(entry, outcome=Outcome.DONE, steps=(Step(1.0, "pending", "old link lives", "d", 9.0),), inverse={})
    assert await disk.keep_entry(done) == done
    assert await disk.journal() == (done,)
    assert await disk.note_reason(7, "x") is None
    disk.close()
    disk.close()
    with pytest.raises(DiskProblem, match="closed"):
        await disk.journal()


async def test_two_programs_write_one_journal(tmp_path: Path) -> None:
    one, two = Disk(tmp_path / "p.sqlite"), Disk(tmp_path / "p.sqlite")
    entries = await asyncio.gather(*(disk.open_entry(intent(n, "", at=1.0)) for n in range(10) for disk in (one, two)))
    assert sorted(entry.id for entry in entries) == list(range(1, 21))
    assert len(await one.journal()) == 20
    one.close()
    two.close()


async def test_without_a_path_all_is_forgotten(tmp_path: Path) -> None:
    disk = Disk(None)
    await disk.open_entry(intent(1, "", at=1.0))
    assert len(await disk.journal()) == 1
    disk.close()
    assert list(tmp_path.iterdir()) == [tmp_path / "home"]


@pytest.mark.parametrize(
    ("host", "project", "name"),
    [
        ("https://eu.posthog.com", "42", "eu.posthog.com-42.sqlite"),
        ("http://127.0.0.1:8010", "1", "127.0.0.1_8010-1.sqlite"),
        ("https://../../etc", "@current", "etc-_current.sqlite"),
    ],
)
def test_a_project_has_a_file_in_the_folder(tmp_path: Path, host: str, project: str, name: str) -> None:
    path = file_for(tmp_path, host, project)
    assert path.parent == tmp_path
    assert path.name == name
