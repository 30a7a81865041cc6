"""Favourite, delete, restore and many at once: what is asked, what is sent, what the journal keeps, what undo does."""

from __future__ import annotations

import sqlite3

import pytest

from tests.screens.conftest import OpenHouse
from tui.store.facts import Outcome
from tui.store.state import Task
from tui.store.store import READ_ONLY

pytestmark = pytest.mark.anyio

OPEN = "Signups this week"
OFF = "Support requests by topic"
FUNNEL = "Checkout funnel"
KEYS = {"f": "favourite", "e": "edit", "D": "delete", "d": "duplicate", "n": "new"}
ROOMY = (230, 40)
"""Wide enough for every key of the key line."""


async def test_favourite_and_back(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(OFF)
        before = house.insight(OFF).favorited
        await house.press("f")
        await house.until(lambda: house.insight(OFF).favorited is not before)
        await house.until(lambda: not house.state.work.writing)
        (entry,) = house.state.journal.entries
        assert (entry.verb, entry.target, entry.outcome) == ("edit_insight", number, Outcome.DONE)
        assert entry.what == ("unfavourite" if before else "favourite")
        row = house.line_with("▌")
        assert OFF[:20] in row
        assert ("*" in row[:5]) is not before
        await house.press("u")
        assert f"Undo J-0001, {entry.what}, {OFF}?" in house.lines[-1]
        assert "It goes back to " in house.lines[-2]
        assert "link" not in house.lines[-2]
        await house.press("y")
        await house.until(lambda: house.state.journal.entries[-1].outcome is Outcome.UNDONE)
        assert house.insight(OFF).favorited is before
        assert house.shop.sent("PATCH") == [f"PATCH /api/projects/1/insights/{number}/"] * 2


async def test_delete_says_what_breaks_and_u_restores(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(OPEN)
        dashboards = len(house.insight(OPEN).dashboards)
        await house.press("D")
        words = " ".join(one.strip() for one in house.lines[-3:])
        assert "Its public link goes dead at once." in words
        assert (f"It leaves {dashboards} dashboard" in words) is bool(dashboards)
        assert "its alerts do not come back" in words
        assert f"Delete {OPEN}?   y delete   esc keep it" in house.lines[-1]
        for key in ("D", "enter", "d"):
            await house.press(key)
            assert house.asking
        assert not house.shop.sent("PATCH")
        await house.press("y")
        await house.until(lambda: OPEN not in [row.name for row in house.state.insights.rows.value or ()])
        await house.until_shown(f"{OPEN}: deleted")
        assert OPEN not in [row.name for row in house.listing.rows.items]

        await house.press("u")
        assert f"Undo J-0001, delete insight, {OPEN}?" in house.text
        assert "a link that was live is live again" in house.text
        await house.press("y")
        await house.until(lambda: OPEN in [row.name for row in house.state.insights.rows.value or ()])
        await house.until(lambda: house.state.journal.entries[-1].outcome is Outcome.UNDONE)
        assert house.shop.sent("PATCH", "DELETE") == [f"PATCH /api/projects/1/insights/{number}/"] * 2


async def test_a_deleted_insight_that_was_open_is_left(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to(OFF)
        await house.press("enter")
        await house.until(lambda: not house.shop.wire.under_way)
        await house.press("D", "y")
        await house.until_shown(f"{OFF}: deleted")
        assert house.listing.rows.current is not None
        assert OFF not in [row.name for row in house.listing.rows.items]


async def test_no_keeps_it(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to(OPEN)
        for key in ("n", "escape"):
            await house.press("D", key)
            assert not house.asking
        assert not house.shop.sent("PATCH")


async def test_read_only_refuses_every_one(open_house: OpenHouse) -> None:
    async with open_house(read_only=True, size=ROOMY) as house:
        await house.go_to(OPEN)
        assert "s L e f D d n read-only" in house.lines[-1]
        listing = house.app.screen
        for way in ((), ("space", "space")):
            await house.press(*way)
            for key in KEYS:
                await house.press(key)
                assert READ_ONLY in house.text, key
                assert not house.asking
                assert house.app.screen is listing
                house.app.say_nothing()
        assert {one.method for one in house.shop.log} == {"GET"}
        assert not house.state.journal.entries


async def test_a_key_without_the_scope_is_told(open_house: OpenHouse) -> None:
    async with open_house(key="read", size=ROOMY) as house:
        await house.go_to(OPEN)
        assert "e f D d n key lacks insight:write" in house.lines[-1]
        listing = house.app.screen
        for key in KEYS:
            await house.press(key)
            assert "Your key lacks insight:write." in house.text, key
            assert house.app.screen is listing
            house.app.say_nothing()
        assert {one.method for one in house.shop.log} == {"GET"}


async def test_an_insight_one_may_only_look_at(open_house: OpenHouse) -> None:
    def viewer(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO insight_access SELECT id, NULL, 'viewer' FROM insights WHERE name = ?", (OPEN,))
        # Somebody without a membership owns everything: everybody becomes a member.
        connection.execute("INSERT INTO memberships SELECT users.id, organizations.id, 1 FROM users, organizations")

    async with open_house(prepare=viewer) as house:
        await house.go_to(OPEN)
        for key in "feD":
            await house.press(key)
            assert not house.asking
            assert "you may look at this insight, not change it" in house.text
            house.app.say_nothing()
        assert not house.shop.sent("PATCH")


async def test_many_favourites_after_the_count_was_typed(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("space", "space", "space")
        marked = [int(key) for key in house.listing.rows.marks]
        rows = {row.id: row for row in house.state.insights.rows.value or ()}
        wanted = [number for number in marked if not rows[number].favorited]
        assert wanted
        await house.press("f")
        count = str(len(wanted))
        assert f"Type {count}:" in house.text
        await house.press("y", "9", "9", "enter")
        assert house.asking
        assert not house.shop.sent("PATCH")
        await house.press(*count, "enter")
        await house.until(lambda: house.state.work.result)
        rows = {row.id: row for row in house.state.insights.rows.value or ()}
        assert all(rows[number].favorited for number in marked)
        assert len(house.shop.sent("PATCH")) == len(house.state.journal.entries) == len(wanted)
        assert f"favourite: {count} done." in house.text
        assert not house.listing.rows.marks


async def test_many_deletes_count_what_breaks_and_keep_failures_marked(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("space", "space", "space")
        rows = list(house.listing.rows.items[:3])
        await house.press("D")
        live = sum(house.state.insights.links[row.id].live for row in rows)
        words = " ".join(house.text.split())
        assert (f"{live} public link" in words) is bool(live)
        assert "Delete 3 insights? Type 3:" in words
        kept = rows[1].id
        # Somebody takes the right to change one of them away meanwhile.
        with house.shop.sandbox.connection as connection:
            connection.execute("INSERT INTO insight_access VALUES (?, NULL, 'viewer')", (kept,))
            connection.execute("INSERT INTO memberships SELECT users.id, organizations.id, 1 FROM users, organizations")
        await house.press("3", "enter")
        await house.until(lambda: house.state.work.result)
        result = house.state.work.result
        assert result is not None
        assert [one.insight_id for one in result.failed] == [kept]
        assert house.listing.rows.marks == {str(kept)}
        line = house.line_with("✗ " + rows[1].title)
        assert result.failed[0].sentence[:20] in line
        assert "delete insight: 2 done, 1 failed." in house.text
        await house.press("escape", "escape")
        assert not house.line_with("✗ " + rows[1].title)
        assert house.listing.rows.marks == {str(kept)}


async def test_esc_stops_a_bulk_after_the_one_under_way(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press(*["space"] * 4)
        order = [row.id for row in house.listing.rows.items[:4]]
        await house.press("D")
        house.shop.wire.open.clear()
        await house.press("4", "enter")
        assert house.state.work.task == Task("delete insight", 0, 4)
        assert "delete insight 0/4" in house.lines[0]
        await house.press("escape")
        assert "delete insight stops after the one under way." in house.text
        house.shop.wire.open.set()
        await house.until(lambda: house.state.work.result)
        assert len(house.shop.sent("PATCH")) == 1
        assert "1 done, 3 not sent" in house.text
        assert house.listing.rows.marks == {str(number) for number in order[1:]}


async def test_undo_of_a_link_still_speaks_of_the_link(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to(OFF)
        await house.press("s", "y")
        await house.until_shown("new link live")
        await house.press("u")
        assert "Its link goes dead at once." in house.lines[-2]
