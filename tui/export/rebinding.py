"""A definition fitted to the variables of another project.

PostHog lists the variables of an SQL insight at `source.variables`, by ids that exist in one project only. Code names
are what two projects share, so each entry is listed anew under the id its code name has there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tui.export.definitions import NAME_LIMIT, Definition, source_with_variables
from tui.export.values import json_text
from tui.store.facts import Variable
from tui.text import clean

NAMELESS: Final = "a variable without a code name"


@dataclass(frozen=True, slots=True)
class Rebound:
    """A query that names the variables of one project."""

    query_json: str = field(repr=False)
    """The query as JSON, to be sent: all but its variables is exactly that of the definition."""
    bound: tuple[tuple[str, str], ...] = ()
    """Code name and id of the variables found."""
    missing: tuple[str, ...] = ()
    """Code names of variables the project does not have; they are not listed in the query, which fails until they
    are made and the definition is fitted again."""


def rebind(definition: Definition, variables: Sequence[Variable]) -> Rebound:
    """Fit a definition to a project with these variables.

    A value that an entry sets stays with it. Of two variables with one code name, which two creations at once can
    make, the one whose id the definition has is taken, else the first.
    """
    query: dict[str, Any] = json.loads(definition.query_json)
    source = source_with_variables(query)
    listed = source.get("variables")
    if not isinstance(listed, dict):
        return Rebound(definition.query_json, missing=_absent(definition, variables))
    entries: dict[str, dict[str, Any]] = {}
    bound: list[tuple[str, str]] = []
    nameless = False
    for key, entry in listed.items():
        values = entry if isinstance(entry, dict) else {}
        variable = _find(key, values, variables)
        if variable is None:
            name = values.get("code_name")
            nameless = nameless or not isinstance(name, str) or not name
        elif variable.id not in entries:
            entries[variable.id] = {**values, "code_name": variable.code_name, "variableId": variable.id}
            bound.append((variable.code_name, variable.id))
    written = {**source, "variables": entries}
    query = written if source is query else {**query, "source": written}
    missing = (*_absent(definition, variables), *([NAMELESS] if nameless else []))
    return Rebound(json_text(query, indent=None), tuple(bound), missing)


def _absent(definition: Definition, variables: Sequence[Variable]) -> tuple[str, ...]:
    known = {variable.code_name for variable in variables}
    return tuple(name for name in definition.variables if name not in known)


def _find(key: str, entry: Mapping[str, Any], variables: Sequence[Variable]) -> Variable | None:
    """The variable an entry means: by its code name; by its id where it has none, as very old ones do."""
    name = entry.get("code_name")
    if isinstance(name, str) and name:
        name = clean(name, limit=NAME_LIMIT)
        found = [variable for variable in variables if variable.code_name == name]
        return next((variable for variable in found if variable.id == key), found[0] if found else None)
    return next((variable for variable in variables if variable.id == key), None)


def by_code_name(query: Mapping[str, Any]) -> dict[str, Any]:
    """A query with its variables listed by code name, without ids: what two projects can be compared by."""
    source = source_with_variables(query)
    listed = source.get("variables")
    if not isinstance(listed, dict):
        return dict(query)
    entries: dict[str, Any] = {}
    for id_, entry in listed.items():
        name = entry.get("code_name") if isinstance(entry, dict) else None
        if isinstance(name, str) and name and name not in entries:
            entries[name] = {key: value for key, value in entry.items() if key not in ("code_name", "variableId")}
        else:
            entries[id_] = entry
    written = {**source, "variables": entries}
    return written if source is query else {**query, "source": written}
