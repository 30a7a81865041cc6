"""The drawing of a result: lines for the screen, and what a cursor that walks over it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from tui.charts.canvas import SWATCH
from tui.charts.columns import note
from tui.charts.shapes import kind_of
from tui.lines import Line, Role, Span
from tui.store.facts import InsightDetail


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn result."""

    lines: tuple[Line, ...]
    """At most as many and as wide as was asked for."""
    stops: int = 0
    """Positions a cursor can walk along: points, bars, steps, cells; 0 where there is nothing to walk."""
    readout: Line = ()
    """The values under the cursor, on one line that is not cut."""
    cut: int = 0
    """Rows that did not fit into the height; the last line says so too."""


Builder = Callable[..., Drawing | None]
"""Takes an insight, a width and a height, and by name `now` and `cursor`; gives None for a shape it does not know."""

_BUILDERS: Final[Mapping[str, tuple[str, str]]] = {
    "trends": ("trend_plots", "trends_drawing"),
    "funnel": ("funnel_plots", "funnel_drawing"),
    "retention": ("retention_plot", "retention_drawing"),
    "paths": ("path_plot", "path_drawing"),
    "lifecycle": ("lifecycle_plot", "lifecycle_drawing"),
    "stickiness": ("stickiness_plot", "stickiness_drawing"),
    "sql": ("sql_plot", "sql_drawing"),
    "table": ("sql_plot", "sql_drawing"),
}
"""The module and the function that draw a kind; a kind is loaded when it is first drawn."""
_SHADES: Final[Mapping[Role, str]] = {"bar": "█", "s1": "█", "s2": "▓", "s3": "▒", "s4": "░", "s5": "·"}
_BLOCKS: Final = "▁▂▃▄▅▆▇█"
THIN: Final = "⣀"


def draw(detail: InsightDetail, width: int, height: int, *, now: float, cursor: int | None = None) -> Drawing:
    """The result of an insight as a drawing of at most `width` cells and `height` lines; a height of 0 is no limit.

    Times are written as seen at `now`, in seconds since the epoch. `cursor` is the stop whose values are read out; one
    beyond the last is moved there. What has no drawing is shown as its table, and a result of a shape that its query
    does not promise as JSON; nothing a server can send raises.
    """
    if detail.result is None or width <= 0:
        return Drawing(())
    found: Drawing | None = None
    if (place := _BUILDERS.get(kind_of(detail))) is not None:
        module, name = place
        builder: Builder = getattr(import_module(f"tui.charts.{module}"), name)
        found = builder(detail, width, height, now=now, cursor=cursor)
    return _tabled(detail, width, height, now) if found is None else found


def _tabled(detail: InsightDetail, width: int, height: int, now: float) -> Drawing:
    """The result as its table, with as many rows as there is room for."""
    from tui.charts.tables import result_lines

    lines = result_lines(detail, width, now=now)
    if height <= 0 or len(lines) <= height:
        return Drawing(tuple(lines))
    hidden = len(lines) - height + 1
    return Drawing((*lines[: height - 1], note(f"{hidden:,} more lines", width)), cut=hidden)


def shaded(lines: Iterable[Line]) -> list[Line]:
    """Lines for a theme without colours: parts of stacked bars differ by `█ ▓ ▒ ░` instead.

    A cell in which two parts meet goes to the larger one whole. The end of a part that fills less than half of its
    cell is a row of dots, for there is no lower block of a shade.
    """
    return [tuple(map(_shade, row)) for row in lines]


def _shade(span: Span) -> Span:
    if not span.text or span.role not in _SHADES or set(span.text) - set(_BLOCKS):
        return span
    role, eighths = span.role, _BLOCKS.index(span.text[0]) + 1
    if span.on is not None and span.on in _SHADES:
        role = role if eighths >= 4 else span.on
    elif span.role in ("bar", "s1") and span.text != SWATCH:
        return span
    elif eighths < 4:
        return Span(THIN * len(span.text), role)
    return Span(_SHADES[role] * len(span.text), role)
