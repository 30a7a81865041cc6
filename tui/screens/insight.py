"""One insight, opened: its result, its query, and what the world can see of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from tui import glyphs
from tui.actions import Action
from tui.charts.query import query_lines
from tui.charts.tables import result_lines
from tui.charts.widget import Chart
from tui.lines import BLANK, Line, Span, between, labelled, line, wrap
from tui.screens.base import EVERYTHING, bindings_for
from tui.screens.panes import fact_lines, link_lines, password_lines, section, step_lines
from tui.screens.subject import OnInsight
from tui.store.commands import ReadInsight
from tui.store.facts import InsightDetail, InsightRow, Step
from tui.store.state import Loadable
from tui.text import ago, clock, day
from tui.widgets.chrome import Divider
from tui.widgets.paper import Paper

View = Literal["drawing", "table", "query", "sharing"]


class Insight(OnInsight):
    """Pushed over the list it was opened from."""

    PLACES = ("insight", "opened", "everywhere")
    KEYS = ("view", "share", "rotate", "copy", "undo", "reload", "palette", "help")
    BINDINGS = bindings_for("insight", "opened", "everywhere")

    def __init__(self, insight_id: int, tab: int) -> None:
        super().__init__()
        self.insight_id = insight_id
        self.showing: View = "drawing"
        self.TAB = tab  # type: ignore[misc]  # the tab it was opened from stays the active one

    def body(self) -> Iterable[Widget]:
        self.head = Paper(id="head")
        self.chart = Chart(clock=self.hedgerow.clock, id="chart")
        self.main = Paper(focusable=True, id="main")
        self.side = Paper(id="side")
        self.column = Vertical(self.head, self.chart, self.main, id="left")
        yield Horizontal(self.column, Divider(id="divider"), self.side, id="columns")

    def on_mount(self) -> None:
        self.store.dispatch(ReadInsight(self.insight_id))

    def on_resize(self) -> None:
        self.set_class(not self.wide, "-narrow")
        super().on_resize()

    @property
    def detail(self) -> Loadable[InsightDetail]:
        """What was read of it."""
        return self.state.details.by_id.get(self.insight_id) or Loadable()

    def subject(self) -> InsightRow | None:
        rows = self.state.insights.rows.value or ()
        known = next((row for row in rows if row.id == self.insight_id), None)
        detail = self.detail.value
        return detail.row if detail is not None and known is None else known

    def crumbs(self) -> tuple[str, ...]:
        row = self.subject()
        return (row.title if row else f"insight {self.insight_id}",)

    def joint(self) -> int | None:
        return self.column.size.width if self.wide and self.is_mounted else None

    def read_at(self) -> float | None:
        return self.detail.read_at or self.state.insights.rows.read_at

    # Drawing

    def draw(self, changed: frozenset[str]) -> None:
        if not changed & {"insights", "details", "work", "journal", "session"}:
            return
        width = max(10, self.column.size.width - 3)
        head = self.head_lines(width)
        if not self.wide:
            head += self.brief_lines(width)
        self.show_head(head)
        detail = self.detail.value
        drawn = self.view == "drawing" and detail is not None and detail.result is not None and not detail.failure
        self.chart.display, self.main.display = drawn, not drawn
        if drawn:
            self.chart.show(detail)
        else:
            self.main.show([line("  ", *one) if one else BLANK for one in self.main_lines(width)])
        if self.focused in (None, self.chart, self.main):
            # Whoever asks or lists something keeps the focus until it is done.
            self.set_focus(self.chart if drawn else self.main)
        if self.wide:
            side = max(10, self.side.size.width - 2)
            self.side.show([line(" ", *one) if one else BLANK for one in self.world_lines(side, facts=True)])

    @property
    def view(self) -> View:
        """What is shown now: the sharing panel is a view of its own only where it has no place beside the result."""
        return "drawing" if self.showing == "sharing" and self.wide else self.showing

    def show_head(self, lines: list[Line]) -> None:
        """Name, description and ages, in as many rows as they need."""
        if self.head.styles.height is None or self.head.styles.height.value != len(lines) + 1:
            self.head.styles.height = len(lines) + 1
        self.head.show([line("  ", *one) if one else BLANK for one in lines])

    def main_lines(self, width: int) -> list[Line]:
        """The pane below the head, where it is not the drawing."""
        match self.view:
            case "query":
                return self.query_text(width)
            case "sharing":
                return self.world_lines(width, facts=True)
            case _:
                return self.result(width)

    def brief_lines(self, width: int) -> list[Line]:
        """The link in a line or two, where the sharing panel has no place."""
        insights, work = self.state.insights, self.state.work
        link = insights.links.get(self.insight_id)
        problem, writing = insights.link_problems.get(self.insight_id), work.writing.get(self.insight_id)
        lines = link_lines(link, problem, writing, self.now, width)[:2]
        if words := self.pending_words():
            lines.append(labelled("", line(Span(words, "careful"))))
        return lines

    def next_view(self) -> View:
        """The view that `v` turns to: drawing, table, query, and sharing where it has no place beside them."""
        beside: tuple[View, ...] = ("drawing", "table", "query")
        views = beside if self.wide else (*beside, "sharing")
        return views[(views.index(self.view) + 1) % len(views)]

    def do_view(self) -> None:
        self.showing = self.next_view()
        self.update(EVERYTHING)

    def words(self, action: Action) -> str:
        return self.next_view() if action.id == "view" else super().words(action)

    def head_lines(self, width: int) -> list[Line]:
        """Name, kind, description, and how old the result is."""
        row, detail = self.subject(), self.detail.value
        if row is None:
            return [line(Span(f"Insight {self.insight_id}", "strong"))]
        lines = [between(line(Span(row.title, "strong")), line(Span(row.kind, "muted")), width)]
        if row.description:
            lines += wrap(line(Span(row.description, "muted")), width)[:4]
        if detail is not None and detail.computed_at is not None:
            words = f"computed {clock(detail.computed_at)}, {ago(self.now - detail.computed_at)}"
            dates = dates_words(detail, self.now)
            lines.append(between(line(Span(dates, "muted")), line(Span(words, "muted")), width))
        return lines

    def result(self, width: int) -> list[Line]:
        """The result as a table, or why there is none."""
        loadable = self.detail
        detail = loadable.value
        if detail is None:
            if loadable.problem is not None:
                return _said(
                    f"{glyphs.FAILED} {loadable.problem.what}",
                    loadable.problem.help,
                    width,
                )
            return [line(Span("Reading it; nothing is calculated for that.", "muted"))]
        if detail.failure:
            return _said(
                f"{glyphs.FAILED} The query failed: {detail.failure}",
                "Its last result is not kept by PostHog.",
                width,
            )
        if detail.result is None:
            return wrap(
                line(
                    Span(
                        "PostHog has no result in its cache. Reading it here never starts a calculation.",
                        "muted",
                    )
                ),
                width,
            )
        lines = result_lines(detail, width, now=self.now)
        return lines or [line(Span("The result is empty: no rows.", "muted"))]

    def query_text(self, width: int) -> list[Line]:
        """The query, as SQL or readable JSON."""
        detail = self.detail.value
        if detail is None:
            return []
        return query_lines(detail.query, width)

    def world_lines(self, width: int, *, facts: bool) -> list[Line]:
        """The sharing panel: link, settings, passwords, what was seen."""
        insights, work = self.state.insights, self.state.work
        link = insights.links.get(self.insight_id)
        lines = [line(Span("What the world can see", "strong")), BLANK]
        problem, writing = insights.link_problems.get(self.insight_id), work.writing.get(self.insight_id)
        lines += link_lines(link, problem, writing, self.now, width)
        if link is not None and link.passwords:
            lines += [BLANK, *password_lines(link, self.now, width)]
        rotation = work.rotations.get(self.insight_id)
        steps = rotation.steps if rotation else self.last_steps()
        if steps:
            lines += [BLANK, section(width), *step_lines(steps, width)]
        row = self.subject()
        if facts and row is not None:
            lines += [BLANK, section(width), *fact_lines(row, self.now, width)]
        return lines

    def last_steps(self) -> tuple[Step, ...]:
        """What the last write of this insight sent and saw."""
        entries = self.state.journal.entries
        return next((entry.steps for entry in entries if entry.target == self.insight_id), ())

    def do_reload(self) -> None:
        """Ask the links of a rotation again, settle what is unknown, else read the insight and its link."""
        self.hedgerow.project.settle_unknown()
        if not self.prove_again():
            self.send(ReadInsight(self.insight_id))


def dates_words(detail: InsightDetail, now: float) -> str:
    """The days a result covers, as PostHog resolved them: `24 Oct to 23 Nov`."""
    try:
        start, end = (datetime.fromisoformat(date).timestamp() for date in (detail.date_from, detail.date_to))
    except ValueError:
        return ""
    return f"{day(start, now=now)} to {day(end, now=now)}"


def _said(what: str, then: str, width: int) -> list[Line]:
    return [*wrap(line(Span(what, "public_strong")), width), *wrap(line(Span(then, "muted")), width)]
