"""The copy menu after `c`: what reaches the clipboard through the terminal, and what is refused."""

from __future__ import annotations

import base64
import re

import pytest

from tests.house import HOST, House
from tests.screens.conftest import OpenHouse

pytestmark = pytest.mark.anyio

CLIPBOARD = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")


@pytest.fixture
def written() -> list[str]:
    """What was written to the terminal past the frames."""
    return []


def listen(house: House, written: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what the program writes to the terminal."""
    monkeypatch.setattr(house.app._driver, "write", written.append)


def copied(written: list[str]) -> list[str]:
    """What was sent to the clipboard."""
    return [base64.b64decode(match[1]).decode() for one in written for match in CLIPBOARD.finditer(one)]


async def test_what_can_be_copied(open_house: OpenHouse, written: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_house() as house:
        number = await house.go_to("Signups this week")
        listen(house, written, monkeypatch)
        await house.press("c")
        assert "copy   c link   e embed   i id   u request as curl   esc nothing" in house.lines[-1]
        await house.press("c", "c", "e", "c", "i", "c", "u")
        link = house.state.insights.links[number]
        assert link.token is not None
        url, embed, short_id, request = copied(written)
        assert url == f"{HOST}/shared/{link.token.reveal()}"
        assert embed.startswith("<iframe ")
        assert f"{HOST}/embedded/{link.token.reveal()}" in embed
        assert short_id == house.insight("Signups this week").short_id
        assert request.startswith("curl ")
        assert f"{HOST}/api/projects/1/insights/{number}/" in request
        assert "$POSTHOG_PERSONAL_API_KEY" in request
        assert house.shop.world.key not in "".join(written)
        assert "key left out: sent to the clipboard." in house.text


async def test_a_copied_link_is_not_written_out_on_the_screen(
    open_house: OpenHouse, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house() as house:
        number = await house.go_to("Signups this week")
        token = house.state.insights.links[number].token
        assert token is not None
        listen(house, written, monkeypatch)
        await house.press("c", "c")
        assert len(copied(written)) == 1
        assert f"Link …{token.reveal()[-4:]}: sent to the clipboard." in house.text
        assert token.reveal() not in house.text


async def test_nothing_is_copied_without_a_live_link(
    open_house: OpenHouse, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house() as house:
        await house.go_to("Support requests by topic")
        listen(house, written, monkeypatch)
        for key in "ce":
            await house.press("c", key)
            assert "Nothing was copied: this insight has no live link. s makes one." in house.text
        assert not copied(written)


async def test_the_menu_goes_away_again(
    open_house: OpenHouse, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house() as house:
        await house.go_to("Signups this week")
        listen(house, written, monkeypatch)
        before = house.lines[-1]
        for key in ("escape", "z"):
            await house.press("c")
            assert house.lines[-1] != before
            await house.press(key)
            assert house.lines[-1] == before
        await house.press("j")
        assert "Orders per day" in house.line_with("▌")
        assert not copied(written)
