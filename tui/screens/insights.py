"""The list of insights, with the one under the cursor beside it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.timer import Timer

from tui import glyphs
from tui.lines import BLANK, Line, Span, line, wrap
from tui.screens.base import bindings_for
from tui.screens.listing import MOVES
from tui.screens.many import ManyRows
from tui.screens.panes import brief_lines, preview_lines
from tui.store.commands import ReadInsight, ReadInsights, ReadLinks
from tui.store.facts import InsightRow
from tui.store.view import Filter, Finder, Selection, parse, sort_rows
from tui.text import age, thousands
from tui.theme import PLAIN
from tui.widgets.chrome import Fact
from tui.widgets.columns import Column
from tui.widgets.rows import Rows
from tui.widgets.window import Break

REST = 0.15
"""Seconds the list has to rest before the rows in sight are read: their links, and the insight under the cursor."""
FRESH = 600.0
"""Seconds a link state counts as fresh: a row in sight is not read again before that."""
LINK_WIDTH = 10
PLOTTED = ("trends", "lifecycle", "stickiness", "retention")
"""Kinds whose preview is their drawing; the others have one of their own for so little room."""


class InsightList(ManyRows):
    """A list of insights, whichever of them it shows."""

    PLACES = ("insight", "list", "exposure", "everywhere")
    BINDINGS = [*bindings_for("insight", "list", "exposure"), *MOVES]
    STARS = True
    MARKS = True
    LIST_SLICES = frozenset({"insights", "work", "journal", "session"})
    PANE_SLICES = frozenset({"details"})

    def __init__(self) -> None:
        super().__init__()
        self.finder = Finder()
        self.filter = Filter()
        self.selection = Selection(())
        self.unknown: frozenset[int] = frozenset()
        self._resting: Timer | None = None

    def subject(self) -> InsightRow | None:
        return self.rows.current

    def key(self, item: InsightRow) -> str:
        return str(item.id)

    def starred(self, item: InsightRow) -> bool:
        return item.favorited

    def total(self) -> int | None:
        return len(self.rows_known())

    def unread(self) -> int:
        return len(self.selection.unread)

    def filter_words(self) -> None:
        self.filter = parse(self.filter_text)
        self.rows.match(self.filter.words)

    def items(self) -> tuple[Sequence[InsightRow], Sequence[Break], Sequence[Line]]:
        self.unknown = frozenset(entry.target for entry in self.state.journal.unknown)
        links = self.state.insights.links
        found = self.finder.select(self.rows_known(), links, self.filter, self.now)
        column, descending = self.SORTS[self.sort]
        kept = sort_rows(found.rows, links, column, descending=descending)
        unread = sort_rows(found.unread, links, column, descending=descending)
        self.selection = Selection(kept, unread)
        if not kept and not unread:
            return (), (), self.nothing()
        if not unread:
            return kept, (), self.still_reading()
        count = len(unread)
        verb, what = ("is", "it") if count == 1 else ("are", "them")
        words = f"{thousands(count)} more {verb} not read yet and may match; a reads {what}"
        breaks = [Break(len(kept), BLANK), Break(len(kept), line(Span(words, "muted")))]
        return (*kept, *unread), breaks[0 if kept else 1 :], self.still_reading()

    def cell(self, item: InsightRow, column: str) -> Span | Line:
        stale = self.state.session.problem is not None
        match column:
            case "name":
                return Span(item.title, "muted" if stale else "text")
            case "kind":
                return Span(item.kind, "muted")
            case "link":
                return self.link_cell(item.id, stale)
            case "by":
                return Span(first_name(item.created_by), "muted")
            case _:
                ago = age(self.now - item.changed_at) if item.changed_at is not None else "-"
                return Span(ago, "muted")

    def link_cell(self, insight_id: int, stale: bool) -> Line:
        """The link's state: under way, unknown, not read, or as read. Red stays red while offline."""
        state = self.state
        if insight_id in state.work.writing:
            return line(Span(f"{glyphs.NOW} sending", "careful"))
        if insight_id in self.unknown:
            return line(Span("? unknown", "careful_strong"))
        link = state.insights.links.get(insight_id)
        if link is None:
            return line(Span("? failed" if insight_id in state.insights.link_problems else "?", "careful"))
        cell = glyphs.link_cell(link.state)
        if stale and link.state != "open":
            return tuple(span._replace(role="muted") for span in cell)
        return cell

    def pane_lines(self, item: InsightRow | None, width: int) -> Sequence[Line]:
        if item is None:
            return ()
        insights, work = self.state.insights, self.state.work
        return preview_lines(
            item,
            insights.links.get(item.id),
            insights.link_problems.get(item.id),
            work.rotations.get(item.id),
            work.writing.get(item.id),
            self.result_lines(item, width),
            self.now,
            width,
        )

    def result_lines(self, item: InsightRow, width: int) -> Sequence[Line]:
        """The result in a few lines, as far as it was read: the number that matters, then the rows."""
        loadable = self.state.details.by_id.get(item.id)
        detail = loadable.value if loadable else None
        if detail is None:
            return ()
        if detail.failure:
            return wrap(line(Span(f"{glyphs.FAILED} The query failed: {detail.failure}", "public")), width)[:4]
        if detail.result is None:
            return (line(Span("no result in PostHog's cache", "muted")),)
        # The drawings are imported when there is something to draw, which is after the first frame.
        from tui.charts.drawing import draw, shaded
        from tui.charts.headline import headline
        from tui.charts.preview import preview_lines as chart_preview

        number = headline(detail)
        height = min(max(4, self.rows.size.height - 24), 12)
        if item.kind in PLOTTED and height >= 8:
            lines: Sequence[Line] = draw(detail, width, height, now=self.now).lines
            lines = shaded(lines) if self.app.theme == PLAIN else lines
        else:
            lines = chart_preview(detail, width, height, now=self.now)
        return [*([number, BLANK] if number else []), *lines]

    def brief(self, item: InsightRow | None, width: int) -> Sequence[Line]:
        return brief_lines(item, self.state.insights.links.get(item.id), self.now, width) if item else ()

    # Reading link states of what is in sight

    @on(Rows.Window)
    def _window_moved(self) -> None:
        self.read_in_sight()

    def read_in_sight(self) -> None:
        """Once the list rests, read the links of the rows in sight that are not known or not fresh."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self._rested)

    def _rested(self) -> None:
        wanted = self._in_sight(FRESH)
        if self.state.session.problem is not None:
            return
        if wanted:
            self.store.dispatch(ReadLinks(wanted))
        row = self.subject()
        if self.wide and self.BESIDE and row is not None and row.id not in self.state.details.by_id:
            self.store.dispatch(ReadInsight(row.id, with_link=False))

    @on(Rows.Moved)
    def _look_beside(self) -> None:
        self.read_in_sight()

    def _in_sight(self, fresh: float) -> tuple[int, ...]:
        first, last = self.rows.window
        if first < 0:
            return ()
        links, problems = self.state.insights.links, self.state.insights.link_problems
        rows = self.rows.items[first : last + 1]
        before = self.now - fresh
        return tuple(
            row.id
            for row in rows
            if row.id not in problems
            and ((link := links.get(row.id)) is None or link.read_at < before or (not link.token and link.live))
        )

    def do_read_links(self) -> None:
        """Read the link states of all rows that the list shows and that are not known."""
        links = self.state.insights.links
        shown = [row.id for row in (*self.selection.rows, *self.selection.unread)]
        wanted = tuple(number for number in shown if number not in links) or self._in_sight(0.0)
        self.send(ReadLinks(wanted, asked=True))

    # Opening, reading again

    def do_open(self) -> None:
        self.rows.open_current()

    @on(Rows.Opened)
    def _opened(self) -> None:
        if (row := self.subject()) is not None:
            self.hedgerow.open_insight(row.id)

    def do_reload(self) -> None:
        """Ask the links of a rotation again, settle what is unknown, else read the index and the rows in sight."""
        self.hedgerow.project.settle_unknown()
        if self.prove_again():
            return
        self.hedgerow.project.reconnect()
        self.send(ReadInsights())
        if wanted := self._in_sight(0.0):
            self.store.dispatch(ReadLinks(wanted))

    # Words

    def counts(self) -> tuple[Fact, ...]:
        insights = self.state.insights
        known = len(insights.rows.value or ())
        if (
            insights.rows.value is not None
            and insights.total is not None
            and known < insights.total
            and not insights.complete
        ):
            words = f"{thousands(known)} of {thousands(insights.total)} read"
            return (Fact((words, words.removesuffix(" read")), "bright"),)
        skipped = f", {insights.skipped} could not be read" if insights.skipped else ""
        count = thousands(known)
        return (Fact((f"{count} insights{skipped}", count)),) if insights.rows.value is not None else ()

    def read_at(self) -> float | None:
        return self.state.insights.rows.read_at

    def still_reading(self) -> Sequence[Line]:
        """After the last row: that more are coming."""
        insights = self.state.insights
        known = len(insights.rows.value or ())
        if (
            insights.rows.status in ("loading", "stale")
            and insights.total
            and known < insights.total
            and not self.filter
        ):
            return (BLANK, line(Span(f"reading {thousands(insights.total - known)} more", "muted")))
        return ()

    def nothing(self) -> Sequence[Line]:
        """Why there is nothing to show, and the key that helps."""
        rows, session = self.state.insights.rows, self.state.session
        width = max(20, self.rows.size.width - 8)
        if rows.value:
            words = f"Nothing matches {self.filter_text.strip()}."
            unread = sum(row.id not in self.state.insights.links for row in rows.value)
            if self.filter.needs_links and unread:
                words += f" {thousands(unread)} links are not read yet; a reads them."
            return _sentence(f"{words} esc clears the filter.", width)
        if rows.problem is not None or session.problem is not None:
            problem = session.problem or rows.problem
            assert problem is not None
            return [
                *_sentence(f"The insights could not be read. {problem.what}", width),
                *_sentence(problem.help, width),
            ]
        if rows.status == "ready":
            return _sentence("This project has no insights yet.", width)
        where = "the demo's shop is being set up" if session.demo else f"asking {session.host.partition('://')[2]}"
        return _sentence(f"Reading the insights; {where}.", width)


def first_name(person: str) -> str:
    """A person in a narrow column."""
    return person.partition(" ")[0].partition("@")[0].lower() or "-"


def _sentence(words: str, width: int) -> list[Line]:
    return wrap(line(Span(words, "muted")), width)


class Insights(InsightList):
    """Tab 1."""

    TAB = 1
    KEYS = (
        "open",
        "share",
        "rotate",
        "filter",
        "copy",
        "edit",
        "favourite",
        "delete",
        "duplicate",
        "new",
        "read_links",
        "undo",
        "mark",
        "sort",
        "palette",
        "help",
    )
    SORTS = (("changed", True), ("name", False), ("link", False), ("kind", False), ("by", False))
    COLUMNS = (
        Column("name", "name", minimum=19, name=True),
        Column("kind", "kind", 10, below=68),
        Column("link", "link", LINK_WIDTH, narrow_below=34, narrow_width=3),
        Column("by", "by", 6, below=76),
        Column(
            "changed",
            "changed",
            7,
            align="right",
            narrow_below=44,
            narrow_title="age",
            narrow_width=5,
            drop=1,
        ),
    )
