"""The way of one request: faults, one transaction, PostHog's order of checks, the view, the record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from tui.sandbox.server.ages import Age
from tui.sandbox.server.auth import authenticate, permit
from tui.sandbox.server.context import Call, Record, Sandbox, log
from tui.sandbox.server.errors import ApiError, Crash, denied, method_not_allowed, server_error
from tui.sandbox.server.faults import BEFORE, Dropped, Strike
from tui.sandbox.server.limits import throttled
from tui.sandbox.server.replies import JSONReply, as_csv, error_reply, html, negotiate

OLD_PREFIX, PREFIX = "/api/environments/", "/api/projects/"
DEPRECATION = {
    "Deprecation": "true",
    "Sunset": "Thu, 31 Dec 2026 23:59:59 GMT",
}
PORTAL_PAGE = "<!doctype html><title>Network login</title><h1>Please sign in to this network.</h1>"
PROXY_PAGE = "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>"
WRONG_SHAPE = {"unexpected": True}
THROTTLED_FOR = 59.0


@dataclass(frozen=True)
class Action:
    """What a method does in a view, and the key scope it needs: "" for any key."""

    handler: Callable[[Call], Response]
    scope: str = ""
    shared: bool = False
    """Viewers of public links may do it too."""


@dataclass(frozen=True)
class View:
    """One resource: its actions by method, who may come, and what it takes and gives."""

    actions: Mapping[str, Action]
    level: Literal["project", "organization", "user", "public"] = "project"
    budget: str = "general"
    patch_scope: str | None = None
    """A list knows no PATCH but lets keys with this scope learn that (405); other methods are 403."""
    shares: bool = False
    """The view tries viewers of public links first, which makes every 401 a 403."""
    csv: bool = False
    forms: bool = True
    closed: Callable[[Age], bool] = field(default=lambda age: False)
    """Ages in which no key may use the view."""

    def action(self, method: str) -> Action | None:
        """The action of a method. HEAD is GET without the body."""
        return self.actions.get("GET" if method == "HEAD" else method)

    def __call__(self, call: Call) -> Response:
        """Check the request in PostHog's order, then carry it out. Raises `ApiError` and `Crash`."""
        form = negotiate(call.request, csv_too=self.csv)
        call.forms = self.forms
        action = self.action(call.request.method)
        if self.level != "public":
            call.caller = authenticate(call, shares=self.shares)
            scope = action.scope if action else None
            if action is None and call.request.method == "PATCH":
                scope = self.patch_scope
            permit(call, None if self.closed(call.age) else scope, level=self.level)
            if call.caller.share is not None and not (action and action.shared):
                raise denied("You do not have permission to perform this action.")
        self._throttle(call)
        if action is None:
            raise method_not_allowed(call.request.method)
        reply = action.handler(call)
        return as_csv(reply) if form == "csv" and isinstance(reply, JSONReply) else reply

    def _throttle(self, call: Call) -> None:
        if call.sandbox.limits is None:
            return
        if call.caller.key is not None:
            call.sandbox.limits.count(self.budget, f"key {call.caller.key['id']}", call.now)
        else:
            client = call.request.client
            call.sandbox.limits.count("general", f"address {client.host if client else ''}", call.now)


class Endpoint:
    """An ASGI application around a view. It answers or, when a fault says so, raises `Dropped`."""

    def __init__(self, view: Callable[[Call], Response]) -> None:
        self.view = view

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        sandbox: Sandbox = scope["app"].state.sandbox
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        strike = sandbox.faults.strike(request.method, request.url.path)
        if strike.delay:
            await asyncio.sleep(strike.delay)
        call = Call(sandbox, request, body, sandbox.clock())
        carried_out = strike.action not in BEFORE
        reply = _carry_out(self.view, call) if carried_out else None
        dropped = strike.action in ("drop-before", "drop-after")
        if not dropped:
            reply = _spoil(strike, reply)
        key = call.caller.key
        record = Record(
            at=call.now,
            method=request.method,
            path=request.url.path,
            query=request.url.query,
            status=None if dropped or reply is None else reply.status_code,
            key=key["label"] if key else None,
            carried_out=carried_out,
        )
        sandbox.requests.append(record)
        if dropped or reply is None:
            raise Dropped("the connection was closed by a fault")
        if request.method == "HEAD":
            reply.body = b""
        await reply(scope, receive, send)


def _carry_out(view: Callable[[Call], Response], call: Call) -> Response:
    """Run the view in one transaction, which a refusal or a failure takes back."""
    path, old = call.request.url.path, call.age.environments
    if path.startswith(OLD_PREFIX) and old == "redirect":
        url = call.request.url.replace(path=path.replace(OLD_PREFIX, PREFIX, 1))
        return RedirectResponse(str(url), 307)
    call.connection.execute("BEGIN IMMEDIATE")
    try:
        reply = view(call)
        call.connection.execute("COMMIT")
    except ApiError as error:
        call.connection.execute("ROLLBACK")
        reply = error_reply(error)
    except Exception as error:
        call.connection.execute("ROLLBACK")
        if not isinstance(error, Crash):
            log.exception("%s %s failed", call.request.method, path)
        reply = error_reply(server_error())
    except BaseException:
        call.connection.execute("ROLLBACK")
        raise
    if path.startswith(OLD_PREFIX) and old == "rewrite":
        reply.headers.update(DEPRECATION)
        reply.headers["Link"] = f'<{path.replace(OLD_PREFIX, PREFIX, 1)}>; rel="successor-version"'
    return reply


def _spoil(strike: Strike, reply: Response | None) -> Response:
    """The answer after a fault that is no dropped connection."""
    if reply is None:
        if strike.action == "429":
            return error_reply(throttled(THROTTLED_FOR if strike.argument is None else strike.argument))
        if strike.action == "502":
            return html(PROXY_PAGE, 502)
        return html(PORTAL_PAGE) if strike.action == "html" else error_reply(server_error())
    if strike.action == "cut":
        body = bytes(reply.body)
        return Response(body[: len(body) // 2], reply.status_code, media_type="application/json")
    if strike.action == "wrong":
        is_list = bytes(reply.body).lstrip().startswith(b"[")
        shape = WRONG_SHAPE if is_list else [WRONG_SHAPE]
        return Response(json.dumps(shape), reply.status_code, media_type="application/json")
    if strike.action == "empty":
        return Response(status_code=reply.status_code)
    return reply
