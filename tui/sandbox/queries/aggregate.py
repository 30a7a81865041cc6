"""How a bucket of events becomes one number: PostHog's `math`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import Any

from tui.sandbox.queries.entities import SESSION, Entity
from tui.sandbox.queries.filters import Fragment, property_of
from tui.sandbox.queries.model import QueryProblem

Number = int | float
PERSON = Fragment("e.person")
QUANTILES = {"median": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99}
OF_PROPERTY = {"sum", "avg", "min", "max", *QUANTILES}
OF_PERSONS = {
    "dau",
    "weekly_active",
    "monthly_active",
    "first_time_for_user",
    "first_matching_event_for_user",
}
PER_PERSON = "_count_per_actor"
LOOKBACK = {"weekly_active": 6, "monthly_active": 29}
"""Days before each bucket that still count as active in it."""


def measured(entity: Entity) -> Fragment:
    """The column a series is counted over: a property's number, the session, or the person.

    Raises `QueryProblem` for a math that is not known, or that lacks its property.
    """
    math = entity.math
    if math in OF_PROPERTY:
        if entity.math_property is None:
            raise QueryProblem(f"Property is required for {math} math.")
        column = property_of(entity.math_property)
        return Fragment(f"CAST({column.sql} AS REAL)", column.values)
    if math == "unique_session":
        return SESSION
    if math == "total" or math in OF_PERSONS or math.endswith(PER_PERSON):
        return PERSON
    raise QueryProblem(f"Unsupported math: {math[:60]}")


def reducer(math: str) -> Callable[[Sequence[Any]], Number]:
    """The function from the measured values of a bucket, nulls left out, to its number; 0 for none."""
    if math in QUANTILES:
        return lambda values: quantile(values, QUANTILES[math])
    if math.endswith(PER_PERSON):
        inner = reducer(math.removesuffix(PER_PERSON))
        return lambda values: inner(list(Counter(values).values()))
    if math == "unique_session" or math in OF_PERSONS:
        return lambda values: len(set(values))
    by_name: dict[str, Callable[[Sequence[Any]], Number]] = {
        "total": len,
        "sum": lambda values: tidy(sum(values)),
        "avg": lambda values: tidy(fmean(values)) if values else 0,
        "min": lambda values: tidy(min(values, default=0)),
        "max": lambda values: tidy(max(values, default=0)),
    }
    if math not in by_name:
        raise QueryProblem(f"Unsupported math: {math[:60]}")
    return by_name[math]


def quantile(values: Sequence[float], share: float) -> Number:
    """The value below which a share of the values lies, between neighbours in proportion; 0 for none."""
    if not values:
        return 0
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return tidy(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def tidy(value: float) -> Number:
    """A number without the noise of adding cents, whole where it is whole."""
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
