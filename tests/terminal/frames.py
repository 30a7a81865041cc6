"""Frames as Textual writes them: a position, a style, text, the style taken back, a newline; in the end the cursor."""

from __future__ import annotations

from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size

Segment = tuple[str, str]
"""SGR parameters and text."""
Line = list[Segment]

ATTRIBUTES = ["1", "2", "3", "4", "7", "9", "1;4", "2;3"]
COLOURS = ["31", "94", "38;5;7", "38;5;200", "38;2;1;2;3", "38;2;200;210;220"]
GROUNDS = ["41", "103", "48;5;17", "48;2;30;30;30", "48;2;1;120;212"]
PIECES = ["a", "bc", "word ", " ", "     ", "                ", "xxxxxxxxxxxx", "é", "─", "▌●", "日本", "한"]
JOINED = ["e\u0301", "👩\u200d👩\u200d👧", "❤\ufe0f", "👍🏽", "🙂", "✓", "🇩🇪", "ก็"]

styles = st.builds(
    lambda *parts: ";".join(filter(None, parts)),
    st.sampled_from(["", *ATTRIBUTES]),
    st.sampled_from(["", *COLOURS]),
    st.sampled_from(["", *GROUNDS]),
)
cursors = st.tuples(st.integers(0, 7), st.integers(0, 23))


def lines(pieces: list[str]) -> st.SearchStrategy[Line]:
    """Lines of a few segments."""
    text = st.lists(st.sampled_from(pieces), max_size=4).map("".join)
    return st.lists(st.tuples(styles, text), max_size=5)


def fitted(line: Line, width: int) -> Line:
    """The line cut to a width and filled up to it with blanks."""
    kept: Line = []
    left = width
    for style, text in line:
        size = min(cell_len(text), left)
        kept.append((style, set_cell_size(text, size)))
        left -= size
    return [*kept, ("", " " * left)]


def written(line: Line) -> str:
    """The segments of a line."""
    return "".join(f"\x1b[{style}m{text}\x1b[0m" if style else text for style, text in line if text)


def at(row: int, column: int) -> str:
    """The sequence that puts the cursor on a cell."""
    return f"\x1b[{row + 1};{column + 1}H"


def frame(drawn: list[tuple[int, int, Line]], cursor: tuple[int, int]) -> str:
    """Lines at their rows and columns, and the cursor where it ends up."""
    lowest = max(row for row, _, _ in drawn)
    parts = [at(row, column) + written(line) + "\n" * (row < lowest) for row, column, line in drawn]
    return "".join(parts) + at(*cursor)


def full(screen: list[Line], width: int, cursor: tuple[int, int] = (0, 0)) -> str:
    """A whole screen."""
    return frame([(row, 0, fitted(line, width)) for row, line in enumerate(screen)], cursor)
