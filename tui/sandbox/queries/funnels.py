"""FunnelsQuery: how many persons do one thing after another, and how long they take."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from statistics import fmean, median
from typing import Any

from tui.sandbox.queries.aggregate import tidy
from tui.sandbox.queries.breakdowns import Breakdown, breakdown_of, shown
from tui.sandbox.queries.conversion import Moment, Walk, ordered, strict, unordered
from tui.sandbox.queries.dates import Period, add_months, resolve
from tui.sandbox.queries.entities import Entity, earliest, hogql_of, rows, series_of
from tui.sandbox.queries.filters import Fragment, all_of, compile_filters
from tui.sandbox.queries.model import Json, QueryProblem, QueryResult, section, text, whole

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
ORDERS: dict[str, Callable[[Sequence[Moment], int, int], Walk | None]] = {
    "ordered": ordered,
    "strict": strict,
    "unordered": unordered,
}


def run_funnels(connection: sqlite3.Connection, query: Json, now: datetime) -> QueryResult:
    """Compute a FunnelsQuery. Raises `QueryProblem`."""
    options = section(query, "funnelsFilter")
    visualized = text(options, "funnelVizType") or "steps"
    interval = text(query, "interval") or "day"
    period = resolve(section(query, "dateRange"), interval, now=now, earliest=earliest(connection))
    entities = series_of(query)
    if len(entities) < 2:
        raise QueryProblem("Funnels require at least two steps before calculating.")
    breakdown = breakdown_of(query)
    kind = text(options, "funnelOrderType") or "ordered"
    walk = ORDERS.get(kind)
    if walk is None:
        raise QueryProblem(f"Unsupported funnel order: {kind[:40]}")
    window = window_of(options, now)
    shared = compile_filters(query.get("properties"))
    people = moments(connection, entities, shared, breakdown, period, every=kind == "strict")
    result: list[Any] | Json
    if visualized == "trends":
        result = over_time(people, entities, options, period, window, walk, breakdown)
    else:
        walks = [found for events in people.values() if (found := walk(events, len(entities), window))]
        if visualized == "time_to_convert":
            result = time_to_convert(walks, len(entities), options)
        elif visualized == "steps":
            result = in_steps(walks, entities, breakdown)
        else:
            raise QueryProblem(f"Unsupported funnel visualization: {visualized[:40]}")
    return QueryResult(
        result=result,
        resolved_date_range=period.resolved,
        hogql=hogql_of("windowFunnel(steps), count()", entities, period, " GROUP BY person_id"),
    )


def window_of(options: Json, now: datetime) -> int:
    """The conversion window in seconds; 14 days where the query says nothing."""
    number = whole(options, "funnelWindowInterval", 14, high=100_000)
    unit = text(options, "funnelWindowIntervalUnit") or "day"
    if unit == "month":
        return int((now - add_months(now, -min(number, 120))).total_seconds())
    if unit not in UNITS:
        raise QueryProblem(f"Unsupported window unit: {unit[:40]}")
    return number * UNITS[unit]


def moments(
    connection: sqlite3.Connection,
    entities: Sequence[Entity],
    shared: Fragment,
    breakdown: Breakdown | None,
    period: Period,
    *,
    every: bool,
) -> dict[int, list[Moment]]:
    """The events of each person in order of time. `every` keeps those that count for no step too."""
    marks = [Fragment(f"({entity.where.sql})", entity.where.values) for entity in entities]
    columns = [Fragment("e.person"), Fragment("e.at"), *marks, *(breakdown.columns if breakdown else ())]
    any_step = Fragment(
        f"({' OR '.join(mark.sql for mark in marks)})",
        tuple(value for mark in marks for value in mark.values),
    )
    where = shared if every else all_of(shared, any_step)
    names = [entity.event for entity in entities]
    if not every and all(name is not None for name in names):
        where = all_of(Fragment(f"e.event IN ({', '.join('?' * len(names))})", tuple(names)), where)
    people: dict[int, list[Moment]] = defaultdict(list)
    size = len(entities)
    order = "ORDER BY e.at, e.id"
    for person, at, *cells in rows(connection, columns, where, period.start, period.end, order=order):
        steps = tuple(step for step in range(size) if cells[step])
        value = breakdown.value(cells[size:]) if breakdown else None
        people[person].append(Moment(at, steps, value))
    return people


def in_steps(walks: Sequence[Walk], entities: Sequence[Entity], breakdown: Breakdown | None) -> list[Any]:
    """The steps with their counts; with a breakdown one such list for each value of the first step."""
    if breakdown is None:
        return steps_of(walks, entities)
    groups, kept = grouped(walks, breakdown)
    result = []
    for value in kept:
        steps = steps_of(groups.get(value, []), entities)
        for step in steps:
            step["breakdown"] = step["breakdown_value"] = broken_down(value)
        result.append(steps)
    return result


def grouped(walks: Sequence[Walk], breakdown: Breakdown) -> tuple[dict[Hashable, list[Walk]], list[Hashable]]:
    """The walks by the value of their first step, those beyond the limit under `other`."""
    groups: dict[Hashable, list[Walk]] = defaultdict(list)
    for walk in walks:
        groups[walk.moments[0].value].append(walk)
    kept = breakdown.kept({value: len(found) for value, found in groups.items()})
    rest = [walk for value, found in groups.items() if value not in kept for walk in found]
    return {**groups, breakdown.other: rest}, kept


def broken_down(value: Hashable) -> Any:
    """A breakdown value as funnels have it: always a list."""
    json = shown(value)
    return json if isinstance(json, list) else [json]


def steps_of(walks: Sequence[Walk], entities: Sequence[Entity]) -> list[Json]:
    """Each step: how many reached it, and how long they took from the step before, in seconds."""
    steps: list[Json] = []
    for place, entity in enumerate(entities):
        reached = [walk.times for walk in walks if len(walk.times) > place]
        taken = [times[place] - times[place - 1] for times in reached] if place else []
        steps.append(
            {
                "action_id": entity.id, "name": entity.name, "custom_name": entity.custom_name,
                "order": place,
                "people": [], "count": len(reached), "type": entity.type,
                "average_conversion_time": tidy(fmean(taken)) if taken else None,
                "median_conversion_time": tidy(median(taken)) if taken else None,
                "converted_people_url": None, "dropped_people_url": None,
            }
        )  # fmt: skip
    return steps


def bounds(options: Json, size: int) -> tuple[int, int]:
    """The first and last step a conversion is measured between."""
    last = whole(options, "funnelToStep", size - 1, low=1, high=size - 1)
    return whole(options, "funnelFromStep", 0, low=0, high=last - 1), last


def over_time(
    people: Mapping[int, Sequence[Moment]],
    entities: Sequence[Entity],
    options: Json,
    period: Period,
    window: int,
    walk: Callable[[Sequence[Moment], int, int], Walk | None],
    breakdown: Breakdown | None,
) -> list[Json]:
    """Of those who began in each interval, the percentage that went all the way."""
    first, last = bounds(options, len(entities))
    locate, size = period.locate(), len(period.starts)
    began: dict[Hashable, Counter[int]] = defaultdict(Counter)
    done: dict[Hashable, Counter[int]] = defaultdict(Counter)
    for events in people.values():
        buckets = {min(locate(event.at), size - 1) for event in events if 0 in event.steps}
        for bucket in sorted(buckets):
            found = walk(entering(events, bucket, locate), len(entities), window)
            if found and len(found.times) > first:
                value = found.moments[0].value
                began[value][bucket] += 1
                done[value][bucket] += len(found.times) > last
    values: list[Hashable] = [None]
    if breakdown is not None:
        values = breakdown.kept({value: count.total() for value, count in began.items()})
        for value in [value for value in began if value not in values]:
            began[breakdown.other].update(began[value])
            done[breakdown.other].update(done[value])
    result = []
    for value in values:
        data = [percent(done[value][i], began[value][i]) for i in range(size)]
        line: Json = {
            "count": done[value].total(), "data": data, "days": period.names, "labels": period.labels,
        }  # fmt: skip
        if breakdown is not None:
            line["breakdown_value"] = broken_down(value)
        result.append(line)
    return result


def entering(events: Sequence[Moment], bucket: int, locate: Callable[[int], int]) -> list[Moment]:
    """The events with only those first steps left that fall into one bucket."""
    kept = []
    for event in events:
        number = locate(event.at)
        if 0 in event.steps and number != bucket:
            event = Moment(event.at, tuple(step for step in event.steps if step), event.value)
        if number >= bucket:
            kept.append(event)
    return kept


def percent(part: int, whole_: int) -> int | float:
    """A share in percent with two decimals; 0 of nothing is 0."""
    return tidy(round(100 * part / whole_, 2)) if whole_ else 0


def time_to_convert(walks: Sequence[Walk], size: int, options: Json) -> Json:
    """How many took how long: bins of equal width in seconds, from the shortest time to the longest."""
    first, last = bounds(options, size)
    taken = sorted(walk.times[last] - walk.times[first] for walk in walks if len(walk.times) > last)
    if not taken:
        return {"bins": [], "average_conversion_time": None, "median_conversion_time": None}
    wanted = whole(options, "binCount", 0, low=0, high=90)
    number = wanted or min(max(math.ceil(len(taken) ** (1 / 3)), 1), 60)
    width = max(math.ceil((taken[-1] - taken[0]) / number), 1)
    counts = Counter((seconds - taken[0]) // width for seconds in taken)
    return {
        "bins": [[taken[0] + i * width, counts[i]] for i in range(number + 1)],
        "average_conversion_time": tidy(fmean(taken)),
        "median_conversion_time": tidy(median(taken)),
    }
