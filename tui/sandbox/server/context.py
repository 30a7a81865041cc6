"""What a view has at hand: the running sandbox, and one request with everything found out about it."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Protocol

from starlette.datastructures import QueryParams
from starlette.requests import Request

from tui.sandbox.database import stamp
from tui.sandbox.server.ages import Age
from tui.sandbox.server.faults import Faults
from tui.sandbox.server.limits import Limits

log = logging.getLogger("hedgerow.sandbox")
"""Failures of the sandbox itself. Nothing is printed unless whoever runs it adds a handler."""
log.addHandler(logging.NullHandler())

Clock = Callable[[], datetime]


class World(Protocol):
    """What the server needs to know of the world in the database."""

    @property
    def project_id(self) -> int:
        """The project that `@current` means."""

    @property
    def key(self) -> str:
        """A personal API key that may do everything."""


@dataclass(frozen=True)
class Record:
    """One request as it arrived, and what became of it. `status` is None when the answer was dropped."""

    at: datetime
    method: str
    path: str
    query: str
    status: int | None
    key: str | None
    carried_out: bool


@dataclass(frozen=True)
class Job:
    """A computation that was asked for and is not done yet."""

    id: str
    project_id: int
    insight_id: int
    variables_override: dict[str, Any] | None
    filters_override: dict[str, Any] | None
    started: datetime


@dataclass
class Sandbox:
    """The running server: its database, its clock, what it limits and spoils, and what it has seen."""

    connection: sqlite3.Connection
    world: World
    age: Age
    clock: Clock
    grace: timedelta
    faults: Faults
    limits: Limits | None
    requests: list[Record] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)
    finished_jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    pictures: set[str] = field(default_factory=set)
    """Link tokens whose preview image has been made."""


@dataclass(frozen=True)
class Caller:
    """Who asks: the owner of a key, or the viewer of a public link (`share` is its configuration)."""

    user: sqlite3.Row | None = None
    key: sqlite3.Row | None = None
    scopes: frozenset[str] = frozenset()
    teams: tuple[int, ...] = ()
    organizations: tuple[str, ...] = ()
    share: sqlite3.Row | None = None

    @property
    def user_id(self) -> int:
        """The id of the person; views that need it are closed to viewers of links."""
        if self.user is None:
            raise LookupError("a viewer of a link is nobody in particular")
        user_id: int = self.user["id"]
        return user_id


@dataclass
class Call:
    """One request on its way through a view."""

    sandbox: Sandbox
    request: Request
    body: bytes
    now: datetime
    caller: Caller = field(default_factory=Caller)
    project: sqlite3.Row | None = None
    forms: bool = True
    """Whether the view takes forms besides JSON."""

    @property
    def connection(self) -> sqlite3.Connection:
        """The database."""
        return self.sandbox.connection

    @property
    def age(self) -> Age:
        """The age of the server that is played."""
        return self.sandbox.age

    @property
    def stamp(self) -> str:
        """The time of the request as records hold it."""
        return stamp(self.now)

    @property
    def query(self) -> QueryParams:
        """The query string's parameters."""
        return self.request.query_params

    @property
    def project_id(self) -> int:
        """The id of the project in the path."""
        if self.project is None:
            raise LookupError("not a view of a project")
        project_id: int = self.project["id"]
        return project_id

    def parameter(self, name: str) -> str:
        """A parameter of the path."""
        return str(self.request.path_params[name])

    @cached_property
    def data(self) -> Any:
        """The body as PostHog's parsers read it: JSON of any type, or the last values of a form's fields.

        Raises `ApiError` 400 and 415.
        """
        from tui.sandbox.server.bodies import read_body

        return read_body(self.body, self.request.headers.get("content-type", ""), forms=self.forms)

    @cached_property
    def is_form(self) -> bool:
        """Whether the body is a form, whose values are all texts."""
        return not self.request.headers.get("content-type", "").lower().startswith("application/json")

    def one(self, sql: str, *values: object) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        row: sqlite3.Row | None = self.connection.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """All rows of a query."""
        return self.connection.execute(sql, values).fetchall()

    def write(self, sql: str, *values: object) -> int:
        """Carry out one statement; the id of the row it inserted, if it did."""
        return self.connection.execute(sql, values).lastrowid or 0
