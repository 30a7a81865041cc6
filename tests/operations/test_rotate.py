"""Rotating a link: a new token, what carries over, and the proofs, at once and after the grace period."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.operations.test_switch import AGES, LOCKED, NEVER, OFF, OPEN, PASSWORD
from tests.store.house import GRACE, House, OpenHouse
from tui.store.commands import ProveLink, RotateLink, SwitchSharing
from tui.store.facts import Outcome
from tui.text import clock

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("server", ["new", "mid", "2025"])
@pytest.mark.parametrize(
    ("name", "state", "proof"),
    [(OPEN, "open", "new link live"), (PASSWORD, "password", "new link asks for a password")],
)
async def test_a_new_link_lives_beside_the_old_one(
    open_house: OpenHouse, server: str, name: str, state: str, proof: str
) -> None:
    house = open_house(server=server)
    await house.begin()
    number = house.insight(name)
    old = house.token(number)
    passwords = house.sandbox.connection.execute(
        "SELECT COUNT(*) FROM share_passwords p JOIN sharing_configurations c ON c.id = p.sharing_configuration_id"
        " WHERE c.insight_id = ? AND c.expires_at IS NULL AND p.is_active",
        (number,),
    ).fetchone()[0]
    await house.do(RotateLink(number))
    link = house.link(number)
    assert house.token(number) != old
    assert (link.state, link.token and link.token.reveal()) == (state, house.token(number))
    assert len(link.passwords) == passwords
    lives_until = f"old link lives until {clock(house.time.now + GRACE, seconds=True)}"
    assert house.said == ["new link made", "same as before", proof, lives_until]
    assert (house.entry.outcome, house.entry.said) == (Outcome.DONE, f"{proof}, {lives_until}")
    assert [record.method for record in house.writes] == ["POST"]
    rotation = house.state.work.rotations[number]
    assert (rotation.old.reveal(), rotation.over) == (old, False)


async def test_the_old_link_is_asked_again_when_its_time_is_over(house: House) -> None:
    number = house.insight(OPEN)
    await house.do(RotateLink(number))
    assert f"ProveLink {number}" in house.worker._timers
    house.time.now += GRACE - 1
    await house.read(ProveLink(number))
    assert house.said[-2].startswith("old link lives until")
    assert not house.state.work.rotations[number].over
    house.time.now += 2
    await house.read(ProveLink(number))
    rotation = house.state.work.rotations[number]
    assert rotation.over
    assert [step.said for step in rotation.steps][-2:] == ["old link dead", "new link live"]
    assert house.said[-2:] == ["old link dead", "new link live"]
    assert house.entry.said == "old link dead, new link live"
    assert house.state.notice.tone == "done"


async def test_the_proof_at_the_end_of_the_grace_period_is_scheduled(house: House) -> None:
    number = house.insight(OPEN)
    await house.do(RotateLink(number))
    timer = house.worker._timers[f"ProveLink {number}"]
    assert timer._args == (ProveLink(number), 0)
    house.time.now += GRACE + 1
    timer._run()
    timer.cancel()
    await house.until(lambda state: state.work.rotations[number].over)


async def test_a_link_that_outlives_its_time_is_not_called_dead(house: House) -> None:
    number = house.insight(OPEN)
    await house.do(RotateLink(number))
    house.sandbox.connection.execute("UPDATE sharing_configurations SET expires_at = '2030-01-01T00:00:00.000000Z'")
    house.sandbox.connection.execute(
        "UPDATE sharing_configurations SET expires_at = NULL WHERE id = (SELECT MAX(id) FROM sharing_configurations)"
    )
    house.time.now += GRACE + 60
    await house.read(ProveLink(number))
    assert house.said[-2] == "old link still lives"
    assert not house.state.work.rotations[number].over
    assert house.state.notice.tone == "careful"


@pytest.mark.parametrize("server", AGES)
async def test_a_link_that_is_off_is_rotated_without_going_public(open_house: OpenHouse, server: str) -> None:
    house = open_house(server=server)
    await house.begin()
    number = house.insight(OFF)
    old = house.token(number)
    await house.do(RotateLink(number))
    assert house.token(number) != old
    assert not house.enabled(number)
    assert house.said == ["new link made", "same as before", "old link dead"]
    assert house.state.work.rotations[number].over


async def test_settings_are_carried_over_and_compared(house: House) -> None:
    number = house.insight("Average basket value")
    before = dict(house.truth(number) or {})
    await house.do(RotateLink(number))
    after = dict(house.truth(number) or {})
    assert after["settings"] == before["settings"] != "{}"
    assert house.entry.steps[1].detail == "settings carried over, no password"


async def test_settings_that_do_not_carry_over_are_named(house: House) -> None:
    number = house.insight("Average basket value")

    async def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST":
            return None
        response = await house.wire.transport.handle_async_request(request)
        return httpx.Response(200, json={**json.loads(await response.aread()), "settings": {}})

    house.wire.hooks.append(answer)
    await house.do(RotateLink(number))
    assert house.said[1] == "not as before"
    assert house.entry.steps[1].detail == "changed: settings"


async def test_an_old_server_drops_the_password_so_the_link_is_closed_at_once(open_house: OpenHouse) -> None:
    house = open_house(server="old")
    await house.begin()
    number = house.insight(PASSWORD)
    await house.do(RotateLink(number))
    assert [record.method for record in house.writes] == ["POST", "PATCH"]
    assert not house.enabled(number)
    assert house.link(number).state == "off"
    assert house.said[:3] == ["new link made", "password gone", "switched off"]
    assert "OFF" in house.state.notice.said
    assert "password" in house.state.notice.said
    assert house.state.notice.tone != "done"
    assert "OFF" in house.entry.said


@pytest.mark.parametrize("fault", ["drop-after", "502"])
async def test_closing_it_with_a_lost_answer_claims_what_a_read_saw(open_house: OpenHouse, fault: str) -> None:
    house = open_house(server="old", faults=f"PATCH /sharing/ {fault} x1")
    await house.begin()
    number = house.insight(PASSWORD)
    await house.do(RotateLink(number))
    if fault == "drop-after":
        assert not house.enabled(number)
        assert house.link(number).state == "off"
        assert "OFF" in house.state.notice.said
        assert not any("OPEN" in step.detail for step in house.entry.steps)
    else:
        assert house.enabled(number)
        assert house.link(number).state == "open"
        assert "OPEN" in house.state.notice.said
        assert house.state.notice.tone == "failed"
        assert "OPEN" in house.entry.said


async def test_an_old_server_and_a_locked_link(open_house: OpenHouse) -> None:
    house = open_house(server="old")
    await house.begin()
    number = house.insight(LOCKED)
    await house.do(RotateLink(number))
    assert not house.enabled(number)


async def test_a_lost_refresh_on_an_old_server_still_closes_the_link(open_house: OpenHouse) -> None:
    house = open_house(server="old", faults="POST /refresh/ drop-after x1")
    await house.begin()
    number = house.insight(PASSWORD)
    await house.do(RotateLink(number))
    assert not house.enabled(number)
    assert [record.method for record in house.writes] == ["POST", "PATCH"]


async def test_what_was_never_shared_is_not_rotated(house: House) -> None:
    number = house.insight(NEVER)
    await house.do(RotateLink(number))
    assert house.writes == []
    assert house.state.journal.entries == ()
    assert house.state.notice.said == f"{NEVER} has no link yet. Nothing was sent."


async def test_a_rotation_has_no_way_back(house: House) -> None:
    number = house.insight(OPEN)
    await house.do(RotateLink(number))
    assert house.entry.inverse is None


async def test_proving_one_insight_does_not_stop_another(house: House) -> None:
    first, second = house.insight(OPEN), house.insight(PASSWORD)
    await house.do(RotateLink(first))
    await house.do(RotateLink(second))
    house.time.now += GRACE + 1
    house.store.dispatch(ProveLink(first))
    house.store.dispatch(ProveLink(second))
    await house.until(lambda state: all(rotation.over for rotation in state.work.rotations.values()))
    assert len(house.state.work.rotations) == 2


async def test_a_proof_of_nothing_is_no_failure(house: House) -> None:
    await house.read(ProveLink(house.insight(OPEN)))
    assert house.writes == []
    await house.do(SwitchSharing(house.insight(OPEN), on=False))
    assert house.entry.outcome is Outcome.DONE
