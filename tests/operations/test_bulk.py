"""Many writes in a row: in order, one after another, each journalled, none stopped by another."""

from __future__ import annotations

import httpx
import pytest

from tests.operations.looking_after import DRAFT, everything, fields, shown, undo_of
from tests.operations.test_switch import OPEN
from tests.store.holding import Gate
from tests.store.house import House, OpenHouse
from tests.store.test_disk import rows_of
from tui.store import commands as c
from tui.store.edits import Bulk, StopBulk
from tui.store.facts import Outcome
from tui.store.state import Task
from tui.store.store import READ_ONLY

pytestmark = pytest.mark.anyio

TAGS = ("audited",)


def numbers(house: House, count: int) -> list[int]:
    """Insights other than `OPEN`."""
    rows = house.state.insights.rows.value or ()
    return [row.id for row in rows if row.name != OPEN][:count]


def tagging(targets: list[int]) -> Bulk:
    return Bulk(tuple(c.EditInsight(number, changes=(("tags", TAGS),)) for number in targets), "change tags")


async def over(house: House) -> None:
    await house.until(lambda state: not state.work.bulk)


async def run(house: House, bulk: Bulk) -> None:
    assert house.store.dispatch(bulk) is None
    await over(house)


def patched(house: House) -> list[int]:
    return [int(record.path.split("/")[-2]) for record in house.writes if record.method == "PATCH"]


async def test_all_are_done_in_order_one_after_another(house: House) -> None:
    targets, open_intents = numbers(house, 5), []

    async def look(request: httpx.Request) -> httpx.Response | None:
        if request.method != "GET":
            open_intents.append([row["target"] for row in rows_of(house.path) if row["outcome"] == "open"])
        return None

    house.wire.hooks.append(look)
    await run(house, tagging(targets))
    assert patched(house) == targets
    assert open_intents == [[number] for number in targets]
    assert [entry.target for entry in reversed(house.state.journal.entries)] == targets
    assert all(entry.outcome is Outcome.DONE for entry in house.state.journal.entries)
    assert all(fields(house, number)["tags"] == TAGS for number in targets)
    result = house.state.work.result
    assert result is not None
    assert (result.words, result.done, result.failed, result.left) == ("change tags", 5, (), 0)
    assert (house.state.notice.said, house.state.notice.tone) == ("change tags: 5 done.", "done")
    assert not house.state.work.writing


async def test_progress_is_told_and_single_successes_are_not(house: House) -> None:
    tasks: list[Task | None] = []
    notices: list[str] = []

    def look(changed: frozenset[str]) -> None:
        if "work" in changed and house.state.work.task not in tasks:
            tasks.append(house.state.work.task)
        if "notice" in changed:
            notices.append(house.state.notice.said)

    house.store.subscribe(look)
    tasks.append(None)
    await run(house, tagging(numbers(house, 3)))
    await house.until(lambda state: state.work.task is None)
    assert tasks[1:] == [Task("change tags", done, 3) for done in range(3)]
    assert notices == ["change tags: 3 done."]


@pytest.mark.parametrize("fault", ["403", "500", "drop-before", "gone", "conflict", "mistake"])
async def test_one_that_fails_does_not_stop_the_rest(house: House, fault: str) -> None:
    targets = numbers(house, 4)
    bad, connection = targets[1], house.sandbox.connection
    title = next(row.title for row in house.state.insights.rows.value or () if row.id == bad)
    bulk = tagging(targets)
    match fault:
        case "403":
            connection.execute("INSERT INTO insight_access VALUES (?, 1, 'viewer')", (bad,))
        case "gone":
            connection.execute("UPDATE insights SET deleted = 1 WHERE id = ?", (bad,))
        case "conflict":
            commands = list(bulk.commands)
            commands[1] = c.EditInsight(bad, changes=(("tags", TAGS),), seen=(("tags", ("unheard of",)),))
            bulk = Bulk(tuple(commands), bulk.words)
        case "mistake":
            commands = list(bulk.commands)
            commands[1] = c.Write(bad)
            bulk = Bulk(tuple(commands), bulk.words)
        case _:
            house.sandbox.faults.add(f"PATCH /insights/{bad}/ {fault}")
    notices: list[str] = []
    house.store.subscribe(lambda changed: notices.append(house.state.notice.said) if "notice" in changed else None)
    await run(house, bulk)
    good = [number for number in targets if number != bad]
    assert [number for number in patched(house) if number != bad] == good
    assert all(fields(house, number)["tags"] == TAGS for number in good)
    assert fields(house, bad).get("tags") != TAGS
    result = house.state.work.result
    assert result is not None
    assert (result.done, result.left, [(one.insight_id, one.title) for one in result.failed]) == (3, 0, [(bad, title)])
    assert notices[:-1] == [result.failed[0].sentence]
    assert (notices[-1], house.state.notice.tone) == ("change tags: 3 done, 1 failed.", "failed")
    assert not house.state.work.writing


async def test_an_answer_that_is_lost_is_in_the_list_of_failures(open_house: OpenHouse) -> None:
    house = open_house(faults="PATCH /insights/ drop-after")
    await house.begin()
    targets = numbers(house, 3)
    house.wire.cut_after_a_write()
    await run(house, tagging(targets))
    result = house.state.work.result
    assert result is not None
    assert (result.done, result.failed[0].insight_id, house.state.journal.entries[-1].outcome) == (
        0,
        targets[0],
        Outcome.UNKNOWN,
    )
    # The second met a server out of reach before anything was sent; the third was not begun.
    assert ([one.insight_id for one in result.failed], result.left) == (targets[:2], 1)
    assert len(house.state.journal.entries) == len(house.writes) == 1
    house.wire.cut = False
    await house.read(c.Settle())
    assert house.outcome == Outcome.DONE


async def test_stopping_lets_the_one_under_way_end(house: House) -> None:
    targets = numbers(house, 4)
    gate = Gate(house, "PATCH", f"/insights/{targets[1]}/")
    house.wire.hooks.append(gate.before)
    assert house.store.dispatch(tagging(targets)) is None
    await gate.reach()
    assert set(house.state.work.writing) == set(targets[1:])
    assert house.store.dispatch(StopBulk()) is None
    assert house.state.work.bulk == "change tags"
    gate.opened.set()
    await over(house)
    assert patched(house) == targets[:2]
    result = house.state.work.result
    assert result is not None
    assert (result.done, result.failed, result.left) == (2, (), 2)
    assert (house.state.notice.said, house.state.notice.tone) == ("change tags: 2 done, 2 not sent.", "careful")
    assert not house.state.work.writing
    await run(house, tagging(targets))
    assert all(fields(house, number)["tags"] == TAGS for number in targets)


async def test_stopping_what_does_not_run_does_nothing(house: House) -> None:
    before = house.state
    assert house.store.dispatch(StopBulk()) is None
    assert house.state is before


async def test_a_write_that_is_asked_for_meanwhile_does_not_wait_for_the_end(house: House) -> None:
    targets, urgent = numbers(house, 4), house.insight(OPEN)
    gate = Gate(house, "PATCH", f"/insights/{targets[0]}/")
    house.wire.hooks.append(gate.before)
    assert house.store.dispatch(tagging(targets)) is None
    await gate.reach()
    assert house.store.dispatch(c.SwitchSharing(urgent, on=False)) is None
    gate.opened.set()
    await over(house)
    order = [record.path.removesuffix("/").removesuffix("/sharing").split("/")[-1] for record in house.writes]
    assert order == [str(number) for number in (targets[0], urgent, *targets[1:])]


async def test_no_other_write_for_its_insights_and_no_other_bulk(house: House) -> None:
    targets = numbers(house, 3)
    gate = Gate(house, "PATCH", f"/insights/{targets[0]}/")
    house.wire.hooks.append(gate.before)
    assert house.store.dispatch(tagging(targets)) is None
    await gate.reach()
    refusal = house.store.dispatch(c.DeleteInsight(targets[2]))
    assert refusal is not None
    assert refusal.said == "Not sent: change tags is still under way for this insight."
    refusal = house.store.dispatch(tagging([house.insight(OPEN)]))
    assert refusal is not None
    assert refusal.said == "Not sent: change tags is still under way."
    gate.opened.set()
    await over(house)
    assert house.store.refuses(c.DeleteInsight(targets[2])) is None
    assert len(house.writes) == 3


async def test_a_bulk_about_an_insight_with_a_write_under_way_is_refused(house: House) -> None:
    targets = numbers(house, 2)
    assert house.store.dispatch(c.DeleteInsight(targets[1])) is None
    refusal = house.store.dispatch(tagging(targets))
    assert refusal is not None
    assert refusal.short == "under way"
    await house.until(lambda state: not state.work.writing)
    assert patched(house) == targets[1:]


async def test_read_only_and_missing_scope(open_house: OpenHouse) -> None:
    house = open_house(read_only=True)
    await house.begin()
    refusal = house.store.dispatch(tagging(numbers(house, 2)))
    assert refusal is not None
    assert refusal.said == READ_ONLY
    house = open_house(key="read")
    await house.begin()
    refusal = house.store.dispatch(tagging(numbers(house, 2)))
    assert refusal is not None
    assert refusal.short == "key lacks insight:write"
    assert (house.writes, house.state.work.bulk, dict(house.state.work.writing)) == ([], "", {})


async def test_a_read_only_client_lets_nothing_of_it_out(open_house: OpenHouse) -> None:
    house = open_house(read_only=True, gate_read_only=False)
    await house.begin()
    await run(house, tagging(numbers(house, 3)))
    result = house.state.work.result
    assert result is not None
    assert (len(result.failed), house.writes) == (3, [])


async def test_several_writes_of_one_insight_and_several_creations(house: House) -> None:
    number = house.insight(OPEN)
    before = everything(house)
    commands = (
        c.EditInsight(number, changes=(("name", "Renamed"),)),
        c.CreateInsight(draft=DRAFT),
        c.EditInsight(number, changes=(("favorited", False),)),
        c.CreateInsight(draft=DRAFT),
        c.DeleteInsight(number),
    )
    gate = Gate(house, "POST", "/insights/")
    house.wire.hooks.append(gate.before)
    assert house.store.dispatch(Bulk(commands, "tidy up")) is None
    await gate.reach()
    assert set(house.state.work.writing) == {0, number}
    gate.opened.set()
    await over(house)
    result = house.state.work.result
    assert result is not None
    assert (result.done, result.failed, dict(house.state.work.writing)) == (5, (), {})
    assert shown(house, number) is None
    assert len(everything(house)) == len(before) + 1

    undoing = Bulk(tuple(undo_of(entry) for entry in house.state.journal.entries), "undo")
    await run(house, undoing)
    assert everything(house) == before
    assert all(entry.outcome is Outcome.UNDONE for entry in house.state.journal.entries if entry.undoes is None)
    assert house.store.refuses(undoing) is not None


async def test_closing_ends_it_after_the_write_under_way(house: House) -> None:
    targets = numbers(house, 3)
    gate = Gate(house, "PATCH", f"/insights/{targets[0]}/")
    house.wire.late.append(gate.hold)
    assert house.store.dispatch(tagging(targets)) is None
    await gate.reach()
    gate.opened.set()
    assert await house.close()
    assert patched(house) == targets[:1]
    assert [(row["target"], row["outcome"]) for row in rows_of(house.path)] == [(targets[0], "done")]
    result = house.state.work.result
    assert result is not None
    assert (result.done, result.left) == (1, 2)


async def test_it_leaves_half_of_the_rate_limit_and_waits_outside_of_the_lane(house: House) -> None:
    targets, urgent = numbers(house, 3), house.insight(OPEN)
    client = house.worker.client
    assert client is not None
    while client.budget.delay("insights", share=0.5) == 0:
        await client.budget.acquire("insights")
    assert house.store.dispatch(tagging(targets)) is None
    await house.do(c.EditInsight(urgent, changes=(("name", "Urgent"),)))
    assert (fields(house, urgent)["name"], patched(house)) == ("Urgent", [urgent])
    assert house.state.work.bulk
    assert house.store.dispatch(StopBulk()) is None
    await over(house)
    result = house.state.work.result
    assert result is not None
    assert (result.done, result.left, patched(house)) == (0, 3, [urgent])


async def test_it_goes_on_when_there_is_room_again(house: House) -> None:
    targets = numbers(house, 2)
    client = house.worker.client
    assert client is not None
    while client.budget.delay("insights", share=0.5) == 0:
        await client.budget.acquire("insights")
    assert house.store.dispatch(tagging(targets)) is None
    await house.do(c.EditInsight(house.insight(OPEN), changes=(("name", "Urgent"),)))
    house.time.now += 61
    lane = house.worker._writes
    assert lane._waiting is not None
    assert lane._batch is not None
    lane._waiting.cancel()
    lane._resume(lane._batch)
    await over(house)
    assert patched(house)[1:] == targets
