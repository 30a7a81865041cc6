"""The key in use, its owner, organizations and projects; the two prefixes of projects."""

from __future__ import annotations

import pytest

from tests.sandbox.server.conftest import Open
from tests.sandbox.server.desk import STRANGER, Desk

pytestmark = pytest.mark.anyio


async def test_current_key(desk: Desk) -> None:
    shown = (await desk.get("/api/personal_api_keys/@current")).json()
    assert (shown["scopes"], shown["scoped_teams"], shown["scoped_organizations"]) == (["*"], [], [])
    assert (shown["user_id"], shown["value"]) == (1, None)
    assert shown["mask_value"].startswith("phx_...")


async def test_current_key_needs_no_scope_and_tells_its_limits(desk: Desk) -> None:
    key = desk.key("insight:read", teams=(1,))
    shown = (await desk.get("/api/personal_api_keys/@current/", key=key)).json()
    assert (shown["scopes"], shown["scoped_teams"]) == (["insight:read"], [1])
    assert shown["label"] == "of a test"


async def test_empty_scopes_are_shown_as_all(desk: Desk) -> None:
    shown = (await desk.get("/api/personal_api_keys/@current/", key=desk.key())).json()
    assert shown["scopes"] == ["*"]


async def test_list_of_keys_is_closed_to_keys(desk: Desk) -> None:
    assert (await desk.get("/api/personal_api_keys/")).status_code == 403


async def test_me(desk: Desk) -> None:
    shown = (await desk.get("/api/users/@me/")).json()
    assert (shown["id"], shown["team"]["id"]) == (1, 1)
    assert shown["organization"]["id"] == shown["team"]["organization"]
    assert shown["organization"]["id"] in [entry["id"] for entry in shown["organizations"]]


async def test_organizations_and_their_projects(desk: Desk) -> None:
    found = (await desk.get("/api/organizations/", key=desk.key("organization:read"))).json()
    home = found["results"][0]["id"]
    projects = (await desk.get(f"/api/organizations/{home}/projects/", key=desk.key("project:read"))).json()
    assert projects["results"][0]["id"] == 1
    assert {entry["organization"] for entry in projects["results"]} == {home}
    assert (await desk.get("/api/organizations/@current/")).json()["id"] == home
    assert (await desk.get("/api/organizations/nowhere/")).status_code == 404


async def test_organization_without_membership(desk: Desk) -> None:
    home = (await desk.get("/api/organizations/@current/")).json()["id"]
    key = desk.key(user=STRANGER)
    assert (await desk.get(f"/api/organizations/{home}/", key=key)).status_code == 403
    rows = (await desk.get("/api/projects/", key=key)).json()["results"]
    assert [row["name"] for row in rows] == ["Elsewhere"]


async def test_project(desk: Desk) -> None:
    shown = (await desk.get("/api/projects/1/", key=desk.key("project:read"))).json()
    assert (shown["id"], shown["timezone"]) == (1, "UTC")


async def test_rewritten_prefix_tells_that_it_is_deprecated(desk: Desk) -> None:
    reply = await desk.get("/api/environments/1/insights/")
    assert reply.headers["deprecation"] == "true"
    assert "sunset" in reply.headers
    assert reply.headers["link"] == '</api/projects/1/insights/>; rel="successor-version"'
    assert "deprecation" not in (await desk.get("insights/")).headers


async def test_redirecting_prefix(open_desk: Open) -> None:
    desk = await open_desk(server="mid")
    reply = await desk.post("/api/environments/1/insights/?basic=1", {"name": "x"})
    assert reply.status_code == 307
    assert reply.headers["location"] == "http://sandbox.test/api/projects/1/insights/?basic=1"
    assert reply.headers.get("deprecation") is None


@pytest.mark.parametrize("server", ["2025", "old"])
async def test_equal_prefixes(open_desk: Open, server: str) -> None:
    desk = await open_desk(server=server)
    reply = await desk.get("/api/environments/1/insights/?limit=1")
    assert (reply.status_code, "deprecation" in reply.headers) == (200, False)
    assert reply.json()["next"].startswith("http://sandbox.test/api/environments/1/insights/")
