"""What the query engine takes and gives: results, failures, stored variables, and careful readers of JSON.

Queries come from outside and may hold anything, so every part of one is read through the functions
at the end of this module: a part of the wrong type counts as left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
"""A JSON object."""

OTHER = "$$_posthog_breakdown_other_$$"
"""PostHog's breakdown value for everything beyond the limit."""
NONE = "$$_posthog_breakdown_null_$$"
"""PostHog's breakdown value for events that lack the property."""


class InvalidQuery(ValueError):
    """The query is not one that can be saved, or a variable it needs cannot be filled in."""


class QueryProblem(Exception):
    """The query cannot be computed; `run` turns this into a `QueryFailure`."""

    def __init__(self, message: str, code: str = "invalid_input") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True, slots=True)
class QueryFailure:
    """Why a query has no result, as PostHog puts it in `query_status`."""

    message: str
    code: str


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A computed query, in the parts an insight shows. `result` is null when `error` is set."""

    result: Any = None
    columns: list[str] | None = None
    types: list[list[str]] | None = None
    has_more: bool | None = None
    hogql: str | None = None
    resolved_date_range: dict[str, str] | None = None
    error: QueryFailure | None = None
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class StoredVariable:
    """An insight variable as the database holds it; `default_value` is parsed JSON of any type."""

    id: str
    code_name: str | None
    type: str
    default_value: Any = None
    is_multi: bool = False


def section(source: Mapping[str, Any], key: str) -> Json:
    """The object at `key`, or an empty one."""
    value = source.get(key)
    return value if isinstance(value, dict) else {}


def listed(source: Mapping[str, Any], key: str) -> list[Any]:
    """The list at `key`, or an empty one."""
    value = source.get(key)
    return value if isinstance(value, list) else []


def text(source: Mapping[str, Any], key: str) -> str | None:
    """The text at `key`; an empty one counts as left out."""
    value = source.get(key)
    return value if isinstance(value, str) and value else None


def whole(source: Mapping[str, Any], key: str, default: int, *, low: int = 1, high: int = 1_000_000) -> int:
    """The whole number at `key`, kept between `low` and `high`, or `default`."""
    value = source.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        return default
    return int(min(max(value, low), high))


def flag(source: Mapping[str, Any], key: str) -> bool:
    """Whether `key` is true."""
    return source.get(key) is True
