"""The result of an insight as one flat table of exact values, for every kind of query.

Series are in the long form: a row for each series and date, so that a table has the same columns however many series,
breakdown values or dates there are. Columns carry PostHog's names. What nothing is known of has no column.

    trends, lifecycle    series, status, math, order, breakdown, compare, date, value; total values have no date
    stickiness           the same with `days`, the number of days, in place of the date
    funnel               breakdown, step, name, count, average_conversion_time, median_conversion_time (seconds)
    funnel over time     breakdown, date, value (percent)
    time to convert      seconds, people; a row for each bin, which begins at that many seconds
    retention            breakdown, date, label, period, count; period 0 is the one they began in
    paths                source, target, value, average_conversion_time (milliseconds)
    SQL, tables          the columns of the query
    anything else        the keys of its objects, where it is a list of objects
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tui.charts.numbers import to_number
from tui.charts.shapes import as_dict, as_list, kind_of
from tui.export.values import plain
from tui.store.facts import InsightDetail

WIDEST: Final = 12
"""Series or periods that stand side by side in the wide form; more stay below one another."""


@dataclass(frozen=True, slots=True)
class Table:
    """Names and rows; each row has as many values as there are names, as the server sent them."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    index: tuple[str, ...] = ()
    """Columns that begin a row of the wide form; empty where there is none."""
    values: str = ""
    """The column whose values fill the wide form."""


def table_of(detail: InsightDetail) -> Table | None:
    """The result as a table; None for what is none. A result of another shape than its query promises may be one."""
    found: Table | None
    match kind := kind_of(detail):
        case "trends" | "stickiness" | "lifecycle":
            found = _series(detail.result, "days" if kind == "stickiness" else "date")
        case "funnel":
            found = _funnel(detail.result)
        case "retention":
            found = _retention(detail.result)
        case "paths":
            found = _paths(detail.result)
        case "sql" | "table":
            return _rows(detail, bare=True)
        case _:
            found = None
    return found or _rows(detail)


def wide(table: Table) -> Table:
    """The table with its series, or its periods, side by side; the table itself where that does not work."""
    if not table.index or not table.rows:
        return table
    places = [table.columns.index(name) for name in table.index]
    heads = [place for place, name in enumerate(table.columns) if place not in places and name != table.values]
    telling = _telling(table, heads)
    source = table.columns.index(table.values)
    names: dict[str, None] = {}
    found: dict[tuple[str, ...], tuple[tuple[Any, ...], dict[str, Any]]] = {}
    for row in table.rows:
        name = " · ".join(filter(None, (plain(row[place]) for place in telling))) or table.values
        start = tuple(row[place] for place in places)
        _, cells = found.setdefault(tuple(map(plain, start)), (start, {}))
        if name in cells:
            return table
        names[name] = None
        cells[name] = row[source]
    if len(names) > WIDEST:
        return table
    rows = [(*start, *(cells.get(name) for name in names)) for start, cells in found.values()]
    return Table((*table.index, *names), rows)


def _telling(table: Table, heads: Sequence[int]) -> Sequence[int]:
    """The fewest of these columns that tell the series apart, and the first one where they say little without it."""

    def count(places: Sequence[int]) -> int:
        return len({tuple(plain(row[place]) for place in places) for row in table.rows})

    all_series = count(heads)
    kept = list(heads)
    for head in reversed(heads):
        fewer = [place for place in kept if place != head]
        if fewer and count(fewer) == all_series:
            kept = fewer
    alone = any(table.columns[place] == "breakdown" for place in kept) or heads[:1] == kept[:1]
    return kept if alone else [heads[0], *kept]


def _built(names: Iterable[str], always: Iterable[str], records: Sequence[dict[str, Any]]) -> Table:
    """The records as rows, without the columns that are empty throughout; `always` stay."""
    kept = [name for name in names if name in always or any(record.get(name) not in (None, "") for record in records)]
    return Table(tuple(kept), [tuple(record.get(name) for name in kept) for record in records])


def _objects(value: object) -> list[dict[str, Any]] | None:
    """The value if it is a list of objects."""
    return value if isinstance(value, list) and all(isinstance(item, dict) for item in value) else None


def _series(result: object, dates: str) -> Table | None:
    entries = _objects(result)
    if entries is None or not all(isinstance(one.get("data"), list) or "aggregated_value" in one for one in entries):
        return None
    records: list[dict[str, Any]] = []
    for entry in entries:
        action = as_dict(entry.get("action"))
        shared = {
            "series": _name(entry, action),
            "status": entry.get("status"),
            "order": action.get("order"),
            "math": action.get("math"),
            "breakdown": _one(entry.get("breakdown_value")),
            "compare": entry.get("compare_label"),
        }
        data = as_list(entry.get("data"))
        if not data and "aggregated_value" in entry:
            records.append({**shared, "value": entry["aggregated_value"]})
            continue
        days, labels = as_list(entry.get("days")), as_list(entry.get("labels"))
        for place, value in enumerate(data):
            day = days[place] if place < len(days) else labels[place] if place < len(labels) else None
            records.append({**shared, dates: day, "value": value})
    if len({plain(record["order"]) for record in records}) < 2:
        for record in records:
            del record["order"]
    always = ("value",) if records else ("series", dates, "value")
    names = ("series", "status", "math", "order", "breakdown", "compare", dates, "value")
    table = _built(names, always, records)
    # What is compared lies on other dates.
    if dates not in table.columns or "compare" in table.columns:
        return table
    return Table(table.columns, table.rows, (dates,), "value")


def _one(breakdown: object) -> object:
    """A breakdown value; PostHog puts a single one into a list where several are possible."""
    return breakdown[0] if isinstance(breakdown, list) and len(breakdown) == 1 else breakdown


def _name(entry: dict[str, Any], action: dict[str, Any]) -> Any:
    """What a series is called; its label is, or ends in, the value where it is broken down."""
    label, own, known = entry.get("label"), action.get("custom_name"), action.get("name")
    return own or (known or label if entry.get("breakdown_value") is not None else label or known)


def _funnel(result: object) -> Table | None:
    if isinstance(result, dict):
        bins = result.get("bins")
        if not isinstance(bins, list) or not all(isinstance(one, list) and len(one) == 2 for one in bins):
            return None
        return Table(("seconds", "people"), [tuple(one) for one in bins])
    if not isinstance(result, list):
        return None
    groups = result if result and all(isinstance(one, list) for one in result) else [result]
    records: list[dict[str, Any]] = []
    for group in groups:
        steps = _objects(group)
        if steps is None or not all("count" in step and "data" not in step for step in steps):
            return _series(result, "date")
        orders = [to_number(step.get("order")) for step in steps]
        if all(order is not None for order in orders):
            pairs = sorted(zip(orders, steps, strict=True), key=lambda pair: pair[0] or 0)
            steps = [step for _, step in pairs]
        for place, step in enumerate(steps, 1):
            records.append(
                {
                    "breakdown": _one(step.get("breakdown_value", step.get("breakdown"))),
                    "step": place,
                    "name": step.get("custom_name") or step.get("name"),
                    "count": step.get("count"),
                    "average_conversion_time": step.get("average_conversion_time"),
                    "median_conversion_time": step.get("median_conversion_time"),
                }
            )
    names = ("breakdown", "step", "name", "count", "average_conversion_time", "median_conversion_time")
    return _built(names, names[1:], records)


def _retention(result: object) -> Table | None:
    entries = _objects(result)
    if entries is None or not all(isinstance(entry.get("values"), list) for entry in entries):
        return None
    records = [
        {
            "breakdown": _one(entry.get("breakdown_value")),
            "date": entry.get("date"),
            "label": entry.get("label"),
            "period": place,
            "count": value.get("count") if isinstance(value, dict) else value,
        }
        for entry in entries
        for place, value in enumerate(entry["values"])
    ]
    table = _built(("breakdown", "date", "label", "period", "count"), ("date", "period", "count"), records)
    return Table(table.columns, table.rows, table.columns[:-2], "count")


def _paths(result: object) -> Table | None:
    entries = _objects(result)
    if entries is None or not all("source" in entry and "target" in entry for entry in entries):
        return None
    names = ("source", "target", "value", "average_conversion_time")
    return _built(names, names[:3], entries)


def _rows(detail: InsightDetail, *, bare: bool = False) -> Table | None:
    """Rows that are lists, objects or, with `bare`, single values."""
    result = detail.result
    if not isinstance(result, list):
        return None
    names = list(detail.columns)
    rows: list[tuple[Any, ...]]
    if entries := _objects(result):
        keys = list(dict.fromkeys(key for entry in entries for key in entry))
        names = names if names and set(keys) <= set(names) else keys
        rows = [tuple(entry.get(name) for name in names) for entry in entries]
    elif bare or all(isinstance(row, list | tuple) for row in result):
        rows = [tuple(row) if isinstance(row, list | tuple) else (row,) for row in result]
    else:
        return None
    count = max(map(len, rows), default=0)
    names += [""] * (count - len(names))
    if not names:
        return None
    rows = [row + (None,) * (len(names) - len(row)) for row in rows]
    return Table(tuple(str(name) or f"column {place}" for place, name in enumerate(names, 1)), rows)
