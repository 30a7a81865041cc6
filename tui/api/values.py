"""Field types for the models: each turns what a server may send into one calm Python type.

Texts pass `text.clean`, null becomes the empty value, a number where a text was expected becomes text, a
date that cannot be read becomes None. What decides whether something is public is not guessed: see
`Switch`.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, GetPydanticSchema
from pydantic_core import core_schema

from tui.text import HIDDEN, Secret, clean

NAME_LIMIT: Final = 500
PROSE_LIMIT: Final = 20_000
DEPTH: Final = 40
"""Levels of lists and objects kept in free JSON; what lies deeper is replaced by `…`."""


def to_text(value: object, *, lines: bool = False, limit: int = NAME_LIMIT) -> str:
    """A clean text from any JSON value: null is empty, a list or an object is shown as JSON."""
    if isinstance(value, str):
        return clean(value, lines=lines, limit=limit)
    if value is None:
        return ""
    return clean(json.dumps(clean_json(value), ensure_ascii=False), lines=lines, limit=limit)


def clean_json(value: object, depth: int = DEPTH) -> Any:
    """Free JSON with its texts and keys cleaned, not-a-number and infinity as null, bounded in depth."""
    if isinstance(value, str):
        return clean(value, lines=True, limit=PROSE_LIMIT)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, int):
        return value
    if depth <= 0:
        return "…"
    if isinstance(value, list | tuple):
        return [clean_json(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {to_text(key): clean_json(item, depth - 1) for key, item in value.items()}
    return clean(str(value), lines=True, limit=PROSE_LIMIT)


def to_time(value: object) -> float | None:
    """Seconds since the epoch from an ISO date (UTC without a zone) or a number; None when unreadable."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            return None
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12:
        return float(value)
    return None


_YES: Final = frozenset({"true", "1", "t", "yes", "y", "on"})
_NO: Final = frozenset({"false", "0", "f", "no", "n", "off"})


def to_switch(value: object) -> object:
    """The boolean forms PostHog's framework knows; anything else is handed on for validation to refuse."""
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _YES else False if word in _NO else value
    return value


def to_flag(value: object) -> bool:
    """A boolean that decides nothing: whatever is not clearly yes is no."""
    return to_switch(value) in (True, 1)


def to_count(value: object) -> int | None:
    """A whole number, also one written as text; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.strip().isdigit() and len(value) < 20:
        return int(value)
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def to_items(value: object) -> list[Any]:
    """A list; null and anything that is none become the empty list."""
    return list(value) if isinstance(value, list | tuple) else []


def to_object(value: object) -> dict[str, Any]:
    """Free JSON that is an object; anything else becomes the empty object."""
    cleaned = clean_json(value)
    return cleaned if isinstance(cleaned, dict) else {}


def to_texts(value: object) -> tuple[str, ...]:
    """A tuple of clean texts; null entries are left out."""
    return tuple(to_text(item) for item in to_items(value) if item is not None)


def to_secret(value: object) -> object:
    """A secret from a text or from nothing; anything else is handed on, so that validation refuses it."""
    return Secret(value) if isinstance(value, str) else Secret("") if value is None else value


Text = Annotated[str, BeforeValidator(to_text)]
"""One line."""
Prose = Annotated[str, BeforeValidator(lambda value: to_text(value, lines=True, limit=PROSE_LIMIT))]
"""Several lines."""
Texts = Annotated[tuple[str, ...], BeforeValidator(to_texts)]
Json = Annotated[Any, BeforeValidator(clean_json)]
JsonObject = Annotated[dict[str, Any], BeforeValidator(to_object)]
Time = Annotated[float | None, BeforeValidator(to_time)]
"""Seconds since the epoch."""
Flag = Annotated[bool, BeforeValidator(to_flag)]
Switch = Annotated[bool, BeforeValidator(to_switch)]
"""A boolean that decides what is public: one that cannot be read makes the whole answer unreadable."""
Count = Annotated[int | None, BeforeValidator(to_count)]
Hidden = Annotated[
    Secret,
    GetPydanticSchema(
        lambda _source, _handler: core_schema.is_instance_schema(
            Secret, serialization=core_schema.plain_serializer_function_ser_schema(lambda _secret: HIDDEN)
        )
    ),
    BeforeValidator(to_secret),
]
"""A secret; written out, it is masked."""
