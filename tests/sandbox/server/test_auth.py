"""Who may ask: keys, places, scopes, projects, and the exact words of every refusal."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.server.conftest import Open
from tests.sandbox.server.desk import MEMBER, OTHER_PROJECT, STRANGER, Desk

pytestmark = pytest.mark.anyio

NO_KEYS_HERE = "This action does not support personal API key access"


@pytest.mark.parametrize(
    ("path", "status"),
    [("insight_variables/", 401), ("insights/{id}/sharing/", 401), ("insights/", 403), ("query/x/", 403)],
)
async def test_missing_key_is_401_but_403_on_insights(desk: Desk, path: str, status: int) -> None:
    reply = await desk.get(path.format(id=desk.insight()), key=None)
    assert reply.status_code == status
    assert reply.json() == {
        "type": "authentication_error",
        "code": "not_authenticated",
        "detail": "Authentication credentials were not provided.",
        "attr": None,
    }
    assert "www-authenticate" not in reply.headers


@pytest.mark.parametrize(("path", "status"), [("insight_variables/", 401), ("insights/", 403)])
async def test_wrong_key_names_the_header(desk: Desk, path: str, status: int) -> None:
    reply = await desk.get(path, key="phx_wrong")
    assert reply.status_code == status
    assert reply.json()["code"] == "authentication_failed"
    assert reply.json()["detail"] == "Personal API key found in request Authorization header is invalid."


async def test_key_is_taken_from_the_query_string_and_named_there(desk: Desk) -> None:
    good = await desk.get(f"insight_variables/?personal_api_key={desk.sandbox.world.key}", key=None)
    bad = await desk.get("insight_variables/?personal_api_key=phx_no", key=None)
    assert good.status_code == 200
    assert bad.json()["detail"] == "Personal API key found in request query string is invalid."


async def test_key_is_taken_from_the_body_before_the_query_string(desk: Desk) -> None:
    key = desk.sandbox.world.key
    body = {"name": "In body", "type": "String", "personal_api_key": key}
    good = await desk.post("insight_variables/?personal_api_key=phx_no", body, key=None)
    bad = await desk.post(f"insight_variables/?personal_api_key={key}", body | {"personal_api_key": "phx_no"}, key=None)
    assert good.status_code == 201
    assert bad.json()["detail"] == "Personal API key found in request body is invalid."


async def test_only_the_header_is_tried_when_there_is_one(desk: Desk) -> None:
    reply = await desk.get(f"insight_variables/?personal_api_key={desk.sandbox.world.key}", key="phx_no")
    assert reply.status_code == 401
    assert "Authorization header" in reply.json()["detail"]


@pytest.mark.parametrize(
    ("token", "detail"),
    [("pha_oauth", "Invalid access token."), ("eyJhbGciOi.x.y", "Token invalid.")],
)
async def test_other_kinds_of_token_have_texts_of_their_own(desk: Desk, token: str, detail: str) -> None:
    reply = await desk.get("insight_variables/", key=token)
    assert (reply.status_code, reply.json()["code"]) == (401, "authentication_failed")
    assert reply.json()["detail"] == detail


async def test_a_user_who_left_has_no_key(desk: Desk) -> None:
    key = desk.key("*")
    desk.set("users", 1, is_active=0)
    assert (await desk.get("insight_variables/", key=key)).json()["code"] == "authentication_failed"


SCOPES: list[tuple[str, str, str]] = [
    ("GET", "insight_variables/", "insight_variable:read"),
    ("POST", "insight_variables/", "insight_variable:write"),
    ("GET", "insights/", "insight:read"),
    ("PATCH", "insights/{id}/", "insight:write"),
    ("DELETE", "insights/{id}/", "insight:write"),
    ("GET", "insights/{id}/sharing/", "sharing_configuration:read"),
    ("PATCH", "insights/{id}/sharing/", "sharing_configuration:write"),
    ("POST", "insights/{id}/sharing/refresh/", "sharing_configuration:write"),
    ("POST", "insights/{id}/sharing/passwords/", "sharing_configuration:write"),
    ("DELETE", "insights/{id}/sharing/passwords/1/", "sharing_configuration:write"),
    ("GET", "dashboards/", "dashboard:read"),
    ("GET", "activity_log/", "activity_log:read"),
    ("GET", "query/x/", "query:read"),
    ("GET", "", "project:read"),
    ("GET", "/api/users/@me/", "user:read"),
    ("GET", "/api/organizations/", "organization:read"),
]


@pytest.mark.parametrize(("method", "path", "scope"), SCOPES)
async def test_missing_scope_is_named(desk: Desk, method: str, path: str, scope: str) -> None:
    path = path.format(id=desk.insight())
    refused = await desk.ask(method, path, desk.key("survey:read"))
    assert refused.status_code == 403
    assert refused.json()["code"] == "permission_denied"
    assert refused.json()["detail"] == f"API key missing required scope '{scope}'"
    allowed = await desk.ask(method, path, desk.key(scope))
    assert "missing required scope" not in allowed.text


async def test_write_implies_read(desk: Desk) -> None:
    assert (await desk.get("insight_variables/", key=desk.key("insight_variable:write"))).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "insights/{id}/sharing/"),
        ("POST", "insights/{id}/sharing/"),
        ("DELETE", "insights/{id}/sharing/"),
        ("GET", "insights/{id}/sharing/refresh/"),
        ("GET", "insights/{id}/sharing/passwords/"),
        ("DELETE", "insight_variables/"),
        ("OPTIONS", "insight_variables/"),
    ],
)
async def test_unknown_methods_are_refused_to_keys(desk: Desk, method: str, path: str) -> None:
    reply = await desk.ask(method, path.format(id=desk.insight()))
    assert (reply.status_code, reply.json()["detail"]) == (403, NO_KEYS_HERE)


@pytest.mark.parametrize("path", ["insight_variables/", "insights/"])
async def test_patch_on_a_list_is_405(desk: Desk, path: str) -> None:
    reply = await desk.patch(path, {})
    assert (reply.status_code, reply.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize("project", ["77", "nonsense", "٣"])
async def test_unknown_project_is_404(desk: Desk, project: str) -> None:
    reply = await desk.get(f"/api/projects/{project}/insight_variables/")
    assert (reply.status_code, reply.json()["detail"]) == (404, "Project not found.")


async def test_project_without_membership_is_403(desk: Desk) -> None:
    reply = await desk.get("insights/", key=desk.key(user=STRANGER))
    assert (reply.status_code, reply.json()["detail"]) == (403, "You don't have access to the project.")


async def test_current_project(desk: Desk) -> None:
    assert (await desk.get("/api/projects/@current/")).json()["id"] == 1


async def test_key_limited_to_another_project(desk: Desk) -> None:
    key = desk.key("*", teams=(OTHER_PROJECT,))
    reply = await desk.get("insights/", key=key)
    assert reply.status_code == 403
    assert reply.json()["detail"] == "API key does not have access to the requested project: ID 1."


async def test_key_limited_to_projects_is_refused_by_organizations(desk: Desk) -> None:
    key = desk.key("*", teams=(1,))
    for path in ("/api/organizations/", "/api/projects/"):
        reply = await desk.get(path, key=key)
        assert reply.status_code == 403
        assert "only supported on project-based endpoints." in reply.json()["detail"]
    assert (await desk.get("/api/users/@me/", key=key)).status_code == 200
    assert (await desk.get("insights/", key=key)).status_code == 200


async def test_organization_may_forbid_members_keys(desk: Desk) -> None:
    key = desk.key("*", user=MEMBER)
    assert (await desk.get("insights/", key=key)).status_code == 200
    desk.connection.execute("UPDATE organizations SET members_can_use_personal_api_keys = 0")
    reply = await desk.get("insights/", key=key)
    assert reply.status_code == 403
    assert reply.json()["detail"].endswith("' does not allow using personal API keys.")
    assert (await desk.get("insights/")).status_code == 200, "an owner's key still works"


async def test_old_servers_have_no_variables_for_keys(open_desk: Open) -> None:
    desk = await open_desk(server="old")
    for method in ("GET", "POST"):
        reply = await desk.ask(method, "insight_variables/")
        assert (reply.status_code, reply.json()["detail"]) == (403, NO_KEYS_HERE)


async def test_share_token_opens_no_variables(desk: Desk) -> None:
    token = await desk.share(desk.insight())
    without = await desk.get(f"insight_variables/?sharing_access_token={token}", key=None)
    beside = await desk.get(f"insight_variables/?sharing_access_token={token}")
    assert (without.status_code, without.json()["code"]) == (401, "not_authenticated")
    assert beside.status_code == 200


@pytest.mark.parametrize(
    ("headers", "query", "status", "code"),
    [
        ({"Accept": "text/html"}, "", 406, "not_acceptable"),
        ({"Accept": "application/xml"}, "", 406, "not_acceptable"),
        ({"Accept": "application/json"}, "", 200, None),
        ({}, "?format=xml", 404, "not_found"),
        ({}, "?format=csv", 404, "not_found"),
        ({}, "?format=json", 200, None),
    ],
)
async def test_negotiation(desk: Desk, headers: dict[str, str], query: str, status: int, code: str | None) -> None:
    reply = await desk.get(f"insight_variables/{query}", headers=headers)
    assert reply.status_code == status
    assert reply.json().get("code") == code


@pytest.mark.parametrize("path", ["/api/projects/1/insights", "/api/environments/1/insights/"])
async def test_last_slash_and_prefix_are_free(desk: Desk, path: str) -> None:
    assert (await desk.get(path)).status_code == 200


async def test_unknown_endpoint(desk: Desk) -> None:
    reply = await desk.get("/api/nothing/here")
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


async def test_head_is_get_without_a_body(desk: Desk) -> None:
    reply = await desk.ask("HEAD", "insights/")
    assert (reply.status_code, reply.content) == (200, b"")


async def test_requests_are_recorded(desk: Desk) -> None:
    await desk.get("insight_variables/?page=1", key=desk.key("insight_variable:read"))
    await desk.get("insights/", key=None)
    seen: list[Any] = [(r.method, r.path, r.query, r.status, r.key) for r in desk.sandbox.requests]
    assert seen == [
        ("GET", "/api/projects/1/insight_variables/", "page=1", 200, "of a test"),
        ("GET", "/api/projects/1/insights/", "", 403, None),
    ]
