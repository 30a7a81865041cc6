"""The worker: lanes, the order of writes, coming back when the server does, and what goes wrong meanwhile."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.operations.test_switch import LOCKED, OFF, OPEN, PASSWORD
from tests.store.holding import Gate
from tests.store.house import House, OpenHouse
from tui.api.errors import Kind
from tui.operations.reading import read_links
from tui.store import commands as c
from tui.store.disk import DiskProblem
from tui.store.events import LinkFailed, LinkRead, Progressed
from tui.store.facts import Outcome
from tui.store.worker import RETRY_FIRST, RETRY_MOST

pytestmark = pytest.mark.anyio


async def test_a_newer_read_of_a_lane_ends_the_older(house: House) -> None:
    first, second = house.insight(OPEN), house.insight(PASSWORD)
    gate = Gate(house, "GET", f"/insights/{first}/sharing/")
    house.wire.hooks.append(gate.before)
    house.store.dispatch(c.ReadLinks((first,)))
    await gate.reach()
    house.store.dispatch(c.ReadLinks((second,)))
    await house.until(lambda state: second in state.insights.links)
    assert gate.cancelled == 1
    gate.opened.set()
    await house.rest()
    assert first not in house.state.insights.links


async def test_readings_that_were_asked_for_are_not_ended_by_scrolling(house: House) -> None:
    first, second = house.insight(OPEN), house.insight(PASSWORD)
    gate = Gate(house, "GET", f"/insights/{first}/sharing/")
    house.wire.hooks.append(gate.before)
    house.store.dispatch(c.ReadLinks((first,), asked=True))
    await gate.reach()
    house.store.dispatch(c.ReadLinks((second,)))
    await house.until(lambda state: second in state.insights.links)
    assert house.state.work.task is not None
    gate.opened.set()
    await house.until(lambda state: first in state.insights.links and state.work.task is None)
    assert gate.cancelled == 0


async def test_progress_counts_to_the_end_and_failures_with_it(house: House) -> None:
    wanted = tuple(row.id for row in house.state.insights.rows.value or ())[:12]
    house.sandbox.connection.execute("UPDATE insights SET deleted = 1 WHERE id = ?", (wanted[3],))
    client = house.worker.client
    assert client is not None
    events = [event async for event in read_links(client, wanted, progress=True, clock=house.time)]
    tasks = [event.task for event in events if isinstance(event, Progressed)]
    assert [task and (task.done, task.total) for task in tasks] == [*((done, 12) for done in range(13)), None]
    assert tasks[-2] is not None
    assert tasks[-2].failed == 1
    assert {event.insight_id for event in events if isinstance(event, LinkFailed)} == {wanted[3]}
    assert {event.insight_id for event in events if isinstance(event, LinkRead)} == {*wanted} - {wanted[3]}


async def test_writes_go_one_after_another_in_their_order(house: House) -> None:
    numbers = [house.insight(name) for name in (OPEN, PASSWORD, LOCKED)]
    under_way = most = 0

    async def watch(request: httpx.Request) -> httpx.Response | None:
        nonlocal under_way, most
        if request.method == "GET":
            return None
        under_way += 1
        most = max(most, under_way)
        try:
            await asyncio.sleep(0)
            return await house.wire.transport.handle_async_request(request)
        finally:
            under_way -= 1

    house.wire.hooks.append(watch)
    for number in numbers:
        assert house.store.dispatch(c.SwitchSharing(number, on=False)) is None
    await house.until(lambda state: not state.work.writing)
    assert most == 1
    assert [int(record.path.split("/")[5]) for record in house.writes] == numbers
    assert [entry.target for entry in reversed(house.state.journal.entries)] == numbers


async def test_a_server_that_is_away_is_asked_again_later(open_house: OpenHouse) -> None:
    house = open_house()
    house.wire.cut = True
    house.start()
    state = await house.until(
        lambda state: state.session.problem is not None and state.insights.rows.status == "failed"
    )
    assert state.session.problem is not None
    assert state.session.problem.kind is Kind.OFFLINE
    await house.rest()
    timers = house.worker._timers
    assert {timer._args[0] for timer in timers.values()} == {c.Connect(), c.ReadInsights()}
    assert len({timer.when() for timer in timers.values()}) == 2
    assert house.worker._wait == 2 * RETRY_FIRST

    house.wire.cut = False
    for timer in list(timers.values()):
        timer._run()
        timer.cancel()
    state = await house.until(lambda state: state.session.connected and state.insights.complete)
    assert state.session.problem is None
    assert len(state.insights.rows.value or ()) == 60
    assert house.worker._wait == RETRY_FIRST
    assert house.worker._timers == {}


async def test_a_connection_that_could_not_be_made_is_made_when_asked_again(open_house: OpenHouse) -> None:
    house = open_house()
    good, tries = house.line.open, []

    async def no_key(on_call: Any) -> Any:
        tries.append(on_call)
        raise ValueError("The keyring does not open.")

    house.line.open = no_key  # type: ignore[method-assign]
    house.start()
    state = await house.until(lambda state: state.session.problem is not None)
    assert state.insights.rows.problem is not None
    assert (state.insights.rows.problem.what, len(tries)) == ("The keyring does not open.", 1)
    house.line.open = good  # type: ignore[method-assign]
    house.store.dispatch(c.Connect())
    state = await house.until(lambda state: state.session.connected and state.insights.complete)
    assert state.session.problem is None


async def test_the_wait_grows_to_a_limit(open_house: OpenHouse) -> None:
    house = open_house()
    house.wire.cut = True
    house.start()
    await house.until(lambda state: state.insights.rows.status == "failed")
    for _ in range(6):
        await house.read(c.Connect())
    assert house.worker._wait == RETRY_MOST


async def test_asking_by_hand_takes_the_place_of_the_timer(open_house: OpenHouse) -> None:
    house = open_house()
    house.wire.cut = True
    house.start()
    await house.until(lambda state: state.insights.rows.status == "failed")
    await house.rest()
    timers = list(house.worker._timers.values())
    house.wire.cut = False
    await house.read(c.Connect())
    await house.read(c.ReadInsights())
    assert house.state.insights.complete
    assert house.worker._timers == {}
    assert all(timer.cancelled() for timer in timers)


async def test_a_wrong_key_is_said_and_not_tried_again(open_house: OpenHouse) -> None:
    house = open_house(key="phx_nobody_knows_this_key_at_all")
    house.start()
    await house.until(lambda state: state.insights.rows.status == "failed" and state.session.problem)
    await house.rest()
    assert house.state.session.problem is not None
    assert house.state.session.problem.kind is Kind.UNAUTHORISED
    assert house.worker._timers == {}


async def test_a_read_that_was_answered_before_a_write_does_not_overwrite_it(house: House) -> None:
    number = house.insight(OFF)
    gate = Gate(house, "GET", f"/insights/{number}/sharing/")
    house.wire.late.append(gate.hold)
    house.store.dispatch(c.ReadLinks((number,)))
    await gate.reach()
    house.wire.late.clear()
    await house.do(c.SwitchSharing(number, on=True))
    assert house.link(number).state == "open"
    gate.opened.set()
    await house.rest()
    assert house.link(number).state == "open"


async def test_the_project_is_fixed_for_a_session(open_house: OpenHouse) -> None:
    house = open_house(project="@current")
    await house.begin()
    await house.do(c.SwitchSharing(house.insight(OPEN), on=False))
    assert house.state.session.project_id == "1"
    assert house.writes[0].path.startswith("/api/projects/1/")
    assert house.entry.project == "1"


async def test_a_key_of_one_project_decides_which_is_current(open_house: OpenHouse) -> None:
    house = open_house(key="other_project", project="@current")
    house.start()
    await house.until(lambda state: state.session.connected)
    assert (house.state.session.project_id, house.state.session.project_name) == ("2", "Acme Shop, staging")


async def test_unknown_writes_of_another_project_are_left_alone(open_house: OpenHouse) -> None:
    house = open_house(project="@current", faults="POST /refresh/ drop-before")
    await house.begin()
    number = house.insight(OPEN)
    house.wire.cut_after_a_write()
    await house.do(c.RotateLink(number))
    assert house.entry.outcome is Outcome.UNKNOWN
    await house.close()
    house.wire.cut, house.key = False, house.world.short_keys["other_project"]
    house.furnish()
    house.start()
    await house.until(lambda state: state.session.connected and state.insights.complete)
    await house.rest()
    await house.read(c.Settle())
    assert house.entry.outcome is Outcome.UNKNOWN


async def test_a_mistake_of_our_own_does_not_end_the_lane_of_writes(house: House) -> None:
    number = house.insight(OPEN)
    house.store.dispatch(c.Write(number))
    await house.until(lambda state: not state.work.writing)
    assert house.state.notice.said.startswith("Hedgerow made a mistake: TypeError in everything.py")
    await house.do(c.SwitchSharing(number, on=False))
    assert not house.enabled(number)


async def test_a_write_that_breaks_off_leaves_an_unknown_outcome(house: House) -> None:
    number = house.insight(OPEN)

    async def snap(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PATCH":
            await house.wire.transport.handle_async_request(request)
            raise RuntimeError("phx_a_secret_in_a_message")
        return None

    house.wire.hooks.append(snap)
    await house.do(c.SwitchSharing(number, on=False))
    assert house.outcome == Outcome.UNKNOWN
    assert "phx_" not in house.state.notice.said
    house.wire.hooks.clear()
    await house.read(c.Settle())
    assert house.outcome == Outcome.DONE


async def test_a_write_to_an_insight_with_an_unknown_outcome_waits_for_a_read(house: House) -> None:
    number = house.insight(OPEN)

    async def snap(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PATCH":
            raise RuntimeError
        return None

    house.wire.hooks.append(snap)
    await house.do(c.SwitchSharing(number, on=False))
    house.wire.hooks.clear()
    house.wire.cut = True
    await house.do(c.RotateLink(number))
    assert house.state.notice.said.startswith("Not sent: ")
    assert len(house.state.journal.entries) == 1


async def test_a_reason_is_kept_while_the_write_goes_on(house: House) -> None:
    number = house.insight(OPEN)
    gate = Gate(house, "PATCH", "/sharing/")
    house.wire.hooks.append(gate.before)
    house.store.dispatch(c.SwitchSharing(number, on=False))
    await gate.reach()
    await house.read(c.NoteReason(house.entry.id, "leaked in the newsletter"))
    gate.opened.set()
    await house.until(lambda state: not state.work.writing)
    assert (house.entry.outcome, house.entry.reason) == (Outcome.DONE, "leaked in the newsletter")
    assert (await house.disk.journal())[0].reason == "leaked in the newsletter"
    await house.read(c.NoteReason(house.entry.id, ""))
    assert (house.entry.outcome, house.entry.reason) == (Outcome.DONE, "")


async def test_a_state_folder_that_cannot_be_written_is_said_once_and_reading_goes_on(
    open_house: OpenHouse, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    house = open_house(state=tmp_path / "file" / "project.sqlite")
    seen: list[str] = []
    house.store.subscribe(lambda changed: seen.append(house.state.notice.said) if "notice" in changed else None)
    await house.begin()
    number = house.insight(OPEN)
    await house.read(c.ReadLinks((number,)))
    await house.read(c.ReadInsights())
    assert house.link(number).state == "open"
    assert len(seen) == 1
    assert seen[0].startswith(f"Cannot keep the journal in {tmp_path / 'file'}: ")
    assert "HEDGEROW_STATE_DIR" in seen[0]
    for _ in range(2):
        await house.do(c.SwitchSharing(number, on=False))
        assert house.state.notice.said.startswith("Nothing was sent. Cannot keep the journal in ")
    assert len(seen) == 3
    assert house.writes == []
    assert house.enabled(number)


async def test_a_disk_that_fails_after_the_request_does_not_stop_the_proof(open_house: OpenHouse) -> None:
    house = open_house(server="old")
    await house.begin()
    number = house.insight(PASSWORD)

    async def spoil(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST":
            other = sqlite3.connect(house.path)
            other.execute("DROP TABLE journal")
            other.commit()
            other.close()
        return None

    house.wire.hooks.append(spoil)
    await house.do(c.RotateLink(number))
    assert not house.enabled(number)
    assert house.entry.outcome is Outcome.DONE
    assert "not kept on disk" in house.entry.said
    with pytest.raises(DiskProblem, match="no such table"):
        await house.disk.journal()
