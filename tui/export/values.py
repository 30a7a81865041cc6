"""How values are written into files: exactly, and so that nothing in them acts where the file is opened."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from tui.text import clean

DEPTH: Final = 64
"""Levels of lists and objects that are written and read."""

_MOST_BITS: Final = 14_000
"""Python itself writes no whole number of more than 4,300 digits."""
_BEYOND_ASCII: Final = re.compile("[^\x00-\x7e]+")
_NUMERAL: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# Spreadsheets skip blanks before these signs, and some take their full-width forms for them.
_FORMULA: Final = re.compile("\\s*[=+\\-@＝＋－＠]|[\t\r]")


def inert(text: str) -> str:
    """A text without what a terminal would act on, in full: nothing is cut, line breaks stay."""
    return clean(text, lines=True, limit=4 * len(text) + 1)


def number(value: float) -> str:
    """A number with all its digits and nothing between them; empty for what is not finite."""
    if isinstance(value, int):
        return str(value) if value.bit_length() < _MOST_BITS else str(Decimal(value))
    return repr(value) if math.isfinite(value) else ""


def plain(value: object) -> str:
    """A value as the text of a cell: null is empty, a text stays as it is, lists and objects become JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    return json_text(value, indent=None)


def cell(value: object) -> str:
    """A cell of a CSV file. One that a spreadsheet would run as a formula gets an apostrophe before it.

    Texts that are plain numbers, such as `-12.5`, are no formulas and stay.
    """
    written = plain(value)
    return f"'{written}" if _FORMULA.match(written) and not _NUMERAL.fullmatch(written) else written


def json_text(value: object, *, indent: int | None = 2) -> str:
    """A value as JSON, readable and inert: what a terminal would act on is written as an escape.

    Not-a-number and infinity become null, levels beyond `DEPTH` become `…`, whole numbers that Python writes no more
    become texts. All else is read back as it was.
    """
    written = json.dumps(_writable(value, DEPTH), ensure_ascii=False, allow_nan=False, indent=indent)
    return _BEYOND_ASCII.sub(_escaped, written)


def _writable(value: object, depth: int) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and value.bit_length() >= _MOST_BITS:
        return number(value)
    if value is None or isinstance(value, str | int):
        return value
    if depth <= 0:
        return "…"
    if isinstance(value, dict):
        return {str(key): _writable(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(item, depth - 1) for item in value]
    return str(value)


def _escaped(found: re.Match[str]) -> str:
    run = found[0]
    if inert(run) == run:
        return run
    return "".join(char if inert(char) == char else json.dumps(char)[1:-1] for char in run)


def iso(seconds: float | None) -> str | None:
    """A time as an ISO date in UTC, to the second; None for what is no time of the calendar."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return None
