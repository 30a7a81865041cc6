"""Making insights: from a draft, as a copy, and what a lost answer leaves."""

from __future__ import annotations

import json

import pytest

from tests.operations.looking_after import DRAFT, SQL, everything, fields, listen, shown, undo_of, write_of
from tests.operations.test_switch import OPEN
from tests.store.holding import Gate
from tests.store.house import House, OpenHouse
from tui.store import commands as c
from tui.store.edits import InsightDraft
from tui.store.facts import Outcome

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("server", ["new", "mid", "2025", "old"])
async def test_a_draft_is_made_as_it_is(open_house: OpenHouse, server: str) -> None:
    house = open_house(server=server)
    await house.begin()
    bodies, total = listen(house), house.state.insights.total or 0
    draft = InsightDraft("Name", "Derived", "Words", ("b", "a"), True, SQL, "Reports/2026", (402,), 7)
    await house.do(c.CreateInsight(draft=draft))
    assert [record.status for record in house.writes] == [201]
    assert bodies[0]["saved"] is True
    made = house.entry.target
    row = house.sandbox.connection.execute("SELECT * FROM insights WHERE id = ?", (made,)).fetchone()
    assert (row["name"], row["derived_name"], row["description"], row["favorited"]) == ("Name", "Derived", "Words", 1)
    assert (row["saved"], row["folder"], row["order"], json.loads(row["query"])) == (
        1,
        "Reports/2026",
        7,
        json.loads(SQL),
    )
    assert (fields(house, made)["tags"], fields(house, made)["dashboards"]) == (("a", "b"), (402,))
    assert (house.state.work.created.insight_id, house.state.work.created.serial) == (made, 1)
    assert (house.state.insights.total, house.entry.on) == (total + 1, "Name")
    assert shown(house, made) is not None


async def test_what_a_draft_leaves_empty_is_not_sent(house: House) -> None:
    bodies = listen(house)
    await house.do(c.CreateInsight(draft=InsightDraft("Name", query=SQL)))
    assert bodies == [{"name": "Name", "saved": True, "query": json.loads(SQL)}]


async def test_a_copy_takes_the_query_as_it_is(house: House) -> None:
    number = house.insight(OPEN)
    query = json.loads(fields(house, number)["query"])
    query["source"]["series"][0]["custom_name"] = "bell\u0007 and zero\u200bwidth"
    house.sandbox.connection.execute("UPDATE insights SET query = ? WHERE id = ?", (json.dumps(query), number))
    await house.do(c.CreateInsight(draft=InsightDraft("A copy", query=SQL), copy_of=number))
    assert (house.outcome, house.entry.what) == (Outcome.DONE, "duplicate insight")
    assert json.loads(fields(house, house.entry.target)["query"]) == query


async def test_a_copy_of_what_is_gone_is_not_sent(house: House) -> None:
    await house.do(c.CreateInsight(draft=InsightDraft("A copy"), copy_of=1))
    assert (house.writes, house.state.journal.entries) == ([], ())
    assert house.state.notice.said.startswith("Not sent: ")


async def test_a_query_that_the_server_refuses(house: House) -> None:
    before = everything(house)
    await house.do(c.CreateInsight(draft=InsightDraft("Name", query='{"kind": "Nonsense"}')))
    assert (house.outcome, everything(house), len(house.writes)) == (Outcome.FAILED, before, 1)
    assert "Nonsense" in house.state.work.refusals[0].detail
    assert house.entry.inverse is None
    await house.do(c.CreateInsight(draft=DRAFT))
    assert (house.outcome, dict(house.state.work.refusals)) == (Outcome.DONE, {})


async def test_a_query_that_is_no_json_is_not_sent(house: House) -> None:
    await house.do(c.CreateInsight(draft=InsightDraft("Name", query="{")))
    assert (house.writes, house.state.work.refusals[0].attr) == ([], "query")


async def lost(house: House, command: c.Write) -> None:
    """Send it, its answer lost and the server gone; it is back at the end."""
    house.wire.cut_after_a_write()
    await house.do(command)
    house.wire.cut = False
    assert house.outcome == Outcome.UNKNOWN


async def test_an_older_insight_of_the_same_name_and_query_is_not_taken_for_it(open_house: OpenHouse) -> None:
    house = open_house(faults="POST /insights/ drop-before after=1")
    await house.begin()
    await house.do(c.CreateInsight(draft=DRAFT))
    await lost(house, c.CreateInsight(draft=DRAFT))
    await house.read(c.Settle())
    assert (house.outcome, house.entry.inverse) == (Outcome.FAILED, None)
    assert house.entry.said == "settled: it was not carried out: there is no such insight"


@pytest.mark.parametrize("same", ["name", "query"])
async def test_a_newer_insight_that_shares_only_a_part_is_not_taken_for_it(open_house: OpenHouse, same: str) -> None:
    house = open_house(faults="POST /insights/ drop-before x1")
    await house.begin()
    await lost(house, c.CreateInsight(draft=DRAFT))
    name, query = ("Made here", "{}") if same == "name" else ("Other", DRAFT.query)
    house.sandbox.connection.execute(
        "INSERT INTO insights (project_id, short_id, name, query, created_at, updated_at, last_modified_at)"
        " SELECT 1, 'another1', ?, ?, created_at, updated_at, last_modified_at FROM insights LIMIT 1",
        (name, query),
    )
    await house.read(c.Settle())
    assert house.outcome == Outcome.FAILED


async def test_it_is_found_behind_many_that_were_made_since(open_house: OpenHouse) -> None:
    house = open_house(faults="POST /insights/ drop-after x1")
    await house.begin()
    await lost(house, c.CreateInsight(draft=DRAFT))
    made = max(everything(house))
    house.sandbox.connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 230)"
        " INSERT INTO insights (project_id, short_id, name, query, created_at, updated_at, last_modified_at)"
        " SELECT 1, 'later' || i, 'Later ' || i, query, created_at, updated_at, last_modified_at"
        " FROM n, (SELECT * FROM insights LIMIT 1)"
    )
    await house.read(c.Settle())
    assert (house.outcome, house.entry.target) == (Outcome.DONE, made)
    await house.do(undo_of(house.entry))
    assert made not in everything(house)


async def test_the_next_creation_settles_the_one_before_first(open_house: OpenHouse) -> None:
    house = open_house(faults="POST /insights/ drop-after x1")
    await house.begin()
    await lost(house, c.CreateInsight(draft=DRAFT))
    await house.do(c.CreateInsight(draft=DRAFT))
    assert [entry.outcome for entry in house.state.journal.entries] == [Outcome.DONE, Outcome.DONE]
    assert len({entry.target for entry in house.state.journal.entries} - {0}) == 2


async def test_one_creation_at_a_time(house: House) -> None:
    gate = Gate(house, "POST", "/insights/")
    house.wire.hooks.append(gate.before)
    assert house.store.dispatch(write_of(house, "create insight")) is None
    refusal = house.store.dispatch(write_of(house, "duplicate insight"))
    assert refusal is not None
    assert refusal.said == "Not sent: create insight is still under way for this insight."
    gate.opened.set()
    await house.until(lambda state: not state.work.writing)
    assert len(house.writes) == 1
