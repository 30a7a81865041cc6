"""The sharing configuration: reading, changing, refreshing, and the life of tokens on every age of server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.server.conftest import Open
from tests.sandbox.server.desk import MEMBER, NOW, OTHER_PROJECT, Desk
from tui.sandbox.database import stamp
from tui.sandbox.server import links

pytestmark = pytest.mark.anyio

AGES = ("new", "mid", "2025", "old")


@pytest.fixture
def insight(desk: Desk) -> int:
    """An insight that was never shared."""
    return desk.insight()


def path(insight: int, more: str = "") -> str:
    """The path of the configuration."""
    return f"insights/{insight}/sharing/{more}"


async def opens(desk: Desk, token: str) -> bool:
    """Whether a link shows its data to anybody."""
    reply = await desk.public(f"{token}.json")
    return reply.status_code == 200 and reply.headers["content-type"] == "application/json"


async def test_before_it_was_saved(desk: Desk, insight: int) -> None:
    first, second = [(await desk.get(path(insight))).json() for _ in range(2)]
    assert (first["created_at"], first["enabled"], first["share_passwords"]) == (None, False, [])
    assert len(first["access_token"]) == 30
    assert first["access_token"] != second["access_token"]
    assert not await opens(desk, first["access_token"])
    rows = desk.connection.execute("SELECT COUNT(*) FROM sharing_configurations WHERE insight_id = ?", (insight,))
    assert rows.fetchone()[0] == 0


@pytest.mark.parametrize(("server", "has"), [("new", True), ("mid", False), ("2025", False), ("old", False)])
async def test_fields(open_desk: Open, server: str, has: bool) -> None:
    desk = await open_desk(server=server)
    shown = (await desk.get(path(desk.insight()))).json()
    assert list(shown)[:6] == [
        "created_at",
        "enabled",
        "access_token",
        "settings",
        "password_required",
        "share_passwords",
    ]
    assert ("user_access_level" in shown) is has


async def test_an_empty_patch_saves_with_a_token_of_its_own(desk: Desk, insight: int) -> None:
    before = (await desk.get(path(insight))).json()
    saved = (await desk.patch(path(insight), {})).json()
    assert (saved["enabled"], saved["created_at"]) == (False, stamp(NOW))
    assert saved["access_token"] != before["access_token"]
    assert (await desk.get(path(insight))).json() == saved


async def test_read_only_fields_are_ignored(desk: Desk, insight: int) -> None:
    saved = (await desk.patch(path(insight), {"enabled": True})).json()
    body = {"access_token": "mine", "created_at": "2020-01-01", "share_passwords": [1], "colour": 1}
    assert (await desk.patch(path(insight), body)).json() == saved


@pytest.mark.parametrize(
    ("sent", "stored"),
    [("true", True), ("on", True), (1, True), ("False", False), ("No", False), (0, False), (True, True)],
)
async def test_soft_booleans(desk: Desk, insight: int, sent: Any, stored: bool) -> None:
    assert (await desk.patch(path(insight), {"enabled": sent})).json()["enabled"] is stored


@pytest.mark.parametrize("field", ["enabled", "password_required"])
@pytest.mark.parametrize(
    ("sent", "code", "detail"),
    [(None, "null", "This field may not be null."), ("perhaps", "invalid_input", "Must be a valid boolean.")],
)
async def test_bad_booleans(desk: Desk, insight: int, field: str, sent: Any, code: str, detail: str) -> None:
    reply = await desk.patch(path(insight), {field: sent})
    assert reply.status_code == 400
    assert (reply.json()["code"], reply.json()["attr"], reply.json()["detail"]) == (code, field, detail)


async def test_forms(desk: Desk, insight: int) -> None:
    data = {"enabled": "on", "settings": '{"legend": "yes"}'}
    reply = await desk.ask("PATCH", path(insight), data=data)
    assert (reply.json()["enabled"], reply.json()["settings"]) == (True, {"legend": True})


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"legend": True, "noHeader": False}, {"legend": True, "noHeader": False}),
        ({"legend": "yes", "detailed": 1}, {"legend": True, "detailed": True}),
        ({"legend": None, "colour": "red", "theme": "dark"}, {"theme": "dark"}),
        ({}, {}),
        (None, None),
    ],
)
async def test_settings_replace_the_whole_object(desk: Desk, insight: int, sent: Any, stored: Any) -> None:
    await desk.patch(path(insight), {"settings": {"whitelabel": True, "hideExtraDetails": True}})
    assert (await desk.patch(path(insight), {"settings": sent})).json()["settings"] == stored


async def test_settings_stay_when_left_out(desk: Desk, insight: int) -> None:
    await desk.patch(path(insight), {"settings": {"legend": True}})
    assert (await desk.patch(path(insight), {"enabled": True})).json()["settings"] == {"legend": True}


@pytest.mark.parametrize("sent", ["text", [], 1, {"legend": "perhaps"}, {"theme": "blue"}])
async def test_bad_settings(desk: Desk, insight: int, sent: Any) -> None:
    reply = await desk.patch(path(insight), {"settings": sent})
    assert reply.status_code == 400
    assert (reply.json()["attr"], reply.json()["detail"]) == ("settings", "Invalid settings format")


@pytest.mark.parametrize(("method", "more"), [("PATCH", ""), ("POST", "passwords/")])
async def test_a_list_as_body_is_500(desk: Desk, insight: int, method: str, more: str) -> None:
    reply = await desk.ask(method, path(insight, more), json=[])
    assert (reply.status_code, reply.json()["type"]) == (500, "server_error")


@pytest.mark.parametrize(
    ("which", "status", "detail"),
    [
        ("999999", 404, "Insight not found."),
        ("deleted", 404, "Insight not found."),
        ("foreign", 404, "Insight not found."),
        ("AbCd1234", 500, "A server error occurred."),
    ],
)
async def test_insights_that_are_not_there(desk: Desk, which: str, status: int, detail: str) -> None:
    desk.insight(short_id="AbCd1234")
    made = {
        "deleted": desk.insight(short_id="d", deleted=1),
        "foreign": desk.insight(short_id="f", project_id=OTHER_PROJECT),
    }
    reply = await desk.get(f"insights/{made.get(which, which)}/sharing/")
    assert (reply.status_code, reply.json()["detail"]) == (status, detail)


@pytest.mark.parametrize("more", ["refresh/", "passwords/"])
async def test_patch_below_the_configuration_changes_it_just_the_same(desk: Desk, insight: int, more: str) -> None:
    token = await desk.share(insight)
    reply = await desk.patch(path(insight, more), {"settings": {"legend": True}})
    assert (reply.status_code, reply.json()["access_token"]) == (200, token)
    assert (await desk.get(path(insight))).json()["settings"] == {"legend": True}


@pytest.mark.parametrize(
    ("server", "feature"),
    [("new", "Access Control"), ("mid", "Access Control"), ("2025", "Advanced Permissions")],
)
async def test_password_needs_a_paid_plan(open_desk: Open, server: str, feature: str) -> None:
    desk = await open_desk(server=server)
    desk.connection.execute("UPDATE organizations SET features = '[]'")
    reply = await desk.patch(path(desk.insight()), {"password_required": True, "enabled": None})
    assert reply.status_code == 403
    assert reply.json() == {"error": f"Sharing with password requires the {feature} feature"}


async def test_a_protected_link_survives_the_loss_of_the_plan(desk: Desk, insight: int) -> None:
    await desk.share(insight, password_required=True)
    desk.connection.execute("UPDATE organizations SET features = '[]'")
    assert (await desk.patch(path(insight), {"settings": {}})).json()["password_required"] is True
    assert (await desk.post(path(insight, "refresh/"))).json()["password_required"] is True


async def test_organization_forbids_public_links(desk: Desk, insight: int) -> None:
    token = await desk.share(insight)
    desk.connection.execute("UPDATE organizations SET allow_publicly_shared_resources = 0")
    refused = await desk.patch(path(insight), {"enabled": True})
    assert refused.status_code == 403
    assert refused.json()["detail"] == "Public sharing is disabled for this organization."
    assert not await opens(desk, token)
    assert (await desk.get(path(insight))).json()["enabled"] is True
    assert (await desk.post(path(insight, "refresh/"))).status_code == 200
    assert (await desk.patch(path(insight), {"settings": {}})).status_code == 200
    assert (await desk.patch(path(insight), {"enabled": False})).status_code == 200


@pytest.mark.parametrize(
    ("method", "more", "body"),
    [
        ("PATCH", "", {"enabled": True}),
        ("POST", "refresh/", None),
        ("POST", "passwords/", {}),
        ("DELETE", "passwords/1/", None),
    ],
)
async def test_only_editors_change(
    desk: Desk, insight: int, method: str, more: str, body: dict[str, Any] | None
) -> None:
    desk.insert("insight_access", insight_id=insight, user_id=1, level="viewer")
    reply = await desk.ask(method, path(insight, more), json=body)
    assert reply.status_code == 403
    assert reply.json()["detail"] == "You don't have edit permissions for this insight."
    shown = await desk.get(path(insight))
    assert (shown.status_code, shown.json()["user_access_level"]) == (200, "viewer")


@pytest.mark.parametrize(("server", "status"), [("new", 403), ("mid", 200), ("old", 200)])
async def test_reading_needs_viewer_access_on_new_servers(open_desk: Open, server: str, status: int) -> None:
    desk = await open_desk(server=server)
    insight = desk.insight()
    desk.insert("insight_access", insight_id=insight, user_id=None, level="none")
    assert (await desk.get(path(insight))).status_code == status


@pytest.mark.parametrize(("server", "status"), [("new", 400), ("mid", 200), ("2025", 200), ("old", 200)])
async def test_publish_gate(open_desk: Open, server: str, status: int) -> None:
    desk = await open_desk(server=server)
    insight = desk.insight(tags='["restricted-table"]')
    reply = await desk.patch(path(insight), {"enabled": True})
    assert reply.status_code == status
    if status == 400:
        assert reply.json()["detail"].startswith("Can't enable sharing ")


async def test_publish_gate_only_stops_going_public(desk: Desk, insight: int) -> None:
    await desk.share(insight)
    desk.set("insights", insight, tags='["restricted-table"]')
    assert (await desk.patch(path(insight), {"enabled": True, "settings": {}})).status_code == 200


async def test_refresh_gives_a_new_token_and_a_grace_period(desk: Desk, insight: int) -> None:
    old = await desk.share(insight, settings={"legend": True})
    reply = await desk.post(path(insight, "refresh/"))
    new = reply.json()
    assert reply.status_code == 200
    assert (new["enabled"], new["settings"], new["access_token"] == old) == (True, {"legend": True}, False)
    desk.clock.advance(seconds=299)
    assert [await opens(desk, token) for token in (old, new["access_token"])] == [True, True]
    desk.clock.advance(seconds=2)
    assert [await opens(desk, token) for token in (old, new["access_token"])] == [False, True]


async def test_after_two_refreshes_three_links_live(desk: Desk, insight: int) -> None:
    tokens = [await desk.share(insight)]
    for _ in range(2):
        desk.clock.advance(minutes=2)
        tokens.append((await desk.post(path(insight, "refresh/"))).json()["access_token"])
    assert [await opens(desk, token) for token in tokens] == [True, True, True]
    desk.clock.advance(minutes=4)
    assert [await opens(desk, token) for token in tokens] == [False, True, True]


async def test_length_of_the_grace_period_is_an_option(open_desk: Open) -> None:
    desk = await open_desk(grace=3)
    insight = desk.insight()
    old = await desk.share(insight)
    await desk.post(path(insight, "refresh/"))
    assert await opens(desk, old)
    desk.clock.advance(seconds=4)
    assert not await opens(desk, old)


async def test_refresh_of_nothing_saves_a_disabled_link(desk: Desk, insight: int) -> None:
    new = (await desk.post(path(insight, "refresh/"))).json()
    assert (new["enabled"], new["created_at"]) == (False, stamp(NOW))
    assert (await desk.get(path(insight))).json() == new


async def test_the_old_link_has_a_life_of_its_own(desk: Desk, insight: int) -> None:
    old = await desk.share(insight, settings={"theme": "dark"})
    new = (await desk.post(path(insight, "refresh/"))).json()["access_token"]
    await desk.patch(path(insight), {"password_required": True, "settings": {}})
    assert [await opens(desk, token) for token in (old, new)] == [True, False]
    assert (await desk.public(f"{old}.json")).json()["theme"] == "dark"


@pytest.mark.parametrize("server", AGES)
async def test_disable_is_immediate_but_not_for_the_link_in_its_grace(open_desk: Open, server: str) -> None:
    desk = await open_desk(server=server)
    insight = desk.insight()
    old = await desk.share(insight)
    new = (await desk.post(path(insight, "refresh/"))).json()["access_token"]
    await desk.patch(path(insight), {"enabled": False})
    assert [await opens(desk, token) for token in (old, new)] == [True, False]
    desk.clock.advance(minutes=6)
    assert not await opens(desk, old)


@pytest.mark.parametrize(("server", "renews"), [("new", True), ("mid", False), ("2025", False), ("old", False)])
async def test_off_and_on_again(open_desk: Open, server: str, renews: bool) -> None:
    desk = await open_desk(server=server)
    insight = desk.insight()
    first = await desk.share(insight)
    second = (await desk.post(path(insight, "refresh/"))).json()["access_token"]
    await desk.patch(path(insight), {"enabled": False})
    third = await desk.share(insight)
    assert (third != second) is renews
    assert await opens(desk, third)
    assert await opens(desk, first) is not renews, "the newest end every earlier token"
    assert await desk.share(insight) == third, "on already: the token stays"


@pytest.mark.parametrize(("server", "kept"), [("new", True), ("mid", True), ("2025", True), ("old", False)])
async def test_refresh_of_a_protected_link(open_desk: Open, server: str, kept: bool) -> None:
    desk = await open_desk(server=server)
    insight = desk.insight()
    await desk.share(insight, password_required=True)
    await desk.post(path(insight, "passwords/"), {"note": "n"})
    new = (await desk.post(path(insight, "refresh/"))).json()
    assert new["password_required"] is kept
    assert len(new["share_passwords"]) == (1 if kept else 0)
    assert await opens(desk, new["access_token"]) is not kept


@pytest.mark.parametrize(("server", "status"), [("new", 200), ("mid", 500)])
async def test_two_active_rows(open_desk: Open, server: str, status: int) -> None:
    desk = await open_desk(server=server)
    insight = desk.insight()
    await desk.share(insight)
    desk.insert(
        "sharing_configurations",
        project_id=1,
        insight_id=insight,
        created_at=stamp(NOW),
        access_token=links.new_token(),
    )
    for reply in (await desk.get(path(insight)), await desk.patch(path(insight), {})):
        assert reply.status_code == status


async def test_activity(desk: Desk, insight: int) -> None:
    await desk.share(insight)
    await desk.post(path(insight, "refresh/"))
    await desk.patch(path(insight), {"enabled": False})
    entries = (await desk.get(f"insights/{insight}/activity/")).json()["results"]
    assert [entry["activity"] for entry in entries] == [
        "sharing disabled",
        "access token refreshed",
        "sharing enabled",
    ]
    assert entries[0]["detail"]["changes"] == [
        {"type": "Insight", "action": "changed", "field": "sharing", "before": True, "after": False}
    ]


async def test_dashboards_share_the_same_way(desk: Desk) -> None:
    dashboard = desk.insert("dashboards", project_id=1, name="Wall", created_at=stamp(NOW), created_by=1)
    desk.insert("dashboard_tiles", dashboard_id=dashboard, insight_id=desk.insight("On the wall"))
    reply = await desk.patch(f"dashboards/{dashboard}/sharing/", {"enabled": True})
    token = reply.json()["access_token"]
    data = (await desk.public(f"{token}.json")).json()
    assert data["dashboard"]["tiles"][0]["insight"]["name"] == "On the wall"
    assert (await desk.get(f"dashboards/{dashboard}/")).json()["is_shared"] is True
    assert (await desk.get("dashboards/999/sharing/")).json()["detail"] == "Dashboard not found."


async def test_a_member_may_share(desk: Desk, insight: int) -> None:
    key = desk.key("sharing_configuration:write", user=MEMBER)
    assert (await desk.patch(path(insight), {"enabled": True}, key)).status_code == 200
