"""The sandbox's routes, and the Starlette application made of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from tui.sandbox.server import (
    accounts,
    activity,
    dashboards,
    insights,
    passwords,
    public,
    results,
    sharing,
    variables,
)
from tui.sandbox.server.ages import AGES
from tui.sandbox.server.context import Call, Clock, Sandbox, World
from tui.sandbox.server.endpoint import Action, Endpoint, View
from tui.sandbox.server.errors import not_found
from tui.sandbox.server.faults import Faults
from tui.sandbox.server.limits import Limits
from tui.sandbox.server.replies import html

READ_VARIABLE, WRITE_VARIABLE = "insight_variable:read", "insight_variable:write"
READ_INSIGHT, WRITE_INSIGHT = "insight:read", "insight:write"
READ_SHARING, WRITE_SHARING = "sharing_configuration:read", "sharing_configuration:write"


def _variables(actions: dict[str, Action], patch_scope: str | None = None) -> View:
    return View(actions, patch_scope=patch_scope, closed=lambda age: not age.variables_by_key)


def _insights(actions: dict[str, Action], patch_scope: str | None = WRITE_INSIGHT) -> View:
    return View(actions, budget="insights", patch_scope=patch_scope, shares=True, csv=True, forms=False)


def _sharing(actions: dict[str, Action]) -> View:
    """PATCH does the same on every path of the view: it changes the configuration."""
    return View({"PATCH": Action(sharing.change, WRITE_SHARING), **actions})


def _sharing_views(parent: str) -> dict[str, View]:
    return {
        f"{parent}/sharing/": _sharing({"GET": Action(sharing.retrieve, READ_SHARING)}),
        f"{parent}/sharing/refresh/": _sharing({"POST": Action(sharing.refresh, WRITE_SHARING)}),
        f"{parent}/sharing/passwords/": _sharing({"POST": Action(passwords.create, WRITE_SHARING)}),
        f"{parent}/sharing/passwords/{{password_id}}/": _sharing({"DELETE": Action(passwords.destroy, WRITE_SHARING)}),
    }


PROJECT_VIEWS: dict[str, View] = {
    "": View({"GET": Action(accounts.project, "project:read")}),
    "insight_variables/": _variables(
        {"GET": Action(variables.listing, READ_VARIABLE), "POST": Action(variables.create, WRITE_VARIABLE)},
        patch_scope=WRITE_VARIABLE,
    ),
    "insight_variables/{id}/": _variables(
        {
            "GET": Action(variables.retrieve, READ_VARIABLE),
            "PUT": Action(variables.update, WRITE_VARIABLE),
            "PATCH": Action(variables.update, WRITE_VARIABLE),
            "DELETE": Action(variables.destroy, WRITE_VARIABLE),
        }
    ),
    "insights/": _insights(
        {
            "GET": Action(insights.listed, READ_INSIGHT, shared=True),
            "POST": Action(insights.create, WRITE_INSIGHT),
        }
    ),
    "insights/bulk_delete/": _insights({"POST": Action(insights.bulk_delete, WRITE_INSIGHT)}),
    "insights/bulk_restore/": _insights({"POST": Action(insights.bulk_restore, WRITE_INSIGHT)}),
    "insights/viewed/": _insights({"POST": Action(insights.viewed, READ_INSIGHT)}),
    "insights/activity/": _insights({"GET": Action(activity.of_insights, "activity_log:read")}),
    "insights/{id}/": _insights(
        {
            "GET": Action(insights.retrieve, READ_INSIGHT, shared=True),
            "PUT": Action(insights.update, WRITE_INSIGHT),
            "PATCH": Action(insights.update, WRITE_INSIGHT),
            "DELETE": Action(insights.destroy, WRITE_INSIGHT),
        }
    ),
    "insights/{id}/activity/": _insights({"GET": Action(activity.of_insights, "activity_log:read")}),
    **_sharing_views("insights/{insight_id}"),
    "dashboards/": View({"GET": Action(dashboards.listed, "dashboard:read")}),
    "dashboards/{id}/": View({"GET": Action(dashboards.retrieve, "dashboard:read")}),
    **_sharing_views("dashboards/{dashboard_id}"),
    "activity_log/": View({"GET": Action(activity.listing, "activity_log:read")}),
    "query/{query_id}/": View({"GET": Action(results.poll, "query:read")}, budget="query", shares=True),
}
"""Views below /api/projects/{project_id}/, and below the old prefix /api/environments/."""

ACCOUNT_VIEWS: dict[str, View] = {
    "/api/personal_api_keys/@current/": View({"GET": Action(accounts.current_key)}, level="user"),
    "/api/personal_api_keys/": View({}, level="user"),
    "/api/users/@me/": View({"GET": Action(accounts.me, "user:read")}, level="user"),
    "/api/organizations/": View({"GET": Action(accounts.organizations, "organization:read")}, level="organization"),
    "/api/organizations/{organization_id}/": View(
        {"GET": Action(accounts.organization, "organization:read")}, level="organization"
    ),
    "/api/organizations/{organization_id}/projects/": View(
        {"GET": Action(accounts.organization_projects, "project:read")}, level="organization"
    ),
    "/api/projects/": View({"GET": Action(accounts.projects, "project:read")}, level="organization"),
    "/api/environments/": View({"GET": Action(accounts.projects, "project:read")}, level="organization"),
}

PUBLIC_VIEW = View({"GET": Action(public.view), "POST": Action(public.view)}, level="public")


def _no_such_endpoint(call: Call) -> Response:
    raise not_found("API endpoint not found.")


def _login_page(call: Call) -> Response:
    return html("<!doctype html><title>PostHog</title><h1>Log in</h1>")


def _to_login(call: Call) -> Response:
    """Every page of the web app is behind the login."""
    return RedirectResponse(f"/login?next={quote(call.request.url.path)}", 302)


def routes() -> list[BaseRoute]:
    """Every path the sandbox knows; the last two take all others."""

    def route(path: str, view: Callable[[Call], Response]) -> BaseRoute:
        return Route(path, Endpoint(view))

    return [
        *(route(path, view) for path, view in ACCOUNT_VIEWS.items()),
        *(
            route(f"/api/{prefix}/{{project_id}}/{path}", view)
            for prefix in ("projects", "environments")
            for path, view in PROJECT_VIEWS.items()
        ),
        route("/shared/{token}", PUBLIC_VIEW),
        route("/embedded/{token}", PUBLIC_VIEW),
        route("/shared_dashboard/{token}", PUBLIC_VIEW),
        route("/exports/{token}", public.preview_image),
        route("/static/shared-preview.png", public.preview_image),
        route("/login", _login_page),
        route("/api/{path:path}", _no_such_endpoint),
        route("/{path:path}", _to_login),
    ]


class SandboxApp(Starlette):
    """Starlette without its own error pages: an endpoint answers everything itself, and an exception
    that leaves one has to reach the server as it is, because it means a dropped connection."""

    def build_middleware_stack(self) -> ASGIApp:
        """The router alone."""
        return self.router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request. API paths may leave out their last slash."""
        path: str = scope.get("path", "")
        if path.startswith("/api/") and not path.endswith("/"):
            scope = {**scope, "path": f"{path}/"}
        await super().__call__(scope, receive, send)


def create_app(
    connection: sqlite3.Connection,
    world: World,
    *,
    server: str = "new",
    clock: Clock = lambda: datetime.now(UTC),
    faults: str | Faults | None = None,
    grace: float = 300,
    rate_limits: bool = True,
) -> Starlette:
    """The sandbox on a database with a world in it; `app.state.sandbox` is its inside.

    `server` is an age of `AGES`, `grace` the seconds an old link lives after a refresh.
    Raises `BadFault` for faults that are not understood, `KeyError` for an unknown age.
    """
    if not isinstance(faults, Faults):
        specification, faults = faults, Faults()
        faults.add(specification or "")
    app = SandboxApp(routes=routes())
    app.router.redirect_slashes = False
    app.state.sandbox = Sandbox(
        connection=connection,
        world=world,
        age=AGES[server],
        clock=clock,
        grace=timedelta(seconds=grace),
        faults=faults,
        limits=Limits() if rate_limits else None,
    )
    return app
