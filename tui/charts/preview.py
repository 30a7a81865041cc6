"""A result in a few lines, for the preview beside a list."""

from __future__ import annotations

from typing import Final

from tui import text as texts
from tui.charts.columns import GAP, Bars, Cell, Column, bounded, note, table, widest
from tui.charts.flow_tables import Retention, edges_of, triangle
from tui.charts.funnel_tables import time_bins
from tui.charts.headline import counted, last_whole
from tui.charts.numbers import Number, change, duration, number, percent, share
from tui.charts.raw import json_lines
from tui.charts.row_tables import Sheet, sheet_lines
from tui.charts.shapes import Funnel, Series, current, funnels_of, kind_of
from tui.charts.trend_tables import Trend, marks, ranked, sum_of, whole_of
from tui.lines import BLANK, Line, Span, line
from tui.store.facts import InsightDetail

DAYS: Final = 10
"""Points shown of a result over time."""
BLOCKS: Final = "▏▎▍▌▋▊▉"


def preview_lines(detail: InsightDetail, width: int, height: int, *, now: float | None = None) -> list[Line]:
    """The result in at most `height` lines of at most `width` cells; what is left out is counted in the last one.

    `now` is in seconds since the epoch; without it the time the result was computed counts.
    """
    if detail.result is None or width <= 0 or height <= 0:
        return []
    moment = counted(detail) if now is None else now
    lines: list[Line] | None
    match kind_of(detail):
        case "trends" | "stickiness" | "lifecycle":
            lines = _of_trend(detail, width, height, moment)
        case "funnel":
            lines = _of_funnel(detail, width, height, moment)
        case "retention":
            lines = _of_retention(detail, width, height, moment)
        case "paths":
            lines = _of_paths(detail, width, height)
        case "sql" | "table":
            lines = _of_rows(detail, width, height)
        case _:
            lines = None
    if lines is None:
        lines = clipped(json_lines(detail.result, width), height, width, "more lines")
    return bounded(lines[:height], width)


def clipped(lines: list[Line], height: int, cells: int, noun: str = "more") -> list[Line]:
    """The first of these lines, and how many are left out when that is so."""
    if len(lines) <= height:
        return lines
    return [*lines[: height - 1], note(f"{len(lines) - height + 1:,} {noun}", cells)]


def block_bar(value: float | None, largest: float, cells: int) -> Line:
    """A bar of blocks on its track, exactly `cells` wide; any value above 0 shows an eighth of a cell."""
    eighths = 0
    if value is not None and value > 0 and largest > 0:
        eighths = max(1, min(8 * cells, round(value / largest * 8 * cells)))
    filled = "█" * (eighths // 8) + (BLOCKS[eighths % 8 - 1] if eighths % 8 else "")
    return line(Span(filled, "bar", "track"), Span(" " * (cells - len(filled)), "track"))


def _of_trend(detail: InsightDetail, cells: int, height: int, now: float) -> list[Line] | None:
    trend = Trend.of(detail, now)
    if trend is None:
        return None
    if not trend.series or not (trend.points or trend.of_one_value):
        return [note("Nothing matched in this range.", cells)]
    if trend.of_one_value:
        series = ranked(trend)
        return _ranking(trend, series, [one.value for one in series], cells, height, shares=True)
    series = current(trend.series) or trend.series
    if len(series) == 1:
        return _last_points(trend, series[0], cells, height)
    index = last_whole(trend)
    if all(trend.sums(one) for one in series):
        series = ranked(trend)
        return _ranking(trend, series, [sum_of(one) for one in series], cells, height)
    values = [one.data[index] if index < len(one.data) else None for one in series]
    if height < 2:
        return _ranking(trend, series, values, cells, height)
    head = note(f"{trend.periods.header} {trend.name(index).strip()}", cells)
    return [head, *_ranking(trend, series, values, cells, height - 1)]


def _last_points(trend: Trend, one: Series, cells: int, height: int) -> list[Line]:
    """The newest points of one series with bars, the newest last; beside the previous period where compared."""
    points = len(one.data)
    shown = min(points, height, DAYS if trend.kind != "stickiness" else points)
    if shown < points:
        shown = max(0, min(shown, height - 1))
    indexes = list(range(points)[:shown] if trend.kind == "stickiness" else range(points)[points - shown :])
    words = {row: said for row, index in enumerate(indexes) if (said := trend.so_far(index))}
    data = [one.data[index] for index in indexes]
    values: list[Cell] = list(trend.format.column(data))
    for row in words:
        values[row] = line(Span(str(values[row]), "muted"))
    columns = [
        Column("", [trend.name(index) for index in indexes], "left", "muted"),
        Column("", values),
    ]
    previous = next((other for other in trend.series if other.previous), None)
    bars = Bars(data, words)
    if previous:
        earlier = [previous.data[index] if index < len(previous.data) else None for index in indexes]
        found = [
            None if row in words else change(value, before)
            for row, (value, before) in enumerate(zip(data, earlier, strict=True))
        ]
        columns.append(Column("", [line(span) if span else "" for span in found]))
    lines = table(columns, cells, bars)[1:]
    if shown < points:
        unit = "more" if trend.kind == "stickiness" else f"earlier {trend.periods.interval}"
        lines.append(note(f"{points - shown:,} {unit}{'s' * (points - shown > 1) if unit != 'more' else ''}", cells))
    return lines


def _ranking(
    trend: Trend, series: list[Series], values: list[Number | None], cells: int, height: int, *, shares: bool = False
) -> list[Line]:
    """A row a series: its name, its value, a bar."""
    shown = len(series) if len(series) <= height else height - 1
    labels: list[Cell] = []
    # Glyphs stand for series of a chart; parts of a whole need none.
    glyphs = marks(series) if not trend.of_one_value else []
    for place, one in enumerate(series[:shown]):
        name = one.status if trend.kind == "lifecycle" and one.status else one.label
        glyph = (glyphs[place], Span(" ")) if glyphs else ()
        labels.append(line(*glyph, Span(name, "muted" if one.rest else "text")))
    columns = [
        Column("", labels, "left", least=min(widest(labels), max(8, cells // 3))),
        Column("", trend.format.column(values[:shown])),
    ]
    if shares and (whole := whole_of(series)) is not None:
        columns.append(Column("", [percent(share(value, whole)) for value in values[:shown]], role="strong", drop=1))
    bars = Bars(values[:shown], {}) if len(series) > 1 else Bars((), {})
    lines = table(columns, cells, bars)[1:]
    return [*lines, *([note(f"{len(series) - shown:,} more", cells)] if shown < len(series) else [])]


def _of_funnel(detail: InsightDetail, cells: int, height: int, now: float) -> list[Line] | None:
    bins = time_bins(detail.result)
    if bins is not None:
        return _of_bins(bins, cells, height)
    funnels = funnels_of(detail.result)
    if funnels is None:
        return _of_trend(detail, cells, height, now)
    if not funnels:
        return [note("Nobody took the first step in this range.", cells)]
    if len(funnels) == 1:
        return _steps(funnels[0], cells, height)
    labels: list[Cell] = [line(Span(one.label, "muted" if one.rest else "text")) for one in funnels]
    ways = [share(one.arrived, one.entered) for one in funnels]
    columns = [
        Column("", labels, "left", least=min(widest(labels), max(8, cells // 3))),
        Column("", [number(one.entered) for one in funnels]),
        Column("", [percent(way) for way in ways], role="strong"),
    ]
    return clipped(table(columns, cells, Bars(ways, {}))[1:], height, cells)


def _steps(funnel: Funnel, cells: int, height: int) -> list[Line]:
    """A row a step with a bar of blocks, and blank lines between where there is height for them."""
    counts = [number(step.count) for step in funnel.steps]
    parts = [percent(share(step.count, funnel.entered)) for step in funnel.steps]
    behind = widest(counts) + 1 + widest(parts)
    names = [step.name for step in funnel.steps]
    name_width = min(widest(names), max(6, (cells - behind - 2) * 3 // 5))
    room = cells - name_width - 1 - GAP - behind
    largest = funnel.entered or 0
    rows: list[Line] = []
    for step, name, count, part in zip(funnel.steps, names, counts, parts, strict=True):
        bar = block_bar(step.count, largest, room) if room >= 4 else ()
        rows.append(
            line(
                texts.fit(name, name_width),
                " ",
                *bar,
                " " * (GAP + widest(counts) - len(count) if bar else 1 + widest(counts) - len(count)),
                count,
                " " * (1 + widest(parts) - len(part)),
                Span(part, "strong"),
            )
        )
    if 2 * len(rows) - 1 <= height:
        return [row for pair in zip(rows, [BLANK] * len(rows), strict=True) for row in pair][:-1]
    return clipped(rows, height, cells, "more steps")


def _of_bins(bins: list[tuple[Number, Number | None]], cells: int, height: int) -> list[Line]:
    if not bins:
        return [note("Nobody went all the way in this range.", cells)]
    columns = [
        Column("", [f"from {duration(seconds)}" for seconds, _ in bins], "left", "muted"),
        Column("", [number(people) for _, people in bins]),
    ]
    return clipped(table(columns, cells, Bars([people for _, people in bins], {}))[1:], height, cells)


def _of_retention(detail: InsightDetail, cells: int, height: int, now: float) -> list[Line] | None:
    retention = Retention.of(detail, now)
    if retention is None:
        return None
    if not retention.length:
        return [note("Nobody began in this range.", cells)]
    value = retention.values[0]
    lines = triangle(retention, value, cells)
    if len(retention.values) > 1:
        lines = [note(value or "not set", cells), *lines]
    if len(lines) <= height and len(retention.values) == 1:
        return lines
    left = len([cohort for cohort in retention.cohorts if cohort.value == value])
    shown = max(0, min(left, height - 2 - (len(retention.values) > 1)))
    words = [f"{left - shown:,} more"] if shown < left else []
    if len(retention.values) > 1:
        words.append(f"{len(retention.values) - 1} more values")
    head = 1 + (len(retention.values) > 1)
    return [*lines[: min(head + shown, height - 1)], note(", ".join(words) or "more", cells)]


def _of_paths(detail: InsightDetail, cells: int, height: int) -> list[Line] | None:
    edges = edges_of(detail.result)
    if edges is None:
        return None
    if not edges:
        return [note("No path was taken in this range.", cells)]
    shown = edges if len(edges) <= height else edges[: height - 1]
    least = max(4, cells // 4)
    columns = [
        Column("", [edge.source for edge in shown], "left", least=least),
        Column("", [line(Span("→ ", "muted"), Span(edge.target)) for edge in shown], "left", least=least),
        Column("", [number(edge.count) for edge in shown], role="strong"),
    ]
    lines = table(columns, cells, Bars([edge.count for edge in shown], {}))[1:]
    return [*lines, *([note(f"{len(edges) - len(shown):,} more", cells)] if len(shown) < len(edges) else [])]


def _of_rows(detail: InsightDetail, cells: int, height: int) -> list[Line] | None:
    sheet = Sheet.of(detail)
    if sheet is None:
        return None
    if not sheet.rows:
        return [note("No rows.", cells)]
    rows = sheet.rows[: max(1, height - 1)]
    lines, hidden = sheet_lines(sheet, rows, cells, types=False)
    left = len(sheet.rows) - len(rows)
    if left or hidden or sheet.more:
        rows = rows[: max(0, height - 2)]
        lines = lines[: 1 + len(rows)]
        left = len(sheet.rows) - len(rows)
        words = [f"{left:,} more{' and others not sent' if sheet.more else ''}"] if left else []
        words += ["more rows exist"] if sheet.more and not left else []
        words += [f"{hidden} more column{'' if hidden == 1 else 's'}"] if hidden else []
        lines = [*lines[: height - 1], note(" · ".join(words), cells)]
    return lines
