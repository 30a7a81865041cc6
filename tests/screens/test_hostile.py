"""Whatever a project's members type into PostHog: it is seen as text, and nothing of it acts on the terminal."""

from __future__ import annotations

import json
import re
import sqlite3
from functools import partial

import pytest

from tests.house import SIZE, House
from tests.screens.conftest import OpenHouse

pytestmark = pytest.mark.anyio

TEXTS = (
    "plain [red]not red[/red]",
    "lone [/foo] and [/",
    "[@click=app.bell]press[/]",
    "clip\x1b]52;c;aGFoYQ==\x07board",
    "title\x1b]0;owned\x1b\\\x1b[2J\x1b[31m",
    "c1 \x9b31m\x90q\x9c\x85 nel",
    "bidi \u202egnp.exe\u2066 \u200fx",
    "two\nlines\r\nand\ta tab\x00nul\x7f",
    "wide 漢字テスト 👩‍👩‍👧‍👦 e\u0301\u0301",
    "long " + "x" * 10_000,
    "$(rm -rf) `id` '; DROP TABLE--",
    "{variables.country} %s %(a)s {0}",
)
# The joiner U+200D stays between emoji, where it shapes one.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def spoil(connection: sqlite3.Connection) -> None:
    """Put hostile texts wherever a member of the project can put texts."""
    numbers = [row[0] for row in connection.execute("SELECT id FROM insights ORDER BY last_modified_at DESC")]
    for place, number in enumerate(numbers):
        text = TEXTS[place % len(TEXTS)]
        connection.execute(
            "UPDATE insights SET name = ?, derived_name = ?, description = ?, tags = ? WHERE id = ?",
            (text[:400], text, text, json.dumps([text[:255]]), number),
        )
    for place, (number,) in enumerate(connection.execute("SELECT id FROM users").fetchall()):
        text = TEXTS[(place + 2) % len(TEXTS)]
        connection.execute("UPDATE users SET first_name = ?, last_name = ? WHERE id = ?", (text, text, number))
    for place, (number,) in enumerate(connection.execute("SELECT id FROM insight_variables ORDER BY name").fetchall()):
        text = TEXTS[place % len(TEXTS)]
        connection.execute(
            'UPDATE insight_variables SET name = ?, default_value = ?, "values" = ?, values_query = ? WHERE id = ?',
            (text, json.dumps(text), json.dumps([text, text]), text, number),
        )
    for place, (number,) in enumerate(connection.execute("SELECT id FROM share_passwords").fetchall()):
        connection.execute("UPDATE share_passwords SET note = ? WHERE id = ?", (TEXTS[place % len(TEXTS)], number))
    connection.execute("UPDATE projects SET name = ?", (TEXTS[4],))
    connection.execute(
        "UPDATE events SET properties = replace(properties, 'Delivery', ?)", ("[/x]\\u001b]52;c;aGE=\\u0007",)
    )


def inert(house: House) -> None:
    """Nothing on the screen is wider than it or holds a control character, and nothing acts when it is clicked."""
    strips = house.app.screen._compositor.render_strips(house.app.size)
    assert len(strips) == house.app.size.height
    for strip in strips:
        assert strip.cell_length == house.app.size.width
        for segment in strip:
            assert not CONTROL.search(segment.text), repr(segment.text)
            assert segment.style is None or "@click" not in segment.style.meta


@pytest.mark.parametrize("size", [SIZE, (40, 12)], ids=["120x40", "40x12"])
async def test_every_screen_shows_it_as_text(open_house: OpenHouse, size: tuple[int, int]) -> None:
    async with open_house(size=size, prepare=spoil) as house:
        await house.ready()
        inert(house)
        for _ in TEXTS:
            await house.press("enter")
            await house.until(lambda: not house.shop.wire.under_way)
            inert(house)
            await house.press("escape", "j")
            inert(house)
        await house.press("g", ":")
        inert(house)
        await house.type("[/")
        inert(house)
        await house.press("escape", "/")
        await house.type("[@click=")
        inert(house)
        await house.press("escape")
        for key in "23":
            await house.press(key)
            await house.ready()
            for _ in range(15):
                await house.press("j")
                inert(house)
        await house.press("?")
        inert(house)
        await house.press("escape")


async def test_the_literal_is_on_the_screen(open_house: OpenHouse) -> None:
    async with open_house(size=(200, 60), prepare=spoil) as house:
        await house.ready()
        for literal in (
            "plain [red]not red[/red]",
            "lone [/foo] and [/",
            "[@click=app.bell]press[/]",
            "{variables.country} %s",
        ):
            assert literal in house.text
        assert "clip\ufffd]52;c;aGFoYQ==\ufffdboard" in house.text
        await house.press("2")
        await house.until_shown("lone [/foo] and [/")


def written(house: House, before: int) -> bool:
    """Whether there are more writes than before, and none in flight."""
    return len(house.state.journal.entries) > before and not house.state.work.writing


async def test_writes_on_hostile_insights(open_house: OpenHouse) -> None:
    async with open_house(prepare=spoil) as house:
        await house.ready()
        for place in range(4):
            await house.press("g", *"j" * place)
            before = len(house.state.journal.entries)
            await house.press("s")
            inert(house)
            await house.press("y")
            await house.until(partial(written, house, before))
            inert(house)
        await house.press("u")
        inert(house)
        await house.press("escape", "4")
        for _ in range(4):
            inert(house)
            await house.press("j")
        await house.press("e")
        inert(house)


async def test_what_a_server_says_when_it_refuses(open_house: OpenHouse) -> None:
    def refused(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE organizations SET allow_publicly_shared_resources = 0, name = ?", (TEXTS[3],))

    async with open_house(prepare=refused) as house:
        await house.go_to("Support requests by topic")
        await house.press("s", "y")
        await house.until(lambda: house.state.journal.entries and not house.state.work.writing)
        inert(house)
        assert "was not changed" in house.text
