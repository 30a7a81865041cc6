"""What a result and its query say, read without trust: anything may be missing or of another type.

PostHog answers every kind of query in its own shape. The functions here return None for what does not have the shape
they know, and the result is then shown as JSON; they never raise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tui.charts.numbers import Number, to_number
from tui.lines import Role
from tui.store.facts import InsightDetail
from tui.text import clean

OTHER: Final = "$$_posthog_breakdown_other_$$"
NOT_SET: Final = "$$_posthog_breakdown_null_$$"
TOTAL_VALUE: Final = frozenset({"BoldNumber", "ActionsPie", "ActionsBarValue", "ActionsTable", "WorldMap"})
"""Displays with one number a series instead of one a day."""
MARKS: Final[tuple[tuple[str, Role], ...]] = (("●", "s1"), ("◆", "s2"), ("▲", "s3"), ("■", "s4"), ("○", "s5"))
"""Glyph and role of the first four series; the last is for all others."""

_KINDS: Final = {
    "TrendsQuery": "trends",
    "FunnelsQuery": "funnel",
    "RetentionQuery": "retention",
    "PathsQuery": "paths",
    "StickinessQuery": "stickiness",
    "LifecycleQuery": "lifecycle",
    "HogQLQuery": "sql",
    "EventsQuery": "sql",
    "ActorsQuery": "sql",
}
# Averages of days add up to nothing, nor do people who are counted once a day.
_ADDITIVE: Final = frozenset({"", "total", "sum"})
_PEOPLE: Final = frozenset({"dau", "weekly_active", "monthly_active"})
STATUSES: Final = ("new", "returning", "resurrecting", "dormant")
"""Series of a lifecycle result, in the order in which they are drawn."""
LABEL_LIMIT: Final = 200


def as_dict(value: object) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> Sequence[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list | tuple) else ()


def word(value: object, limit: int = LABEL_LIMIT) -> str:
    """A clean text of one line; nothing for null, lists and objects."""
    if isinstance(value, str):
        return clean(value, limit=limit)
    if isinstance(value, bool):
        return "true" if value else "false"
    number = to_number(value)
    return "" if number is None else str(number)


def source_of(query: dict[str, Any]) -> dict[str, Any]:
    """The query that computes something, without the nodes that only show it."""
    for _ in range(4):
        inner = query.get("source")
        if not isinstance(inner, dict) or not isinstance(inner.get("kind"), str):
            break
        query = inner
    return query


def kind_of(detail: InsightDetail) -> str:
    """The display word of the result's shape; that of the list where the query does not say."""
    kind = source_of(detail.query).get("kind")
    return _KINDS.get(kind, "") if isinstance(kind, str) and kind in _KINDS else detail.row.kind


def named(value: object) -> str:
    """A breakdown value as people read it: `other`, `not set`, several joined by ` · `."""
    if isinstance(value, list | tuple):
        return " · ".join(named(item) for item in value[:5])
    shown = word(value)
    if shown in (OTHER, NOT_SET):
        return "other" if shown == OTHER else "not set"
    return shown or "not set"


def is_rest(value: object) -> bool:
    """Whether a breakdown value stands for what has no place of its own: other, or not set."""
    values = value if isinstance(value, list | tuple) and value else (value,)
    return all(item in (OTHER, NOT_SET) for item in values if isinstance(item, str)) and any(
        isinstance(item, str) for item in values
    )


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a result over time, or of one value."""

    label: str
    data: tuple[Number | None, ...] = ()
    days: tuple[Any, ...] = ()
    """Dates as the server writes them; whole numbers for stickiness."""
    labels: tuple[Any, ...] = ()
    count: Number | None = None
    value: Number | None = None
    """The one value of a total-value display."""
    previous: bool = False
    breakdown: bool = False
    rest: bool = False
    """Whether it is the `other` or the `not set` of a breakdown."""
    math: str = ""
    """PostHog's math of the series, `?` for a formula."""
    status: str = ""

    @property
    def additive(self) -> bool:
        """Whether the values of several days add up to something."""
        return self.math in _ADDITIVE

    @property
    def countable(self) -> bool:
        """Whether the parts of a breakdown add up to a whole: not for averages and formulas."""
        return self.additive or self.math in _PEOPLE or self.math.startswith("unique")


def series_of(result: object) -> list[Series] | None:
    """The series of a trends, stickiness, lifecycle or funnel trends result; None for another shape."""
    if not isinstance(result, list):
        return None
    found: list[Series] = []
    for entry in result:
        if not isinstance(entry, dict):
            return None
        data = entry.get("data")
        value = to_number(entry.get("aggregated_value"))
        if not isinstance(data, list) and value is None and "aggregated_value" not in entry:
            return None
        action = as_dict(entry.get("action"))
        breakdown = entry.get("breakdown_value")
        found.append(
            Series(
                label=_label(entry, action),
                data=tuple(to_number(item) for item in as_list(data)),
                days=tuple(as_list(entry.get("days"))),
                labels=tuple(as_list(entry.get("labels"))),
                count=to_number(entry.get("count")),
                value=value,
                previous=entry.get("compare_label") == "previous",
                breakdown=breakdown is not None,
                rest=is_rest(breakdown),
                math=word(action.get("math"), 40) if action else _math(entry),
                status=word(entry.get("status"), 40),
            )
        )
    return _told_apart(found)


def _math(entry: dict[str, Any]) -> str:
    # A formula has `"action": null`; results without any action come from other queries and are counts.
    return "?" if "action" in entry else ""


def _label(entry: dict[str, Any], action: dict[str, Any]) -> str:
    breakdown = entry.get("breakdown_value")
    label = word(entry.get("label"))
    if breakdown is None:
        return word(action.get("custom_name")) or label or word(action.get("name")) or "series"
    if not label:
        return named(breakdown)
    label = label.replace(OTHER, "other").replace(NOT_SET, "not set")
    return label.replace("::", " · ") if isinstance(breakdown, list) and len(breakdown) > 1 else label


def _told_apart(series: list[Series]) -> list[Series]:
    """Series of one name made different by what they count, such as `$pageview, dau`."""
    seen: dict[tuple[str, bool], set[str]] = {}
    for one in series:
        seen.setdefault((one.label, one.previous), set()).add(one.math)
    return [
        replace(one, label=f"{one.label}, {one.math or 'total'}")
        if len(seen[one.label, one.previous]) > 1 and one.math != "?"
        else one
        for one in series
    ]


def current(series: Iterable[Series]) -> list[Series]:
    """The series of the range itself, without those it is compared to."""
    return [one for one in series if not one.previous]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a funnel. Times are seconds from the step before."""

    name: str
    count: Number | None
    median: Number | None
    average: Number | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """The steps of a funnel, for all or for one breakdown value."""

    steps: tuple[Step, ...]
    label: str = ""
    rest: bool = False

    @property
    def entered(self) -> Number | None:
        """How many took the first step."""
        return self.steps[0].count if self.steps else None

    @property
    def arrived(self) -> Number | None:
        """How many went all the way."""
        return self.steps[-1].count if self.steps else None


def funnels_of(result: object) -> list[Funnel] | None:
    """The funnel of a steps result, or those of its breakdown values; None for another shape."""
    if not isinstance(result, list):
        return None
    if result and all(isinstance(item, list) for item in result):
        funnels = [_funnel(item) for item in result if item]
    else:
        funnels = [_funnel(result)] if result else []
    return None if any(funnel is None for funnel in funnels) else [one for one in funnels if one is not None]


def _funnel(entries: list[Any]) -> Funnel | None:
    if not all(isinstance(entry, dict) and "count" in entry and "data" not in entry for entry in entries):
        return None
    orders = [to_number(entry.get("order")) for entry in entries]
    if all(order is not None for order in orders):
        entries = [entry for _, entry in sorted(zip(orders, entries, strict=True), key=lambda pair: pair[0] or 0)]
    steps = tuple(
        Step(
            word(entry.get("custom_name")) or word(entry.get("name")) or f"step {place}",
            to_number(entry.get("count")),
            to_number(entry.get("median_conversion_time")),
            to_number(entry.get("average_conversion_time")),
        )
        for place, entry in enumerate(entries, 1)
    )
    value = entries[0].get("breakdown_value", entries[0].get("breakdown"))
    return Funnel(steps, "" if value is None else named(value), is_rest(value))


def breakdown_of(source: dict[str, Any]) -> str:
    """What a query breaks down by, such as `$browser`; nothing where it does not."""
    options = as_dict(source.get("breakdownFilter"))
    several = [word(as_dict(item).get("property")) for item in as_list(options.get("breakdowns"))]
    one = options.get("breakdown")
    names = [name for name in several if name] or [word(item) for item in (as_list(one) or (one,))]
    return ", ".join(name for name in names if name)
