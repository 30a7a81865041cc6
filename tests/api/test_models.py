"""Models: clean texts, tolerance of odd rows, no guessing about what is public."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tui.api.accounts import Dashboard, KeyInfo, Me, Project
from tui.api.models import (
    CreatedPassword,
    Insight,
    InsightRow,
    InsightVariable,
    Model,
    QueryStatus,
    SharingConfiguration,
    User,
    read_page,
)
from tui.api.queries import kind_of, variables_of
from tui.text import Secret, clean

EVIL = "\x1b]52;c;x\x07"
TAMED = "�]52;c;x�"
ANA = {"id": 3, "uuid": "u", "first_name": "Ana", "last_name": "", "email": "ana@acme.example"}


def sql(text: str, variables: object = None) -> dict[str, Any]:
    return {
        "kind": "DataVisualizationNode",
        "source": {"kind": "HogQLQuery", "query": text, "variables": variables},
    }


def test_a_row_holds_what_a_list_shows() -> None:
    row = InsightRow.model_validate(
        {
            "id": 7,
            "short_id": "abc12345",
            "name": "Signups",
            "derived_name": None,
            "description": "two\nlines",
            "tags": ["a", None, 5],
            "favorited": True,
            "query": sql("select {variables.country}"),
            "dashboards": [9],
            "dashboard_tiles": [
                {"id": 1, "dashboard_id": 2, "deleted": None},
                {"id": 2, "dashboard_id": 3, "deleted": True},
            ],
            "created_at": "2026-11-18T11:06:40Z",
            "created_by": ANA,
            "last_modified_at": "2026-11-18T12:06:40+01:00",
            "last_modified_by": None,
            "last_viewed_at": "yesterday",
            "something_new": {"x": 1},
        }
    )
    assert (row.id, row.short_id, row.title, row.description) == (7, "abc12345", "Signups", "two\nlines")
    assert (row.tags, row.favorited, row.kind, row.variables) == (("a", "5"), True, "sql", ("country",))
    assert row.dashboards == (2,)
    assert (row.created_at, row.last_modified_at, row.last_viewed_at) == (
        1_795_000_000.0,
        1_795_000_000.0,
        None,
    )
    assert row.created_by is not None
    assert (row.created_by.id, row.created_by.label, row.last_modified_by) == (3, "Ana", None)


def test_a_row_survives_nulls_and_numbers_and_missing_fields() -> None:
    row = InsightRow.model_validate({"id": 7, "short_id": 12345678, "name": None, "tags": None, "query": None})
    assert (row.short_id, row.name, row.tags, row.kind, row.variables) == ("12345678", "", (), "json", ())
    assert row.title == "Untitled, 12345678"
    assert InsightRow.model_validate({"id": 7, "derived_name": "Pageview count"}).title == "Pageview count"
    assert InsightRow.model_validate({"id": 7, "dashboards": [4, "5", None]}).dashboards == (4, 5)


def test_a_row_that_was_written_out_reads_back_the_same() -> None:
    row = InsightRow.model_validate({"id": 7, "query": sql("{variables.a}"), "dashboards": [2], "created_by": ANA})
    assert InsightRow.model_validate(row.model_dump()) == row
    assert InsightRow.model_validate_json(row.model_dump_json()) == row


def test_rows_share_one_object_for_a_person() -> None:
    first, second = (InsightRow.model_validate({"id": n, "created_by": dict(ANA)}) for n in (1, 2))
    assert first.created_by is second.created_by
    assert User.model_validate({"email": "x@y.example"}).label == "x@y.example"
    assert User.model_validate({"first_name": "A", "last_name": "B"}).label == "A B"


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"kind": "InsightVizNode", "source": {"kind": "TrendsQuery"}}, "trends"),
        ({"kind": "InsightVizNode", "source": {"kind": "FunnelsQuery"}}, "funnel"),
        ({"kind": "InsightVizNode", "source": {"kind": "RetentionQuery"}}, "retention"),
        ({"kind": "InsightVizNode", "source": {"kind": "PathsQuery"}}, "paths"),
        ({"kind": "InsightVizNode", "source": {"kind": "StickinessQuery"}}, "stickiness"),
        ({"kind": "InsightVizNode", "source": {"kind": "LifecycleQuery"}}, "lifecycle"),
        ({"kind": "InsightVizNode", "source": {"kind": "CalendarHeatmapQuery"}}, "calendarheatmap"),
        ({"kind": "InsightVizNode", "source": {"kind": EVIL}}, TAMED.lower()),
        ({"kind": "TrendsQuery"}, "trends"),
        ({"kind": "DataVisualizationNode", "source": {"kind": "HogQLQuery"}}, "sql"),
        ({"kind": "HogQLQuery"}, "sql"),
        ({"kind": "DataTableNode", "source": {"kind": "EventsQuery"}}, "table"),
        ({"kind": "DataTableNode", "source": {"kind": "HogQLQuery"}}, "sql"),
        ({"kind": "DataTableNode"}, "table"),
        ({"kind": 5}, "json"),
        ({}, "json"),
        (None, "json"),
    ],
)
def test_kinds(query: object, word: str) -> None:
    assert kind_of(query) == word


def test_an_insight_from_before_queries_has_its_kind_from_its_filters() -> None:
    assert kind_of(None, {"insight": "FUNNELS"}) == "funnel"
    assert kind_of({}, {"insight": "TRENDS"}) == "trends"


def test_variables_are_found_in_sql_and_in_the_list() -> None:
    listed = {
        "u1": {"code_name": "country", "variableId": "u1"},
        "u2": {"code_name": "größe"},
        "u3": {},
        "u4": 5,
    }
    text = "select {variables.plan}, {variables.country}, { upper(variables.a_1) }, 'variables.no', {filters}"
    assert variables_of(sql(text, listed)) == ("plan", "country", "a_1", "größe")
    assert variables_of({"kind": "HogQLQuery", "query": "{variables.x}"}) == ("x",)
    assert variables_of(sql("select 1", [1])) == ()
    assert variables_of({"source": 5}) == ()


def test_an_opened_insight_is_clean_to_the_bottom() -> None:
    insight = Insight.model_validate(
        {
            "id": 7,
            "query": {"kind": "InsightVizNode", EVIL: [EVIL]},
            "result": [{"label": EVIL, "data": [1, 2.5, float("nan"), None], "action": {"name": [EVIL]}}],
            "columns": [EVIL, None, 3],
            "types": [[EVIL, "Nullable(String)"], "UInt64"],
            "hasMore": True,
            "hogql": f"select 1\n{EVIL}",
            "last_refresh": "2026-11-18T11:06:40Z",
            "is_cached": True,
            "resolved_date_range": None,
            "query_status": {"id": "q", "error": True, "error_message": EVIL, "complete": True},
            "user_access_level": "editor",
            "next_allowed_client_refresh": None,
        }
    )
    assert insight.query == {"kind": "InsightVizNode", TAMED: [TAMED]}
    assert insight.result == [{"label": TAMED, "data": [1, 2.5, None, None], "action": {"name": [TAMED]}}]
    assert insight.columns == (TAMED, "3")
    assert insight.types == ((TAMED, "Nullable(String)"), ("", "UInt64"))
    assert insight.hogql == f"select 1\n{TAMED}"
    assert (insight.has_more, insight.is_cached, insight.last_refresh) == (True, True, 1_795_000_000.0)
    assert insight.resolved_date_range == {}
    assert insight.query_status is not None
    assert (insight.query_status.error, insight.query_status.error_message) == (True, TAMED)


def test_the_query_is_also_kept_as_it_came_and_never_shown() -> None:
    query = sql(f"select '{EVIL}'")
    insight = Insight.model_validate({"id": 7, "query": query})
    assert insight.verbatim_query.for_sending() == query
    assert EVIL not in repr(insight)
    assert EVIL not in str(insight.model_dump())
    assert "verbatim_query" not in insight.model_dump()


def test_deep_json_is_cut_and_not_a_crash() -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]
    insight = Insight.model_validate({"id": 7, "result": deep})
    assert json.dumps(insight.result).count("[") == 40


def test_a_variable_keeps_every_field() -> None:
    raw = {
        "id": "u",
        "name": "Country",
        "type": "List",
        "default_value": ["de"],
        "created_by": 3,
        "created_at": "2026-11-18T11:06:40Z",
        "code_name": "country",
        "values": ["de", EVIL],
        "is_multi": True,
        "values_query": "select 1\nfrom x",
        "values_query_connection_id": None,
    }
    variable = InsightVariable.model_validate(raw)
    assert variable.model_dump() == raw | {
        "created_at": 1_795_000_000.0,
        "values": ["de", TAMED],
        "values_query_connection_id": "",
    }
    assert InsightVariable.model_validate({"id": "u", "code_name": None, "values": None}).code_name == ""


def sharing(**fields: object) -> SharingConfiguration:
    return SharingConfiguration.model_validate(
        {"enabled": True, "access_token": "tok", "created_at": "2026-01-01T00:00:00Z"} | fields
    )


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"enabled": False, "created_at": None}, "never"),
        ({"enabled": False}, "off"),
        ({"enabled": False, "password_required": True}, "off"),
        ({}, "open"),
        ({"created_at": None}, "open"),
        ({"created_at": "?"}, "open"),
        ({"share_passwords": [{"id": 1}]}, "open"),
        ({"password_required": True}, "locked"),
        ({"password_required": True, "share_passwords": []}, "locked"),
        ({"password_required": True, "share_passwords": [{"id": 1, "is_active": False}]}, "locked"),
        ({"password_required": True, "share_passwords": [{"id": 1, "is_active": True}]}, "password"),
        ({"password_required": "true", "share_passwords": [{"id": 1}]}, "password"),
        ({"enabled": "False"}, "off"),
    ],
)
def test_the_state_of_a_link(fields: dict[str, object], state: str) -> None:
    assert sharing(**fields).state == state


@pytest.mark.parametrize(
    "fields", [{"enabled": None}, {"enabled": "perhaps"}, {"password_required": "x"}, {"enabled": []}]
)
def test_what_is_public_is_never_guessed(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        sharing(**fields)
    with pytest.raises(ValidationError):
        SharingConfiguration.model_validate({})


def test_a_configuration_as_a_list_and_with_odd_settings() -> None:
    raw = {"enabled": False, "settings": {"theme": EVIL}, "share_passwords": None, "access_token": None}
    configuration = SharingConfiguration.model_validate([raw])
    assert configuration.settings == {"theme": TAMED}
    assert configuration.share_passwords == ()
    assert configuration.access_token == Secret("")
    assert sharing(settings=None).settings == sharing(settings=[1]).settings == {}


def test_tokens_and_passwords_never_show() -> None:
    configuration = sharing(access_token="tok-very-secret", password_required=True)
    created = CreatedPassword.model_validate({"id": 1, "password": "pw-very-secret", "note": EVIL})
    assert configuration.access_token.reveal() == "tok-very-secret"
    assert created.password.reveal() == "pw-very-secret"
    assert created.note == TAMED
    for model in (configuration, created):
        shown = f"{model!r} {model} {model.model_dump_json()}"
        assert "very-secret" not in shown
        assert "••••" in shown


def test_an_error_of_validation_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(ValidationError) as raised:
        CreatedPassword.model_validate({"id": "x", "password": ["pw-very-secret"]})
    assert "very-secret" not in str(raised.value)


def test_key_and_owner() -> None:
    key = KeyInfo.model_validate(
        {
            "label": "k",
            "scopes": ["insight:read", "insight_variable:write"],
            "scoped_teams": [1, 2],
            "user_id": 3,
        }
    )
    assert key.allows("insight:read")
    assert key.allows("insight_variable:read")
    assert not key.allows("insight:write")
    assert not key.allows("sharing_configuration:read")
    assert KeyInfo.model_validate({"scopes": ["*"], "scoped_teams": None}).allows("anything:write")
    assert key.scoped_teams == (1, 2)
    me = Me.model_validate({"id": 3, "email": "a@b.example", "team": {"id": 1, "name": EVIL}, "organizations": [5]})
    assert me.team == Project(id=1, name=TAMED)
    assert me.organizations == ()


def test_a_page_leaves_out_rows_that_are_none_and_says_so() -> None:
    page = read_page({"count": "3", "next": 5, "results": [{"id": 1}, {"id": "x"}, None]}, InsightRow)
    assert [row.id for row in page] == [1]
    assert (page.count, page.next, page.unreadable, len(page)) == (3, "", 2, 1)
    assert read_page([{"id": 1}], InsightRow).count == 1
    for data in ({}, {"results": None}, "x", None, {"results": [None]}):
        with pytest.raises(ValueError, match=r"results|rows"):
            read_page(data, InsightRow)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([EVIL, "2026-13-45", "9999-12-31T23:59:59+00:00", "true", "", 10**400, -1e308])
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))
MODELS: list[type[Model]] = [
    InsightRow,
    Insight,
    InsightVariable,
    SharingConfiguration,
    CreatedPassword,
    QueryStatus,
    KeyInfo,
    Me,
    Project,
    Dashboard,
    User,
]


def texts_of(value: object) -> list[str]:
    """Every text in a value, keys included."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for item in pair for text in texts_of(item)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in texts_of(item)]
    return []


@pytest.mark.parametrize("model", MODELS)
@given(data=st.data())
def test_any_json_is_read_or_refused_and_never_dirty(model: type[Model], data: st.DataObject) -> None:
    names = [*model.model_fields, "hasMore", "filters", "dashboard_tiles"]
    # Ids and switches are mostly right, so that the other fields are reached.
    right = {"id": st.sampled_from([1, "1"]), "enabled": st.booleans(), "password": st.text()}
    fields = {name: right.get(name, JSON) for name in names}
    raw = data.draw(st.fixed_dictionaries({}, optional=fields) | JSON)
    try:
        read = model.model_validate(raw)
    except ValidationError:
        return
    assert [text for text in texts_of(read.model_dump()) if text != clean(text, lines=True)] == []
    read.model_dump_json()
