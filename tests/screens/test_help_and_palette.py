"""Help and palette are made from the registry of actions, with the same words and the same reasons."""

from __future__ import annotations

import pytest

from tests.house import House
from tests.screens.conftest import OpenHouse
from tui.actions import ACTIONS, shown
from tui.screens.base import Base
from tui.widgets.prompt import Palette

pytestmark = pytest.mark.anyio

SCREENS = {"insights": "1", "variables": "2", "exposure": "3", "journal": "4", "insight": "1 enter"}
TALL = (70, 140)
"""So narrow that help is one column."""


def here(house: House) -> Base:
    """The screen that is shown."""
    screen = house.app.screen
    assert isinstance(screen, Base)
    return screen


def palette(house: House) -> Palette:
    """Its palette."""
    return house.app.screen.query_one(Palette)


async def test_help_lists_every_action_of_the_screen(open_house: OpenHouse) -> None:
    async with open_house(size=TALL, key="read") as house:
        await house.ready()
        for name, keys in SCREENS.items():
            await house.press(*keys.split())
            screen = here(house)
            await house.press("?")
            words = " ".join(" ".join(house.lines).split())
            for action in ACTIONS:
                if action.where not in screen.PLACES:
                    continue
                refusal = screen.reason(action)
                assert action.name in words, f"{action.name} in {name}"
                if refusal is not None:
                    assert action.name in words.partition("Not now")[2], f"{action.name} in {name}"
            await house.press("escape")
            assert here(house) is screen
            await house.press("escape")


async def test_help_says_why_something_cannot_be_done(open_house: OpenHouse) -> None:
    async with open_house(size=TALL, read_only=True) as house:
        await house.ready()
        await house.press("?")
        refused = house.text.partition("Not now")[2]
        assert "Switch sharing on or off: read-only" in refused
        assert "Rotate link: read-only" in refused
        assert "▲ asks first" in house.lines[-1]


async def test_the_palette_runs_what_is_typed(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to("Signups this week")
        for name, seen in (
            ("Switch sharing on or off", "Switch sharing off for Signups this week?"),
            ("Rotate link", "Rotate the link of Signups this week?"),
            ("Copy link", "esc nothing"),
            ("Go to Variables", "code name"),
            ("Go to Exposure", "why it is here"),
            ("Go to Journal", "Nothing was written yet"),
            ("Go to Insights", "Visits in the last"),
            ("Help", "You are in Insights."),
            ("Filter", "0 of 60"),
        ):
            await house.press(":")
            await house.paste(name)
            chosen = palette(house).chosen
            assert chosen is not None
            assert chosen.name.startswith(name)
            await house.press("enter")
            if name == "Filter":
                await house.paste("zzz")
            assert seen in house.text, name
            await house.press("escape")
        assert not house.shop.sent("PATCH", "POST")


async def test_every_action_is_in_the_palette_with_its_key_and_what_it_sends(open_house: OpenHouse) -> None:
    async with open_house(size=(120, 60)) as house:
        await house.go_to("Signups this week")
        for keys in SCREENS.values():
            await house.press(*keys.split())
            screen = here(house)
            await house.press(":")
            items = {item.id: item for item in screen.palette_items()}
            wanted = {one.id for one in ACTIONS if one.where in screen.PLACES and one.id != "palette"}
            assert items.keys() == wanted
            for action in ACTIONS:
                if action.id not in items:
                    continue
                await house.paste(action.name)
                row = house.line_with(f"▌  {action.name}")
                item = items[action.id]
                assert (item.reason or item.sends) in row, action.name
                if not item.reason:
                    assert row.rstrip().endswith(shown(action.keys[0])), action.name
                    assert ("asks" in row) is action.asks
                await house.press("ctrl+u")
            await house.press("escape")


async def test_a_refused_action_stays_and_does_nothing(open_house: OpenHouse) -> None:
    async with open_house(read_only=True) as house:
        await house.go_to("Signups this week")
        await house.press(":")
        await house.paste("rotate")
        assert "not now: read-only" in house.line_with("Rotate link")
        await house.press("enter")
        assert palette(house).is_open
        assert not house.asking
        await house.press("escape")
        assert not palette(house).is_open
        assert {one.method for one in house.shop.log} == {"GET"}


async def test_an_insight_is_opened_by_its_name(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("2", ":")
        await house.paste("margin by")
        assert "Open: Margin by supplier" in house.text
        await house.press("enter")
        assert "› Margin by supplier" in house.lines[1]
        await house.until_shown("○ off, nobody can open it")
