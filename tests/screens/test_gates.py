"""What may not be done: nothing leaves a read-only profile, and a key is told which scope it lacks."""

from __future__ import annotations

import sqlite3

import pytest

from tests.house import SMALL
from tests.screens.conftest import OpenHouse
from tui.actions import ACTIONS
from tui.screens.base import Base
from tui.store.store import READ_ONLY

pytestmark = pytest.mark.anyio

SCREENS = {
    "insights": ("1",),
    "insight": ("1", "enter"),
    "variables": ("2",),
    "exposure": ("3",),
    "journal": ("4",),
    "help": ("?",),
}
LEAVING = ("q", "ctrl+c")


async def test_read_only_every_key_of_every_screen(open_house: OpenHouse) -> None:
    keys = [key for action in ACTIONS for key in action.keys if key not in LEAVING]
    async with open_house(read_only=True, size=SMALL) as house:
        await house.go_to("Signups this week")
        assert "READ-ONLY" in house.lines[0]
        for name, way in SCREENS.items():
            await house.press(*way)
            start = house.app.screen
            for key in keys:
                await house.press(key)
                assert not house.asking, f"{key} in {name}"
                await house.press("y")
                if house.app.screen is not start or house.app.focused is not start.focused:
                    await house.press("escape", "escape", "escape", *way)
                    start = house.app.screen
            await house.press("escape", "escape", "escape")
        await house.ready()
        assert {one.method for one in house.shop.log} == {"GET"}
        assert not house.state.journal.entries


async def test_read_only_each_change_is_refused_with_the_sentence(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to("Support requests by topic")
        await house.press("s", "y")
        await house.until_shown("new link live")

    changing = [action for action in ACTIONS if action.publishes]
    assert {action.id for action in changing} == {"share", "rotate", "undo"}
    async with open_house(read_only=True) as house:
        await house.go_to("Support requests by topic")
        for way in (("1",), ("1", "enter"), ("3",), ("4",)):
            await house.press(*way)
            screen = house.app.screen
            assert isinstance(screen, Base)
            for action in changing:
                if action.where not in screen.PLACES:
                    continue
                await house.press(action.keys[0])
                assert READ_ONLY in house.text, f"{action.id} in {screen}"
                await house.press("escape")
            await house.press("escape")
        assert "read-only" in house.lines[-1]
        assert {one.method for one in house.shop.log} == {"GET"}


async def test_a_key_without_the_scope(open_house: OpenHouse) -> None:
    async with open_house(key="read") as house:
        await house.go_to("Support requests by topic")
        assert "key lacks sharing_configuration:write" in house.lines[-1]
        for key in "sL":
            await house.press(key)
            assert not house.asking
            assert "Your key lacks sharing_configuration:write." in house.text
            await house.press("escape")
        assert {one.method for one in house.shop.log} == {"GET"}


async def test_a_key_that_may_not_read_links(open_house: OpenHouse) -> None:
    async with open_house(key="no_sharing") as house:
        await house.until(lambda: house.state.insights.complete and house.state.session.connected)
        assert "key lacks sharing_configuration" in house.lines[-1]
        await house.press("a")
        assert "Your key lacks sharing_configuration:read." in house.text
        await house.press("3")
        assert not [one for one in house.shop.log if "/sharing/" in one.path]


async def test_an_insight_one_may_only_look_at(open_house: OpenHouse) -> None:
    def viewer(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT INTO insight_access SELECT id, NULL, 'viewer' FROM insights WHERE name = 'Signups this week'"
        )
        # Somebody without a membership owns everything: everybody becomes a member.
        connection.execute("INSERT INTO memberships SELECT users.id, organizations.id, 1 FROM users, organizations")

    async with open_house(prepare=viewer) as house:
        number = await house.go_to("Signups this week")
        assert not house.state.insights.links[number].may_edit
        assert "not an editor" in house.lines[-1]
        await house.press("s")
        assert not house.asking
        assert "you may look at this insight, not change it" in house.text
