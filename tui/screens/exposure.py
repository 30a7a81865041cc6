"""What is public: every insight whose link is live or saved, the worst first, with totals on top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from textual.widget import Widget

from tui import glyphs
from tui.lines import BLANK, Line, Role, Span, fit, line, wrap
from tui.screens.insights import InsightList, first_name
from tui.screens.panes import OLD
from tui.store.facts import InsightRow, Link
from tui.store.view import RISK, Selection
from tui.text import age, thousands
from tui.widgets.columns import Column
from tui.widgets.paper import Paper
from tui.widgets.window import Break

STATES: tuple[glyphs.LinkState, ...] = ("open", "password", "locked", "off", "never", "?")
BARS: dict[glyphs.LinkState, Role] = {"open": "public", "password": "bar", "locked": "careful", "off": "muted"}


class Exposure(InsightList):
    """Tab 3."""

    TAB = 3
    KEYS = ("open", "share", "rotate", "copy", "read_links", "filter", "mark", "palette", "help")
    SORTS = ()
    COLUMNS = (
        Column("link", "link", 10, narrow_below=34, narrow_width=3),
        Column("name", "what", minimum=19, name=True),
        Column("kind", "kind", 10, below=90),
        Column("link_age", "link age", 8, align="right", below=50),
        Column("passwords", "passwords", 9, align="right", below=120),
        Column("by", "by", 6, below=76),
        Column("why", "why it is here", 22, below=64),
    )
    BESIDE = False

    def body(self) -> Iterable[Widget]:
        yield Paper(id="totals")
        yield from super().body()

    def rows_known(self) -> tuple[InsightRow, ...]:
        return self.state.insights.rows.value or ()

    def items(self) -> tuple[Sequence[InsightRow], Sequence[Break], Sequence[Line]]:
        insights = self.state.insights
        known = self.rows_known()
        found = self.finder.select(known, insights.links, self.filter, self.now)
        kept = [row for row in found.rows if (link := insights.links.get(row.id)) and link.state != "never"]
        kept.sort(key=lambda row: risk(row, insights.links[row.id]))
        self.selection = Selection(tuple(kept), tuple(row for row in known if row.id not in insights.links))
        tail = self.unread_lines(known)
        return kept, (), [BLANK, *tail] if kept and tail else tail

    def unread(self) -> int:
        return 0

    def unread_lines(self, known: Sequence[InsightRow]) -> list[Line]:
        """What is not known: links that were not read, or could not be."""
        insights = self.state.insights
        width = max(20, self.rows.size.width - 8)
        if not known:
            return list(self.nothing())
        lines: list[Line] = []
        failed = [row for row in known if row.id in insights.link_problems and row.id not in insights.links]
        if unread := sum(row.id not in insights.links for row in known) - len(failed):
            words = f"{thousands(unread)} links are not read yet and may be public; a reads them."
            lines += wrap(line(Span("? ", "careful"), Span(words, "muted")), width)
        if failed:
            problem = insights.link_problems[failed[0].id]
            words = f"{len(failed)} could not be read: {failed[0].title}, {problem.what} It can still be public."
            lines += wrap(line(Span(f"{glyphs.CAREFUL} ", "careful"), Span(words, "muted")), width)
        if not lines and not self.selection.rows:
            words = f"Nothing matches {self.filter_text.strip()}. esc clears the filter." if self.filter else ""
            lines += wrap(line(Span(words or "Nothing is public: no insight has a link.", "muted")), width)
        return lines

    def draw_rows(self, *, keep_cursor: bool = True) -> None:
        # A list that is at its top stays there: what comes in above is worse than what it shows.
        super().draw_rows(keep_cursor=keep_cursor and self.rows.cursor > 0)
        totals = self.query_one("#totals", Paper)
        totals.show(self.total_lines(max(10, totals.size.width - 2)))

    def total_lines(self, width: int) -> list[Line]:
        """How many links are in which state, in words and as one bar."""
        links = self.state.insights.links
        rows = self.rows_known()
        counts = Counter[glyphs.LinkState](links[row.id].state if row.id in links else "?" for row in rows)
        parts: list[Span] = []
        for state in STATES:
            if not counts[state] and state in ("locked", "?"):
                continue
            look = glyphs.LINKS[state]
            role = look.word_role if counts[state] else "muted"
            parts += [
                Span(look.glyph, look.glyph_role),
                Span(f" {thousands(counts[state])} {look.word}   ", role),
            ]
        if failed := sum(row.id in self.state.insights.link_problems and row.id not in links for row in rows):
            parts.append(Span(f"{glyphs.CAREFUL} {thousands(failed)} could not be read", "careful"))
        bar: list[Span] = []
        total, end, done = max(1, len(rows)), 0, 0
        for state in STATES[:4]:
            done += counts[state]
            cells = max(round(done * width / total) - end, 1 if counts[state] else 0)
            bar.append(Span("━" * cells, BARS[state]))
            end += cells
        bar.append(Span("━" * max(0, width - end), "grid"))
        return [fit(line(" ", *parts), width + 1), fit(line(" ", *bar), width + 1)]

    def cell(self, item: InsightRow, column: str) -> Span | Line:
        link = self.state.insights.links.get(item.id)
        if link is None or column in ("link", "kind"):
            return super().cell(item, column)
        match column:
            case "name":
                return Span(item.title)
            case "link_age":
                if not link.live or link.created_at is None:
                    return Span("-", "muted")
                ago = self.now - link.created_at
                return Span(age(ago), "careful" if ago > OLD else "text")
            case "passwords":
                return Span(str(len(link.passwords)) if link.password_required else "-", "muted")
            case "by":
                return Span(first_name(item.created_by), "muted")
            case _:
                return Span(why(item, link, self.now), "text" if link.live else "muted")


def risk(row: InsightRow, link: Link) -> tuple[int, int, float]:
    """The order of the list: open before locked, password and off; among these raw rows first, then the oldest link."""
    order = {"open": 0, "locked": 1, "password": 2}.get(link.state, 2 + RISK[link.state])
    rows_first = 0 if row.kind in ("sql", "table") else 1
    oldest = link.created_at or 0.0
    if link.state == "password":
        oldest = min((password.created_at or 0.0 for password in link.passwords), default=oldest)
    return order, rows_first, oldest


def why(row: InsightRow, link: Link, now: float) -> str:
    """Why a row stands where it stands."""
    old = link.created_at is not None and now - link.created_at > OLD
    match link.state:
        case "open":
            reasons = ["rows" if row.kind in ("sql", "table") else "", "older than 90 d" if old else ""]
            return ", ".join(filter(None, reasons)) or "open"
        case "locked":
            return "nobody can open it"
        case "password":
            ages = [now - one.created_at for one in link.passwords if one.created_at is not None]
            return f"password {age(max(ages))}" if ages else "password"
        case _:
            return "saved, switched off"
