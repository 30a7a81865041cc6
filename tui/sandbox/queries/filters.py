"""Property filters as SQL over the events table (alias `e`) and the persons table (alias `p`)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from tui.sandbox.queries.model import Json, QueryProblem, listed, text


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of SQL and the values of its question marks."""

    sql: str
    values: tuple[Any, ...] = ()


EVERYTHING = Fragment("1")
COMPARISONS = {"gt": ">", "lt": "<", "gte": ">=", "lte": "<="}
REPEATED, REPEATED_GROUP = re.compile(r"(?<!\\)[*+{]"), re.compile(r"(?<!\\)\)[*+{]")
DATES = {"is_date_before": "<", "is_date_after": ">"}


def property_of(key: str, kind: str = "event") -> Fragment:
    """The value of one property, null where it is missing. `kind` is `event` or `person`.

    Raises `QueryProblem` for cohorts, groups and other kinds, which a shop this small does not have.
    """
    if kind not in ("event", "person", "event_metadata", "session"):
        raise QueryProblem(f"Unsupported property type: {kind}")
    table = "p" if kind == "person" else "e"
    path = '$."' + key.replace('"', "") + '"'
    return Fragment(f"json_extract({table}.properties, ?)", (path,))


def all_of(*parts: Fragment) -> Fragment:
    """Every condition holds."""
    kept = [part for part in parts if part is not EVERYTHING]
    if not kept:
        return EVERYTHING
    return Fragment(" AND ".join(part.sql for part in kept), tuple(value for part in kept for value in part.values))


def compile_filters(properties: object) -> Fragment:
    """`properties` of a query or a series: a list of filters, or a group `{type: AND|OR, values: [...]}`."""
    if isinstance(properties, list):
        return all_of(*(compile_filters(item) for item in properties if isinstance(item, dict)))
    if not isinstance(properties, dict):
        return EVERYTHING
    if properties.get("type") in ("AND", "OR"):
        parts = [compile_filters(item) for item in listed(properties, "values") if isinstance(item, dict)]
        parts = [part for part in parts if part is not EVERYTHING]
        if not parts:
            return EVERYTHING
        joined = f" {properties['type']} ".join(f"({part.sql})" for part in parts)
        return Fragment(f"({joined})", tuple(value for part in parts for value in part.values))
    return compile_filter(properties)


def compile_filter(item: Json) -> Fragment:
    """One filter `{key, operator, value, type}`. Raises `QueryProblem` for an operator nobody knows."""
    key = text(item, "key")
    if key is None:
        return EVERYTHING
    operator = text(item, "operator") or "exact"
    value = item.get("value")
    left = property_of(key, text(item, "type") or "event")
    if operator == "is_set":
        return Fragment(f"{left.sql} IS NOT NULL", left.values)
    if operator == "is_not_set":
        return Fragment(f"{left.sql} IS NULL", left.values)
    wanted = [item for item in (value if isinstance(value, list) else [value]) if item is not None]
    if not wanted:
        return EVERYTHING
    if operator in ("exact", "is_not"):
        words = [word for item in wanted for word in spellings(item)]
        marks = ", ".join("?" * len(words))
        found = f"ifnull(CAST({left.sql} AS TEXT), '') IN ({marks})"
        return Fragment(found if operator == "exact" else f"NOT {found}", (*left.values, *words))
    if operator in ("icontains", "not_icontains"):
        found = " OR ".join(f"instr(lower(ifnull({left.sql}, '')), ?) > 0" for _ in wanted)
        values = tuple(part for item in wanted for part in (*left.values, spellings(item)[0].lower()))
        return Fragment(f"({found})" if operator == "icontains" else f"NOT ({found})", values)
    if operator in ("regex", "not_regex"):
        pattern = spellings(wanted[0])[0]
        try:
            check_pattern(pattern)
        except (ValueError, re.error) as error:
            raise QueryProblem(f"Invalid regular expression: {pattern[:60]}") from error
        found = f"matches(ifnull({left.sql}, ''), ?)"
        return Fragment(found if operator == "regex" else f"NOT {found}", (*left.values, pattern))
    if operator in COMPARISONS:
        return Fragment(f"CAST({left.sql} AS REAL) {COMPARISONS[operator]} ?", (*left.values, number_of(wanted[0])))
    if operator in DATES:
        return Fragment(f"{left.sql} {DATES[operator]} ?", (*left.values, spellings(wanted[0])[0]))
    raise QueryProblem(f"PropertyOperator {operator[:40]} not implemented")


def spellings(value: object) -> list[str]:
    """How a wanted value may read once SQLite has made a text of the stored one (true becomes 1, 5.0 stays)."""
    if isinstance(value, bool) or value in ("true", "false"):
        return ["true", "1"] if value in (True, "true") else ["false", "0"]
    if isinstance(value, (str, int, float)):
        word = str(value).removesuffix(".0")
        return [word, f"{word}.0"] if word.lstrip("-").isdigit() else [word]
    return [json.dumps(value, ensure_ascii=False, separators=(",", ":"))]


def number_of(value: object) -> float:
    """A wanted number, sent as a number or as text. Raises `QueryProblem` when it is neither."""
    if isinstance(value, (int, float, str)):
        try:
            return float(value)
        except (ValueError, OverflowError):
            pass
    raise QueryProblem(f"Cannot compare with {str(value)[:40]}: not a number")


def matches(value: object, pattern: str) -> bool:
    """The SQL function behind `regex` and `match`: whether the pattern is found anywhere in the value."""
    return re.search(check_pattern(pattern), str(value)) is not None


def check_pattern(pattern: str) -> str:
    """The pattern, if Python can look for it in reasonable time.

    ClickHouse needs time in proportion to the text for any pattern, Python may need far more: a group that
    repeats and more than three open repetitions raise `ValueError`, nonsense raises `re.error`.
    """
    re.compile(pattern)
    if len(REPEATED.findall(pattern)) > 3 or REPEATED_GROUP.search(pattern):
        raise ValueError(pattern)
    return pattern
