"""Looking after insights: favourite, edit, make, duplicate and delete one, or favourite and delete those marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tui.actions import Action
from tui.lines import Line, Span, line
from tui.screens.base import Base
from tui.store.commands import CreateInsight, DeleteInsight, EditInsight, Write
from tui.store.edits import Bulk, StopBulk
from tui.store.facts import InsightRow, Link, Outcome
from tui.store.store import Refusal
from tui.text import thousands
from tui.widgets.chrome import Keys
from tui.widgets.question import Asking

EDITS = frozenset({"favourite", "edit", "delete"})
"""Actions that change an insight there is."""
MANY = frozenset({"favourite", "delete"})
"""Actions that are done to the marked rows, where there are any."""


class LookAfter(Base):
    """A screen with an insight under the cursor, or open, that can be looked after."""

    def __init__(self) -> None:
        super().__init__()
        self._listed = False
        """Whether the open insight was ever seen in the list: one that never was is not missing from it."""

    def subject(self) -> InsightRow | None:
        """The insight that actions are about."""
        return None

    def link(self) -> Link | None:
        """Its link, as last read."""
        row = self.subject()
        return self.state.insights.links.get(row.id) if row else None

    def marked(self) -> Sequence[InsightRow]:
        """The marked insights."""
        return ()

    # Why not, and in which words

    def reason(self, action: Action) -> Refusal | None:
        row, marked = self.subject(), self.marked() if action.id in MANY else ()
        if action.id in ("new", "duplicate") and (action.id == "new" or row is not None):
            return self.store.refuses(CreateInsight())
        if action.id not in EDITS or (row is None and not marked):
            return super().reason(action)
        if marked:
            return self.store.refuses(Bulk((EditInsight(marked[0].id),), action.words))
        assert row is not None
        link = self.link()
        if refusal := self.store.refuses(EditInsight(row.id)):
            return refusal
        if link is not None and not link.may_edit:
            return Refusal("not an editor", "Not sent: PostHog says you may look at this insight, not change it.")
        return super().reason(action)

    def words(self, action: Action) -> str:
        marked, row = self.marked() if action.id in MANY else (), self.subject()
        words = super().words(action)
        if action.id == "favourite" and not wanted_favourite(marked or [one for one in (row,) if one]):
            words = "unfavourite"
        return f"{words} {thousands(len(marked))}" if marked else words

    def keys(self) -> Keys:
        """Keys that stand together with one reason are as needed as the most needed among them."""
        keys = super().keys()
        ranks: dict[str, int] = {}
        for hint in keys.hints:
            if hint.reason is not None:
                ranks[hint.reason] = min(hint.rank, ranks.get(hint.reason, hint.rank))
        hints = tuple(replace(hint, rank=ranks.get(hint.reason or "", hint.rank)) for hint in keys.hints)
        return replace(keys, hints=hints)

    # One insight, or those marked

    def do_favourite(self) -> None:
        """Make it a favourite, or none; with marks, all of them the same after the count was typed."""
        if marked := self.marked():
            wanted = wanted_favourite(marked)
            edits = tuple(favourite(row, wanted) for row in marked if row.favorited is not wanted)
            self.ask(many_favourites(len(edits), wanted), Bulk(edits, edits[0].words))
        elif (row := self.subject()) is not None:
            self.send(favourite(row, not row.favorited))

    def do_delete(self) -> None:
        """Ask, saying what breaks, then delete; with marks, ask for their count."""
        links = self.state.insights.links
        if marked := self.marked():
            deletes = tuple(DeleteInsight(row.id) for row in marked)
            self.ask(many_deletes(marked, [links.get(row.id) for row in marked]), Bulk(deletes, deletes[0].words))
        elif (row := self.subject()) is not None:
            self.ask(one_delete(row, links.get(row.id)), DeleteInsight(row.id))

    def do_edit(self) -> None:
        """Open the form with name, description and tags."""
        from tui.screens.edit import EditInsightForm

        if (row := self.subject()) is not None:
            self.hedgerow.say_nothing()
            self.app.push_screen(EditInsightForm(row, self.TAB))

    def do_duplicate(self) -> None:
        """Open the form of a copy."""
        from tui.screens.edit import DuplicateForm

        if (row := self.subject()) is not None:
            self.hedgerow.say_nothing()
            self.app.push_screen(DuplicateForm(row, self.TAB))

    def do_new(self) -> None:
        """Open the form of an insight that is to be made."""
        from tui.screens.edit import NewForm

        self.hedgerow.say_nothing()
        self.app.push_screen(NewForm(self.TAB))

    # What goes on

    def do_back(self) -> None:
        """A bulk that is under way stops after the write under way; else peel one layer."""
        if words := self.state.work.bulk:
            self.send(StopBulk())
            self.hedgerow.say(f"{words} stops after the one under way.", tone="careful")
            return
        super().do_back()

    def update(self, changed: frozenset[str]) -> None:
        super().update(changed)
        if "opened" in self.PLACES and self.is_current and self._deleted():
            # What was said of it stays on the screen.
            self.app.pop_screen()

    def _deleted(self) -> bool:
        """Whether the open insight was deleted from here."""
        row = self.subject()
        known = any(row is not None and one.id == row.id for one in self.state.insights.rows.value or ())
        self._listed = self._listed or known
        if known or not self._listed or row is None:
            return False
        newest = next((entry for entry in self.state.journal.entries if entry.target == row.id), None)
        return newest is not None and newest.verb == DeleteInsight.verb and newest.outcome is Outcome.DONE


def wanted_favourite(rows: Sequence[InsightRow]) -> bool:
    """What `f` makes of these: favourites, unless all of them are."""
    return not rows or not all(row.favorited for row in rows)


def favourite(row: InsightRow, wanted: bool) -> Write:
    """Make an insight a favourite, or none."""
    return EditInsight(row.id, changes=(("favorited", wanted),), seen=(("favorited", row.favorited),))


def one_delete(row: InsightRow, link: Link | None) -> Asking:
    """What deleting an insight breaks, and whether to."""
    consequence = line(*breaks([row], [link]), " PostHog keeps it, and u restores it; its alerts do not come back.")
    return Asking(consequence, line(Span(f"Delete {row.title}?", "strong")), "delete", started_by="D")


def many_deletes(rows: Sequence[InsightRow], links: Sequence[Link | None]) -> Asking:
    """What deleting several breaks, and whether to."""
    consequence = line(*breaks(rows, links), " PostHog keeps them, and u restores one after another, without alerts.")
    question = line(Span(f"Delete {thousands(len(rows))} {'insight' if len(rows) == 1 else 'insights'}?", "strong"))
    return Asking(consequence, question, "delete", count=len(rows), started_by="D")


def many_favourites(count: int, wanted: bool) -> Asking:
    """Whether to make several insights favourites, or none."""
    insights = f"{thousands(count)} {'insight' if count == 1 else 'insights'}"
    becomes = ("becomes a favourite" if count == 1 else "become favourites") if wanted else "leave the favourites"
    consequence = line(f"{insights} {becomes}, for everybody in the project.")
    question = line(Span(f"{'Favourite' if wanted else 'Unfavourite'} {insights}?", "strong"))
    return Asking(consequence, question, "favourite", "no", count=count, started_by="f")


def breaks(rows: Sequence[InsightRow], links: Sequence[Link | None]) -> Line:
    """What breaks when these insights are deleted: live links, dashboards; and what is not known of that."""
    live = sum(link is not None and link.live for link in links)
    unread = sum(link is None for link in links)
    dashboards = len({number for row in rows for number in row.dashboards})
    parts: list[Span] = []
    if live:
        words = "Its public link goes dead at once." if len(rows) == 1 else f"{_links(live)} dead at once."
        parts.append(Span(words, "careful_strong"))
    if unread:
        words = "Its link is not read yet and may be live." if len(rows) == 1 else f"{_unread(unread)}"
        parts.append(Span(words, "careful_strong"))
    if dashboards:
        leaves = "It leaves" if len(rows) == 1 else "They leave"
        parts.append(Span(f"{leaves} {dashboards} {'dashboard' if dashboards == 1 else 'dashboards'}."))
    if not parts:
        parts.append(Span(f"No link and no dashboard shows {'it' if len(rows) == 1 else 'them'}."))
    spaced = [parts[0], *(part._replace(text=f" {part.text}") for part in parts[1:])]
    return tuple(spaced)


def _links(live: int) -> str:
    return "1 public link goes" if live == 1 else f"{thousands(live)} public links go"


def _unread(count: int) -> str:
    return "1 link is not read yet." if count == 1 else f"{thousands(count)} links are not read yet."
