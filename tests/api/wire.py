"""A wire that answers what it is told: what no well-behaved server sends, and a look at what leaves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import httpx

from tui.api.budget import Budget
from tui.api.client import Call, Client
from tui.text import Secret

KEY = Secret("phx_0123456789abcdefghij")
Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


def reply(status: int = 200, data: object = None, **headers: str) -> httpx.Response:
    """A JSON answer; underscores in header names stand for dashes."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=data, headers=names)


def refusal(status: int, detail: str, code: str = "permission_denied", **headers: str) -> httpx.Response:
    """PostHog's envelope around a refusal."""
    return reply(status, {"type": "x", "code": code, "detail": detail, "attr": None}, **headers)


class Wire(httpx.AsyncBaseTransport):
    """Gives the replies in turn, the last one for ever, and keeps the requests."""

    def __init__(self, replies: Iterable[Reply]) -> None:
        self.replies = list(replies)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        following = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(following, Exception):
            raise following
        if callable(following):
            return following(request)
        # A fresh answer each time: one that was read cannot be read again.
        return httpx.Response(following.status_code, headers=following.headers.multi_items(), content=following.content)

    @property
    def last(self) -> httpx.Request:
        """The request that came last."""
        return self.requests[-1]

    def bodies(self) -> list[Any]:
        """The JSON of each request that had a body, None for the others."""
        return [json.loads(request.content) if request.content else None for request in self.requests]


class Time:
    """A clock that moves only when somebody sleeps, and remembers how long."""

    def __init__(self) -> None:
        self.now = 1_795_000_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Pass the time at once."""
        self.slept.append(seconds)
        self.now += seconds


class Line:
    """A client on a wire, with its clock and its log."""

    def __init__(self, *replies: Reply, transport: httpx.AsyncBaseTransport | None = None, **options: Any) -> None:
        self.wire = Wire(replies)
        self.time = Time()
        self.calls: list[Call] = []
        settings: dict[str, Any] = {
            "host": "https://eu.posthog.com",
            "key": KEY,
            "project": "1",
            "transport": transport or self.wire,
            "budget": Budget(clock=self.time, sleep=self.time.sleep),
            "on_call": self.calls.append,
            "clock": self.time,
            "sleep": self.time.sleep,
            "random": lambda: 0.0,
        }
        self.client = Client(**(settings | options))
