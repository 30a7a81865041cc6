"""The periods of a result: how a day, a week or an hour is called, and whether it was over when it was counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from tui.store.facts import InsightDetail
from tui.text import clean, clock, day

INTERVALS: Final = ("minute", "hour", "day", "week", "month")
_LENGTHS: Final = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_HEADERS: Final = {"week": "week of"}
_SO_FAR: Final = {
    "minute": "so far this minute",
    "hour": "so far this hour",
    "day": "so far today",
    "week": "so far this week",
    "month": "so far this month",
}


def zone_of(name: str) -> tzinfo:
    """The time zone of this name, UTC when there is none."""
    try:
        return ZoneInfo(name) if name else UTC
    except (LookupError, ValueError, OSError):
        return UTC


def counted_at(detail: InsightDetail, now: float) -> float:
    """When the result was computed: what came later is not in it."""
    return now if detail.computed_at is None else min(now, detail.computed_at)


@dataclass(frozen=True, slots=True)
class Periods:
    """The calendar of one result."""

    interval: str
    zone: tzinfo
    now: float
    counted: float
    """When the result was computed, in seconds since the epoch."""

    @classmethod
    def of(cls, detail: InsightDetail, interval: object, now: float) -> Periods:
        """The calendar of a result; an interval PostHog does not know is taken as days."""
        known = interval.lower() if isinstance(interval, str) else ""
        return cls(known if known in INTERVALS else "day", zone_of(detail.timezone), now, counted_at(detail, now))

    @property
    def header(self) -> str:
        """What stands above the periods: `day`, `week of`."""
        return _HEADERS.get(self.interval, self.interval)

    def start(self, written: object) -> float | None:
        """When a period begins, from `2026-11-18` or `2026-11-18 14:00:00`, which are in the project's time zone."""
        if not isinstance(written, str):
            return None
        try:
            moment = datetime.fromisoformat(written)
            return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).timestamp()
        except (ValueError, OverflowError):
            return None

    def end(self, start: float, count: int = 1) -> float | None:
        """When the period that begins at `start`, or the last of `count` periods from there, ends."""
        try:
            moment = datetime.fromtimestamp(start, self.zone)
            if self.interval == "month":
                months = moment.year * 12 + moment.month - 1 + count
                moment = moment.replace(year=months // 12, month=months % 12 + 1, day=1)
            elif self.interval in ("day", "week"):
                moment += _LENGTHS[self.interval] * count
            else:
                return start + _LENGTHS[self.interval].total_seconds() * count
            return moment.timestamp()
        except (ValueError, OverflowError, OSError):
            return None

    def label(self, written: object, otherwise: object = "") -> str:
        """A period's name: ` 8 Nov`, `Nov` for a month, ` 8 Nov 14:00` for an hour, the year when it is long ago.

        The day takes two cells, so that names stand under one another. `otherwise` is shown for what is no date.
        """
        start = self.start(written)
        if start is None:
            return clean(str(written if written not in (None, "") else otherwise), limit=60)
        name = day(start, self.zone, now=self.now)
        number, _, rest = name.partition(" ")
        if self.interval == "month":
            return rest
        if self.interval in ("hour", "minute"):
            rest = f"{rest} {clock(start, self.zone)}"
        return f"{number:>2} {rest}"

    def over(self, written: object, count: int = 1) -> bool:
        """Whether a period, or the last of `count` periods from it on, had ended when the result was computed."""
        start = self.start(written)
        if start is None:
            return True
        end = self.end(start, count)
        return end is not None and end <= self.counted

    def so_far(self, written: object) -> str:
        """What is said of a period that was not over: `so far today`, `only until 11:58`, or nothing."""
        start = self.start(written)
        if start is None or self.over(written):
            return ""
        if start > self.counted:
            return "still to come"
        end = self.end(start)
        if end is None or self.now < end:
            return _SO_FAR[self.interval]
        if self.interval in ("week", "month"):
            return f"only until {day(self.counted, self.zone, now=self.now)}"
        return f"only until {clock(self.counted, self.zone)}"
