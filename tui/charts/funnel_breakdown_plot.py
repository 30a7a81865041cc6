"""Funnels by a breakdown drawn: under each step a bar for each value, or a bar a value where those are many."""

from __future__ import annotations

from typing import Final

from tui.charts.canvas import bar_line
from tui.charts.columns import BAR_LEAST, GAP, Cell, Column, bar, fitted, note, rule, table
from tui.charts.drawing import Drawing
from tui.charts.fitting import at, clipped, pointer
from tui.charts.numbers import Number, number, percent, share, total
from tui.charts.shapes import MARKS, Funnel, breakdown_of, source_of
from tui.lines import BLANK, Line, Role, Span, line, width
from tui.store.facts import InsightDetail
from tui.text import shorten

LABEL_LEAST: Final = 10
BAR_MOST: Final = 60
GROUPED: Final = 8
"""Values up to which each step shows them all, where the height is not given."""
NAME_MOST: Final = 16


def breakdown_drawing(
    detail: InsightDetail, funnels: list[Funnel], cells: int, height: int, *, cursor: int | None = None
) -> Drawing:
    """The steps with a bar for each value, where there is height for them; else the values, how many of them go on."""
    by = breakdown_of(source_of(detail.query))
    steps = max(len(funnel.steps) for funnel in funnels)
    fits = steps * (len(funnels) + 1) + 3 <= height if height > 0 else len(funnels) <= GROUPED
    for spaced in (True, False) if fits else ():
        rows = _grouped(funnels, steps, by, cells, at(cursor, steps), spaced=spaced)
        if height <= 0 or len(rows) <= height:
            place = at(cursor, steps)
            readout = () if place is None else _step_readout(funnels, place)
            return Drawing(tuple(rows), steps, readout)
    place = at(cursor, len(funnels))
    rows = _ranked(funnels, by, cells, place)
    ending: list[Line] = []
    if height <= 0 or len(rows) + 2 <= height:
        ending = [rule(min(cells, max(map(width, rows)))), _sum_line(funnels, cells)]
    keep = None if place is None else place
    lines, hidden = clipped(rows[1:], cells, height - 1 - len(ending) if height else 0, "more values", keep=keep)
    shown = [rows[0], *lines, *ending] if height != 1 else lines
    return Drawing(
        tuple(shown[:height] if height > 0 else shown),
        len(funnels),
        () if place is None else _value_readout(funnels[place], place),
        hidden,
    )


def _mark(place: int) -> tuple[str, Role]:
    return MARKS[min(place, len(MARKS) - 1)]


def _count(funnel: Funnel, step: int) -> Number | None:
    return funnel.steps[step].count if step < len(funnel.steps) else None


def _grouped(funnels: list[Funnel], steps: int, by: str, cells: int, cursor: int | None, *, spaced: bool) -> list[Line]:
    """Each step with all values under it; bars are the share of those of that value who began."""
    labels: list[Cell] = []
    rows: list[tuple[Number | None, float | None, float | None, Role]] = []
    began = total(funnel.entered for funnel in funnels)
    before: Number | None = None
    for step in range(steps):
        counts = [_count(funnel, step) for funnel in funnels]
        name = next((funnel.steps[step].name for funnel in funnels if step < len(funnel.steps)), "")
        labels.append(line(pointer(step, cursor, str(step + 1)[-1:]), Span(f" {name}", "strong")))
        whole = total(counts)
        rows.append((whole, share(whole, began), share(whole, before) if step else None, "bar"))
        before = whole
        for place, (funnel, count) in enumerate(zip(funnels, counts, strict=True)):
            glyph, role = _mark(place)
            labels.append(line("  ", Span(glyph, role), Span(f" {funnel.label}", "muted" if funnel.rest else "text")))
            go_on = share(count, _count(funnel, step - 1)) if step else None
            rows.append((count, share(count, funnel.entered), go_on, role))
    every = len(funnels) + 1
    columns = [
        Column(f"by {by}" if by else "", labels, "left", least=LABEL_LEAST),
        Column("people", [number(row[0]) for row in rows]),
        Column("of all", [percent(row[1]) for row in rows], role="strong"),
        Column("go on", ["" if place < every else percent(row[2]) for place, row in enumerate(rows)], drop=1),
    ]
    columns = fitted(columns, cells)
    room = min(BAR_MOST, cells - sum(column.width + GAP for column in columns))
    if room >= BAR_LEAST:
        bars: list[Cell] = [
            bar_line(part, 100, room) if role == "bar" else line(Span(bar(part, 100, room), role))
            for _, part, _, role in rows
        ]
        columns.append(Column("", bars, "left"))
    head, *drawn = table(columns, cells)
    lines: list[Line] = [head]
    for place, row in enumerate(drawn):
        if spaced and place and place % every == 0:
            lines.append(BLANK)
        lines.append(row)
    return [*lines, BLANK, note(f"of all: of those of the same {by or 'value'} who began", cells)]


def _ranked(funnels: list[Funnel], by: str, cells: int, cursor: int | None) -> list[Line]:
    """A value a row: how many began, how many arrived, how many go all the way, and that as a bar."""
    labels: list[Cell] = []
    for place, funnel in enumerate(funnels):
        glyph, role = _mark(place)
        name = Span(f" {funnel.label}", "muted" if funnel.rest else "text")
        labels.append(line(pointer(place, cursor), " ", Span(glyph, role), name))
    ways = [share(funnel.arrived, funnel.entered) for funnel in funnels]
    columns = [
        Column(f"  by {by}" if by else "  value", labels, "left", least=LABEL_LEAST),
        Column("began", [number(funnel.entered) for funnel in funnels], drop=2),
        Column("arrived", [number(funnel.arrived) for funnel in funnels], drop=1),
        Column("all the way", [percent(way) for way in ways], role="strong", least=7),
    ]
    columns = fitted(columns, cells)
    room = min(BAR_MOST, cells - sum(column.width + GAP for column in columns))
    if len(columns) == 4 and room < BAR_LEAST:
        # The bar says as much as the number of those who arrived.
        room += columns.pop(2).width + GAP
    if room >= BAR_LEAST:
        largest = max((way for way in ways if way is not None), default=0)
        bars: list[Cell] = [
            line(Span(bar(way, max(largest, 100), room), _mark(place)[1])) for place, way in enumerate(ways)
        ]
        columns.append(Column("", bars, "left"))
    return table(columns, cells)


def _sum_line(funnels: list[Funnel], cells: int) -> Line:
    began, arrived = (total(counts) for counts in zip(*((one.entered, one.arrived) for one in funnels), strict=True))
    return note(f"all: {number(arrived)} of {number(began)}, {percent(share(arrived, began))}", cells)


def _step_readout(funnels: list[Funnel], step: int) -> Line:
    """One step with all its values."""
    name = next((funnel.steps[step].name for funnel in funnels if step < len(funnel.steps)), "")
    whole = total(_count(funnel, step) for funnel in funnels)
    began = total(funnel.entered for funnel in funnels)
    parts = [Span(f"{step + 1} ", "muted"), Span(name, "strong"), Span(f"  {number(whole)}")]
    parts.append(Span(f", {percent(share(whole, began))}", "muted"))
    for place, funnel in enumerate(funnels):
        glyph, role = _mark(place)
        count = _count(funnel, step)
        parts += [Span(f"  {glyph} ", role), Span(f"{shorten(funnel.label, NAME_MOST)} ", "muted")]
        parts += [Span(number(count)), Span(f", {percent(share(count, funnel.entered))}", "muted")]
    return line(*parts)


def _value_readout(funnel: Funnel, place: int) -> Line:
    """One value with all its steps."""
    glyph, role = _mark(place)
    counts = " → ".join(number(step.count) for step in funnel.steps)
    way = percent(share(funnel.arrived, funnel.entered))
    return line(
        Span(f"{glyph} ", role),
        Span(funnel.label, "strong"),
        f"  {counts}",
        Span("  all the way ", "muted"),
        Span(way, "strong"),
    )
