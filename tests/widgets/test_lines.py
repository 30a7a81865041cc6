"""Lines: cut, padded, wrapped and painted by cells, with their roles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.stage import hostile, patient
from tui.lines import (
    BLANK,
    Line,
    Span,
    between,
    cut,
    fit,
    highlight,
    labelled,
    line,
    paint,
    plain,
    width,
    wrap,
)


def spans(content: Line) -> list[tuple[str, str]]:
    return [(span.text, span.role) for span in content]


def test_a_line_leaves_empty_parts_out() -> None:
    assert spans(line("a", "", Span("b", "muted"), Span("", "strong"))) == [("a", "text"), ("b", "muted")]


@pytest.mark.parametrize(
    ("content", "cells", "expected"),
    [
        (line("abc"), 3, [("abc", "text")]),
        (line("abcd"), 3, [("ab…", "text")]),
        (line("ab", Span("cd", "muted")), 3, [("ab", "text"), ("…", "muted")]),
        (line("ab", Span("cd", "muted"), "e"), 4, [("ab", "text"), ("c…", "muted")]),
        (line("日本語"), 4, [("日…", "text")]),
        (line("abc"), 1, [("…", "text")]),
        (line("abc"), 0, []),
    ],
)
def test_cut(content: Line, cells: int, expected: list[tuple[str, str]]) -> None:
    assert spans(cut(content, cells)) == expected


def test_fit_pads_what_a_wide_character_leaves() -> None:
    assert plain(fit(line("日本語"), 4)) == "日… "
    assert plain(fit(line("7"), 4, "right")) == "   7"
    assert plain(fit(line("open"), 3, ellipsis="")) == "ope"


def test_between_cuts_the_left_one_first() -> None:
    left, right = line("Checkout funnel"), line("5 steps")
    assert plain(between(left, right, 25)) == "Checkout funnel   5 steps"
    assert plain(between(left, right, 16)) == "Checkou… 5 steps"
    assert plain(between(left, right, 7)) == "5 steps"
    assert plain(between(left, right, 4)) == "5 s…"
    assert plain(between(left, BLANK, 8)) == "Checkou…"


def test_labelled() -> None:
    assert spans(labelled("link", line("open"))) == [("link      ", "muted"), ("open", "text")]


@pytest.mark.parametrize(
    ("content", "cells", "expected"),
    [
        (line("one two three"), 7, ["one two", "three"]),
        (line("one  two"), 20, ["one  two"]),
        (line("  indented words"), 10, ["  indented", "words"]),
        (line("abcdefgh"), 3, ["abc", "def", "gh"]),
        (line("a abcdefgh"), 4, ["a", "abcd", "efgh"]),
        (line("日本"), 1, ["…", "…"]),
        (line("one\n\ntwo"), 9, ["one", "", "two"]),
        (BLANK, 9, [""]),
        (line("a"), 0, []),
    ],
)
def test_wrap(content: Line, cells: int, expected: list[str]) -> None:
    assert [plain(part) for part in wrap(content, cells)] == expected


def test_wrap_keeps_roles_and_words_that_lie_in_two_spans() -> None:
    wrapped = wrap(line("it is ", Span("open", "public"), ", they say"), 9)
    assert [spans(part) for part in wrapped] == [
        [("it", "text"), (" ", "text"), ("is", "text")],
        [("open", "public"), (",", "text")],
        [("they", "text"), (" ", "text"), ("say", "text")],
    ]


def test_highlight_shows_the_first_place_of_each_word_whatever_its_case() -> None:
    shown = highlight(line("Stock check before ", Span("Checkout", "strong")), ("CHECK", "stock", "none", ""))
    assert spans(shown) == [
        ("Stock", "match"),
        (" ", "text"),
        ("check", "match"),
        (" before ", "text"),
        ("Checkout", "strong"),
    ]


def test_highlight_takes_letters_as_letters() -> None:
    assert spans(highlight(line("a.b (x)"), ("(x",))) == [("a.b ", "text"), ("(x", "match"), (")", "text")]


@patient
@given(st.lists(hostile, max_size=5), st.integers(0, 60))
def test_no_line_is_wider_than_it_may_be(texts: list[str], cells: int) -> None:
    content = line(*texts)
    assert width(cut(content, cells)) <= cells
    assert width(fit(content, cells)) == cells
    assert width(between(content, content, cells)) == cells
    assert all(width(part) <= cells for part in wrap(content, cells))


@patient
@given(st.lists(hostile, max_size=5), st.integers(2, 60))
def test_wrapping_loses_nothing_but_blanks(texts: list[str], cells: int) -> None:
    content = line(*texts)
    kept = "".join(plain(part) for part in wrap(content, cells))
    assert "".join(kept.split()) == "".join(plain(content).split())


@patient
@given(hostile, st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=3))
def test_painting_changes_no_text(text: str, places: list[tuple[int, int]]) -> None:
    assert plain(paint(line(text), places, "match")) == text
