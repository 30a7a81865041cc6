"""Trends, stickiness, lifecycle and funnel trends: numbers over time, or one number a series."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, Final

from tui.charts.columns import GAP, Bars, Cell, Column, cell_width, hint, note, table, totalled, widest
from tui.charts.numbers import Format, Number, change, percent, share, total
from tui.charts.periods import Periods
from tui.charts.shapes import (
    MARKS,
    STATUSES,
    TOTAL_VALUE,
    Series,
    as_dict,
    breakdown_of,
    current,
    kind_of,
    series_of,
    source_of,
)
from tui.lines import Line, Role, Span, line, plain
from tui.store.facts import InsightDetail

LABEL_LEAST: Final = 8
HEADER_LEAST: Final = 9
"""Cells a series' name above its column keeps, glyph included."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A result over time, read, with all that is needed to write it."""

    kind: str
    display: str
    series: list[Series]
    periods: Periods
    format: Format
    breakdown: str
    axis: Series
    """The series whose days head the rows: the longest of the range itself."""

    @classmethod
    def of(cls, detail: InsightDetail, now: float) -> Trend | None:
        """The result of an insight as series; None when it has another shape."""
        series = series_of(detail.result)
        if series is None:
            return None
        source, kind = source_of(detail.query), kind_of(detail)
        options = as_dict(source.get("trendsFilter"))
        if kind == "lifecycle":
            order = {status: place for place, status in enumerate(STATUSES)}
            series.sort(key=lambda one: order.get(one.status, len(order)))
        elif kind == "funnel":
            # Those of a funnel over time have no label unless they are broken down.
            series = [one if one.breakdown else replace(one, label="all the way") for one in series]
        display = options.get("display")
        return cls(
            kind,
            display if isinstance(display, str) else "",
            series,
            Periods.of(detail, source.get("interval"), now),
            Format("percentage") if kind == "funnel" else Format.of(options),
            breakdown_of(source),
            max(current(series) or series, key=lambda one: max(len(one.data), len(one.days)), default=Series("")),
        )

    @property
    def of_one_value(self) -> bool:
        """Whether each series is one number."""
        no_points = all(not one.data for one in self.series)
        return no_points and (self.display in TOTAL_VALUE or any(one.value is not None for one in self.series))

    @property
    def cumulative(self) -> bool:
        """Whether each point includes those before it."""
        return "Cumulative" in self.display

    def name_of(self, one: Series) -> str:
        """How a series is called; one of the previous period says so."""
        label = one.status if self.kind == "lifecycle" and one.status else one.label
        return f"{label}, previous" if one.previous else label

    @property
    def points(self) -> int:
        """How many points the longest series has."""
        return max((len(one.data) for one in self.series), default=0)

    def day(self, index: int) -> Any:
        """The server's own word for a point."""
        days = self.axis.days
        return days[index] if index < len(days) else None

    def name(self, index: int) -> str:
        """How a point is called."""
        labels = self.axis.labels
        label = labels[index] if index < len(labels) else ""
        if self.kind == "stickiness":
            return self.periods.label(label, self.day(index)) or str(index + 1)
        return self.periods.label(self.day(index), label) or str(index + 1)

    def so_far(self, index: int) -> str:
        """What is said of a point that was not over when it was counted; nothing of others."""
        return "" if self.kind == "stickiness" else self.periods.so_far(self.day(index))

    def sums(self, one: Series) -> bool:
        """Whether the points of a series add up to something worth a total."""
        return one.additive and not self.cumulative and self.kind in ("trends", "")


def marks(series: list[Series]) -> list[Span]:
    """The glyph of each series; a previous period has that of the series it belongs to."""
    places: dict[str, int] = {}
    for place, one in enumerate(current(series)):
        places.setdefault(one.label, place)
    found: list[Span] = []
    count = 0
    for one in series:
        place = places.get(one.label, count) if one.previous else count
        count += not one.previous
        found.append(Span(*MARKS[min(place, len(MARKS) - 1)]))
    return found


def trend_lines(detail: InsightDetail, cells: int, now: float) -> list[Line] | None:
    """The table of a result over time; None when the result has another shape."""
    trend = Trend.of(detail, now)
    if trend is None:
        return None
    if not trend.series:
        return [note("Nothing matched in this range.", cells)]
    if trend.of_one_value:
        return _value_lines(trend, cells)
    if not trend.points:
        return [note("No point in this range.", cells)]
    if len(trend.series) == 1:
        return _one(trend, cells)
    if len(trend.series) == 2 and len(current(trend.series)) == 1:
        return _compared(trend, cells)
    return _across(trend, cells) or _down(trend, cells)


def _one(trend: Trend, cells: int) -> list[Line]:
    """One series: a row a day, with bars where there is room."""
    one = trend.series[0]
    names, words = _rows(trend)
    values = _column(trend, one)
    columns = [_first(trend, names), Column(one.label, _muted(values, words), least=widest(values))]
    if trend.kind == "stickiness":
        shares = [percent(share(value, total(one.data))) for value in one.data]
        columns.append(Column("share", shares, role="strong", drop=1))
    ending = ["all", trend.format.one(sum_of(one))] if trend.sums(one) and trend.points > 1 else None
    return _noted(trend, totalled(columns, ending, cells, Bars(one.data, words)), words, cells)


def _compared(trend: Trend, cells: int) -> list[Line]:
    """One series and its previous period, day beside day."""
    now, before = sorted(trend.series, key=lambda one: one.previous)
    names, words = _rows(trend)
    values, earlier = _column(trend, now), _column(trend, before)
    pairs = zip_longest(now.data, before.data)
    # A day that is not over is no match for a whole one.
    changes = [None if index in words else change(*pair) for index, pair in enumerate(pairs)]
    columns = [
        _first(trend, names),
        Column(now.label, _muted(values, words), least=widest(values)),
        Column("previous", earlier, role="muted"),
        Column("change", [line(found) if found else "" for found in changes], drop=1),
    ]
    ending: list[str] | None = None
    if trend.sums(now) and trend.points > 1:
        ending = ["all", trend.format.one(sum_of(now)), trend.format.one(sum_of(before)), ""]
    notes = Bars([None] * trend.points, words)
    return _noted(trend, totalled(columns, ending, cells, notes), words, cells)


def _across(trend: Trend, cells: int) -> list[Line] | None:
    """Several series as columns, a row a day; None when they do not fit beside one another."""
    if 4 + len(trend.series) * (GAP + 4) > cells:
        return None
    names, words = _rows(trend)
    columns = [_first(trend, names)]
    sums = trend.points > 1 and all(trend.sums(one) for one in trend.series)
    ending = ["all"]
    for one, mark in zip(trend.series, marks(trend.series), strict=True):
        header = line(mark, Span(f" {trend.name_of(one)}", "header"))
        values = _column(trend, one)
        ending.append(trend.format.one(sum_of(one)) if sums else "")
        least = max(widest([*values, ending[-1]]), min(cell_width(header), HEADER_LEAST))
        columns.append(Column(header, _muted(values, words), role="muted" if one.previous else "text", least=least))
    floors = [columns[0].width, *(column.least or 0 for column in columns[1:])]
    if sum(floors) + GAP * len(trend.series) > cells:
        return None
    notes = Bars([None] * trend.points, words)
    return _noted(trend, totalled(columns, ending if sums else None, cells, notes), words, cells)


def _down(trend: Trend, cells: int) -> list[Line]:
    """Many series as rows: their last values, the newest at the right, and the total where there is one."""
    names, words = _rows(trend)
    labels: list[Cell] = [
        line(mark, Span(f" {trend.name_of(one)}", "muted" if one.rest or one.previous else "text"))
        for one, mark in zip(trend.series, marks(trend.series), strict=True)
    ]
    broken = trend.breakdown and all(one.breakdown for one in trend.series)
    first = Column(f"by {trend.breakdown}" if broken else "series", labels, "left", least=LABEL_LEAST)
    last: list[Column] = []
    if all(trend.sums(one) for one in trend.series):
        last = [Column("all", trend.format.column([sum_of(one) for one in trend.series]), role="strong")]
    # The names have a third of the line, or what they need; as many days as fit share the rest.
    room = cells - min(first.width, max(cells // 3, LABEL_LEAST)) - sum(GAP + column.width for column in last)
    days: list[Column] = []
    for index in range(trend.points - 1, -1, -1):
        found = [one.data[index] if index < len(one.data) else None for one in trend.series]
        role: Role = "muted" if index in words else "text"
        column = Column(names[index].strip(), trend.format.column(found), role=role)
        room -= GAP + column.width
        if room < 0:
            break
        days.insert(0, column)
    lines = table([first, *days, *last], cells)
    if len(days) < trend.points:
        unit = "column" if trend.kind == "stickiness" else trend.periods.interval
        words = {index: said for index, said in words.items() if index >= trend.points - len(days)}
        lines.append(hint(f"the last {len(days)} of {trend.points:,} {unit}s", cells))
    return _noted(trend, lines, words, cells)


def _value_lines(trend: Trend, cells: int) -> list[Line]:
    """One number a series: label, value, share and bar, the largest first, what is left over last."""
    series = ranked(trend)
    before = {one.label: one.value for one in trend.series if one.previous}
    values = [one.value for one in series]
    labels: list[Cell] = [line(Span(one.label, "muted" if one.rest else "text")) for one in series]
    columns = [
        Column(trend.breakdown or "series", labels, "left", least=LABEL_LEAST),
        Column("value", trend.format.column(values), role="strong" if len(series) == 1 else "text"),
    ]
    if before:
        earlier = [before.get(one.label) for one in series]
        changes = [change(one.value, value) for one, value in zip(series, earlier, strict=True)]
        columns.append(Column("previous", trend.format.column(earlier), role="muted", drop=2))
        columns.append(Column("change", [line(found) if found else "" for found in changes], drop=3))
    ending: list[str] | None = None
    if (whole := whole_of(series)) is not None:
        columns.append(Column("share", [percent(share(value, whole)) for value in values], role="strong", drop=1))
        ending = ["all", trend.format.one(whole), *(["", ""] if before else []), "100 %"]
    return totalled(columns, ending, cells, Bars(values if len(series) > 1 else [], {}))


def ranked(trend: Trend) -> list[Series]:
    """The series of the range itself: those of a breakdown by size, `other` and `not set` last."""
    series = current(trend.series) or trend.series
    if not any(one.breakdown for one in series):
        return series
    return sorted(series, key=lambda one: (one.rest, -weight(trend, one)))


def weight(trend: Trend, one: Series) -> Number:
    """How much a series counts beside others."""
    return (one.value or 0) if trend.of_one_value else sum_of(one)


def whole_of(series: list[Series]) -> Number | None:
    """What the values of total-value series add up to; None where shares of it would say nothing."""
    whole = total(one.value for one in series)
    countable = all(one.countable and (one.value or 0) >= 0 for one in series)
    return whole if len(series) > 1 and countable and whole else None


def sum_of(one: Series) -> Number:
    """The total of a series: PostHog's own, else the sum of its points."""
    return one.count if one.count is not None else total(one.data)


def _column(trend: Trend, one: Series) -> list[str]:
    """The values of a series, a text for every row."""
    return trend.format.column([*one.data, *[None] * (trend.points - len(one.data))])


def _rows(trend: Trend) -> tuple[list[str], dict[int, str]]:
    """The names of the rows, and the words for those that were not over."""
    words: dict[int, str] = {}
    for index in range(trend.points - 1, -1, -1):
        # Points come in order of time: before one that was over, all were.
        if not (said := trend.so_far(index)):
            break
        words[index] = said
    return [trend.name(index) for index in range(trend.points)], dict(sorted(words.items()))


def _muted(texts: list[str], rows: dict[int, str]) -> list[Cell]:
    """Cells of which those rows are muted that were not over."""
    cells: list[Cell] = list(texts)
    for index in rows:
        cells[index] = line(Span(texts[index], "muted"))
    return cells


def _first(trend: Trend, names: list[str]) -> Column:
    header = "active on" if trend.kind == "stickiness" else trend.periods.header
    return Column(header, names, "left", "muted")


def _noted(trend: Trend, lines: list[Line], words: dict[int, str], cells: int) -> list[Line]:
    """The lines, and below them what could not be said beside the rows of periods that were not over."""
    found = "\n".join(plain(row) for row in lines) if words else ""
    said = [note(f"{trend.name(i).strip()}: {w}", cells) for i, w in words.items() if w not in found]
    return lines + said[-2:]
