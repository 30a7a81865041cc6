"""SQL drawn: a result with one column of times and numbers as a plot, one number large, all else as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from tui.charts.columns import bounded, note
from tui.charts.drawing import Drawing
from tui.charts.fitting import at
from tui.charts.numbers import Number, to_number
from tui.charts.row_tables import Sheet, row_lines, sheet_lines, shown
from tui.charts.shapes import as_dict, as_list, word
from tui.charts.trend_plots import trends_drawing
from tui.lines import Line, Span, line
from tui.store.facts import InsightDetail

TABLES: Final = frozenset({"ActionsTable", "TwoDimensionalHeatmap"})
"""Displays that are no plot over time."""
VALUES: Final = frozenset({"ActionsBar", "ActionsPie", "ActionsBarValue"})
"""Displays that can show one number for each of several names."""
COLUMNS_MOST: Final = 8
PERIODS_MOST: Final = 10_000
VALUES_MOST: Final = 500
SMALL: Final = 0.01
"""A column of numbers is drawn beside others when its largest is at least this part of theirs."""
TYPES_FROM: Final = 12
"""Lines from which a table shows the types of its columns."""
NOTES_FROM: Final = 8
"""Lines from which a plot says which columns it leaves out."""
_LENGTHS: Final = (
    ("week", timedelta(weeks=1)),
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)


@dataclass(frozen=True, slots=True)
class _Timed:
    """Rows in the order of their times, a row for each period, also for those that are missing."""

    interval: str
    days: list[str]
    rows: list[Sequence[Any]]
    """A row that is missing is empty."""


def sql_drawing(
    detail: InsightDetail, width: int, height: int, *, now: float, cursor: int | None = None
) -> Drawing | None:
    """The plot the rows have in them, in the display the query asks for; else their table."""
    sheet = Sheet.of(detail)
    if sheet is None:
        return None
    as_trend = _plotted(sheet, detail)
    if as_trend is not None:
        left_out = _left_out(sheet, as_trend)
        words = [note(f"not drawn: {', '.join(left_out)}", width)] if left_out and not 0 < height < NOTES_FROM else []
        room = height - len(words) if height > 0 else 0
        drawing = trends_drawing(as_trend, width, room, now=now, cursor=cursor)
        if drawing is not None:
            return replace(drawing, lines=(*drawing.lines, *words))
    return _table(sheet, detail, width, height, cursor)


def _plotted(sheet: Sheet, detail: InsightDetail) -> InsightDetail | None:
    """The rows as a result of trends; None where they are best read as a table."""
    display = word(detail.query.get("display"), 40)
    if display in TABLES or not sheet.rows or not sheet.names:
        return None
    kinds = [_kind(sheet, place) for place in range(len(sheet.names))]
    numbers = _wanted(sheet, detail, [place for place, kind in enumerate(kinds) if kind == "number"])
    if not numbers:
        return None
    times = [place for place, kind in enumerate(kinds) if kind == "time"]
    words = [place for place, kind in enumerate(kinds) if kind == ""]
    if len(times) == 1 and not words and (timed := _timed(sheet, times[0])) is not None:
        return _over_time(sheet, detail, timed, numbers, display)
    if len(sheet.rows) == 1 and len(sheet.names) == 1 and not sheet.more:
        return _as_values(detail, [(sheet.names[0], sheet.rows[0][numbers[0]])], "BoldNumber", named=False)
    if display in VALUES and words and not times and len(sheet.rows) <= VALUES_MOST:
        place = next((place for place in words if sheet.names[place] == _axis(detail, "xAxis")), words[0])
        pairs = [(shown(_cell(row, place)), _cell(row, numbers[0])) for row in sheet.rows]
        return _as_values(detail, pairs, "ActionsPie" if display == "ActionsPie" else "ActionsBarValue", named=True)
    return None


def _left_out(sheet: Sheet, as_trend: InsightDetail) -> list[str]:
    """The columns of numbers beside those that are drawn over time."""
    drawn = {one["label"] for one in as_trend.result}
    several = any(one["data"] for one in as_trend.result)
    numbers = [name for place, name in enumerate(sheet.names) if _kind(sheet, place) == "number"]
    return [name for name in numbers if name not in drawn] if several else []


def _cell(row: Sequence[Any], place: int) -> Any:
    return row[place] if place < len(row) else None


def _kind(sheet: Sheet, place: int) -> str:
    """What a column holds: `number`, `time`, or words."""
    values = [value for row in sheet.rows if (value := _cell(row, place)) is not None]
    if not values:
        return "" if not sheet.types[place] else "null"
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return "number"
    return "time" if all(_moment(value) is not None for value in values) else ""


def _moment(value: object) -> datetime | None:
    """A date or a time as ClickHouse writes it, without its zone: rows of one result have the same."""
    if not isinstance(value, str) or not 10 <= len(value) <= 32 or value[4] != "-":
        return None
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return None


def _axis(detail: InsightDetail, name: str) -> str:
    """The column an axis of the chart settings names."""
    axis = as_dict(detail.query.get("chartSettings")).get(name)
    return word(as_dict(axis).get("column"))


def _wanted(sheet: Sheet, detail: InsightDetail, numbers: list[int]) -> list[int]:
    """The columns the chart settings name, else all numbers."""
    settings = as_dict(detail.query.get("chartSettings"))
    names = [word(as_dict(item).get("column")) for item in as_list(settings.get("yAxis"))]
    return [place for place in numbers if sheet.names[place] in names] or numbers


def _timed(sheet: Sheet, place: int) -> _Timed | None:
    """The rows by the longest interval that their times keep to; None where there is none, or one time comes twice."""
    found: dict[datetime, Sequence[Any]] = {}
    for row in sheet.rows:
        moment = _moment(_cell(row, place))
        if moment is None or moment in found:
            return None
        found[moment] = row
    if len(found) < 2:
        return None
    first, *others = sorted(found)
    if all((one.day, one.time()) == (1, first.time()) for one in found) and first.time() == datetime.min.time():
        last = others[-1]
        count = (last.year - first.year) * 12 + last.month - first.month + 1
        months = [divmod(first.year * 12 + first.month - 1 + step, 12) for step in range(count)]
        return _filled("month", [datetime(year, month + 1, 1) for year, month in months], found)
    for interval, length in _LENGTHS:
        if all((one - first) % length == timedelta() for one in others):
            count = (others[-1] - first) // length + 1
            if count > PERIODS_MOST:
                return None
            return _filled(interval, [first + step * length for step in range(count)], found)
    return None


def _filled(interval: str, moments: list[datetime], found: dict[datetime, Sequence[Any]]) -> _Timed:
    timed = interval in ("hour", "minute")
    days = [one.isoformat(" ", "seconds") if timed else one.date().isoformat() for one in moments]
    return _Timed(interval, days, [found.get(one, ()) for one in moments])


def _over_time(
    sheet: Sheet, detail: InsightDetail, timed: _Timed, numbers: Sequence[int], display: str
) -> InsightDetail:
    """A series a column. Those that would lie on the axis beside much larger ones are left out."""
    columns = {place: [to_number(_cell(row, place)) for row in timed.rows] for place in numbers[:COLUMNS_MOST]}
    sizes = {place: max((abs(v) for v in values if v is not None), default=0) for place, values in columns.items()}
    largest = max(sizes.values())
    series = [
        # PostHog's formulas have no action either: their values are never added up.
        {"label": sheet.names[place], "data": values, "days": timed.days, "action": None}
        for place, values in columns.items()
        if sizes[place] >= SMALL * largest
    ]
    return _as_trends(detail, series, display, timed.interval)


def _as_values(detail: InsightDetail, pairs: list[tuple[str, Number]], display: str, *, named: bool) -> InsightDetail:
    """One number a name."""
    series: list[dict[str, Any]] = [
        {"label": name, "data": [], "aggregated_value": value, "action": None}
        | ({"breakdown_value": name} if named else {})
        for name, value in pairs
    ]
    return _as_trends(detail, series, display, "day")


def _as_trends(detail: InsightDetail, series: list[dict[str, Any]], display: str, interval: str) -> InsightDetail:
    source = {"kind": "TrendsQuery", "interval": interval, "trendsFilter": {"display": display}}
    return replace(detail, query={"kind": "InsightVizNode", "source": source}, result=series)


def _table(sheet: Sheet, detail: InsightDetail, width: int, height: int, cursor: int | None) -> Drawing:
    """The rows that fit, the one at the cursor bright, and how many more there are."""
    stops = len(sheet.rows)
    place = at(cursor, stops)
    readout = () if place is None else _readout(sheet, place)
    if height <= 0:
        return Drawing(tuple(bounded(row_lines(detail, width) or [], width)), stops, readout)
    types = height >= TYPES_FROM and any(sheet.types)
    room = max(0, height - 2 - types)
    hidden = max(0, stops - room)
    first = 0 if place is None else min(max(0, place - room + 1), hidden)
    rows = sheet.rows[first : first + room]
    lines, columns = sheet_lines(sheet, rows, width, types=types)
    if place is not None and room:
        spot = len(lines) - len(rows) + place - first
        lines[spot] = tuple(span._replace(role="strong") for span in lines[spot])
    said = f"{hidden:,} more of {sheet.count}" if hidden else sheet.count
    if sheet.more:
        said += " · more exist than PostHog sent"
    if columns:
        said += f" · {columns} more column{'' if columns == 1 else 's'}"
    lines = [*lines[: height - 1], note(said, width)]
    return Drawing(tuple(bounded(lines, width)), stops, readout, hidden)


def _readout(sheet: Sheet, place: int) -> Line:
    """One row with the names of its columns."""
    spans: list[Span] = []
    for index, name in enumerate(sheet.names):
        value = _cell(sheet.rows[place], index)
        spans.append(Span(f"{'  ' if spans else ''}{name} ", "muted"))
        spans.append(Span("null", "italic") if value is None else Span(shown(value)))
    return line(*spans)
