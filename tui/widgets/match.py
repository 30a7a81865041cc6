"""Which of many named things a few typed letters mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

Place = tuple[int, int]
"""From which character to which, the end not included."""


@dataclass(frozen=True, slots=True)
class PaletteItem:
    """Something the palette can do."""

    id: str
    name: str
    subject: str = ""
    """What it would be done to."""
    sends: str = ""
    """What it sends, in words: `1 write, 2 proofs`."""
    asks: bool = False
    """Whether a question comes first."""
    key: str = ""
    """The key that does the same."""
    reason: str | None = None
    """Why it cannot be done now."""


class Found(NamedTuple):
    """An item that matches, and where in its name."""

    item: PaletteItem
    places: tuple[Place, ...] = ()


def find(items: Iterable[PaletteItem], query: str) -> list[Found]:
    """The items that match, the best first; all of them for an empty query.

    Where the letters stand together comes before where they only follow one another: at the beginning of
    the name, at the beginning of a word, inside one, in the subject, then scattered. Of equals the earlier
    is first. What cannot be done now comes after what can.
    """
    query = query.strip()
    if not query:
        return [Found(item) for item in sorted(items, key=lambda item: item.reason is not None)]
    ranked: list[tuple[bool, int, Found]] = []
    for item in items:
        rank, places = _rank(item, query.lower())
        if rank is not None:
            ranked.append((item.reason is not None, rank, Found(item, places)))
    ranked.sort(key=lambda entry: entry[:2])
    return [found for _, _, found in ranked]


def _rank(item: PaletteItem, query: str) -> tuple[int | None, tuple[Place, ...]]:
    # Lower case letter by letter keeps the places: some capitals become two letters.
    name = "".join(char.lower()[:1] for char in item.name)
    at = name.find(query)
    if at == 0:
        return 0, ((0, len(query)),)
    word = f" {name}".find(f" {query}")
    if word > 0:
        return 1, ((word, word + len(query)),)
    if at > 0:
        return 2, ((at, at + len(query)),)
    if query in item.subject.lower():
        return 3, ()
    places = scattered(name, query)
    return (4, places) if places else (None, ())


def scattered(name: str, query: str) -> tuple[Place, ...]:
    """Where the letters of a query follow one another in a name, blanks apart; nothing when they do not."""
    places: list[Place] = []
    at = -1
    for char in query:
        if char == " ":
            continue
        at = name.find(char, at + 1)
        if at < 0:
            return ()
        if places and places[-1][1] == at:
            places[-1] = (places[-1][0], at + 1)
        else:
            places.append((at, at + 1))
    return tuple(places)
