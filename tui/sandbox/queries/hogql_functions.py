"""The functions of HogQL that the sandbox knows, as SQLite expressions or as functions registered with it."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from difflib import get_close_matches

from tui.sandbox.queries.aggregate import quantile
from tui.sandbox.queries.dates import add_months
from tui.sandbox.queries.filters import matches
from tui.sandbox.queries.model import QueryProblem

TEMPLATES = {
    "todate": "date({0})", "todatetime": "datetime({0})", "tostartofday": "datetime({0}, 'start of day')",
    "tostartofhour": "strftime('%Y-%m-%d %H:00:00', {0})",
    "tostartofminute": "strftime('%Y-%m-%d %H:%M:00', {0})",
    "tostartofweek": "date({0}, '-6 days', 'weekday 1')", "tomonday": "date({0}, '-6 days', 'weekday 1')",
    "tostartofmonth": "date({0}, 'start of month')", "tostartofyear": "date({0}, 'start of year')",
    "toyear": "CAST(strftime('%Y', {0}) AS INTEGER)", "tomonth": "CAST(strftime('%m', {0}) AS INTEGER)",
    "todayofmonth": "CAST(strftime('%d', {0}) AS INTEGER)",
    "tohour": "CAST(strftime('%H', {0}) AS INTEGER)",
    "todayofweek": "((CAST(strftime('%w', {0}) AS INTEGER) + 6) % 7 + 1)", "tostring": "CAST({0} AS TEXT)",
    "tofloat": "CAST({0} AS REAL)", "tofloatordefault": "CAST({0} AS REAL)",
    "tofloat64": "CAST({0} AS REAL)", "todecimal": "CAST({0} AS REAL)", "toint": "CAST({0} AS INTEGER)",
    "toint64": "CAST({0} AS INTEGER)", "tobool": "({0} IN ('true', 1, '1'))",
    "adddays": "shift_date({0}, {1}, 'day')", "subtractdays": "shift_date({0}, -({1}), 'day')",
    "addmonths": "shift_date({0}, {1}, 'month')", "subtractmonths": "shift_date({0}, -({1}), 'month')",
    "datediff": "date_difference({0}, {1}, {2})", "datetrunc": "truncate_date({0}, {1})",
    "date_trunc": "truncate_date({0}, {1})", "if": "iif({0}, {1}, {2})", "isnull": "({0} IS NULL)",
    "isnotnull": "({0} IS NOT NULL)", "empty": "(ifnull({0}, '') = '')",
    "notempty": "(ifnull({0}, '') != '')", "ifnull": "ifnull({0}, {1})", "equals": "({0} = {1})",
    "notequals": "({0} != {1})", "not": "(NOT {0})", "divide": "({0} * 1.0 / {1})",
    "startswith": "(instr({0}, {1}) = 1)", "position": "instr({0}, {1})", "match": "matches({0}, {1})",
    "has": "has_element({0}, {1})", "in": "({0} IN {1})",
    "jsonextractstring": "json_extract({0}, '$.\"' || {1} || '\"')",
    "jsonextractfloat": "CAST(json_extract({0}, '$.\"' || {1} || '\"') AS REAL)",
    "jsonextractint": "CAST(json_extract({0}, '$.\"' || {1} || '\"') AS INTEGER)",
    "uniq": "count(DISTINCT {0})", "uniqexact": "count(DISTINCT {0})",
    "countif": "count(CASE WHEN {0} THEN 1 END)", "sumif": "ifnull(sum(CASE WHEN {1} THEN {0} END), 0)",
    "avgif": "avg(CASE WHEN {1} THEN {0} END)", "minif": "min(CASE WHEN {1} THEN {0} END)",
    "maxif": "max(CASE WHEN {1} THEN {0} END)", "uniqif": "count(DISTINCT CASE WHEN {1} THEN {0} END)",
    "any": "min({0})", "median": "quantile({0}, 0.5)", "grouparray": "json_group_array({0})",
    "greatest": "max({0}, {1})", "least": "min({0}, {1})", "ceil": "ceiling_of({0})",
    "floor": "floor_of({0})", "array": "json_array({*})", "tuple": "({*})", "concat": "({||})",
    "count": "count({*})",
}  # fmt: skip
"""HogQL name in lower case to SQLite: `{0}` is the first argument, `{*}` all of them, `{||}` all joined."""

NATIVE = {
    "sum", "avg", "min", "max", "round", "abs", "length", "lower", "upper", "trim", "coalesce", "nullif",
    "substring", "replace", "row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value",
    "ntile",
}  # fmt: skip
"""Functions that SQLite has under the same name."""

MOMENTS = {"now": "%Y-%m-%d %H:%M:%S", "today": "%Y-%m-%d", "yesterday": "%Y-%m-%d"}
NAMES = {*TEMPLATES, *NATIVE, *MOMENTS, "multiif", "quantile", "formatdatetime"}
FORMATS = {"%i": "%M", "%h": "%H"}


def call(name: str, arguments: list[str], now: datetime) -> str:
    """A call as an SQLite expression. Raises `QueryProblem` when the function is not known."""
    key = name.lower()
    if key in MOMENTS:
        return f"'{now - timedelta(days=key == 'yesterday'):{MOMENTS[key]}}'"
    if key in NATIVE:
        return f"{key}({', '.join(arguments)})"
    if key == "multiif" and len(arguments) % 2:
        pairs = zip(arguments[:-1:2], arguments[1::2], strict=True)
        cases = " ".join(f"WHEN {condition} THEN {value}" for condition, value in pairs)
        return f"CASE {cases} ELSE {arguments[-1]} END" if cases else arguments[-1]
    if key == "formatdatetime" and len(arguments) >= 2:
        form = arguments[1]
        for theirs, ours in FORMATS.items():
            form = form.replace(theirs, ours)
        return f"strftime({form}, {arguments[0]})"
    template = TEMPLATES.get(key)
    if template is None:
        raise QueryProblem(f"Unsupported function call '{name}(...)'.{suggestion(key)}")
    if "*" in template or "||}" in template:
        return template.replace("{*}", ", ".join(arguments)).replace("{||}", " || ".join(arguments) or "''")
    try:
        return template.format(*arguments)
    except IndexError as error:
        raise QueryProblem(f"Function '{name}' expects more arguments, found {len(arguments)}.") from error


def suggestion(name: str) -> str:
    """A hint at a function with a similar name, or nothing."""
    close = get_close_matches(name, sorted(NAMES), 1)
    return f" Perhaps you meant '{close[0]}(...)'?" if close else ""


def register(connection: sqlite3.Connection) -> None:
    """Make the functions that SQLite lacks known to a connection, once.

    SQLite refuses to define a function again while a statement of the connection is under way.
    """
    if connection.execute("SELECT 1 FROM pragma_function_list WHERE name = 'shift_date'").fetchone():
        return
    functions: list[tuple[str, int, Callable[..., str | int | float | None]]] = [
        ("shift_date", 3, shift_date),
        ("date_difference", 3, date_difference),
        ("truncate_date", 2, truncate_date),
        ("has_element", 2, has_element),
        ("matches", 2, matches),
        ("floor_of", 1, lambda value: None if value is None else math.floor(value)),
        ("ceiling_of", 1, lambda value: None if value is None else math.ceil(value)),
    ]
    for name, arguments, function in functions:
        connection.create_function(name, arguments, function, deterministic=True)
    # The type stubs know aggregates of one whole number only.
    connection.create_aggregate("quantile", 2, Quantile)  # type: ignore[arg-type]


class Quantile:
    """The aggregate `quantile(value, share)`."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self.share = 0.5

    def step(self, value: float | str | None, share: float) -> None:
        """Take one row; nulls do not count."""
        if isinstance(value, (int, float)):
            self.values.append(value)
        self.share = share

    def finalize(self) -> int | float | None:
        """The quantile, null when there was no value."""
        return quantile(self.values, self.share) if self.values else None


def shift_date(value: str | None, number: int, unit: str) -> str | None:
    """A date or time moved by some units; a date stays a date unless the unit is shorter than a day."""
    if value is None:
        return None
    when = datetime.fromisoformat(value)
    unit = unit.rstrip("s")
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months:
        when = add_months(when, int(number) * months)
    else:
        when += timedelta(**{f"{unit}s": int(number)})
    return when.strftime("%Y-%m-%d" if (len(value) == 10 and unit in ("day", "week")) or months else FULL)


FULL = "%Y-%m-%d %H:%M:%S"


def date_difference(unit: str, first: str | None, second: str | None) -> int | None:
    """How many borders of a unit lie between two times."""
    if first is None or second is None:
        return None
    start, end = datetime.fromisoformat(first), datetime.fromisoformat(second)
    if unit in ("month", "year"):
        months = (end.year - start.year) * 12 + end.month - start.month
        return months if unit == "month" else end.year - start.year
    seconds = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}.get(unit, 86400)
    origin = datetime(1970, 1, 5)
    return int((end - origin).total_seconds() // seconds) - int((start - origin).total_seconds() // seconds)


def truncate_date(unit: str, value: str | None) -> str | None:
    """The beginning of the unit that holds a time."""
    if value is None:
        return None
    when = datetime.fromisoformat(value)
    if unit == "hour":
        return when.strftime("%Y-%m-%d %H:00:00")
    if unit == "week":
        when -= timedelta(days=when.weekday())
    return when.strftime({"month": "%Y-%m-01", "year": "%Y-01-01"}.get(unit, "%Y-%m-%d"))


def has_element(array: str | None, value: object) -> bool:
    """Whether an array, which SQLite holds as JSON text, has an element."""
    return array is not None and value in json.loads(array)
