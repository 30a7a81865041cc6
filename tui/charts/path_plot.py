"""Paths drawn: from each place the strongest ways on, as trees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Final

from tui.charts.columns import BAR_LEAST, BAR_MOST, GAP, Cell, Column, bar, fitted, note, table, widest
from tui.charts.drawing import Drawing
from tui.charts.fitting import at, clipped, pointer, said
from tui.charts.flow_tables import Edge, edges_of, path_lines
from tui.charts.numbers import Number, duration, number, percent, share, to_number, total
from tui.charts.shapes import as_dict, as_list, source_of
from tui.glyphs import BECOMES
from tui.lines import BLANK, Line, Role, Span, line
from tui.store.facts import InsightDetail

NAME_LEAST: Final = 12
TIMES_FROM: Final = 76
"""Cells from which there is room for times and for bars that can be compared."""
FREE: Final = 60
"""Ways drawn where the height is not given."""
DEEPEST: Final = 6
"""Steps in one tree."""
EDGE_LIMIT: Final = 50
"""Edges PostHog sends where the query does not say how many."""
_NOUNS: Final = {"$pageview": "page", "$screen": "screen"}

Node = tuple[int, str]
"""A place at a step."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a tree: a place, or the sum of ways that are not drawn."""

    branch: str
    name: str
    count: Number
    before: Number | None = None
    """How many were at the place before."""
    seconds: float | None = None
    node: Node | None = None
    """The place, None for a sum."""
    source: str = ""
    """The place before."""
    step: int | None = None
    """The step a tree begins at, on its first line."""


class _Graph:
    """The edges of a result by the places they join; all in the order of their strength."""

    def __init__(self, edges: Sequence[Edge], noun: str, whole: bool) -> None:
        self.ways: dict[Node, list[Edge]] = {}
        self.reached: dict[Node, list[Edge]] = {}
        self.noun = noun
        self.whole = whole
        """Whether these are all ways: PostHog leaves out the rarest beyond a limit."""
        for edge in edges:
            self.ways.setdefault(_source(edge), []).append(edge)
            self.reached.setdefault(_target(edge), []).append(edge)
        self.went = {node: total(edge.count for edge in ways) for node, ways in self.ways.items()}
        self.came = {node: total(edge.count for edge in ways) for node, ways in self.reached.items()}

    def count(self, node: Node) -> Number:
        """How many were at a place: those who came, or those who went on where it is the beginning."""
        return max(self.came.get(node, 0), self.went.get(node, 0))

    def rows(self, chosen: Sequence[Edge]) -> list[_Row]:
        """The trees these edges make; the first steps first, at each step the strongest first."""
        drawn = {id(edge) for edge in chosen}
        roots = {_source(edge): None for edge in chosen if not self._inside(_source(edge), drawn)}
        rows: list[_Row] = []
        for root in sorted(roots, key=lambda node: (node[0], -self.count(node))):
            below = self._below(root, "", drawn)
            if len(below) == 1:
                # One way on takes one line.
                rows.append(replace(below[0], branch="", step=root[0]))
            else:
                rows += [_Row("", root[1], self.count(root), node=root, step=root[0]), *below]
        return rows

    def _inside(self, node: Node, drawn: Set[int]) -> bool:
        """Whether a place is drawn inside of a tree: a single way leads to it, and that is drawn."""
        ways = self.reached.get(node, ())
        if len(ways) != 1 or id(ways[0]) not in drawn or node[0] % DEEPEST == 1:
            return False
        # Where more go on than came this way, some came on ways that were not sent.
        return self.went.get(node, 0) <= self.came[node]

    def _below(self, node: Node, indent: str, drawn: Set[int]) -> list[_Row]:
        ways = self.ways.get(node, [])
        shown = [edge for edge in ways if id(edge) in drawn]
        if not shown:
            return []
        if len(ways) - len(shown) == 1:
            # Its own line is no longer than the one that would count it.
            shown = ways
        count = self.count(node)
        rest: list[tuple[str, Number]] = []
        if hidden := len(ways) - len(shown):
            left_out = total(edge.count for edge in ways) - total(edge.count for edge in shown)
            rest.append((f"other, {hidden:,} {self.noun}{'s' * (hidden > 1)}", left_out))
        if node in self.came and (gone := self.came[node] - self.went[node]) > 0:
            rest.append(("left" if self.whole else "left, or a rarer way", gone))
        rows: list[_Row] = []
        for place, edge in enumerate(shown):
            last = place == len(shown) - 1 and not rest
            target = _target(edge)
            rows.append(
                _Row(
                    f"{indent}{'└' if last else '├'} ",
                    target[1],
                    edge.count or 0,
                    count,
                    edge.seconds,
                    target,
                    edge.source,
                )
            )
            if self._inside(target, drawn):
                rows += self._below(target, f"{indent}{' ' if last else '│'} ", drawn)
        for place, (name, sum_) in enumerate(rest):
            rows.append(_Row(f"{indent}{'└' if place == len(rest) - 1 else '├'} ", name, sum_, count))
        return rows


def _source(edge: Edge) -> Node:
    return edge.step or 0, edge.source


def _target(edge: Edge) -> Node:
    return (edge.step or 0) + 1, edge.target


def path_drawing(
    detail: InsightDetail, width: int, height: int, *, now: float, cursor: int | None = None
) -> Drawing | None:
    """The ways people took, as trees; a place that several ways lead to begins a tree of its own.

    As many ways are drawn as the height has room for, the strongest ones; the others are summed under the place they
    leave.
    """
    edges = edges_of(detail.result)
    if edges is None:
        return None
    if not edges:
        return Drawing((note("No path was taken in this range.", width),))
    if any(edge.step is None for edge in edges):
        lines, hidden = clipped(path_lines(detail, width) or [], width, height)
        return Drawing(tuple(lines), cut=hidden)
    options = as_dict(source_of(detail.query).get("pathsFilter"))
    limit = to_number(options.get("edgeLimit"))
    graph = _Graph(edges, _noun(options), len(edges) < (EDGE_LIMIT if limit is None else limit))
    rows, hidden = _rows_for(graph, edges, height)
    walked = [index for index, row in enumerate(rows) if row.node is not None]
    place = at(cursor, len(walked))
    spot = None if place is None else walked[place]
    head, *body = _table(graph, rows, width, spot)
    lines, _ = clipped(body, width, max(1, height - 1) if height > 0 else 0, "more rows", keep=spot)
    if height != 1:
        lines = [head, *lines]
    words = _words(hidden)
    if height <= 0 or len(lines) + 2 <= height:
        lines += [BLANK, said(words, width)]
    elif len(lines) < height and hidden:
        lines.append(said(words, width))
    readout = () if spot is None else _readout(graph, rows[spot])
    return Drawing(tuple(lines), len(walked), readout, hidden)


def _noun(options: Mapping[str, object]) -> str:
    kinds = as_list(options.get("includeEventTypes"))
    return _NOUNS.get(kinds[0], "event") if len(kinds) == 1 and isinstance(kinds[0], str) else "event"


def _rows_for(graph: _Graph, edges: Sequence[Edge], height: int) -> tuple[list[_Row], int]:
    """The trees of as many of the strongest edges as fit, and how many edges are left out."""
    room = height - 1 if height > 0 else 3 * FREE
    most = min(len(edges), room if height > 0 else FREE)
    best = 1
    for count in range(most, 1, -1):
        # One line is kept for the count of what is left out.
        if len(graph.rows(edges[:count])) + (count < len(edges)) <= room:
            best = count
            break
    rows = graph.rows(edges[:best])
    return rows, len(edges) - sum(bool(row.source) for row in rows)


def _table(graph: _Graph, rows: Sequence[_Row], cells: int, spot: int | None) -> list[Line]:
    """Name, how many, percent of those at the place before, average time, bar."""
    digits = max((len(str(row.step)) for row in rows if row.step is not None), default=1)
    labels: list[Cell] = []
    for index, row in enumerate(rows):
        step = "" if row.step is None else str(row.step)
        role: Role = "muted" if row.node is None else "text" if row.step is None else "strong"
        name = [Span(row.name, "strong" if index == spot else role)]
        if row.step is not None and row.source:
            name = [Span(row.source, "strong"), Span(f" {BECOMES} ", "muted"), Span(row.name)]
        labels.append(
            line(
                pointer(index, spot, step[:1] or " "),
                Span(f"{step[1:]:<{digits - 1}} ", "muted"),
                Span(row.branch, "muted"),
                *name,
            )
        )
    least = max(NAME_LEAST, min(widest(labels), cells // 2))
    columns = [
        Column(" " * (digits + 1) + graph.noun, labels, "left", least=least),
        Column("people", [number(row.count) for row in rows]),
        Column(
            "go there",
            [percent(share(row.count, row.before)) if row.before is not None else "" for row in rows],
            role="strong",
            drop=1,
        ),
    ]
    if cells >= TIMES_FROM and any(row.seconds is not None for row in rows):
        times = [duration(row.seconds) if row.seconds is not None else "" for row in rows]
        columns.append(Column("average", times, role="muted", drop=2))
    columns = fitted(columns, cells)
    room = min(BAR_MOST, cells - sum(column.width + GAP for column in columns))
    if room >= BAR_LEAST:
        largest = max((row.count for row in rows), default=0)
        bars: list[Cell] = [line(Span(bar(row.count, largest, room), "bar" if row.node else "muted")) for row in rows]
        columns.append(Column("", bars, "left"))
    return table(columns, cells)


def _words(hidden: int) -> list[str]:
    parts = [f"{hidden:,} rarer way{'s' * (hidden > 1)} not drawn"] if hidden else []
    return [*parts, "percent of those at the place before"]


def _readout(graph: _Graph, row: _Row) -> Line:
    """One place: from where, how many, and where they go from there."""
    assert row.node is not None
    parts = [Span(f"step {row.node[0]}  ", "muted")]
    if row.source:
        parts += [Span(row.source), Span(f" {BECOMES} ", "muted")]
    parts += [Span(row.name, "strong"), Span(f"  {number(row.count)}")]
    if row.before is not None:
        parts.append(Span(f", {percent(share(row.count, row.before))}", "muted"))
    if row.seconds is not None:
        parts += [Span("  average ", "muted"), Span(duration(row.seconds))]
    came = graph.reached.get(row.node, ())
    if len(came) > 1:
        parts.append(Span(f"  {number(graph.count(row.node))} came on {len(came)} ways", "muted"))
    ways = graph.ways.get(row.node, ())
    if ways:
        parts += [Span("  then ", "muted"), Span(", ".join(f"{one.target} {number(one.count)}" for one in ways[:3]))]
    return line(*parts)
