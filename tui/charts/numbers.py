"""Numbers, shares, changes and durations as tables write them.

Numbers are in full with a comma for thousands (`4,210`), percent has one decimal and a blank (`34.3 %`, but `100 %`
and `0 %`), durations are `38 s`, `3 min 12 s`, `2 h 05 min`. What is no number is `–`. Nothing here raises for a value
a server may send: not for text, booleans, NaN, infinity or whole numbers of any size.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tui.glyphs import NONE
from tui.lines import Span
from tui.text import clean

Number = int | float

MOST_DECIMALS: Final = 2
"""Decimals of numbers of 1 and more."""
_LARGE: Final = 10**15
_NUMERAL: Final = re.compile(r"\s*[+-]?\d{1,30}(\.\d{0,30})?([eE][+-]?\d{1,3})?\s*", re.ASCII)


def to_number(value: object) -> Number | None:
    """A finite number, or None for all else; a text counts when it is written as a number."""
    if isinstance(value, str) and _NUMERAL.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and abs(value) >= _LARGE:
        try:
            value = float(value)
        except OverflowError:
            return None
    if not math.isfinite(value):
        return None
    return int(value) if isinstance(value, float) and abs(value) < _LARGE and value.is_integer() else value


def total(values: Iterable[Number | None]) -> Number:
    """The sum of the numbers that are there."""
    return sum(value for value in values if value is not None)


def share(part: Number | None, whole: Number | None) -> float | None:
    """The part in percent of the whole, or None where that has no meaning."""
    if part is None or not whole or whole < 0:
        return None
    percent = part / whole * 100
    return percent if math.isfinite(percent) else None


def decimals_of(values: Iterable[Number | None]) -> int:
    """How many decimals these need, so that a column of them has its points under one another."""
    numbers = [abs(value) for value in values if isinstance(value, float) and math.isfinite(value)]
    broken = [value for value in numbers if value < _LARGE and not value.is_integer()]
    if not broken:
        return 0
    largest = max(broken)
    most = MOST_DECIMALS if largest >= 1 else 4 if largest >= 0.01 else 6
    for decimals in range(most):
        if all(math.isclose(round(value, decimals), round(value, most), abs_tol=1e-9) for value in broken):
            return decimals
    return most


def number(value: Number | None, decimals: int | None = None) -> str:
    """A number in full, with commas: `4,210`, `12.5`, `0.034`; beyond 15 digits `1.23e+18`."""
    if value is None or not math.isfinite(value):
        return NONE
    if abs(value) >= _LARGE or (decimals is None and 0 < abs(value) < 1e-6):
        return f"{value:.3g}"
    shown = f"{value:,.{decimals_of([value]) if decimals is None else decimals}f}"
    return shown[1:] if shown.startswith("-") and not shown.strip("-0.,") else shown


def short(value: Number | None) -> str:
    """A number in at most three figures, for axes and above bars: `980`, `12.3k`, `4.2M`."""
    if value is None or not math.isfinite(value):
        return NONE
    if abs(value) < 1000:
        return number(value) if decimals_of([value]) == 0 else f"{value:.3g}"
    for power, letter in ((3, "k"), (6, "M"), (9, "B"), (12, "T")):
        scaled = value / 10**power
        rounded = float(f"{scaled:.3g}")
        if abs(rounded) < 1000:
            return f"{rounded:g}{letter}"
    return f"{value:.2g}"


def percent(value: Number | None) -> str:
    """A value that is in percent: `34.3 %`, exactly `100 %` and `0 %`."""
    if value is None or not math.isfinite(value):
        return NONE
    if value in (0, 100):
        return f"{value:.0f} %"
    return f"{number(value, 1)} %"


def change(value: Number | None, before: Number | None) -> Span | None:
    """How a value differs from the one before: `▲ 8.2 %` or `▼ 8.2 %`; None where no share can be formed."""
    if value is None or (base := share(value, before)) is None:
        return None
    if base == 100:
        return Span("no change", "muted")
    return Span(f"▲ {percent(base - 100)}", "accent") if base > 100 else Span(f"▼ {percent(100 - base)}")


def duration(seconds: Number | None) -> str:
    """A length of time in its two largest units: `0.4 s`, `38 s`, `3 min 12 s`, `2 h 05 min`, `3 d 04 h`."""
    if seconds is None or not math.isfinite(seconds):
        return NONE
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if seconds < 10 and not float(seconds).is_integer():
        return f"{number(seconds, 1)} s"
    whole = round(seconds)
    for size, unit, smaller, below in ((86_400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // smaller
            return f"{number(whole // size)} {unit}" + (f" {rest:02} {below}" if rest else "")
    return f"{whole} s"


@dataclass(frozen=True, slots=True)
class Format:
    """How the values of an insight are written: the axis format its query asks for."""

    style: str = "numeric"
    """PostHog's `aggregationAxisFormat`: numeric, duration, duration_ms, percentage, percentage_scaled, ..."""
    prefix: str = ""
    postfix: str = ""
    decimals: int | None = None
    """Decimals the query asks for; None for as many as the values need."""

    @classmethod
    def of(cls, options: dict[str, Any]) -> Format:
        """The format in a query's `trendsFilter`."""

        def word(key: str, limit: int = 12) -> str:
            value = options.get(key)
            return clean(value, limit=limit) if isinstance(value, str) else ""

        wanted = to_number(options.get("decimalPlaces"))
        decimals = wanted if isinstance(wanted, int) and 0 <= wanted <= 6 else None
        return cls(
            word("aggregationAxisFormat", 40) or "numeric",
            word("aggregationAxisPrefix"),
            word("aggregationAxisPostfix"),
            decimals,
        )

    def one(self, value: Number | None, decimals: int | None = None) -> str:
        """One value."""
        if value is None:
            return NONE
        match self.style:
            case "duration":
                shown = duration(value)
            case "duration_ms":
                shown = duration(value / 1000)
            case "percentage":
                shown = percent(value)
            case "percentage_scaled":
                shown = percent(value * 100)
            case _:
                shown = number(value, self.decimals if self.decimals is not None else decimals)
        return f"{self.prefix}{shown}{self.postfix}"

    def column(self, values: Sequence[Number | None]) -> list[str]:
        """Values that stand under one another."""
        decimals = decimals_of(values)
        return [self.one(value, decimals) for value in values]
