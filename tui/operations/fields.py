"""The fields of an insight that can be changed: read, compared, sent and put into words.

A field has two forms. The shown one is clean and is what people see, compare and overwrite; the exact one is as the
server sent it and serves for taking a change back, so that an undo restores what was there and not what was shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tui.api.client import Client
from tui.api.errors import Kind, Problem, Sent
from tui.api.insights import InsightFields
from tui.api.models import Insight, Verbatim
from tui.api.paths import query_of, segment
from tui.api.queries import kind_of
from tui.api.values import PROSE_LIMIT, clean_json, to_text
from tui.operations.mapping import row_from
from tui.store.edits import FIELDS
from tui.store.facts import InsightRow
from tui.text import clean

Values = Mapping[str, Any]
"""Fields by name, in the forms of `edits.FIELDS`."""

NODES = {"HogQLQuery": "DataVisualizationNode", "HogQuery": ""}
"""The node PostHog puts a bare query of this kind into, where that is not an InsightVizNode."""
WORDS = {"favorited": "favourite"}
"""Fields that people call otherwise."""
SHOWN_LENGTH = 200
"""Characters of a description or of a list of tags that the journal's before and after show."""


@dataclass(frozen=True, slots=True)
class Known:
    """An insight as it was read just now."""

    insight: Insight
    shown: Values
    exact: Values

    @property
    def row(self) -> InsightRow:
        """As lists show it."""
        return row_from(self.insight)


async def read_known(client: Client, insight_id: int, *, basic: bool = True) -> Known:
    """Read an insight: its metadata, or with its cached result. Raises `ApiError`."""
    query = query_of({"basic": True} if basic else {"refresh": "force_cache"})
    answer = await client.in_project("GET", f"insights/{segment(insight_id)}/", query=query, family="insights")
    insight = client.read(answer, Insight)
    shown = shown_fields(insight)
    return Known(insight, shown, exact_fields(client.json(answer), shown))


def gone(problem: Problem) -> bool:
    """Whether PostHog itself said that there is no such insight; a proxy answers 404 too."""
    foreign = problem.code != "not_found" or problem.detail.lower().startswith("project")
    return problem.kind is Kind.MISSING and not foreign


def shown_fields(insight: Insight) -> Values:
    """The fields of an insight, clean."""
    return {
        "name": insight.name,
        "description": insight.description,
        "tags": insight.tags,
        "favorited": insight.favorited,
        "query": json.dumps(insight.verbatim_query.for_sending()),
        "dashboards": insight.dashboards,
    }


def exact_fields(data: Any, shown: Values) -> Values:
    """The fields as the server sent them, a name that is null included; what is of another form is taken as shown."""
    exact = dict(shown)
    for name in ("name", "description"):
        if name in data and isinstance(data[name], str | None):
            exact[name] = data[name]
    tags = data.get("tags")
    if isinstance(tags, list) and all(isinstance(tag, str) for tag in tags):
        exact["tags"] = tuple(tags)
    return exact


def same(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field are the same to PostHog, whatever form it keeps them in.

    It strips names, writes tags in lower case and in an order of its own, and puts a bare query into its node.
    """
    return bool(_form(name, one) == _form(name, other))


def _form(name: str, value: Any) -> Any:
    match name:
        case "name" | "description":
            return to_text(value, lines=True, limit=PROSE_LIMIT).strip()
        case "tags":
            return {to_text(tag).strip().lower() for tag in value}
        case "dashboards":
            return set(value)
        case "query":
            return _query_form(json.loads(value))
        case _:
            return value


def _query_form(query: Any) -> Any:
    """A query without what PostHog changes when it keeps one: its node, and the keys of its variables."""
    query = clean_json(query)
    if not isinstance(query, dict):
        return query
    kind = str(query.get("kind", ""))
    if kind.endswith("Query") and "source" not in query:
        node = NODES.get(kind, "InsightVizNode")
        query = {"kind": node, "source": query} if node else query
    source = query.get("source")
    if isinstance(source, dict) and isinstance(source.get("variables"), dict):
        entries = [entry for entry in source["variables"].values() if isinstance(entry, dict)]
        variables = {str(entry.get("code_name")): (entry.get("value"), entry.get("isNull")) for entry in entries}
        query = {**query, "source": {**source, "variables": variables}}
    return query


def unfit(changes: Values, at: float) -> Problem | None:
    """Why these values cannot be sent at all: a query that is no JSON."""
    try:
        json.loads(changes.get("query", "null"))
    except (ValueError, RecursionError) as error:
        words = clean(str(error), limit=SHOWN_LENGTH)
        what = f"The query is no JSON: {words}."
        return Problem(Kind.REJECTED, what, "Nothing was sent.", "", Sent.NO, attr="query", detail=words, at=at)
    return None


def to_send(changes: Values) -> InsightFields:
    """The fields as the API wants them."""
    fields: InsightFields = {}
    for name, value in changes.items():
        match name:
            case "name":
                fields["name"] = value
            case "description":
                fields["description"] = value
            case "tags":
                fields["tags"] = list(value)
            case "favorited":
                fields["favorited"] = value
            case "query":
                fields["query"] = Verbatim(json.loads(value))
            case "dashboards":
                fields["dashboards"] = list(value)
    return fields


def in_order(values: Values, names: Iterable[str]) -> tuple[tuple[str, Any], ...]:
    """The named fields as a command holds them."""
    wanted = set(names)
    return tuple((name, values[name]) for name in FIELDS if name in wanted)


def told(values: Values) -> str:
    """Fields in one line, for the journal's before and after."""
    return "   ".join(_told(name, value) for name, value in values.items())


def _told(name: str, value: Any) -> str:
    match name:
        case "name":
            return f"name: {clean(value, limit=SHOWN_LENGTH) or 'none'}"
        case "description":
            return f"description: {clean(value, limit=SHOWN_LENGTH) or 'none'}"
        case "tags":
            return f"tags: {clean(', '.join(value), limit=SHOWN_LENGTH) or 'none'}"
        case "favorited":
            return "a favourite" if value else "no favourite"
        case "query":
            return f"query: {kind_of(json.loads(value))}"
        case _:
            return f"dashboards: {', '.join(map(str, value)) or 'none'}"


def changed(values: Values) -> str:
    """What became of an insight, after its title: `renamed to Signups`, `tags are kpi, weekly`."""
    if len(values) > 1:
        return f"changed: {named(values)}"
    (name, value) = next(iter(values.items()))
    match name:
        case "name":
            return f"renamed to {clean(value, limit=SHOWN_LENGTH)}" if value else "has no name any more"
        case "tags":
            return f"tags are {clean(', '.join(value), limit=SHOWN_LENGTH)}" if value else "has no tags any more"
        case "favorited":
            return "a favourite now" if value else "no favourite any more"
        case _:
            return f"{WORDS.get(name, name)} changed"


def named(names: Iterable[str]) -> str:
    """Fields in a sentence."""
    return ", ".join(WORDS.get(name, name) for name in names)
