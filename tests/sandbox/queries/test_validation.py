"""What may be saved, and what a strange query leads to."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.queries.shelf import NOW, node, shelf
from tui.sandbox.queries import InvalidQuery, resolve_variables, run, validate
from tui.sandbox.world import nodes

TRENDS: dict[str, Any] = {"kind": "TrendsQuery", "series": [node("visit")]}
SQL: dict[str, Any] = {"kind": "HogQLQuery", "query": "SELECT 1"}


def test_bare_queries_are_wrapped() -> None:
    assert validate(TRENDS) == {"kind": "InsightVizNode", "source": TRENDS}
    assert validate(SQL) == {"kind": "DataVisualizationNode", "source": SQL}


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "InsightVizNode", "source": TRENDS, "showTable": True},
        {"kind": "DataVisualizationNode", "source": SQL, "display": "ActionsBar"},
        {"kind": "DataTableNode", "source": {"kind": "EventsQuery", "select": ["event"]}},
        {"kind": "InsightVizNode", "source": {"kind": "PathsV2Query"}},
        {"kind": "HogQuery", "code": "return 1"},
    ],
)
def test_whole_queries_stay_as_they_are(query: dict[str, Any]) -> None:
    before = copy.deepcopy(query)
    assert validate(query) == before


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ([], "must be an object"),
        ({}, "has no kind"),
        ({"kind": "Magic"}, "'Magic' is not one of"),
        ({"kind": "InsightVizNode"}, "InsightVizNode.source: Field required"),
        ({"kind": "InsightVizNode", "source": SQL}, "'HogQLQuery' is not a known kind here"),
        ({"kind": "InsightVizNode", "source": {"kind": "Magic"}}, "'Magic' is not a known kind here"),
        ({"kind": "DataVisualizationNode", "source": TRENDS}, "'TrendsQuery' is not a known kind here"),
        ({"kind": "HogQLQuery"}, "HogQLQuery.query: Field required"),
        ({"kind": "TrendsQuery"}, "TrendsQuery.series: Field required"),
        ({"kind": "TrendsQuery", "series": [{"kind": "Magic"}]}, "TrendsQuery.series.0"),
        (TRENDS | {"interval": "decade"}, "TrendsQuery.interval"),
        (TRENDS | {"dateRange": "-7d"}, "TrendsQuery.dateRange: Input should be an object"),
        (SQL | {"variables": {"1": {"code_name": "x"}}}, "HogQLQuery.variables.1.variableId: Field required"),
    ],
)
def test_what_is_refused(query: object, part: str) -> None:
    with pytest.raises(InvalidQuery) as problem:
        validate(query)
    assert part in str(problem.value)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"kind": "InsightVizNode", "source": {"kind": "JourneysQuery"}}, "Unsupported query kind: JourneysQuery"),
        ({"kind": "HogQuery", "code": "return 1"}, "Unsupported query kind: HogQuery"),
        ({}, "Unsupported query kind: none"),
        (TRENDS | {"series": [node("visit", math="hogql")]}, "Unsupported math: hogql"),
        (TRENDS | {"series": [node("visit", math="sum")]}, "Property is required for sum math."),
        (TRENDS | {"series": []}, "The query has no series."),
        (TRENDS | {"series": [{"kind": "DataWarehouseNode"}]}, "Unsupported series kind: DataWarehouseNode"),
        (TRENDS | {"dateRange": {"date_from": "soon"}}, "Invalid date: soon"),
    ],
)
def test_what_cannot_be_computed(query: dict[str, Any], message: str) -> None:
    error = run(shelf(), query, now=NOW).error
    assert error is not None
    assert error.message == message


SEEDS = [
    nodes.trends("visit", nodes.event("pay", "sum", "price"), compare=True, breakdown=nodes.by("country"),
                 formula="A/B", properties=[nodes.where("country", "exact", ["DE"])]),
    nodes.funnel("visit", "pay", breakdown=nodes.by("country")),
    nodes.funnel("visit", "pay", funnelVizType="time_to_convert"),
    nodes.funnel("visit", "pay", funnelVizType="trends"),
    nodes.retention("visit", "pay", "Week", 4),
    nodes.paths(startPoint="/"),
    nodes.stickiness("visit", compare=True),
    nodes.lifecycle("visit", "-14d", "day"),
    nodes.sql("SELECT event, count() FROM events WHERE {filters} GROUP BY event"),
    nodes.table({"kind": "EventsQuery", "select": ["event"], "limit": 3, "orderBy": ["timestamp"]}),
]  # fmt: skip
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["-7d", "day", "hour", "AND", "$pageview", "\x00", "\ud800", "9" * 400]),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=5)), max_size=3),
    st.dictionaries(st.sampled_from(["kind", "type", "key", "value", "values"]), st.text(max_size=5), max_size=3),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every part of a JSON value below the top."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, part in inner for found in [(*path, key), *places(part, (*path, key))]]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_query_raises(data: st.DataObject) -> None:
    query = copy.deepcopy(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 3))):
        ways = places(query)
        if not ways:
            break
        *way, last = data.draw(st.sampled_from(ways))
        part = query
        for key in way:
            part = part[key]
        part[last] = data.draw(JUNK)
    events = shelf(("visit", 1, "17", {"country": "DE"}), ("pay", 1, "18", {"price": 3}), ("$pageview", 2, "18"))
    override = data.draw(st.dictionaries(st.sampled_from(["date_from", "date_to", "properties"]), JUNK, max_size=2))
    variables: dict[str, object] = {}
    with suppress(InvalidQuery):
        variables = resolve_variables(query, [], None)
        validate(query)
    result = run(events, query, now=NOW, variables=variables, filters_override=override)
    assert (result.error is None) == (result.result is not None)
    json.dumps(result.result)
    events.close()
