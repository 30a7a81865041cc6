"""Public links as anybody sees them: pages, data, unlocking, previews and the data API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.server.conftest import Open
from tests.sandbox.server.desk import NOW, Desk, sql
from tui.sandbox.database import stamp

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse"


@pytest.fixture
def insight(desk: Desk) -> int:
    """An insight with a result that is easy to recognize."""
    return desk.insight("Shown", query=sql("select 42 as answer"))


@pytest.fixture
async def token(desk: Desk, insight: int) -> str:
    """The token of an open link."""
    return await desk.share(insight)


@pytest.fixture
async def protected(desk: Desk, insight: int) -> str:
    """The token of a link with a password."""
    token = await desk.share(insight, password_required=True)
    await desk.post(f"insights/{insight}/sharing/passwords/", {"raw_password": PASSWORD})
    return token


async def unlock(desk: Desk, token: str) -> str:
    """An unlock token."""
    reply = await desk.public(token, "POST", json={"password": PASSWORD})
    return str(reply.json()["shareToken"])


def embedded_data(page: str) -> dict[str, Any]:
    """The data inside a page."""
    data: dict[str, Any] = json.loads(page.partition('id="posthog-exported-data">')[2].partition("</script>")[0])
    return data


async def test_open_link_as_data(desk: Desk, token: str) -> None:
    reply = await desk.public(f"{token}.json")
    data = reply.json()
    assert (reply.status_code, data["type"], data["accessToken"]) == (200, "scene", token)
    assert {"insight", "themes", "cohorts"} <= set(data)
    assert data["insight"]["result"] == [[42]], "a link shows a result even when nothing was cached"
    assert data["insight"]["created_by"]["email"]
    assert data["insight"]["user_access_level"] is None


async def test_open_link_as_page(desk: Desk, token: str) -> None:
    reply = await desk.public(token)
    assert reply.headers["content-type"].startswith("text/html")
    assert embedded_data(reply.text)["insight"]["name"] == "Shown"
    as_json = await desk.public(token, headers={"Accept": "application/json"})
    assert as_json.headers["content-type"].startswith("text/html"), "an open link gives the page"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/shared/{}.json", "scene"), ("/embedded/{}.json", "embed"), ("/shared_dashboard/{}.json", "scene")],
)
async def test_prefixes(desk: Desk, token: str, path: str, kind: str) -> None:
    assert (await desk.get(path.format(token), key=None)).json()["type"] == kind


async def test_embedded_as_a_parameter(desk: Desk, token: str) -> None:
    assert (await desk.public(f"{token}.json?embedded")).json()["type"] == "embed"


@pytest.mark.parametrize("suffix", ["", ".json", ".png"])
async def test_unknown_and_disabled_look_the_same(desk: Desk, insight: int, token: str, suffix: str) -> None:
    await desk.patch(f"insights/{insight}/sharing/", {"enabled": False})
    pages = [await desk.public(f"{name}{suffix}") for name in ("x" * 30, token)]
    assert [page.status_code for page in pages] == [404, 404]
    assert pages[0].text == pages[1].text
    assert pages[0].headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("suffix", ["", ".json"])
async def test_deleted_insight(desk: Desk, insight: int, token: str, suffix: str) -> None:
    await desk.patch(f"insights/{insight}/", {"deleted": True})
    reply = await desk.public(f"{token}{suffix}")
    assert reply.status_code == 404
    assert reply.json()["detail"] == "No resource found"


async def test_deleted_insight_behind_a_password(desk: Desk, insight: int, protected: str) -> None:
    await desk.patch(f"insights/{insight}/", {"deleted": True})
    assert embedded_data((await desk.public(protected)).text)["type"] == "unlock"


async def test_text_before_the_first_dot_is_the_token(desk: Desk, token: str) -> None:
    assert (await desk.public(f"{token}.some.json")).json()["accessToken"] == token
    assert (await desk.public(f"{token}.txt")).headers["content-type"].startswith("text/html")


async def test_last_slash_leads_to_the_login(desk: Desk, token: str) -> None:
    reply = await desk.public(f"{token}/")
    assert reply.status_code == 302
    assert reply.headers["location"].startswith("/login?next=/shared/")


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize(("accept", "status"), [("text/html", 406), ("*/*", 200), ("text/html,*/*;q=0.8", 200)])
async def test_accept(desk: Desk, token: str, suffix: str, accept: str, status: int) -> None:
    assert (await desk.public(f"{token}{suffix}", headers={"Accept": accept})).status_code == status


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_other_methods(desk: Desk, token: str, method: str) -> None:
    assert (await desk.public(token, method)).status_code == 405


@pytest.mark.parametrize("suffix", ["", ".json", ".png"])
async def test_locked_link_shows_the_unlock_page(desk: Desk, protected: str, suffix: str) -> None:
    reply = await desk.public(f"{protected}{suffix}")
    assert (reply.status_code, embedded_data(reply.text)) == (200, {"type": "unlock"})


async def test_head_skips_the_lock(desk: Desk, protected: str) -> None:
    reply = await desk.public(f"{protected}.json", "HEAD")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")


async def test_unlock_page_knows_theme_and_whitelabel(desk: Desk, insight: int, protected: str) -> None:
    settings = {"theme": "dark", "whitelabel": True, "legend": True}
    await desk.patch(f"insights/{insight}/sharing/", {"settings": settings})
    data = embedded_data((await desk.public(protected)).text)
    assert data == {"type": "unlock", "whitelabel": True, "theme": "dark"}


async def test_right_password(desk: Desk, protected: str) -> None:
    reply = await desk.public(f"{protected}.json", "POST", json={"password": PASSWORD})
    assert (reply.status_code, list(reply.json())) == (200, ["shareToken"])
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith(f"posthog_sharing_token={reply.json()['shareToken']};")
    for part in (f"Path=/shared/{protected};", "HttpOnly", "SameSite=lax", "Max-Age=86400"):
        assert part in cookie


@pytest.mark.parametrize(
    "body",
    [
        {"password": "wrong"},
        {"password": f" {PASSWORD} "},
        {"password": None},
        {"password": 1},
        {"password": [PASSWORD]},
        {},
        [],
    ],
)
async def test_wrong_password(desk: Desk, protected: str, body: Any) -> None:
    reply = await desk.public(protected, "POST", json=body)
    assert (reply.status_code, reply.json()) == (401, {"error": "Incorrect password"})


async def test_malformed_json_is_the_envelope(desk: Desk, protected: str) -> None:
    reply = await desk.public(protected, "POST", content="{", headers={"Content-Type": "application/json"})
    assert (reply.status_code, reply.json()["code"]) == (400, "parse_error")


async def test_post_on_an_open_link_is_like_get(desk: Desk, token: str) -> None:
    assert (await desk.public(f"{token}.json", "POST", json={"password": "x"})).json()["type"] == "scene"
    assert (await desk.public(token, "POST")).headers["content-type"].startswith("text/html")


async def test_share_token_opens(desk: Desk, protected: str) -> None:
    headers = {"Authorization": f"Bearer {await unlock(desk, protected)}"}
    data = (await desk.public(f"{protected}.json", headers=headers)).json()
    assert data["insight"]["result"] == [[42]]
    assert "shareToken" not in data
    page = await desk.public(protected, headers=headers)
    assert page.headers["content-type"].startswith("text/html")
    asked = await desk.public(protected, headers=headers | {"Accept": "application/json"})
    assert asked.json()["accessToken"] == protected
    embedded = await desk.get(f"/embedded/{protected}.json", key=None, headers=headers)
    assert embedded.json()["type"] == "embed"


async def test_cookie_opens_and_is_repeated(desk: Desk, protected: str) -> None:
    share_token = await unlock(desk, protected)
    headers = {"Cookie": f"posthog_sharing_token={share_token}"}
    data = (await desk.public(f"{protected}.json", headers=headers)).json()
    assert data["shareToken"] == share_token


async def test_share_token_lasts_a_day(desk: Desk, protected: str) -> None:
    headers = {"Authorization": f"Bearer {await unlock(desk, protected)}"}
    desk.clock.advance(hours=23)
    assert "accessToken" in (await desk.public(f"{protected}.json", headers=headers)).text
    desk.clock.advance(hours=2)
    assert "unlock" in (await desk.public(f"{protected}.json", headers=headers)).text


async def test_other_tokens_show_the_unlock_page(desk: Desk, protected: str) -> None:
    other = desk.insight("Other", short_id="other000")
    other_token = await desk.share(other, password_required=True)
    await desk.post(f"insights/{other}/sharing/passwords/", {"raw_password": PASSWORD})
    for bearer in (await unlock(desk, other_token), desk.sandbox.world.key, "nonsense"):
        reply = await desk.public(f"{protected}.json", headers={"Authorization": f"Bearer {bearer}"})
        assert embedded_data(reply.text) == {"type": "unlock"}


async def test_tokens_are_ignored_on_an_open_link(desk: Desk, token: str) -> None:
    reply = await desk.public(f"{token}.json", headers={"Authorization": "Bearer nonsense"})
    assert reply.json()["accessToken"] == token


async def test_tries_are_logged(desk: Desk, insight: int, protected: str) -> None:
    await desk.public(protected, "POST", json={"password": "wrong"})
    await unlock(desk, protected)
    entries = (await desk.get(f"insights/{insight}/activity/")).json()["results"][:2]
    assert [entry["activity"] for entry in entries] == ["share_login_success", "share_login_failed"]
    after = entries[1]["detail"]["changes"][0]["after"]
    assert (after["client_ip"], after["success"], entries[1]["user"]) == ("127.0.0.1", False, None)
    assert PASSWORD not in json.dumps(entries)


async def test_a_view_counts(desk: Desk, insight: int, token: str) -> None:
    await desk.public(f"{token}.json")
    assert (await desk.get(f"insights/{insight}/")).json()["last_viewed_at"] == stamp(NOW)


async def test_only_options_that_are_on_appear(desk: Desk, insight: int, token: str) -> None:
    settings = {"whitelabel": True, "legend": True, "noHeader": False, "theme": "light"}
    await desk.patch(f"insights/{insight}/sharing/", {"settings": settings})
    data = (await desk.public(f"{token}.json")).json()
    assert (data["whitelabel"], data["legend"], data["theme"]) == (True, True, "light")
    assert "noHeader" not in data
    desk.connection.execute("UPDATE organizations SET features = '[]'")
    assert "whitelabel" not in (await desk.public(f"{token}.json")).json()


@pytest.mark.parametrize(("created", "obeys"), [("2025-07-30", True), ("2025-07-31", False)])
async def test_query_options_of_old_links(desk: Desk, token: str, created: str, obeys: bool) -> None:
    desk.connection.execute(
        "UPDATE sharing_configurations SET created_at = ? WHERE access_token = ?",
        (f"{created}T10:00:00.000000Z", token),
    )
    data = (await desk.public(f"{token}.json?legend&detailed=false&noHeader=1")).json()
    assert ("legend" in data, "noHeader" in data, "detailed" in data) == (obeys, obeys, False)


async def test_hide_extra_details(desk: Desk, insight: int, token: str) -> None:
    await desk.patch(f"insights/{insight}/sharing/", {"settings": {"hideExtraDetails": True}})
    shown = (await desk.public(f"{token}.json")).json()["insight"]
    assert not {"created_by", "last_modified_by", "created_at", "last_modified_at"} & set(shown)


@pytest.mark.parametrize(("server", "hidden"), [("new", True), ("mid", False)])
async def test_authors_on_shared_dashboards(open_desk: Open, server: str, hidden: bool) -> None:
    desk = await open_desk(server=server)
    dashboard = desk.insert("dashboards", project_id=1, name="Wall", created_at=stamp(NOW))
    desk.insert("dashboard_tiles", dashboard_id=dashboard, insight_id=desk.insight())
    reply = await desk.patch(f"dashboards/{dashboard}/sharing/", {"enabled": True})
    data = (await desk.public(f"{reply.json()['access_token']}.json")).json()
    shown = data["dashboard"]["tiles"][0]["insight"]
    assert ("created_by" not in shown) is hidden


async def test_preview_of_new_servers_is_a_redirect(desk: Desk, token: str) -> None:
    first, second = await desk.public(f"{token}.png"), await desk.public(f"{token}.png")
    assert (first.status_code, first.headers["cache-control"]) == (302, "no-store")
    assert second.status_code == 302
    assert first.headers["location"] != second.headers["location"]
    picture = await desk.get(second.headers["location"], key=None)
    assert picture.content.startswith(b"\x89PNG")


@pytest.mark.parametrize("server", ["mid", "2025", "old"])
async def test_preview_of_older_servers_is_the_picture(open_desk: Open, server: str) -> None:
    desk = await open_desk(server=server)
    reply = await desk.public(f"{await desk.share(desk.insight())}.png")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/png")


async def test_links_use_stored_variables_only(desk: Desk) -> None:
    body = {"name": "Width", "type": "Number", "default_value": 5}
    variable = (await desk.post("insight_variables/", body)).json()
    entry = {"code_name": "width", "variableId": variable["id"]}
    insight = desk.insight(query=sql("select {variables.width}", v=entry), short_id="width000")
    token = await desk.share(insight)
    override = json.dumps({variable["id"]: entry | {"value": 9}})
    reply = await desk.client.get(f"/shared/{token}.json", params={"variables_override": override})
    assert reply.json()["insight"]["result"] == [[5]]
    parameters = {"sharing_access_token": token, "variables_override": override, "refresh": "blocking"}
    reply = await desk.client.get(f"/api/projects/1/insights/{insight}/", params=parameters)
    assert reply.json()["result"] == [[5]]


async def test_cached_result_is_shown_until_a_refresh_is_asked_for(desk: Desk, insight: int, token: str) -> None:
    await desk.public(f"{token}.json")
    desk.clock.advance(hours=2)
    kept = (await desk.public(f"{token}.json")).json()["insight"]
    fresh = (await desk.public(f"{token}.json?refresh=true")).json()["insight"]
    assert (kept["last_refresh"], fresh["last_refresh"]) == (stamp(NOW), stamp(desk.clock.now))


class TestDataApi:
    """GET .../insights/{id}/?sharing_access_token=..."""

    async def test_open_link(self, desk: Desk, insight: int, token: str) -> None:
        for method in ("GET", "HEAD"):
            reply = await desk.ask(method, f"insights/{insight}/?sharing_access_token={token}", key=None)
            assert reply.status_code == 200
        rows = (await desk.get(f"insights/?sharing_access_token={token}", key=None)).json()["results"]
        assert [row["id"] for row in rows] == [insight]

    async def test_wrong_token_even_next_to_a_good_key(self, desk: Desk, insight: int) -> None:
        reply = await desk.get(f"insights/{insight}/?sharing_access_token=wrong")
        assert (reply.status_code, reply.json()["detail"]) == (403, "Sharing access token is invalid.")

    @pytest.mark.parametrize("method", ["PATCH", "POST", "DELETE"])
    async def test_reading_only(self, desk: Desk, insight: int, token: str, method: str) -> None:
        reply = await desk.ask(method, f"insights/{insight}/?sharing_access_token={token}", json={})
        assert reply.status_code == 403
        assert reply.json()["detail"] == "Sharing access token can only be used for GET requests."

    async def test_another_insight(self, desk: Desk, token: str) -> None:
        other = desk.insight("Other", short_id="other000")
        reply = await desk.get(f"insights/{other}/?sharing_access_token={token}", key=None)
        assert reply.status_code == 404

    async def test_protected_link(self, desk: Desk, insight: int, protected: str) -> None:
        path = f"insights/{insight}/?sharing_access_token={protected}"
        locked = await desk.get(path, key=None)
        assert (locked.status_code, locked.json()["code"]) == (403, "not_authenticated")
        assert (await desk.get(path, key=await unlock(desk, protected))).status_code == 200
        assert (await desk.get(path)).status_code == 200, "a key works beside it"

    async def test_nothing_else_of_the_view(self, desk: Desk, insight: int, token: str) -> None:
        path = f"insights/{insight}/activity/?sharing_access_token={token}"
        assert (await desk.get(path, key=None)).status_code == 403
