"""The journal: every write stands in it with what was meant, sent and seen, and how it ended."""

from __future__ import annotations

import pytest

from tests.screens.conftest import OpenHouse
from tui.store.facts import Outcome

pytestmark = pytest.mark.anyio

OPEN = "Signups this week"
OFF = "Support requests by topic"


async def test_every_write_with_its_outcome(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to(OFF)
        await house.press("s", "y")
        await house.until_shown("new link live")
        await house.press("u", "y")
        await house.until(lambda: house.state.journal.entries[-1].outcome is Outcome.UNDONE)
        house.shop.sandbox.faults.add("PATCH /sharing/ 500 x1")
        await house.press("s", "y")
        await house.until(lambda: house.state.journal.entries[0].outcome is Outcome.FAILED)
        await house.press("4")
        outcomes = [house.line_with(f"J-000{number}") for number in (3, 2, 1)]
        assert [("switch sharing on" in one, OFF in one) for one in outcomes] == [
            (True, True),
            (False, True),
            (True, True),
        ]
        assert "✗ failed: " in outcomes[0]
        assert "✓ old link dead" in outcomes[1]
        assert "← undone 12:03:" in outcomes[2]
        assert "today, 18 Nov" in house.text
        assert "3 writes since 18 Nov" in house.lines[0]
        assert len(house.shop.sent("PATCH")) == 3

    async with open_house() as house:
        await house.ready()
        await house.press("4")
        assert [house.line_with(f"J-000{number}") for number in (3, 2, 1)] == outcomes


async def test_a_reason(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to(OFF)
        await house.press("s", "y")
        await house.until_shown("new link live")
        await house.press("4")
        assert "none   e writes one" in house.text
        await house.press("e")
        await house.type("asked for by the board")
        assert "asked for by the board" in house.line_with("reason for J-0001")
        await house.press("enter")
        await house.until(lambda: house.state.journal.entries[0].reason)
        assert "reason    asked for by the board" in house.text
        await house.press("e", "x", "escape", "j")
        assert "reason for J-0001" not in house.text

    async with open_house() as house:
        await house.ready()
        await house.press("4")
        assert "reason    asked for by the board" in house.text


async def test_from_an_entry_to_its_insight_and_back(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to(OFF)
        await house.press("s", "y")
        await house.until_shown("new link live")
        await house.press("4", "enter")
        assert f"4 Journal › {OFF}" in house.lines[1]
        await house.until_shown("● open to anyone, no password")
        assert "✓ 12:03:00  switched on" in house.text
        await house.press("escape")
        assert "J-0001" in house.line_with("▌")


async def test_an_empty_journal_says_what_will_stand_there(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("4")
        assert "Nothing was written yet." in house.text
        assert "no writes yet" in house.lines[0]
        await house.press("enter", "e", "u")
        assert "nothing here" in house.lines[-1]


async def test_no_token_is_written_to_the_disk_or_shown(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(OPEN)
        before = house.state.insights.links[number].token
        await house.press("L", "y")
        await house.until_shown("old link lives until")
        after = house.state.insights.links[number].token
        await house.press("4")
        assert before is not None
        assert after is not None
        secrets = [before.reveal(), after.reveal(), house.shop.world.key]
        assert after.reveal()[-4:] in house.text
        assert not [secret for secret in secrets if secret in house.text]
        folder = house.app.settings.state_dir
    kept = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"Signups this week" in kept
    assert not [secret for secret in secrets if secret.encode() in kept]
