"""Who asks and where: the key, its owner, projects and dashboards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from pydantic import AliasChoices, Field, model_validator

from tui.api.errors import ApiError, Kind
from tui.api.models import Ids, Model, Page, Person, User
from tui.api.paths import query_of, segment
from tui.api.values import Count, Flag, Prose, Text, Texts, Time, to_items

if TYPE_CHECKING:
    from tui.api.client import Client

GONE: Final = (Kind.FORBIDDEN, Kind.MISSING)
"""Refusals that leave another way to ask."""


class KeyInfo(Model):
    """The key in use."""

    id: Text = ""
    label: Text = ""
    mask_value: Text = ""
    scopes: Texts = ()
    scoped_teams: Ids = ()
    """The project ids the key is limited to; empty when it is not."""
    scoped_organizations: Texts = ()
    user_id: Count = Field(default=None, validation_alias=AliasChoices("user_id", "user"))
    last_used_at: Time = None

    def allows(self, scope: str) -> bool:
        """Whether the key holds a scope such as `insight:read`; write includes read, `*` is everything."""
        thing, _, action = scope.partition(":")
        return bool({"*", scope, f"{thing}:write" if action == "read" else scope} & set(self.scopes))


class Project(Model):
    """A project."""

    id: int
    name: Text = ""
    organization: Text = ""
    """The id of its organization."""
    timezone: Text = ""


class Organization(Model):
    """An organization."""

    id: Text = Field(min_length=1)
    name: Text = ""


class Me(User):
    """The owner of the key, with the project selected in the web pages."""

    team: Project | None = None
    organization: Organization | None = None
    organizations: tuple[Organization, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _tolerate(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        return {
            **data,
            "organizations": [o for o in to_items(data.get("organizations")) if isinstance(o, dict)],
        }


class Dashboard(Model):
    """A dashboard, as far as it matters to links."""

    id: int
    name: Text = ""
    description: Prose = ""
    tags: Texts = ()
    is_shared: Flag = False
    deleted: Flag = False
    created_at: Time = None
    created_by: Person = None


class Accounts:
    """`client.accounts`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def key(self) -> KeyInfo:
        """The key in use, with its scopes and the projects it is limited to."""
        answer = await self._client.call("GET", "/api/personal_api_keys/@current/")
        return self._client.read(answer, KeyInfo)

    async def me(self) -> Me:
        """The owner of the key; needs `user:read`."""
        return self._client.read(await self._client.call("GET", "/api/users/@me/"), Me)

    async def project(self, project: str | int | None = None) -> Project:
        """A project by its id or `@current`, the client's own when left out; needs `project:read`."""
        wanted = self._client.project if project is None else project
        answer = await self._client.call("GET", f"/api/projects/{segment(wanted)}/")
        return self._client.read(answer, Project)

    async def projects(self) -> tuple[Project, ...]:
        """The projects the key can see, by the first way that its scopes allow.

        A key limited to projects names them itself. Otherwise the organizations are asked, which come from
        the owner or from their own list; last, the project selected in the web pages. A name that may not
        be read is empty. Raises the first refusal when no way leads anywhere.
        """
        refusals: list[ApiError] = []
        try:
            limited = (await self.key()).scoped_teams
        except ApiError as error:
            if error.problem.kind not in GONE:
                raise
            refusals.append(error)
            limited = ()
        if limited:
            return tuple([await self._named(number) for number in limited])
        me, organizations = await self._organizations(refusals)
        found: dict[int, Project] = {}
        for organization in organizations:
            try:
                async for project in self._of_organization(organization):
                    found[project.id] = project
            except ApiError as error:
                if error.problem.kind not in GONE:
                    raise
                refusals.append(error)
        if not found and me is not None and me.team is not None:
            found[me.team.id] = me.team
        if not found:
            try:
                current = await self.project("@current")
            except ApiError as error:
                raise refusals[0] if refusals else error from None
            found[current.id] = current
        return tuple(found.values())

    async def _named(self, number: int) -> Project:
        try:
            return await self.project(number)
        except ApiError as error:
            if error.problem.kind not in GONE:
                raise
            return Project(id=number)

    async def _organizations(self, refusals: list[ApiError]) -> tuple[Me | None, tuple[Organization, ...]]:
        me: Me | None = None
        try:
            me = await self.me()
            if me.organizations:
                return me, me.organizations
        except ApiError as error:
            if error.problem.kind not in GONE:
                raise
            refusals.append(error)
        try:
            answer = await self._client.call("GET", "/api/organizations/")
            return me, self._client.read_page(answer, Organization).results
        except ApiError as error:
            if error.problem.kind not in GONE:
                raise
            refusals.append(error)
        return me, (me.organization,) if me is not None and me.organization is not None else ()

    async def _of_organization(self, organization: Organization) -> AsyncIterator[Project]:
        path = f"/api/organizations/{segment(organization.id)}/projects/"
        offset = 0
        while True:
            query = query_of({"limit": 200, "offset": offset})
            page = self._client.read_page(await self._client.call("GET", path, query=query), Project)
            for project in page:
                yield project
            offset += len(page) + page.unreadable
            if not page.next or not len(page):
                return


class Dashboards:
    """`client.dashboards`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def list(self, *, limit: int | None = None, offset: int | None = None) -> Page[Dashboard]:
        """One page of dashboards."""
        query = query_of({"limit": limit, "offset": offset})
        answer = await self._client.in_project("GET", "dashboards/", query=query)
        return self._client.read_page(answer, Dashboard)

    async def all(self) -> AsyncIterator[Dashboard]:
        """Every dashboard, page after page."""
        offset, most = 0, 100_000
        while offset < most:
            page = await self.list(limit=300, offset=offset)
            for dashboard in page:
                yield dashboard
            offset += len(page) + page.unreadable
            if not page.next or not len(page):
                return
