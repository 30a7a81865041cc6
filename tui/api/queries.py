"""What can be read off a query without running it: its kind in one word, and the variables it uses."""

from __future__ import annotations

import re
from typing import Any, Final

from tui.api.values import to_text

_KINDS: Final = {
    "TrendsQuery": "trends",
    "FunnelsQuery": "funnel",
    "RetentionQuery": "retention",
    "PathsQuery": "paths",
    "StickinessQuery": "stickiness",
    "LifecycleQuery": "lifecycle",
    "HogQLQuery": "sql",
    "HogQuery": "sql",
}
_WRAPPERS: Final = {"InsightVizNode": "trends", "DataVisualizationNode": "sql", "DataTableNode": "table"}
_OLD_KINDS: Final = {"FUNNELS": "funnel"}
_EXPRESSION: Final = re.compile(r"\{[^{}]*\}")
_VARIABLE: Final = re.compile(r"\bvariables\.(\w+)")


def kind_of(query: object, filters: object = None) -> str:
    """The display word for a query: trends, funnel, ..., sql, table, json, or the server's own kind.

    `filters` are those of insights from before queries existed.
    """
    if isinstance(query, dict) and isinstance(query.get("kind"), str):
        kind, source = query["kind"], query.get("source")
        inner = source.get("kind") if isinstance(source, dict) else None
        if kind in _WRAPPERS and isinstance(inner, str):
            if kind == "DataTableNode" and inner != "HogQLQuery":
                return "table"
            kind = inner
        word = _KINDS.get(kind) or _WRAPPERS.get(kind)
        return word or to_text(re.sub("(Query|Node)$", "", kind).lower() or kind)
    if isinstance(filters, dict) and isinstance(filters.get("insight"), str):
        old = filters["insight"]
        return _OLD_KINDS.get(old, to_text(old.lower()))
    return "json"


def variables_of(query: object) -> tuple[str, ...]:
    """Code names a query uses: written `{variables.x}` in its SQL, or listed at `source.variables`."""
    if not isinstance(query, dict):
        return ()
    inner = query.get("source")
    source: dict[str, Any] = inner if isinstance(inner, dict) else query
    names: dict[str, None] = {}
    sql = source.get("query")
    if isinstance(sql, str) and "variables." in sql:
        for expression in _EXPRESSION.findall(sql):
            names.update(dict.fromkeys(to_text(name) for name in _VARIABLE.findall(expression)))
    listed = source.get("variables")
    if isinstance(listed, dict):
        for entry in listed.values():
            name = to_text(entry.get("code_name")) if isinstance(entry, dict) else ""
            if name:
                names[name] = None
    return tuple(names)
