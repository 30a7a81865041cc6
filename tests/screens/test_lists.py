"""Lists: filter as you type, filter words, sort, marks, the pane beside, and which link states are read first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.house import SMALL, House
from tests.screens.conftest import OpenHouse
from tui.screens.exposure import Exposure
from tui.screens.journal import Journal
from tui.store.facts import InsightRow
from tui.widgets.rows import Rows

pytestmark = pytest.mark.anyio


def names(house: House) -> list[str]:
    """The titles of the rows of the list, whether in sight or not."""
    return [row.title for row in house.listing.rows.items]


def all_rows(house: House) -> tuple[InsightRow, ...]:
    """The whole index."""
    rows = house.state.insights.rows.value
    assert rows
    return rows


# Filter


SEARCHED: list[tuple[str, Callable[[InsightRow], str], str]] = [
    ("checkout f", lambda row: row.name, "Checkout funnel"),
    ("product viewed, added", lambda row: row.derived_name, "product viewed, added"),
    ("new accounts, by day", lambda row: row.description, "Signups this week"),
    ("growth", lambda row: " ".join(row.tags), "Signups this week"),
    ("lindqvist", lambda row: row.created_by, "Newsletter sign-ups"),
    ("stickiness", lambda row: row.kind, "Days active per month"),
]
"""What is typed, where it is found, and the beginning of a title it finds."""


async def test_the_filter_searches_name_derived_name_description_tags_author_and_kind(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        for typed, field, title in SEARCHED:
            await house.press("/")
            counts = []
            for letter in typed:
                await house.press(letter)
                counts.append(len(names(house)))
            assert counts == sorted(counts, reverse=True)
            assert 0 < counts[-1] < 60
            found = next(row for row in house.listing.rows.items if row.title.startswith(title))
            assert all(word in field(found).lower() for word in typed.split())
            assert f"{counts[-1]} of 60" in house.line_with(f"/ {typed}")
            await house.press("escape")


KEPT: list[tuple[str, Callable[[InsightRow], bool]]] = [
    ("kind:funnel", lambda row: row.kind == "funnel"),
    ("kind:sql,table", lambda row: row.kind in ("sql", "table")),
    ("by:cara", lambda row: "cara" in row.created_by.lower()),
    ("tag:growth", lambda row: any("growth" in tag for tag in row.tags)),
    ("uses:country", lambda row: "country" in row.variables),
    ("is:fav", lambda row: row.favorited),
    ("by:ana is:fav daily", lambda row: "Ana" in row.created_by and row.favorited and "daily" in row.tags),
]


async def test_filter_words(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        for typed, keeps in KEPT:
            await house.press("/")
            await house.paste(typed)
            await house.press("enter")
            wanted = {row.title for row in all_rows(house) if keeps(row)}
            assert wanted
            assert set(names(house)) == wanted, typed
            await house.press("escape")


async def test_ages_in_the_filter(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("/")
        await house.paste("changed<2d")
        now = house.shop.moment()
        young = [row.title for row in all_rows(house) if row.changed_at and now - row.changed_at < 2 * 86400]
        assert 0 < len(young) < 60
        assert names(house) == young


async def test_the_filter_says_what_it_could_not_decide(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        links = house.state.insights.links
        live = [row for row in all_rows(house) if row.id in links and links[row.id].state == "open"]
        unread = [row for row in all_rows(house) if row.id not in links]
        assert live
        assert unread
        house.shop.wire.open.clear()
        await house.press("/")
        await house.paste("shared:open")
        assert f"{len(live)} of 60 · {len(unread)} more not read" in house.text
        assert f"{len(unread)} more are not read yet and may match; a reads them" in house.text
        assert names(house) == [row.title for row in (*live, *unread)]

        house.shop.wire.open.set()
        await house.press("enter", "a")
        await house.until(lambda: len(house.state.insights.links) == 60)
        everything = house.state.insights.links
        live = [row for row in all_rows(house) if everything[row.id].state == "open"]
        assert f"{len(live)} of 60" in house.line_with("/ ")
        assert "not read" not in house.text
        assert names(house) == [row.title for row in live]


async def test_nothing_matches(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("/")
        await house.paste("no such thing")
        assert "Nothing matches no such thing. esc clears the filter." in house.text
        assert "0 of 60" in house.text
        await house.press("escape")
        assert len(names(house)) == 60
        assert "0 of 60" not in house.text


async def test_escape_peels_one_layer_after_another(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("space", "/", *"orders", "enter")
        assert "1 marked" in house.text
        assert "/ orders" in house.text
        await house.press("escape")
        assert "/ orders" not in house.text
        assert "1 marked" in house.text
        await house.press("escape")
        assert "1 marked" not in house.text


async def test_other_lists_filter_too(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("2")
        await house.until_shown("Free shipping from"[:12])
        await house.press("/", *"date", "enter")
        assert "2 of 15" in house.text
        assert "Launch day" in house.text
        assert "Campaign" not in house.text


# Sort, marks, moves


async def test_sort_goes_through_the_columns(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        by_change = names(house)
        await house.press("o")
        assert names(house) == sorted(by_change, key=str.lower)
        await house.press("o")
        links = house.state.insights.links
        states = [links[row.id].state for row in house.listing.rows.items if row.id in links]
        assert states == sorted(states, key=["open", "locked", "password", "off", "never"].index)
        await house.press("o")
        kinds = [row.kind for row in house.listing.rows.items]
        assert kinds == sorted(kinds)
        await house.press("o", "o")
        assert names(house) == by_change


async def test_marks(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("space", "space")
        rows: Rows[InsightRow] = house.listing.rows
        assert rows.marks == {str(row.id) for row in all_rows(house)[:2]}
        assert rows.cursor == 2
        assert "2 marked" in house.lines[-1]
        assert house.line_with("Visits in the last")[:2] == " +"
        await house.press("*")
        assert not rows.marks
        await house.press("*")
        assert len(rows.marks) == 60
        assert "60 marked" in house.lines[-1]


async def test_moving(open_house: OpenHouse) -> None:
    async with open_house(size=SMALL) as house:
        await house.ready()
        rows = house.listing.rows
        seen = []
        for key in ("j", "down", "k", "up", "G", "g", "ctrl+d", "ctrl+u", "pagedown", "pageup"):
            await house.press(key)
            seen.append(rows.cursor)
        assert seen == [1, 2, 1, 0, 59, 0, seen[6], 0, seen[8], 0]
        assert 0 < seen[6] < seen[8] < 24


# The pane beside, and what is read


async def test_the_pane_is_about_the_row_under_the_cursor(open_house: OpenHouse) -> None:
    async with open_house(size=(120, 40)) as house:
        await house.ready()
        row = house.insight("Checkout funnel")
        await house.press(*"j" * all_rows(house).index(row))
        await house.until(lambda: row.id in house.state.details.by_id and house.state.details.by_id[row.id].value)
        pane = "\n".join(one.partition("│")[2] for one in house.lines)
        assert "Checkout funnel" in pane
        assert "◆ password asked for" in pane
        assert "2, oldest 211 days" in pane
        assert "Ben Thaler" in pane
        assert row.short_id in pane


async def test_the_rows_in_sight_are_read_first_in_their_order(open_house: OpenHouse) -> None:
    async with open_house(size=SMALL) as house:
        await house.ready()
        first, last = house.listing.rows.window
        assert (first, last) != (0, 59)
        expected = [row.id for row in all_rows(house)[: last + 1]]
        assert links_read(house) == expected

        await house.press("G")
        first, _ = house.listing.rows.window
        at_the_end = [row.id for row in all_rows(house)[first:]]
        await house.until(lambda: all(number in house.state.insights.links for number in at_the_end))
        assert links_read(house)[len(expected) :] == at_the_end

        await house.press("3", "a")
        await house.until(lambda: len(house.state.insights.links) == 60)
        assert len(links_read(house)) == len(set(links_read(house))) == 60
        assert "not read" not in house.text


async def test_beside_a_list_nothing_is_calculated(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("j")
        row = all_rows(house)[1]
        await house.until(lambda: row.id in house.state.details.by_id and house.state.details.by_id[row.id].value)
        queries = [
            one.query for one in house.shop.log if one.path.endswith((f"/{row.id}/", f"/{all_rows(house)[0].id}/"))
        ]
        assert queries == ["refresh=force_cache"] * 2


def links_read(house: House) -> list[int]:
    """The insights whose link was read, in the order in which the server was asked."""
    return [int(one.path.split("/")[5]) for one in house.shop.log if one.path.endswith("/sharing/")]


async def test_exposure_puts_the_worst_first(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("3", "a")
        await house.until(lambda: len(house.state.insights.links) == 60)
        assert isinstance(house.app.screen, Exposure)
        links = house.state.insights.links
        shown = [(links[row.id].state, row.kind in ("sql", "table")) for row in house.listing.rows.items]
        order = {"open": 0, "locked": 1, "password": 2, "off": 3}
        assert [order[state] for state, _ in shown] == sorted(order[state] for state, _ in shown)
        raw = [rows for state, rows in shown if state == "open"]
        assert raw == sorted(raw, reverse=True)
        assert any(raw)
        counted = {state: sum(one == state for one, _ in shown) for state in order}
        assert (
            f"● {counted['open']} open   ◆ {counted['password']} password   ◇ {counted['locked']} locked" in house.text
        )


async def test_the_journal_has_one_order_and_says_so(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("4", "o")
        assert isinstance(house.app.screen, Journal)
        assert "This list has one order." in house.text
