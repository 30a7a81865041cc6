"""Reads: one insight, link states, variables, and who we are."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import aclosing

from tui.api.client import Client
from tui.api.errors import ApiError, Kind
from tui.operations.mapping import detail_from, link_from, variable_from
from tui.operations.record import Clock
from tui.operations.side_by_side import side_by_side
from tui.store.events import (
    Connected,
    Event,
    Events,
    InsightAsked,
    InsightRead,
    LinkFailed,
    LinkRead,
    Noticed,
    Progressed,
    VariablesAsked,
    VariablesRead,
)
from tui.store.state import Task

AT_ONCE = 6
ENDS_ALL = (Kind.OFFLINE, Kind.TIMEOUT, Kind.TLS, Kind.UNAUTHORISED)
"""Problems of the connection, not of one insight: going on would only repeat them."""


async def read_insight(client: Client, insight_id: int, *, with_link: bool = True, clock: Clock = time.time) -> Events:
    """Read an insight as it is cached (`refresh=force_cache`): nothing is calculated. Then its link, if wanted."""
    yield InsightAsked(insight_id)
    insight = await client.insights.read(insight_id, refresh="force_cache")
    yield InsightRead(detail_from(insight, clock()))
    if with_link:
        yield await _link(client, insight_id, clock)


async def read_links(
    client: Client, insight_ids: Sequence[int], *, progress: bool = False, clock: Clock = time.time
) -> Events:
    """Read link states side by side, in this order. Raises `ApiError` when the server is out of reach."""
    done = failed = 0
    if progress:
        yield Progressed(Task("link states", 0, len(insight_ids)))
    problem: ApiError | None = None
    reads = side_by_side(lambda number: _link(client, number, clock), insight_ids, at_once=AT_ONCE)
    async with aclosing(reads):
        try:
            async for event in reads:
                done += 1
                failed += isinstance(event, LinkFailed)
                yield event
                if progress and isinstance(event, LinkFailed) and len(insight_ids) == 1:
                    words = f"The link could not be read. {event.problem.what}"
                    yield Noticed(words, event.problem.help, "failed", event.insight_id)
                if progress:
                    yield Progressed(Task("link states", done, len(insight_ids), failed))
        except ApiError as error:
            problem = error
    if progress:
        yield Progressed(None)
    if problem is not None:
        raise problem


async def _link(client: Client, insight_id: int, clock: Clock) -> Event:
    try:
        return LinkRead(insight_id, link_from(await client.sharing.read(insight_id), clock()))
    except ApiError as error:
        if error.problem.kind in ENDS_ALL:
            raise
        return LinkFailed(insight_id, error.problem)


async def read_variables(client: Client, *, clock: Clock = time.time) -> Events:
    """Read all insight variables, page by page (500 a page, the server's own size)."""
    yield VariablesAsked()
    rows = [variable_from(variable) async for variable in client.variables.all()]
    yield VariablesRead(tuple(rows), clock())


async def connect(client: Client, project: str) -> Events:
    """Learn the key's scopes, the project's id and its name.

    A key without `project:read` or `user:read` still works: the project is then called by its id, and the person stays
    unnamed. Raises `ApiError` when the key is wrong or the server out of reach.
    """
    key = await client.accounts.key()
    if project == "@current" and len(key.scoped_teams) == 1:
        project = str(key.scoped_teams[0])
    name = ""
    try:
        found = await client.accounts.project(project)
        project, name = str(found.id), found.name
    except ApiError as error:
        if error.problem.kind is not Kind.FORBIDDEN or not error.problem.scope:
            raise
    who = ""
    try:
        who = (await client.accounts.me()).email
    except ApiError as error:
        if error.problem.kind is not Kind.FORBIDDEN:
            raise
    yield Connected(project, name, who, frozenset(key.scopes) if key.scopes else None)
