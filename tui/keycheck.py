"""What a typed key may do, found out by reads only.

Importing this module loads neither httpx nor pydantic; `look` loads them on a thread when the first key is checked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tui.api.errors import CONNECT_TIMEOUT, ApiError, Kind, Problem, Sent
from tui.text import Secret

if TYPE_CHECKING:
    from tui.api.accounts import Accounts, KeyInfo, Me
    from tui.api.client import Call, Client

SCOPES: Final = (
    ("insight:read", "lists, results, charts", "insights cannot be listed or opened"),
    ("insight:write", "edit, favourite, delete", "edit, favourite and delete will be refused"),
    ("sharing_configuration:read", "what is public", "what is public stays unknown"),
    (
        "sharing_configuration:write",
        "share, rotate, kill and passwords",
        "share, rotate, kill and passwords will be refused; add it, or go on read-only",
    ),
    ("insight_variable:read", "variables and where they are used", "variables cannot be listed"),
    ("insight_variable:write", "edit variables", "changing variables will be refused"),
    ("dashboard:read", "which dashboards show an insight", "links of dashboards stay unseen"),
    ("project:read", "the names of your projects", "the project has to be named by its number"),
    ("activity_log:read", "who made a link", "who made a link stays empty"),
)
"""The scopes Hedgerow has a use for: what each is for, and what a key without it has to do without."""

OTHER_TOKENS: Final = {
    "phc_": "a project API key, which sends events and reads nothing",
    "phs_": "a project secret key, which reads no insights",
    "pha_": "an OAuth access token",
    "phr_": "an OAuth refresh token",
}
"""Beginnings of PostHog's tokens that are no personal API key."""

ABOUT_THE_HOST: Final = frozenset(
    {Kind.OFFLINE, Kind.TIMEOUT, Kind.TLS, Kind.LIMITED, Kind.BROKEN, Kind.UNREADABLE, Kind.ELSEWHERE}
)
"""Problems that say nothing of the key."""


@dataclass(frozen=True, slots=True)
class KeyReport:
    """What PostHog said of a key."""

    host: str
    """The address that was asked, as it was given."""
    at: float
    """When the last answer came, seconds since the epoch."""
    reads: int = 0
    """Requests that left this machine."""
    took: int | None = None
    """Milliseconds until the first answer; None without one."""
    who: str = ""
    """The mail address or the name of the key's owner; empty when the key may not read it."""
    scopes: frozenset[str] | None = None
    """None when PostHog did not say."""
    projects: tuple[tuple[int, str], ...] = ()
    """Id and name; empty when the key may not list them."""
    selected: int | None = None
    """The project that is selected in the web pages."""
    problems: tuple[Problem, ...] = ()
    host_problem: Problem | None = None
    """Why the host cannot be used."""
    key_problem: Problem | None = None
    """Why the key cannot be used there."""

    @property
    def usable(self) -> bool:
        """Whether the host answers and lets the key in."""
        return self.host_problem is None and self.key_problem is None

    def may(self, scope: str) -> bool | None:
        """Whether the key has a scope: `*` covers all, `:write` implies `:read`. None when nobody knows."""
        if self.scopes is None:
            return None
        thing, _, action = scope.partition(":")
        return not self.scopes.isdisjoint({"*", scope, f"{thing}:write" if action == "read" else scope})


def unfit(key: Secret, at: float = 0.0) -> Problem | None:
    """Why a text cannot be a personal API key, known without asking anybody."""
    value = key.reveal()
    for beginning, meaning in OTHER_TOKENS.items():
        if value.startswith(beginning):
            what = f"Not sent: {beginning} is {meaning}."
            return Problem(
                Kind.REJECTED, what, "", "A personal API key begins with phx_.", Sent.NO, code="unfit", at=at
            )
    if not value.isascii() or not value.isprintable() or " " in value:
        what = "Not sent: it has characters that no key has."
        return Problem(Kind.REJECTED, what, "", "Copy the key whole and alone.", Sent.NO, code="unfit", at=at)
    return None


async def look(host: str, key: Secret, *, clock: Callable[[], float] = time.time, **options: Any) -> KeyReport:
    """Ask a PostHog about a key: the key itself, its owner, the projects it can see; three reads mostly.

    `options` are further ones of `tui.api.client.Client`, such as `transport` for another way than the network. Raises
    nothing: what went wrong is in the report. A key that cannot be one is not sent.
    """
    if problem := unfit(key, clock()):
        return KeyReport(host, clock(), problems=(problem,), key_problem=problem)
    calls: list[Call] = []

    def make() -> Client:
        from tui.api.client import Client

        return Client(host=host, key=key, read_only=True, on_call=calls.append, clock=clock, **options)

    try:
        client = await asyncio.to_thread(make)
    except ValueError as error:
        problem = Problem(Kind.REJECTED, str(error), "", "", Sent.NO, code="no_host", at=clock())
        return KeyReport(host, clock(), problems=(problem,), host_problem=problem)
    async with client:
        return await _ask(host, client, calls)


async def _ask(host: str, client: Client, calls: list[Call]) -> KeyReport:
    accounts = _asking_once(client)
    problems: list[Problem] = []
    info: KeyInfo | None = None
    me: Me | None = None
    projects: tuple[tuple[int, str], ...] = ()
    try:
        info = await accounts.key()
    except ApiError as error:
        problems.append(error.problem)
    if not any(map(_final, problems)):
        try:
            me = await accounts.me()
        except ApiError as error:
            problems.append(error.problem)
    if not any(map(_final, problems)):
        try:
            projects = tuple((project.id, project.name) for project in await accounts.projects())
        except ApiError as error:
            problems.append(error.problem)
    final = next(filter(_final, problems), None)
    if final is None and info is None and me is None and not projects:
        final = problems[0]
    on_host = final is not None and (final.kind in ABOUT_THE_HOST or final.kind is Kind.MISSING)
    return KeyReport(
        host=host,
        at=client.clock(),
        reads=sum(map(_left, calls)),
        took=next((call.milliseconds for call in calls if call.status is not None), None),
        who=(me.email or me.label) if me is not None else "",
        scopes=frozenset(info.scopes) if info is not None else None,
        projects=projects,
        selected=me.team.id if me is not None and me.team is not None else None,
        problems=tuple(problems),
        host_problem=final if on_host else None,
        key_problem=None if on_host else final,
    )


def _final(problem: Problem) -> bool:
    """Whether asking for more makes no sense: nobody answers, or the key is not known there."""
    return problem.kind not in (Kind.FORBIDDEN, Kind.MISSING)


def _left(call: Call) -> bool:
    """Whether a request left this machine."""
    if call.status is not None or call.problem is None:
        return True
    return call.problem.kind is Kind.TIMEOUT and call.problem.code != CONNECT_TIMEOUT


def _asking_once(client: Client) -> Accounts:
    """Accounts that ask for the key and for its owner once; the list of projects needs both again."""
    from tui.api.accounts import Accounts

    class Once(Accounts):
        def __init__(self) -> None:
            super().__init__(client)
            self._key: KeyInfo | None = None
            self._me: Me | None = None

        async def key(self) -> KeyInfo:
            if self._key is None:
                self._key = await super().key()
            return self._key

        async def me(self) -> Me:
            if self._me is None:
                self._me = await super().me()
            return self._me

    return Once()
