"""Queries as PostHog stores them, built from few words."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

ORDER = "order placed"
CHECKOUT = ("product viewed", "added to basket", "checkout started", "payment entered", ORDER)
"""The steps of a purchase."""


def event(name: str | None, math: str | None = None, of: str | None = None, **more: Any) -> Json:
    """One series. `of` is the property that `math` is computed over."""
    node: Json = {"kind": "EventsNode", "event": name, "name": name or "All events"}
    if math:
        node["math"] = math
    if of:
        node["math_property"] = of
    return node | more


def where(key: str, operator: str, value: Any = None, kind: str = "event") -> Json:
    """One property filter."""
    return {"key": key, "operator": operator, "value": value, "type": kind}


def by(key: str, kind: str = "event", limit: int | None = None) -> Json:
    """A breakdown."""
    breakdown: Json = {"breakdown": key, "breakdown_type": kind}
    return breakdown | ({"breakdown_limit": limit} if limit else {})


def visual(source: Json) -> Json:
    """The node around every kind but SQL."""
    return {"kind": "InsightVizNode", "source": source}


def trends(
    *series: Json | str,
    days: str = "-30d",
    interval: str = "day",
    display: str | None = None,
    breakdown: Json | None = None,
    compare: bool | str = False,
    properties: list[Json] | None = None,
    **options: Any,
) -> Json:
    """A trend; `compare` may name the distance back. Further options go into trendsFilter."""
    source: Json = {
        "kind": "TrendsQuery",
        "series": [event(item) if isinstance(item, str) else item for item in series],
        "dateRange": {"date_from": days},
        "interval": interval,
        "trendsFilter": {"display": display or "ActionsLineGraph", **options},
    }
    if breakdown:
        source["breakdownFilter"] = breakdown
    if compare:
        source["compareFilter"] = {"compare": True} | ({"compare_to": compare} if isinstance(compare, str) else {})
    if properties:
        source["properties"] = properties
    return visual(source)


def funnel(
    *steps: Json | str,
    days: str = "-30d",
    interval: str = "day",
    breakdown: Json | None = None,
    **options: Any,
) -> Json:
    """A funnel; further options go into funnelsFilter."""
    source: Json = {
        "kind": "FunnelsQuery",
        "series": [event(item) if isinstance(item, str) else item for item in steps],
        "dateRange": {"date_from": days},
        "interval": interval,
        "funnelsFilter": {"funnelVizType": "steps", "funnelOrderType": "ordered", "funnelWindowInterval": 14,
                          "funnelWindowIntervalUnit": "day", **options},
    }  # fmt: skip
    if breakdown:
        source["breakdownFilter"] = breakdown
    return visual(source)


def retention(target: str, returning: str, period: str, total: int, **options: Any) -> Json:
    """Retention from one event to another."""
    return visual(
        {
            "kind": "RetentionQuery",
            "retentionFilter": {
                "period": period, "totalIntervals": total, "retentionType": "retention_first_time",
                "targetEntity": {"id": target, "name": target, "type": "events"},
                "returningEntity": {"id": returning, "name": returning, "type": "events"}, **options,
            },
        }
    )  # fmt: skip


def paths(days: str = "-30d", **options: Any) -> Json:
    """Paths through the pages of the shop."""
    included = {"includeEventTypes": ["$pageview"], "stepLimit": 4, "edgeLimit": 40}
    return visual({"kind": "PathsQuery", "dateRange": {"date_from": days}, "pathsFilter": {**included, **options}})


def stickiness(name: str, days: str = "-30d", interval: str = "day", compare: bool = False) -> Json:
    """On how many days persons did something."""
    source: Json = {"kind": "StickinessQuery", "series": [event(name)], "dateRange": {"date_from": days},
                    "interval": interval, "stickinessFilter": {}}  # fmt: skip
    return visual(source | ({"compareFilter": {"compare": True}} if compare else {}))


def lifecycle(name: str, days: str, interval: str) -> Json:
    """New, returning, resurrecting and dormant persons."""
    return visual({"kind": "LifecycleQuery", "series": [event(name)], "dateRange": {"date_from": days},
                   "interval": interval, "lifecycleFilter": {"showLegend": True}})  # fmt: skip


def sql(query: str, display: str = "ActionsTable", variables: Json | None = None) -> Json:
    """An SQL insight; its variables are filled in by `variables.attach`."""
    source: Json = {"kind": "HogQLQuery", "query": query.strip()}
    if variables:
        source["variables"] = variables
    return {"kind": "DataVisualizationNode", "source": source, "display": display}


def table(source: Json) -> Json:
    """A plain table over a query."""
    return {"kind": "DataTableNode", "source": source, "full": True}
