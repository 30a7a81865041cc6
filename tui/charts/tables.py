"""The result of an insight as a table, for every kind of query."""

from __future__ import annotations

from tui.charts.columns import bounded
from tui.charts.flow_tables import path_lines, retention_lines
from tui.charts.funnel_tables import funnel_lines
from tui.charts.raw import json_lines
from tui.charts.row_tables import row_lines
from tui.charts.shapes import kind_of
from tui.charts.trend_tables import trend_lines
from tui.lines import Line
from tui.store.facts import InsightDetail


def result_lines(detail: InsightDetail, width: int, *, now: float, skip: int = 0) -> list[Line]:
    """The result as lines of at most `width` cells, the header first; none where there is no result.

    Times are written in the project's time zone as seen at `now`, in seconds since the epoch. A period that was not
    over when the result was computed is muted and says so. `skip` leaves out that many columns at the left of SQL
    results, to reach those on the right. A result that has another shape than its query promises is shown as JSON;
    nothing a server can send raises.
    """
    if detail.result is None or width <= 0:
        return []
    lines: list[Line] | None
    match kind_of(detail):
        case "trends" | "stickiness" | "lifecycle":
            lines = trend_lines(detail, width, now)
        case "funnel":
            lines = funnel_lines(detail, width, now)
        case "retention":
            lines = retention_lines(detail, width, now)
        case "paths":
            lines = path_lines(detail, width)
        case "sql" | "table":
            lines = row_lines(detail, width, skip)
        case _:
            lines = None
    return bounded(json_lines(detail.result, width) if lines is None else lines, width)
