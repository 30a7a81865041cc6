"""What taking a definition would change, field by field, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from tui.export.definitions import Definition, is_cut
from tui.export.rebinding import by_code_name
from tui.export.values import json_text
from tui.glyphs import BECOMES
from tui.lines import BLANK, Line, Role, Span, cut, line, width, wrap
from tui.store.facts import InsightDetail, InsightRow
from tui.text import clean

What = Literal["create", "change", "same", "unread"]
"""`unread`: nobody has looked at what is there, or it was too long to be kept whole."""

MOST_LINES: Final = 400
"""Lines of a text that are compared one by one, and lines of a longer one that are shown of each form."""
MOST_CHANGES: Final = 1_000
"""Changes that are shown; those beyond are counted."""
AROUND: Final = 2
"""Unchanged lines that are shown about a changed one."""
_ROLES: Final[dict[What, Role]] = {"create": "accent", "change": "careful", "same": "muted", "unread": "muted"}
_WORD: Final = 8
_INDENT: Final = 2


@dataclass(frozen=True, slots=True)
class Change:
    """One field: how it is and how it would be, as clean texts that may have several lines."""

    field: str
    """`name`, `tags`, ..., or the place in the query: `query.source.dateRange.date_from`."""
    what: What
    before: str = ""
    after: str = ""


def difference(definition: Definition, existing: InsightRow | InsightDetail | None) -> list[Change]:
    """What is created where nothing is there, else what changes, field by field; equal fields are listed too.

    A query is compared place by place, with its variables by code name, because ids differ between projects. A row
    knows no query, so that of a row is `unread`; so is a text too long to be kept whole.
    """
    row = existing.row if isinstance(existing, InsightDetail) else existing
    changes = []
    for name in ("name", "derived_name", "description", "tags", "favorited"):
        after = _shown(getattr(definition, name))
        before = "" if row is None else _shown(getattr(row, name))
        if row is None:
            if after:
                changes.append(Change(name, "create", "", after))
        else:
            changes.append(Change(name, "same" if before == after else "change", before, after))
    if row is None:
        changes.append(Change("query", "create", "", _shown(definition.query)))
    elif not isinstance(existing, InsightDetail):
        changes.append(Change("query", "unread", "", _shown(definition.query)))
    else:
        query = _Query(by_code_name(existing.query), by_code_name(definition.query))
        changes += query.changes() or [Change("query", "same", _shown(query.before), _shown(query.after))]
    return changes


def difference_lines(changes: Sequence[Change], width: int) -> list[Line]:
    """The changes as lines of at most `width` cells: what stays in one line, what changes with `-` and `+`."""
    if width <= 0:
        return []
    lines: list[Line] = []
    shown = [change for change in changes if change.what != "same"]
    for change in shown[:MOST_CHANGES]:
        lines += _change_lines(change, width)
    if len(shown) > MOST_CHANGES:
        lines.append(cut((Span(f"{len(shown) - MOST_CHANGES:,} more changes", "muted"),), width))
    same = [change.field for change in changes if change.what == "same"]
    if same:
        indent = min(_WORD, width - 1)
        rows = wrap(line(Span(", ".join(same), "muted")), width - indent)
        lines += [
            (Span(("same" if place == 0 else "").ljust(indent)[:indent], "muted"), *row)
            for place, row in enumerate(rows)
        ]
    return lines


@dataclass(frozen=True, slots=True)
class _Query:
    before: dict[str, Any]
    after: dict[str, Any]

    def changes(self) -> list[Change]:
        """The places in which the two queries differ."""
        return list(_places("query", self.before, self.after))


_ABSENT: Final = object()


def _places(place: str, before: object, after: object) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*after, *before)):
            yield from _places(f"{place}.{key}", before.get(key, _ABSENT), after.get(key, _ABSENT))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from _places(f"{place}.{index}", *pair)
    elif _cut_somewhere(before) or _cut_somewhere(after):
        yield Change(place, "unread", _shown(before), _shown(after))
    elif before is _ABSENT or after is _ABSENT or _canonical(before) != _canonical(after):
        yield Change(place, "create" if before is _ABSENT else "change", _quoted(before), _quoted(after))


def _cut_somewhere(value: object) -> bool:
    return isinstance(value, str) and is_cut(value)


def _canonical(value: object) -> object:
    """The value in a form in which true is not 1."""
    return (type(value), value) if isinstance(value, str | int) else json_text(value, indent=None)


def _quoted(value: object) -> str:
    """A value of a query: texts of one line in quotes, so that a blank and a number in a text are seen."""
    if isinstance(value, str) and "\n" not in value:
        return json_text(value, indent=None)
    return _shown(value)


def _shown(value: object) -> str:
    if value is _ABSENT:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return ", ".join(value)
    return json_text(value)


def _change_lines(change: Change, cells: int) -> list[Line]:
    head = line(Span(change.what.ljust(_WORD), _ROLES[change.what]), Span(clean(change.field), "strong"))
    one_line = "\n" not in change.before + change.after
    parts: list[str | Span] = [change.before] if change.before else []
    if change.what != "create":
        parts = [change.before or Span("nothing", "italic"), Span(f" {BECOMES} ", "muted")]
        if change.what == "unread":
            parts = [Span("not read", "italic"), Span(f" {BECOMES} ", "muted")]
    short = (*head, Span("  "), *line(*parts, change.after or Span("nothing", "italic")))
    if one_line and width(short) <= cells:
        return [short]
    lines = [cut(head, cells)]
    for sign, text in _compared(change):
        lines += _signed(sign, text, cells)
    return lines


def _compared(change: Change) -> Iterator[tuple[str, str]]:
    """Lines with their sign: `-` goes, `+` comes, a blank stays, `…` stands for those that stay further away."""
    before = change.before.split("\n") if change.before else []
    after = change.after.split("\n") if change.after else []
    if change.what == "unread" or len(before) > MOST_LINES or len(after) > MOST_LINES:
        for sign, texts in (("-", before if change.what != "unread" else []), ("+", after)):
            yield from ((sign, text) for text in texts[:MOST_LINES])
            if len(texts) > MOST_LINES:
                yield "…", f"{len(texts) - MOST_LINES:,} more lines"
        return
    groups = list(SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(AROUND))
    end = 0
    for group in groups:
        if group[0][1] > end:
            yield "…", ""
        for tag, start, stop, new_start, new_stop in group:
            if tag == "equal":
                yield from ((" ", text) for text in before[start:stop])
            else:
                yield from (("-", text) for text in before[start:stop])
                yield from (("+", text) for text in after[new_start:new_stop])
        end = group[-1][2]
    if end < len(before):
        yield "…", ""


def _signed(sign: str, text: str, cells: int) -> list[Line]:
    indent = min(_INDENT + 2, cells - 1)
    mark = (" " * _INDENT + sign + " ")[:indent]
    rows = wrap((Span(text, "text" if sign == "+" else "muted"),), cells - indent) if text else [BLANK]
    return [
        (Span(mark if place == 0 else " " * indent, "accent" if sign == "+" else "muted"), *row)
        for place, row in enumerate(rows)
    ]
