"""Definitions in another project: their variables found anew, and what taking them would change."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.results import texts
from tests.export.test_definitions import QUERY, a_file, an_insight, json_values, write
from tui.export.definitions import read_definition
from tui.export.differences import MOST_CHANGES, MOST_LINES, Change, difference, difference_lines
from tui.export.rebinding import NAMELESS, rebind
from tui.lines import Line, width
from tui.store.facts import Variable
from tui.text import clean


def variable(id_: str, code_name: str) -> Variable:
    """A variable of the other project."""
    return Variable(id_, code_name, code_name, "String", None, (), False, "", None, None)


COUNTRY, PLAN = variable("new-1", "country"), variable("new-2", "plan")


def test_variables_are_listed_under_the_ids_of_the_other_project() -> None:
    bound = rebind(read_definition(a_file()), [PLAN, COUNTRY])
    wanted = deepcopy(QUERY)
    wanted["source"]["variables"] = {"new-1": {"code_name": "country", "variableId": "new-1", "value": "DE"}}
    assert json.loads(bound.query_json) == wanted
    assert bound.bound == (("country", "new-1"),)
    assert bound.missing == ()


def test_variables_that_are_missing_are_named_and_not_listed() -> None:
    bound = rebind(read_definition(a_file()), [variable("x", "Country")])
    assert bound.missing == ("country", "plan")
    assert json.loads(bound.query_json)["source"]["variables"] == {}


def test_of_two_with_one_code_name_the_same_one_is_kept() -> None:
    same = variable("id-1", "country")
    assert rebind(read_definition(a_file()), [COUNTRY, same, PLAN]).bound == (("country", "id-1"),)


def test_an_entry_without_a_code_name_is_found_by_its_id() -> None:
    old = {"kind": "HogQLQuery", "query": "SELECT 1", "variables": {"new-1": {"value": 3}, "gone": {"value": 4}}}
    bound = rebind(read_definition(a_file(query=old)), [COUNTRY])
    assert json.loads(bound.query_json)["variables"] == {
        "new-1": {"value": 3, "code_name": "country", "variableId": "new-1"}
    }
    assert bound.missing == (NAMELESS,)


def test_a_query_without_variables_stays_as_it_is() -> None:
    plain = {"kind": "InsightVizNode", "source": {"kind": "TrendsQuery", "note": "\t"}}
    bound = rebind(read_definition(a_file(query=plain)), [COUNTRY])
    assert json.loads(bound.query_json) == plain
    assert (bound.bound, bound.missing) == ((), ())


def test_where_nothing_is_all_is_created() -> None:
    changes = difference(read_definition(a_file(tags=["a", "b"])), None)
    assert [(change.field, change.what) for change in changes] == [
        ("name", "create"),
        ("tags", "create"),
        ("favorited", "create"),
        ("query", "create"),
    ]
    assert changes[1].after == "a, b"


def test_the_same_is_the_same_under_other_ids() -> None:
    there = json.loads(rebind(read_definition(write(an_insight())), [COUNTRY, PLAN]).query_json)
    changes = difference(read_definition(write(an_insight())), an_insight(there))
    assert {change.what for change in changes} == {"same"}
    assert texts(difference_lines(changes, 80)) == ["same    name, derived_name, description, tags, favorited, query"]


def test_a_row_knows_no_query() -> None:
    found = an_insight(name="Other")
    changes = {change.field: change for change in difference(read_definition(a_file()), found.row)}
    assert changes["query"].what == "unread"
    assert changes["name"] == Change("name", "change", "Other", "Orders")
    assert changes["tags"].what == "same"


def test_each_place_of_a_query_that_differs_is_named() -> None:
    there = {"kind": "x", "source": {"a": 1, "b": [1, {"c": "-7d"}], "gone": None, "e": True}}
    file = {"kind": "x", "source": {"a": 1, "b": [1, {"c": "-30d"}], "new": [], "e": 1}}
    changes = difference(read_definition(a_file(query=file)), an_insight(there))
    assert [change for change in changes if change.field.startswith("query")] == [
        Change("query.source.b.1.c", "change", '"-7d"', '"-30d"'),
        Change("query.source.new", "create", "", "[]"),
        Change("query.source.e", "change", "true", "1"),
        Change("query.source.gone", "change", "null", ""),
    ]


def test_a_value_of_a_variable_is_compared_by_code_name() -> None:
    there = deepcopy(QUERY)
    there["source"]["variables"] = {"other": {"code_name": "country", "variableId": "other", "value": "FR"}}
    changes = difference(read_definition(a_file()), an_insight(there))
    assert [change for change in changes if change.field.startswith("query")] == [
        Change("query.source.variables.country.value", "change", '"FR"', '"DE"')
    ]


def test_what_was_cut_when_read_is_not_called_the_same() -> None:
    long = {"kind": "HogQLQuery", "query": "x" * 30_000}
    definition = read_definition(a_file(query=long))
    changes = difference(definition, replace(an_insight(), query=definition.query))
    assert changes[-1].field == "query.query"
    assert changes[-1].what == "unread"


def test_lines_show_what_goes_and_what_comes() -> None:
    before = "\n".join(f"line {place}" for place in range(20))
    changes = [
        Change("name", "change", "Orders", "Paid orders"),
        Change("tags", "change", "a", ""),
        Change("favorited", "create", "", "true"),
        Change("query", "unread", "", "{}"),
        Change("query.source.query", "change", before, before.replace("line 9", "LINE 9")),
        Change("description", "same"),
    ]
    assert texts(difference_lines(changes, 60)) == [
        "change  name  Orders → Paid orders",
        "change  tags  a → nothing",
        "create  favorited  true",
        "unread  query  not read → {}",
        "change  query.source.query",
        "  … ",
        "    line 7",
        "    line 8",
        "  - line 9",
        "  + LINE 9",
        "    line 10",
        "    line 11",
        "  … ",
        "same    description",
    ]


def test_what_is_too_long_for_one_line_goes_on_below() -> None:
    assert texts(difference_lines([Change("name", "change", "Orders of today", "Paid orders")], 20)) == [
        "change  name",
        "  - Orders of today",
        "  + Paid orders",
    ]


def test_what_is_too_much_to_read_is_counted() -> None:
    long = "\n".join("line" for _ in range(MOST_LINES + 5))
    lines = texts(difference_lines([Change("query", "create", "", long)], 60))
    assert lines[-1] == "  … 5 more lines"
    assert len(lines) == MOST_LINES + 2
    many = [Change(f"query.{place}", "change", "1", "2") for place in range(MOST_CHANGES + 3)]
    assert texts(difference_lines(many, 60))[-1] == "3 more changes"


def check(lines: list[Line], cells: int) -> None:
    """No line is wider than its place, and all are inert."""
    assert all(width(line) <= cells for line in lines)
    for line in lines:
        for span in line:
            shown = span.text.replace("\u200d", "")
            assert clean(shown) == shown


@given(before=json_values, after=json_values, name=st.text(), cells=st.integers(1, 120))
@settings(max_examples=150, deadline=None)
def test_any_difference_fits(before: Any, after: Any, name: str, cells: int) -> None:
    there = read_definition(a_file(query={"kind": "x", "source": before}))
    definition = read_definition(a_file(name=name, query={"kind": "x", "source": after}))
    for existing in (None, an_insight(there.query), an_insight(there.query).row):
        check(difference_lines(difference(definition, existing), cells), cells)
    if json.dumps(before) == json.dumps(after):
        assert all(change.what == "same" for change in difference(there, an_insight(there.query))[5:])


@pytest.mark.parametrize("cells", [0, -1])
def test_without_room_there_are_no_lines(cells: int) -> None:
    assert difference_lines([Change("name", "same")], cells) == []
