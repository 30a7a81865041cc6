"""The one funnel through which every request leaves: the only module that imports the HTTP library.

It keeps the promises that must hold for all requests: the key goes to one origin and nowhere else, a
read-only client sends nothing but reads, writes are sent once and never again, reads are tried again with
patience, answers are bounded, and whatever goes wrong becomes an `ApiError` with a `Problem`. What can be
asked is grouped by thing: `client.insights`, `client.variables`, `client.sharing`, `client.accounts`,
`client.dashboards` and `client.public`.
"""

from __future__ import annotations

import asyncio
import json
import random as random_module
import time
from collections.abc import Awaitable, Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final, Literal, Self, TypeVar

import httpx
from pydantic import ValidationError

from tui import __version__
from tui.api import errors
from tui.api.accounts import Accounts, Dashboards
from tui.api.budget import Budget, Family
from tui.api.errors import ApiError, Kind, Problem, Sent
from tui.api.insights import Insights
from tui.api.models import Model, Page, read_page
from tui.api.origin import Origin
from tui.api.paths import segment
from tui.api.public import Public
from tui.api.refusals import NOT_ROUTED, problem_from_answer
from tui.api.sharing import Sharing
from tui.api.variables import Variables
from tui.api.wire import MEBIBYTE, Answer, Ask, Call, TooLarge
from tui.text import Secret, redact

__all__ = ["Answer", "Call", "Client", "Prefix"]

Prefix = Literal["projects", "environments"]
ModelT = TypeVar("ModelT", bound=Model)

TIMEOUT: Final = httpx.Timeout(connect=5.0, read=30.0, write=30.0, pool=30.0)
LARGEST: Final = 64 * MEBIBYTE
"""Bytes of an answer, unpacked, that are read before it is given up."""
TRIES: Final = 3
PATIENCE: Final = 90.0
"""Seconds a read waits in all, for the budget and between tries; the limit of a minute opens in between."""
REDIRECTS: Final = 3


class Client:
    """PostHog over HTTP for one host, one key and one project: an async context manager, or `aclose` it.

    `host` is an address such as `https://eu.posthog.com`; http is accepted for this machine only. `project`
    is a number or `@current`, the project selected in the web pages. `prefix` is the base path tried first;
    when the first answer shows that the server does not know it, the other one is tried and what worked is
    kept. Raises ValueError, with a sentence, for a host that cannot be used.
    """

    def __init__(
        self,
        *,
        host: str,
        key: Secret | None,
        project: str = "@current",
        prefix: Prefix = "projects",
        read_only: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
        budget: Budget | None = None,
        on_call: Callable[[Call], None] | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        random: Callable[[], float] = random_module.random,
        largest: int = LARGEST,
    ) -> None:
        self.origin = Origin.parse(host)
        self.project = project
        self.read_only = read_only
        self.budget = budget or Budget(sleep=sleep)
        self.clock = clock
        self.share = 1.0
        self._key = key
        self._route = _Route(prefix)
        self._on_call = on_call
        self._sleep = sleep
        self._random = random
        self._largest = largest
        # Cookies are refused: a link that was unlocked once must not look open to the next check.
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._http = httpx.AsyncClient(
            timeout=TIMEOUT,
            follow_redirects=False,
            transport=transport,
            cookies=no_cookies,
            headers={"User-Agent": f"hedgerow/{__version__}"},
            event_hooks={"response": [_keep_location]},
        )
        self._group()

    def _group(self) -> None:
        self.insights = Insights(self)
        self.variables = Variables(self)
        self.sharing = Sharing(self)
        self.accounts = Accounts(self)
        self.dashboards = Dashboards(self)
        self.public = Public(self)

    def gently(self, share: float = 0.5) -> Client:
        """The same client, filling a part of the rate limits only: long work leaves room for a person."""
        other = copy(self)
        other.share = share
        other._group()
        return other

    @property
    def prefix(self) -> Prefix:
        """The base path in use."""
        return self._route.prefix

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    # What the groups use

    async def in_project(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        family: Family = "general",
        accept: str = "application/json",
        secrets: tuple[Secret, ...] = (),
    ) -> Answer:
        """A request below the project.

        As long as none was answered, an answer that shows the base path to be unknown there makes the other
        one be tried. Such an answer carried nothing out, so this holds for writes too.
        """

        async def ask(prefix: Prefix) -> Answer:
            whole = f"/api/{prefix}/{segment(self.project)}/{path}"
            return await self.call(method, whole, query=query, body=body, family=family, accept=accept, secrets=secrets)

        route = self._route
        try:
            answer = await ask(route.prefix)
        except ApiError as error:
            if route.proven or error.problem.code != NOT_ROUTED:
                raise
            other: Prefix = "environments" if route.prefix == "projects" else "projects"
            try:
                answer = await ask(other)
            except ApiError as second:
                raise (error if second.problem.code == NOT_ROUTED else second) from None
            route.prefix = other
        route.proven = True
        return answer

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        family: Family = "general",
        accept: str = "application/json",
        bearer: Secret | None = None,
        check: bool = False,
        tries: int = TRIES,
        secrets: tuple[Secret, ...] = (),
    ) -> Answer:
        """Send one request to the origin and return its 2xx answer; anything else raises `ApiError`.

        The key goes along except to the anonymous family, which sends `bearer` or nothing. `check` marks a
        request that is no GET and yet changes nothing.
        """
        bearer = bearer if family == "anonymous" else self._key
        ask = Ask(
            method,
            path,
            query or {},
            None if body is None else json.dumps(body).encode(),
            family,
            accept,
            bearer,
            method != "GET" and not check,
            tries if method == "GET" else 1,
            secrets if bearer is None else (*secrets, bearer),
        )
        if self.read_only and ask.writes:
            raise self._failed(ask, errors.read_only(self.clock()), self.clock())
        return await self._patiently(ask)

    def read(self, answer: Answer, model: type[ModelT], *, write: bool = False) -> ModelT:
        """An answer as a model; one that is none of that kind is an UNREADABLE problem."""
        data = self.json(answer, write=write)
        try:
            return model.model_validate(data)
        except (ValidationError, RecursionError):
            raise self.unreadable(answer, f"no {model.__name__}", write=write) from None

    def read_page(self, answer: Answer, model: type[ModelT]) -> Page[ModelT]:
        """An answer as a page of a list."""
        data = self.json(answer)
        try:
            return read_page(data, model)
        except ValueError as error:
            raise self.unreadable(answer, str(error)) from None

    def json(self, answer: Answer, *, write: bool = False) -> Any:
        """The JSON of an answer."""
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            what = "a page" if "html" in answer.content_type else "no JSON"
            raise self.unreadable(answer, what, write=write) from None

    def done(self, answer: Answer) -> None:
        """Check that a write which answers nothing was carried out, and not swallowed by a proxy."""
        if answer.status != 204 and answer.body.strip():
            self.json(answer, write=True)

    def unreadable(self, answer: Answer, why: str, *, write: bool = False) -> ApiError:
        """The error for an answer that says success and is not what was asked for."""
        return ApiError(
            errors.unreadable(self.origin.host, why=why, write=write, at=self.clock(), status=answer.status)
        )

    # The funnel

    async def _patiently(self, ask: Ask) -> Answer:
        """Send, and for a read try again after a while when that can help."""
        waited = 0.0
        for attempt in range(1, ask.tries + 1):
            waited += await self._take_turn(ask, PATIENCE - waited)
            try:
                return await self._once(ask)
            except ApiError as error:
                problem = error.problem
                pause = problem.wait or 0.5 * 2 ** (attempt - 1) * (1 + self._random())
                if attempt == ask.tries or not _worth_another_try(problem) or waited + pause > PATIENCE:
                    raise
            # A throttled family is closed in the budget, where the next turn waits for it.
            if problem.kind is not Kind.LIMITED:
                await self._sleep(pause)
                waited += pause
        raise AssertionError("a request is tried at least once")

    async def _take_turn(self, ask: Ask, patience: float) -> float:
        """Wait for the budget and return how long; a wait beyond `patience` seconds is refused instead."""
        wait = self.budget.delay(ask.family, share=self.share)
        if wait > max(patience, 0.0):
            raise self._failed(ask, errors.used_up(self.origin.host, wait, self.clock()), self.clock())
        await self.budget.acquire(ask.family, share=self.share)
        return wait

    async def _once(self, ask: Ask) -> Answer:
        """One try: follow redirects within the origin, read the answer, note the call."""
        started = self.clock()
        try:
            response, body = await self._follow(ask, started)
        except asyncio.CancelledError:
            sent = Sent.UNKNOWN if ask.writes else Sent.NO
            problem = errors.lost(Kind.CANCELLED, "The request was stopped here.", sent=sent, at=self.clock())
            self._failed(ask, problem, started)
            raise
        except TooLarge as error:
            problem = errors.unreadable(
                self.origin.host, why=str(error), write=ask.writes, at=self.clock(), status=error.status
            )
            raise self._failed(ask, problem, started, error.status, error.largest) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
            raise self._failed(ask, self._on_the_way(ask, error), started) from None
        status = response.status_code
        if response.is_success:
            took = self._note(ask, started, status, len(body), None)
            return Answer(status, response.headers.get("content-type", ""), body, took)
        problem = problem_from_answer(
            status,
            response.headers,
            body,
            host=self.origin.host,
            method=ask.method,
            path=ask.path,
            write=ask.writes,
            at=self.clock(),
        )
        if problem.kind is Kind.LIMITED:
            self.budget.refused(ask.family, problem.wait or 60.0)
        raise self._failed(ask, problem, started, status, len(body))

    async def _follow(self, ask: Ask, started: float) -> tuple[httpx.Response, bytes]:
        """Send, and once more with the same method and body where 307 or 308 points within the origin."""
        url: str | None = self.origin.url(ask.target)
        for _ in range(REDIRECTS + 1):
            assert url is not None
            response, body = await self._exchange(ask, url)
            if response.status_code not in (307, 308):
                return response, body
            location = response.extensions.get(_LOCATION, "")
            url = self.origin.follow(url, location)
            if url is None:
                break
        # 307 and 308 ask for the same request at another address: it was not carried out here.
        problem = errors.elsewhere(
            self.origin.host, location, sent=Sent.REFUSED, at=self.clock(), status=response.status_code
        )
        raise self._failed(ask, problem, started, response.status_code)

    async def _exchange(self, ask: Ask, url: str) -> tuple[httpx.Response, bytes]:
        """One request and its whole answer, at most `largest` bytes of it."""
        try:
            request = self._http.build_request(ask.method, url, headers=ask.headers, content=ask.body)
        except (ValueError, httpx.InvalidURL):
            raise httpx.LocalProtocolError("a request that cannot be written") from None
        response = await self._http.send(request, stream=True)
        try:
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > self._largest:
                    raise TooLarge(response.status_code, self._largest)
            return response, bytes(body)
        finally:
            await response.aclose()

    # What went wrong

    def _failed(self, ask: Ask, problem: Problem, started: float, status: int | None = None, size: int = 0) -> ApiError:
        """The error for a problem, after taking secrets out of it and noting the call."""
        secrets = [secret.reveal() for secret in ask.secrets]
        problem = replace(problem, what=redact(problem.what, secrets), detail=redact(problem.detail, secrets))
        self._note(ask, started, status, size, problem)
        return ApiError(problem)

    def _note(self, ask: Ask, started: float, status: int | None, size: int, problem: Problem | None) -> int:
        took = max(0, round((self.clock() - started) * 1000))
        if self._on_call is not None:
            self._on_call(Call(started, ask.method, ask.shown, status, took, size, problem))
        return took

    def _on_the_way(self, ask: Ask, error: Exception) -> Problem:
        """The problem behind an exception of the HTTP library: how far the request can have come."""
        host, at = self.origin.host, self.clock()
        late = Sent.UNKNOWN if ask.writes else Sent.NO
        match error:
            case httpx.ConnectTimeout():
                what = f"{host} did not answer within {TIMEOUT.connect:.0f} s."
                problem = errors.lost(Kind.TIMEOUT, what, sent=Sent.NO, at=at)
                return replace(problem, code=errors.CONNECT_TIMEOUT)
            case httpx.PoolTimeout():
                what = f"No connection to {host} was free within {TIMEOUT.pool:.0f} s."
                return errors.lost(Kind.TIMEOUT, what, sent=Sent.NO, at=at)
            case httpx.ReadTimeout():
                what = f"{host} took the request and did not answer within {TIMEOUT.read:.0f} s."
                return errors.lost(Kind.TIMEOUT, what, sent=late, at=at)
            case httpx.TimeoutException():
                what = f"{host} did not take the request within {TIMEOUT.write:.0f} s."
                return errors.lost(Kind.TIMEOUT, what, sent=late, at=at)
            case httpx.ProxyError():
                what = f"The proxy did not connect to {host}."
                return errors.lost(Kind.OFFLINE, what, sent=Sent.NO, at=at)
            case httpx.ConnectError():
                kind, what = errors.no_connection(host, error)
                return errors.lost(kind, what, sent=Sent.NO, at=at)
            case httpx.DecodingError():
                return errors.unreadable(host, why="a packed body that is broken", write=ask.writes, at=at)
            case httpx.LocalProtocolError():
                return errors.unsendable(at)
            case _:
                what = f"The connection to {host} broke before its answer was complete."
                return errors.lost(Kind.OFFLINE, what, sent=late, at=at)


_LOCATION: Final = "hedgerow.location"


async def _keep_location(response: httpx.Response) -> None:
    """Put a redirect's address aside: the library would parse it, and fail on a broken one after sending."""
    location = response.headers.pop("location", None)
    if location is not None:
        response.extensions[_LOCATION] = location


def _worth_another_try(problem: Problem) -> bool:
    """Connection errors, throttling and server errors may pass; a time-out after sending has cost enough."""
    if problem.code == errors.CONNECT_TIMEOUT:
        return True
    return problem.kind in (Kind.OFFLINE, Kind.LIMITED, Kind.BROKEN) and problem.status != 501


@dataclass(slots=True)
class _Route:
    """The base path below /api/, shared by a client and its gentler selves; `proven` once it was answered."""

    prefix: Prefix
    proven: bool = False
