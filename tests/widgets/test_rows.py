"""The list: what it paints, what it remembers, what it says."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import MouseScrollDown

from tests.widgets.stage import COLUMNS, CountedRows, Insight, Stage, draw, hostile, insights, patient, screen_of
from tui import theme
from tui.lines import BLANK, Span, line, width
from tui.widgets.columns import place
from tui.widgets.rows import Rows
from tui.widgets.table import header_cells, row_cells
from tui.widgets.window import Break

pytestmark = pytest.mark.anyio


async def test_it_looks_like_the_list_of_insights() -> None:
    items = [
        Insight("a", "Signups this week", changed="2 h", favourite=True),
        Insight("b", "Checkout funnel", "funnel", "password", "ben"),
    ]
    rows = CountedRows(items, sorted_by="changed")
    async with Stage(rows).run_test(size=(60, 8)):
        rows.set_marks(["b"])
        assert screen_of(rows) == [
            "     name                               link        changed",
            "▌  * Signups this week                  ● open          2 h",
            " +   Checkout funnel                    ◆ password      5 h",
            "",
            "",
            "",
            "",
            "",
        ]


async def test_a_move_paints_two_lines() -> None:
    rows = CountedRows(insights(20))
    async with Stage(rows).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows.painted.clear()
        rows.move(1)
        await pilot.pause()
        assert sorted(rows.painted) == [1, 2]


async def test_a_move_in_a_list_with_a_foot_line_paints_that_too() -> None:
    rows = CountedRows(insights(100))
    async with Stage(rows).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows.painted.clear()
        rows.move(1)
        await pilot.pause()
        assert sorted(rows.painted) == [1, 2, 23]
        assert screen_of(rows)[23].split() == ["2", "of", "100", "78", "more"]


async def test_it_scrolls_only_when_the_cursor_leaves_the_window() -> None:
    rows = CountedRows(insights(100))
    async with Stage(rows).run_test(size=(80, 24)) as pilot:
        assert rows.window == (0, 21)
        rows.move(21)
        assert rows.window == (0, 21)
        await pilot.pause()
        rows.painted.clear()
        rows.move(1)
        await pilot.pause()
        assert rows.window == (1, 22)
        assert set(rows.painted) == set(range(1, 24))
        rows.last()
        assert rows.window == (78, 99)
        rows.first()
        assert rows.window == (0, 21)


async def test_of_a_hundred_thousand_rows_only_those_in_sight_are_touched() -> None:
    rows = CountedRows()
    async with Stage(rows).run_test(size=(80, 24)) as pilot:
        rows.set_items(insights(100_000))
        rows.painted.clear()
        rows.keys_asked = 0
        for move in (rows.last, rows.first):
            move()
            await pilot.pause()
        rows.half_page(1)
        rows.page(3)
        await pilot.pause()
        assert rows.cursor == 74
        assert len(rows.painted) <= 24 * 3
        assert rows.keys_asked < 24 * 3 * 10


async def test_the_cursor_stays_on_its_key_and_the_row_on_its_line() -> None:
    rows = CountedRows(insights(50))
    async with Stage(rows).run_test(size=(80, 14)):
        rows.move(20)
        rows.move(-4)
        line_before = screen_of(rows).index(next(text for text in screen_of(rows) if text.startswith("▌")))
        rows.set_items([Insight(f"new{number}", "New") for number in range(7)] + insights(50))
        assert (rows.current_key, rows.cursor) == ("k16", 23)
        assert screen_of(rows)[line_before].startswith("▌    Insight 16")


async def test_where_the_key_is_gone_the_cursor_stays_at_its_index() -> None:
    rows = CountedRows(insights(9))
    async with Stage(rows).run_test(size=(80, 14)):
        rows.move(5)
        rows.set_items([item for item in insights(9) if item.id != "k5"])
        assert rows.current_key == "k6"
        rows.last()
        rows.set_items(insights(3))
        assert rows.current_key == "k2"
        rows.set_items([])
        assert rows.current is None
        assert rows.current_key is None
        assert (rows.cursor, rows.window) == (0, (-1, -1))
        rows.set_items(insights(3))
        assert rows.current_key == "k0"


async def test_new_items_can_begin_at_the_top() -> None:
    rows = CountedRows(insights(50))
    async with Stage(rows).run_test(size=(80, 14)):
        rows.last()
        rows.set_items(insights(50), keep_cursor=False)
        assert (rows.cursor, rows.window[0]) == (0, 0)


async def test_items_that_look_the_same_paint_nothing() -> None:
    rows = CountedRows(insights(30))
    async with Stage(rows).run_test(size=(80, 14)) as pilot:
        await pilot.pause()
        rows.painted.clear()
        changed = insights(30)
        changed[2] = dataclasses.replace(changed[2], link="off")
        changed[29] = dataclasses.replace(changed[29], link="off")
        rows.set_items(changed)
        await pilot.pause()
        assert rows.painted == [3]


async def test_redraw_paints_the_rows_of_these_keys_that_are_in_sight() -> None:
    rows = CountedRows(insights(100))
    async with Stage(rows).run_test(size=(80, 14)) as pilot:
        await pilot.pause()
        rows.painted.clear()
        rows.redraw(["k4", "k99", "unknown"])
        await pilot.pause()
        assert rows.painted == [5]


async def test_go_to() -> None:
    rows = CountedRows(insights(100))
    async with Stage(rows).run_test(size=(80, 14)):
        assert rows.go_to("k70")
        assert rows.current_key == "k70"
        assert rows.window[0] <= 70 <= rows.window[1]
        assert not rows.go_to("unknown")
        assert rows.current_key == "k70"


async def test_marks_belong_to_keys() -> None:
    rows = CountedRows(insights(5))
    stage = Stage(rows)
    async with stage.run_test(size=(80, 14), message_hook=stage.hook) as pilot:
        rows.toggle_mark()
        rows.move(2)
        rows.toggle_mark()
        assert rows.marks == {"k0", "k2"}
        rows.set_items(insights(1))
        assert rows.marks == {"k0", "k2"}
        rows.set_items(list(reversed(insights(5))))
        assert [text[1] for text in screen_of(rows)[1:6]] == [" ", " ", "+", " ", "+"]
        rows.mark_all()
        assert not rows.marks
        rows.mark_all()
        assert rows.marks == {"k0", "k1", "k2", "k3", "k4"}
        rows.toggle_mark()
        await pilot.pause()
        assert [message.count for message in stage.of(Rows.Marked)] == [1, 2, 0, 5, 4]


async def test_a_list_without_marks_has_none() -> None:
    rows = CountedRows(insights(2), marks=False, starred=None)
    async with Stage(rows).run_test(size=(80, 14)):
        rows.toggle_mark()
        rows.mark_all()
        assert not rows.marks
        assert screen_of(rows)[1].startswith("▌ Insight 0")


async def test_moves_before_a_frame_are_said_once() -> None:
    rows = CountedRows(insights(100))
    stage = Stage(rows)
    async with stage.run_test(size=(80, 14), message_hook=stage.hook) as pilot:
        await pilot.pause()
        assert [message.key for message in stage.of(Rows.Moved)] == ["k0"]
        assert [(message.first, message.last) for message in stage.of(Rows.Window)] == [(0, 11)]
        stage.heard.clear()
        for _ in range(15):
            rows.move(1)
        await pilot.pause()
        assert [message.key for message in stage.of(Rows.Moved)] == ["k15"]
        assert [(message.first, message.last) for message in stage.of(Rows.Window)] == [(4, 15)]
        stage.heard.clear()
        rows.move(-1)
        rows.move(1)
        await pilot.pause()
        assert not stage.heard


async def test_a_window_that_grows_is_said() -> None:
    rows = CountedRows(insights(100))
    stage = Stage(rows)
    async with stage.run_test(size=(80, 14), message_hook=stage.hook) as pilot:
        await pilot.pause()
        stage.heard.clear()
        await pilot.resize_terminal(80, 20)
        await pilot.pause()
        assert [(message.first, message.last) for message in stage.of(Rows.Window)] == [(0, 17)]


async def test_groups_and_what_follows_are_not_rows() -> None:
    rows = CountedRows()
    async with Stage(rows).run_test(size=(80, 14)):
        rows.set_items(
            insights(4),
            breaks=[Break(0, line(Span("today", "italic"))), Break(2, BLANK), Break(2, line("unread"))],
            tail=[BLANK, line("a reads them")],
        )
        assert [text[5:20].strip() for text in screen_of(rows)[1:11]] == [
            "today",
            "Insight 0",
            "Insight 1",
            "",
            "unread",
            "Insight 2",
            "Insight 3",
            "",
            "a reads them",
            "",
        ]
        rows.move(1)
        rows.move(1)
        assert rows.current_key == "k2"
        assert screen_of(rows)[6].startswith("▌    Insight 2")


async def test_the_foot_counts_what_is_not_here_yet() -> None:
    rows = CountedRows()
    async with Stage(rows).run_test(size=(80, 14)):
        rows.set_items(insights(100), total=41_200)
        assert screen_of(rows)[13].split()[:3] == ["1", "of", "41,200"]
        assert screen_of(rows)[13].endswith("41,188 more")


async def test_a_match_is_shown_in_names_only() -> None:
    rows = CountedRows([Insight("a", "Trends of trends")])
    async with Stage(rows).run_test(size=(80, 14)):
        rows.match(["trends"])
        content, _ = rows.line_at(1)
        assert [span.text for span in content if span.role == "match"] == ["Trends"]


async def test_on_the_cursor_row_the_name_is_strong() -> None:
    rows = CountedRows(insights(2))
    async with Stage(rows).run_test(size=(80, 14)):
        here, ground = rows.line_at(1)
        there, no_ground = rows.line_at(2)
        assert (ground, no_ground) == ("row", None)
        assert [span.text for span in here if span.role == "strong"] == ["Insight 0"]
        assert not [span for span in there if span.role == "strong"]


async def test_clicks_select_then_open_and_the_wheel_scrolls() -> None:
    rows = CountedRows(insights(100))
    stage = Stage(rows)
    async with stage.run_test(size=(80, 14), message_hook=stage.hook) as pilot:
        await pilot.click(rows, offset=(10, 4))
        assert rows.current_key == "k3"
        assert not stage.of(Rows.Opened)
        await pilot.click(rows, offset=(10, 4))
        assert [message.key for message in stage.of(Rows.Opened)] == ["k3"]
        await pilot.click(rows, offset=(10, 0))
        await pilot.click(rows, offset=(10, 13))
        assert rows.current_key == "k3"
        rows.post_message(MouseScrollDown(rows, 5, 5, 0, 1, 0, False, False, False))
        await pilot.pause()
        assert rows.window[0] == 3
        assert rows.current_key == "k3"


@pytest.mark.parametrize("before", [theme.DARK, theme.PLAIN])
async def test_a_theme_change_paints_everything_again(before: str) -> None:
    rows = CountedRows(insights(3))
    stage = Stage(rows, look=before)
    async with stage.run_test(size=(80, 14)) as pilot:
        await pilot.pause()
        rows.painted.clear()
        stage.theme = theme.ANSI
        await pilot.pause()
        assert set(rows.painted) == set(range(14))
        assert screen_of(rows)[1].startswith(">")


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (5, 3), (12, 4), (40, 12)])
async def test_no_size_is_too_small(size: tuple[int, int]) -> None:
    rows = CountedRows(insights(30))
    async with Stage(rows).run_test(size=size) as pilot:
        for move in (rows.last, rows.first, rows.toggle_mark):
            move()
            await pilot.pause()
        rows.page(1)
        rows.half_page(-1)
        assert all(len(text) <= size[0] for text in screen_of(rows))


@patient
@given(hostile, st.integers(1, 200))
async def test_rows_and_headers_fit_at_every_width(name: str, terminal: int) -> None:
    placed = place(COLUMNS, terminal, terminal)
    insight = Insight("a", name)
    contents = {column.id: draw(insight, column.id) for column in COLUMNS}
    row = row_cells(placed, contents, here=True, words=["e"])
    assert width(row) == width(header_cells(placed, "name"))
    assert width(row) <= max(terminal, 3)
