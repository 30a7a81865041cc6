"""When things go wrong, or nothing is there: failed, empty, offline, stale and unknown are said in words."""

from __future__ import annotations

import sqlite3

import pytest

from tests.house import SMALL, Shop
from tests.screens.conftest import OpenHouse
from tui.store.facts import Outcome

pytestmark = pytest.mark.anyio

OPEN = "Signups this week"


async def test_an_index_that_fails_is_read_again(open_house: OpenHouse) -> None:
    async with open_house(faults="GET ~/insights/$ 500 x3") as house:
        await house.until(lambda: house.state.insights.rows.status == "failed")
        assert "The insights could not be read." in house.text
        assert "r tries again." in house.text
        await house.press("r")
        await house.ready()
        assert OPEN in house.text
        assert "could not be read" not in house.text


async def test_an_empty_project(open_house: OpenHouse) -> None:
    async with open_house(insights=0) as house:
        await house.ready()
        assert "This project has no insights yet." in house.text
        await house.press("s")
        assert "There is no insight under the cursor." in house.text
        for key, words in (
            ("2", "This project has no insight variables yet."),
            ("3", "This project has no insights yet."),
            ("4", "Nothing was written yet."),
        ):
            await house.press(key)
            await house.until_shown(words)
        for key in ("j", "k", "G", "space", "*", "enter", "o", "a", "c", "c"):
            await house.press("1", key)


async def test_a_link_that_cannot_be_read(open_house: OpenHouse) -> None:
    async with open_house(faults="GET /sharing/ 500 x3") as house:
        await house.until(lambda: at_rest_with_problems(house.shop))
        assert "? failed" in house.text
        await house.press("3")
        assert "▲ 1 could not be read" in house.text
        await house.press("G")
        assert "It can still be public." in house.text


def at_rest_with_problems(shop: Shop) -> bool:
    """Whether the links in sight were asked for, and some could not be read."""
    insights = shop.app.store.state.insights
    return bool(insights.link_problems) and not shop.wire.under_way and len(insights.links) > 10


async def test_an_insight_that_cannot_be_read(open_house: OpenHouse) -> None:
    async with open_house(size=SMALL) as house:
        number = await house.go_to(OPEN)
        house.shop.sandbox.faults.add(f"GET /insights/{number}/ 500 x3")
        await house.press("enter")
        await house.until(lambda: house.state.details.by_id[number].problem)
        assert "✗ " in house.text
        assert "r tries again." in house.text
        await house.press("r")
        await house.until_shown("so far today")
        assert "r tries again." not in house.text


async def test_variables_that_cannot_be_read(open_house: OpenHouse) -> None:
    async with open_house(faults="GET /insight_variables/ 500 x3") as house:
        await house.ready()
        await house.press("2")
        await house.until_shown("The variables could not be read.")
        await house.press("r")
        await house.until_shown("Launch day")


async def test_a_key_that_is_not_let_in(open_house: OpenHouse) -> None:
    def gone(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM api_keys")

    async with open_house(prepare=gone) as house:
        await house.until(lambda: house.state.session.problem)
        assert "▲ not let in since 12:03" in house.lines[0]
        assert "The insights could not be read." in house.text


async def test_offline_keeps_what_is_known_and_says_how_old_it_is(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        house.shop.wire.cut = True
        house.shop.moment.now += 660
        await house.press("r")
        await house.until(lambda: house.state.session.problem)
        assert "▲ offline since 12:14" in house.lines[0]
        assert "rows from 12:03, 11 min old" in house.lines[0]
        assert "eu.posthog.com could not be reached.  r tries again.  What you see is from 12:03." in house.text
        assert "● open" in house.row(OPEN)

        house.shop.wire.cut = False
        await house.press("r")
        await house.until(lambda: house.state.session.problem is None and house.state.insights.rows.status == "ready")
        assert "offline" not in house.text
        assert "read 12:14" in house.lines[0]


async def test_a_server_that_goes_away_in_the_middle_of_a_rotation(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(OPEN)
        before = house.state.insights.links[number]
        house.shop.sandbox.faults.add("POST /refresh/ drop-after x1; GET ~/sharing/$ after=1 drop-before x9")
        await house.press("L", "y")
        await house.until(lambda: any(one.outcome is Outcome.UNKNOWN for one in house.state.journal.entries))
        assert "? unknown" in house.row(OPEN)
        assert "unknown: sent 12:03:00, the answer was lost. r reads what is true now." in house.text
        assert house.shop.sent("POST") == [f"POST /api/projects/1/insights/{number}/sharing/refresh/"]
        await house.press("4")
        assert "? unknown: sent 12:03:00" in house.line_with("J-0001")
        await house.press("1")

        house.shop.sandbox.faults.clear()
        await house.press("r")
        await house.until(lambda: house.state.journal.entries[0].outcome is Outcome.DONE)
        await house.until(lambda: house.state.insights.links[number].token != before.token)
        assert "? unknown" not in house.text
        assert "● open" in house.row(OPEN)
        await house.press("4")
        assert "settled: it was carried out" in house.line_with("J-0001")
        assert len(house.shop.sent("POST")) == 1


async def test_a_lost_answer_of_a_write_that_was_not_carried_out(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(OPEN)
        house.shop.sandbox.faults.add("PATCH /sharing/ drop-before x1; GET ~/sharing/$ after=1 drop-before x9")
        await house.press("s", "y")
        await house.until(lambda: any(one.outcome is Outcome.UNKNOWN for one in house.state.journal.entries))
        assert "? unknown" in house.row(OPEN)

    async with open_house() as house:
        await house.until(lambda: any(one.outcome is Outcome.FAILED for one in house.state.journal.entries))
        await house.ready()
        assert house.state.insights.links[number].state == "open"
        await house.press("4")
        assert "settled: it was not carried out" in house.line_with("J-0001")


async def test_what_was_known_is_there_at_once(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        read = len(house.state.insights.links)

    async with open_house() as house:
        house.shop.wire.open.clear()
        house.shop.moment.now += 3 * 3600
        await house.until(lambda: house.state.insights.rows.value)
        assert not house.shop.log
        assert house.state.insights.rows.status == "stale"
        assert OPEN in house.text
        assert "60 insights · read 12:03" in house.lines[0]
        assert "● open" in house.row(OPEN)
        assert len(house.state.insights.links) == read
        await house.press("j", "j")
        assert OPEN in house.line_with("▌")
        house.shop.wire.open.set()
        await house.ready()
        assert "read 15:03" in house.lines[0]


async def test_what_was_known_without_a_server(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()

    async with open_house() as house:
        house.shop.wire.cut = True
        house.shop.moment.now += 86400 * 2
        await house.until(lambda: house.state.session.problem)
        assert "rows from 12:03, 2 d old" in house.lines[0]
        assert OPEN in house.text


@pytest.mark.parametrize("kind", ["short id", "address", "public link"])
async def test_landing_on_an_insight(open_house: OpenHouse, kind: str) -> None:
    async with open_house() as house:
        number = await house.go_to(OPEN)
        link = house.state.insights.links[number]
        assert link.token is not None
        short_id = house.insight(OPEN).short_id
        target = {
            "short id": short_id,
            "address": f"https://eu.posthog.com/project/1/insights/{short_id}",
            "public link": f"https://eu.posthog.com/shared/{link.token.reveal()}",
        }[kind]

    async with open_house(target=target, cache=False) as house:
        await house.until_shown("What the world can see")
        assert f"1 Insights › {OPEN}" in house.lines[1]
        await house.until_shown("● open to anyone, no password")
        assert link.token.reveal() not in house.text
        await house.press("escape")
        await house.ready()
        assert OPEN in house.text


async def test_a_target_that_nothing_answers_to(open_house: OpenHouse) -> None:
    async with open_house(target="nowhere1") as house:
        await house.until_shown("No insight of this project answers to that.")
        assert house.state.goal.insight_id is None
