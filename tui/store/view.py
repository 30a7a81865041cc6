"""What a list shows of the index: the filter language, and sorting. Pure functions over facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tui.store.facts import InsightRow, Link

DAY = 86400.0
UNITS = {"h": 3600.0, "d": DAY, "w": 7 * DAY, "m": 30 * DAY, "y": 365 * DAY}
SPAN = re.compile(r"(age|changed|viewed|made)([<>])(\d+)([hdwmy]?)")
WORDS = ("kind", "shared", "by", "tag", "uses", "is")
KINDS = ("trends", "funnel", "retention", "paths", "stickiness", "lifecycle", "sql", "table")
SHARED = ("open", "password", "locked", "off", "never", "?")


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed filter line. All parts must hold; values after one word, parted by commas, are alternatives."""

    text: str = ""
    words: tuple[str, ...] = ()
    terms: tuple[tuple[str, tuple[str, ...]], ...] = ()
    spans: tuple[tuple[str, str, float], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.terms or self.spans)

    @property
    def needs_links(self) -> bool:
        """Whether it asks for something only a read link tells."""
        return any(name == "shared" for name, _ in self.terms) or any(name == "age" for name, _, _ in self.spans)


def parse(text: str) -> Filter:
    """Read a filter line: `kind:funnel by:ana tag:kpi shared:open is:fav age>90d changed<30d checkout`.

    What is no filter word is searched for as text. A word without its value (`kind:`) holds for all.
    """
    words: list[str] = []
    terms: list[tuple[str, tuple[str, ...]]] = []
    spans: list[tuple[str, str, float]] = []
    for part in text.lower().split():
        name, colon, values = part.partition(":")
        if span := SPAN.fullmatch(part):
            number = float(span[3]) * UNITS[span[4] or "d"]
            spans.append((span[1], span[2], number))
        elif colon and name in WORDS:
            if wanted := tuple(value for value in values.split(",") if value):
                terms.append((name, wanted))
        else:
            words.append(part)
    return Filter(text, tuple(words), tuple(terms), tuple(spans))


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows a filter keeps, and those it cannot decide because their link was not read."""

    rows: tuple[InsightRow, ...]
    unread: tuple[InsightRow, ...] = ()


class Finder:
    """Keeps the searched text of each row, so that a key in the filter costs one substring search a row."""

    def __init__(self) -> None:
        self._texts: dict[int, tuple[InsightRow, str]] = {}

    def text(self, row: InsightRow) -> str:
        """What a row is searched by: name, derived name, description, tags, author, kind, short id; in lower case."""
        known = self._texts.get(row.id)
        if known is None or known[0] is not row:
            parts = (
                row.name,
                row.derived_name,
                row.description,
                " ".join(row.tags),
                row.created_by,
                row.kind,
            )
            known = (row, "\n".join((*parts, row.short_id)).lower())
            self._texts[row.id] = known
        return known[1]

    def select(self, rows: Sequence[InsightRow], links: Mapping[int, Link], wanted: Filter, now: float) -> Selection:
        """The rows that the filter keeps, in the order they come."""
        if not wanted:
            return Selection(tuple(rows))
        kept: list[InsightRow] = []
        unread: list[InsightRow] = []
        for row in rows:
            text = self.text(row)
            if not all(word in text for word in wanted.words) or not _holds(row, wanted, now):
                continue
            verdict = _link_holds(links.get(row.id), wanted, now)
            if verdict is None:
                unread.append(row)
            elif verdict:
                kept.append(row)
        return Selection(tuple(kept), tuple(unread))


def _holds(row: InsightRow, wanted: Filter, now: float) -> bool:
    for name, values in wanted.terms:
        match name:
            case "kind":
                good = any(row.kind.startswith(value) for value in values)
            case "by":
                good = any(value in row.created_by.lower() for value in values)
            case "tag":
                good = any(value in tag.lower() for tag in row.tags for value in values)
            case "uses":
                good = any(value in (name.lower() for name in row.variables) for value in values)
            case "is":
                good = row.favorited if any("fav".startswith(value[:3]) for value in values) else True
            case _:
                continue
        if not good:
            return False
    moments = {"changed": row.changed_at, "viewed": row.viewed_at, "made": row.created_at}
    return all(_within(moments[name], side, span, now) for name, side, span in wanted.spans if name in moments)


def _within(moment: float | None, side: str, span: float, now: float) -> bool:
    if moment is None:
        return side == ">"
    return now - moment > span if side == ">" else now - moment < span


def _link_holds(link: Link | None, wanted: Filter, now: float) -> bool | None:
    """Whether the link's part of a filter holds; None where it was not read."""
    verdict = True
    for name, values in wanted.terms:
        if name != "shared":
            continue
        if link is None:
            if "?" in values:
                continue
            return None
        verdict = verdict and any(link.state.startswith(value) for value in values)
    for name, side, span in wanted.spans:
        if name == "age":
            if link is None:
                return None
            verdict = verdict and link.live and _within(link.created_at, side, span, now)
    return verdict


RISK = {"open": 0, "locked": 1, "password": 2, "off": 3, "never": 4}

SortKey = Callable[[InsightRow], Any]


def sort_rows(
    rows: Sequence[InsightRow], links: Mapping[int, Link], column: str, *, descending: bool
) -> tuple[InsightRow, ...]:
    """Rows by a column of the list. Rows without a value come last whichever way it is sorted."""

    def link(row: InsightRow) -> tuple[int, float] | None:
        known = links.get(row.id)
        return (RISK[known.state], known.created_at or 0.0) if known else None

    keys: dict[str, SortKey] = {
        "name": lambda row: row.title.lower(),
        "kind": lambda row: row.kind or None,
        "link": link,
        "by": lambda row: row.created_by.lower() or None,
        "changed": lambda row: row.changed_at,
    }
    key = keys[column]
    having = [(value, row) for row in rows if (value := key(row)) is not None]
    missing = [row for row in rows if key(row) is None]
    having.sort(key=lambda pair: pair[0], reverse=descending)
    return (*(row for _, row in having), *missing)
