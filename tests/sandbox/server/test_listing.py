"""The list of insights: filters, orders, pages, and the parameters that make PostHog fall over."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.server.desk import NOW, OTHER_PROJECT, Desk, sql, trends

pytestmark = pytest.mark.anyio


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A project with these insights only, from a to f."""
    desk.connection.execute("UPDATE insights SET deleted = 1")
    funnel = {"kind": "InsightVizNode", "source": {"kind": "FunnelsQuery", "series": []}}
    desk.insert("users", id=950, uuid="u950", distinct_id="d950", first_name="Ben", email="ben@example.com")
    desk.insight("alpha signups", last_modified_at="2026-09-01T00:00:00.000000Z", tags='["core", "web"]')
    desk.insight("beta funnel", query=funnel, created_by=950, favorited=1, tags='["core"]')
    desk.insight(
        "Gamma revenue",
        query=sql("select 1"),
        description="money by country",
        created_at="2026-01-01T00:00:00.000000Z",
        last_viewed_at="2026-09-10T00:00:00.000000Z",
    )
    desk.insight("delta unsaved", saved=0, query=trends("purchase"))
    desk.insight("epsilon table", query={"kind": "DataTableNode", "source": {"kind": "EventsQuery"}})
    desk.insight("zeta flag", query=trends("$feature/checkout"), created_by=None)
    return desk


def place(desk: Desk, dashboard: int, name: str) -> None:
    """Put an insight on a dashboard, which is made when it is new."""
    if not desk.connection.execute("SELECT 1 FROM dashboards WHERE id = ?", (dashboard,)).fetchone():
        desk.insert("dashboards", id=dashboard, project_id=1, name="D", created_at="")
    found = desk.connection.execute("SELECT id FROM insights WHERE name = ?", (name,)).fetchone()
    desk.insert("dashboard_tiles", dashboard_id=dashboard, insight_id=found[0])


async def names(desk: Desk, **parameters: Any) -> list[str]:
    """The first words of the insights found, in order of their names unless another order is asked for."""
    reply = await desk.get("insights/", params={"basic": "true", "order": "name"} | parameters)
    assert reply.status_code == 200, reply.text
    assert reply.json()["count"] == len(reply.json()["results"])
    return [row["name"].split()[0] for row in reply.json()["results"]]


ALL = ["alpha", "beta", "delta", "epsilon", "Gamma", "zeta"]


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, ALL),
        ({"search": "FUNNEL"}, ["beta"]),
        ({"search": "country"}, ["Gamma"]),
        ({"search": "core"}, ["alpha", "beta"]),
        ({"search": "epsilom tabel"}, ["epsilon"]),
        ({"search": ""}, ALL),
        ({"created_by": "[950]"}, ["beta"]),
        ({"created_by": "[1, 950]"}, ["alpha", "beta", "delta", "epsilon", "Gamma"]),
        ({"created_by": "[]"}, ALL),
        ({"created_by": ""}, ALL),
        ({"user": "anything"}, ["alpha", "delta", "epsilon", "Gamma"]),
        ({"favorited": "true"}, ["beta"]),
        ({"favorited": "false"}, ["beta"]),
        ({"saved": "true"}, ["alpha", "beta", "epsilon", "Gamma", "zeta"]),
        ({"saved": "false"}, ["delta"]),
        ({"insight": "TRENDS"}, ["alpha", "delta", "zeta"]),
        ({"insight": "FUNNELS"}, ["beta"]),
        ({"insight": "SQL"}, ["Gamma"]),
        ({"insight": "JSON"}, ["epsilon"]),
        ({"insight": "RETENTION"}, []),
        ({"insight": "trends"}, []),
        ({"date_from": "2026-09-14"}, ["beta", "delta", "epsilon", "Gamma", "zeta"]),
        ({"date_to": "-7d"}, ["alpha"]),
        ({"date_from": "all"}, ALL),
        ({"created_date_to": "yStart"}, []),
        ({"created_date_to": "2026-01-02"}, ["Gamma"]),
        ({"created_date_from": "-1m"}, ["alpha", "beta", "delta", "epsilon", "zeta"]),
        ({"last_viewed_date_from": "-1w"}, ["Gamma"]),
        ({"last_viewed_date_to": "-1d"}, ["Gamma"]),
        ({"tags": '["web", "none"]'}, ["alpha"]),
        ({"tags": '["web", "core"]'}, ["alpha", "beta"]),
        ({"events": '["purchase"]'}, ["delta"]),
        ({"events": '["purchase", "$pageview"]'}, []),
        ({"feature_flag": "checkout"}, ["zeta"]),
    ],
)
async def test_filters(desk: Desk, parameters: dict[str, str], found: list[str]) -> None:
    assert await names(desk, **parameters) == found


async def test_short_id(desk: Desk) -> None:
    row = (await desk.get("insights/?basic=true&search=beta")).json()["results"][0]
    assert await names(desk, short_id=row["short_id"]) == ["beta"]
    assert await names(desk, short_id="unknown0") == []


async def test_dashboards_are_all_wanted(desk: Desk) -> None:
    place(desk, 801, "alpha signups")
    place(desk, 801, "beta funnel")
    place(desk, 802, "beta funnel")
    assert await names(desk, dashboards="[801]") == ["alpha", "beta"]
    assert await names(desk, dashboards="[801, 802]") == ["beta"]


async def test_an_unsaved_insight_on_a_dashboard_counts_as_saved(desk: Desk) -> None:
    place(desk, 801, "delta unsaved")
    assert "delta" in await names(desk, saved="true")


@pytest.mark.parametrize("parameter", ["created_by", "dashboards", "tags", "events"])
async def test_invalid_json_is_500(desk: Desk, parameter: str) -> None:
    reply = await desk.get("insights/", params={parameter: "[1,"})
    assert reply.status_code == 500
    assert reply.json() == {
        "type": "server_error",
        "code": "error",
        "detail": "A server error occurred.",
        "attr": None,
    }


@pytest.mark.parametrize(
    "parameters", [{"created_by": "1"}, {"created_by": '["ana"]'}, {"order": "colour"}, {"order": "-"}]
)
async def test_other_500s(desk: Desk, parameters: dict[str, str]) -> None:
    assert (await desk.get("insights/", params=parameters)).status_code == 500


async def test_long_search_is_400(desk: Desk) -> None:
    reply = await desk.get("insights/", params={"search": "x" * 201})
    assert (reply.status_code, reply.json()["attr"]) == (400, "search")


@pytest.mark.parametrize(
    ("order", "first", "last"),
    [
        ("name", "alpha", "zeta"),
        ("-name", "zeta", "alpha"),
        ("last_modified_at", "alpha", "zeta"),
        ("created_at", "Gamma", "zeta"),
        ("-last_viewed_at", "Gamma", "alpha"),
        ("last_viewed_at", "alpha", "Gamma"),
        ("-created_by", "zeta", "alpha"),
        ("created_by__first_name", "alpha", "zeta"),
    ],
)
async def test_orders(desk: Desk, order: str, first: str, last: str) -> None:
    desk.connection.execute("UPDATE users SET first_name = 'Ana' WHERE id = 1")
    found = await names(desk, order=order)
    assert (found[0], found[-1]) == (first, last)


async def test_search_tells_how_it_met_and_ranks_by_itself(desk: Desk) -> None:
    desk.insight("Overview of alpha")
    exact = (await desk.get("insights/?basic=true&search=alpha")).json()["results"]
    assert [row["name"] for row in exact] == ["alpha signups", "Overview of alpha"]
    assert {row["search_match_type"] for row in exact} == {"exact"}
    similar = (await desk.get("insights/?basic=true&search=epsilom tabel")).json()["results"]
    assert [row["search_match_type"] for row in similar] == ["similar"]
    plain = (await desk.get("insights/?basic=true")).json()["results"]
    assert {row["search_match_type"] for row in plain} == {None}


async def test_pages(desk: Desk) -> None:
    first = (await desk.get("insights/?basic=true&order=name&limit=4")).json()
    assert (first["count"], len(first["results"]), first["previous"]) == (6, 4, None)
    second = (await desk.get(first["next"])).json()
    assert [row["name"].split()[0] for row in second["results"]] == ["Gamma", "zeta"]
    assert second["next"] is None
    assert "offset" not in second["previous"]
    assert "order=name" in second["previous"]


@pytest.mark.parametrize("parameters", ["limit=0", "limit=-1", "limit=x", "offset=-3", "offset=x"])
async def test_bad_limits_fall_back(desk: Desk, parameters: str) -> None:
    assert len((await desk.get(f"insights/?{parameters}")).json()["results"]) == 6


async def test_past_the_end_is_empty(desk: Desk) -> None:
    reply = await desk.get("insights/?offset=100")
    assert (reply.status_code, reply.json()["count"], reply.json()["results"]) == (200, 6, [])


async def test_default_limit_is_100_and_there_is_no_maximum(desk: Desk) -> None:
    for number in range(110):
        desk.insight(f"n{number}", short_id=f"n{number}")
    assert len((await desk.get("insights/?basic=true")).json()["results"]) == 100
    assert len((await desk.get("insights/?basic=true&limit=100000")).json()["results"]) == 116


async def test_pages_without_an_order_overlap(desk: Desk) -> None:
    """Whoever pages without an order misses rows and sees others twice."""
    for number in range(40):
        desk.insight(f"n{number}", short_id=f"n{number}")

    async def seen(parameters: str) -> list[int]:
        return [
            row["id"]
            for offset in range(0, 46, 10)
            for row in (await desk.get(f"insights/?basic=true&limit=10&offset={offset}{parameters}")).json()["results"]
        ]

    assert len(set(await seen("&order=-created_at"))) == 46
    assert len(set(await seen(""))) < 46


async def test_basic_has_no_results(desk: Desk) -> None:
    basic = (await desk.get("insights/?basic=1")).json()["results"][0]
    full = (await desk.get("insights/")).json()["results"][0]
    assert "result" not in basic
    assert {"result", "hasMore", "columns", "last_modified_by", "query_status"} <= set(full)
    assert basic["query"]


async def test_deleted_insights_and_other_projects_are_never_listed(desk: Desk) -> None:
    desk.insight("elsewhere", project_id=OTHER_PROJECT)
    desk.insight("gone", deleted=1)
    assert await names(desk) == ALL


async def test_csv_is_one_flattened_row(desk: Desk) -> None:
    for reply in (
        await desk.get("insights/?format=csv&order=name"),
        await desk.get("insights/?order=name", headers={"Accept": "text/csv"}),
    ):
        assert reply.headers["content-type"].startswith("text/csv")
        head, row = reply.text.strip().split("\r\n")
        columns = dict(zip(head.split(","), row.split(","), strict=True))
        assert columns["results.0.name"] == "alpha signups"
        assert columns["results.5.name"] == "zeta flag"


async def test_only_json_bodies(desk: Desk) -> None:
    reply = await desk.ask("POST", "insights/", data={"name": "form"})
    assert (reply.status_code, reply.json()["code"]) == (415, "unsupported_media_type")


async def test_hidden_insights_are_left_out(desk: Desk) -> None:
    found = desk.connection.execute("SELECT id FROM insights WHERE name = 'beta funnel'").fetchone()[0]
    desk.insert("insight_access", insight_id=found, user_id=None, level="none")
    assert await names(desk) == [name for name in ALL if name != "beta"]
    assert (await desk.get(f"insights/{found}/")).status_code == 403
    desk.insert("insight_access", insight_id=found, user_id=1, level="viewer")
    assert await names(desk) == ALL
    assert (await desk.get(f"insights/{found}/")).json()["user_access_level"] == "viewer"


async def test_the_clock_is_the_sandbox_s(desk: Desk) -> None:
    assert NOW.year == 2026
    assert json.loads((await desk.get("insights/?date_from=dStart&basic=1")).text)["count"] == 5
    desk.clock.advance(days=1)
    assert (await desk.get("insights/?date_from=dStart&basic=1")).json()["count"] == 0
