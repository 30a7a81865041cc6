"""The shop's events: about ninety days of visits, each a walk through the shop.

Every day is drawn up to its last second and then cut at `now`, so the days before are the same whenever the
sandbox starts, and today only grows. Visitors come back with the habit of real ones: who came lately or
often is the likelier to come again. Weekends are slow, a sale peaks four days before today.
"""

from __future__ import annotations

import math
import random
import sqlite3
from datetime import datetime

from tui.sandbox.world import shop
from tui.sandbox.world.streams import EVENTS, code, stream

DAYS = 90
FIRST_VISITS, VISITS_GROWN = 48, 88
"""Visits on an ordinary day, at the beginning and now."""
WEEK = (1.08, 1.06, 1.02, 1.0, 0.94, 0.78, 0.92)
"""How busy the days are, from Monday."""
SALE = {4: 1.75, 5: 1.4, 3: 1.2}
"""How much busier the sale made the days, by days before today."""

Event = tuple[str, int, int, str]
"""Name, person, time, properties as JSON."""


class Visits:
    """Draws the visits day by day and keeps who came."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.events: list[Event] = []
        self.persons: list[tuple[int, str, str]] = []
        self.habits: list[tuple[str, str, str]] = []
        self.came: list[int] = []
        self.orders = 0

    def pick(self, values: list[str]) -> str:
        """One of the values; much quicker than `Random.choice`."""
        return values[int(self.rng.random() * len(values))]

    def new_person(self, country: str) -> int:
        """Someone who was never here, with the habits that stay."""
        number = len(self.persons) + 1
        device = self.pick(shop.DEVICES)
        plan = self.pick(shop.PLANS)
        known = f'{{"plan": "{plan}", "country": "{country}"}}'
        self.persons.append((number, f"visitor-{code(self.rng, 8).lower()}", known))
        self.habits.append((country, device, self.pick(shop.BROWSERS[device])))
        return number

    def visit(self, start: int, sale: bool, share_new: float) -> None:
        """One visit: who, from where, and what they did."""
        draw = self.rng.random
        back = int(self.rng.expovariate(1 / 900)) + 1
        fresh = draw() < share_new or back > len(self.came)
        person = self.new_person(self.pick(shop.COUNTRIES)) if fresh else self.came[-back]
        self.came.append(person)
        country, device, browser = self.habits[person - 1]
        if not fresh and draw() < 0.12:
            device = self.pick(shop.DEVICES)
            browser = self.pick(shop.BROWSERS[device])
        channel = self.pick(shop.CHANNELS)
        session = f"{self.rng.getrandbits(48):012x}"
        common = f'{{"$session_id": "{session}", "$browser": "{browser}", "country": "{country}", '
        if device:
            common += f'"device": "{device}", '
        Walk(self, person, start, common + f'"channel": "{channel}"').go(fresh, sale, device, channel)


class Walk:
    """One visit as it goes on."""

    def __init__(self, visits: Visits, person: int, start: int, common: str) -> None:
        self.visits = visits
        self.draw = visits.rng.random
        self.pick = visits.pick
        self.person = person
        self.at = start
        self.common = common

    def add(self, event: str, more: str = "", *, most: int = 90) -> None:
        """Something happens, up to `most` seconds after what happened before."""
        self.visits.events.append((event, self.person, self.at, f"{self.common}{more}}}"))
        self.at += 2 + int(self.draw() ** 2 * most)

    def page(self, path: str) -> None:
        """A page is opened."""
        load = 180 + int(self.draw() ** 4 * 2600)
        self.add(
            "$pageview",
            f', "$current_url": "{shop.SITE}{path}", "$pathname": "{path}", "load_ms": {load}',
            most=70,
        )

    def go(self, fresh: bool, sale: bool, device: str, channel: str) -> None:
        """From the door to wherever it ends."""
        draw = self.draw
        self.enter(channel, sale)
        if (fresh and draw() < 0.3) or (not fresh and draw() < 0.02):
            self.add("signed up", f', "method": "{"email" if draw() < 0.7 else "google"}"')
        if draw() < 0.06:
            self.add("newsletter subscribed", f', "place": "{"footer" if draw() < 0.6 else "checkout"}"')
        if draw() < 0.16:
            self.search()
        item = None
        for _ in range(1 + int(draw() * 3.2)):
            if draw() < 0.3:
                break
            item = shop.ON_SHELF[int(draw() * len(shop.ON_SHELF))]
            if draw() < 0.5:
                self.page(f"/c/{item.category}")
            self.page(item.path)
            self.add("product viewed", f', "product": "{item.slug}", "category": "{item.category}"')
            if draw() < 0.03:
                self.add("stock-out seen", f', "product": "{item.slug}"')
                item = None
        if item is not None and draw() < 0.6:
            self.buy(item, keen=(1.25 if device == "Desktop" else 0.8) * (1.2 if sale else 1))
        if draw() < 0.035:
            self.page("/help")
            self.add("support opened", f', "topic": "{self.pick(shop.TOPICS)}"')
        if draw() < 0.012:
            self.add("delivery complaint", f', "carrier": "{self.pick(shop.CARRIERS)}"')

    def enter(self, channel: str, sale: bool) -> None:
        """The first page: it depends on where the visitor comes from."""
        if channel == "Partner":
            partner = self.pick(shop.PARTNERS)
            self.page(f"/partner/{partner}")
            self.add("partner page viewed", f', "partner": "{partner}"')
        elif sale and self.draw() < 0.6:
            self.page("/sale")
            if self.draw() < 0.4:
                self.add("countdown clicked")
        elif self.draw() < 0.8:
            self.page("/")

    def search(self) -> None:
        """A search, which sometimes finds nothing."""
        words = self.pick(shop.SEARCHES)
        results = 0 if words in shop.FRUITLESS else 1 + int(self.draw() * 14)
        self.page("/search")
        self.add("searched", f', "words": "{words}", "results": {results}')

    def buy(self, item: shop.Product, keen: float) -> None:
        """Basket, checkout, payment, order: each loses some."""
        draw = self.draw
        items = 1 + int(draw() ** 2 * 4)
        about = f', "product": "{item.slug}", "category": "{item.category}", "items": {items}'
        self.add("added to basket", about, most=400)
        if draw() > 0.6 * keen:
            return
        self.page("/checkout")
        self.add("checkout started", about, most=240)
        if draw() < 0.16:
            self.add("voucher used", f', "campaign": "{self.pick(shop.CAMPAIGNS)}"')
        if draw() > 0.76 * keen:
            return
        payment = self.pick(shop.PAYMENTS)
        paid = f', "payment": "{payment}"' if payment else ""
        self.add("payment entered", paid, most=150)
        if draw() > 0.85:
            return
        self.order(item, items, about + paid)

    def order(self, item: shop.Product, items: int, about: str) -> None:
        """The order itself, and what comes of it days later."""
        draw, visits = self.draw, self.visits
        visits.orders += 1
        number = 40_000 + visits.orders
        revenue = round(item.price * items + draw() ** 3 * 60, 2)
        test = "true" if draw() < 0.02 else "false"
        campaign = f', "campaign": "{self.pick(shop.CAMPAIGNS)}"' if draw() < 0.3 else ""
        carrier = self.pick(shop.CARRIERS)
        self.add(
            "order placed",
            f'{about}, "order": {number}, "revenue": {revenue}, "currency": "EUR", '
            f'"shop": "{self.pick(shop.SHOPS)}", "supplier": "{item.supplier}", "margin": {item.margin}, '
            f'"carrier": "{carrier}", "is_test": {test}{campaign}',
        )
        self.page("/thanks")
        later = self.at + int((1.5 + draw() * 9) * 86400)
        if draw() < 0.1:
            self.at = later
            self.add(
                "refund requested",
                f', "order": {number}, "amount": {revenue}, "reason": "{self.pick(shop.REASONS)}"',
            )
        elif draw() < 0.12:
            self.at = later
            stars = 5 - int(draw() ** 2 * 4.99)
            self.add("review written", f', "product": "{item.slug}", "stars": {stars}')
        if draw() < 0.04:
            self.add("gift card bought", f', "value": {10 * (1 + int(draw() * 8))}')


def fill_events(connection: sqlite3.Connection, seed: int, now: datetime) -> int:
    """Write the persons and events up to `now`; the number of events."""
    visits = Visits(stream(seed, EVENTS))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = int(midnight.timestamp()) - (DAYS - 1) * 86400
    for day in range(DAYS):
        back = DAYS - 1 - day
        weekday = (midnight.weekday() - back) % 7
        ordinary = FIRST_VISITS + (VISITS_GROWN - FIRST_VISITS) * day / DAYS
        busy = WEEK[weekday] * SALE.get(back, 1) * (0.93 + visits.rng.random() * 0.14)
        share_new = 0.36 + 0.45 * math.exp(-day / 9)
        for _ in range(round(ordinary * busy)):
            hour = int(visits.pick(shop.HOURS))
            start = first + day * 86400 + hour * 3600 + int(visits.rng.random() * 3600)
            visits.visit(start, back in SALE, share_new)
    limit = int(now.timestamp())
    events = sorted((event for event in visits.events if event[2] <= limit), key=lambda event: event[2])
    connection.executemany("INSERT INTO persons (id, distinct_id, properties) VALUES (?, ?, ?)", visits.persons)
    connection.executemany("INSERT INTO events (event, person, at, properties) VALUES (?, ?, ?, ?)", events)
    return len(events)
