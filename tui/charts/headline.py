"""The one number of a result that matters."""

from __future__ import annotations

from typing import Final

from tui.charts.flow_tables import Retention, edges_of
from tui.charts.funnel_tables import time_bins
from tui.charts.numbers import change, duration, number, percent, share, to_number, total
from tui.charts.row_tables import Sheet, shown
from tui.charts.shapes import Funnel, Series, current, funnels_of, kind_of
from tui.charts.trend_tables import Trend, ranked, sum_of, whole_of
from tui.lines import Line, Span, line
from tui.store.facts import InsightDetail
from tui.text import shorten

NAME_MOST: Final = 24
"""Cells a name may take."""


def headline(detail: InsightDetail) -> Line | None:
    """One line with the number that matters most, the number itself strong; None where there is none.

    `11,404  in 30 days` for trends, `11.6 %  all the way` for a funnel, `24 rows` for SQL.
    """
    if detail.result is None:
        return None
    match kind_of(detail):
        case "trends" | "stickiness" | "lifecycle":
            return _of_trend(detail)
        case "funnel":
            return _of_funnel(detail)
        case "retention":
            return _of_retention(detail)
        case "paths":
            return _of_paths(detail)
        case "sql" | "table":
            return _of_rows(detail)
        case _:
            return None


def _strong(number_: str, words: str = "") -> Line:
    return line(Span(number_, "strong"), Span(f"  {words}" if words else "", "muted"))


def counted(detail: InsightDetail) -> float:
    """When the result was computed, or read where the server does not say."""
    return detail.computed_at if detail.computed_at is not None else detail.read_at


def last_whole(trend: Trend) -> int:
    """The last point that was over when it was counted, else the last point."""
    return next((i for i in range(trend.points - 1, -1, -1) if not trend.so_far(i)), trend.points - 1)


def when(trend: Trend, index: int) -> str:
    """A point in a sentence: `on 17 Nov`, `in the week of 10 Nov`, `in Nov`."""
    before = {"week": "in the week of", "month": "in", "day": "on"}.get(trend.periods.interval, "at")
    return f"{before} {trend.name(index).strip()}"


def _of_trend(detail: InsightDetail) -> Line | None:
    trend = Trend.of(detail, counted(detail))
    if trend is None or not trend.series:
        return None
    if trend.of_one_value:
        return _of_values(trend)
    if not trend.points:
        return None
    series = current(trend.series) or trend.series
    first = series[0]
    if trend.kind == "stickiness":
        once = share(first.data[0] if first.data else None, total(first.data))
        return None if once is None else _strong(percent(once), f"came on one {trend.periods.interval} only")
    index = last_whole(trend)
    if trend.kind == "lifecycle":
        return _of_lifecycle(trend, index)
    if len(series) > 1 and not all(one.breakdown for one in series):
        return _of_several(trend, series, index)
    if all(trend.sums(one) for one in series):
        unit = trend.periods.interval
        plural = "" if trend.points == 1 else "s"
        words = f"in {trend.points:,} {unit}{plural}" + (f", {len(series)} values" if len(series) > 1 else "")
        found = _strong(trend.format.one(total(sum_of(one) for one in series)), words)
        return found if len(series) > 1 else (*found, *_against(trend, first))
    if len(series) > 1 and not all(one.countable for one in series):
        best = ranked(trend)[0]
        return _strong(trend.format.one(_at(best, index)), f"{shorten(best.label, NAME_MOST)} {when(trend, index)}")
    value = total(_at(one, index) for one in series) if len(series) > 1 else _at(first, index)
    return _strong(
        trend.format.one(value), when(trend, index) if not trend.cumulative else f"until {trend.name(index).strip()}"
    )


def _at(one: Series, index: int) -> int | float | None:
    return one.data[index] if index < len(one.data) else None


def _against(trend: Trend, one: Series) -> Line:
    """How a total differs from that of the previous period, over those points that were over."""
    previous = next((other for other in trend.series if other.previous), None)
    if previous is None:
        return ()
    whole = [index for index in range(len(one.data)) if not trend.so_far(index)]
    found = change(total(_at(one, index) for index in whole), total(_at(previous, index) for index in whole))
    return () if found is None else (Span("   "), found, Span(f" on the {trend.points:,} before", "muted"))


def _of_several(trend: Trend, series: list[Series], index: int) -> Line:
    """The first of several series, by name."""
    first = series[0]
    value, words = _at(first, index), when(trend, index)
    if trend.sums(first):
        value, words = sum_of(first), f"in {trend.points:,} {trend.periods.interval}s"
    more = f", {len(series) - 1} more series"
    return _strong(trend.format.one(value), f"{shorten(first.label, NAME_MOST)} {words}{more}")


def _of_values(trend: Trend) -> Line | None:
    series = ranked(trend)
    if (whole := whole_of(series)) is not None:
        return _strong(trend.format.one(whole), f"in all, {len(series)} values")
    first = series[0]
    before = next((one for one in trend.series if one.previous and one.label == first.label), None)
    found = change(first.value, before.value) if before else None
    words = "" if len(series) == 1 else f"{shorten(first.label, NAME_MOST)}, {len(series) - 1} more"
    against = (Span("   "), found, Span(f" on {trend.format.one(before.value)}", "muted")) if before and found else ()
    return (*_strong(trend.format.one(first.value), words), *against)


def _of_lifecycle(trend: Trend, index: int) -> Line:
    by_status = {one.status: _at(one, index) for one in trend.series}
    active = total(by_status.get(status) for status in ("new", "returning", "resurrecting"))
    gone = abs(by_status.get("dormant") or 0)
    return _strong(trend.format.one(active), f"active {when(trend, index)}, {trend.format.one(gone)} gone")


def _of_funnel(detail: InsightDetail) -> Line | None:
    if isinstance(detail.result, dict):
        median = to_number(detail.result.get("median_conversion_time"))
        if time_bins(detail.result) is None or median is None:
            return None
        return _strong(duration(median), "from first to last step, median")
    funnels = funnels_of(detail.result)
    if funnels is None:
        trend = Trend.of(detail, counted(detail))
        if trend is None or not trend.points:
            return None
        index = last_whole(trend)
        label = f"{shorten(trend.series[0].label, NAME_MOST)}, " if len(trend.series) > 1 else ""
        return _strong(percent(_at(trend.series[0], index)), f"{label}all the way {when(trend, index)}")
    if not funnels:
        return None
    if len(funnels) == 1:
        words = "all the way"
        medians = [step.median for step in funnels[0].steps[1:] if step.median is not None]
        if medians:
            words += f", medians add to {duration(sum(medians))}"
        return _strong(_way(funnels), words)
    return _strong(_way(funnels), f"all the way, {len(funnels)} values")


def _way(funnels: list[Funnel]) -> str:
    return percent(share(total(one.arrived for one in funnels), total(one.entered for one in funnels)))


def _of_retention(detail: InsightDetail) -> Line | None:
    retention = Retention.of(detail, counted(detail))
    if retention is None or (mean := retention.mean(1)) is None:
        return None
    return _strong(percent(mean), f"come back after 1 {retention.periods.interval}")


def _of_paths(detail: InsightDetail) -> Line | None:
    edges = edges_of(detail.result)
    if not edges:
        return None
    best = edges[0]
    return _strong(number(best.count), f"{shorten(best.source, NAME_MOST)} → {shorten(best.target, NAME_MOST)}")


def _of_rows(detail: InsightDetail) -> Line | None:
    sheet = Sheet.of(detail)
    if sheet is None:
        return None
    if len(sheet.rows) == 1 and len(sheet.names) == 1 and len(sheet.rows[0]) == 1 and not sheet.more:
        value = to_number(sheet.rows[0][0])
        if value is not None:
            return _strong(shown(sheet.rows[0][0]), shorten(sheet.names[0], NAME_MOST))
    return _strong(sheet.count, "and more" if sheet.more else "")
