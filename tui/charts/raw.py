"""JSON as people read it: two blanks a level, keys muted, a list or an object on one line where it fits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from tui.lines import Line, Span, cut, line, width, wrap
from tui.text import clean

DEPTH: Final = 30
"""Levels that are shown; what lies deeper is `…`."""
TEXT_LIMIT: Final = 2_000
_EMPTY: Final[tuple[object, ...]] = (None, "", [], {})


def json_lines(value: object, cells: int, *, wrapped: bool = False) -> list[Line]:
    """A value as JSON, no line wider than `cells`: what is longer is cut, or goes on below with `wrapped`."""
    if cells <= 0:
        return []
    lines: list[Line] = []
    for depth, spans in _written(value, cells, 0, (), ""):
        indent = min(2 * depth, cells // 2)
        row = (*line(" " * indent), *spans)
        if width(row) <= cells:
            lines.append(row)
        elif not wrapped:
            lines.append(cut(row, cells))
        else:
            hanging = min(indent + 2, cells - 1)
            pieces = wrap(spans, cells - hanging)
            lines += [(*line(" " * (hanging if place else indent)), *piece) for place, piece in enumerate(pieces)]
    return lines


def without_noise(value: Any, depth: int = DEPTH) -> Any:
    """A value without what says nothing: null, empty texts, lists and objects. Nothing is left out of a list."""
    if depth <= 0:
        return value
    if isinstance(value, dict):
        tidied = {key: without_noise(item, depth - 1) for key, item in value.items()}
        return {key: item for key, item in tidied.items() if not _is_empty(item)}
    if isinstance(value, list | tuple):
        return [without_noise(item, depth - 1) for item in value]
    return value


def compact(value: object, limit: int = 200) -> str:
    """A value as JSON on one line, at most `limit` characters; a text as it is."""
    if isinstance(value, str):
        return clean(value, limit=limit)
    if isinstance(value, dict | list | tuple):
        spans = _flat(value, limit, 0)
        return _beginning(value, limit) if spans is None else "".join(span.text for span in spans)
    return _scalar(value).text


def _beginning(value: object, limit: int) -> str:
    try:
        return clean(json.dumps(value, ensure_ascii=False, default=str), limit=limit)
    except (RecursionError, ValueError):
        # Too deep, or a whole number of more digits than Python writes.
        return "{…}" if isinstance(value, dict) else "[…]"


def _is_empty(value: object) -> bool:
    return any(value is empty or (type(value) is type(empty) and value == empty) for empty in _EMPTY)


def _written(value: object, cells: int, depth: int, before: Line, after: str) -> Iterator[tuple[int, Line]]:
    """The lines of a value: the level of each, and its spans."""
    room = cells - 2 * depth - width(before) - len(after)
    flat = _flat(value, max(room, 0), depth)
    if flat is not None or not isinstance(value, dict | list | tuple):
        yield depth, (*before, *(flat or (_scalar(value),)), *line(Span(after, "muted")))
        return
    opened, closed = "{}" if isinstance(value, dict) else "[]"
    yield depth, (*before, Span(opened, "muted"))
    entries: list[tuple[Line, object]]
    if isinstance(value, dict):
        entries = [((_key(key),), item) for key, item in value.items()]
    else:
        entries = [((), item) for item in value]
    for place, (prefix, item) in enumerate(entries, 1):
        yield from _written(item, cells, depth + 1, prefix, "," if place < len(entries) else "")
    yield depth, line(Span(closed + after, "muted"))


def _flat(value: object, room: int, depth: int) -> list[Span] | None:
    """A value on one line, or None when that takes more than `room` cells; too deep it is `…`."""
    if not isinstance(value, dict | list | tuple):
        scalar = _scalar(value)
        return [scalar] if len(scalar.text) <= room else None
    if depth >= DEPTH:
        return [Span("…", "muted")]
    opened, closed = "{}" if isinstance(value, dict) else "[]"
    spans = [Span(opened, "muted")]
    room -= 2
    entries: Any = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    for place, (key, item) in enumerate(entries):
        if place:
            spans.append(Span(", ", "muted"))
            room -= 2
        if isinstance(value, dict):
            spans.append(_key(key))
            room -= width(spans[-1:])
        inner = _flat(item, room, depth + 1) if room >= 0 else None
        if inner is None:
            return None
        spans += inner
        room -= width(inner)
        if room < 0:
            return None
    spans.append(Span(closed, "muted"))
    return spans


def _key(key: object) -> Span:
    return Span(f"{json.dumps(clean(str(key), limit=TEXT_LIMIT), ensure_ascii=False)}: ", "muted")


def _scalar(value: object) -> Span:
    if isinstance(value, str):
        return Span(json.dumps(clean(value, limit=TEXT_LIMIT), ensure_ascii=False))
    if value is None:
        return Span("null", "italic")
    if isinstance(value, bool):
        return Span("true" if value else "false")
    try:
        return Span(clean(str(value), limit=TEXT_LIMIT))
    except ValueError:
        # Python writes no whole number of more than 4,300 digits.
        return Span("a number of thousands of digits", "italic")
