"""The journal: every write, what was meant, sent and seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual import on

from tui import glyphs
from tui.actions import Action
from tui.lines import BLANK, Line, Role, Span, labelled, line, wrap
from tui.screens.base import bindings_for
from tui.screens.listing import MOVES, Listing
from tui.screens.panes import section, step_lines
from tui.store.commands import NoteReason, Settle
from tui.store.facts import JournalEntry, Outcome
from tui.store.store import Refusal
from tui.text import clock, day, thousands
from tui.widgets.chrome import Fact
from tui.widgets.columns import Column
from tui.widgets.entry import Entry
from tui.widgets.rows import Rows
from tui.widgets.window import Break

LOOKS: dict[Outcome, tuple[str, Role, Role]] = {
    Outcome.OPEN: (glyphs.NOW, "careful", "text"),
    Outcome.DONE: (glyphs.DONE, "accent", "text"),
    Outcome.FAILED: (glyphs.FAILED, "public", "public"),
    Outcome.UNKNOWN: ("?", "careful", "careful"),
    Outcome.UNDONE: (glyphs.UNDONE, "muted", "muted"),
}


class Journal(Listing[JournalEntry]):
    """Tab 4."""

    TAB = 4
    PLACES = ("journal", "list", "everywhere")
    KEYS = ("open", "undo", "reload", "reason", "filter", "palette", "help")
    BINDINGS = [*bindings_for("journal", "list", "everywhere"), *MOVES]
    LIST_SLICES = frozenset({"journal"})
    PANE_SLICES = frozenset({"work", "insights"})
    BESIDE = False
    COLUMNS = (
        Column("when", "when", 8, align="right"),
        Column("id", "id", 6, below=70),
        Column("what", "what", 18, below=44),
        Column("on", "on", minimum=12, name=True),
        Column("outcome", "outcome", minimum=16),
    )

    def key(self, item: JournalEntry) -> str:
        return str(item.id)

    def total(self) -> int | None:
        return len(self.state.journal.entries)

    def items(self) -> tuple[Sequence[JournalEntry], Sequence[Break], Sequence[Line]]:
        words = self.filter_text.lower().split()
        kept = [
            entry
            for entry in self.state.journal.entries
            if all(
                word in f"{entry.label} {entry.what} {entry.on} {entry.outcome} {entry.said}".lower() for word in words
            )
        ]
        if not kept:
            return (), (), self.nothing()
        breaks: list[Break] = []
        for number, entry in enumerate(kept):
            here = self.day_words(entry.at)
            if not number or here != self.day_words(kept[number - 1].at):
                breaks.append(Break(number, line(Span(here, "italic"))))
        return kept, breaks, ()

    def day_words(self, at: float) -> str:
        """`today, 18 Nov`."""
        ago = (datetime.fromtimestamp(self.now).date() - datetime.fromtimestamp(at).date()).days
        named = {0: "today, ", 1: "yesterday, "}.get(ago, "")
        return f"{named}{day(at, now=self.now)}"

    def cell(self, item: JournalEntry, column: str) -> Span | Line:
        match column:
            case "when":
                return Span(clock(item.at, seconds=True), "muted")
            case "id":
                return Span(item.label, "muted")
            case "what":
                return Span(item.what, "bright")
            case "on":
                return Span(item.on)
            case _:
                glyph, role, word = LOOKS[item.outcome]
                return line(Span(glyph, role), " ", Span(outcome_words(item), word))

    def pane_lines(self, item: JournalEntry | None, width: int) -> Sequence[Line]:
        if item is None:
            return ()
        head = line(Span(item.label, "strong"), "  ", item.what, "  ", Span(item.on, "strong"))
        facts = [
            ("before", item.before),
            ("after", item.after or ("not read" if item.outcome is Outcome.UNKNOWN else "")),
            ("reason", item.reason or "none   e writes one"),
            ("undo", self.undo_words(item)),
        ]
        lines = [section(width), head, BLANK]
        for label, words in facts:
            if words:
                parts = wrap(line(words), width - 10)
                lines += [labelled("" if number else label, part) for number, part in enumerate(parts)]
        note = "Intent is written before a request leaves and the outcome after it. "
        note += "Links and passwords are never written in full."
        return [*lines, BLANK, *step_lines(item.steps, width), BLANK, *wrap(line(Span(note, "muted")), width)]

    def undo_words(self, item: JournalEntry) -> str:
        """What taking it back means, or why there is none."""
        if item.outcome is Outcome.UNDONE:
            other = self.state.journal.find(item.undone_by or 0)
            return f"taken back by {other.label}" if other else "taken back"
        if item.inverse is None:
            return "none: an old link cannot be brought back" if item.verb == "rotate_link" else "none"
        return "u takes it back" if item.outcome is Outcome.DONE else "none: it is not known to be done"

    def brief(self, item: JournalEntry | None, width: int) -> Sequence[Line]:
        if item is None:
            return ()
        return (
            line(Span(f"{item.label} {item.what}", "strong")),
            line(item.on),
            line(Span(item.said, "muted")),
        )

    def reason(self, action: Action) -> Refusal | None:
        if action.id in ("reason", "open") and self.rows.current is None:
            return Refusal("nothing here", "The journal is empty.")
        return super().reason(action)

    def do_open(self) -> None:
        """Open the insight that the entry is about."""
        self.rows.open_current()

    @on(Rows.Opened)
    def _opened(self) -> None:
        if (entry := self.rows.current) is not None:
            self.hedgerow.open_insight(entry.target)

    def to_undo(self) -> JournalEntry | None:
        return self.rows.current

    def do_reason(self) -> None:
        """Write why, in the line above the keys."""
        entry = self.rows.current
        if entry is None:
            return
        field = Entry(entry.reason, before=line(" ", Span(f"reason for {entry.label}  ", "muted")), id="reason")
        self._noting = entry.id
        self.mount(field, before=self.query_one("#brief"))
        self.set_focus(field)

    @on(Entry.Submitted, "#reason")
    def _reason_given(self, event: Entry.Submitted) -> None:
        self.send(NoteReason(self._noting, event.value.strip()))
        self._end_reason()

    @on(Entry.Dismissed, "#reason")
    def _end_reason(self) -> None:
        self.query_one("#reason").remove()
        self.set_focus(self.rows)

    def do_reload(self) -> None:
        """Settle what is unknown by reading."""
        entry = self.rows.current
        self.hedgerow.project.reconnect()
        if self.state.journal.unknown:
            self.send(Settle())
        elif entry is not None and not self.hedgerow.project.prove(entry.target):
            self.hedgerow.say("Nothing is unknown: every write has an outcome.")

    def counts(self) -> tuple[Fact, ...]:
        entries = self.state.journal.entries
        if not entries:
            return (Fact(("no writes yet", "")),)
        count = f"{thousands(len(entries))} write{'' if len(entries) == 1 else 's'}"
        since = day(entries[-1].at, now=self.now)
        kept = "kept until you leave the demo" if self.state.session.demo else "kept on this machine"
        return (Fact((f"{count} since {since}", count)), Fact((kept, "")))

    def nothing(self) -> Sequence[Line]:
        """Why it is empty."""
        if self.state.journal.entries:
            words = f"Nothing matches {self.filter_text.strip()}. esc clears the filter."
        elif self.state.journal.read:
            words = "Nothing was written yet. Every change made here will stand in this list."
        else:
            words = "Reading the journal from disk."
        return wrap(line(Span(words, "muted")), max(20, self.rows.size.width - 8))


def outcome_words(entry: JournalEntry) -> str:
    """How it ended, in the list."""
    match entry.outcome:
        case Outcome.UNDONE:
            return f"undone {clock(entry.settled_at or entry.at, seconds=True)}"
        case Outcome.OPEN:
            return "sent, waiting for the answer"
        case _:
            return entry.said or str(entry.outcome)
