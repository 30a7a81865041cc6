"""The gate: what is refused, in which words, and that nothing gets past it."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from tests.operations.test_switch import OFF, OPEN, PASSWORD
from tests.store.house import House, OpenHouse
from tui.store import commands as c
from tui.store.edits import InsightDraft
from tui.store.facts import Outcome
from tui.store.state import Session
from tui.store.store import READ_ONLY
from tui.text import Secret

pytestmark = pytest.mark.anyio


KINDS = [kind for kind in vars(c).values() if isinstance(kind, type) and issubclass(kind, c.Command)]
WRITES = [kind for kind in KINDS if kind.writes]
READS = [kind for kind in KINDS if not kind.writes and kind is not c.Command]
SENT_WRITES = [kind for kind in WRITES if kind is not c.Write]


def made(kind: type[c.Command], number: int) -> c.Command:
    """A command of this kind about this insight."""
    values: dict[str, object] = {"insight_id": number, "insight_ids": (number,), "entry_id": 1, "reason": "why"}
    values["target"] = Secret("abcdefgh")
    values["changes"] = (("name", "Another name"),)
    return kind(**{field.name: values[field.name] for field in fields(kind) if field.name in values})


def test_every_write_is_a_write() -> None:
    assert {c.SwitchSharing, c.RotateLink} <= set(WRITES)
    assert all(issubclass(kind, c.Write) for kind in WRITES)
    assert set(SENT_WRITES) == set(c.WRITES.values())


@pytest.mark.parametrize("kind", WRITES)
async def test_a_read_only_session_refuses_every_write(open_house: OpenHouse, kind: type[c.Command]) -> None:
    house = open_house(read_only=True)
    await house.begin()
    command = made(kind, house.insight(OPEN))
    refusal = house.store.dispatch(command)
    assert refusal is not None
    assert (refusal.short, refusal.said) == ("read-only", READ_ONLY)
    assert not house.state.work.writing
    assert house.worker._writes.empty()


@pytest.mark.parametrize("kind", READS)
async def test_a_read_only_session_lets_reads_through(open_house: OpenHouse, kind: type[c.Command]) -> None:
    house = open_house(read_only=True)
    await house.begin()
    assert house.store.refuses(made(kind, house.insight(OPEN))) is None


@pytest.mark.parametrize("kind", SENT_WRITES)
async def test_a_read_only_client_lets_nothing_out_past_the_gate(open_house: OpenHouse, kind: type[c.Command]) -> None:
    house = open_house(read_only=True, gate_read_only=False)
    await house.begin()
    number = house.insight(OPEN)
    before = house.token(number)
    command = made(kind, number)
    if isinstance(command, c.SwitchSharing):
        command = c.SwitchSharing(number, on=False)
    deleted = isinstance(command, c.RestoreInsight)
    house.sandbox.connection.execute("UPDATE insights SET deleted = ? WHERE id = ?", (deleted, number))
    insights = [tuple(row) for row in house.sandbox.connection.execute("SELECT * FROM insights")]
    await house.do(command)
    assert [tuple(row) for row in house.sandbox.connection.execute("SELECT * FROM insights")] == insights
    assert {record.method for record in house.sent()} == {"GET"}
    assert (house.token(number), house.enabled(number)) == (before, True)
    assert house.entry.outcome is Outcome.FAILED
    assert READ_ONLY in house.entry.said


async def test_undo_and_settle_read_only_send_nothing_but_get(open_house: OpenHouse) -> None:
    house = open_house(faults="PATCH /sharing/ drop-after after=1")
    await house.begin()
    number = house.insight(OFF)
    await house.do(c.SwitchSharing(number, on=True))
    done = house.entry
    house.wire.cut_after_a_write()
    await house.do(c.SwitchSharing(number, on=False))
    assert house.entry.outcome is Outcome.UNKNOWN
    house.wire.cut = False
    house.read_only = True
    before = len(house.writes)
    await house.again()
    undo = c.from_record({**(done.inverse or {}), "undoes": done.id})
    assert undo is not None
    refusal = house.store.dispatch(undo)
    assert refusal is not None
    assert refusal.said == READ_ONLY
    await house.until(lambda state: state.journal.entries[0].outcome is Outcome.DONE)
    await house.read(c.Settle())
    assert len(house.writes) == before


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.scope])
async def test_a_key_without_the_scope_is_refused_before_anything_is_sent(
    open_house: OpenHouse, kind: type[c.Command]
) -> None:
    house = open_house()
    await house.begin()
    scopes = frozenset({"project:read", "user:read"})
    house.store.state = house.state.__class__(session=Session(scopes=scopes))
    before = len(house.sent())
    refusal = house.store.dispatch(made(kind, 1))
    assert refusal is not None
    assert refusal.short == f"key lacks {kind.scope}"
    assert kind.scope in refusal.said
    assert len(house.sent()) == before


async def test_a_key_that_may_only_read_links_switches_none(open_house: OpenHouse) -> None:
    house = open_house(key="read")
    await house.begin()
    refusal = house.store.dispatch(c.SwitchSharing(house.insight(OPEN), on=False))
    assert refusal is not None
    assert refusal.short == "key lacks sharing_configuration:write"
    assert house.store.refuses(c.ReadLinks((1,))) is None


@pytest.mark.parametrize(
    ("scopes", "wanted", "may"),
    [
        (None, "insight:read", True),
        ({"*"}, "sharing_configuration:write", True),
        ({"insight:write"}, "insight:read", True),
        ({"insight:read"}, "insight:write", False),
        ({"insight_variable:write"}, "insight:read", False),
        (set(), "insight:read", False),
    ],
)
def test_scopes(scopes: set[str] | None, wanted: str, may: bool) -> None:
    assert Session(scopes=None if scopes is None else frozenset(scopes)).may(wanted) is may


async def test_one_write_at_a_time_for_an_insight(house: House) -> None:
    number, other = house.insight(OPEN), house.insight(PASSWORD)
    assert house.store.dispatch(c.RotateLink(number)) is None
    refusal = house.store.dispatch(c.SwitchSharing(number, on=False))
    assert refusal is not None
    assert refusal.said == "Not sent: rotate link is still under way for this insight."
    assert house.store.dispatch(c.RotateLink(other)) is None
    await house.until(lambda state: not state.work.writing)
    assert house.store.refuses(c.SwitchSharing(number, on=False)) is None
    assert len(house.writes) == 2


async def test_an_undo_needs_the_change_it_takes_back(house: House) -> None:
    refusal = house.store.dispatch(c.SwitchSharing(house.insight(OPEN), on=False, undoes=99))
    assert refusal is not None
    assert refusal.short == "nothing to undo"


async def test_without_a_worker_nothing_is_sent(open_house: OpenHouse) -> None:
    house = open_house()
    refusal = house.store.dispatch(c.RotateLink(1))
    assert refusal is not None
    assert refusal.short == "not connected"
    assert not house.state.work.writing


def test_a_write_comes_back_from_its_record() -> None:
    draft = InsightDraft("Name", tags=("a", "b"), query='{"kind": "HogQLQuery"}', dashboards=(1, 2), order=3)
    pairs = (("name", "Name"), ("tags", ("a", "b")), ("favorited", True), ("dashboards", (1,)))
    for command in (
        c.SwitchSharing(7, on=False, undoes=3),
        c.RotateLink(8),
        c.EditInsight(7, changes=pairs, seen=pairs[:1], force=True),
        c.DeleteInsight(7, undoes=3),
        c.RestoreInsight(7),
        c.CreateInsight(draft=draft, copy_of=7),
    ):
        assert c.from_record(c.to_record(command)) == command
        assert c.from_record(json.loads(json.dumps(c.to_record(command)))) == command


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"verb": "delete_everything"},
        {"verb": "rotate_link"},
        {"verb": "rotate_link", "x": 1},
        {"verb": "edit_insight", "insight_id": 1, "changes": [["unheard_of", 1]]},
        {"verb": "edit_insight", "insight_id": 1, "changes": [1]},
        {"verb": "create_insight", "draft": {"colour": "green"}},
    ],
)
def test_a_record_of_something_else_is_none(record: dict[str, object]) -> None:
    assert c.from_record(record) is None
