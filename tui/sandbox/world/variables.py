"""The insight variables of the shop: every type, and the oddities that old projects have."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tui.sandbox.database import stamp
from tui.sandbox.world.nodes import Json
from tui.sandbox.world.streams import GROWN_VARIABLES, VARIABLES, stream, uuid


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable; `code_name` is told where a rename made it differ, `values` are as stored."""

    name: str
    type: str
    default: Any
    days: int
    by: int
    values: list[Any] | None = None
    is_multi: bool = False
    code_name: str = ""
    values_query: str | None = None

    @property
    def code(self) -> str:
        """The code name PostHog made of the name when the variable was created."""
        if self.code_name:
            return self.code_name
        kept = "".join(char for char in self.name.strip() if char.isalnum() or char in " _")
        return kept.replace(" ", "_").lower()


SUPPLIERS = ["Greenleaf", "Verdura", "Kiyomi", "Hagen & Co", "Terra Nova", "Humus AG"]
ODD_ROWS = ["web", {"value": "app", "label": "The app"}, 7, ["kiosk", "window"], {"label": "market stall"}]
"""Options as early servers let them in: PostHog cleans them when it answers, not in the database."""

BASE = (
    Variable("Campaign", "String", "autumn_mail", 3, 2),
    Variable("Country", "List", "DE", 16, 2, ["DE", "AT", "CH", "NL"]),
    Variable("Season start", "Date", "", 79, 1),
    Variable("Max refund", "Number", 100, 6, 3),
    Variable("Include test orders", "Boolean", False, 131, 1),
    Variable("Supplier", "List", ["Greenleaf", "Verdura", "Kiyomi"], 3, 4, SUPPLIERS, is_multi=True),
    Variable("Shop", "List", "web", 190, 1, ODD_ROWS, code_name="store"),
    Variable("Top n", "Number", 10, 121, 3),
    Variable("VAT rate", "Number", 0.19, 300, 1),
    Variable("Market (old)", "String", None, 402, 5),
    Variable("Product category", "List", "plants", 33, 4, [],
             values_query="SELECT DISTINCT properties.category, properties.category FROM events "
                          "WHERE event = 'product viewed'"),
    Variable("Margin floor", "Number", "0.3", 61, 2),
    Variable("Free shipping from", "Number", 49, 40, 3),
    Variable("Launch day", "Date", "", 17, 4),
    Variable("Demo mode", "Boolean", True, 2, 2),
)  # fmt: skip
"""Margin floor holds its number as a text, Market (old) is used by nothing, Shop was once called Store."""

DATE_DAYS = {"Season start": 60, "Launch day": 20}
"""Defaults that are dates, as days before now."""
TOPICS = (
    "basket", "carrier", "category", "channel", "coupon", "depot", "discount", "district", "language",
    "newsletter", "partner", "payment", "postcode", "price band", "return reason", "season", "size",
    "stock", "store", "supplier",
)  # fmt: skip
SHADES = (
    "alternative", "board", "early", "fallback", "first", "late", "lower", "main", "maximum", "minimum",
    "previous", "regional", "second", "target", "upper",
)  # fmt: skip


def fill_variables(
    connection: sqlite3.Connection, seed: int, now: datetime, number: int, project: int
) -> dict[str, str]:
    """Write so many variables, made up beyond the base ones; the ids of the base ones by code name."""
    rng = stream(seed, VARIABLES)
    ids: dict[str, str] = {}
    rows: list[tuple[Any, ...]] = []
    for variable in BASE:
        id_ = uuid(rng)
        if len(rows) < number:
            ids[variable.code] = id_
            rows.append(row(id_, variable, now, project))
    rng = stream(seed, GROWN_VARIABLES)
    for place in range(number - len(BASE)):
        round_, rest = divmod(place, len(TOPICS) * len(SHADES))
        name = f"{SHADES[rest % len(SHADES)]} {TOPICS[rest // len(SHADES)]}".capitalize()
        name += f" {round_ + 1}" if round_ else ""
        rows.append(row(uuid(rng), grown(rng.random(), rng.random(), name), now, project))
    connection.executemany(
        'INSERT INTO insight_variables (id, project_id, name, type, code_name, default_value, "values",'
        " is_multi, values_query, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    return ids


def grown(kind: float, draw: float, name: str) -> Variable:
    """A variable from two random numbers."""
    days, by = 1 + int(draw * 380), 1 + int(draw * 1000) % 4
    if kind < 0.35:
        return Variable(name, "String", f"value {int(draw * 90)}", days, by)
    if kind < 0.6:
        return Variable(name, "Number", int(draw * 500), days, by)
    if kind < 0.75:
        return Variable(name, "Boolean", draw < 0.5, days, by)
    options = [f"option {letter}" for letter in "abcdefgh"[: 2 + int(draw * 6)]]
    several = kind > 0.92
    return Variable(name, "List", options[:2] if several else options[0], days, by, options, is_multi=several)


def row(id_: str, variable: Variable, now: datetime, project: int) -> tuple[Any, ...]:
    """A variable as a row of the database."""
    default = variable.default
    if variable.name in DATE_DAYS:
        default = (now - timedelta(days=DATE_DAYS[variable.name])).strftime("%Y-%m-%d")
    values = variable.values if variable.type == "List" else None
    return (
        id_, project, variable.name, variable.type, variable.code,
        None if default is None else json.dumps(default, ensure_ascii=False),
        None if values is None else json.dumps(values, ensure_ascii=False), int(variable.is_multi),
        variable.values_query, stamp(now - timedelta(days=variable.days, minutes=7 * len(variable.name))),
        variable.by,
    )  # fmt: skip


def attach(uses: Mapping[str, Any], ids: Mapping[str, str], missing: str) -> Json:
    """The `variables` of an SQL query: code name to a pinned value, `None` for the default, `...` for null.

    A code name that no variable has gets the id `missing`, as of one that was deleted.
    """
    entries: Json = {}
    for code_name, value in uses.items():
        id_ = ids.get(code_name, missing)
        entry: Json = {"code_name": code_name, "variableId": id_}
        if value is ...:
            entry["isNull"] = True
        elif value is not None:
            entry["value"] = value
        entries[id_] = entry
    return entries
