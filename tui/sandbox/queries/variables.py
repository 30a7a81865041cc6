"""Variables of SQL insights: which values a query gets, by PostHog's rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from tui.sandbox.queries.hogql_tokens import references
from tui.sandbox.queries.model import InvalidQuery, Json, StoredVariable, section, text


def sql_source(query: Mapping[str, Any]) -> Json | None:
    """The HogQLQuery inside a node, or nothing."""
    if query.get("kind") == "HogQLQuery":
        return dict(query)
    source = section(query, "source")
    return source if source.get("kind") == "HogQLQuery" else None


def resolve_variables(
    query: Mapping[str, Any], stored: Sequence[StoredVariable], override: Mapping[str, Any] | None
) -> dict[str, object]:
    """The value of every variable that a query's SQL refers to, by code name.

    The query lists its variables as `{id: {code_name, variableId, value?, isNull?}}`. A value counts in
    this order: null when `isNull`, the entry's own value, the variable's default. An override has the same
    form, entries in it match by code name and replace value and `isNull`; entries without one are dropped.

    Raises `InvalidQuery` when the SQL refers to a variable that is not listed ("... is missing from
    query"), or that is listed but no longer exists ("... does not exist").
    """
    source = sql_source(query)
    if source is None:
        return {}
    entries: dict[str, Json] = {}
    for entry in section(source, "variables").values():
        if isinstance(entry, dict) and (code_name := text(entry, "code_name")):
            entries[code_name] = entry
    for entry in (override or {}).values():
        code_name = text(entry, "code_name") if isinstance(entry, dict) else None
        if code_name in entries:
            kept = {key: value for key, value in entries[code_name].items() if key not in ("value", "isNull")}
            entries[code_name] = kept | {key: entry[key] for key in ("value", "isNull") if key in entry}
    by_id = {variable.id: variable for variable in stored}
    by_name = {variable.code_name: variable for variable in stored if variable.code_name}
    values: dict[str, object] = {}
    for name in references(text(source, "query") or ""):
        if name not in entries:
            raise InvalidQuery(f"Variable {name} is missing from query{hint(name, by_name)}")
        entry = entries[name]
        variable = by_id.get(text(entry, "variableId") or "") or by_name.get(name)
        if variable is None:
            raise InvalidQuery(f"Variable {name} does not exist")
        if entry.get("isNull") is True:
            values[name] = None
        elif entry.get("value") is not None:
            values[name] = entry["value"]
        else:
            values[name] = variable.default_value
    return values


def hint(name: str, known: Mapping[str, StoredVariable]) -> str:
    """Variables with a similar code name, as a question, or nothing."""
    close = get_close_matches(name, sorted(known), 3)
    return f". Did you mean {', '.join(close)}?" if close and close != [name] else ""
