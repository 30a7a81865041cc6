"""Funnels drawn: a bar a step, or whatever else the query asks to see of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tui import text as texts
from tui.charts.canvas import bar_line
from tui.charts.columns import GAP, note, widest
from tui.charts.drawing import Drawing
from tui.charts.fitting import POINTER, at, clipped
from tui.charts.funnel_breakdown_plot import breakdown_drawing
from tui.charts.funnel_tables import summary
from tui.charts.funnel_time_plots import funnel_trend_drawing, time_drawing
from tui.charts.numbers import duration, number, percent, share
from tui.charts.shapes import Funnel, funnels_of
from tui.glyphs import CUT
from tui.lines import BLANK, Line, Role, Span, cut, fit, line, plain
from tui.store.facts import InsightDetail

MOST: Final = 118
"""Cells a funnel takes at most: a longer bar tells no more."""
TIMES_FROM: Final = 58
"""Cells from which the times stand in a column of their own."""
BAR_LEAST: Final = 4
NAME_LEAST: Final = 6


def funnel_drawing(
    detail: InsightDetail, width: int, height: int, *, now: float, cursor: int | None = None
) -> Drawing | None:
    """A funnel in the form its result has: steps, steps by a breakdown, over time, or times; None for another shape."""
    if isinstance(detail.result, dict):
        return time_drawing(detail.result, width, height, cursor=cursor)
    funnels = funnels_of(detail.result)
    if funnels is None:
        return funnel_trend_drawing(detail, width, height, now=now, cursor=cursor)
    if not funnels:
        return Drawing((note("Nobody took the first step in this range.", width),))
    if len(funnels) == 1 and not funnels[0].label:
        return _steps_drawing(funnels[0], width, height, cursor)
    return breakdown_drawing(detail, funnels, width, height, cursor=cursor)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is written of the steps."""

    names: list[str]
    counts: list[str]
    parts: list[str]
    """Percent of those who began."""
    go_on: list[str]
    """Percent of those of the step before."""
    medians: list[str]

    @property
    def gutter(self) -> int:
        """The cells of the steps' numbers and the blank behind them."""
        return len(str(len(self.names))) + 1

    @classmethod
    def of(cls, funnel: Funnel) -> _Words:
        counts = [step.count for step in funnel.steps]
        return cls(
            [step.name for step in funnel.steps],
            [number(count) for count in counts],
            [percent(share(count, funnel.entered)) for count in counts],
            ["", *[f"{percent(share(after, before))} go on" for before, after in pairwise(counts)]],
            [duration(step.median) for step in funnel.steps],
        )


def _steps_drawing(funnel: Funnel, width: int, height: int, cursor: int | None) -> Drawing:
    """As roomy as the height allows: three lines a step, two, one with a blank line between, or one."""
    cells = min(width, MOST)
    stops = len(funnel.steps)
    cursor = at(cursor, stops)
    readout = _readout(funnel, cursor) if cursor is not None else ()
    ending = _ending(funnel, cells)
    for rows in _layouts(funnel, cells, cursor):
        whole = [*rows, BLANK, *ending]
        if height <= 0 or len(whole) <= height:
            return Drawing(tuple(cut(row, cells) for row in whole), stops, readout)
    rows = _single(funnel, _Words.of(funnel), cells, cursor)
    if len(rows) + len(ending) <= height:
        rows += ending
    lines, hidden = clipped(rows, cells, height, "more steps", keep=cursor)
    return Drawing(tuple(lines), stops, readout, hidden)


def _layouts(funnel: Funnel, cells: int, cursor: int | None) -> Sequence[list[Line]]:
    """The ways to draw the steps, the one to be chosen first that fits."""
    words = _Words.of(funnel)
    single = _single(funnel, words, cells, cursor)
    spaced = [row for pair in zip(single, [BLANK] * len(single), strict=True) for row in pair][:-1]
    if cells < TIMES_FROM:
        return [_stacked(funnel, words, cells, cursor), spaced, single]
    return [
        _double(funnel, words, cells, cursor, spaced=True),
        _double(funnel, words, cells, cursor, spaced=False),
        spaced,
        single,
    ]


def _double(funnel: Funnel, words: _Words, cells: int, cursor: int | None, *, spaced: bool) -> list[Line]:
    """A line of words and a line with the bar for each step, the times at the right."""
    right = max(widest(words.go_on), widest(words.medians), len("median time"))
    left = cells - right - (4 * GAP if cells >= 68 else GAP)
    head = _named("", None, "people", "of all", words, left)
    rows = [(*(span._replace(role="header") for span in head), *_at_right("median time", cells - left, "header"))]
    for place, step in enumerate(funnel.steps):
        named = _named(words.names[place], place, words.counts[place], words.parts[place], words, left, cursor)
        rows.append((*named, *_at_right(words.medians[place], cells - left)))
        bar = bar_line(step.count, funnel.entered or 0, left - words.gutter)
        rows.append((Span(" " * words.gutter), *bar, *_at_right(words.go_on[place], cells - left)))
        if spaced and place < len(funnel.steps) - 1:
            rows.append(BLANK)
    return rows


def _stacked(funnel: Funnel, words: _Words, cells: int, cursor: int | None) -> list[Line]:
    """As `_double`, for narrow places: what goes on and how long it takes stands between two bars."""
    rows = []
    for place, step in enumerate(funnel.steps):
        if place:
            median = f", {words.medians[place]}" if step.median is not None else ""
            rows.append(cut(line(" " * words.gutter, Span(f"{words.go_on[place]}{median}", "muted")), cells))
        rows.append(_named(words.names[place], place, words.counts[place], words.parts[place], words, cells, cursor))
        bar = bar_line(step.count, funnel.entered or 0, max(0, cells - words.gutter))
        rows.append(line(" " * words.gutter, *bar))
    return rows


def _named(
    name: str, place: int | None, count: str, part: str, words: _Words, cells: int, cursor: int | None = None
) -> Line:
    """The number and the name of a step at the left, how many and of all at the right, exactly `cells` wide."""
    counts = max(widest(words.counts), len("people"))
    parts = max(widest(words.parts), len("of all"))
    room = cells - words.gutter - GAP - counts - GAP - parts
    if room < NAME_LEAST:
        counts, parts = widest(words.counts), widest(words.parts)
        room = cells - words.gutter - 1 - counts - 1 - parts
        return fit(
            line(
                *_numbered(place, cursor, words.gutter),
                Span(texts.fit(name, max(0, room)) + " ", "strong"),
                Span(f"{count:>{counts}} {part:>{parts}}", "strong"),
            ),
            cells,
        )
    return line(
        *_numbered(place, cursor, words.gutter),
        Span(texts.fit(name, room), "strong"),
        Span(f"{count:>{counts + GAP}}{part:>{parts + GAP}}", "strong"),
    )


def _single(funnel: Funnel, words: _Words, cells: int, cursor: int | None) -> list[Line]:
    """A step a line: name, bar, how many, of all."""
    counts, parts = widest(words.counts), widest(words.parts)
    behind = counts + 1 + parts
    names = min(widest(words.names), max(NAME_LEAST, (cells - words.gutter - behind - GAP) * 3 // 5))
    room = cells - words.gutter - names - 1 - GAP - behind
    rows = []
    for place, step in enumerate(funnel.steps):
        bar = (*bar_line(step.count, funnel.entered or 0, room), Span(" ")) if room >= BAR_LEAST else ()
        row = line(
            *_numbered(place, cursor, words.gutter),
            texts.fit(words.names[place], names) + " ",
            *bar,
            f"{words.counts[place]:>{counts + 1 if bar else counts}} ",
            Span(f"{words.parts[place]:>{parts}}", "strong"),
        )
        rows.append(cut(row, cells))
    return rows


def _numbered(place: int | None, cursor: int | None, gutter: int) -> Line:
    """The number of a step in `gutter` cells, or the mark of the cursor; blanks without a step."""
    if place is None:
        return (Span(" " * gutter),)
    if place == cursor:
        return (POINTER, Span(" " * (gutter - 1)))
    return (Span(f"{place + 1:<{gutter}}", "muted"),)


def _at_right(words: str, cells: int, role: Role = "text") -> Line:
    return fit(line(Span(words, role)), cells, "right")


def _ending(funnel: Funnel, cells: int) -> list[Line]:
    """How many go all the way and where most are lost, the words that explain left out where they have no room."""
    rows = summary(funnel, cells)
    if not plain(rows[0]).endswith(CUT):
        return rows
    medians = duration(sum(step.median for step in funnel.steps[1:] if step.median is not None))
    return [cut((*summary(funnel, 1_000)[0][:2], Span(f"  {medians}")), cells), *rows[1:]]


def _readout(funnel: Funnel, place: int) -> Line:
    """All that is known of one step."""
    step = funnel.steps[place]
    parts = [
        Span(f"{place + 1} ", "muted"),
        Span(step.name, "strong"),
        Span(f"  {number(step.count)}"),
        Span("  of all ", "muted"),
        Span(percent(share(step.count, funnel.entered)), "strong"),
    ]
    if place:
        before = funnel.steps[place - 1].count
        parts += [Span("  of those before ", "muted"), Span(percent(share(step.count, before)))]
        if before is not None and step.count is not None and before >= step.count:
            parts += [Span("  lost ", "muted"), Span(number(before - step.count))]
    if step.median is not None:
        parts += [Span("  median ", "muted"), Span(duration(step.median))]
    if step.average is not None:
        parts += [Span("  average ", "muted"), Span(duration(step.average))]
    return line(*parts)
