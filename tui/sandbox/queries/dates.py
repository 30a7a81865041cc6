"""Date ranges of queries: PostHog's relative words, intervals, buckets and their labels.

Everything is UTC, moments are whole seconds since the epoch, ends are exclusive. Weeks begin on Monday,
as the made-up project is set.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tui.sandbox.queries.model import Json, QueryProblem, text

STEPS = {"minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
INTERVALS = (*STEPS, "month")
MOST_BUCKETS = 5000
RELATIVE = re.compile(r"-?(?P<number>\d{1,6})?(?P<unit>[hdwmqyMs])(?P<edge>Start|End)?")
UNITS_OF_TIME = {"s": 1, "M": 60, "h": 3600}
MONTHS = {"m": 1, "q": 3, "y": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to before `end`, cut into buckets that begin at `starts`.

    `days` is the number of whole days a relative start went back, 0 for any other form: a comparison
    over whole weeks keeps the weekdays in line.
    """

    start: int
    end: int
    interval: str
    starts: tuple[int, ...]
    days: int = 0

    def locate(self) -> Callable[[int], int]:
        """A function from a moment within the buckets to the number of its bucket."""
        if step := STEPS.get(self.interval):
            first = self.starts[0]
            return lambda at: (at - first) // step
        return lambda at: bisect_right(self.starts, at) - 1

    @property
    def names(self) -> list[str]:
        """`2026-11-18`, with the time when buckets are shorter than a day."""
        form = "%Y-%m-%d %H:%M:%S" if self.interval in ("hour", "minute") else "%Y-%m-%d"
        return [moment(at).strftime(form) for at in self.starts]

    @property
    def labels(self) -> list[str]:
        """`18-Nov-2026`, with the time when buckets are shorter than a day."""
        form = "-%b-%Y %H:%M" if self.interval in ("hour", "minute") else "-%b-%Y"
        return [f"{moment(at).day}{moment(at).strftime(form)}" for at in self.starts]

    @property
    def resolved(self) -> dict[str, str]:
        """The range as PostHog answers it; the end is the last microsecond within."""
        last = moment(self.end) - timedelta(microseconds=1)
        return {"date_from": moment(self.start).isoformat(), "date_to": last.isoformat()}

    def aligned(self) -> Period:
        """The same buckets, with the first one whole: a series counts all of its first week."""
        return Period(min(self.start, self.starts[0]), self.end, self.interval, self.starts, self.days)


def moment(at: int) -> datetime:
    """Seconds since the epoch as a time in UTC. Raises `QueryProblem` when no calendar reaches there."""
    try:
        return datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise QueryProblem("The date range is out of bounds.") from error


def floor(when: datetime, interval: str) -> datetime:
    """The beginning of the bucket that holds a time."""
    if interval == "minute":
        return when.replace(second=0, microsecond=0)
    if interval == "hour":
        return when.replace(minute=0, second=0, microsecond=0)
    day = when.replace(hour=0, minute=0, second=0, microsecond=0)
    if interval == "week":
        return day - timedelta(days=day.weekday())
    if interval == "month":
        return day.replace(day=1)
    return day


def add_months(when: datetime, months: int) -> datetime:
    """The same day some months later or earlier, the last day of the month where it has fewer days."""
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    for day in range(when.day, when.day - 4, -1):
        try:
            return when.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise QueryProblem("The date range is out of bounds.")


def resolve(
    date_range: Mapping[str, Any], interval: str, *, now: datetime, earliest: int | None, default: str = "-7d"
) -> Period:
    """A query's `dateRange` as a period.

    `earliest` is the time of the first event, which `all` begins at. Raises `QueryProblem` for a form that
    PostHog does not know and for more buckets than anybody can draw.
    """
    now = now.astimezone(UTC)
    since, until = text(date_range, "date_from") or default, text(date_range, "date_to")
    days = 0
    if since == "all":
        start = floor(now if earliest is None else moment(earliest), "day")
    else:
        start = parse(since, now, end=False)
        plain = re.fullmatch(r"-(\d+)d", since)
        days = int(plain[1]) if plain and until is None else 0
    if until is None:
        unit = interval if interval in ("hour", "minute") else "day"
        end = floor(now, unit) + timedelta(seconds=STEPS[unit])
    else:
        end = parse(until, now, end=True)
    first, last = int(start.timestamp()), int(end.timestamp())
    return Period(first, last, interval, buckets(first, last, interval), days)


def parse(word: str, now: datetime, *, end: bool) -> datetime:
    """One side of a range: `-7d`, `-24h`, `mStart`, `-1dEnd`, a date, or a date and time.

    A date as the end means the whole of that day. Raises `QueryProblem` for anything else.
    """
    try:
        if match := RELATIVE.fullmatch(word):
            return relative(int(match["number"] or 0), match["unit"], match["edge"], now, end=end)
        when = datetime.fromisoformat(word)
        when = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
        return when + timedelta(days=1) if end and len(word) == len("2026-11-18") else when
    except (ValueError, OverflowError) as error:
        raise QueryProblem(f"Invalid date: {word[:40]}") from error


def relative(number: int, unit: str, edge: str | None, now: datetime, *, end: bool) -> datetime:
    """The moment a relative word means; whole days unless the unit is shorter than one."""
    if unit in UNITS_OF_TIME:
        return now.replace(microsecond=0) - timedelta(seconds=number * UNITS_OF_TIME[unit])
    if unit in MONTHS:
        when = add_months(floor(now, "day"), -number * MONTHS[unit])
    else:
        when = floor(now, "day") - timedelta(days=number * (7 if unit == "w" else 1))
    if edge is None:
        return when + timedelta(days=1) if end else when
    begin = floor(when, {"d": "day", "w": "week"}.get(unit, "month"))
    if unit in ("q", "y"):
        begin = add_months(begin, -((begin.month - 1) % MONTHS[unit]))
    if edge == "Start":
        return begin
    return add_months(begin, MONTHS[unit]) if unit in MONTHS else begin + timedelta(days=7 if unit == "w" else 1)


def buckets(start: int, end: int, interval: str) -> tuple[int, ...]:
    """Where the buckets of a range begin; at least one. Raises `QueryProblem` when they are too many."""
    if step := STEPS.get(interval):
        first = int(floor(moment(start), interval).timestamp())
        if (end - first) // step > MOST_BUCKETS:
            raise QueryProblem("The date range holds too many intervals. Choose a longer interval.")
        return tuple(range(first, end, step)) or (first,)
    starts: list[int] = []
    at = floor(moment(start), "month")
    while not starts or at.timestamp() < end:
        starts.append(int(at.timestamp()))
        at = add_months(at, 1)
        if len(starts) > MOST_BUCKETS:
            raise QueryProblem("The date range holds too many intervals. Choose a longer interval.")
    return tuple(starts)


def previous(period: Period, compare: Json, now: datetime) -> Period:
    """The period that a comparison sets beside this one: the same number of buckets, moved back.

    `compare_to` names the distance (`-1w`, `-1m`, `-1y`); otherwise it is the length of the period. A
    range of whole weeks back from today moves by that many days, so that weekdays stay in line.
    """
    if period.interval == "month" and not text(compare, "compare_to"):
        months = len(period.starts)
        start = add_months(moment(period.start), -months)
        end = add_months(moment(period.end), -months)
    else:
        if word := text(compare, "compare_to"):
            now = now.astimezone(UTC)
            shift = floor(now, "day") - floor(parse(word, now, end=False), "day")
        elif period.days and period.days % 7 == 0 and period.interval == "day":
            shift = timedelta(days=period.days)
        else:
            shift = timedelta(seconds=STEPS.get(period.interval, 86400) * len(period.starts))
        start, end = moment(period.start) - shift, moment(period.end) - shift
    first, last = int(start.timestamp()), int(end.timestamp())
    starts = buckets(first, last, period.interval)
    return Period(first, last, period.interval, starts[: len(period.starts)], period.days)
