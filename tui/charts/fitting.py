"""What drawings of rows have in common: the mark of the cursor, and what happens to rows that have no room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tui import text as texts
from tui.charts.columns import bounded, note
from tui.glyphs import NOW
from tui.lines import Line, Role, Span

POINTER: Final = Span(NOW, "accent_strong")
"""Stands before the row the cursor is at."""


def at(cursor: int | None, stops: int) -> int | None:
    """The stop a cursor is at: the nearest there is; None without a cursor or without stops."""
    return None if cursor is None or stops <= 0 else min(max(cursor, 0), stops - 1)


def pointer(place: int, cursor: int | None, otherwise: str = " ", role: Role = "muted") -> Span:
    """One cell before a row: the mark of the cursor where it is, else `otherwise`."""
    return POINTER if place == cursor else Span(otherwise, role)


def said(parts: Sequence[str], cells: int) -> Line:
    """Muted words on one line, ` · ` between them; of the parts that do not fit the later ones are left out."""
    words = parts[0] if parts else ""
    for part in parts[1:]:
        longer = f"{words} · {part}"
        words = longer if texts.width(longer) <= cells else words
    return note(words, cells)


def clipped(
    rows: Sequence[Line], cells: int, height: int, noun: str = "more", *, keep: int | None = None
) -> tuple[list[Line], int]:
    """The rows that fit in `height`, and how many do not; those are counted in the last line.

    The row of index `keep` stays in sight. A height of 0 has room for all.
    """
    if height <= 0 or len(rows) <= height:
        return bounded(rows, cells), 0
    room = height - 1
    hidden = len(rows) - room
    first = 0 if keep is None else min(max(0, keep - room + 1), hidden)
    words = f"{hidden:,} {noun}"
    if first:
        words = f"{words}, {first:,} of them above" if hidden > first else f"{words} above"
    return [*bounded(rows[first : first + room], cells), note(words, cells)], hidden
