"""Whether a query may be saved, and the wrapping of bare queries."""

from __future__ import annotations

from typing import Any

from tui.sandbox.queries.dates import INTERVALS
from tui.sandbox.queries.model import InvalidQuery, Json, section, text

IN_VIZ = {
    "TrendsQuery", "FunnelsQuery", "RetentionQuery", "PathsQuery", "PathsV2Query", "StickinessQuery",
    "LifecycleQuery", "WebStatsTableQuery", "WebOverviewQuery",
}  # fmt: skip
"""Kinds that stand inside an InsightVizNode."""
WITH_SERIES = {"TrendsQuery", "FunnelsQuery", "StickinessQuery", "LifecycleQuery"}
INSIDE = {
    "InsightVizNode": IN_VIZ,
    "DataVisualizationNode": {"HogQLQuery"},
    "DataTableNode": {"HogQLQuery", "EventsQuery", "PersonsNode", "ActorsQuery"},
}
"""Which kinds a node may hold."""
NODES = (*INSIDE, "HogQuery")
SERIES = {"EventsNode", "ActionsNode", "DataWarehouseNode"}
OBJECTS = (
    "dateRange", "trendsFilter", "funnelsFilter", "retentionFilter", "pathsFilter", "stickinessFilter",
    "lifecycleFilter", "breakdownFilter", "compareFilter", "variables", "filters",
)  # fmt: skip


def validate(query: object) -> Json:
    """The query as it is saved: a bare TrendsQuery and its like go into an InsightVizNode, bare SQL into a
    DataVisualizationNode.

    Raises `InvalidQuery` with a message that says where the query is wrong.
    """
    if not isinstance(query, dict):
        raise InvalidQuery("Query must be an object.")
    kind = query.get("kind")
    if not isinstance(kind, str):
        raise InvalidQuery("Query has no kind.")
    if kind in IN_VIZ:
        query = {"kind": "InsightVizNode", "source": query}
    elif kind == "HogQLQuery":
        query = {"kind": "DataVisualizationNode", "source": query}
    elif kind not in NODES:
        raise InvalidQuery(f"Query kind '{kind[:60]}' is not one of: {', '.join(NODES)}.")
    if query["kind"] == "HogQuery":
        check_text(query, "code", "HogQuery")
        return query
    source = query.get("source")
    if not isinstance(source, dict):
        raise InvalidQuery(f"{query['kind']}.source: Field required")
    inner = source.get("kind")
    if not isinstance(inner, str) or inner not in INSIDE[str(query["kind"])]:
        raise InvalidQuery(f"{query['kind']}.source.kind: '{str(inner)[:60]}' is not a known kind here")
    check_source(source, inner)
    return query


def check_source(source: Json, kind: str) -> None:
    """Check the parts every server checks: required ones and those of a wrong type."""
    if kind == "HogQLQuery":
        check_text(source, "query", kind)
    for key in OBJECTS:
        if source.get(key) is not None and not isinstance(source[key], dict):
            raise InvalidQuery(f"{kind}.{key}: Input should be an object")
    if kind in WITH_SERIES:
        series = source.get("series")
        if not isinstance(series, list):
            raise InvalidQuery(f"{kind}.series: Field required")
        for place, node in enumerate(series):
            if not isinstance(node, dict) or text(node, "kind") not in SERIES:
                raise InvalidQuery(f"{kind}.series.{place}: Input should be an EventsNode or an ActionsNode")
    interval = source.get("interval")
    if interval is not None and interval not in (*INTERVALS, "second"):
        raise InvalidQuery(f"{kind}.interval: Input should be one of {', '.join(INTERVALS)}")
    for id_, entry in section(source, "variables").items():
        check_variable(id_, entry)


def check_variable(id_: str, entry: Any) -> None:
    """Check one entry of `variables`."""
    for key in ("code_name", "variableId"):
        if not isinstance(entry, dict) or not isinstance(entry.get(key), str):
            raise InvalidQuery(f"HogQLQuery.variables.{id_[:60]}.{key}: Field required")


def check_text(source: Json, key: str, kind: str) -> None:
    """Check that a required text is there."""
    if not isinstance(source.get(key), str):
        raise InvalidQuery(f"{kind}.{key}: Field required")
