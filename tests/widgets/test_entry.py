"""Typing: what each key does, what is shown of it, what is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, split_graphemes
from textual.events import Paste
from textual.message import Message

from tests.widgets.stage import Stage, hostile, patient, screen_of
from tui.lines import Line, Span, line, plain, width
from tui.widgets.edit import Edit, edit_line, masked, press, scrolled
from tui.widgets.entry import Entry
from tui.widgets.prompt import FilterPrompt, filter_words

pytestmark = pytest.mark.anyio

FAMILY = "👩‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "cursor", "key", "character", "expected"),
    [
        ("abc", 3, "d", "d", ("abcd", 4)),
        ("abc", 1, "X", "X", ("aXbc", 2)),
        ("abc", 1, "space", " ", ("a bc", 2)),
        ("", 0, "left_square_bracket", "[", ("[", 1)),
        ("abc", 2, "left", None, ("abc", 1)),
        ("abc", 0, "left", None, ("abc", 0)),
        ("abc", 2, "right", None, ("abc", 3)),
        ("abc", 3, "right", None, ("abc", 3)),
        ("abc", 2, "home", None, ("abc", 0)),
        ("abc", 1, "end", None, ("abc", 3)),
        ("abc", 2, "backspace", None, ("ac", 1)),
        ("abc", 0, "backspace", None, ("abc", 0)),
        ("abc", 1, "delete", None, ("ac", 1)),
        ("abc", 3, "delete", None, ("abc", 3)),
        ("one two  ", 9, "ctrl+w", None, ("one ", 4)),
        ("one two", 5, "ctrl+w", None, ("one wo", 4)),
        ("one", 0, "ctrl+w", None, ("one", 0)),
        ("one two", 4, "ctrl+u", None, ("two", 0)),
        ("one two", 3, "ctrl+k", None, ("one", 3)),
        ("日本", 1, "right", None, ("日本", 2)),
        (f"a{FAMILY}b", 1, "right", None, (f"a{FAMILY}b", 8)),
        (f"a{FAMILY}b", 8, "backspace", None, ("ab", 1)),
        ("e\u0301x", 2, "left", None, ("e\u0301x", 0)),
        ("e\u0301x", 0, "delete", None, ("x", 0)),
    ],
)
def test_keys(text: str, cursor: int, key: str, character: str | None, expected: tuple[str, int]) -> None:
    edit = press(Edit(text, cursor), key, character)
    assert edit is not None
    assert (edit.text, edit.cursor) == expected


@pytest.mark.parametrize(
    ("key", "character"), [("enter", "\r"), ("tab", "\t"), ("escape", "\x1b"), ("up", None), ("ctrl+s", "\x13")]
)
def test_other_keys_do_not_type(key: str, character: str | None) -> None:
    assert press(Edit("abc", 1), key, character) is None


def test_what_is_put_in_is_inert_and_of_one_line() -> None:
    assert Edit("ab", 1).insert("x\n\x1b[2Jy") == Edit("ax \ufffd[2Jyb", 8)


def test_a_secret_is_not_in_the_representation() -> None:
    assert "hunter2" not in repr(Edit("hunter2"))


@pytest.mark.parametrize(
    ("text", "shown"), [("", ""), ("short", "•••••"), ("phx_abcdefgh7Kd2", "phx_••••••••7Kd2"), ("x" * 15, "•" * 15)]
)
def test_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


def roles(content: Line) -> list[tuple[str, str]]:
    return [(span.text, span.role) for span in content]


def test_the_cursor_is_a_cell() -> None:
    assert roles(edit_line(Edit("abc", 1), 6)) == [("a", "text"), ("b", "cursor"), ("c", "text"), ("   ", "text")]
    assert roles(edit_line(Edit("ab", 2), 4)) == [("ab", "text"), (" ", "cursor"), (" ", "text")]
    assert roles(edit_line(Edit("ab", 2), 4, focused=False)) == [("ab", "text"), ("  ", "text")]
    assert roles(edit_line(Edit("日本", 0), 6))[0] == ("日", "cursor")


def test_a_completion_stands_after_the_cursor() -> None:
    shown = edit_line(Edit("pass", 4), 10, completion="word")
    assert roles(shown) == [("pass", "text"), ("w", "cursor"), ("ord", "muted"), ("  ", "text")]
    assert plain(edit_line(Edit("pass", 2), 10, completion="word")).strip() == "pass"


@pytest.mark.parametrize(
    ("text", "cursor", "cells", "start", "expected"),
    [
        ("abcdef", 6, 10, 0, 0),
        ("abcdef", 6, 4, 0, 3),
        ("abcdef", 5, 4, 3, 3),
        ("abcdef", 2, 4, 3, 2),
        ("日本語", 3, 4, 0, 2),
        ("日本語", 2, 4, 0, 1),
        ("abc", 3, 4, 2, 0),
    ],
)
def test_the_cursor_stays_in_sight(text: str, cursor: int, cells: int, start: int, expected: int) -> None:
    assert scrolled(text, cursor, cells, start) == expected


@patient
@given(hostile, st.integers(1, 30), st.integers(0, 40), st.data())
def test_the_field_is_as_wide_as_it_must_be_and_shows_the_cursor(
    text: str, cells: int, start: int, data: st.DataObject
) -> None:
    ends = [0, *(end for _, end, _ in split_graphemes(text)[0])]
    cursor = data.draw(st.sampled_from(ends))
    hidden = data.draw(st.booleans())
    shown = masked(text) if hidden else text
    begin = scrolled(shown, cursor, cells, min(start, len(shown)))
    drawn = edit_line(Edit(text, cursor), cells, start=begin, hidden=hidden)
    assert width(drawn) == cells
    under = shown[cursor : cursor + 1]
    if 0 < cell_len(under or " ") <= cells:
        assert any(span.role == "cursor" for span in drawn)


async def test_a_field_says_what_happens() -> None:
    entry = Entry("ab")
    stage = Stage(entry)
    async with stage.run_test(size=(20, 5), message_hook=stage.hook) as pilot:
        await pilot.press("c", "left", "backspace", "enter", "escape")
        assert entry.value == "ac"
        assert [(type(message), message.value) for message in stage.of(Message)] == [
            (Entry.Changed, "abc"),
            (Entry.Changed, "ac"),
            (Entry.Submitted, "ac"),
            (Entry.Dismissed, "ac"),
        ]


async def test_a_key_paints_one_line() -> None:
    painted: list[int] = []

    class Watched(Entry):
        def line_at(self, y: int):  # type: ignore[no-untyped-def]
            painted.append(y)
            return super().line_at(y)

    async with Stage(Watched("abc"), Entry("other")).run_test(size=(20, 5)) as pilot:
        await pilot.press("left")
        await pilot.pause()
        painted.clear()
        await pilot.press("x")
        await pilot.pause()
        assert set(painted) == {0}
        assert len(painted) <= 2
        painted.clear()
        await pilot.pause()
        assert painted == []


async def test_keys_that_type_stop_at_the_field() -> None:
    pressed: list[str] = []

    class Bound(Stage):
        BINDINGS = [("q", "note('q')", ""), ("f2", "note('f2')", "")]

        def action_note(self, key: str) -> None:
            pressed.append(key)

    entry = Entry()
    async with Bound(entry).run_test(size=(20, 5)) as pilot:
        await pilot.press("q", "f2")
        assert (entry.value, pressed) == ("q", ["f2"])


async def test_paste_and_completion() -> None:
    entry = Entry()
    stage = Stage(entry, Entry())
    async with stage.run_test(size=(40, 5)) as pilot:
        entry.post_message(Paste(" shared:pass\r\n"))
        await pilot.pause()
        assert entry.value == "shared:pass"
        entry.complete_with("word")
        assert plain(entry.line_at(0)[0]).strip() == "shared:password"
        await pilot.press("tab")
        assert (entry.value, entry.completion, entry.has_focus) == ("shared:password", "", True)
        await pilot.press("tab")
        assert not entry.has_focus


async def test_a_long_value_scrolls_by_cells() -> None:
    entry = Entry("日本語の長い名前", field=False)
    async with Stage(entry).run_test(size=(8, 3)) as pilot:
        assert screen_of(entry) == ["い名前"]
        await pilot.press("home")
        assert screen_of(entry) == ["日本語の"]


async def test_a_hidden_value_is_never_on_the_screen() -> None:
    entry = Entry("phx_abcdefghijkl7Kd2", hidden=True)
    async with Stage(entry).run_test(size=(40, 3)) as pilot:
        for key in ("left", "home", "x"):
            await pilot.press(key)
            assert "bcdefgh" not in screen_of(entry)[0]
            assert "•" in screen_of(entry)[0]


async def test_a_placeholder_shows_while_the_field_is_empty_and_not_typed_into() -> None:
    entry, other = Entry(placeholder="nothing yet"), Entry()
    async with Stage(other, entry).run_test(size=(40, 5)) as pilot:
        assert screen_of(entry) == [" nothing yet"]
        await pilot.press("tab")
        assert screen_of(entry) == [""]


def test_filter_words() -> None:
    content = filter_words("check shared:open,pass age>90d  tail")
    assert plain(content) == "check shared:open,pass age>90d  tail"
    assert [span.text for span in content if span.role == "muted"] == ["shared:", "age>"]
    assert [span.text for span in content if span.role == "strong"] == ["check", "open,pass", "90d", "tail"]


@patient
@given(hostile)
def test_filter_words_keep_the_text(text: str) -> None:
    assert plain(filter_words(text)) == text


async def test_the_filter_has_its_count_at_the_right() -> None:
    prompt = FilterPrompt("check")
    async with Stage(prompt).run_test(size=(40, 3)):
        prompt.show_count("6 of 412")
        assert screen_of(prompt) == [" / check                       6 of 412"]
        prompt.show_right(line(Span("x" * 60)))
        assert width(prompt.line_at(0)[0]) == 40
