"""Taking writes back: which one, why not, and the question before."""

from __future__ import annotations

from tui import glyphs
from tui.lines import Span, line
from tui.store.commands import DeleteInsight, EditInsight, RestoreInsight, SwitchSharing, Write, from_record
from tui.store.facts import JournalEntry, Outcome
from tui.store.state import State
from tui.store.store import Refusal, Store
from tui.widgets.question import Asking


def last_undoable(state: State) -> JournalEntry | None:
    """The last write that can be taken back. Taking back is not taken back: that would only toggle."""
    entries = state.journal.entries
    good = (one for one in entries if one.outcome is Outcome.DONE and one.inverse and one.undoes is None)
    return next(good, None)


def inverse_of(entry: JournalEntry) -> Write | None:
    """The command that takes an entry back; None where there is none."""
    if entry.outcome is not Outcome.DONE or entry.inverse is None:
        return None
    return from_record({**entry.inverse, "undoes": entry.id})


def undo_refusal(store: Store, entry: JournalEntry | None) -> Refusal | None:
    """Why an entry cannot be taken back now; None when it can."""
    if entry is None:
        return Refusal("nothing to undo", "There is nothing to undo.")
    command = inverse_of(entry)
    if command is None:
        return Refusal("no way back", f"{entry.label} cannot be taken back.")
    return store.refuses(command)


def undo_question(entry: JournalEntry, command: Write) -> Asking:
    """What taking it back does to the world, and whether to."""
    sign, words = undo_words(entry, command)
    question = line(Span(f"Undo {entry.label}, {entry.what}, {entry.on}?", "strong"))
    return Asking(line(words), question, command.words, sign=sign, started_by="u")


def undo_words(entry: JournalEntry, command: Write) -> tuple[Span, str]:
    """The sign of the question and what the command that takes an entry back does."""
    careful, public = Span(glyphs.CAREFUL, "careful"), Span(glyphs.OPEN, "public")
    match command:
        case SwitchSharing(on=True):
            return public, "Its link is switched on again; newer servers make a new one."
        case SwitchSharing():
            return careful, "Its link goes dead at once."
        case RestoreInsight():
            words = "It comes back with its dashboards, and a link that was live is live again."
            return public, f"{words} Its alerts do not come back."
        case DeleteInsight():
            return careful, "It is deleted. PostHog keeps it; a live link of it goes dead at once."
        case EditInsight():
            was = entry.before.replace("\n", " ") or "what it was"
            return careful, f"It goes back to {was}. What somebody else changed since is not overwritten."
        case _:
            return careful, f"What happens now: {command.words}."
