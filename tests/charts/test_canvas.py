"""The canvas: dots, bars by eighths, what wins where things meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.results import texts
from tui.charts.canvas import Canvas, Part, bar_line, stacked
from tui.lines import Span, line, plain, width


def test_dots_are_two_across_and_four_down() -> None:
    canvas = Canvas(3, 1)
    for x, y in [(0, 0), (1, 3), (2, 1), (3, 2)]:
        canvas.dot(x, y, "s1")
    assert canvas.lines() == [(Span("⢁⠢", "s1"),)]


def test_a_path_joins_its_points() -> None:
    canvas = Canvas(4, 2)
    canvas.path([(0, 7), (7, 0)], "s2")
    assert texts(canvas.lines()) == ["  ⡠⠊", "⡠⠊"]
    dotted = Canvas(4, 1)
    dotted.path([(0, 0), (7, 0)], "s2", 3)
    assert texts(dotted.lines()) == ["⠁⠈ ⠁"]


def test_what_is_drawn_last_gives_a_shared_cell_its_role() -> None:
    canvas = Canvas(1, 1)
    canvas.dot(0, 0, "s2")
    canvas.dot(1, 3, "s1")
    assert canvas.lines() == [(Span("⢁", "s1"),)]


def test_the_grid_takes_free_cells_only_and_gives_way() -> None:
    canvas = Canvas(6, 1)
    canvas.dot(2, 0, "s1")
    canvas.put(4, 0, "x")
    canvas.rule(0)
    assert canvas.lines() == [(Span("─", "grid"), Span("⠁", "s1"), Span("──", "grid"), Span("x"), Span("─", "grid"))]
    assert canvas.free(2, 0, 2)
    assert not canvas.free(1, 0)
    assert not canvas.free(5, 0, 2)
    canvas.put(2, 0, "ab", "muted")
    canvas.dot(10, 0, "s2")
    canvas.upright(4)
    assert plain(canvas.lines()[0]) == "─⠁abx⠁"


@pytest.mark.parametrize(
    ("eighths", "rows"),
    [(1, ["", "▁▁"]), (7, ["", "▇▇"]), (8, ["", "██"]), (9, ["▁▁", "██"]), (16, ["██", "██"]), (99, ["██", "██"])],
)
def test_bars_rise_by_eighths(eighths: int, rows: list[str]) -> None:
    canvas = Canvas(2, 2)
    canvas.bar(0, 2, 1, [Part(eighths, "bar")])
    assert texts(canvas.lines()) == rows


def test_a_cell_of_a_stack_shows_one_boundary() -> None:
    canvas = Canvas(1, 2)
    canvas.bar(0, 1, 1, [Part(3, "s1"), Part(12, "s2")])
    assert canvas.lines() == [(Span("▄", "s2"),), (Span("▃", "s1", "s2"),)]


def test_where_more_meet_in_a_cell_the_largest_are_shown() -> None:
    canvas = Canvas(1, 1)
    canvas.bar(0, 1, 0, [Part(4, "s1"), Part(5, "s2"), Part(8, "s3")])
    assert canvas.lines() == [(Span("▅", "s1", "s3"),)]
    top = Canvas(1, 1)
    top.bar(0, 1, 0, [Part(4, "s1"), Part(5, "s2")])
    assert top.lines() == [(Span("▅", "s1"),)]


def test_bars_hang_by_blocks_that_are_cut_out() -> None:
    canvas = Canvas(1, 2)
    canvas.hang(0, 1, 0, [Part(11, "s4")])
    assert canvas.lines() == [(Span("█", "s4"),), (Span("▅", "bg", "s4"),)]


def test_dotted_bars_rise_by_quarters() -> None:
    canvas = Canvas(2, 2)
    canvas.bar(0, 2, 1, [Part(9, "muted")], dotted=True)
    assert canvas.lines() == [(Span("⣀⣀", "muted"),), (Span("⣿⣿", "muted"),)]


def test_a_part_is_at_least_an_eighth_high_and_parts_of_one_role_are_one() -> None:
    assert stacked([10, 10, 11], ["bar", "s2", "s3"]) == [(10, "bar"), (11, "s2"), (12, "s3")]
    assert stacked([5, 5, 5, 6], ["bar", "s5", "s5", "s5"]) == [(5, "bar"), (6, "s5")]


@pytest.mark.parametrize(
    ("value", "shown"), [(0, ""), (0.001, "▏"), (50, "██"), (56.25, "██▎"), (100, "████"), (500, "████"), (None, "")]
)
def test_bars_to_the_right_rise_by_eighths(value: float | None, shown: str) -> None:
    found = bar_line(value, 100, 4)
    assert width(found) == 4
    assert plain(found).rstrip() == shown


def test_wide_signs_take_two_cells_or_none() -> None:
    canvas = Canvas(5, 1)
    canvas.put(0, 0, "日本e\u0301日")
    assert canvas.lines() == [line("日本e\u0301")]
    canvas.put(1, 0, "x")
    assert plain(canvas.lines()[0]) == " x本e\u0301"


@given(
    texts_=st.lists(st.tuples(st.integers(-3, 12), st.sampled_from(["日", "ab", "👩‍🔬x", "e\u0301", "…"])), max_size=8),
    dots=st.lists(st.tuples(st.integers(-2, 22), st.integers(-1, 5)), max_size=8),
)
def test_a_row_is_never_wider_than_the_canvas(texts_: list[tuple[int, str]], dots: list[tuple[int, int]]) -> None:
    canvas = Canvas(9, 1)
    for (x, text), (dot, y) in zip(texts_, dots, strict=False):
        canvas.put(x, 0, text)
        canvas.dot(dot, y, "s1")
        canvas.bar(x + 1, 2, 0, [Part(5, "bar")])
    canvas.rule(0)
    assert width(canvas.lines()[0]) == 9
