"""What differs between two screens: cells, line ends, and bands of rows that only moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tui.terminal.cells import Row
from tui.terminal.pen import Shift, disputed
from tui.terminal.styles import blank, erases

ERASE: Final = "\x1b[K"
"""Blanks from the cursor to the end of the line."""


class Difference(NamedTuple):
    """What is to be done on one row."""

    y: int
    row: Row
    runs: tuple[tuple[int, int], ...]
    """Columns to write, each from a first to one that is not included."""
    erased: int | None
    """The first of the changed columns that are erased to the end of the line."""
    tail: int
    """The column from which erasing to the end gives this row."""


def differences(shown: Sequence[Row], wanted: Sequence[Row], in_colour: bool) -> list[Difference]:
    """The rows that look different; `in_colour` if erasing leaves blanks of the current background."""
    return [
        _difference(y, new, changed, in_colour)
        for y, (old, new) in enumerate(zip(shown, wanted, strict=True))
        if not old.same(new) and (changed := changes(old, new))
    ]


def _difference(y: int, row: Row, changed: list[int], in_colour: bool) -> Difference:
    tail = _tail(row, in_colour)
    first = next((x for x in changed if x >= tail), None)
    if first is None or changed[-1] - first < len(ERASE):
        return Difference(y, row, tuple(runs(changed)), None, tail)
    return Difference(y, row, tuple(runs([x for x in changed if x < tail])), first, tail)


def _tail(row: Row, in_colour: bool) -> int:
    """The column from which erasing to the end of the line gives this row, or its width."""
    characters, styles = row.characters, row.styles
    start, ground = len(characters), blank(styles[-1])
    if erases(styles[-1]) and (in_colour or not ground):
        while start and characters[start - 1] == " " and blank(styles[start - 1]) == ground:
            start -= 1
    return start


def changes(old: Row, new: Row) -> list[int]:
    """The columns whose cells look different, and those beside them that must be written again with them."""
    was, styles_were, now, styles = old.characters, old.styles, new.characters, new.styles
    changed = [
        x
        for x, (a, b, c, d) in enumerate(zip(was, now, styles_were, styles, strict=True))
        if a != b or (c != d and (b != " " or blank(c) != blank(d)))
    ]
    if not changed or "".join(now).isascii():
        return changed
    return _with_neighbours(now, changed)


def _with_neighbours(now: Sequence[str], changed: list[int]) -> list[int]:
    """Also the whole of a wide character, and the cell after one that terminals disagree about."""
    wanted = set(changed)
    for x in changed:
        start = x if now[x] else x - 1
        end = start + 1
        while end < len(now) and not now[end]:
            end += 1
        wanted.update(range(start, end))
        if disputed(now[start]) and end < len(now):
            wanted.add(end)
            if end + 1 < len(now) and not now[end + 1]:
                wanted.add(end + 1)
    return sorted(wanted)


def runs(columns: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Columns in order as stretches, the end not included."""
    start = end = -1
    for x in columns:
        if x != end:
            if end > start:
                yield start, end
            start = x
        end = x + 1
    if end > start:
        yield start, end


def stretches(row: Row, start: int, stop: int) -> Iterator[tuple[int, int, str]]:
    """Cells that can be written in one style, and that style. Blanks take part in any with their background."""
    characters, styles = row.characters, row.styles
    while start < stop:
        style, ground, end = styles[start], blank(styles[start]), start
        blanks = True
        while end < stop and blank(styles[end]) == ground:
            if characters[end] != " ":
                if not blanks and styles[end] != style:
                    break
                style, blanks = styles[end], False
            end += 1
        yield start, end, style
        start = end


def shifts(shown: Sequence[Row], wanted: Sequence[Row]) -> Iterator[Shift]:
    """Moves of a band of rows that may save bytes: where several rows are found again at the same distance.

    The second has one row more, the one that the cursor's bar was or will be on.
    """
    changed = [y for y, (old, new) in enumerate(zip(shown, wanted, strict=True)) if not old.same(new)]
    if len(changed) < 3:
        return
    origins: dict[int, int] = {}
    for y, old in enumerate(shown):
        origins[old.key] = -1 if old.key in origins else y
    found = {y: origin for y in changed if (origin := origins.get(wanted[y].key, -1)) >= 0}
    votes = Counter(origin - y for y, origin in found.items())
    for lines, count in votes.most_common(1):
        if count < 2 or not lines:
            return
        rows = [row for y, origin in found.items() if origin - y == lines for row in (y, origin)]
        top, bottom = min(rows), max(rows)
        yield Shift(top, bottom, lines)
        if lines > 0 and bottom < len(shown) - 1:
            yield Shift(top, bottom + 1, lines)
        if lines < 0 and top:
            yield Shift(top - 1, bottom, lines)


def scrolled(shown: Sequence[Row], shift: Shift) -> list[Row]:
    """The rows after a shift. Those that came in hold nothing that is known."""
    top, bottom, lines = shift
    width = len(shown[0].characters)
    band = list(shown[top : bottom + 1])
    unknown = [Row(["\0"] * width, [""] * width)] * abs(lines)
    band = band[lines:] + unknown if lines > 0 else unknown + band[:lines]
    return [*shown[:top], *band, *shown[bottom + 1 :]]
