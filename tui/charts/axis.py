"""Axes: round ticks for values, and the names of periods along the bottom that do not touch one another.

Ticks are 1, 2 or 5 times a power of ten apart (seconds: as clocks are divided), at most four of them. The height of a
plot is a multiple of the ticks' distance, so that each tick lies exactly on its row.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tui import text as texts
from tui.charts.numbers import Format, Number, duration, number, short
from tui.lines import Line, Role, Span, line

MOST: Final = 3
"""Distances between ticks: four ticks."""
FLOATING: Final = 0.75
"""An axis may leave zero out when the smallest value is at least this part of the largest."""
GAP: Final = 2
"""Blank cells between two names along the bottom, at least."""
STRIDES: Final[Mapping[str, tuple[int, ...]]] = {
    "minute": (1, 5, 10, 15, 30, 60, 120, 240, 720, 1440),
    "hour": (1, 2, 3, 6, 12, 24, 48, 168),
    "day": (1, 2, 7, 14, 28, 56, 91, 182, 364),
    "week": (1, 2, 4, 8, 13, 26, 52),
    "month": (1, 2, 3, 6, 12, 24),
    "": (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000),
}
"""By how many periods named ones may be apart, by interval."""

_LARGEST: Final = 5e307
_SMALLEST: Final = 1e-290
_SECONDS: Final = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)


@dataclass(frozen=True, slots=True)
class Scale:
    """Ticks at `low`, `low + step` and so on, `count` distances in all."""

    low: float
    step: float
    count: int

    @property
    def high(self) -> float:
        """The highest tick."""
        return self.ticks[-1]

    @property
    def ticks(self) -> tuple[float, ...]:
        """All ticks, the lowest first."""
        return tuple(_rounded(self.low + place * self.step) for place in range(self.count + 1))

    def portion(self, value: Number) -> float:
        """Where a value lies, from 0 at the lowest tick to 1 at the highest; one outside is moved to the edge."""
        return min(1.0, max(0.0, (_bounded(value, 1e308) - self.low) / self.step / self.count))


def scale_of(
    values: Iterable[Number | None],
    *,
    floating: bool = False,
    seconds: float = 0,
    most: int = MOST,
) -> Scale:
    """The ticks for these values; from zero, or with `floating` from near the smallest where all are close together.

    `seconds` is the value of one second where values are lengths of time, 0 where they are not. With values on both
    sides of zero there are at least two distances, whatever `most` says.
    """
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = _bounded(min(known, default=0)), _bounded(max(known, default=0))
    if not (floating and low < high and low >= FLOATING * high > 0):
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < _SMALLEST:
        return Scale(0.0, seconds or 1.0, 1)
    most = max(most, 2 if low < 0 < high else 1)
    whole = all(isinstance(value, int) for value in known)
    for step in _steps((high - low) / most, seconds, whole):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first <= most:
            return Scale(_rounded(first * step), step, max(1, last - first))
    return Scale(low, high - low, 1)


def seconds_in(style: str) -> float:
    """What one second is in values of this axis format; 0 where they are no lengths of time."""
    return {"duration": 1.0, "duration_ms": 1000.0}.get(style, 0)


def tick_labels(ticks: Sequence[float], format: Format) -> list[str]:  # noqa: A002
    """Ticks as they stand beside a plot: `1,500`, `20k`, `40 %`, `2 min`, with the query's prefix and postfix."""
    match format.style:
        case "duration":
            shown = [duration(tick) for tick in ticks]
        case "duration_ms":
            shown = [f"{number(t)} ms" if 0 < abs(t) < 1000 else duration(t / 1000) for t in ticks]
        case "percentage" | "percentage_scaled":
            factor = 100 if format.style == "percentage_scaled" else 1
            shown = [f"{_plain(_rounded(tick * factor))} %" for tick in ticks]
        case _:
            brief = [short(tick) if abs(tick) >= 10_000 else _plain(tick) for tick in ticks]
            # Ticks far from zero may differ only in a figure that the brief form leaves out.
            close = len(ticks) > 1 and abs(ticks[1] - ticks[0]) < max(map(abs, ticks)) / 100
            shown = [number(tick) for tick in ticks] if close else brief
    return [f"{format.prefix}{word}{format.postfix}" for word in shown]


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """The values beside a plot of `rows` rows.

    For lines a tick lies in the middle of its row, for bars at the upper edge of it; the lowest tick of bars is the
    lower edge of the last row.
    """

    scale: Scale
    rows: int
    apart: int
    """Rows from tick to tick; 0 where there is no room for ticks, then only the ends have a label."""
    labels: tuple[str, ...]
    """The ticks' labels, the lowest first."""
    bars: bool = False

    @property
    def width(self) -> int:
        """The cells the widest label takes."""
        return max(map(texts.width, self.labels), default=0)

    def dot(self, value: Number) -> int:
        """The row of braille dots, four a row, counted from the top, on which a value of a line lies."""
        down = 1 - self.scale.portion(value)
        if self.rows < 2:
            return math.ceil(down * (4 * self.rows - 1) - 0.5)
        # The middle of a row lies between its second and third dot; the upper one is taken.
        return math.ceil(round(1.5 + down * (self.rows - 1) * 4, 6) - 0.5)

    @property
    def below(self) -> int:
        """Rows of bars below zero."""
        return round(-self.scale.low / self.scale.step * self.apart) if self.apart else 0

    def eighths(self, value: Number) -> int:
        """The height of a bar in eighths of a row, at least one for what is not zero; whatever its sign."""
        if not value:
            return 0
        row = self.apart or self.rows / self.scale.count
        return max(1, min(8 * self.rows, round(min(abs(_bounded(value)) / self.scale.step, 1e6) * row * 8)))

    def tick_rows(self) -> dict[int, int]:
        """The row each tick's label stands on, by the tick's place from the lowest.

        For bars on plots with one row a tick, the lowest label stands on the row below the plot.
        """
        if not self.apart:
            return {self.scale.count: 0} if self.rows < 2 else {self.scale.count: 0, 0: self.rows - 1}
        rows = {place: (self.scale.count - place) * self.apart for place in range(self.scale.count + 1)}
        if self.bars and self.apart > 1:
            rows[0] = self.rows - 1
        return rows

    def label_at(self, row: int) -> str:
        """The label that stands on a row, or nothing."""
        return next((self.labels[place] for place, at in self.tick_rows().items() if at == row), "")


def line_axis(
    values: Sequence[Number | None],
    rows: int,
    format: Format,  # noqa: A002
    *,
    floating: bool = True,
) -> ValueAxis:
    """The axis of a line plot of at most `rows` rows."""
    scale = scale_of(values, floating=floating, seconds=seconds_in(format.style), most=min(MOST, max(1, rows - 1)))
    apart = (rows - 1) // scale.count
    labels = tuple(tick_labels(scale.ticks, format))
    return ValueAxis(scale, apart * scale.count + 1 if apart else max(1, rows), apart, labels)


def bar_axis(values: Sequence[Number | None], rows: int, format: Format) -> ValueAxis:  # noqa: A002
    """The axis of a bar plot of at most `rows` rows; it has zero in it, always."""
    scale = scale_of(values, seconds=seconds_in(format.style), most=min(MOST, max(1, rows)))
    apart = rows // scale.count
    labels = tuple(tick_labels(scale.ticks, format))
    return ValueAxis(scale, apart * scale.count if apart else max(1, rows), apart, labels, bars=True)


def spread(
    names: Sequence[str],
    centres: Sequence[int],
    cells: int,
    *,
    interval: str = "",
    anchor: int | None = None,
    keep: int | None = None,
) -> dict[int, int]:
    """Which names stand along the bottom, and the cell each begins at: evenly apart, none touching another.

    `centres` are the cells the names belong to. The named ones are a stride of the interval apart, counted from
    `anchor` (the last one unless told). `keep` is always named; what would touch it gives way.
    """
    count = min(len(names), len(centres))
    if not count or cells <= 0:
        return {}
    anchor = count - 1 if anchor is None else anchor
    sizes = [texts.width(name) for name in names[:count]]
    widest = max(sizes)
    apart = (centres[count - 1] - centres[0]) / (count - 1) if count > 1 else cells
    known = STRIDES.get(interval, STRIDES[""])
    strides = (*known, *(known[-1] * times for times in (2, 5, 10, 20, 50, 100, 1000)))
    stride = next((one for one in strides if one * apart >= widest + GAP), strides[-1])
    chosen = list(range(anchor % stride, count, stride))
    if keep is not None and 0 <= keep < count and sizes[keep] <= cells:
        chosen.insert(0, keep)
    starts: dict[int, int] = {}
    for place in sorted(chosen, key=lambda place: (place != keep, -place)):
        size = sizes[place]
        start = max(0, min(centres[place] - size // 2, cells - size))
        if size and size <= cells and place not in starts and _apart(start, size, starts, sizes):
            starts[place] = start
    return dict(sorted(starts.items()))


def _apart(start: int, size: int, starts: Mapping[int, int], sizes: Sequence[int]) -> bool:
    return all(start + size + GAP <= at or at + sizes[place] + GAP <= start for place, at in starts.items())


def names_line(names: Sequence[str], starts: Mapping[int, int], cursor: int | None = None) -> Line:
    """The names `spread` chose, on one line; the one under the cursor is strong."""
    spans: list[Span] = []
    used = 0
    for place, start in sorted(starts.items(), key=lambda item: item[1]):
        role: Role = "strong" if place == cursor else "muted"
        spans += [Span(" " * (start - used)), Span(names[place], role)]
        used = start + texts.width(names[place])
    return line(*spans)


def _bounded(value: Number, largest: float = _LARGEST) -> float:
    """A value as a float that leaves room to calculate with; what is no number is 0."""
    if isinstance(value, float) and math.isnan(value):
        return 0.0
    return float(min(largest, max(-largest, value)))


def _rounded(value: float) -> float:
    """A tick without the noise of floating point."""
    return float(f"{value:.12g}")


def _plain(value: float) -> str:
    """A tick in full; small ones keep the figures they need."""
    return number(int(value)) if value == round(value) and abs(value) < 1e15 else f"{value:g}"


def _steps(least: float, second: float, whole: bool) -> Iterator[float]:
    """Round distances between ticks, from about `least` on upwards."""
    if second:
        yield from (step * second for step in _SECONDS if step * second >= least * 0.999)
        # Days and parts of a second go by tens again.
        unit = 86_400 * second if least >= second else second
    else:
        unit = 1.0
    power = math.floor(math.log10(least / unit)) - 1
    for exponent in range(power, power + 6):
        for factor in (1, 2, 5):
            step = float(f"{factor}e{exponent}") * unit
            if step >= least * 0.999 and not (whole and not second and step < 1):
                yield step
