"""Switching a link on and off: what is asked, in which words, what confirms, and how it is taken back."""

from __future__ import annotations

import sqlite3

import pytest

from tests.house import SIZE
from tests.screens.conftest import OpenHouse
from tui.store.facts import Outcome

pytestmark = pytest.mark.anyio

OFF = "Support requests by topic"
OPEN = "Signups this week"
LOCKED = "Revenue by country"
NEVER = "Visits in the last 24 hours"


async def test_on(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(OFF)
        await house.press("s")
        assert "● Anyone with the link will see this, with the names of its authors." in house.lines[-2]
        assert f"Switch sharing on for {OFF}?   y switch on   esc no" in house.lines[-1]
        assert not house.shop.sent("PATCH")
        await house.press("y")
        await house.until_shown(f"{OFF}: new link live.")
        assert house.state.insights.links[number].state == "open"
        assert "● open" in house.line_with("▌")


async def test_off_and_undone(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(OPEN)
        assert "s share off" in house.lines[-1]
        await house.press("s")
        assert "▲ The link goes dead at once wherever it is used." in house.lines[-2]
        assert f"Switch sharing off for {OPEN}?   y switch off   esc keep it" in house.lines[-1]
        await house.press("y")
        await house.until_shown(f"{OPEN}: old link dead.")
        assert house.state.insights.links[number].state == "off"

        await house.press("u")
        assert "Its link is switched on again" in house.lines[-2]
        assert f"Undo J-0001, switch sharing off, {OPEN}?" in house.lines[-1]
        await house.press("y")
        await house.until_shown(f"{OPEN}: new link live.")
        await house.until(lambda: house.state.journal.entries[-1].outcome is Outcome.UNDONE)
        assert house.state.insights.links[number].state == "open"
        assert len(house.shop.sent("PATCH")) == 2

        await house.press("4", "G")
        assert "undone" in house.line_with("J-0001")
        assert "taken back by J-0002" in house.text
        await house.press("u")
        assert not house.asking
        assert len(house.shop.sent("PATCH")) == 2


async def test_on_where_a_password_is_required_and_none_exists(open_house: OpenHouse) -> None:
    def switched_off(connection: sqlite3.Connection) -> None:
        of_it = "insight_id IN (SELECT id FROM insights WHERE name = ?)"
        connection.execute(f"UPDATE sharing_configurations SET enabled = 0 WHERE {of_it}", (LOCKED,))

    async with open_house(prepare=switched_off) as house:
        await house.go_to(LOCKED)
        await house.press("s")
        assert "nobody can open the link until one is made" in house.lines[-2]


async def test_the_first_link_of_an_insight(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(NEVER)
        assert "L no link yet" in house.lines[-1]
        await house.press("L")
        assert not house.asking
        assert "There is no link to rotate yet. s makes one." in house.text
        await house.press("s", "y")
        await house.until_shown("new link live")
        assert house.state.insights.links[number].state == "open"


async def test_no(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to(OPEN)
        for started in "sL":
            for key in ("n", "N", "escape"):
                await house.press(started)
                assert house.asking
                await house.press(key)
                assert not house.asking, key
                assert house.app.screen.focused is house.listing.rows
        assert not house.shop.sent("PATCH", "POST")


async def test_neither_the_starting_key_nor_another_one_confirms(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to(OPEN)
        for started in "sL":
            await house.press(started)
            for key in (started, "enter", "space", "Y", "1", "q", "r", "u", started, "tab", "j", "?", ":"):
                await house.press(key)
                assert house.asking, key
            await house.press("escape")
        assert not house.shop.sent("PATCH", "POST")


async def test_a_link_that_is_not_read_is_read_before_anything_is_asked(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("G")
        row = house.listing.rows.current
        assert row is not None
        assert row.id not in house.state.insights.links
        await house.press("s")
        assert not house.asking
        assert "The link is being read" in house.text
        await house.until(lambda: row.id in house.state.insights.links)
        await house.press("s")
        assert house.asking


async def test_rotating_says_what_carries_over(open_house: OpenHouse) -> None:
    async with open_house(size=SIZE) as house:
        number = await house.go_to("Checkout funnel")
        before = house.state.insights.links[number]
        await house.press("L")
        assert "Both passwords and the settings carry over." in house.lines[-2]
        await house.press("y")
        await house.until_shown("new link asks for a password, old link lives until 12:08:")
        after = house.state.insights.links[number]
        assert after.token != before.token
        assert len(after.passwords) == len(before.passwords) == 2
        assert after.settings == before.settings
        assert "settings and 2 passwords carried over" in house.text


async def test_a_second_write_waits_for_the_first(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to(OPEN)
        await house.press("L")
        house.shop.wire.open.clear()
        await house.press("y")
        assert "▸ sending" in house.line_with("▌")
        await house.press("L")
        assert not house.asking
        assert "Not sent: rotate link is still under way for this insight." in house.text
        house.shop.wire.open.set()
        await house.until_shown("new link live")
        assert len(house.shop.sent("POST")) == 1
