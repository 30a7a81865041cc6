"""Retention and paths: who comes back, and where people go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from tui.charts.columns import GAP, Bars, Cell, Column, note, table
from tui.charts.numbers import Number, duration, number, share, to_number, total
from tui.charts.periods import Periods
from tui.charts.shapes import as_dict, named, source_of, word
from tui.lines import BLANK, Line, Role, Span, line
from tui.store.facts import InsightDetail
from tui.text import shorten

_HEAT: Final[tuple[Role, ...]] = ("heat0", "heat1", "heat2", "heat3", "heat4")
_HEAT_FROM: Final = (10, 25, 40, 75)
"""Percent from which a cell takes the next warmer ground."""
_CELL: Final = 5


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those who began in one period, and how many of them were there in each period from then on."""

    date: Any
    label: str
    counts: tuple[Number | None, ...]
    value: str = ""
    """The breakdown value they belong to."""

    @property
    def size(self) -> Number | None:
        """How many began."""
        return self.counts[0] if self.counts else None


@dataclass(frozen=True, slots=True)
class Retention:
    """A retention result, read."""

    cohorts: list[Cohort]
    periods: Periods

    @classmethod
    def of(cls, detail: InsightDetail, now: float) -> Retention | None:
        """The triangle of an insight; None when the result has another shape."""
        cohorts = _cohorts(detail.result)
        if cohorts is None:
            return None
        options = as_dict(source_of(detail.query).get("retentionFilter"))
        return cls(cohorts, Periods.of(detail, options.get("period"), now))

    @property
    def values(self) -> list[str]:
        """The breakdown values in the order they came."""
        return list(dict.fromkeys(cohort.value for cohort in self.cohorts))

    @property
    def length(self) -> int:
        """The most periods a cohort was looked at."""
        return max((len(cohort.counts) for cohort in self.cohorts), default=0)

    def over(self, cohort: Cohort, index: int) -> bool:
        """Whether that period of a cohort had ended when it was counted."""
        return self.periods.over(cohort.date, index + 1)

    def mean(self, index: int, value: str | None = None) -> float | None:
        """The percent of all who were there in a period, of the cohorts for which it is over."""
        wanted = [
            cohort
            for cohort in self.cohorts
            if index < len(cohort.counts)
            and cohort.counts[index] is not None
            and (value is None or cohort.value == value)
            and self.over(cohort, index)
        ]
        return share(total(one.counts[index] for one in wanted), total(one.size for one in wanted))


def _cohorts(result: object) -> list[Cohort] | None:
    if not isinstance(result, list):
        return None
    found = []
    for entry in result:
        values = entry.get("values") if isinstance(entry, dict) else None
        if not isinstance(values, list):
            return None
        counts = tuple(to_number(item.get("count") if isinstance(item, dict) else item) for item in values)
        value = entry.get("breakdown_value")
        found.append(Cohort(entry.get("date"), word(entry.get("label")), counts, "" if value is None else named(value)))
    return found


def retention_lines(detail: InsightDetail, cells: int, now: float) -> list[Line] | None:
    """The triangle: who began when, how many, and the percent that was there in each period from then on."""
    retention = Retention.of(detail, now)
    if retention is None:
        return None
    if not retention.length:
        return [note("Nobody began in this range.", cells)]
    lines: list[Line] = []
    for value in retention.values:
        if value:
            lines += [BLANK] * bool(lines) + [(Span(shorten(value, cells), "strong"),)]
        lines += triangle(retention, value, cells)
    unit = retention.periods.interval
    lines += [BLANK, note(f"percent of those who began that {unit}", cells)]
    if any("…" in span.text for row in lines for span in row if span.role in _HEAT):
        lines.append(note(f"… that {unit} is not over yet", cells))
    return lines


def triangle(retention: Retention, value: str, cells: int, most: int | None = None) -> list[Line]:
    """The triangle of one breakdown value, with the mean of all below; at most the `most` newest cohorts."""
    cohorts = [cohort for cohort in retention.cohorts if cohort.value == value]
    shown = cohorts if most is None else cohorts[len(cohorts) - most :]
    mean = len(cohorts) > 1
    names: list[Cell] = [retention.periods.label(cohort.date, cohort.label) for cohort in shown]
    sizes = [number(cohort.size) for cohort in shown]
    if mean:
        names.append(line(Span("all", "muted")))
        sizes.append(number(total(cohort.size for cohort in cohorts)))
    columns = [Column("began", names, "left"), Column("size", sizes, role="muted")]
    length = max(len(cohort.counts) for cohort in cohorts)
    room = cells - columns[0].width - GAP - columns[1].width - GAP
    fit = max(0, room // _CELL)
    lines = table(columns, cells)
    left = columns[0].width + GAP + columns[1].width + GAP
    if not fit:
        return lines
    header = "".join(f"{index:>{_CELL - 1}} " for index in range(min(fit, length)))
    grid = [(Span(header.rstrip(), "header"),), *(_heat_row(retention, cohort, fit) for cohort in shown)]
    if mean:
        found = [retention.mean(index, value) for index in range(min(fit, length))]
        means = "".join(f"{'' if one is None else f'{one:.0f}':>{_CELL - 1}} " for one in found)
        grid.append((Span(means.rstrip(), "strong"),))
    lines = [
        (*row, Span(" " * (left - sum(len(span.text) for span in row))), *tail) if tail else row
        for row, tail in zip(lines, grid, strict=True)
    ]
    if fit < length:
        hidden = length - fit
        unit = retention.periods.interval
        lines.append(note(f"{hidden} more {unit}{'s' * (hidden > 1)} to the right", cells))
    return lines


def _heat_row(retention: Retention, cohort: Cohort, most: int) -> Line:
    spans = []
    for index, count in enumerate(cohort.counts[:most]):
        part = share(count, cohort.size)
        if part is None:
            spans.append(Span(f"{'–':>{_CELL - 1}} ", "heat0"))
            continue
        waiting = index > 0 and not retention.over(cohort, index)
        level = sum(part >= limit for limit in _HEAT_FROM)
        shown = f"{part:.0f}" if part < 1000 else "…"
        spans.append(Span(f"{shown:>{_CELL - 1}}{'…' if waiting else ' '}", _HEAT[level]))
    return tuple(spans)


@dataclass(frozen=True, slots=True)
class Edge:
    """How many went from one place to the next. The time is in seconds."""

    step: int | None
    source: str
    target: str
    count: Number | None
    seconds: float | None


_STEP: Final = re.compile(r"(\d{1,3})_")
_ORIGIN: Final = re.compile(r"https?://[^/?#]+")


def edges_of(result: object) -> list[Edge] | None:
    """The edges of a paths result, the strongest first; None for another shape.

    PostHog writes the number of the step and an underscore before each place. Where all places are pages of one
    site, its name is left out.
    """
    if not isinstance(result, list):
        return None
    edges: list[tuple[int | None, str, str, Number | None, float | None]] = []
    for entry in result:
        if not isinstance(entry, dict) or "source" not in entry or "target" not in entry:
            return None
        source, target = word(entry["source"]), word(entry["target"])
        step = _STEP.match(source)
        time = to_number(entry.get("average_conversion_time"))
        edges.append(
            (
                int(step[1]) if step else None,
                _STEP.sub("", source, count=1) if step else source,
                _STEP.sub("", target, count=1) if _STEP.match(target) else target,
                to_number(entry.get("value")),
                None if time is None else time / 1000,
            )
        )
    origins = {found[0] if (found := _ORIGIN.match(place)) else "" for edge in edges for place in edge[1:3]}
    origin = origins.pop() if len(origins) == 1 else ""
    found_edges = [
        Edge(step, source[len(origin) :] or "/", target[len(origin) :] or "/", count, seconds)
        for step, source, target, count, seconds in edges
    ]
    return sorted(found_edges, key=lambda edge: (-(edge.count or 0), edge.step or 0))


def path_lines(detail: InsightDetail, cells: int) -> list[Line] | None:
    """A row an edge: the step, from where to where, how many, how long it took them on average."""
    edges = edges_of(detail.result)
    if edges is None:
        return None
    if not edges:
        return [note("No path was taken in this range.", cells)]
    counts = [edge.count for edge in edges]
    least = max(4, min(16, cells // 4))
    columns = [
        Column("step", ["" if edge.step is None else str(edge.step) for edge in edges], role="muted", drop=3),
        Column("from", [edge.source for edge in edges], "left", least=least),
        Column("  to", [line(Span("→ ", "muted"), Span(edge.target)) for edge in edges], "left", least=least + 2),
        Column("people", [number(count) for count in counts], role="strong"),
        Column("average time", [duration(edge.seconds) for edge in edges], role="muted", drop=2),
    ]
    if all(edge.seconds is None for edge in edges):
        del columns[-1]
    if all(edge.step is None for edge in edges):
        del columns[0]
    return table(columns, cells, Bars(counts, {}))
