"""Insights beyond the catalogue, in any number: believable names, people and times, and queries that work."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tui.sandbox.world import nodes
from tui.sandbox.world.catalogue_sql import MARGINS, ORDERS_BY_WEEK, REVENUE_BY_COUNTRY, TOP_CUSTOMERS
from tui.sandbox.world.nodes import CHECKOUT, ORDER, by, event, where
from tui.sandbox.world.spec import DAY
from tui.sandbox.world.streams import GROWN_INSIGHTS, code, stream
from tui.sandbox.world.variables import attach

COUNTED = {
    "Orders": ORDER, "Visits": "$pageview", "Baskets": "added to basket", "Product views": "product viewed",
    "Checkouts": "checkout started", "Payments": "payment entered", "Signups": "signed up",
    "Searches": "searched", "Vouchers": "voucher used", "Complaints": "delivery complaint",
    "Support requests": "support opened", "Newsletter sign-ups": "newsletter subscribed",
    "Partner views": "partner page viewed", "Reviews": "review written", "Refunds": "refund requested",
    "Stock-outs": "stock-out seen",
}  # fmt: skip
SEGMENTS = (
    "", "new customers", "returning customers", "members", "plus customers", "guests", "phones", "desktop",
    "tablets", "the app", "the web shop", "the kiosk", "Germany", "Austria", "Switzerland",
    "the Netherlands", "France", "Belgium", "Denmark", "weekends", "weekdays", "evenings", "search traffic",
    "mail traffic", "partners", "social traffic", "plants", "pots", "tools", "soil", "seeds",
    "large orders", "small orders", "gift buyers", "test group A", "test group B", "control group",
)  # fmt: skip
PURPOSES = (
    "", "", "", "draft", "team meeting", "monthly report", "weekly check", "spring", "summer", "autumn",
    "winter", "before the move", "after the move", "for Ben", "for the agency", "v2", "v3", "copy",
    "old price list", "new price list", "relaunch", "audit", "press", "experiment 12", "experiment 17",
    "experiment 23", "to discuss",
)  # fmt: skip
TAGS = (
    "shop", "daily", "board", "money", "marketing", "growth", "checkout", "support", "range", "delivery",
    "partners", "technical", "campaign", "staffing",
)  # fmt: skip
DISPLAYS = (
    "ActionsLineGraph", "ActionsLineGraph", "ActionsBar", "ActionsStackedBar", "ActionsAreaGraph",
    "BoldNumber", "ActionsPie", "ActionsBarValue", "ActionsTable", "ActionsLineGraphCumulative",
)  # fmt: skip
BREAKDOWNS = ("country", "channel", "device", "$browser")


@dataclass(frozen=True, slots=True)
class Grown:
    """One insight; ages are minutes before now, `viewed` is -1 for never. `query` and `tags` are JSON."""

    short_id: str
    name: str
    query: str
    tags: str
    by: int
    changed: int
    made: int
    viewed: int
    favorited: int


def templates(ids: Mapping[str, str], missing: str) -> list[tuple[str, str]]:
    """Beginnings of names, and the queries that fit them, as JSON; the common kinds stand more often."""
    found: list[tuple[str, nodes.Json]] = []
    for place, (title, name) in enumerate(COUNTED.items()):
        for turn, display in enumerate(DISPLAYS):
            split = turn > 1 and display != "BoldNumber"
            breakdown = by(BREAKDOWNS[(place + turn) % 4], limit=6) if split else None
            interval, days, word = (("day", "-30d", "per day"), ("week", "-12w", "per week"))[turn % 2]
            words = f"{title} by {breakdown['breakdown'].strip('$')}" if breakdown else f"{title} {word}"
            found.append(
                (
                    words,
                    nodes.trends(
                        event(name, "dau" if turn % 3 == 2 else "total"),
                        days=days,
                        interval=interval,
                        display=display,
                        breakdown=breakdown,
                        compare=turn in (1, 5),
                    ),
                )
            )
        found.append((f"From {title.lower()} to order", nodes.funnel(name, ORDER, days="-60d")))
        found.append((f"{title} in order, by device", nodes.funnel(name, *CHECKOUT[2:], breakdown=by("device"))))
        found.append((f"Back after {title.lower()}", nodes.retention(name, "$pageview", "Week", 6)))
        found.append((f"Stickiness of {title.lower()}", nodes.stickiness(name)))
        found.append((f"Lifecycle of {title.lower()}", nodes.lifecycle(name, "-8w", "week")))
    for start in ("/", "/search", "/checkout", "/c/plants", "/c/pots", "/help"):
        found.append((f"Paths from {start}", nodes.paths(startPoint=start)))
    for title, query, uses in (
        ("Revenue by country", REVENUE_BY_COUNTRY, ["season_start"]),
        ("Orders by week", ORDERS_BY_WEEK, ["country"]),
        ("Margin by supplier", MARGINS, ["margin_floor", "supplier"]),
        ("Top customers", TOP_CUSTOMERS, []),
    ):
        used = dict.fromkeys(uses)
        found += [(f"{title} (SQL)", nodes.sql(query, variables=attach(used, ids, missing)))] * 9
    for title, name in list(COUNTED.items())[:6]:
        source = {"kind": "HogQLQuery",
                  "query": f"SELECT toDate(timestamp) AS day, count() AS number FROM events "
                  f"WHERE event = '{name}' GROUP BY day ORDER BY day DESC"}  # fmt: skip
        found.append((f"{title}, table", nodes.table(source)))
    large = event(ORDER, "sum", "revenue", properties=[where("revenue", "gt", 50)])
    found.append(("Revenue above 50 euro", nodes.trends(large, days="-90d", interval="week")))
    return [(title, json.dumps(query, ensure_ascii=False)) for title, query in found]


def grown_insights(seed: int, number: int, ids: Mapping[str, str], missing: str) -> Iterator[Grown]:
    """So many insights; the first of them are the same for every number."""
    rng = stream(seed, GROWN_INSIGHTS)
    known = templates(ids, missing)
    draw = rng.random
    for _ in range(number):
        title, query = known[int(draw() * len(known))]
        changed = int(draw() ** 2 * 350 * DAY)
        yield Grown(
            short_id=code(rng, 8),
            name=named(rng, title),
            query=query,
            tags=tagged(rng),
            by=1 + int(draw() ** 1.4 * 5),
            changed=changed,
            made=changed + int(draw() * 300 * DAY),
            viewed=int(changed * draw()) if draw() < 0.8 else -1,
            favorited=int(draw() < 0.03),
        )


def named(rng: random.Random, title: str) -> str:
    """A name: what is counted, for whom, and what for."""
    segment = SEGMENTS[int(rng.random() * len(SEGMENTS))]
    purpose = PURPOSES[int(rng.random() * len(PURPOSES))]
    return title + (f", {segment}" if segment else "") + (f" ({purpose})" if purpose else "")


def tagged(rng: random.Random) -> str:
    """None to three tags, as JSON."""
    first = int(rng.random() * len(TAGS))
    count = int(rng.random() ** 2 * 4)
    return json.dumps([TAGS[(first + 5 * i) % len(TAGS)] for i in range(count)])
