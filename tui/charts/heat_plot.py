"""The calendar heatmap: weekdays down, hours of the day across, a number in every cell.

PostHog sends it as `calendar_heatmap_data` of the first series: `data` is a list of row (0 is Monday), column (the
hour) and value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tui import text as texts
from tui.charts.columns import note
from tui.charts.drawing import Drawing
from tui.charts.fitting import at, clipped
from tui.charts.numbers import Format, Number, number, short, to_number, total
from tui.charts.shapes import as_dict, as_list, series_of, source_of
from tui.lines import Line, Role, Span, cut, line
from tui.store.facts import InsightDetail

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS: Final = 24
SHADES: Final[tuple[Role, ...]] = ("heat0", "heat1", "heat2", "heat3", "heat4")
CELL_MOST: Final = 6
HERE: Final = "◂"
"""Stands behind the number the cursor is at."""
_LABEL: Final = 4
_TOTAL_GAP: Final = 2


def heat_drawing(detail: InsightDetail, cells: int, height: int, cursor: int | None = None) -> Drawing | None:
    """A calendar heatmap; None where the result has none.

    Where hours have no room, counts of two, three and more hours are added up. What does not add up, such as averages,
    has the hours one under the other.
    """
    values = heat_of(detail.result)
    if values is None:
        return None
    form = Format.of(as_dict(source_of(detail.query).get("trendsFilter")))
    series = series_of(detail.result)
    additive = series is None or all(one.additive for one in series)
    for span in (1, 2, 3, 4, 6, 8, 12) if additive else (1,):
        columns = [[_sum(values, day, hour, span) for day in range(7)] for hour in range(0, HOURS, span)]
        size = _cell_size(columns)
        if _LABEL + size * len(columns) <= cells:
            names = [str(hour) for hour in range(0, HOURS, span)]
            return _drawn(columns, names, span, cells, height, cursor, form, additive=additive)
    rows = [[_sum(values, day, hour, 1) for hour in range(HOURS)] for day in range(7)]
    return _turned(rows, cells, height, cursor, form)


def heat_of(result: object) -> dict[tuple[int, int], Number] | None:
    """The values by weekday and hour; None where the result has none."""
    entries = as_list(result)
    first = as_dict(entries[0]) if entries else as_dict(result)
    found = as_dict(first.get("calendar_heatmap_data"))
    if "data" not in found:
        return None
    values: dict[tuple[int, int], Number] = {}
    for item in as_list(found["data"]):
        cell: dict[str, Any] = as_dict(item)
        day, hour, value = (to_number(cell.get(key)) for key in ("row", "column", "value"))
        if isinstance(day, int) and isinstance(hour, int) and value is not None and 0 <= day < 7 and 0 <= hour < HOURS:
            values[day, hour] = value
    return values


def _sum(values: Mapping[tuple[int, int], Number], day: int, hour: int, span: int) -> Number | None:
    found = [value for at_ in range(hour, hour + span) if (value := values.get((day, at_))) is not None]
    return total(found) if found else None


def _cell_size(columns: Sequence[Sequence[Number | None]]) -> int:
    """The cells the widest number takes, with the blanks around it."""
    return max((texts.width(_brief(value)) for column in columns for value in column), default=1) + 1


def _brief(value: Number | None) -> str:
    return "·" if value is None else short(value)


def _shade(value: Number | None, largest: Number) -> Role:
    if not value or value < 0 or largest <= 0:
        return SHADES[0]
    return SHADES[max(1, min(4, round(value / largest * 4)))]


def _cell(value: Number | None, largest: Number, size: int, *, here: bool) -> Span:
    return Span(_brief(value).rjust(size - 1) + (HERE if here else " "), _shade(value, largest))


def _drawn(
    columns: Sequence[Sequence[Number | None]],
    names: Sequence[str],
    span: int,
    cells: int,
    height: int,
    cursor: int | None,
    form: Format,
    *,
    additive: bool,
) -> Drawing:
    size = min(CELL_MOST, (cells - _LABEL) // len(columns))
    largest = max((value for column in columns for value in column if value is not None), default=0)
    spot = at(cursor, 7 * len(columns))
    sums = [number(total(column[day] for column in columns)) for day in range(7)]
    across = max(map(len, sums)) + _TOTAL_GAP
    has_sums = additive and _LABEL + size * len(columns) + across <= cells
    lines: list[Line] = [line(Span(" " * _LABEL + "".join(f"{name} ".rjust(size) for name in names), "muted"))]
    for day in range(7):
        row = [
            _cell(column[day], largest, size, here=spot == day * len(columns) + place)
            for place, column in enumerate(columns)
        ]
        ending = [Span(sums[day].rjust(across), "strong")] if has_sums else []
        lines.append(line(Span(DAYS[day].ljust(_LABEL), "muted"), *row, *ending))
    words = "by weekday and hour" if span == 1 else f"by weekday and {span} hours"
    if not height or height >= len(lines) + 2:
        lines += [(), note(words, cells)]
    found, hidden = clipped(lines, cells, height, "more lines")
    read: Line = ()
    if spot is not None:
        day, place = divmod(spot, len(columns))
        read = _readout(day, place * span, span, columns[place][day], form)
    return Drawing(tuple(found), 7 * len(columns), read, hidden)


def _turned(
    rows: Sequence[Sequence[Number | None]], cells: int, height: int, cursor: int | None, form: Format
) -> Drawing:
    """The hours one under the other."""
    size = max(2, min(CELL_MOST + 2, (cells - _LABEL) // 7))
    largest = max((value for row in rows for value in row if value is not None), default=0)
    spot = at(cursor, 7 * HOURS)
    lines: list[Line] = [
        line(Span(" " * _LABEL + "".join(day[: size - 1].rjust(size - 1) + " " for day in DAYS), "muted"))
    ]
    for hour in range(HOURS):
        row = [_cell(rows[day][hour], largest, size, here=spot == hour * 7 + day) for day in range(7)]
        lines.append(cut(line(Span(f"{hour:>2}".ljust(_LABEL), "muted"), *row), cells))
    keep = None if spot is None else 1 + spot // 7
    found, hidden = clipped(lines, cells, height, "more hours", keep=keep)
    read: Line = ()
    if spot is not None:
        hour, day = divmod(spot, 7)
        read = _readout(day, hour, 1, rows[day][hour], form)
    return Drawing(tuple(found), 7 * HOURS, read, hidden)


def _readout(day: int, hour: int, span: int, value: Number | None, form: Format) -> Line:
    when = f"{DAYS[day]} {hour}:00 to {hour + span}:00"
    return line(Span(when, "text"), Span(f"   {form.one(value or 0)}", "strong"))
