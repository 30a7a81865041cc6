"""The cells that the screens draw, and the gate that every frame passes on its way to them.

A frame is text with a few control sequences. `Grid.feed` carries out those that belong in a frame (a position,
a style, a newline) on a grid of cells; nothing else has any effect, and no control or invisible character
becomes part of a cell. Because only cells are sent on, what is not in a cell cannot reach the terminal.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple
from unicodedata import category

from rich.cells import get_character_cell_size, split_graphemes

from tui.terminal.styles import PLAIN, applied

REPLACEMENT: Final = "\ufffd"
"""Stands where a character or a sequence was that must not reach a terminal."""

MOST_CODE_POINTS: Final = 16
"""Code points kept of one cell: the longest emoji have ten, stacked accents have no end."""

_FRAME: Final = re.compile(
    r"\x1b\[(?:(?P<sgr>[0-9;]{0,99})m|(?P<row>[0-9]{1,4});(?P<column>[0-9]{1,4})H)"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|(?P<newline>\r?\n)"
    # A hyperlink takes no cells, unlike every other sequence that does not belong in a frame.
    r"|(?P<link>\x1b\]8;[^\x00-\x1f\x7f-\x9f]*+(?:\x1b\\|[\x07\x9c]))"
    r"|(?P<foreign>(?:\x1b\[|\x9b)[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x00-\x1f\x7f-\x9f]*+(?:\x1b\\|[\x07\x9c])"
    r"|\x1b[\x20-\x2f]*[\x30-\x7e])"
    r"|(?P<control>[\x00-\x1f\x7f-\x9f])"
)
_NARROW: Final = re.compile("[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0377\u0384-\u0482\u2500-\u25fc\u2800-\u28ff]+")
"""Texts whose every character takes one cell."""

_JOINER: Final = "\u200d"
_SELECTORS: Final = "\ufe0e\ufe0f"
_FORBIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Letters and marks that show nothing: Hangul and Khmer fillers, the grapheme joiner, Mongolian selectors.
_FILLERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")


class Row:
    """One line: the characters of its cells and their styles, two lists of the same length.

    A character may carry joined code points. The second cell of a wide character is empty and has its style.
    """

    __slots__ = ("_key", "characters", "styles")

    def __init__(self, characters: list[str], styles: list[str]) -> None:
        self.characters = characters
        self.styles = styles
        self._key: int | None = None

    def copy(self) -> Row:
        """Another row with the same cells."""
        return Row(self.characters.copy(), self.styles.copy())

    def same(self, other: Row) -> bool:
        """Whether the cells are the same."""
        return self is other or (self.characters == other.characters and self.styles == other.styles)

    @property
    def key(self) -> int:
        """Equal for equal rows. To be asked of rows that change no more."""
        if self._key is None:
            self._key = hash((tuple(self.characters), tuple(self.styles)))
        return self._key


class Frame(NamedTuple):
    """A whole screen at one moment. Its rows change no more."""

    width: int
    rows: tuple[Row, ...]
    cursor: tuple[int, int]
    """Row and column, from 0."""


def empty_row(width: int) -> Row:
    """A row of blanks in the terminal's own look."""
    return Row([" "] * width, [PLAIN] * width)


@lru_cache(maxsize=8192)
def allowed(character: str) -> bool:
    """Whether a character may reach the terminal: it can be seen, or it marks or joins what can be seen."""
    if character in _FILLERS or (ord(character) & 0xFFFE) == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF:
        return False
    return character == _JOINER or category(character) not in _FORBIDDEN


class Grid:
    """What the screens have drawn. `dropped` counts what was kept from the terminal."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.dropped = 0
        self._rows = [empty_row(width) for _ in range(height)]
        self._private: set[int] = set(range(height))
        """The rows that no frame holds, which may be written to."""
        self._row = self._column = 0
        self._style = PLAIN

    def resize(self, width: int, height: int) -> None:
        """Cut or extend to another size; new cells are blank."""
        kept = self._rows[:height]
        self._rows = [empty_row(width) for _ in range(height)]
        for row, old in zip(self._rows, kept, strict=False):
            most = min(width, self.width)
            if most < self.width and old.characters[most] == "":
                most -= 1
            row.characters[:most] = old.characters[:most]
            row.styles[:most] = old.styles[:most]
        self.width, self.height = width, height
        self._private = set(range(height))

    def frame(self) -> Frame:
        """What is drawn now."""
        self._private.clear()
        cursor = min(self._row, self.height - 1), min(self._column, self.width - 1)
        return Frame(self.width, tuple(self._rows), cursor)

    def feed(self, data: str) -> None:
        """Draw what the screens write."""
        for match in _FRAME.finditer(data):
            kind, value = match.lastgroup, match[0]
            if kind == "sgr":
                parameters = match["sgr"]
                self._style = applied(self._style, parameters) if parameters.strip("0") else PLAIN
            elif kind == "text":
                self._write(value)
            elif kind == "column":
                self._row, self._column = (max(int(match[name]), 1) - 1 for name in ("row", "column"))
            elif kind == "newline":
                self._row, self._column = self._row + 1, 0
            else:
                self.dropped += 1
                if kind == "foreign":
                    # The screens counted the visible part as text, so its cells are kept.
                    self._place([REPLACEMENT] * sum(map(get_character_cell_size, value)))

    def _write(self, text: str) -> None:
        if text.isascii() or _NARROW.fullmatch(text):
            self._place(text)
            return
        cells: list[str] = []
        flag = False
        for start, end, width in split_graphemes(text)[0]:
            cluster = self._cleaned(text[start:end])
            if width == 0:
                self._mark(cells, cluster)
            elif not allowed(text[start]):
                cells.extend([REPLACEMENT] * width)
            elif flag and cells[-1:] and _is_regional(cluster):
                # Two letters make a flag, which is one character of two cells.
                cells[-1:] = [cells[-1] + cluster, ""]
                flag = False
                continue
            else:
                cells.extend([cluster, *[""] * (width - 1)])
            flag = width == 1 and _is_regional(cluster)
        self._place(cells)

    def _cleaned(self, cluster: str) -> str:
        """A cell's text without what must not reach the terminal."""
        if len(cluster) == 1 and allowed(cluster):
            return cluster
        kept = "".join(filter(allowed, cluster))[:MOST_CODE_POINTS].rstrip(_JOINER)
        self.dropped += len(cluster) - len(kept)
        return kept

    def _mark(self, cells: list[str], marks: str) -> None:
        """Join accents to the cell before them, which may be one that was written earlier."""
        marks = marks.strip(_SELECTORS)
        if not marks:
            return
        if not cells:
            self._mark_earlier(marks)
            return
        index = -1 if cells[-1] else -2
        cells[index] = (cells[index] + marks)[:MOST_CODE_POINTS]

    def _mark_earlier(self, marks: str) -> None:
        if not (self._row < self.height and 0 < self._column <= self.width):
            return
        characters = self._own(self._row).characters
        index = self._column - (1 if characters[self._column - 1] else 2)
        characters[index] = (characters[index] + marks)[:MOST_CODE_POINTS]

    def _place(self, cells: str | list[str]) -> None:
        """Put cells where the next text goes; what does not fit is cut off."""
        start, count = self._column, len(cells)
        self._column += count
        if self._row >= self.height or start >= self.width or not count:
            return
        end = start + count
        row = self._own(self._row)
        characters, styles = row.characters, row.styles
        if end > self.width:
            split = not cells[self.width - start]
            cells, end = list(cells[: self.width - start]), self.width
            if split:
                cells[-1] = " "
        # What is left of a wide character that is overwritten by half is blank.
        if not characters[start] and start:
            characters[start - 1] = " "
        if end < self.width and not characters[end]:
            characters[end] = " "
        characters[start:end] = cells
        styles[start:end] = [self._style] * (end - start)

    def _own(self, index: int) -> Row:
        """The row, made writable."""
        if index not in self._private:
            self._rows[index] = self._rows[index].copy()
            self._private.add(index)
        return self._rows[index]


def _is_regional(cluster: str) -> bool:
    return len(cluster) == 1 and "\U0001f1e6" <= cluster <= "\U0001f1ff"
