"""Positions: rows among lines that are not rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.stage import patient
from tui.lines import line
from tui.widgets.window import Break, Positions

TODAY, NOTE, BLANK = line("today"), line("a note"), line(" ")


def test_breaks_stand_before_their_rows() -> None:
    positions = Positions(4, [Break(2, BLANK), Break(0, TODAY), Break(2, NOTE)])
    assert [positions.at(number) for number in range(len(positions))] == [TODAY, 0, 1, BLANK, NOTE, 2, 3]
    assert [positions.of_row(index) for index in range(4)] == [1, 2, 5, 6]
    assert (positions.row_from(3), positions.row_until(4), positions.row_until(0)) == (2, 1, -1)
    assert positions.row_until(99) == 3


def test_the_window_moves_as_little_as_it_can() -> None:
    positions = Positions(100)
    assert positions.top_for(5, 0, 10, 100) == 0
    assert positions.top_for(10, 0, 10, 100) == 1
    assert positions.top_for(3, 5, 10, 100) == 3
    assert positions.top_for(99, 0, 10, 100) == 90


def test_what_leads_up_to_a_row_and_what_follows_the_last_come_along() -> None:
    positions = Positions(20, [Break(0, TODAY), Break(10, BLANK), Break(10, NOTE)])
    assert positions.top_for(0, 5, 8, 23) == 0
    assert positions.top_for(10, 16, 8, 23) == 11
    assert positions.top_for(19, 0, 8, 26) == 18
    assert positions.top_for(18, 0, 8, 26) == 14


@patient
@given(
    st.integers(1, 50),
    st.lists(st.integers(0, 49), max_size=6),
    st.integers(0, 60),
    st.integers(1, 20),
    st.data(),
)
def test_the_row_is_always_in_sight(count: int, breaks: list[int], top: int, height: int, data: st.DataObject) -> None:
    positions = Positions(count, [Break(min(before, count - 1), NOTE) for before in breaks])
    index = data.draw(st.integers(0, count - 1))
    top = positions.top_for(index, top, height, len(positions))
    assert top <= positions.of_row(index) < top + height
    assert positions.at(positions.of_row(index)) == index
    assert 0 <= top <= max(0, len(positions) - height)
