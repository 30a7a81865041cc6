"""A terminal fed with the encoder's bytes shows the same as one fed with Textual's."""

from __future__ import annotations

from typing import Any

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.terminal.emulator import Cell, Emulator, seen
from tests.terminal.frames import JOINED, PIECES, Line, at, cursors, fitted, frame, full, lines
from tui.terminal.abilities import Abilities
from tui.terminal.cells import Grid
from tui.terminal.encoder import Encoder

WIDTH, HEIGHT = 24, 8
EVERYTHING = Abilities(erases_in_colour=True, repeats=True)

screens = st.lists(lines(PIECES + JOINED), min_size=HEIGHT, max_size=HEIGHT)
patches = st.lists(
    st.tuples(st.integers(0, HEIGHT - 1), st.integers(0, WIDTH - 1), lines(PIECES + JOINED)), min_size=1, max_size=4
)


def patched(patch: list[tuple[int, int, Line]], cursor: tuple[int, int]) -> str:
    """Some lines written over what is there, to the right edge."""
    return frame([(row, column, fitted(line, WIDTH - column)) for row, column, line in sorted(patch)], cursor)


class Pair:
    """The same screen drawn twice: with Textual's bytes and with ours."""

    def __init__(self, abilities: Abilities) -> None:
        self.grid = Grid(WIDTH, HEIGHT)
        self.encoder = Encoder(abilities)
        self.theirs = Emulator(WIDTH, HEIGHT)
        self.ours = Emulator(WIDTH, HEIGHT, in_colour=abilities.erases_in_colour)

    def draw(self, data: str) -> str:
        """Draw on both, compare them, and give back our bytes."""
        self.grid.feed(data)
        sent = self.encoder.encode(self.grid.frame())
        self.theirs.feed(data)
        self.ours.feed(sent)
        assert self.ours.screen() == self.theirs.screen()
        assert (self.ours.x, self.ours.y) == (self.theirs.x, self.theirs.y)
        assert self.ours.margins == (0, self.ours.height - 1)
        assert self.encoder.encode(self.grid.frame()) == ""
        return sent

    def resize(self, width: int, height: int) -> None:
        """Another size: the terminal holds something that nobody knows."""
        if (width, height) == (self.grid.width, self.grid.height):
            self.encoder.invalidate()
        self.grid.resize(width, height)
        self.theirs = Emulator(width, height)
        self.ours = Emulator(width, height, in_colour=self.ours.in_colour)
        self.ours.rows = [[("?", seen("?", (frozenset(), "31", "41")))] * width for _ in range(height)]
        self.ours.margins = (2, 3)


@settings(max_examples=300, deadline=None)
@given(
    abilities=st.sampled_from([Abilities(), Abilities(erases_in_colour=True), EVERYTHING]),
    first=screens,
    then=st.lists(st.tuples(patches, cursors), max_size=4),
)
def test_patches(
    abilities: Abilities, first: list[Line], then: list[tuple[list[tuple[int, int, Line]], tuple[int, int]]]
) -> None:
    """Whatever is written over whatever, also over half of a wide character."""
    pair = Pair(abilities)
    pair.draw(full(first, WIDTH))
    for patch, cursor in then:
        pair.draw(patched(patch, cursor))
    pair.encoder.invalidate()
    pair.draw(at(0, 0))


@settings(max_examples=150, deadline=None)
@given(
    abilities=st.sampled_from([Abilities(), EVERYTHING]),
    text=st.lists(lines(PIECES + JOINED), min_size=HEIGHT, max_size=3 * HEIGHT),
    steps=st.lists(st.tuples(st.integers(-3, 6), st.integers(0, 7), st.integers(0, 2), st.integers(0, 2)), max_size=4),
)
def test_scrolling(abilities: Abilities, text: list[Line], steps: list[tuple[int, int, int, int]]) -> None:
    """A band of rows that moves while the rows above and below stay and one row is marked."""
    pair = Pair(abilities)
    offset = 0
    for step, mark, above, below in [(0, 0, 0, 0), *steps]:
        offset = min(max(offset + step, 0), len(text) - HEIGHT)
        screen = [list(line) for line in text[offset : offset + HEIGHT]]
        screen[:above] = [[("48;5;4", f"head {row}")] for row in range(above)]
        screen[HEIGHT - below :] = [[("48;5;4", f"foot {row}")] for row in range(below)]
        screen[mark] = [("7", "".join(text for _, text in screen[mark]))]
        pair.draw(full(screen, WIDTH, (mark, 0)))


@settings(max_examples=100, deadline=None)
@given(
    before=screens,
    sizes=st.lists(st.tuples(st.integers(1, 40), st.integers(1, 12)), min_size=1, max_size=3),
    after=st.lists(lines(PIECES + JOINED), min_size=12, max_size=12),
)
def test_resizing(before: list[Line], sizes: list[tuple[int, int]], after: list[Line]) -> None:
    """After a change of size nothing of the old screen is relied upon."""
    pair = Pair(EVERYTHING)
    pair.draw(full(before, WIDTH))
    for width, height in sizes:
        pair.resize(width, height)
        pair.draw(full(after[:height], width))


def pyte_screen(screen: pyte.Screen) -> list[list[Any]]:
    """Cells as they are seen, in pyte."""

    def cell(char: Any) -> Cell | tuple[object, ...]:
        if char.data == " " and not (char.underscore or char.strikethrough or char.reverse):
            return " ", char.bg
        return tuple(char)

    return [[cell(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


@settings(max_examples=100, deadline=None)
@given(frames=st.lists(st.lists(lines([*PIECES, "e\u0301"]), min_size=HEIGHT, max_size=HEIGHT), min_size=1, max_size=4))
def test_pyte_agrees(frames: list[list[Line]]) -> None:
    """Another terminal as the judge: whole screens with wide characters and accents."""
    grid, encoder = Grid(WIDTH, HEIGHT), Encoder(Abilities(erases_in_colour=True))
    theirs, ours = pyte.Screen(WIDTH, HEIGHT), pyte.Screen(WIDTH, HEIGHT)
    for screen in theirs, ours:
        screen.reset_mode(7, private=True)
    for lines_ in frames:
        data = full(lines_, WIDTH)
        grid.feed(data)
        pyte.Stream(theirs).feed(data.replace("\n", "\r\n"))
        pyte.Stream(ours).feed(encoder.encode(grid.frame()))
        assert pyte_screen(ours) == pyte_screen(theirs)
        assert (ours.cursor.x, ours.cursor.y) == (theirs.cursor.x, theirs.cursor.y)


@pytest.mark.parametrize("abilities", [Abilities(), EVERYTHING])
def test_invalidate_draws_everything_again(abilities: Abilities) -> None:
    """After something else wrote to the terminal, the whole screen comes back."""
    pair = Pair(abilities)
    pair.draw(full([[("1;48;5;4", "title")], [("", "日本 text")]], WIDTH))
    pair.ours.feed("\x1b[2;3Hrubbish\x1b[45;7m\x1b[5;1Hmore")
    pair.encoder.invalidate()
    pair.draw(full([[("1;48;5;4", "title")], [("", "日本 text")]], WIDTH))


@settings(max_examples=100, deadline=None)
@given(
    char=st.sampled_from(["🙂", "✓", "日"]),
    before=st.lists(st.sampled_from(["a", " ", "#"]), min_size=HEIGHT, max_size=HEIGHT),
    after=st.lists(st.sampled_from(["a", " ", "#"]), min_size=HEIGHT, max_size=HEIGHT),
)
def test_terminal_of_another_opinion(char: str, before: list[str], after: list[str]) -> None:
    """Where the terminal takes a character, here `#`, for wider or narrower, the text around it is right."""
    ours = 2 if char in "🙂日" else 1
    grid, encoder = Grid(WIDTH, HEIGHT), Encoder(EVERYTHING)
    terminal = Emulator(WIDTH, HEIGHT, widths={char: 3 - ours})
    for middles in before, after:
        rows = [char if middle == "#" else middle * ours for middle in middles]
        grid.feed(full([[("44", "left"), ("", row), ("41", "right"), ("", " end")] for row in rows], WIDTH))
        terminal.feed(encoder.encode(grid.frame()))
        for cells in terminal.screen():
            assert "".join(text for text, _ in cells[:4]) == "left"
            assert "".join(text for text, _ in cells[4 + ours :]).rstrip() == "right end"
