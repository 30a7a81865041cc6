"""Results in the shapes PostHog answers, for the tests of tables, headlines and previews."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tui.lines import Line, plain
from tui.store.facts import InsightDetail, InsightRow

NOW = datetime(2026, 11, 18, 12, 3, tzinfo=UTC).timestamp()
"""Wednesday, 18 November, three minutes past noon."""
COMPUTED = NOW - 300

OTHER = "$$_posthog_breakdown_other_$$"
NOT_SET = "$$_posthog_breakdown_null_$$"


def detail(source: dict[str, Any], result: Any, *, kind: str = "json", **more: Any) -> InsightDetail:
    """An opened insight whose query is `source` inside a node that shows it."""
    row = InsightRow(1, "Jx4Tq9Lm", "Orders", "", "", (), False, kind, (), (), None, "", None, "", None)
    fields: dict[str, Any] = {"timezone": "UTC", "computed_at": COMPUTED, "read_at": NOW, **more}
    return InsightDetail(row, {"kind": "InsightVizNode", "source": source}, result, **fields)


def trends(*series: dict[str, Any], display: str = "ActionsLineGraph", **source: Any) -> InsightDetail:
    """An insight of trends with these series."""
    options = {"display": display, **source.pop("options", {})}
    return detail({"kind": "TrendsQuery", "trendsFilter": options, **source}, list(series))


def series(
    data: Sequence[Any], label: str = "order placed", math: str = "total", last: int = 18, **more: Any
) -> dict[str, Any]:
    """A series by day that ends on the `last` of November 2026."""
    days = [f"2026-11-{day:02}" for day in range(last - len(data) + 1, last + 1)]
    return {
        "label": label,
        "data": list(data),
        "days": days,
        "labels": days,
        "count": sum(value for value in data if isinstance(value, int | float)),
        "action": {"name": label, "math": math, "order": 0, "type": "events"},
        **more,
    }


def one_value(value: Any, breakdown: Any = None, label: str = "order placed", **more: Any) -> dict[str, Any]:
    """A series of a total-value display."""
    found = {"label": label, "data": [], "days": [], "count": 0, "aggregated_value": value, **more}
    found.setdefault("action", {"name": "order placed", "math": "total"})
    return found if breakdown is None else {**found, "breakdown_value": breakdown, "label": breakdown}


def step(name: str, count: Any, median: Any = None, **more: Any) -> dict[str, Any]:
    """A step of a funnel."""
    return {
        "name": name,
        "custom_name": None,
        "count": count,
        "median_conversion_time": median,
        "average_conversion_time": median,
        **more,
    }


FUNNEL = [
    step("Product viewed", 18420, order=0),
    step("Added to basket", 6318, 192, order=1),
    step("Checkout started", 3702, 100, order=2),
    step("Payment entered", 2590, 125, order=3),
    step("Order placed", 2141, 38, order=4),
]


def funnel(result: Any, **source: Any) -> InsightDetail:
    """A funnel insight."""
    return detail({"kind": "FunnelsQuery", **source}, result)


def sql(rows: Any, columns: tuple[str, ...], types: tuple[str, ...] = (), **more: Any) -> InsightDetail:
    """An SQL insight."""
    pairs = tuple(zip(columns, types, strict=False))
    return detail({"kind": "HogQLQuery", "query": "SELECT 1"}, rows, columns=columns, types=pairs, **more)


def cohort(date: str, *counts: int, **more: Any) -> dict[str, Any]:
    """A row of a retention triangle."""
    return {"date": f"{date}T00:00:00Z", "label": "Week 0", "values": [{"count": count} for count in counts], **more}


def retention(*cohorts: dict[str, Any]) -> InsightDetail:
    """A retention insight by week."""
    return detail({"kind": "RetentionQuery", "retentionFilter": {"period": "Week"}}, list(cohorts))


def texts(lines: Sequence[Line]) -> list[str]:
    """The lines without their roles."""
    return [plain(line) for line in lines]


def roles(line: Line, text: str) -> set[str]:
    """The roles of the spans of a line in which this text stands."""
    return {span.role for span in line if text in span.text}
