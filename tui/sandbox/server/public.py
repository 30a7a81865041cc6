"""Public links: pages, data, previews and the unlock page, for anybody who has the address."""

from __future__ import annotations

import html as escaping
import json
import secrets
import sqlite3
from base64 import b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from tui.sandbox.database import stamp
from tui.sandbox.server import activity, links, results, rows
from tui.sandbox.server.auth import SHARE_COOKIE, unlocked
from tui.sandbox.server.context import Call
from tui.sandbox.server.errors import BareError, not_found
from tui.sandbox.server.replies import JSONReply, html
from tui.sandbox.server.sharing import organization_of, stored_settings

SETTINGS_SINCE = "2025-07-31"
"""Links made before this day also obey the query string."""
SESSION = timedelta(hours=24)
OPTIONS = ("whitelabel", "noHeader", "showInspector", "legend", "detailed", "hideExtraDetails")
AUTHORS = ("created_by", "last_modified_by")
DETAILS = (*AUTHORS, "created_at", "updated_at", "last_modified_at", "alerts")
PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")


def view(call: Call) -> Response:
    """GET, HEAD and POST of /shared/, /embedded/ and /shared_dashboard/.

    The text before the first dot is the token, the path's end decides the form of the answer.
    """
    path = call.request.url.path
    link = links.live(call, call.parameter("token").partition(".")[0])
    if link is None:
        return missing_page()
    organization = organization_of(call, link["project_id"])
    if not organization["allow_publicly_shared_resources"]:
        return missing_page()
    features = json.loads(organization["features"])
    embedded = "embedded" in call.query or path.startswith("/embedded/")
    data: dict[str, Any] = {"type": "embed" if embedded else "scene"}
    opener = None
    if link["password_required"]:
        opener = unlocked(call)
        opener = opener if opener and opener["id"] == link["id"] else None
        if call.request.method == "POST":
            return _unlock(call, link)
        if call.request.method == "GET" and opener is None:
            return _unlock_page(link, features)
        if opener is not None and (cookie := call.request.cookies.get(SHARE_COOKIE)):
            data["shareToken"] = cookie
    if path.endswith(".png"):
        return _preview(call, link)
    data["accessToken"] = link["access_token"]
    title, content = _content(call, link)
    data |= content
    data |= _options(call, link, features)
    if path.endswith(".json"):
        return JSONReply(data)
    data["rootClassName"] = f"export-type-{data['type']}"
    if opener is not None and call.request.headers.get("accept") == "application/json":
        return JSONReply(data)
    return page(title, data)


def preview_image(call: Call) -> Response:
    """GET the stored preview image that a .png link of a new server leads to."""
    return Response(PIXEL, media_type="image/png")


def missing_page() -> Response:
    """The 404 page: unknown, switched off, run out and forbidden links all look like this."""
    return html("<!doctype html><title>PostHog</title><h1>This link is not available.</h1>", 404)


def page(title: str, data: dict[str, Any]) -> Response:
    """The viewer's page with the data inside."""
    text = json.dumps(data).replace("<", "\\u003c")
    return html(
        f"<!doctype html><title>{escaping.escape(title)} • PostHog</title>"
        f'<script type="application/json" id="posthog-exported-data">{text}</script>'
    )


def _unlock_page(link: sqlite3.Row, features: list[str]) -> Response:
    settings = stored_settings(link) or {}
    data: dict[str, Any] = {"type": "unlock"}
    if settings.get("whitelabel") and "white_labelling" in features:
        data["whitelabel"] = True
    if settings.get("theme"):
        data["theme"] = settings["theme"]
    return page("Protected", data)


def _unlock(call: Call, link: sqlite3.Row) -> Response:
    given = call.data.get("password") if isinstance(call.data, dict) else None
    matching = [
        password
        for password in links.passwords(call, link["id"])
        if isinstance(given, str)
        and secrets.compare_digest(password["password"].encode(), given.encode("utf-8", "surrogatepass"))
    ]
    _log_try(call, link, matching[0] if matching else None)
    if not matching:
        error = BareError(401, "Incorrect password")
        return JSONReply(error.body(), error.status)
    token = _share_token()
    call.write(
        "INSERT INTO share_tokens (token, share_password_id, expires_at) VALUES (?,?,?)",
        token,
        matching[0]["id"],
        stamp(call.now + SESSION),
    )
    reply = JSONReply({"shareToken": token})
    reply.set_cookie(
        SHARE_COOKIE,
        token,
        max_age=int(SESSION.total_seconds()),
        path=call.request.url.path.partition(".")[0],
        httponly=True,
        samesite="lax",
    )
    return reply


def _share_token() -> str:
    """Three parts like a JSON web token's; only the last one means anything, and only in the database."""
    parts = (b'{"alg":"HS256","typ":"JWT"}', b'{"aud":"posthog:sharing"}', secrets.token_bytes(32))
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def _log_try(call: Call, link: sqlite3.Row, password: sqlite3.Row | None) -> None:
    kind = "insight" if link["insight_id"] else "dashboard"
    item = call.one(f"SELECT * FROM {kind}s WHERE id = ?", link[f"{kind}_id"])
    if item is None:
        return
    after: dict[str, Any] = {
        "access_token_suffix": link["access_token"][-6:],
        "client_ip": call.request.client.host if call.request.client else "unknown",
        "success": password is not None,
        "resource_type": kind,
    }
    if password is not None:
        after["password_id"] = str(password["id"])
        after["password_note"] = password["note"] or "Untitled password"
    activity.log(
        call,
        kind.capitalize(),
        item,
        "share_login_failed" if password is None else "share_login_success",
        activity.change(kind.capitalize(), "authentication_attempt", after),
        anonymous=True,
    )


def _preview(call: Call, link: sqlite3.Row) -> Response:
    if call.age.png == "bytes":
        return Response(PIXEL, media_type="image/png")
    token = link["access_token"]
    if token in call.sandbox.pictures:
        return RedirectResponse(f"/exports/{quote(token)}.png", 302)
    call.sandbox.pictures.add(token)
    return RedirectResponse("/static/shared-preview.png", 302, headers={"Cache-Control": "no-store"})


def _content(call: Call, link: sqlite3.Row) -> tuple[str, dict[str, Any]]:
    """A title, and what the link shows. Raises `ApiError` 404 when that is deleted."""
    hidden: tuple[str, ...] = DETAILS if (stored_settings(link) or {}).get("hideExtraDetails") else ()
    call.project = call.one("SELECT * FROM projects WHERE id = ?", link["project_id"])
    if link["insight_id"]:
        insight = call.one("SELECT * FROM insights WHERE id = ? AND NOT deleted", link["insight_id"])
        if insight is None:
            raise not_found("No resource found")
        call.write("UPDATE insights SET last_viewed_at = ? WHERE id = ?", call.stamp, insight["id"])
        shown = _without(_insight(call, insight), hidden)
        title = insight["name"] or insight["derived_name"] or "Insight"
        return title, {"insight": shown, "themes": [], "cohorts": []}
    dashboard = call.one("SELECT * FROM dashboards WHERE id = ? AND NOT deleted", link["dashboard_id"])
    if dashboard is None:
        raise not_found("No resource found")
    if call.age.dashboards_hide_authors:
        hidden = hidden or AUTHORS
    tiles = call.all(
        "SELECT t.id AS tile_id, i.* FROM dashboard_tiles t JOIN insights i ON i.id = t.insight_id"
        " WHERE t.dashboard_id = ? AND NOT t.deleted AND NOT i.deleted ORDER BY t.id",
        dashboard["id"],
    )
    shown = {
        "id": dashboard["id"],
        "name": dashboard["name"],
        "description": dashboard["description"],
        "tiles": [{"id": tile["tile_id"], "insight": _without(_insight(call, tile), hidden)} for tile in tiles],
    }
    return dashboard["name"], {"dashboard": shown, "themes": [], "cohorts": []}


def _insight(call: Call, insight: sqlite3.Row) -> dict[str, Any]:
    """An insight with its result, computed only where nothing is cached or a refresh is asked for."""
    mode = "blocking" if call.query.get("refresh") == "true" else "async_except_on_cache_miss"
    return rows.full(call, [insight], lambda row: results.obtain(call, row, mode))[0]


def _without(shown: dict[str, Any], hidden: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if name not in hidden}


def _options(call: Call, link: sqlite3.Row, features: list[str]) -> dict[str, Any]:
    """The options that are on, from the settings and, for old links, from the query string."""
    settings = dict(stored_settings(link) or {})
    if link["created_at"][:10] < SETTINGS_SINCE:
        for name in OPTIONS:
            if name in call.query:
                settings[name] = call.query[name].strip().lower() not in ("0", "false", "no", "off")
        if call.query.get("theme") in ("light", "dark", "system"):
            settings["theme"] = call.query["theme"]
    options: dict[str, Any] = {
        name: True for name in OPTIONS if settings.get(name) and (name != "whitelabel" or "white_labelling" in features)
    }
    if settings.get("theme"):
        options["theme"] = settings["theme"]
    return options
