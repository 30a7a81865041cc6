"""A bulk and the list it was begun in: which rows stay marked at its end, and what is said of those that failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui import glyphs
from tui.lines import Line, Span, line
from tui.screens.listing import Listing
from tui.screens.subject import OnInsight
from tui.store.commands import Command
from tui.store.edits import Bulk
from tui.store.facts import InsightRow
from tui.store.state import BulkResult, Failure, Work
from tui.text import thousands
from tui.widgets.paper import Paper


@dataclass(frozen=True, slots=True)
class Many:
    """What a list knows of the bulk that was begun in it."""

    ids: tuple[int, ...] = ()
    """The insights of the bulk under way, in the order of its writes; empty when there is none."""
    after: int = 0
    """The serial of the result there was when it began."""
    failed: tuple[Failure, ...] = ()
    """What failed in the last one, until a person has seen it."""

    @classmethod
    def begun(cls, bulk: Bulk, last: BulkResult | None) -> Many:
        """A bulk that is begun; `last` is how the one before it ended."""
        return cls(tuple(write.insight_id for write in bulk.commands), last.serial if last else 0)

    def ended(self, work: Work) -> BulkResult | None:
        """How the bulk ended; None while it is under way, and where none was begun."""
        result = work.result
        return result if self.ids and result is not None and result.serial > self.after else None

    def not_done(self, result: BulkResult) -> frozenset[str]:
        """The keys of the rows that failed or were not begun."""
        left = self.ids[len(self.ids) - result.left :]
        return frozenset(map(str, (*(one.insight_id for one in result.failed), *left)))


class ManyRows(OnInsight, Listing[InsightRow]):
    """A list of insights whose marked rows can be looked after together."""

    def __init__(self) -> None:
        super().__init__()
        self._many = Many()

    def rows_known(self) -> tuple[InsightRow, ...]:
        """The insights this list is about, whatever the filter."""
        return self.state.insights.rows.value or ()

    def marked(self) -> Sequence[InsightRow]:
        marks = self.rows.marks
        return [row for row in self.rows_known() if str(row.id) in marks] if marks else ()

    def send(self, command: Command) -> None:
        if isinstance(command, Bulk) and self.store.refuses(command) is None:
            self._many = Many.begun(command, self.state.work.result)
            self.show_failures()
        super().send(command)

    def draw(self, changed: frozenset[str]) -> None:
        result = self._many.ended(self.state.work)
        if result is not None:
            # What failed or was not sent stays marked.
            self.rows.set_marks(self._many.not_done(result))
            self._many = Many(failed=result.failed)
            self.show_failures()
        super().draw(changed)

    def show_failures(self) -> None:
        """The writes of the last bulk that failed, above the rows."""
        lines = failure_lines(self._many.failed, max(2, self.list.size.height // 3))
        if lines and not self.query("#failures"):
            self.list.mount(Paper(id="failures"), before=self.rows)
        for paper in self.query("#failures").results(Paper):
            paper.display, paper.styles.height = bool(lines), len(lines)
            paper.show([line(" ", *one) for one in lines])

    def peel(self) -> bool:
        if self._many.failed:
            self._many = Many()
            self.show_failures()
            return True
        return super().peel()


def failure_lines(failed: Sequence[Failure], most: int) -> list[Line]:
    """The writes of a bulk that failed, a line each: at most `most` lines, the last one counts the rest."""
    shown = failed if len(failed) <= most else failed[: max(0, most - 1)]
    lines = [
        line(Span(f"{glyphs.FAILED} ", "public"), Span(title, "bright"), Span(f"  {sentence}", "muted"))
        for _, title, sentence in shown
    ]
    if rest := len(failed) - len(shown):
        lines.append(line(Span(f"  and {thousands(rest)} more, all of them marked; 4 has a line for each", "muted")))
    return lines
