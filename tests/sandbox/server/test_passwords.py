"""Passwords of protected links."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.server.conftest import Open
from tests.sandbox.server.desk import NOW, Desk
from tui.sandbox.database import stamp

pytestmark = pytest.mark.anyio


@pytest.fixture
async def link(desk: Desk) -> tuple[str, str]:
    """The path of a protected link's configuration, and its token."""
    insight = desk.insight()
    return f"insights/{insight}/sharing/", await desk.share(insight, password_required=True)


async def unlocks(desk: Desk, token: str, password: str) -> bool:
    """Whether the password opens the link."""
    reply = await desk.public(token, "POST", json={"password": password})
    return reply.status_code == 200


async def test_made_by_the_server(desk: Desk, link: tuple[str, str]) -> None:
    reply = await desk.post(f"{link[0]}passwords/", {"note": " board "})
    assert reply.status_code == 201
    made = reply.json()
    assert list(made) == ["id", "password", "note", "created_at", "created_by_email"]
    assert len(made["password"]) == 22
    assert (made["note"], made["created_at"]) == ("board", stamp(NOW))
    assert "@" in made["created_by_email"]
    assert await unlocks(desk, link[1], made["password"])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("  trimmed text ", "trimmed text"), (12345678, "12345678"), ("x" * 5000, "x" * 5000)],
)
async def test_given(desk: Desk, link: tuple[str, str], sent: Any, kept: str) -> None:
    made = (await desk.post(f"{link[0]}passwords/", {"raw_password": sent})).json()
    assert (made["password"], made["note"]) == (kept, "")
    assert await unlocks(desk, link[1], kept)


@pytest.mark.parametrize("sent", ["", "   "])
async def test_blanks_only_let_the_server_make_one(desk: Desk, link: tuple[str, str], sent: str) -> None:
    assert len((await desk.post(f"{link[0]}passwords/", {"raw_password": sent})).json()["password"]) == 22


@pytest.mark.parametrize(
    ("body", "code", "attr", "detail"),
    [
        ({"raw_password": " 1234567 "}, "invalid_input", "raw_password", "at least 8 characters long."),
        ({"raw_password": None}, "null", "raw_password", "may not be null."),
        ({"note": None}, "null", "note", "may not be null."),
        ({"note": "n" * 101}, "max_length", "note", "no more than 100 characters."),
        ({"raw_password": ["12345678"]}, "invalid_input", "raw_password", "Not a valid string."),
    ],
)
async def test_refusals(
    desk: Desk, link: tuple[str, str], body: dict[str, Any], code: str, attr: str, detail: str
) -> None:
    reply = await desk.post(f"{link[0]}passwords/", body)
    assert (reply.status_code, reply.json()["code"], reply.json()["attr"]) == (400, code, attr)
    assert detail in reply.json()["detail"]


async def test_protection_comes_first_then_the_plan(desk: Desk, link: tuple[str, str]) -> None:
    await desk.patch(link[0], {"password_required": False})
    desk.connection.execute("UPDATE organizations SET features = '[]'")
    unprotected = await desk.post(f"{link[0]}passwords/", {})
    assert unprotected.status_code == 400
    assert unprotected.json() == {"error": "Password protection must be enabled before creating passwords"}
    desk.connection.execute("UPDATE sharing_configurations SET password_required = 1")
    unpaid = await desk.post(f"{link[0]}passwords/", {})
    assert unpaid.status_code == 403
    assert unpaid.json() == {"error": "Password management requires the Access Control feature"}
    assert (await desk.ask("DELETE", f"{link[0]}passwords/1/")).json() == unpaid.json()


async def test_several_newest_first_and_never_shown_again(desk: Desk, link: tuple[str, str]) -> None:
    for note in ("first", "second"):
        desk.clock.advance(seconds=1)
        await desk.post(f"{link[0]}passwords/", {"note": note, "raw_password": "the same one"})
    shown = (await desk.get(link[0])).json()["share_passwords"]
    assert [entry["note"] for entry in shown] == ["second", "first"]
    assert list(shown[0]) == ["id", "created_at", "note", "created_by_email", "is_active"]
    assert isinstance(shown[0]["id"], int)
    assert await unlocks(desk, link[1], "the same one")


async def test_delete(desk: Desk, link: tuple[str, str]) -> None:
    made = (await desk.post(f"{link[0]}passwords/", {})).json()
    reply = await desk.ask("DELETE", f"{link[0]}passwords/{made['id']}/")
    assert (reply.status_code, reply.content) == (204, b"")
    assert not await unlocks(desk, link[1], made["password"])
    again = await desk.ask("DELETE", f"{link[0]}passwords/{made['id']}/")
    assert (again.status_code, again.json()["detail"]) == (404, "Password not found")
    assert (await desk.get(link[0])).json()["share_passwords"] == []


async def test_delete_ends_sessions_at_once(desk: Desk, link: tuple[str, str]) -> None:
    made = (await desk.post(f"{link[0]}passwords/", {})).json()
    opened = await desk.public(link[1], "POST", json={"password": made["password"]})
    headers = {"Authorization": f"Bearer {opened.json()['shareToken']}"}
    assert "accessToken" in (await desk.public(f"{link[1]}.json", headers=headers)).text
    await desk.ask("DELETE", f"{link[0]}passwords/{made['id']}/")
    closed = await desk.public(f"{link[1]}.json", headers=headers)
    assert closed.headers["content-type"].startswith("text/html")


async def test_delete_works_while_protection_is_off(desk: Desk, link: tuple[str, str]) -> None:
    made = (await desk.post(f"{link[0]}passwords/", {})).json()
    await desk.patch(link[0], {"password_required": False})
    assert (await desk.ask("DELETE", f"{link[0]}passwords/{made['id']}/")).status_code == 204


async def test_odd_ids(desk: Desk, link: tuple[str, str]) -> None:
    assert (await desk.ask("DELETE", f"{link[0]}passwords/abc/")).status_code == 500
    assert (await desk.ask("DELETE", f"{link[0]}passwords/999/")).status_code == 404
    unsaved = f"insights/{desk.insight(short_id='unsaved0')}/sharing/passwords/1/"
    assert (await desk.ask("DELETE", unsaved)).status_code == 500


async def test_refresh_copies_under_new_ids_and_turns_the_order_around(desk: Desk, link: tuple[str, str]) -> None:
    made = []
    for note in ("a", "b", "c"):
        desk.clock.advance(seconds=1)
        made.append((await desk.post(f"{link[0]}passwords/", {"note": note})).json())
    await desk.ask("DELETE", f"{link[0]}passwords/{made[1]['id']}/")
    desk.clock.advance(seconds=1)
    after = (await desk.post(f"{link[0]}refresh/")).json()
    assert [entry["note"] for entry in after["share_passwords"]] == ["a", "c"]
    ids = {entry["id"] for entry in after["share_passwords"]}
    assert not ids & {entry["id"] for entry in made}
    assert (await desk.ask("DELETE", f"{link[0]}passwords/{made[0]['id']}/")).status_code == 404
    await desk.ask("DELETE", f"{link[0]}passwords/{after['share_passwords'][0]['id']}/")
    assert not await unlocks(desk, after["access_token"], made[0]["password"])
    assert await unlocks(desk, link[1], made[0]["password"]), "the old link has passwords of its own"


async def test_old_sessions_open_the_old_link_only(desk: Desk, link: tuple[str, str]) -> None:
    made = (await desk.post(f"{link[0]}passwords/", {})).json()
    opened = (await desk.public(link[1], "POST", json={"password": made["password"]})).json()
    headers = {"Authorization": f"Bearer {opened['shareToken']}"}
    new = (await desk.post(f"{link[0]}refresh/")).json()["access_token"]
    kinds = [
        (await desk.public(f"{token}.json", headers=headers)).headers["content-type"].partition(";")[0]
        for token in (link[1], new)
    ]
    assert kinds == ["application/json", "text/html"]


async def test_protection_off_and_on_keeps_passwords(desk: Desk, link: tuple[str, str]) -> None:
    made = (await desk.post(f"{link[0]}passwords/", {})).json()
    await desk.patch(link[0], {"password_required": False})
    assert [entry["id"] for entry in (await desk.get(link[0])).json()["share_passwords"]] == [made["id"]]
    await desk.patch(link[0], {"password_required": True})
    assert await unlocks(desk, link[1], made["password"])


async def test_the_makers_who_left(desk: Desk, link: tuple[str, str]) -> None:
    made = (await desk.post(f"{link[0]}passwords/", {})).json()
    desk.set("share_passwords", made["id"], created_by=None)
    assert (await desk.get(link[0])).json()["share_passwords"][0]["created_by_email"] == "deleted user"


async def test_2025_names_another_feature(open_desk: Open) -> None:
    desk = await open_desk(server="2025")
    insight = desk.insight()
    await desk.share(insight, password_required=True)
    desk.connection.execute("UPDATE organizations SET features = '[]'")
    reply = await desk.post(f"insights/{insight}/sharing/passwords/", {})
    assert reply.json() == {"error": "Password management requires the Advanced Permissions feature"}
