"""Breakdowns: the value an event falls under, the largest ones kept, the rest as `other` and `none`."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tui.sandbox.queries.filters import Fragment, property_of
from tui.sandbox.queries.model import NONE, OTHER, Json, QueryProblem, flag, section, text, whole


@dataclass(frozen=True, slots=True)
class Breakdown:
    """What to break down by: one column, or several for a value that is a list."""

    columns: tuple[Fragment, ...]
    limit: int
    several: bool
    hide_other: bool

    def value(self, cells: Sequence[Any]) -> Hashable:
        """The breakdown value of an event: a text, or a tuple of texts."""
        if self.several:
            return tuple(named(cell) for cell in cells)
        return named(cells[0])

    def kept(self, totals: Mapping[Hashable, float]) -> list[Hashable]:
        """The values to show: the largest up to the limit, then `none`, then `other` if any is left."""
        plain = sorted((value for value in totals if value != NONE), key=lambda value: (-totals[value], str(value)))
        shown = plain[: self.limit]
        if NONE in totals:
            shown.append(NONE)
        if len(plain) > self.limit and not self.hide_other:
            shown.append(self.other)
        return shown

    @property
    def other(self) -> Hashable:
        """The value that stands for everything beyond the limit."""
        return (OTHER,) * len(self.columns) if self.several else OTHER


def breakdown_of(query: Json, *, default_limit: int = 25) -> Breakdown | None:
    """The breakdown of a query, or nothing. Raises `QueryProblem` for kinds that are not known here."""
    options = section(query, "breakdownFilter")
    limit = whole(options, "breakdown_limit", default_limit, high=1000)
    hide = flag(options, "breakdown_hide_other_aggregation")
    listed = options.get("breakdowns")
    if isinstance(listed, list) and listed:
        columns = tuple(column_of(item.get("property"), item) for item in listed[:3] if isinstance(item, dict))
        if columns:
            return Breakdown(columns, limit, len(columns) > 1, hide)
    wanted = options.get("breakdown")
    if isinstance(wanted, list) and wanted:
        columns = tuple(column_of(item, options) for item in wanted[:3])
        return Breakdown(columns, limit, len(columns) > 1, hide)
    if isinstance(wanted, (str, int)) and wanted:
        return Breakdown((column_of(wanted, options),), limit, False, hide)
    return None


def column_of(key: object, options: Json) -> Fragment:
    """One property as a column of a breakdown."""
    kind = text(options, "breakdown_type") or text(options, "type") or "event"
    if not isinstance(key, str):
        raise QueryProblem(f"Unsupported breakdown type: {kind}")
    return property_of(key, kind)


def named(cell: object) -> str:
    """A property's value as a breakdown value: always text, as PostHog has it."""
    if cell is None or cell == "":
        return NONE
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def shown(value: Hashable) -> Any:
    """A breakdown value as JSON: a text, or a list of texts."""
    return list(value) if isinstance(value, tuple) else value


def label_of(value: Hashable) -> str:
    """A breakdown value as a label; several values are joined as PostHog joins them."""
    return "::".join(value) if isinstance(value, tuple) else str(value)
