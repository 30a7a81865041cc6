"""Editing, deleting and restoring insights, and what all writes that look after insights have in common."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.operations.looking_after import (
    CHANGES,
    EDITS,
    KINDS,
    SQL,
    everything,
    fields,
    kill,
    listen,
    shown,
    undo_of,
    write_of,
)
from tests.operations.test_lost_answers import CARRIED_OUT, FAULTS
from tests.operations.test_switch import OFF, OPEN
from tests.store.holding import Gate
from tests.store.house import House, OpenHouse
from tests.store.test_disk import rows_of
from tui.api.errors import Kind
from tui.store import commands as c
from tui.store.facts import Outcome

pytestmark = pytest.mark.anyio


def method_of(command: c.Write) -> str:
    return "POST" if isinstance(command, c.CreateInsight) else "PATCH"


# What all have in common


@pytest.mark.parametrize("kind", KINDS)
async def test_one_write_leaves_and_its_intent_is_on_disk_before(house: House, kind: str) -> None:
    command = write_of(house, kind)
    before, seen = everything(house), []

    async def look(request: httpx.Request) -> httpx.Response | None:
        if request.method != "GET":
            seen.extend(rows_of(house.path))
        return None

    house.wire.hooks.append(look)
    await house.do(command)
    assert [(record.method, record.status) for record in house.writes] in ([("PATCH", 200)], [("POST", 201)])
    intents = [(row["outcome"], row["target"], row["verb"]) for row in seen]
    assert intents == [("open", command.insight_id, command.verb)]
    assert (house.outcome, house.entry.what, house.entry.project) == (Outcome.DONE, kind, "1")
    assert [(row["outcome"], row["said"]) for row in rows_of(house.path)] == [("done", house.entry.said)]
    assert everything(house) != before
    assert house.state.notice.tone == "done"
    assert house.state.notice.said.startswith(f"{house.entry.on}: ")
    row = shown(house, house.entry.target)
    truth = fields(house, house.entry.target)
    assert (row is None) is (kind == "delete insight")
    if row is not None:
        assert (row.name, row.description, row.favorited) == (truth["name"], truth["description"], truth["favorited"])
        assert (set(row.tags), set(row.dashboards)) == (set(truth["tags"]), set(truth["dashboards"]))
    assert not house.state.work.refusals
    assert not house.state.work.conflicts


@pytest.mark.parametrize("kind", KINDS)
async def test_each_can_be_taken_back_once(house: House, kind: str) -> None:
    command = write_of(house, kind)
    before = everything(house)
    await house.do(command)
    entry = house.entry
    undo = undo_of(entry)
    await house.do(undo)
    assert everything(house) == before
    undone = house.state.journal.find(entry.id)
    assert undone is not None
    assert (undone.outcome, undone.undone_by, house.outcome) == (Outcome.UNDONE, house.entry.id, Outcome.DONE)
    assert (shown(house, entry.target) is None) is (kind in ("restore insight", "create insight", "duplicate insight"))
    refusal = house.store.dispatch(undo)
    assert refusal is not None
    assert refusal.short == "nothing to undo"
    assert len(house.writes) == 2


@pytest.mark.parametrize("kind", KINDS)
async def test_an_undo_works_after_a_new_start(house: House, kind: str) -> None:
    command = write_of(house, kind)
    before = everything(house)
    await house.do(command)
    await house.again()
    await house.until(lambda state: state.journal.read)
    await house.do(undo_of(house.entry))
    assert everything(house) == before


@pytest.mark.parametrize("kind", ["rename", "delete insight", "restore insight", "create insight"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_one_read_settles_a_lost_answer(open_house: OpenHouse, kind: str, fault: str) -> None:
    house = open_house()
    await house.begin()
    command = write_of(house, kind)
    before = everything(house)
    house.sandbox.faults.add(f"{method_of(command)} /insights/ {fault}")
    await house.do(command)
    carried_out = fault in CARRIED_OUT
    assert (everything(house) != before) is carried_out
    assert len(house.writes) == 1
    assert house.outcome == (Outcome.DONE if carried_out else Outcome.FAILED)
    assert house.state.notice.tone == ("done" if carried_out else "failed")
    assert bool(house.state.work.refusals) is not carried_out
    known = {row.id: row.name for row in house.state.insights.rows.value or ()}
    assert known == {number: values["name"] or "" for number, values in everything(house).items()}
    if carried_out:
        house.sandbox.faults.clear()
        await house.do(undo_of(house.entry))
        assert everything(house) == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["drop-before", "drop-after", "502", "cut"])
async def test_it_is_unknown_until_the_server_is_back(open_house: OpenHouse, kind: str, fault: str) -> None:
    house = open_house()
    await house.begin()
    command = write_of(house, kind)
    before = everything(house)
    house.sandbox.faults.add(f"{method_of(command)} /insights/ {fault}")
    house.wire.cut_after_a_write()
    await house.do(command)
    assert (house.outcome, len(house.writes)) == (Outcome.UNKNOWN, 1)
    assert house.state.notice.said.startswith("? unknown")
    await house.read(c.Settle())
    assert house.outcome == Outcome.UNKNOWN

    house.wire.cut = False
    await house.read(c.Settle())
    carried_out = fault in CARRIED_OUT
    assert (everything(house) != before) is carried_out
    words = "it was carried out" if carried_out else "it was not carried out"
    assert house.outcome == (Outcome.DONE if carried_out else Outcome.FAILED)
    assert house.entry.said.startswith(f"settled: {words}")
    assert len(house.writes) == 1
    known = {row.id: row.name for row in house.state.insights.rows.value or ()}
    assert known == {number: values["name"] or "" for number, values in everything(house).items()}
    if carried_out:
        house.sandbox.faults.clear()
        await house.do(undo_of(house.entry))
        assert everything(house) == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("arrived", [False, True])
async def test_a_killed_process_is_settled_by_the_next_start(house: House, kind: str, arrived: bool) -> None:
    command = write_of(house, kind)
    before = everything(house)
    await kill(house, command, arrived=arrived)
    assert len(house.writes) == (1 if arrived else 0)
    assert house.outcome == (Outcome.DONE if arrived else Outcome.FAILED)
    assert house.entry.said.startswith("settled: it was carried out" if arrived else "settled: it was not carried out")
    assert (everything(house) != before) is arrived
    if arrived:
        await house.do(undo_of(house.entry))
        assert everything(house) == before


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("create insight", "duplicate insight")])
async def test_a_refusal_is_a_failure_and_is_shown_until_the_next_write(house: House, kind: str) -> None:
    command = write_of(house, kind)
    before, number = everything(house), command.insight_id
    house.sandbox.connection.execute(
        "INSERT INTO insight_access (insight_id, user_id, level) VALUES (?, 1, 'viewer')", (number,)
    )
    await house.do(command)
    assert (house.outcome, everything(house)) == (Outcome.FAILED, before)
    assert "403" in house.entry.steps[0].detail
    assert house.state.work.refusals[number].kind is Kind.FORBIDDEN
    assert [record.status for record in house.writes] == [403]
    assert house.state.notice.tone == "failed"
    house.store.dispatch(command)
    assert not house.state.work.refusals
    await house.until(lambda state: not state.work.writing)


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_is_sent_when_the_read_before_fails(house: House, kind: str) -> None:
    command = write_of(house, kind)
    house.wire.cut = True
    await house.do(command)
    assert house.state.journal.entries == ()
    assert house.state.notice.said.startswith("Not sent: ")
    assert house.state.work.refusals[command.insight_id].kind is Kind.OFFLINE
    assert house.writes == []


@pytest.mark.parametrize("kind", KINDS)
async def test_a_key_that_may_only_read_is_refused(open_house: OpenHouse, kind: str) -> None:
    house = open_house(key="read")
    await house.begin()
    refusal = house.store.dispatch(write_of(house, kind))
    assert refusal is not None
    assert refusal.short == "key lacks insight:write"
    assert house.writes == []


async def test_a_key_without_sharing_can_settle(open_house: OpenHouse) -> None:
    house = open_house(faults="PATCH /insights/ drop-after")
    await house.begin()
    house.wire.cut_after_a_write()
    await house.do(write_of(house, "rename"))
    house.wire.cut = False
    house.store.state = house.state.__class__(
        session=house.state.session.__class__(project_id="1", scopes=frozenset({"insight:write"})),
        journal=house.state.journal,
    )
    await house.read(c.Settle())
    assert house.outcome == Outcome.DONE


# Edits


@pytest.mark.parametrize("kind", EDITS)
async def test_what_somebody_else_changed_is_not_overwritten(house: House, kind: str) -> None:
    number = house.insight(OPEN)
    name, value = CHANGES[kind]
    seen = {"favorited": False, "tags": ("older",), "dashboards": (9,), "query": json.dumps({"kind": "HogQLQuery"})}
    command = c.EditInsight(number, changes=((name, value),), seen=((name, seen.get(name, "Older")),))
    before = fields(house, number)
    await house.do(command)
    assert (fields(house, number), house.writes, house.state.journal.entries) == (before, [], ())
    theirs = house.state.work.conflicts[number]
    assert set(theirs) == {name}
    if name == "query":
        assert json.loads(theirs[name]) == json.loads(before[name])
    else:
        assert theirs[name] == (before[name] if name != "tags" else ("growth", "daily"))
    assert house.state.notice.tone == "careful"

    await house.do(c.EditInsight(number, changes=command.changes, seen=command.seen, force=True))
    assert (house.outcome, len(house.writes)) == (Outcome.DONE, 1)
    assert not house.state.work.conflicts
    await house.do(undo_of(house.entry))
    assert fields(house, number) == before


async def test_a_change_of_another_field_is_no_conflict(house: House) -> None:
    number = house.insight(OPEN)
    house.sandbox.connection.execute("UPDATE insights SET description = 'New' WHERE id = ?", (number,))
    changes = (("name", "Mine"), ("description", "New"))
    seen = (("name", OPEN), ("description", "Old"))
    bodies = listen(house)
    await house.do(c.EditInsight(number, changes=changes, seen=seen))
    assert house.outcome == Outcome.DONE
    assert bodies == [{"name": "Mine"}]


async def test_what_is_so_already_is_not_sent(house: House) -> None:
    number = house.insight(OPEN)
    name, query = fields(house, number)["name"], json.loads(fields(house, number)["query"])
    changes = (("name", f" {name} "), ("query", json.dumps(query["source"])))
    await house.do(c.EditInsight(number, changes=changes, seen=(("name", "Older"), ("query", SQL))))
    assert (house.writes, house.state.journal.entries) == ([], ())
    assert house.state.notice.said == f"{name} is so already. Nothing was sent."


async def test_an_undo_does_not_overwrite_what_came_after(house: House) -> None:
    number = house.insight(OPEN)
    await house.do(write_of(house, "rename"))
    house.sandbox.connection.execute("UPDATE insights SET name = 'Theirs' WHERE id = ?", (number,))
    undo = undo_of(house.entry)
    await house.do(undo)
    assert dict(house.state.work.conflicts[number]) == {"name": "Theirs"}
    assert fields(house, number)["name"] == "Theirs"
    assert house.outcome == Outcome.DONE


async def test_several_fields_go_in_one_request_and_back_in_one(house: House) -> None:
    number = house.insight(OPEN)
    before = fields(house, number)
    command = c.EditInsight(number, changes=tuple(CHANGES.values()), seen=tuple(before.items()))
    await house.do(command)
    assert (house.outcome, house.entry.what, len(house.writes)) == (Outcome.DONE, "edit insight", 1)
    assert house.entry.said == "changed: favourite, name, description, tags, query, dashboards"
    await house.do(undo_of(house.entry))
    assert (fields(house, number), len(house.writes)) == (before, 2)


async def test_an_undo_writes_back_what_was_there_and_not_what_was_shown(house: House) -> None:
    number = house.insight(OPEN)
    name, description = "Zero\u200bwidth", "bell\u0007 \ttab\u2028line"
    house.sandbox.connection.execute(
        "UPDATE insights SET name = ?, description = ? WHERE id = ?", (name, description, number)
    )
    await house.read(c.ReadInsights())
    row = shown(house, number)
    assert row is not None
    assert "\u200b" not in row.name
    seen = (("name", row.name), ("description", row.description))
    await house.do(c.EditInsight(number, changes=(("name", "A"), ("description", "B")), seen=seen))
    assert house.outcome == Outcome.DONE
    await house.again()
    await house.until(lambda state: state.journal.read)
    await house.do(undo_of(house.entry))
    assert fields(house, number) | {"name": name, "description": description} == fields(house, number)


async def test_a_form_sees_which_field_the_server_refuses(house: House) -> None:
    number = house.insight(OPEN)
    await house.do(c.EditInsight(number, changes=(("name", "n" * 401),)))
    problem = house.state.work.refusals[number]
    assert (problem.attr, problem.status) == ("name", 400)
    assert "no more than 400 characters" in problem.detail
    assert house.outcome == Outcome.FAILED


async def test_a_query_that_is_no_json_is_not_sent(house: House) -> None:
    number = house.insight(OPEN)
    await house.do(c.EditInsight(number, changes=(("query", "{"),)))
    assert (house.state.work.refusals[number].attr, house.writes) == ("query", [])
    assert house.state.journal.entries == ()


async def test_a_field_that_the_server_passes_over_is_not_called_changed(house: House) -> None:
    number = house.insight(OPEN)
    tags = json.dumps([])
    house.sandbox.connection.execute("UPDATE insights SET tags = ? WHERE id = ?", (tags, number))

    async def tagless(request: httpx.Request) -> httpx.Response | None:
        if request.method != "PATCH":
            return None
        body = json.loads(request.content)
        body.pop("tags")
        headers = {**request.headers, "content-length": str(len(json.dumps(body)))}
        changed = httpx.Request("PATCH", request.url, headers=headers, content=json.dumps(body))
        return await house.wire.transport.handle_async_request(changed)

    house.wire.hooks.append(tagless)
    await house.do(c.EditInsight(number, changes=(("tags", ("kpi",)),)))
    assert (house.outcome, house.state.work.refusals[number].attr) == (Outcome.FAILED, "tags")
    assert "left tags as before" in house.entry.said
    await house.do(c.EditInsight(number, changes=(("name", "New"), ("tags", ("kpi",)))))
    assert (house.outcome, house.entry.said, house.state.notice.tone) == (Outcome.DONE, "renamed to New", "careful")
    assert house.state.notice.detail == "PostHog left tags as before."
    house.wire.hooks.clear()
    bodies = listen(house)
    await house.do(undo_of(house.entry))
    assert bodies == [{"name": OPEN}]


async def test_a_query_that_the_server_keeps_in_a_form_of_its_own_can_be_taken_back(house: House) -> None:
    number = house.insight(OPEN)
    before = fields(house, number)

    async def normalise(request: httpx.Request) -> httpx.Response | None:
        if request.method != "PATCH":
            return None
        house.wire.hooks.remove(normalise)
        body = json.loads(request.content)
        body["query"]["source"]["query"] += " as one"
        content = json.dumps(body).encode()
        headers = {**request.headers, "content-length": str(len(content))}
        changed = httpx.Request("PATCH", request.url, headers=headers, content=content)
        return await house.wire.transport.handle_async_request(changed)

    house.wire.hooks.append(normalise)
    await house.do(write_of(house, "change query"))
    assert (house.outcome, house.entry.said) == (Outcome.DONE, "query changed")
    await house.do(undo_of(house.entry))
    assert (house.outcome, fields(house, number)) == (Outcome.DONE, before)


async def test_what_is_settled_as_neither_is_said_so(open_house: OpenHouse) -> None:
    house = open_house(faults="PATCH /insights/ drop-before")
    await house.begin()
    house.wire.cut_after_a_write()
    await house.do(write_of(house, "rename"))
    house.wire.cut = False
    house.sandbox.connection.execute("UPDATE insights SET name = 'Theirs' WHERE name = ?", (OPEN,))
    await house.read(c.Settle())
    assert house.outcome == Outcome.FAILED
    assert house.entry.said.endswith("it is neither as it was nor as it was meant")


async def test_a_changed_query_reaches_an_insight_that_is_open(house: House) -> None:
    number = house.insight(OPEN)
    await house.read(c.ReadInsight(number))
    await house.do(write_of(house, "change query"))
    detail = house.state.details.by_id[number].value
    assert detail is not None
    assert (detail.query, detail.row.kind) == (json.loads(SQL), "sql")
    await house.do(write_of(house, "rename"))
    detail = house.state.details.by_id[number].value
    assert detail is not None
    assert (detail.query, detail.row.name) == (json.loads(SQL), "Signups, renamed")


async def test_an_index_that_was_answered_before_a_write_does_not_bring_back_the_old_row(house: House) -> None:
    number, other = house.insight(OPEN), house.insight(OFF)
    gate = Gate(house, "GET", "/insights/")
    house.wire.late.append(gate.hold)
    house.store.dispatch(c.ReadInsights())
    await gate.reach()
    house.wire.late.clear()
    for command in (write_of(house, "rename"), c.DeleteInsight(other), write_of(house, "create insight")):
        await house.do(command)
    made = house.entry.target
    gate.opened.set()
    await house.rest()
    row = shown(house, number)
    assert row is not None
    assert (row.name, shown(house, other)) == ("Signups, renamed", None)
    assert shown(house, made) is not None


async def test_an_insight_that_was_answered_before_a_write_is_read_again(house: House) -> None:
    number = house.insight(OPEN)
    gate = Gate(house, "GET", f"/insights/{number}/")
    house.wire.late.append(gate.hold)
    house.store.dispatch(c.ReadInsight(number))
    await gate.reach()
    house.wire.late.clear()
    await house.do(write_of(house, "change query"))
    gate.opened.set()
    await house.rest()
    loadable = house.state.details.by_id[number]
    assert loadable.value is not None
    assert (loadable.status, loadable.value.query) == ("ready", json.loads(SQL))


# Deleting and restoring


async def test_a_deletion_of_what_is_gone_and_a_restoring_of_what_is_there_send_nothing(house: House) -> None:
    number = house.insight(OPEN)
    await house.do(c.RestoreInsight(number))
    assert house.state.notice.said == f"{OPEN} is not deleted. Nothing was sent."
    house.sandbox.connection.execute("UPDATE insights SET deleted = 1 WHERE id = ?", (number,))
    await house.do(c.DeleteInsight(number))
    assert house.state.notice.said == f"{OPEN} is deleted already. Nothing was sent."
    assert (shown(house, number), house.writes, house.state.journal.entries) == (None, [], ())


async def test_a_restored_insight_has_its_name_in_the_journal(house: House) -> None:
    await house.do(c.DeleteInsight(house.insight(OPEN)))
    total = house.state.insights.total
    await house.do(undo_of(house.entry))
    assert (house.entry.on, house.entry.before, house.entry.after) == (OPEN, "deleted", "there")
    assert total is not None
    assert house.state.insights.total == total + 1


async def test_an_edit_of_what_is_gone_takes_it_off_the_list(house: House) -> None:
    number = house.insight(OPEN)
    command = write_of(house, "rename")
    house.sandbox.connection.execute("UPDATE insights SET deleted = 1 WHERE id = ?", (number,))
    await house.do(command)
    assert (shown(house, number), house.writes) == (None, [])
    assert house.state.work.refusals[number].kind is Kind.MISSING


async def test_a_404_of_something_else_deletes_nothing(house: House) -> None:
    number = house.insight(OPEN)

    async def nowhere(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(404, html="<h1>Not here</h1>") if request.method == "GET" else None

    house.wire.hooks.append(nowhere)
    await house.do(c.DeleteInsight(number))
    await house.do(c.RestoreInsight(number))
    assert shown(house, number) is not None
    assert (house.writes, house.state.notice.tone) == ([], "failed")
