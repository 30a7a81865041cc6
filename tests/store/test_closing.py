"""Closing: reads end, the write in flight is waited for, and nothing new begins."""

from __future__ import annotations

import asyncio

import pytest

from tests.operations.test_switch import OPEN, PASSWORD
from tests.store.holding import Gate
from tests.store.house import PATIENCE, House, OpenHouse
from tui.store import commands as c
from tui.store import worker as worker_module
from tui.store.facts import Outcome

pytestmark = pytest.mark.anyio


async def test_closing_waits_for_the_write_and_does_not_cancel_it(house: House) -> None:
    number = house.insight(OPEN)
    gate = Gate(house, "PATCH", "/sharing/")
    house.wire.hooks.append(gate.before)
    house.store.dispatch(c.SwitchSharing(number, on=False))
    await gate.reach()
    closing = asyncio.create_task(house.close())
    await asyncio.sleep(0)
    assert not closing.done()
    gate.opened.set()
    assert await asyncio.wait_for(closing, PATIENCE) is True
    assert gate.cancelled == 0
    assert not house.enabled(number)
    assert house.entry.outcome is Outcome.DONE
    assert house.line.closed


async def test_closing_again_waits_no_longer_and_leaves_the_intent_open(house: House) -> None:
    number = house.insight(OPEN)
    gate = Gate(house, "PATCH", "/sharing/")
    house.wire.hooks.append(gate.before)
    house.store.dispatch(c.SwitchSharing(number, on=False))
    await gate.reach()
    closing = asyncio.create_task(house.close())
    await asyncio.sleep(0)
    assert await asyncio.wait_for(house.worker.close(), PATIENCE) is False
    assert await asyncio.wait_for(closing, PATIENCE) is False
    assert gate.cancelled == 1
    assert house.entry.outcome is Outcome.OPEN


async def test_closing_does_not_wait_longer_than_a_time_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "WRITE_PATIENCE", 0.0)
    gate = Gate(house, "PATCH", "/sharing/")
    house.wire.hooks.append(gate.before)
    house.store.dispatch(c.SwitchSharing(house.insight(OPEN), on=False))
    await gate.reach()
    assert await house.close() is False


async def test_closing_ends_reads(house: House) -> None:
    gate = Gate(house, "GET", "/sharing/")
    house.wire.hooks.append(gate.before)
    house.store.dispatch(c.ReadLinks((house.insight(OPEN),)))
    await gate.reach()
    assert await house.close() is True
    assert gate.cancelled == 1


async def test_nothing_begins_while_it_closes(house: House) -> None:
    gate = Gate(house, "POST", "/refresh/")
    house.wire.hooks.append(gate.before)
    house.store.dispatch(c.RotateLink(house.insight(OPEN)))
    await gate.reach()
    closing = asyncio.create_task(house.close())
    await asyncio.sleep(0)
    other = house.insight(PASSWORD)
    house.store.dispatch(c.RotateLink(other))
    house.store.dispatch(c.ReadVariables())
    assert other not in house.state.work.writing
    assert house.state.notice.said == "Not sent: Hedgerow is closing."
    gate.opened.set()
    assert await asyncio.wait_for(closing, PATIENCE) is True
    assert len(house.writes) == 1
    assert not any("insight_variables" in record.path for record in house.sent())
    assert all(timer.cancelled() for timer in house.worker._timers.values())


async def test_a_write_that_never_had_a_client_is_not_waited_for(open_house: OpenHouse) -> None:
    house = open_house()

    async def no_key(on_call: object) -> object:
        raise ValueError("The keyring holds no key for the profile prod.")

    house.line.open = no_key  # type: ignore[assignment, method-assign]
    house.start()
    await house.until(lambda state: state.session.problem is not None)
    assert house.state.session.problem is not None
    assert house.state.session.problem.what == "The keyring holds no key for the profile prod."
    house.store.dispatch(c.RotateLink(1))
    assert await asyncio.wait_for(house.close(), PATIENCE) is True
    assert house.sent() == []
