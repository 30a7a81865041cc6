"""Switching a link on and off: what is sent, what is proven, what is written down."""

from __future__ import annotations

import pytest

from tests.store.house import House, OpenHouse
from tui.store.commands import RotateLink, SwitchSharing
from tui.store.facts import Outcome

pytestmark = pytest.mark.anyio

AGES = ["new", "mid", "2025", "old"]
NEVER, OFF, OPEN, PASSWORD, LOCKED = (
    "Large orders by plan",
    "Margin by supplier",
    "Signups this week",
    "Checkout funnel",
    "Revenue by country",
)
OFF_PROTECTED = "Customer lifecycle"


@pytest.mark.parametrize("server", AGES)
@pytest.mark.parametrize(
    ("name", "state", "proof"),
    [
        (NEVER, "open", "new link live"),
        (OFF, "open", "new link live"),
        (OFF_PROTECTED, "password", "new link asks for a password"),
    ],
)
async def test_on(open_house: OpenHouse, server: str, name: str, state: str, proof: str) -> None:
    house = open_house(server=server)
    await house.begin()
    number = house.insight(name)
    await house.do(SwitchSharing(number, on=True))
    link = house.link(number)
    assert (link.state, link.token and link.token.reveal()) == (state, house.token(number))
    assert (house.entry.outcome, house.entry.said) == (Outcome.DONE, proof)
    assert house.said == ["switched on", proof]
    assert [record.method for record in house.writes] == ["PATCH"]
    assert house.state.notice.said == f"{name}: {proof}."
    assert house.state.notice.tone == "done"


async def test_off_while_an_earlier_link_outlives_it(open_house: OpenHouse) -> None:
    house = open_house(server="mid")
    await house.begin()
    number = house.insight(OPEN)
    await house.do(RotateLink(number))
    await house.do(SwitchSharing(number, on=False))
    assert house.link(number).state == "off"
    assert house.said[:2] == ["switched off", "old link dead"]
    assert house.said[2].startswith("the link before it lives until ")
    assert "the link before it lives until" in house.state.notice.said
    assert house.state.notice.tone == "careful"


@pytest.mark.parametrize("server", AGES)
@pytest.mark.parametrize("name", [OPEN, PASSWORD, LOCKED])
async def test_off(open_house: OpenHouse, server: str, name: str) -> None:
    house = open_house(server=server)
    await house.begin()
    number = house.insight(name)
    token = house.token(number)
    await house.do(SwitchSharing(number, on=False))
    assert house.link(number).state == "off"
    assert not house.enabled(number)
    assert (house.entry.outcome, house.said) == (Outcome.DONE, ["switched off", "old link dead"])
    asked = [record for record in house.sent("GET") if record.path.startswith("/shared/")]
    assert [(record.path, record.status, record.key) for record in asked] == [(f"/shared/{token}.json", 404, None)]


async def test_on_finds_a_protected_link_locked(house: House) -> None:
    number = house.insight(OFF)
    house.sandbox.connection.execute(
        "UPDATE sharing_configurations SET password_required = 1 WHERE insight_id = ?", (number,)
    )
    await house.do(SwitchSharing(number, on=True))
    assert house.link(number).state == "locked"
    assert house.said == ["switched on", "new link asks for a password"]


@pytest.mark.parametrize(
    ("name", "on", "words"),
    [
        (NEVER, False, "off"),
        (OFF, False, "off"),
        (OPEN, True, "on"),
        (PASSWORD, True, "on"),
        (LOCKED, True, "on"),
    ],
)
async def test_what_is_so_already_sends_nothing(house: House, name: str, on: bool, words: str) -> None:
    number = house.insight(name)
    await house.do(SwitchSharing(number, on=on))
    assert house.writes == []
    assert house.state.journal.entries == ()
    assert house.state.notice.said == f"Sharing of {name} is {words} already. Nothing was sent."


async def test_a_refusal_is_a_failure_in_the_servers_words(house: House) -> None:
    house.sandbox.connection.execute("UPDATE organizations SET allow_publicly_shared_resources = 0")
    number = house.insight(OFF)
    await house.do(SwitchSharing(number, on=True))
    assert (house.entry.outcome, house.said) == (Outcome.FAILED, ["switch on"])
    assert "Public sharing is disabled" in house.entry.steps[0].detail
    assert house.link(number).state == "off"


async def test_a_read_that_fails_leaves_no_entry(house: House) -> None:
    number = house.insight(OFF)
    house.sandbox.connection.execute("UPDATE insights SET deleted = 1 WHERE id = ?", (number,))
    await house.do(SwitchSharing(number, on=True))
    assert house.writes == []
    assert house.state.journal.entries == ()
    assert house.state.notice.said.startswith("Not sent: This insight does not exist")


async def test_the_entry_says_how_it_was_and_how_it_is(house: House) -> None:
    number = house.insight(PASSWORD)
    tail = house.token(number)[-4:]
    await house.do(SwitchSharing(number, on=False))
    assert house.entry.before.startswith(f"password  link ends in {tail}")
    assert house.entry.before.endswith("2 passwords")
    assert house.entry.after.startswith(f"off  link ends in {tail}")


@pytest.mark.parametrize("server", ["new", "mid"])
async def test_undo_takes_it_back_once(open_house: OpenHouse, server: str) -> None:
    house = open_house(server=server)
    await house.begin()
    number = house.insight(OPEN)
    token = house.token(number)
    await house.do(SwitchSharing(number, on=False))
    done = house.entry
    undo = SwitchSharing(number, on=True, undoes=done.id)
    await house.do(undo)
    assert house.enabled(number)
    assert (house.token(number) == token) is (server == "mid")
    taken_back = house.state.journal.find(done.id)
    assert taken_back is not None
    assert (taken_back.outcome, taken_back.undone_by) == (Outcome.UNDONE, house.entry.id)
    refusal = house.store.dispatch(undo)
    assert refusal is not None
    assert refusal.said == "Not sent: that change was taken back already."
    assert len(house.writes) == 2
