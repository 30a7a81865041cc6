"""Every documented path, query and body parameter of every operation leaves as PostHog reads it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.wire import Line, reply
from tui.api.client import Client
from tui.api.models import Insight
from tui.text import Secret

pytestmark = pytest.mark.anyio

INSIGHT = {"id": 5, "short_id": "abc12345"}
VARIABLE = {"id": "u-1", "name": "a"}
SHARING = {"enabled": True, "access_token": "t"}
PASSWORD = {"id": 6, "password": "secret"}
PROJECT = "/api/projects/1/"


def sent(line: Line) -> tuple[str, str, dict[str, str], Any]:
    """Method, path below the project, query and body of the last request."""
    request = line.wire.last
    assert request.url.path.startswith(PROJECT)
    path = request.url.path.removeprefix(PROJECT)
    return request.method, path, dict(request.url.params), line.wire.bodies()[-1]


async def test_variables() -> None:
    line = Line(reply(200, {"results": [VARIABLE]}))
    await line.client.variables.list()
    assert sent(line) == ("GET", "insight_variables/", {}, None)
    await line.client.variables.list(page=3)
    assert sent(line) == ("GET", "insight_variables/", {"page": "3"}, None)
    await line.client.variables.list(page="last")
    assert sent(line)[2] == {"page": "last"}
    line = Line(reply(200, VARIABLE))
    fields: dict[str, Any] = {
        "name": "a",
        "type": "List",
        "default_value": None,
        "values": ["x", 1],
        "is_multi": True,
        "values_query": "select 1",
        "values_query_connection_id": "c",
    }
    await line.client.variables.create(**fields)
    assert sent(line) == ("POST", "insight_variables/", {}, fields)
    await line.client.variables.read("u-1")
    assert sent(line) == ("GET", "insight_variables/u-1/", {}, None)
    await line.client.variables.update("u-1", **fields)
    assert sent(line) == ("PATCH", "insight_variables/u-1/", {}, fields)
    await line.client.variables.update("u-1", default_value=None)
    assert sent(line)[3] == {"default_value": None}
    await line.client.variables.replace("u-1", **fields)
    assert sent(line) == ("PUT", "insight_variables/u-1/", {}, fields)
    line = Line(httpx.Response(204))
    await line.client.variables.delete("u/../1")
    assert line.wire.last.url.raw_path == b"/api/projects/1/insight_variables/u%2F..%2F1/"
    assert line.wire.last.method == "DELETE"


async def test_the_list_of_insights() -> None:
    line = Line(reply(200, {"results": [INSIGHT]}))
    await line.client.insights.list()
    assert sent(line) == ("GET", "insights/", {}, None)
    await line.client.insights.list(
        basic=True,
        created_by=[1, 42],
        format="json",
        limit=60,
        offset=120,
        refresh="async_except_on_cache_miss",
        short_id="abc12345",
        order="-last_modified_at",
        search="über & more",
        user=True,
        favorited=True,
        saved=False,
        insight="FUNNELS",
        date_from="-7d",
        date_to="2026-11-18",
        created_date_from="-8d",
        created_date_to="-1d",
        last_viewed_date_from="-9d",
        last_viewed_date_to="-2d",
        dashboards=[3],
        tags=["a b"],
        events=["$pageview"],
        feature_flag="flag",
        include_dashboards=True,
    )
    assert sent(line) == (
        "GET",
        "insights/",
        {
            "basic": "true",
            "created_by": "[1, 42]",
            "format": "json",
            "limit": "60",
            "offset": "120",
            "refresh": "async_except_on_cache_miss",
            "short_id": "abc12345",
            "order": "-last_modified_at",
            "search": "über & more",
            "user": "true",
            "favorited": "true",
            "saved": "false",
            "insight": "FUNNELS",
            "date_from": "-7d",
            "date_to": "2026-11-18",
            "created_date_from": "-8d",
            "created_date_to": "-1d",
            "last_viewed_date_from": "-9d",
            "last_viewed_date_to": "-2d",
            "dashboards": "[3]",
            "tags": '["a b"]',
            "events": '["$pageview"]',
            "feature_flag": "flag",
            "include_dashboards": "true",
        },
        None,
    )


async def test_csv_is_given_as_text() -> None:
    line = Line(httpx.Response(200, text="a,b\n1,ü\n"))
    assert await line.client.insights.list_csv(limit=1) == "a,b\n1,ü\n"
    assert sent(line) == ("GET", "insights/", {"format": "csv", "limit": "1"}, None)
    assert await line.client.insights.create_csv(name="a") == "a,b\n1,ü\n"
    assert sent(line) == ("POST", "insights/", {"format": "csv"}, {"name": "a"})


async def test_making_and_changing_an_insight() -> None:
    line = Line(reply(201, INSIGHT))
    fields: dict[str, Any] = {
        "name": "a",
        "derived_name": "b",
        "query": {"kind": "HogQLQuery", "query": "select 1"},
        "order": 4,
        "deleted": False,
        "dashboards": [1, 2],
        "description": "c",
        "tags": ["d"],
        "favorited": True,
        "saved": True,
    }
    body = fields | {"_create_in_folder": "Unfiled/x"}
    await line.client.insights.create(format="json", create_in_folder="Unfiled/x", **fields)
    assert sent(line) == ("POST", "insights/", {"format": "json"}, body)
    await line.client.insights.update(5, create_in_folder="Unfiled/x", **fields)
    assert sent(line) == ("PATCH", "insights/5/", {}, body)
    await line.client.insights.update(5, deleted=True)
    assert sent(line)[3] == {"deleted": True}


async def test_a_copy_sends_the_query_as_it_came() -> None:
    query = {"kind": "HogQLQuery", "query": "select 'a\u200cb'"}
    line = Line(reply(201, INSIGHT))
    insight = Insight.model_validate({"id": 5, "query": query})
    await line.client.insights.create(query=insight.verbatim_query)
    assert sent(line)[3] == {"query": query}


async def test_reading_an_insight() -> None:
    line = Line(reply(200, INSIGHT))
    await line.client.insights.read(5)
    assert sent(line) == ("GET", "insights/5/", {}, None)
    override = {"u-1": {"code_name": "a", "variableId": "u-1", "value": "ü"}}
    await line.client.insights.read(
        5,
        refresh="blocking",
        variables_override=override,
        filters_override={"date_from": "-7d"},
        from_dashboard=9,
        basic=False,
        format="json",
    )
    assert sent(line) == (
        "GET",
        "insights/5/",
        {
            "refresh": "blocking",
            "variables_override": '{"u-1": {"code_name": "a", "variableId": "u-1", "value": "\\u00fc"}}',
            "filters_override": '{"date_from": "-7d"}',
            "from_dashboard": "9",
            "basic": "false",
            "format": "json",
        },
        None,
    )


async def test_sharing() -> None:
    line = Line(reply(200, SHARING))
    path = "insights/5/sharing/"
    await line.client.sharing.read(5)
    assert sent(line) == ("GET", path, {}, None)
    await line.client.sharing.update(5, enabled=False)
    assert sent(line) == ("PATCH", path, {}, {"enabled": False})
    fields: dict[str, Any] = {"enabled": True, "password_required": True, "settings": {"legend": True}}
    await line.client.sharing.update(5, **fields)
    assert sent(line) == ("PATCH", path, {}, fields)
    await line.client.sharing.update(5, settings=None)
    assert sent(line)[3] == {"settings": None}
    await line.client.sharing.refresh(5)
    assert sent(line) == ("POST", path + "refresh/", {}, None)
    await line.client.sharing.refresh(5, **fields)
    assert sent(line) == ("POST", path + "refresh/", {}, fields)
    await line.client.sharing.read_dashboard(9)
    assert sent(line) == ("GET", "dashboards/9/sharing/", {}, None)


async def test_share_passwords() -> None:
    line = Line(reply(201, PASSWORD))
    path = "insights/5/sharing/passwords/"
    fields: dict[str, Any] = {"enabled": True, "password_required": True, "settings": {}}
    await line.client.sharing.create_password(5)
    assert sent(line) == ("POST", path, {}, {})
    created = await line.client.sharing.create_password(5, Secret("a b ü"), "note")
    assert sent(line) == ("POST", path, {}, {"raw_password": "a b ü", "note": "note"})
    assert created.password.reveal() == "secret"
    await line.client.sharing.create_password(5, None, "note", **fields)
    assert sent(line)[3] == fields | {"note": "note"}
    line = Line(httpx.Response(204))
    await line.client.sharing.delete_password(5, 6)
    assert sent(line) == ("DELETE", path + "6/", {}, None)


async def test_query_status_and_dashboards() -> None:
    line = Line(reply(200, {"query_status": {"id": "q", "complete": True, "results": [1]}}))
    status = await line.client.insights.query_status("q/1")
    assert line.wire.last.url.raw_path == b"/api/projects/1/query/q%2F1/"
    assert (status.complete, status.results) == (True, [1])
    line = Line(reply(200, {"results": [{"id": 9, "is_shared": True}]}))
    page = await line.client.dashboards.list(limit=10, offset=20)
    assert sent(line) == ("GET", "dashboards/", {"limit": "10", "offset": "20"}, None)
    assert page.results[0].is_shared


@pytest.mark.parametrize(
    ("call", "family"),
    [
        (lambda c: c.insights.list(), "insights"),
        (lambda c: c.insights.read(5), "insights"),
        (lambda c: c.insights.update(5, name="a"), "insights"),
        (lambda c: c.sharing.read(5), "general"),
        (lambda c: c.variables.list(), "general"),
        (lambda c: c.accounts.key(), "general"),
        (lambda c: c.public.check(Secret("t")), "anonymous"),
    ],
)
async def test_each_call_counts_in_its_family(call: Any, family: Any) -> None:
    both = {**INSIGHT, **SHARING, "results": [INSIGHT], "type": "scene"}
    line = Line(reply(200, both))
    client: Client = line.client
    await call(client)
    families: tuple[Any, ...] = ("insights", "general", "anonymous")
    used = {name for name in families if client.budget.left(name)[0] < client.budget.left(name)[1]}
    assert used == {family}


async def test_pages_of_variables_follow_only_the_query_of_next() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params.get("page", "1"))
        following = f"http://evil.example/api/environments/1/insight_variables/?page={number + 1}"
        results = [{"id": f"u{number}"}, {"id": "again"}]
        return httpx.Response(200, json={"count": 9, "results": results, "next": following if number < 3 else None})

    line = Line(page)
    assert [variable.id async for variable in line.client.variables.all()] == ["u1", "again", "u2", "u3"]
    assert [str(request.url) for request in line.wire.requests] == [
        "https://eu.posthog.com/api/projects/1/insight_variables/",
        "https://eu.posthog.com/api/projects/1/insight_variables/?page=2",
        "https://eu.posthog.com/api/projects/1/insight_variables/?page=3",
    ]


@pytest.mark.parametrize("following", ["?page=1", "/x", "http://[::1", "?page=1&a=%ff"])
async def test_pages_without_end_end(following: str) -> None:
    line = Line(reply(200, {"results": [VARIABLE], "next": following}))
    assert [variable.id async for variable in line.client.variables.all()] == ["u-1"]
    assert len(line.wire.requests) <= 2

    def endless(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params.get("page", "1")) + 1
        return httpx.Response(200, json={"results": [], "next": f"?page={number}"})

    line = Line(endless)
    assert [variable async for variable in line.client.variables.all()] == []
    assert len(line.wire.requests) == 200
