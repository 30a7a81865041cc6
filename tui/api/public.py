"""Public links, asked the way a stranger asks: no key, no cookies.

PostHog answers `/shared/<token>.json` with data when the link is open, with a page when it wants a
password, and with 404 when it is unknown, off, run out or forbidden by the organization, all of which look
the same. HEAD is never used: it skips the password page and always says 200. Each look updates "last
viewed" and each password tried is written to the project's activity log, so nothing here asks twice.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from tui.api.errors import ApiError, Kind, Problem
from tui.api.models import LinkCheck, Verdict
from tui.api.paths import segment
from tui.api.values import to_text
from tui.text import Secret

if TYPE_CHECKING:
    from tui.api.client import Client
    from tui.api.wire import Answer

_UNLOCK: Final = re.compile(rb"type(?:[^a-z]|u0022|&quot;){1,30}unlock")
"""The type in the data of the password page, whichever way the page quotes it."""


class Public:
    """`client.public`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def check(self, token: Secret) -> LinkCheck:
        """What the link shows to anybody. Never raises `ApiError`: what cannot be told is `unclear`."""
        return await self._look(token, None)

    async def unlock(self, token: Secret, password: Secret) -> LinkCheck:
        """Try a password: `open` with `with_password` when it opens the link, `password` when it does not."""
        started = self._client.clock()
        try:
            answer = await self._client.call(
                "POST",
                f"/shared/{segment(token.reveal())}",
                body={"password": password.reveal()},
                family="anonymous",
                accept="*/*",
                check=True,
                secrets=(token, password),
            )
        except ApiError as error:
            if error.problem.status == 401:
                return self._verdict("password", started, 401, problem=error.problem)
            return self._refused(error.problem, started)
        pass_token = _field(_json(answer), "shareToken")
        if not pass_token:
            # A link without a password answers this as it answers a look.
            return await self._look(token, None)
        return await self._look(token, Secret(pass_token))

    async def _look(self, token: Secret, pass_token: Secret | None) -> LinkCheck:
        started = self._client.clock()
        try:
            answer = await self._client.call(
                "GET",
                f"/shared/{segment(token.reveal())}.json",
                family="anonymous",
                accept="*/*",
                bearer=pass_token,
                tries=1,
                secrets=(token,),
            )
        except ApiError as error:
            return self._refused(error.problem, started)
        return self._read(answer, started, with_password=pass_token is not None)

    def _read(self, answer: Answer, started: float, *, with_password: bool) -> LinkCheck:
        data = _json(answer)
        if isinstance(data, dict) and data.get("type") != "unlock" and ("type" in data or "insight" in data):
            insight = data.get("insight")
            return LinkCheck(
                "open",
                answer.status,
                answer.milliseconds,
                started,
                _field(insight, "short_id"),
                _field(insight, "name") or _field(insight, "derived_name"),
                with_password,
            )
        # Any 200 page could come from a proxy or a login; only PostHog's password page says unlock.
        if _UNLOCK.search(answer.body):
            return self._verdict("password", started, answer.status, answer.milliseconds)
        problem = self._client.unreadable(answer, "neither the data of a link nor its password page").problem
        return self._verdict("unclear", started, answer.status, answer.milliseconds, problem)

    def _refused(self, problem: Problem, started: float) -> LinkCheck:
        if problem.status == 404:
            return self._verdict("dead", started, 404, problem=problem)
        verdict: Verdict = "limited" if problem.kind is Kind.LIMITED else "unclear"
        return self._verdict(verdict, started, problem.status, problem=problem)

    def _verdict(
        self,
        verdict: Verdict,
        started: float,
        status: int | None,
        milliseconds: int | None = None,
        problem: Problem | None = None,
    ) -> LinkCheck:
        took = round((self._client.clock() - started) * 1000) if milliseconds is None else milliseconds
        return LinkCheck(verdict, status, max(0, took), started, problem=problem)


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _field(data: object, name: str) -> str:
    return to_text(data.get(name)) if isinstance(data, dict) else ""
