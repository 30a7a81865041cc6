"""Funnels: steps, steps by a breakdown, and how long people took."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from tui.charts.columns import GAP, Bars, Cell, Column, hint, note, table, totalled, widest
from tui.charts.numbers import Number, duration, number, percent, share, to_number, total
from tui.charts.shapes import MARKS, Funnel, as_dict, as_list, breakdown_of, funnels_of, source_of
from tui.charts.trend_tables import trend_lines
from tui.lines import BLANK, Line, Span, cut, line, width
from tui.store.facts import InsightDetail

NAME_LEAST: Final = 14
STEP_LEAST: Final = 7


def funnel_lines(detail: InsightDetail, cells: int, now: float) -> list[Line] | None:
    """The table of a funnel; None when the result has another shape."""
    if isinstance(detail.result, dict):
        return _time_lines(detail.result, cells)
    funnels = funnels_of(detail.result)
    if funnels is None:
        return trend_lines(detail, cells, now)
    if not funnels:
        return [note("Nobody took the first step in this range.", cells)]
    if len(funnels) == 1 and not funnels[0].label:
        return _step_lines(funnels[0], cells)
    return _breakdown_lines(funnels, breakdown_of(source_of(detail.query)), cells)


def _step_lines(funnel: Funnel, cells: int) -> list[Line]:
    """A row a step: how many, of all, of those before, the median time, a bar."""
    steps, counts = funnel.steps, [step.count for step in funnel.steps]
    columns = [
        Column("", [str(place) for place in range(1, len(steps) + 1)], role="muted", drop=3),
        Column("step", [step.name for step in steps], "left", least=NAME_LEAST),
        Column("people", [number(count) for count in counts]),
        Column("of all", [percent(share(count, funnel.entered)) for count in counts], role="strong"),
        Column("go on", ["", *[percent(share(after, before)) for before, after in pairwise(counts)]], drop=1),
        Column("median time", [duration(step.median) for step in steps], drop=2),
    ]
    return [*table(columns, cells, Bars(counts, {})), BLANK, *summary(funnel, cells)]


def summary(funnel: Funnel, cells: int) -> list[Line]:
    """How many go all the way, in what time, and where most are lost."""
    way = line(Span("all the way  ", "muted"), Span(percent(share(funnel.arrived, funnel.entered)), "accent_strong"))
    medians = [step.median for step in funnel.steps[1:] if step.median is not None]
    if medians:
        way = (*way, Span(f"  {duration(sum(medians))}, medians added"))
    lost = [
        (before - after, place)
        for place, (before, after) in enumerate(pairwise(step.count for step in funnel.steps), 1)
        if before is not None and after is not None and before > after
    ]
    if not lost:
        return [cut(way, cells)]
    most, place = max(lost, key=lambda pair: (pair[0], -pair[1]))
    worst = line(Span("most lost ", "muted"), Span(f"{place} to {place + 1}", "strong"), f", {number(most)}")
    together = (*way, Span("   "), *worst)
    return [together] if width(together) <= cells else [cut(way, cells), cut(worst, cells)]


def _breakdown_lines(funnels: list[Funnel], breakdown: str, cells: int) -> list[Line]:
    """A row a breakdown value, a column a step, and how many go all the way."""
    longest = max(funnels, key=lambda funnel: len(funnel.steps)).steps
    labels: list[Cell] = []
    for place, funnel in enumerate(funnels):
        glyph, role = MARKS[min(place, len(MARKS) - 1)]
        labels.append(line(Span(glyph, role), Span(f" {funnel.label}", "muted" if funnel.rest else "text")))
    columns = [Column(f"by {breakdown}" if breakdown else "value", labels, "left", least=NAME_LEAST)]
    sums: list[Number] = []
    for place, step in enumerate(longest):
        counts = [funnel.steps[place].count if place < len(funnel.steps) else None for funnel in funnels]
        sums.append(total(counts))
        values = [number(count) for count in counts]
        least = max(STEP_LEAST, widest([*values, number(sums[-1])]))
        columns.append(Column(step.name, values, least=least))
    ways = [percent(share(funnel.arrived, funnel.entered)) for funnel in funnels]
    columns.append(Column("all the way", ways, role="strong", least=7))
    ending: list[str] = ["all", *map(number, sums), percent(share(sums[-1], sums[0]))]
    left = sum(column.least or 0 for column in columns) + GAP * (len(columns) - 1) - cells
    if left > 0 and len(columns) > 4:
        return _narrow_lines(columns, ending, cells)
    return totalled(columns, ending, cells)


def _narrow_lines(columns: list[Column], ending: list[str], cells: int) -> list[Line]:
    """The first and the last step only, where not all have room."""
    kept = [0, 1, len(columns) - 2, len(columns) - 1]
    lines = totalled([columns[place] for place in kept], [ending[place] for place in kept], cells)
    left = len(columns) - 4
    return [*lines, hint(f"{left} step{'s' * (left > 1)} between not shown", cells)]


def _time_lines(result: dict[str, Any], cells: int) -> list[Line] | None:
    """A row a bin: from how long, how many people, their share, a bar."""
    bins = time_bins(result)
    if bins is None:
        return None
    if not bins:
        return [note("Nobody went all the way in this range.", cells)]
    counts = [people for _, people in bins]
    columns = [
        Column("from", [duration(seconds) for seconds, _ in bins], role="muted"),
        Column("people", [number(people) for people in counts]),
        Column("share", [percent(share(people, total(counts))) for people in counts], role="strong", drop=1),
    ]
    median, average = (to_number(result.get(f"{name}_conversion_time")) for name in ("median", "average"))
    closing = line(
        Span("median  ", "muted"),
        Span(duration(median), "accent_strong"),
        Span("   average  ", "muted"),
        duration(average),
    )
    return [*table(columns, cells, Bars(counts, {})), BLANK, cut(closing, cells)]


def time_bins(result: object) -> list[tuple[Number, Number | None]] | None:
    """Seconds and people of each bin of a time-to-convert result; None for another shape."""
    bins = as_dict(result).get("bins")
    if not isinstance(bins, list):
        return None
    found = []
    for entry in bins:
        pair = as_list(entry)
        seconds = to_number(pair[0]) if len(pair) == 2 else None
        if seconds is None:
            return None
        found.append((seconds, to_number(pair[1])))
    return found
