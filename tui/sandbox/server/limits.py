"""PostHog's rate limits: sliding windows per key, or per address for somebody without a key."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from tui.sandbox.server.errors import ApiError

MINUTE, HOUR = 60, 3600

BUDGETS: dict[str, tuple[tuple[int, int], ...]] = {
    "general": ((480, MINUTE), (4800, HOUR)),
    "insights": ((240, MINUTE), (1200, HOUR)),
    "query": ((240, MINUTE), (2400, HOUR)),
}
"""Requests allowed within seconds, by the kind of endpoint."""


@dataclass
class Limits:
    """The requests of the last hour, by budget, window and caller."""

    seen: dict[tuple[str, int, str], deque[float]] = field(default_factory=dict)

    def count(self, budget: str, caller: str, now: datetime) -> None:
        """Count one request that has passed authentication and permission.

        Raises the 429 as `ApiError` when a window is full. Its text rounds the wait up, its
        Retry-After header rounds it down, as PostHog's do.
        """
        moment = now.timestamp()
        waits = []
        for allowed, seconds in BUDGETS[budget]:
            window = self.seen.setdefault((budget, seconds, caller), deque())
            while window and window[0] <= moment - seconds:
                window.popleft()
            if len(window) >= allowed:
                waits.append(seconds - (moment - window[0]))
            else:
                window.append(moment)
        if waits:
            raise throttled(max(waits))


def throttled(wait: float) -> ApiError:
    """The 429 for a wait in seconds."""
    seconds = math.ceil(wait)
    return ApiError(
        429,
        "throttled_error",
        "throttled",
        f"Request was throttled. Expected available in {seconds} second{'' if seconds == 1 else 's'}.",
        headers={"Retry-After": str(math.floor(wait))},
    )
