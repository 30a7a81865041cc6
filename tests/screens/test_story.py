"""What the program is for, counted in keys: find an insight, switch its link on, rotate it, see the old one die."""

from __future__ import annotations

import pytest

from tests.house import SIZE, SMALL
from tests.screens.conftest import OpenHouse
from tui.config import GRACE_SECONDS

pytestmark = pytest.mark.anyio

MOST = 8
"""Keys, what is typed into the filter not counted."""


@pytest.mark.parametrize("size", [SIZE, SMALL], ids=["120x40", "80x24"])
async def test_from_finding_an_insight_to_seeing_its_old_link_dead(
    open_house: OpenHouse, size: tuple[int, int]
) -> None:
    keys = 0
    async with open_house(size=size) as house:

        async def press(*pressed: str) -> None:
            nonlocal keys
            keys += len(pressed)
            await house.press(*pressed)

        await house.ready()
        await press("/")
        await house.type("margin by")
        await press("enter")
        row = house.insight("Margin by supplier")
        await house.until(lambda: row.id in house.state.insights.links)
        assert house.state.insights.links[row.id].state == "off"

        await press("s", "y")
        await house.until_shown("Margin by supplier: new link live")
        first = house.state.insights.links[row.id]
        assert first.state == "open"
        assert first.token is not None

        await press("L")
        assert "The old link lives 5 more minutes, then breaks wherever it is used." in house.text
        assert "Rotate the link of Margin by supplier?" in house.text
        await press("y")
        await house.until_shown("new link live, old link lives until 12:08:")
        second = house.state.insights.links[row.id]
        assert second.token is not None
        assert second.token != first.token

        house.shop.moment.now += GRACE_SECONDS
        await press("r")
        await house.until_shown("old link dead")
        assert "new link live" in house.text

    old, new = (f"/shared/{token.reveal()}.json" for token in (first.token, second.token))
    asked = [(one.path, one.status, one.key) for one in house.shop.log if one.path.startswith("/shared/")]
    assert asked == [
        (old, 200, None),  # after it was switched on
        (new, 200, None),  # after it was rotated: the new one
        (old, 200, None),  # and the old one, in its grace period
        (old, 404, None),  # afterwards
        (new, 200, None),
    ]
    assert [path.rpartition("/insights/")[2] for path in house.shop.sent("PATCH", "POST")] == [
        f"{row.id}/sharing/",
        f"{row.id}/sharing/refresh/",
    ]
    assert keys <= MOST
