"""Which insights and dashboards of the shop have a link, and in which state."""

from __future__ import annotations

from dataclasses import dataclass

from tui.sandbox.world.catalogue_trends import LONG_NAME
from tui.sandbox.world.nodes import Json
from tui.sandbox.world.spec import ANA, BEN, CARA, DEV, EVE


@dataclass(frozen=True, slots=True)
class Password:
    """A password of a link: its note, who made it, its age in days, and whether it was deleted."""

    note: str
    by: int
    days: int
    active: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """A sharing configuration: its age in days and who switched it on, 0 where no log says so.

    `before` is the age of an earlier token that a refresh replaced; `off_since` is when it was switched off.
    """

    days: int
    by: int
    enabled: bool = True
    protected: bool = False
    passwords: tuple[Password, ...] = ()
    settings: Json | None = None
    before: int = 0
    off_since: int = 0


SHOWN_OFF = {"whitelabel": True, "noHeader": True, "legend": True, "hideExtraDetails": True}

OPEN = {
    "Signups this week": Link(131, ANA),
    "Orders per day": Link(212, BEN, before=270),
    "Visitors by channel": Link(96, BEN, settings={"legend": True, "noHeader": False}),
    "Mobile share of orders": Link(39, CARA),
    "Average basket value": Link(61, ANA, settings=SHOWN_OFF),
    "Newsletter sign-ups": Link(20, CARA, settings={}),
    "Voucher use by campaign": Link(61, BEN),
    "Searches without results": Link(32, ANA),
    "Stock-outs seen": Link(51, DEV),
    "Delivery complaints": Link(104, CARA, before=104),
    "Page load time, 75th percentile": Link(88, DEV, settings={"theme": "dark"}),
    LONG_NAME: Link(96, CARA),
    "Partner page views": Link(212, EVE),
    "Black Friday orders by hour": Link(352, 0),
    "Refund requests, full list": Link(412, EVE),
    "Orders by week and country": Link(30, ANA),
    "Latest orders": Link(12, BEN, settings={"detailed": True}),
}  # fmt: skip
PROTECTED = {
    "Checkout funnel": Link(212, BEN, protected=True, before=277,
                            settings={"legend": True, "detailed": True},
                            passwords=(Password("partner portal", BEN, 211),
                                       Password("board deck", ANA, 16),
                                       Password("press, withdrawn", BEN, 90, active=False))),
    "Board numbers, November": Link(26, ANA, protected=True, passwords=(Password("board", ANA, 26),)),
    "First weeks after sign-up": Link(313, BEN, protected=True,
                                      passwords=(Password("investors", EVE, 313),)),
    "Basket to order by device": Link(77, BEN, protected=True,
                                      passwords=(Password("agency", BEN, 77),
                                                 Password("agency, second team", CARA, 30),
                                                 Password("", DEV, 4))),
    "Revenue this month, euro": Link(58, ANA, protected=True,
                                     passwords=(Password("office screen", ANA, 58),)),
    "Orders by payment": Link(20, CARA, protected=True, passwords=(Password("bank", CARA, 19),)),
}  # fmt: skip
LOCKED = {
    "Revenue by country": Link(40, BEN, protected=True),
    "Checkout conversion by week": Link(
        70, ANA, protected=True, passwords=(Password("consultant", ANA, 70, active=False),)
    ),
}
OFF = {
    "Support requests by topic": Link(54, DEV, enabled=False, off_since=9),
    "Margin by supplier": Link(60, DEV, enabled=False, off_since=58),
    "Weekly active by plan": Link(110, ANA, enabled=False, off_since=3),
    "Visitors by country": Link(140, 0, enabled=False),
    "Revenue per month, this year": Link(250, ANA, enabled=False, off_since=33),
    "Paths from the home page": Link(41, DEV, enabled=False, off_since=40),
    "Top customers": Link(139, CARA, enabled=False, off_since=120),
    "Customer lifecycle": Link(155, ANA, enabled=False, protected=True, off_since=101,
                               passwords=(Password("workshop", ANA, 155),)),
}  # fmt: skip
LINKS = {**OPEN, **PROTECTED, **LOCKED, **OFF}
"""Insights by name; those not named here never had a configuration."""


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard: its insights by name, its maker, its age in days and its link."""

    name: str
    by: int
    days: int
    insights: tuple[str, ...]
    link: Link | None = None
    description: str = ""


DASHBOARDS = (
    Board("Shop overview", ANA, 288,
          ("Signups this week", "Orders per day", "Visitors by channel", "Checkout funnel",
           "Orders by device", "Support requests by topic", "Revenue this month, euro",
           "Customer lifecycle", "Days active per month"), Link(198, ANA), "The screen in the hall."),
    Board("Board pack", ANA, 200,
          ("Orders per day", "Revenue this month, euro", "Checkout funnel", "First weeks after sign-up",
           "Basket to order by device", "Board numbers, November", "Revenue per month, this year",
           "Average basket value"),
          Link(88, ANA, protected=True,
               passwords=(Password("board", ANA, 88), Password("auditors", BEN, 21)))),
    Board("Black Friday live board", EVE, 352,
          ("Black Friday orders by hour", "Orders by payment", "Large orders by plan",
           "Most viewed products"), Link(352, EVE)),
    Board("Support desk", DEV, 55,
          ("Support requests by topic", "Delivery complaints", "Refund requests, full list",
           "Refunds above 100 euro"), Link(50, DEV, enabled=False, off_since=12)),
    Board("Range planning", CARA, 99,
          ("Most viewed products", "Revenue by category", "Searches without results", "Sales in a category",
           "Margin by supplier")),
)  # fmt: skip
