"""The rate limits of the server, obeyed before it has to refuse, and known well enough to be shown.

PostHog allows a key 240 requests a minute and 1,200 an hour on insights, 480 and 4,800 on everything else;
a public link counts by address with the latter. A server that never throttles is obeyed all the same. The
numbers are those of the API reference, "Rate limits".
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Family = Literal["insights", "general", "anonymous"]

MINUTE: Final = 60.0
HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Limit:
    """Requests allowed in any minute and in any hour."""

    minute: int
    hour: int


LIMITS: Final[Mapping[Family, Limit]] = {
    "insights": Limit(240, 1200),
    "general": Limit(480, 4800),
    "anonymous": Limit(480, 4800),
}


@dataclass(slots=True)
class _Window:
    limit: Limit
    sent: deque[float] = field(default_factory=deque)
    """When requests left, within the last hour, oldest first."""
    closed_until: float = float("-inf")
    """The server refused, and said until when."""


class Budget:
    """Sliding windows over the requests of this process, one per family.

    `clock` gives seconds that never go back, `sleep` waits for seconds; tests pass their own.
    """

    def __init__(
        self,
        limits: Mapping[Family, Limit] = LIMITS,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._windows = {family: _Window(limit) for family, limit in limits.items()}

    async def acquire(self, family: Family, *, share: float = 1.0) -> None:
        """Wait until one more request fits, then count it.

        `share` is the part of the limits this caller may fill: a long scan takes 0.5 and leaves the other
        half to what a person asks for in between.
        """
        while (wait := self.delay(family, share=share)) > 0:
            await self._sleep(wait)
        self._windows[family].sent.append(self._clock())

    def delay(self, family: Family, *, share: float = 1.0) -> float:
        """Seconds until one more request fits; 0.0 when it fits now."""
        window, now = self._windows[family], self._clock()
        self._forget(window, now)
        return max(
            window.closed_until - now,
            self._until_free(window, now, MINUTE, _part(window.limit.minute, share)),
            self._until_free(window, now, HOUR, _part(window.limit.hour, share)),
            0.0,
        )

    def left(self, family: Family) -> tuple[int, int]:
        """Requests left in this minute (fewer when the hour has fewer), and the limit of a minute."""
        window, now = self._windows[family], self._clock()
        self._forget(window, now)
        if window.closed_until > now:
            return 0, window.limit.minute
        in_minute = len(window.sent) - bisect_right(window.sent, now - MINUTE)
        left = min(window.limit.minute - in_minute, window.limit.hour - len(window.sent))
        return max(0, left), window.limit.minute

    def refused(self, family: Family, seconds: float) -> None:
        """The server throttled this family, and says it answers again in `seconds`."""
        window = self._windows[family]
        window.closed_until = max(window.closed_until, self._clock() + seconds)

    @staticmethod
    def _forget(window: _Window, now: float) -> None:
        while window.sent and window.sent[0] <= now - HOUR:
            window.sent.popleft()

    @staticmethod
    def _until_free(window: _Window, now: float, span: float, limit: int) -> float:
        """Seconds until fewer than `limit` requests lie within the last `span` seconds."""
        if len(window.sent) < limit:
            return 0.0
        # The request that must fall out of the span for one more to fit.
        return window.sent[len(window.sent) - limit] + span - now


def _part(limit: int, share: float) -> int:
    """A share of a limit, at least one request."""
    return max(1, int(limit * min(share, 1.0)))
