"""The palette: what matches, in which order, what is shown of it, and what can be chosen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.stage import CountedRows, Stage, hostile, insights, patient, screen_of
from tui.lines import plain, width
from tui.widgets.match import PaletteItem, find, scattered
from tui.widgets.prompt import Palette, palette_row

pytestmark = pytest.mark.anyio

ITEMS = [
    PaletteItem("rotate", "Rotate link", "Checkout funnel", "1 write, 2 proofs", True, "L"),
    PaletteItem("kill", "Kill link and reissue", "also: rotate now", "3 writes, 3 proofs", True, "K"),
    PaletteItem("protect", "Protect with a password", reason="already so"),
    PaletteItem("carrot", "Open: Carrot seed orders", "insight, open", "1 read"),
    PaletteItem("journal", "Journal: rotations", "14 kept here", "nothing sent"),
    PaletteItem("marked", "Rotate all marked", reason="not now: nothing is marked"),
    PaletteItem("react", "Read the open tiles"),
    PaletteItem("quit", "Quit"),
]


def ids(query: str) -> list[str]:
    return [found.item.id for found in find(ITEMS, query)]


def test_the_order_of_what_matches() -> None:
    assert ids("rot") == ["rotate", "journal", "carrot", "kill", "react", "marked", "protect"]
    assert ids("ROT ") == ids("rot")


def test_without_letters_everything_is_there_and_what_cannot_be_done_is_last() -> None:
    assert ids("") == ["rotate", "kill", "carrot", "journal", "react", "quit", "protect", "marked"]


def test_scattered_letters_come_last_and_show_their_places() -> None:
    assert ids("rlk") == ["rotate", "marked"]
    assert find(ITEMS, "rlk")[0].places == ((0, 1), (7, 8), (10, 11))
    assert scattered("read the open tiles", "rot") == ((0, 1), (9, 10), (14, 15))
    assert scattered("abc", "cb") == ()
    assert ids("zzz") == []


def test_places_hold_for_letters_that_grow_in_lower_case() -> None:
    found = find([PaletteItem("i", "İİ stop")], "stop")
    assert found[0].places == ((3, 7),)


@patient
@given(st.lists(hostile, max_size=4), st.text(max_size=4))
def test_places_lie_in_the_name(names: list[str], query: str) -> None:
    for found in find([PaletteItem(name, name) for name in names], query):
        assert all(0 <= start < end <= len(found.item.name) for start, end in found.places)


@patient
@given(hostile, hostile, st.integers(1, 200), st.booleans(), st.booleans())
def test_a_row_fits_every_width(name: str, other: str, cells: int, refused: bool, here: bool) -> None:
    item = PaletteItem("a", name, other, name, True, "ctrl+s", other if refused else None)
    for found in find([item], name[:2]):
        assert width(palette_row(found, cells, here=here, mark="▌")) == cells


def test_the_reason_of_a_refusal_is_read_even_where_it_is_narrow() -> None:
    (found,) = find([ITEMS[5]], "marked")
    shown = plain(palette_row(found, 60, here=False, mark="▌"))
    assert shown == "   Rotate all marked            not now: nothing is marked  "


async def test_it_opens_over_the_screen_and_grows_from_the_bottom() -> None:
    palette, rows = Palette(), CountedRows(insights(50))
    stage = Stage(rows, palette)
    async with stage.run_test(size=(120, 30)) as pilot:
        stage.screen.set_focus(rows)
        palette.open(ITEMS, "rot")
        await pilot.pause()
        assert (palette.region.y, palette.size.height, rows.size.height) == (16, 14, 30)
        lines = screen_of(palette)
        assert lines[3] == (
            "▌  Rotate link                        Checkout funnel         1 write, 2 proofs       ▲ asks"
            "                         L"
        )
        assert lines[8] == "   Rotate all marked                                          not now: nothing is marked"
        assert lines[2] == lines[10] == ""
        assert lines[12].startswith(" : rot")
        assert lines[12].endswith("7 of 8")
        assert lines[13] == " enter run   ↑ ↓ choose   tab complete   esc close"


async def test_choosing() -> None:
    palette, rows = Palette(), CountedRows(insights(50))
    stage = Stage(rows, palette)
    async with stage.run_test(size=(120, 30), message_hook=stage.hook) as pilot:
        stage.screen.set_focus(rows)
        palette.open(ITEMS)
        await pilot.press("r", "o", "t", "down", "down", "up", "enter")
        assert [message.item.id for message in stage.of(Palette.Chosen)] == ["journal"]
        assert [message.query_text for message in stage.of(Palette.Changed)] == ["r", "ro", "rot"]
        assert rows.has_focus
        assert not palette.is_open


async def test_what_is_refused_cannot_be_chosen() -> None:
    palette = Palette()
    stage = Stage(palette)
    async with stage.run_test(size=(120, 30), message_hook=stage.hook) as pilot:
        palette.open(ITEMS, "protect")
        await pilot.press("enter")
        assert palette.is_open
        assert not stage.of(Palette.Chosen)
        await pilot.press("escape")
        assert not palette.is_open
        assert len(stage.of(Palette.Dismissed)) == 1


async def test_tab_completes_the_name() -> None:
    palette = Palette()
    async with Stage(palette).run_test(size=(120, 30)) as pilot:
        palette.open(ITEMS)
        await pilot.press("k", "tab")
        assert palette.typed == "Kill link and reissue"


async def test_a_long_list_scrolls() -> None:
    palette = Palette()
    items = [PaletteItem(str(number), f"Thing {number}") for number in range(40)]
    async with Stage(palette).run_test(size=(80, 30)) as pilot:
        palette.open(items)
        await pilot.press(*["down"] * 12)
        assert palette.chosen is not None
        assert palette.chosen.id == "12"
        assert screen_of(palette)[9].startswith("▌  Thing 12")
        await pilot.press(*["up"] * 12)
        assert screen_of(palette)[2].startswith("▌  Thing 0")


async def test_new_items_while_it_is_open() -> None:
    palette = Palette()
    async with Stage(palette).run_test(size=(80, 30)) as pilot:
        palette.open(ITEMS, "basket")
        assert palette.chosen is None
        palette.set_items([*ITEMS, PaletteItem("basket", "Open: Average basket value")])
        await pilot.pause()
        assert palette.chosen is not None
        assert palette.chosen.id == "basket"


@pytest.mark.parametrize("size", [(8, 3), (20, 5), (40, 12)])
async def test_no_size_is_too_small(size: tuple[int, int]) -> None:
    palette = Palette()
    async with Stage(palette).run_test(size=size) as pilot:
        palette.open(ITEMS, "r")
        await pilot.press("down", "o", "up")
        assert all(len(text) <= size[0] for text in screen_of(palette))
