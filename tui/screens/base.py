"""What every screen is: status, tabs, a body, keys; actions by their registry; slices from the store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from tui import glyphs
from tui.actions import ACTIONS, BY_ID, Action, Where, shown
from tui.lines import BLANK, Line, Role, Span, line
from tui.screens.copy_menu import CopyMenu
from tui.screens.undo import inverse_of, last_undoable, undo_question, undo_refusal
from tui.store.commands import Command
from tui.store.facts import JournalEntry
from tui.store.state import SLICES, State
from tui.store.store import Refusal, Store
from tui.text import age, clock
from tui.widgets.chrome import Fact, KeyHint, KeyLine, Keys, Status, StatusLine, TabLine, Tabs
from tui.widgets.match import PaletteItem
from tui.widgets.prompt import Palette
from tui.widgets.question import Asking, Question

if TYPE_CHECKING:
    from tui.app import Hedgerow

EVERYTHING = frozenset(SLICES)
UNSAID = ("nothing to undo", "no insight here")
"""Reasons that go without saying in the key line; help and palette say them."""
WIDE = 110
"""From this width on there is a pane beside the list."""


def bindings_for(*places: Where) -> list[BindingType]:
    """The keys of the actions of these places."""
    return [
        Binding(",".join(action.keys), f"act('{action.id}')", action.words, show=False)
        for action in ACTIONS
        if action.where in places
    ]


class Base(Screen[None]):
    """A screen of Hedgerow.

    A subclass says what it is made of (`body`), draws slices when they changed (`draw`), and does actions in methods
    called `do_<action id>`. `reason` says why an action cannot be done now; the same words stand in the key line, in
    help and in the palette.
    """

    TAB: ClassVar[int] = 1
    PLACES: ClassVar[tuple[Where, ...]] = ("everywhere",)
    KEYS: ClassVar[tuple[str, ...]] = ("help",)
    BINDINGS = bindings_for("everywhere")
    AUTO_FOCUS = None

    def __init__(self) -> None:
        super().__init__()
        self._asked: Command | None = None

    def compose(self) -> ComposeResult:
        yield StatusLine()
        yield TabLine()
        yield from self.body()
        yield KeyLine()
        yield CopyMenu()
        yield Palette()
        yield Question()

    def body(self) -> Iterable[Widget]:
        """What is between the tabs and the keys."""
        return ()

    @property
    def hedgerow(self) -> Hedgerow:
        """The app."""
        return cast("Hedgerow", self.app)

    @property
    def store(self) -> Store:
        """The store."""
        return self.hedgerow.store

    @property
    def state(self) -> State:
        """What is known now."""
        return self.hedgerow.store.state

    @property
    def wide(self) -> bool:
        """Whether there is room for a pane beside the list."""
        return self.app.size.width >= WIDE

    # Drawing

    def on_screen_resume(self) -> None:
        self.update(EVERYTHING)

    def on_resize(self) -> None:
        self.call_after_refresh(self.update, EVERYTHING)

    def update(self, changed: frozenset[str]) -> None:
        """Draw the slices that changed; a screen that is being taken down has nothing left to draw on."""
        if not self.is_mounted or not self.query(StatusLine):
            return
        self.draw(changed)
        self.draw_frame()

    def draw(self, changed: frozenset[str]) -> None:
        """Draw the body."""

    def draw_frame(self) -> None:
        """Draw status, tabs and keys."""
        self.query_one(StatusLine).show(self.status())
        self.query_one(TabLine).show(Tabs(active=self.TAB, crumbs=self.crumbs(), joint=self.joint()))
        self.query_one(KeyLine).show(self.keys())

    def crumbs(self) -> tuple[str, ...]:
        """What is open in the tab, from the outside in."""
        return ()

    def joint(self) -> int | None:
        """The cell of the column line, where there is one."""
        return None

    def status(self) -> Status:
        """The status line."""
        session = self.state.session
        host = "a made-up shop on this machine" if session.demo else session.host.partition("://")[2]
        return Status(
            profile=session.profile,
            project=session.project_name or (f"project {session.project_id}" if session.project_id else ""),
            project_id=session.project_id if session.project_name else "",
            host=host,
            read_only=session.read_only,
            facts=self.facts(),
        )

    def facts(self) -> tuple[Fact, ...]:
        """The right side of the status line: trouble first, then long work, else counts, age and calls left."""
        state = self.state
        session, task = state.session, state.work.task
        if session.problem is not None and session.problem_since is not None:
            since = clock(session.problem_since)
            word = "not let in" if session.problem.status else "offline"
            trouble = Fact((f"{glyphs.CAREFUL} {word} since {since}", f"{glyphs.CAREFUL} {word}"), "careful_strong")
            read_at = self.read_at()
            rows = (
                (f"rows from {clock(read_at)}, {age(self.now - read_at)} old", f"rows {clock(read_at)}")
                if read_at
                else ("",)
            )
            return (trouble, Fact(rows, "careful"))
        if task is not None:
            failed = f", {task.failed} failed" if task.failed else ""
            return (Fact((f"{task.name} {task.done}/{task.total}{failed}", f"{task.done}/{task.total}"), "bright"),)
        left = f"{session.calls_left}/{session.calls_limit} left" if session.calls_left is not None else ""
        return (
            *self.counts(),
            Fact(_read_words(self.read_at())),
            Fact((left, left.removesuffix(" left"), "")),
        )

    def counts(self) -> tuple[Fact, ...]:
        """How much there is."""
        return ()

    def read_at(self) -> float | None:
        """When what is shown was read."""
        return None

    @property
    def now(self) -> float:
        """The time, seconds since the epoch."""
        return self.hedgerow.clock()

    # Keys

    def keys(self) -> Keys:
        """The key line, with the notice above it where there is one."""
        hints = []
        away = self.state.session.problem is not None
        for action_id in ("reload", *(one for one in self.KEYS if one != "reload")) if away else self.KEYS:
            action = BY_ID[action_id]
            refusal = self.reason(action)
            if action.rank is None or (refusal is not None and refusal.short in UNSAID):
                continue
            rank = 1 if away and action_id == "reload" else action.rank
            words = self.words(action)
            hints.append(KeyHint(shown(action.keys[0]), words, refusal.short if refusal else None, rank))
        notice = self.hedgerow.notice
        rule: Role = "rule" if notice is not None and notice.tone in ("done", "plain") else "careful"
        return Keys(tuple(hints), left=self.left(), joint=self.joint(), notice=self.notice(), notice_rule=rule)

    def words(self, action: Action) -> str:
        """What an action is called beside its key now."""
        return action.words

    def left(self) -> Line:
        """What stands before the keys."""
        return BLANK

    def notice(self) -> Line:
        """What there is to say: why the server is out of reach, else the last thing that happened."""
        session, notice = self.state.session, self.hedgerow.notice
        if notice is not None:
            tones = {"plain": ("", "bright"), "careful": (glyphs.CAREFUL, "careful_strong")}
            tones |= {"failed": (glyphs.FAILED, "public_strong"), "done": (glyphs.DONE, "accent_strong")}
            glyph, role = tones[notice.tone]
            if notice.said.startswith("? "):
                glyph, role = "", "careful_strong"
            return line(*_spans(glyph, role, notice.said, notice.detail))
        if session.problem is not None:
            read_at = self.read_at()
            shown_from = (
                f"What you see is from {clock(read_at)}. Links may have changed since; none was checked."
                if read_at
                else ""
            )
            key = session.problem.help or "r tries again."
            return line(*_spans(glyphs.CAREFUL, "careful_strong", session.problem.what, f"{key}  {shown_from}"))
        return BLANK

    def reason(self, action: Action) -> Refusal | None:
        """Why an action cannot be done now; None when it can."""
        if not hasattr(self, f"do_{action.id}"):
            return Refusal("not here", "Not on this screen.")
        if action.id == "undo":
            return undo_refusal(self.store, self.to_undo())
        return None

    def action_act(self, action_id: str) -> None:
        """Do an action of the registry, or say why not."""
        action = BY_ID[action_id]
        if refusal := self.reason(action):
            self.hedgerow.say(refusal.said, tone="careful")
            return
        getattr(self, f"do_{action_id}")()

    def send(self, command: Command) -> None:
        """Send a command; a refusal is said."""
        self.hedgerow.say_nothing()
        if refusal := self.store.dispatch(command):
            self.hedgerow.say(refusal.said, tone="careful")

    def ask(self, asking: Asking, yes: Command) -> None:
        """Ask before a command is sent; the bottom lines say what will break for whom."""
        self.hedgerow.say_nothing()
        self._asked = yes
        self.query_one(Question).ask(asking, joint=self.joint())

    @on(Question.Answered)
    def _answered(self, event: Question.Answered) -> None:
        command, self._asked = self._asked, None
        if event.yes and command is not None:
            self.send(command)

    # Everywhere

    def do_insights(self) -> None:
        self.hedgerow.go("insights")

    def do_variables(self) -> None:
        self.hedgerow.go("variables")

    def do_exposure(self) -> None:
        self.hedgerow.go("exposure")

    def do_journal(self) -> None:
        self.hedgerow.go("journal")

    def do_help(self) -> None:
        from tui.screens.help import Help

        self.app.push_screen(Help(self))

    def do_palette(self) -> None:
        """Every action of this screen by name, with what it sends; refused ones stay, with the reason."""
        self.hedgerow.say_nothing()
        self.query_one(Palette).open(self.palette_items())

    def palette_items(self) -> list[PaletteItem]:
        """The actions of this screen."""
        items = []
        for action in ACTIONS:
            if action.where not in self.PLACES or action.id == "palette":
                continue
            refusal = self.reason(action)
            reason = f"not now: {refusal.short}" if refusal else None
            keys = shown(action.keys[0])
            subject = self.subject_words(action)
            items.append(PaletteItem(action.id, action.name, subject, action.sends, action.asks, keys, reason))
        return items

    def subject_words(self, action: Action) -> str:
        """What an action would be done to."""
        return ""

    @on(Palette.Changed)
    def _palette_typed(self, event: Palette.Changed) -> None:
        found = self.hedgerow.project.insights_called(event.query_text)
        opens = [PaletteItem(f"insight {row.id}", f"Open: {row.title}", row.kind, "2 reads") for row in found]
        event.palette.set_items([*self.palette_items(), *opens])

    @on(Palette.Chosen)
    def _palette_chosen(self, event: Palette.Chosen) -> None:
        kind, _, number = event.item.id.partition(" ")
        if number:
            self.hedgerow.open_insight(int(number))
        else:
            self.action_act(kind)

    def to_undo(self) -> JournalEntry | None:
        """The write that undo takes back."""
        return last_undoable(self.state)

    def do_undo(self) -> None:
        entry = self.to_undo()
        if entry is not None and (command := inverse_of(entry)) is not None:
            self.ask(undo_question(entry, command), command)

    def do_back(self) -> None:
        """Peel one layer: a notice, then whatever the screen has, then the screen."""
        if self.hedgerow.notice is not None:
            self.hedgerow.say_nothing()
        elif not self.peel():
            self.hedgerow.back()

    def peel(self) -> bool:
        """Take away a layer of this screen, as a filter or marks; False when there was none."""
        return False

    def do_redraw(self) -> None:
        """For a terminal that shows something else than it was told to."""
        self.hedgerow.redraw()

    def do_leave(self) -> None:
        if not self.hedgerow.back():
            self.hedgerow.leave()

    def do_quit(self) -> None:
        self.hedgerow.leave()


def _spans(glyph: str, role: str, said: str, detail: str) -> tuple[Span, ...]:
    first = Span(f"{glyph} {said}" if glyph else said, cast(Role, role))
    return (first, Span(f"  {detail}", "text")) if detail else (first,)


def _read_words(read_at: float | None) -> tuple[str, ...]:
    return (f"read {clock(read_at)}", clock(read_at)) if read_at is not None else ("",)
