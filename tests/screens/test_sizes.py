"""Every screen at every size, and through a storm of other sizes."""

from __future__ import annotations

import pytest

from tests.house import House, drawn
from tests.screens.conftest import OpenHouse

pytestmark = pytest.mark.anyio

SIZES = ((40, 12), (60, 20), (80, 24), (120, 40), (200, 60), (300, 100))
STORM = ((1, 1), (110, 30), (109, 30), (5, 60), (160, 4))
WAYS = (
    ("1",),
    ("s",),
    ("escape", "c"),
    ("escape", ":"),
    ("escape", "/"),
    ("escape", "enter"),
    ("escape", "2"),
    ("3",),
    ("4",),
    ("?",),
    ("escape", "1"),
)
"""Keys that lead through all screens, menus and questions, and back."""


def fits(house: House, size: tuple[int, int]) -> None:
    """The screen is filled to its last cell and not beyond."""
    strips = house.app.screen._compositor.render_strips(house.app.size)
    assert len(strips) == size[1]
    assert {strip.cell_length for strip in strips} == {size[0]}


@pytest.mark.parametrize("size", SIZES, ids=[f"{width}x{height}" for width, height in SIZES])
async def test_every_screen_at(open_house: OpenHouse, size: tuple[int, int]) -> None:
    async with open_house(size=size) as house:
        await house.go_to("Signups this week")
        for way in WAYS:
            await house.press(*way)
            fits(house, size)
        assert "Signups" in house.text


async def test_a_storm_of_sizes(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to("Signups this week")
        for way in (WAYS[1], WAYS[3], WAYS[5]):
            await house.press(*way)
            for size in STORM:
                await house.pilot.resize_terminal(*size)
                await drawn(house.pilot)
                fits(house, size)
        await house.pilot.resize_terminal(120, 40)
        await house.press("1", "escape")
        await house.ready()
        assert "● open" in house.row("Signups this week")


async def test_the_list_works_at_40x12(open_house: OpenHouse) -> None:
    async with open_house(size=(40, 12)) as house:
        await house.go_to("Signups this week")
        assert "● open" in house.row("Signups this week")
        await house.press("s")
        assert "y switch off" in house.text
        await house.press("n", "enter", "v", "v", "v")
        assert "What the world can see" in house.text
        await house.press("escape", "/")
        await house.type("funnel")
        assert "Checkout funnel" in house.text


async def test_below_110_columns_enter_opens_what_the_pane_says_above(open_house: OpenHouse) -> None:
    async with open_house(size=(109, 30)) as house:
        await house.go_to("Signups this week")
        assert "│" not in house.text
        await house.pilot.resize_terminal(110, 30)
        await house.ready()
        assert "│" in house.text
        assert "New accounts, by day." in house.text
