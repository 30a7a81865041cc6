"""Stickiness drawn: how many came on one day, on two, on three."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tui.charts.column_plot import Bar, columns
from tui.charts.columns import note
from tui.charts.drawing import Drawing
from tui.charts.fitting import at, clipped, said
from tui.charts.numbers import Number, percent, share, short, total
from tui.charts.shapes import Series, current
from tui.charts.trend_frame import NATURAL
from tui.charts.trend_tables import Trend, marks, trend_lines
from tui.lines import BLANK, Line, Role, Span, cut, line, width
from tui.store.facts import InsightDetail

SERIES_MOST: Final = 4
GAP: Final = 3
ROWS_LEAST: Final = 5
CELLS_LEAST: Final = 12
PLACE_CELLS: Final = 3
"""Cells a bar with its gap should have, or else places at the end are summed."""
PLACES_LEAST: Final = 8
"""Places that are drawn, if there are as many, even where their numbers have no room above their bars."""


@dataclass(frozen=True, slots=True)
class _Places:
    """The places that are drawn: their names, and the values of each series."""

    names: list[str]
    values: list[list[Number | None]]
    empty_from: int = 0
    """The number of days from which on nobody was counted; 0 where that is not said."""


def stickiness_drawing(
    detail: InsightDetail, cells: int, height: int, *, now: float, cursor: int | None = None
) -> Drawing | None:
    """A bar for each number of days, with its count; several series stand beside one another."""
    trend = Trend.of(detail, now)
    if trend is None:
        return None
    if not trend.series or not trend.points:
        return Drawing((note("Nothing matched in this range.", cells),))
    shown = trend.series[:SERIES_MOST]
    longest = max((len(short(value)) for one in shown for value in one.data), default=0)
    most = cells // (max(PLACE_CELLS, longest + 1) * len(shown))
    places = _places(trend, shown, most if most >= PLACES_LEAST else max(1, cells // (len(shown) + 1)))
    place = at(cursor, len(places.names))
    legend = _legend(trend, shown, cells)
    notes = _notes(trend, places, cells)
    rows = height or NATURAL
    room = rows - len(legend) - len(notes)
    if room < ROWS_LEAST + 1:
        notes, room = [], rows - len(legend)
    roles: list[Role] = [mark.role for mark in marks(trend.series)] if len(trend.series) > 1 else ["bar" for _ in shown]
    bars = [
        Bar(values, role, one.previous)
        for values, role, one in zip(places.values, roles[: len(shown)], shown, strict=True)
    ]
    spare = len(legend) > 0 and room > 2 * ROWS_LEAST
    found = columns(bars, places.names, cells, room - spare, place)
    if found is None or cells < CELLS_LEAST or room < ROWS_LEAST:
        lines, hidden = clipped(trend_lines(detail, cells, now) or [], cells, height)
        return Drawing(tuple(lines), cut=hidden)
    lines = [*legend, *([BLANK] if spare else []), *found.lines, *notes]
    readout = () if place is None else _readout(trend, shown, places, place)
    return Drawing(tuple(cut(row, cells) for row in lines), len(places.names), readout)


def _places(trend: Trend, shown: list[Series], most: int) -> _Places:
    """The places up to the last at which somebody was counted; those beyond `most` are summed in the last one."""
    last = max((index for one in shown for index, value in enumerate(one.data) if value), default=0)
    # Two empty places say as much as their note would.
    count = trend.points if trend.points - last <= 3 else last + 1
    names = [_name(trend, index) for index in range(count)]
    values = [[one.data[index] if index < len(one.data) else None for index in range(count)] for one in shown]
    if count <= most:
        return _Places(names, values, count + 1 if count < trend.points else 0)
    names = [*names[: most - 1], f"{names[most - 1].rstrip('+')}+"]
    return _Places(names, [[*one[: most - 1], total(one[most - 1 :])] for one in values])


def _name(trend: Trend, index: int) -> str:
    """A place as it stands below its bar: `3`, or `10+` where PostHog says `10 days or more`."""
    day = trend.day(index)
    shown = str(day) if isinstance(day, int) and 0 <= day < 10_000 else str(index + 1)
    label = trend.axis.labels[index] if index < len(trend.axis.labels) else ""
    return f"{shown}+" if isinstance(label, str) and "or more" in label else shown


def _legend(trend: Trend, shown: list[Series], cells: int) -> list[Line]:
    """The series with how many each has; none for a single one."""
    if len(trend.series) < 2:
        return []
    entries = [
        ((mark, Span(f" {one.label}", "muted" if one.rest else "text")), trend.format.one(total(one.data)))
        for one, mark in zip(trend.series, marks(trend.series), strict=True)
        if one in shown and not one.previous
    ]
    blanks = Span(" " * GAP)
    full = [span for name, count in entries for span in (blanks, *name, Span(f" {count}", "bright"))]
    brief = [span for name, _ in entries for span in (blanks, *name)]
    return [cut(tuple(full[1:] if width(full[1:]) <= cells else brief[1:]), cells)]


def _notes(trend: Trend, places: _Places, cells: int) -> list[Line]:
    """What is dotted, what the places are, how many came once only, and from where on there is nobody."""
    unit = trend.periods.interval
    parts = [f"dotted: the {trend.points:,} {unit}s before"] if any(one.previous for one in trend.series) else []
    if len(trend.series) > SERIES_MOST:
        parts.append(f"{len(trend.series) - SERIES_MOST:,} more not drawn")
    parts += [f"{unit}s on which they came"]
    first = (current(trend.series) or trend.series)[0]
    if (once := share(first.data[0] if first.data else None, total(first.data))) is not None:
        parts.append(f"{percent(once)} on one {unit} only")
    if places.empty_from:
        parts.append(f"nobody on {places.empty_from} or more")
    return [said(parts, cells)]


def _readout(trend: Trend, shown: list[Series], places: _Places, place: int) -> Line:
    """One place: how many, and the share of all of each series."""
    unit = trend.periods.interval
    name = places.names[place]
    parts = [Span(f"on {name.replace('+', ' or more')} {unit}{'' if name == '1' else 's'}", "strong")]
    for one, values, mark in zip(shown, places.values, marks(trend.series), strict=False):
        parts.append(Span(" " * GAP))
        if len(shown) > 1:
            parts += [mark, Span(f" {trend.name_of(one)} ", "muted")]
        parts.append(Span(trend.format.one(values[place]), "bright"))
        parts.append(Span(f", {percent(share(values[place], total(one.data)))}", "muted"))
    return line(*parts)
