"""Writes whose answer is lost: sent once, never called done or failed before a read has told."""

from __future__ import annotations

import httpx
import pytest

from tests.operations.test_switch import NEVER, OFF, OPEN, PASSWORD
from tests.store.house import GRACE, House, OpenHouse
from tui.store.commands import ProveLink, RotateLink, Settle, SwitchSharing, Write
from tui.store.facts import Outcome

pytestmark = pytest.mark.anyio

CARRIED_OUT = {"drop-after", "cut", "wrong", "empty"}
REFUSED = {"429"}
FAULTS = ["drop-before", "drop-after", "500", "502", "html", "cut", "wrong", "empty", "429"]
SWITCH_PATH, ROTATE_PATH = "PATCH /sharing/", "POST /refresh/"


def write_of(kind: str, number: int) -> Write:
    return SwitchSharing(number, on=True) if kind == "switch" else RotateLink(number)


def subject(kind: str) -> str:
    return OFF if kind == "switch" else OPEN


def path(kind: str) -> str:
    return SWITCH_PATH if kind == "switch" else ROTATE_PATH


@pytest.mark.parametrize("kind", ["switch", "rotate"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_one_read_settles_it(open_house: OpenHouse, kind: str, fault: str) -> None:
    house = open_house(faults=f"{path(kind)} {fault}")
    await house.begin()
    number = house.insight(subject(kind))
    old = house.token(number)
    await house.do(write_of(kind, number))
    carried_out = fault in CARRIED_OUT
    changed = house.enabled(number) if kind == "switch" else house.token(number) != old
    assert changed is carried_out
    assert len(house.writes) == 1
    assert house.entry.outcome is (Outcome.DONE if carried_out else Outcome.FAILED)
    link = house.link(number)
    assert (link.live, link.token and link.token.reveal()) == (house.enabled(number), house.token(number))
    assert house.state.notice.tone == ("done" if carried_out else "failed")
    assert bool(house.state.work.rotations) is (carried_out and kind == "rotate")


@pytest.mark.parametrize("kind", ["switch", "rotate"])
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in REFUSED])
async def test_it_is_unknown_until_the_server_is_back(open_house: OpenHouse, kind: str, fault: str) -> None:
    house = open_house(faults=f"{path(kind)} {fault}")
    await house.begin()
    number = house.insight(subject(kind))
    old = house.token(number)

    house.wire.cut_after_a_write()
    await house.do(write_of(kind, number))
    assert house.entry.outcome is Outcome.UNKNOWN
    assert house.entry.said.startswith("unknown: sent ")
    assert house.state.notice.said.startswith("? unknown")
    assert len(house.writes) == 1
    await house.read(Settle())
    assert house.entry.outcome is Outcome.UNKNOWN

    house.wire.cut = False
    await house.read(Settle())
    carried_out = fault in CARRIED_OUT
    changed = house.enabled(number) if kind == "switch" else house.token(number) != old
    assert changed is carried_out
    words = "it was carried out" if carried_out else "it was not carried out"
    assert house.entry.outcome is (Outcome.DONE if carried_out else Outcome.FAILED)
    assert house.entry.said.startswith(f"settled: {words}")
    assert len(house.writes) == 1
    link = house.link(number)
    assert (link.live, link.token and link.token.reveal()) == (house.enabled(number), house.token(number))


@pytest.mark.parametrize("kind", ["switch", "rotate"])
async def test_a_403_is_a_failure_and_nothing_is_unknown(open_house: OpenHouse, kind: str) -> None:
    house = open_house()
    await house.begin()
    number = house.insight(subject(kind))
    house.sandbox.connection.execute(
        "INSERT INTO insight_access (insight_id, user_id, level) VALUES (?, 1, 'viewer')", (number,)
    )
    before = tuple(house.truth(number) or ())
    await house.do(write_of(kind, number))
    assert house.entry.outcome is Outcome.FAILED
    assert "403" in house.entry.steps[0].detail
    assert tuple(house.truth(number) or ()) == before
    assert [(record.method, record.status) for record in house.writes] == [(house.writes[0].method, 403)]


async def unknown_rotation(house: House, name: str = OPEN) -> int:
    """Rotate with the answer lost and the server gone; it is back at the end."""
    number = house.insight(name)
    house.wire.cut_after_a_write()
    await house.do(RotateLink(number))
    house.wire.cut = False
    assert house.entry.outcome is Outcome.UNKNOWN
    return number


async def test_a_rotation_that_never_was_leaves_no_old_link(open_house: OpenHouse) -> None:
    house = open_house(faults="POST /refresh/ drop-before")
    await house.begin()
    number = await unknown_rotation(house)
    await house.read(Settle())
    assert house.entry.outcome is Outcome.FAILED
    rotation = house.state.work.rotations.get(number)
    assert rotation is None or rotation.over
    house.time.now += GRACE + 1
    await house.read(ProveLink(number))
    assert "old link still lives" not in house.said
    assert house.entry.said.startswith("settled: it was not carried out")


async def test_a_rotation_settled_as_done_is_proven(open_house: OpenHouse) -> None:
    house = open_house(faults="POST /refresh/ drop-after")
    await house.begin()
    number = await unknown_rotation(house)
    await house.read(Settle())
    assert house.entry.outcome is Outcome.DONE
    house.time.now += GRACE + 1
    await house.read(ProveLink(number))
    assert house.said[-2:] == ["old link dead", "new link live"]
    assert house.entry.outcome is Outcome.DONE


@pytest.mark.parametrize("fault", ["drop-before", "drop-after"])
async def test_proving_and_settling_at_once_leave_a_fact(open_house: OpenHouse, fault: str) -> None:
    house = open_house(faults=f"POST /refresh/ {fault}")
    await house.begin()
    number = await unknown_rotation(house)
    serial = house.state.notice.serial
    house.store.dispatch(Settle())
    house.store.dispatch(ProveLink(number))
    await house.rest()
    outcome = Outcome.DONE if fault == "drop-after" else Outcome.FAILED
    assert house.entry.outcome is outcome
    kept = (await house.disk.journal())[0]
    assert (kept.outcome, kept.said) == (outcome, house.entry.said)
    assert house.said.count("read back") == 1
    # One of them settles it; the other finds it settled, and a rotation that never was has nothing to prove.
    assert house.state.notice.serial - serial == (2 if fault == "drop-after" else 1)


async def test_a_write_settles_what_is_unknown_about_its_insight_first(open_house: OpenHouse) -> None:
    house = open_house(faults="PATCH /sharing/ drop-after x1")
    await house.begin()
    number = house.insight(OFF)
    house.wire.cut_after_a_write()
    await house.do(SwitchSharing(number, on=True))
    house.wire.cut = False
    unknown = house.entry
    assert unknown.outcome is Outcome.UNKNOWN
    await house.do(SwitchSharing(number, on=False))
    settled = house.state.journal.find(unknown.id)
    assert settled is not None
    assert settled.outcome is Outcome.DONE
    assert not house.enabled(number)


async def test_settle_leaves_what_is_known_alone(house: House) -> None:
    number = house.insight(OFF)
    await house.do(SwitchSharing(number, on=True))
    entry = house.entry
    house.sandbox.connection.execute("UPDATE sharing_configurations SET enabled = 0 WHERE insight_id = ?", (number,))
    await house.read(Settle((entry.id,)))
    assert house.entry == entry


async def test_an_undo_that_is_settled_as_done_counts(open_house: OpenHouse) -> None:
    house = open_house(faults="PATCH /sharing/ drop-after after=1")
    await house.begin()
    number = house.insight(OFF)
    await house.do(SwitchSharing(number, on=True))
    first = house.entry
    house.wire.cut_after_a_write()
    await house.do(SwitchSharing(number, on=False, undoes=first.id))
    house.wire.cut = False
    assert house.outcome == Outcome.UNKNOWN
    await house.read(Settle())
    assert house.outcome == Outcome.DONE
    undone = house.state.journal.find(first.id)
    assert undone is not None
    assert (undone.outcome, undone.undone_by) == (Outcome.UNDONE, house.entry.id)
    assert house.store.refuses(SwitchSharing(number, on=False, undoes=first.id)) is not None


async def test_an_insight_that_is_gone_settles_it(open_house: OpenHouse) -> None:
    house = open_house(faults="POST /refresh/ drop-before")
    await house.begin()
    number = await unknown_rotation(house)
    house.sandbox.connection.execute("UPDATE insights SET deleted = 1 WHERE id = ?", (number,))
    await house.read(Settle())
    assert (house.entry.outcome, house.said[-1]) == (Outcome.FAILED, "read back")
    assert "gone" in house.entry.said


async def test_a_404_of_something_else_settles_nothing(open_house: OpenHouse) -> None:
    house = open_house(faults="POST /refresh/ drop-before")
    await house.begin()
    await unknown_rotation(house)

    async def nowhere(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, html="<h1>Not here</h1>")

    house.wire.hooks.append(nowhere)
    await house.read(Settle())
    assert house.entry.outcome is Outcome.UNKNOWN


async def test_settling_says_when_an_old_server_dropped_the_password(open_house: OpenHouse) -> None:
    house = open_house(server="old", faults="POST /refresh/ drop-after")
    await house.begin()
    number = await unknown_rotation(house, PASSWORD)
    writes = len(house.writes)
    await house.read(Settle())
    assert house.entry.outcome is Outcome.DONE
    assert "OPEN" in house.entry.said
    assert len(house.writes) == writes
    assert house.link(number).state == "open"


async def test_another_change_of_the_token_is_no_rotation(open_house: OpenHouse) -> None:
    house = open_house(faults="POST /refresh/ drop-before")
    await house.begin()
    number = await unknown_rotation(house)
    house.sandbox.connection.execute(
        "UPDATE sharing_configurations SET access_token = 'another-token-made-by-enabling' WHERE insight_id = ?",
        (number,),
    )
    await house.read(Settle())
    assert house.entry.outcome is Outcome.FAILED


async def test_the_first_link_of_an_insight_with_a_lost_answer(open_house: OpenHouse) -> None:
    house = open_house(faults="PATCH /sharing/ drop-after")
    await house.begin()
    number = house.insight(NEVER)
    await house.do(SwitchSharing(number, on=True))
    assert (house.entry.outcome, house.said) == (Outcome.DONE, ["switched on", "new link live"])
