"""Trends as lines: one or several series, running totals, and the previous period as every third dot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tui import text as texts
from tui.charts.axis import ValueAxis, line_axis
from tui.charts.canvas import Canvas
from tui.charts.columns import note
from tui.charts.drawing import Drawing
from tui.charts.headline import last_whole
from tui.charts.heat_plot import heat_drawing
from tui.charts.numbers import Number, short
from tui.charts.shapes import Series, current
from tui.charts.trend_bars import bar_drawing
from tui.charts.trend_frame import (
    LEAST_HEIGHT,
    LEAST_WIDTH,
    NATURAL,
    framed,
    glyphs_of,
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
from tui.charts.value_plots import value_drawing
from tui.lines import Line, Role, Span, cut
from tui.store.facts import InsightDetail

SERIES_MOST: Final = 25
"""Lines that are drawn; more are one grey field."""
BEFORE_DOTS: Final = 3
"""Of the previous period every third dot is set."""
SO_FAR_DOTS: Final = 2
PEAK_FROM: Final = 9
"""Rows of a plot from which the highest point of a single series is named."""
ENDS_FROM: Final = 56
"""Cells from which the last values stand behind the glyphs at the lines' ends."""
NEAR: Final = 4
"""Rows a text may be away from what it is about."""


def trends_drawing(
    detail: InsightDetail, width: int, height: int, *, now: float, cursor: int | None = None
) -> Drawing | None:
    """Trends in the display their query asks for; None for a result of another shape, or where there is no room."""
    if (heat := heat_drawing(detail, width, height, cursor)) is not None:
        return heat
    trend = Trend.of(detail, now)
    if trend is None:
        return None
    if not trend.series or not (trend.points or trend.of_one_value):
        return Drawing((note("Nothing matched in this range.", width),))
    if trend.of_one_value:
        return value_drawing(detail, trend, width, height, cursor)
    if "Bar" in trend.display or trend.display == "ActionsAreaGraph":
        bars = bar_drawing(trend, width, height, cursor)
        if bars is not None:
            return bars
    return line_drawing(trend, width, height, cursor)


def line_drawing(trend: Trend, width: int, height: int, cursor: int | None = None) -> Drawing | None:
    """A result over time as lines; None where a plot has no room or no point."""
    height = height or NATURAL
    if width < LEAST_WIDTH or height < LEAST_HEIGHT or not trend.points:
        return None
    shown = (current(trend.series) or trend.series)[:SERIES_MOST]
    glyphs = glyphs_of(trend)
    values = [value for one in shown for value in (*one.data, *_before(trend, one))]
    single = len(shown) == 1 and not any(one.previous for one in trend.series)
    peak_row = 1 if single and height >= PEAK_FROM else 0
    rows = height - 1 - peak_row
    head_rows = head_rows_of(height)
    # An axis that does not start at zero has to say so: it needs a line of its own, or one without a legend.
    floating = head_rows > (0 if single else 1)
    more = len(glyphs) - len(shown)
    axis = line_axis(values, rows - 1, trend.format, floating=floating)
    unsaid = ""
    while True:
        notes = notes_of(trend, axis, unsaid)
        if more > 0:
            notes.append(f"{more:,} more not drawn")
        head = legend(trend, shown, glyphs, width, notes, head_rows)
        axis = line_axis(values, rows - len(head), trend.format, floating=floating)
        plot = _Plot(trend, shown, glyphs, axis, width, peak_row, cursor)
        found = plot.draw(single=single)
        if unsaid or not found:
            break
        unsaid = found
    index = plot.cursor
    lines = [*head, *plot.lines()]
    return Drawing(
        tuple(cut(row, width) for row in lines[:height]),
        trend.points,
        readout(trend, shown, glyphs, index, summed=False) if index is not None else (),
    )


def _before(trend: Trend, one: Series) -> Sequence[Number | None]:
    before = previous_of(trend, one)
    return before.data if before else ()


class _Plot:
    """The canvas of a line plot, and where things on it are."""

    def __init__(
        self,
        trend: Trend,
        shown: Sequence[Series],
        glyphs: Mapping[int, Span],
        axis: ValueAxis,
        width: int,
        above: int,
        cursor: int | None,
    ) -> None:
        self.trend, self.shown, self.glyphs, self.axis, self.above = trend, shown, glyphs, axis, above
        self.points = trend.points
        self.tail = tail_of(trend)
        self.cursor = None if cursor is None else min(max(0, cursor), self.points - 1)
        self.gutter = gutter_of(axis, width)
        self.ends = self._ends(width)
        margin = max((texts.width(text) for text in self.ends.values()), default=-1) + 1
        self.cells = width - self.gutter - margin
        self.canvas = Canvas(self.cells + margin, axis.rows + above)

    def _ends(self, width: int) -> dict[int, str]:
        """What stands at the end of each line; a single one that is not over says its value beside the point."""
        if (len(self.shown) == 1 and self.tail < self.points) or width < 30:
            return {}
        last = last_whole(self.trend)
        ends: dict[int, str] = {}
        for place, one in enumerate(self.shown[: len(self.glyphs)]):
            value = value_of(one, last)
            if value is not None and (place < 5 or len(self.shown) <= 6):
                words = f" {self._brief(value)}" if width >= ENDS_FROM else ""
                ends[place] = self.glyphs[place].text + (words if texts.width(words) <= width // 4 else "")
        return ends

    def _brief(self, value: Number) -> str:
        form = self.trend.format
        if form.style in ("numeric", "short") and abs(value) >= 1000:
            return f"{form.prefix}{short(value)}{form.postfix}"
        return form.one(value)

    def x(self, index: int) -> int:
        """The column of dots of a point."""
        last = 2 * self.cells - 1
        return last // 2 if self.points == 1 else round(index * last / (self.points - 1))

    def y(self, value: Number) -> int:
        """The row of dots of a value."""
        return 4 * self.above + self.axis.dot(value)

    def draw(self, *, single: bool) -> str:
        """Draw everything; what found no place on the canvas is returned, to be said elsewhere."""
        for one in reversed(self.shown):
            before = previous_of(self.trend, one)
            if before is not None:
                self._line(before.data, self._role(one), BEFORE_DOTS)
        for one in reversed(self.shown):
            self._line(one.data[: self.tail], self._role(one))
        for one in reversed(self.shown):
            if self.tail < self.points:
                self._line(one.data, "muted", SO_FAR_DOTS, max(0, self.tail - 1))
        self._end_labels()
        unsaid = self._so_far(single=single)
        if single and self.above and not self.trend.cumulative:
            self._peak()
        grid(self.axis, self.canvas)
        self._cursor()
        return unsaid

    def lines(self) -> list[Line]:
        """The plot with its axes."""
        names, starts = named(self.trend, [self.x(index) // 2 for index in range(self.points)], self.cells, self.cursor)
        if not self.axis.bars:
            for index in starts:
                at = self.x(index) // 2
                self.canvas.rule(self.canvas.height - 1, "┬", "rule", at, at + 1)
        return framed(self.axis, self.canvas, self.gutter, names, starts, self.cursor)

    def _role(self, one: Series) -> Role:
        return self.glyphs[self.shown.index(one)].role

    def _line(self, data: Sequence[Number | None], role: Role, every: int = 1, start: int = 0) -> None:
        """Draw the points from `start` on; where one is missing the line has a gap."""
        run: list[tuple[int, int]] = []
        for index in range(start, len(data)):
            value = data[index]
            if value is not None:
                run.append((self.x(index), self.y(value)))
            if run and (value is None or index == len(data) - 1):
                self.canvas.path(run, role, every)
                run = []

    def _end_labels(self) -> None:
        """Glyph and last value at each line's end; of those that would share a row the later ones move or go."""
        last = last_whole(self.trend)
        taken: set[int] = set()
        for place, text in self.ends.items():
            value = value_of(self.shown[place], last)
            if value is None:
                continue
            row = self.y(value) // 4
            row = next((r for r in (row, row + 1, row - 1) if r not in taken and 0 <= r < self.canvas.height), -1)
            if row < 0:
                continue
            taken.add(row)
            glyph, _, words = text.partition(" ")
            x = self.canvas.width - max(texts.width(each) for each in self.ends.values())
            self.canvas.put(x - 1, row, " ")
            self.canvas.put(x, row, glyph, self.glyphs[place].role)
            self.canvas.put(x + 1, row, f" {words}" if words else "", "bright")

    def _so_far(self, *, single: bool) -> str:
        """Say of the last point that it is not over, beside it; gives the words back where there is no room."""
        words = self.trend.so_far(self.points - 1)
        if not words:
            return ""
        values = [value for one in self.shown if (value := value_of(one, self.points - 1)) is not None]
        if not values:
            return words
        number = f" {self.trend.format.one(values[0])}" if single else ""
        size = texts.width(words + number)
        row = self.y(min(values)) // 4
        solid = self.x(max(0, self.tail - 1)) // 2
        for away in sorted(range(-NEAR, NEAR + 1), key=lambda step: (abs(step), -step)):
            y = row + away
            for x in range(self.cells - size, max(-1, min(self.cells - 12, solid) - size), -1):
                # One blank on each side keeps the words apart from dots; nothing solid lies between them and the tail.
                before, behind = min(1, x), min(1, self.canvas.width - x - size)
                behind = max(behind, solid - x - size)
                if self.above <= y and self.canvas.free(x - before, y, size + before + behind):
                    self._say(x, y, words, number)
                    return ""
        return words + number

    def _say(self, x: int, y: int, words: str, number: str) -> None:
        """Write words and a number on the plot, with a blank to each side so that the grid keeps off them."""
        size = texts.width(words + number)
        for side in (x - 1, x + size):
            if self.canvas.free(side, y):
                self.canvas.put(side, y, " ")
        self.canvas.put(x, y, words, "muted")
        self.canvas.put(x + texts.width(words), y, number, "bright")

    def _peak(self) -> None:
        """Name the highest point of a single series above it, where there is one that stands out."""
        data = [(value, index) for index, value in enumerate(self.shown[0].data[: self.tail]) if value is not None]
        value, index = max(data, default=(0, 0))
        if len(data) < 5 or sum(value == other for other, _ in data) > 1:
            return
        name, number = self.trend.name(index).strip(), f" {self.trend.format.one(value)}"
        size = texts.width(name + number)
        x = max(0, min(self.x(index) // 2 - size // 2, self.cells - size))
        row = self.y(value) // 4
        for y in (row - 1, row - 2):
            if self.canvas.free(x, y, size):
                self._say(x, y, name, number)
                return

    def _cursor(self) -> None:
        """A hairline at the cursor's point, and the glyph of each series on it."""
        if self.cursor is None:
            return
        x = self.x(self.cursor) // 2
        self.canvas.upright(x)
        for place in reversed(range(len(self.shown))):
            value = value_of(self.shown[place], self.cursor)
            if value is not None:
                glyph = self.glyphs[place]
                self.canvas.put(x, self.y(value) // 4, glyph.text, glyph.role)
