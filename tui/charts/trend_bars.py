"""Trends as bars, beside one another or stacked, and as areas, which are stacked bars without gaps.

Bars begin at zero. The bar of a period that is not over is dotted; so are those of the previous period.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tui import text as texts
from tui.charts.axis import ValueAxis, bar_axis
from tui.charts.canvas import SWATCH, Canvas, stacked
from tui.charts.column_plot import Slots
from tui.charts.drawing import Drawing
from tui.charts.numbers import Number, short, total
from tui.charts.shapes import MARKS, Series, current
from tui.charts.trend_frame import (
    LEAST_HEIGHT,
    LEAST_WIDTH,
    NATURAL,
    framed,
    grid,
    gutter_of,
    head_rows_of,
    legend,
    named,
    notes_of,
    previous_of,
    readout,
    tail_of,
    value_of,
)
from tui.charts.trend_tables import Trend
from tui.lines import Line, Role, Span, cut

NEAR: Final = 3
"""Rows above the last bar in which what is said of it may stand."""
_PARTS: Final[tuple[Role, ...]] = ("bar", *(role for _, role in MARKS[1:]))


def bar_drawing(trend: Trend, width: int, height: int, cursor: int | None = None) -> Drawing | None:
    """A result over time as bars or areas; None where there are more points than cells, or no room for a plot."""
    height = height or NATURAL
    if width < LEAST_WIDTH or height < LEAST_HEIGHT or not trend.points:
        return None
    shown = current(trend.series) or trend.series
    area = trend.display == "ActionsAreaGraph" and not any(one.previous for one in trend.series)
    if area and any(value < 0 for one in shown for value in one.data if value is not None):
        return None
    swatches = {place: Span(SWATCH, _role(place)) for place in range(len(shown))}
    index = None if cursor is None else min(max(0, cursor), trend.points - 1)
    kind = _Area if area else _Bars
    plot = kind(trend, shown, width, height - 1, index)
    unsaid = ""
    while plot.fits:
        head = legend(trend, shown, swatches, width, notes_of(trend, plot.axis, unsaid), head_rows_of(height))
        plot = kind(trend, shown, width, height - 1 - len(head), index)
        found = plot.draw() if plot.fits else ""
        if unsaid or not found:
            break
        unsaid = found
    if not plot.fits:
        return None
    read = readout(trend, shown, swatches, index, summed=plot.stacks) if index is not None else ()
    return Drawing(tuple(cut(row, width) for row in [*head, *plot.lines()][:height]), trend.points, read)


def _role(place: int) -> Role:
    return _PARTS[min(place, len(_PARTS) - 1)]


def sums_of(shown: Sequence[Series], points: int) -> list[Number]:
    """The highest and the lowest end of each stack."""
    ends: list[Number] = []
    for index in range(points):
        values = [value for one in shown if (value := value_of(one, index)) is not None]
        ends += [total(value for value in values if value > 0), total(value for value in values if value < 0)]
    return ends


class _Plot:
    """What bars and areas share."""

    canvas: Canvas
    axis: ValueAxis
    fits = True
    stacks = True

    def __init__(self, trend: Trend, shown: Sequence[Series], width: int, rows: int, cursor: int | None) -> None:
        self.trend, self.shown, self.width, self.cursor = trend, shown, width, cursor
        self.points = trend.points
        self.tail = tail_of(trend)

    def centre(self, index: int) -> int:
        """The cell a point's name stands below."""
        raise NotImplementedError

    def lines(self) -> list[Line]:
        """The plot with its axes."""
        centres = [self.centre(index) for index in range(self.points)]
        names, starts = named(self.trend, centres, self.canvas.width, self.cursor)
        return framed(self.axis, self.canvas, gutter_of(self.axis, self.width), names, starts, self.cursor)

    def finish(self) -> str:
        """Words and lines around the bars; the words that found no room are returned."""
        unsaid = self._so_far()
        grid(self.axis, self.canvas)
        if self.cursor is not None:
            self.canvas.upright(self.centre(self.cursor))
        return unsaid

    def _so_far(self) -> str:
        words = self.trend.so_far(self.points - 1)
        size = texts.width(words)
        if not words:
            return ""
        values = [value for one in self.shown if (value := value_of(one, self.points - 1)) is not None and value > 0]
        top = self.canvas.height - 1 - self.axis.below - (self.axis.eighths(sum(values)) + 7) // 8
        x = self.canvas.width - size
        for y in range(top, max(-1, top - NEAR), -1):
            if self.canvas.free(x - 1, y, size + 1):
                self.canvas.put(x - 1, y, f" {words}", "muted")
                return ""
        return words if any(one.previous for one in self.trend.series) else f"dotted: {words}"


class _Bars(_Plot):
    """A bar for each point, or one for each series of it."""

    def __init__(self, trend: Trend, shown: Sequence[Series], width: int, rows: int, cursor: int | None) -> None:
        super().__init__(trend, shown, width, rows, cursor)
        compared = any(one.previous for one in trend.series)
        beside = len(shown) > 1 and trend.display == "ActionsUnstackedBar"
        groups: list[list[tuple[Series, Role]]] = [[(one, _role(place)) for place, one in enumerate(shown)]]
        if beside:
            groups = [[pair] for pair in groups[0]]
        self.previous: list[list[tuple[Series, Role]]] = []
        if compared:
            self.previous = [
                [(before, role) for one, role in group if (before := previous_of(trend, one))] for group in groups
            ]
        self.groups = groups
        self.stacks = not beside and len(shown) > 1
        stacks = [self._ends(group) for group in [*groups, *self.previous]]
        values = [value for ends in stacks for value in ends]
        self.axis = bar_axis(values, rows, trend.format)
        room = width - gutter_of(self.axis, width)
        slots = Slots.of(self.points, room, len(groups) * (2 if compared else 1))
        self.fits = slots is not None
        self.slots = slots or Slots(self.points, 0, 0)
        self.above = 0
        if self.fits and self._labelled() and rows > LEAST_HEIGHT:
            self.axis = bar_axis(values, rows - 1, trend.format)
            self.above = 1
        self.canvas = Canvas(self.slots.cells, self.axis.rows + self.above)

    def _ends(self, group: Sequence[tuple[Series, Role]]) -> list[Number]:
        return sums_of([one for one, _ in group], self.points)

    @property
    def _first(self) -> list[str]:
        """The values of the one series there is."""
        return [self._brief(value_of(self.shown[0], index)) for index in range(self.points)]

    def _brief(self, value: Number | None) -> str:
        form = self.trend.format
        if value is not None and form.style in ("numeric", "short"):
            return f"{form.prefix}{short(value)}{form.postfix}"
        return form.one(value)

    def _labelled(self) -> bool:
        """Whether there is room for a number above each bar."""
        if len(self.shown) > 1 or self.previous:
            return False
        return max(map(texts.width, self._first)) < self.slots.slot

    def centre(self, index: int) -> int:
        return self.slots.centre(index)

    def draw(self) -> str:
        """Draw everything; words that found no room are returned."""
        foot = self.canvas.height - 1 - self.axis.below
        for index in range(self.points):
            for place, group in enumerate(self.groups):
                if self.previous:
                    self._stack(self.previous[place], index, self.slots.start(index, 2 * place), foot, dotted=True)
                bar = 2 * place + 1 if self.previous else place
                self._stack(group, index, self.slots.start(index, bar), foot, dotted=index >= self.tail)
        if len(self.shown) == 1 and not self.previous:
            self._numbers(foot)
        return self.finish()

    def _stack(self, group: Sequence[tuple[Series, Role]], index: int, x: int, foot: int, *, dotted: bool) -> None:
        up = [(value, role) for one, role in group if (value := value_of(one, index)) and value > 0]
        down = [(value, role) for one, role in group if (value := value_of(one, index)) and value < 0]
        if up:
            roles: list[Role] = [self._dimmed(role, index) for _, role in up]
            self.canvas.bar(x, self.slots.each, foot, stacked(self._heights(up), roles), dotted=dotted)
        if down:
            self.canvas.hang(x, self.slots.each, foot + 1, stacked(self._heights(down), [role for _, role in down]))

    def _dimmed(self, role: Role, index: int) -> Role:
        """A single series is muted where it is not over; parts keep what tells them apart."""
        return "muted" if index >= self.tail and len(self.shown) == 1 else role

    def _heights(self, parts: Sequence[tuple[Number, Role]]) -> list[int]:
        reached: Number = 0
        heights: list[int] = []
        for value, _ in parts:
            reached += value
            heights.append(self.axis.eighths(reached))
        return heights

    def _numbers(self, foot: int) -> None:
        """The values of a single series above its bars, or that under the cursor."""
        labelled = self._labelled()
        for index, text in enumerate(self._first):
            value = value_of(self.shown[0], index)
            if value is None or not (labelled or index == self.cursor):
                continue
            size = texts.width(text)
            x = min(max(0, self.centre(index) - (size - 1) // 2), self.canvas.width - size)
            high = (self.axis.eighths(value) + 7) // 8 if value > 0 else 0
            if self.canvas.free(x, foot - high, size):
                role: Role = "strong" if index == self.cursor else "muted" if index >= self.tail else "text"
                self.canvas.put(x, foot - high, text, role)


class _Area(_Plot):
    """Series upon one another over every cell of the plot."""

    def __init__(self, trend: Trend, shown: Sequence[Series], width: int, rows: int, cursor: int | None) -> None:
        super().__init__(trend, shown, width, rows, cursor)
        self.axis = bar_axis(sums_of(shown, self.points), rows, trend.format)
        self.canvas = Canvas(width - gutter_of(self.axis, width), self.axis.rows)
        self.stacks = len(shown) > 1

    def centre(self, index: int) -> int:
        last = self.canvas.width - 1
        return last // 2 if self.points == 1 else round(index * last / (self.points - 1))

    def draw(self) -> str:
        """Draw everything; words that found no room are returned."""
        last = max(1, self.canvas.width - 1)
        for x in range(self.canvas.width):
            at = x * (self.points - 1) / last
            values = [self._between(one, at) for one in self.shown]
            reached = 0.0
            ends: list[int] = []
            roles: list[Role] = []
            dotted = at > self.tail - 1
            for place, value in enumerate(values):
                if value > 0:
                    reached += value
                    ends.append(self.axis.eighths(reached))
                    roles.append("muted" if dotted and len(self.shown) == 1 else _role(place))
            self.canvas.bar(x, 1, self.canvas.height - 1, stacked(ends, roles), dotted=dotted)
        return self.finish()

    @staticmethod
    def _between(one: Series, at: float) -> float:
        """The value between two points; 0 where one of them is missing."""
        index = int(at)
        here = value_of(one, index)
        there = value_of(one, index + 1) if at > index else here
        if here is None or there is None:
            return 0.0
        part = at - index
        return float(here) * (1 - part) + float(there) * part
