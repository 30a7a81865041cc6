"""The sandbox's query engine: PostHog's insight queries, computed from the events in SQLite."""

from __future__ import annotations

from tui.sandbox.queries.model import InvalidQuery, QueryFailure, QueryResult, StoredVariable
from tui.sandbox.queries.runner import run
from tui.sandbox.queries.validation import validate
from tui.sandbox.queries.variables import resolve_variables

__all__ = [
    "InvalidQuery",
    "QueryFailure",
    "QueryResult",
    "StoredVariable",
    "resolve_variables",
    "run",
    "validate",
]
