"""The form of the first screen: its fields, where they stand, and how one moves between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from tui.lines import BLANK, Ground, Line, Span, line, width, wrap
from tui.screens.base import Base, bindings_for
from tui.screens.onboarding_fields import LABEL, Choice, TextField, beside_cells
from tui.screens.onboarding_words import indented
from tui.widgets.chrome import KeyLine, StatusLine, hairline
from tui.widgets.paper import Paper
from tui.widgets.surface import Surface

HOST = "https://us.posthog.com"
ROOMY = (76, 38)
"""Columns and rows from which there is a line between the fields."""
MOST_PROJECTS = 8
"""Projects in sight at once, where the screen is high."""
HINT = (
    "make one: Settings, Personal API keys. It is hidden here and never logged.",
    "make one: Settings, Personal API keys; hidden, never logged",
)
KEEP = (
    ("keyring", line("keyring")),
    ("file", line("a file only you can read")),
    ("nowhere", line("nowhere, this session only")),
)
KEEP_WORDS = {
    "keyring": ("or a file only you can read, or nowhere", "or a file, or nowhere"),
    "file": ("mode 0600, as plain text; or keyring, or nowhere", "mode 0600, plain text"),
    "nowhere": ("or keyring, or a file only you can read", "or keyring, or a file"),
}
START = (("read", line("read-only")), ("write", line("read and write")))
START_WORDS = {
    "read": ("nothing can be changed until you say so", "nothing can be changed"),
    "write": ("changes ask first, and are in the journal", "changes ask first"),
    "held": ("--read-only was asked for",),
}
NUMBER_WORDS = ("left empty: the one selected in PostHog", "left empty: the selected one")


class Rule(Surface):
    """The hairline under the status line."""

    def line_at(self, y: int) -> tuple[Line, Ground | None]:
        return hairline(self.size.width), None


class Form(Base, inherit_bindings=False):
    """Fields under each other, between what the screen says about itself and what it says about the key.

    It scrolls where the screen is low; the field with the cursor is always in sight.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for("onboarding"),
        Binding("tab", "move(1)", show=False),
        Binding("shift+tab", "move(-1)", show=False),
        Binding("enter", "enter", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("escape", "act('back')", show=False),
        Binding("ctrl+c", "act('quit')", show=False),
    ]

    def compose(self) -> ComposeResult:
        yield StatusLine()
        yield Rule(id="line")
        with VerticalScroll(id="form", can_focus=False):
            yield from self.body()
        yield KeyLine()

    def body(self) -> Iterable[Widget]:
        settings = self.hedgerow.settings
        key = settings.key.reveal() if settings.key else ""
        number = "" if settings.project == "@current" else settings.project
        kept = "in the keyring" if settings.key_from == "keyring" else ""
        self.host = TextField("host", settings.host or HOST, id="host")
        self.key = TextField("key", key, hidden=True, placeholder=kept, id="key")
        self.number = TextField("project", number, placeholder="a number; with a key, a list", id="number")
        self.projects = Choice("project", id="projects")
        self.keep = Choice("keep it in", KEEP, chosen="nowhere", id="keep")
        self.start = Choice("start as", START[:1] if settings.read_only else START, chosen="read", id="start")
        self.number.add_class("project")
        self.projects.add_class("project")
        self.projects.display = False
        self.intro, self.about, self.foot = Paper(id="intro"), Paper(id="about"), Paper(id="foot")
        self.under = {field: Paper(classes="under") for field in ("host", "key")}
        yield self.intro
        yield self.host
        yield self.under["host"]
        yield self.key
        yield self.under["key"]
        yield self.number
        yield self.projects
        yield self.keep
        yield self.start
        yield self.about
        yield self.foot

    def on_mount(self) -> None:
        settings = self.hedgerow.settings
        known = settings.key is not None or settings.key_from == "keyring"
        (self.host if known and not settings.host else self.key).focus(scroll_visible=False)

    # Where things stand

    def update(self, changed: frozenset[str]) -> None:
        # What was posted before the form was left comes when its widgets are gone.
        if self.is_current:
            super().update(changed)

    def on_resize(self) -> None:
        self.set_class(self.roomy, "-roomy")
        super().on_resize()
        self.call_after_refresh(self.see_field)

    @property
    def roomy(self) -> bool:
        """Whether there is room for lines between the fields."""
        columns, rows = self.app.size
        return columns >= ROOMY[0] and rows >= ROOMY[1]

    @property
    def project_rows(self) -> int:
        """Projects in sight at once: three, more where there is room for more, one where the screen is very low."""
        rows = self.app.size.height
        return min(MOST_PROJECTS, 3 + max(0, rows - 40)) if rows >= 12 else 1

    def say_beside(self, field: TextField, forms: Sequence[Line], cells: int, hints: Sequence[str] = ()) -> None:
        """Put the longest form that fits at the right of a field, or the first one under it, then a hint."""
        room = beside_cells(cells)
        fits = next((form for form in forms if width(form) <= room), None)
        field.put_beside(fits or BLANK, cells)
        left = LABEL + 1
        under = indented(wrap(forms[0], cells - left), left) if forms and fits is None else []
        if hints and (self.roomy or not (under or self.key.accepted)):
            hint = next((one for one in hints if len(one) <= cells - left), hints[-1])
            under += indented(wrap(line(Span(hint, "muted")), cells - left), left)
        paper = self.under["host" if field is self.host else "key"]
        paper.display = bool(under)
        fill(paper, under)

    # Moving

    @property
    def fields(self) -> tuple[Widget, ...]:
        """The fields that are in sight, from the top."""
        project = self.projects if self.projects.display else self.number
        return self.host, self.key, project, self.keep, self.start

    def action_move(self, step: int) -> None:
        """Go to the next field, or the one before; past the last comes the first."""
        fields = self.fields
        at = fields.index(self.focused) if self.focused in fields else -step
        self.go_to(fields[(at + step) % len(fields)])

    def action_page(self, pages: int) -> None:
        """Scroll what is above and below the fields."""
        form = self.query_one("#form", VerticalScroll)
        form.scroll_relative(y=pages * max(1, form.size.height - 1), animate=False)

    def go_to(self, field: Widget) -> None:
        """Put the cursor into a field."""
        field.focus(scroll_visible=False)
        self.call_after_refresh(self.see_field)

    def see_field(self) -> None:
        """Scroll so that the field with the cursor is in sight; with the first one what stands above it is too."""
        if not self.is_current:
            return
        form, field = self.query_one("#form", VerticalScroll), self.focused
        if field is None or (field is self.host and self.intro.size.height < form.size.height):
            form.scroll_home(animate=False)
        else:
            form.scroll_to_widget(field, animate=False)


def fitting(forms: Sequence[str], cells: int) -> Line:
    """The longest words that fit beside a field, muted; none where no form fits."""
    room = beside_cells(cells)
    return next((line(Span(form, "muted")) for form in forms if len(form) <= room), BLANK)


def fill(paper: Paper, lines: Sequence[Line]) -> None:
    """Give a paper these lines, and their height."""
    if paper.styles.height is None or paper.styles.height.value != len(lines):
        paper.styles.height = len(lines)
    paper.show(lines)
