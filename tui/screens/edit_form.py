"""The form of an insight: fields one types in, what is wrong beside them, sending, conflicts and drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from tui import glyphs
from tui.actions import BY_ID, Where, shown
from tui.lines import BLANK, Line, Role, Span, line, wrap
from tui.screens.base import Base, bindings_for
from tui.screens.edit_fields import Draft, Texts, field_of, to_line
from tui.screens.onboarding_fields import LABEL, Choice, TextField, beside_cells
from tui.store.commands import Write
from tui.store.facts import JournalEntry, Outcome
from tui.store.state import Problem
from tui.text import clean, clock
from tui.widgets.chrome import KeyHint, KeyLine, Keys, StatusLine, TabLine
from tui.widgets.entry import Entry
from tui.widgets.paper import Paper
from tui.widgets.question import Asking, Question


class EditForm(Base, inherit_bindings=False):
    """Fields under each other. What the server refuses stands under its field, and nothing that was typed is lost.

    A subclass says which fields there are (`fields_of`), what they begin with (`begin_with`) and what is sent
    (`command`). One write at a time is on its way; the form is left when it was seen to be done.
    """

    PLACES: ClassVar[tuple[Where, ...]] = ("form",)
    KEYS = ()
    VERB: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for("form"),
        Binding("tab,down", "move(1)", show=False),
        Binding("shift+tab,up", "move(-1)", show=False),
        Binding("enter", "enter", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("escape", "act('back')", show=False),
        Binding("ctrl+c", "act('quit')", show=False),
    ]

    def __init__(self, tab: int, title: str, insight_id: int = 0) -> None:
        super().__init__()
        self.TAB = tab  # type: ignore[misc]  # the tab it was opened from stays the active one
        self.heading = title
        self.insight_id = insight_id
        self.seen: dict[str, Any] = {}
        self.wrong: dict[str, list[Line]] = {}
        """What is said under a field, by its name; under all of them for the empty name."""
        self._sent: Write | None = None
        self._sent_after = 0
        self._yes: Callable[[], None] | None = None
        self._no: Callable[[], None] | None = None

    # What a subclass says

    def fields_of(self) -> dict[str, TextField | Choice]:
        """The fields, by name, from the top."""
        raise NotImplementedError

    def begin_with(self) -> Texts:
        """What stands in the fields of a form that is opened."""
        return {}

    def command(self) -> Write | None:
        """What is to be sent; None where there is nothing to send, which was said."""
        raise NotImplementedError

    def hints(self, name: str) -> Sequence[str]:
        """What to say at the right of a field, from the longest form to the shortest."""
        return ()

    def field_about(self, problem: Problem) -> str:
        """The field that a refusal is about; empty where it is about all of them."""
        return field_of(problem.attr, self.fields)

    def below(self, width: int) -> list[Line]:
        """What stands under the fields."""
        return []

    @property
    def draft_key(self) -> tuple[int, str, int]:
        """Under which name a draft of this form is kept."""
        return self.store.generation, type(self).__name__, self.insight_id

    # The form

    def compose(self) -> ComposeResult:
        yield StatusLine()
        yield TabLine()
        with VerticalScroll(id="edit", can_focus=False):
            yield from self.body()
        yield KeyLine()
        yield Question()

    def body(self) -> Iterable[Widget]:
        self.fields = self.fields_of()
        self.under = {name: Paper(classes="under") for name in ("", *self.fields)}
        for name, field in self.fields.items():
            yield field
            yield self.under[name]
        yield self.under[""]
        self.after = Paper(id="after")
        yield self.after

    def on_mount(self) -> None:
        self.fill(self.begin_with())
        self.go_to(next(iter(self.fields.values())))
        draft, journal = self.draft(), self.state.journal
        if draft is None:
            return
        lost = draft.unknown(journal, self.VERB, self.insight_id)
        was_sent = " It was sent, and whether it arrived is unknown; the journal settles that." if lost else ""
        consequence = line(Span(f"What you typed here until {clock(draft.at)} was kept.", "careful_strong"), was_sent)
        asking = Asking(consequence, line(Span("Go on with it?", "strong")), "go on", "begin anew")
        self.put_question(asking, lambda: self._go_on_with(draft))

    def crumbs(self) -> tuple[str, ...]:
        return (self.heading,)

    def fill(self, texts: Mapping[str, str]) -> None:
        """Put these texts into their fields."""
        for name, text in texts.items():
            field = self.fields.get(name)
            if isinstance(field, TextField):
                field.value = text

    def texts(self) -> Texts:
        """What stands in the fields now."""
        return {name: field.value for name, field in self.fields.items()}

    # Drawing

    def update(self, changed: frozenset[str]) -> None:
        if self.is_current and self.is_mounted:
            self._follow()
        # The end of a write may have closed the form.
        if self.is_current:
            super().update(changed)

    def draw(self, changed: frozenset[str]) -> None:
        cells = self.query_one("#edit", VerticalScroll).size.width
        for name, field in self.fields.items():
            room = beside_cells(cells)
            hint = next((words for words in self.hints(name) if len(words) <= room), "")
            field.put_beside(line(Span(hint, "muted")) if hint else BLANK, cells)
        left = LABEL + 1
        for name, paper in self.under.items():
            wrapped = [part for one in self.wrong.get(name, ()) for part in wrap(one, max(1, cells - left - 1))]
            put(paper, [line(" " * left, *part) for part in wrapped])
        put(self.after, [line(" " * left, *one) for one in self.below(max(1, cells - left - 1))])

    def keys(self) -> Keys:
        last = self.focused is list(self.fields.values())[-1]
        save = BY_ID["save_form"]
        hints = [
            KeyHint("tab", "next", rank=4),
            KeyHint("enter", "saves" if last else "next", rank=3),
            KeyHint(shown(save.keys[0]), "sending" if self._sent else save.words, rank=1),
            KeyHint("esc", "leave, keep as draft" if self.app.size.width >= 60 else "leave", rank=0),
        ]
        return Keys(tuple(hints), notice=self.notice())

    # Moving

    def action_move(self, step: int) -> None:
        """Go to the next field, or the one before; past the last comes the first."""
        fields: list[Widget] = list(self.fields.values())
        at = fields.index(self.focused) if self.focused in fields else -step
        self.go_to(fields[(at + step) % len(fields)])

    def action_page(self, pages: int) -> None:
        """Scroll what is above and below the fields."""
        form = self.query_one("#edit", VerticalScroll)
        form.scroll_relative(y=pages * max(1, form.size.height - 1), animate=False)

    def action_enter(self) -> None:
        """Go on; on the last field, save."""
        if self.focused is list(self.fields.values())[-1]:
            self.do_save_form()
        else:
            self.action_move(1)

    def go_to(self, field: Widget) -> None:
        """Put the cursor into a field."""
        field.focus(scroll_visible=False)
        self.call_after_refresh(self._see_field)

    def _see_field(self) -> None:
        if self.is_current and self.focused is not None and self.focused in self.fields.values():
            self.query_one("#edit", VerticalScroll).scroll_to_widget(self.focused, animate=False)
            self.draw_frame()

    @on(Entry.Submitted)
    def _entered(self) -> None:
        self.action_enter()

    @on(Entry.Dismissed)
    def _escaped(self) -> None:
        self.action_act("back")

    @on(Entry.Changed)
    def _typed(self, event: Entry.Changed) -> None:
        """What was wrong with a field is no longer said once it was changed."""
        name = next((name for name, field in self.fields.items() if field is event.entry), "")
        if self.wrong.pop(name, None) is not None:
            self.draw(frozenset())

    # Sending

    def do_save_form(self) -> None:
        """Send what was typed, once."""
        if self._sent is not None:
            self.hedgerow.say("Not sent: what you saved here is still on its way.", tone="careful")
            return
        self.wrong = {}
        command = self.command()
        if command is not None:
            self.dispatch(command)
        if self.is_current:
            self.draw(frozenset())
            self.draw_frame()

    def dispatch(self, command: Write) -> None:
        """Send a write and wait for its end; a refusal is said."""
        self.hedgerow.say_nothing()
        newest = max((entry.id for entry in self.state.journal.entries), default=0)
        if refusal := self.store.dispatch(command):
            self.hedgerow.say(refusal.said, tone="careful")
            return
        self._sent, self._sent_after = command, newest

    def _follow(self) -> None:
        """Take in the end of what was sent: refused, in conflict, unknown, or done."""
        sent, work = self._sent, self.state.work
        if sent is None or sent.insight_id in work.writing:
            return
        self._sent = None
        entry = self._entry()
        if entry is not None and entry.outcome is Outcome.UNKNOWN:
            # Sent once more it might be there twice: the draft waits until a read settles it.
            self.keep_draft(self._sent_after)
            self.close_form()
        elif theirs := work.conflicts.get(sent.insight_id):
            self._conflicts(theirs)
        elif problem := work.refusals.get(sent.insight_id):
            self._refused(problem)
        else:
            self.hedgerow.drafts.pop(self.draft_key, None)
            self.close_form()
            if entry is not None and entry.outcome is Outcome.DONE:
                self.saved(entry)

    def _entry(self) -> JournalEntry | None:
        """The journal entry of what was sent."""
        entries = self.state.journal.entries
        return next((one for one in entries if one.id > self._sent_after and one.verb == self.VERB), None)

    def saved(self, entry: JournalEntry) -> None:
        """What follows when it was done and the form is closed."""

    def _refused(self, problem: Problem) -> None:
        name = self.field_about(problem)
        words = [said(glyphs.FAILED, problem.what, "public")]
        words += [line(Span(more, "muted")) for more in (problem.means, problem.help) if more]
        self.wrong = {name: words}
        if name:
            self.go_to(self.fields[name])

    def _conflicts(self, theirs: Mapping[str, Any]) -> None:
        """Show what somebody else wrote beside what was typed, and ask before it is overwritten."""
        texts = self.texts()
        for name, value in theirs.items():
            self.wrong[name] = [
                said(glyphs.CAREFUL, "Somebody else changed it meanwhile.", "careful"),
                line(Span("theirs  ", "muted"), clean(to_line(name, value)) or "nothing"),
                line(Span("yours   ", "muted"), clean(texts.get(name, "")) or "nothing"),
            ]
        what = ", ".join(theirs)
        head = Span(f"Somebody else changed {what} since you opened this. Nothing was sent.", "careful_strong")
        question = line(Span("Overwrite theirs with yours?", "strong"))
        asking = Asking(line(head), question, "overwrite", "go on typing")
        self.put_question(asking, lambda: self._overwrite(theirs))

    def _overwrite(self, theirs: Mapping[str, Any]) -> None:
        # What was shown is what is seen now: a change after that is shown before it is overwritten, too.
        self.seen = {**self.seen, **theirs}
        self.do_save_form()

    # Questions

    def put_question(self, asking: Asking, yes: Callable[[], None], no: Callable[[], None] | None = None) -> None:
        """Ask something that is answered here."""
        self._yes, self._no = yes, no
        self.query_one(Question).ask(asking)

    @on(Question.Answered)
    def _form_answered(self, event: Question.Answered) -> None:
        yes, no, self._yes, self._no = self._yes, self._no, None, None
        then = yes if event.yes else no
        if then is not None:
            then()

    # Leaving, drafts

    def draft(self) -> Draft | None:
        """What was kept of this form and not carried out since."""
        draft = self.hedgerow.drafts.get(self.draft_key)
        if draft is not None and draft.carried_out(self.state.journal, self.VERB, self.insight_id):
            del self.hedgerow.drafts[self.draft_key]
            return None
        return draft

    def _go_on_with(self, draft: Draft) -> None:
        self.seen = dict(draft.seen)
        self.fill(draft.texts)
        self.draw(frozenset())

    def keep_draft(self, sent_after: int | None = None) -> None:
        """Keep what was typed, unless nothing was; what was sent is kept in any case."""
        texts = self.texts()
        if texts != self.begin_with() or sent_after is not None:
            self.hedgerow.drafts[self.draft_key] = Draft(self.now, texts, self.seen, sent_after)

    def do_back(self) -> None:
        """Leave; what was typed is kept as a draft."""
        before = self.hedgerow.drafts.get(self.draft_key)
        self.keep_draft(self._sent_after if self._sent else None)
        kept = self.hedgerow.drafts.get(self.draft_key) is not before
        self.hedgerow.say_nothing()
        self.close_form()
        if kept:
            self.hedgerow.say("What you typed is kept until Hedgerow ends; the same key offers it again.")

    def close_form(self) -> None:
        """Leave; what is said at the bottom stays."""
        self.app.pop_screen()


def said(glyph: str, words: str, role: Role) -> Line:
    """A sentence with its sign."""
    return line(Span(f"{glyph} {words}", role))


def put(paper: Paper, lines: Sequence[Line]) -> None:
    """Give a paper these lines, and their height; without any it takes no room."""
    paper.display = bool(lines)
    if paper.styles.height is None or paper.styles.height.value != len(lines):
        paper.styles.height = len(lines)
    paper.show(lines)
