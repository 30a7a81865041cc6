"""The three forms of an insight: change one, make a copy of one, make a new one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType

from tui import glyphs
from tui.actions import BY_ID, shown
from tui.lines import Line, Span, line, wrap
from tui.screens.edit_fields import Texts, edit_of, from_line, lines_of, seen_of, tags_of
from tui.screens.edit_form import EditForm, said
from tui.screens.edit_query import KINDS, OWN, EditorProblem, in_editor, query_json, template
from tui.screens.onboarding_fields import Choice, TextField
from tui.store.commands import CreateInsight, EditInsight, Write
from tui.store.edits import InsightDraft
from tui.store.facts import InsightRow, JournalEntry
from tui.store.state import Problem
from tui.text import clean
from tui.widgets.chrome import KeyHint, Keys

HINTS = {
    "description": (r"\n is a new line",),
    "tags": ("commas between them",),
    "folder": ("left empty: PostHog's own place for new ones", "may stay empty"),
}


def plain_fields() -> dict[str, TextField | Choice]:
    """Name, description and tags."""
    return {name: TextField(name, id=name) for name in ("name", "description", "tags")}


class EditInsightForm(EditForm):
    """Change name, description and tags."""

    VERB = EditInsight.verb

    def __init__(self, row: InsightRow, tab: int) -> None:
        super().__init__(tab, f"Edit {row.title}", row.id)
        self.row = row
        self.seen = seen_of(row)

    def fields_of(self) -> dict[str, TextField | Choice]:
        return plain_fields()

    def begin_with(self) -> Texts:
        return lines_of(self.seen)

    def hints(self, name: str) -> Sequence[str]:
        if name == "name" and self.row.derived_name and not self.seen["name"]:
            return (f"without one: {self.row.derived_name}", "may stay empty")
        return HINTS.get(name, ())

    def command(self) -> Write | None:
        edit = edit_of(self.insight_id, self.texts(), self.seen)
        if edit is None:
            self.hedgerow.say("Nothing was changed, so nothing was sent. esc leaves.")
        return edit


class MakingForm(EditForm):
    """Makes an insight, and opens it once it is made."""

    VERB = CreateInsight.verb

    def hints(self, name: str) -> Sequence[str]:
        return HINTS.get(name, ())

    def saved(self, entry: JournalEntry) -> None:
        """Open what was made; what was said of it stays."""
        notice = self.hedgerow.notice
        self.hedgerow.open_insight(entry.target)
        self.hedgerow.notice = notice


class DuplicateForm(MakingForm):
    """Make a copy: its query is taken on the server as it is."""

    def __init__(self, row: InsightRow, tab: int) -> None:
        super().__init__(tab, f"Duplicate {row.title}", row.id)
        self.row = row

    def fields_of(self) -> dict[str, TextField | Choice]:
        return plain_fields()

    def begin_with(self) -> Texts:
        return lines_of({**seen_of(self.row), "name": f"{self.row.title} (copy)"})

    def below(self, width: int) -> list[Line]:
        words = "The copy has the same query. It is no favourite, on no dashboard, and has no link."
        return wrap(line(Span(words, "muted")), width)

    def command(self) -> Write | None:
        texts = self.texts()
        draft = InsightDraft(
            name=from_line("name", texts["name"]),
            derived_name=self.row.derived_name,
            description=from_line("description", texts["description"]),
            tags=tags_of(texts["tags"]),
        )
        return CreateInsight(draft=draft, copy_of=self.row.id)


class NewForm(MakingForm):
    """Make an insight from a query: one of a kind to begin with, or the text written in $EDITOR."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+e", "act('editor')", show=False, priority=True)]

    def __init__(self, tab: int) -> None:
        super().__init__(tab, "New insight")
        self.own = ""
        """The text written in $EDITOR; it stays among the choices."""

    def fields_of(self) -> dict[str, TextField | Choice]:
        self.query_field = Choice("query", id="query")
        self.offer("trends")
        folder = TextField("folder", id="folder")
        return {**plain_fields(), "query": self.query_field, "folder": folder}

    def offer(self, chosen: str) -> None:
        """Offer a text of each kind, and the own one where there is one."""
        own = [(OWN, line("as written in $EDITOR"))] if self.own else []
        self.query_field.offer([*own, *((kind, line(kind)) for kind in KINDS)], chosen)

    def hints(self, name: str) -> Sequence[str]:
        if name == "query":
            key = shown(BY_ID["editor"].keys[0])
            return (f"{key} writes it in $EDITOR, as JSON or SQL", f"{key} writes it")
        return super().hints(name)

    def field_about(self, problem: Problem) -> str:
        # PostHog refuses a query as something that it cannot parse, and names no field.
        return super().field_about(problem) or ("query" if problem.code == "parse_error" else "")

    def begin_with(self) -> Texts:
        return {"name": "", "description": "", "tags": "", "query": "trends", "folder": "", OWN: ""}

    def texts(self) -> Texts:
        return {**super().texts(), OWN: self.own}

    def fill(self, texts: Texts) -> None:  # type: ignore[override]  # always all fields of the form
        super().fill(texts)
        self.own = texts[OWN]
        self.offer(texts["query"])

    @property
    def query_text(self) -> str:
        """The query that is chosen, as text."""
        chosen = self.query_field.value
        return self.own if chosen == OWN else template(chosen)

    def below(self, width: int) -> list[Line]:
        # The drawings are imported when there is something to draw, which is after the first frame.
        from tui.charts.query import query_lines

        try:
            query = json.loads(query_json(self.query_text))
        except ValueError:
            return wrap(line(clean(self.query_text, lines=True)), width)
        return query_lines(query, width) if isinstance(query, dict) else []

    def keys(self) -> Keys:
        keys = super().keys()
        editor = BY_ID["editor"]
        hint = KeyHint(shown(editor.keys[0]), editor.words, rank=2)
        return Keys((*keys.hints[:-1], hint, keys.hints[-1]), notice=keys.notice)

    @on(Choice.Changed)
    def _chosen(self) -> None:
        self.wrong.pop("query", None)
        self.draw(frozenset())

    def do_editor(self) -> None:
        """Hand the terminal to the editor. All requests wait meanwhile, so no write may be on its way."""
        if self.state.work.writing or self.state.work.bulk:
            self.hedgerow.say("A write is on its way; the editor can be opened once it is over.", tone="careful")
            return
        try:
            with self.app.suspend():
                text = in_editor(self.query_text, self.hedgerow.environ)
        except SuspendNotSupported:
            self.hedgerow.say("This terminal cannot be handed to an editor.", tone="careful")
            return
        except EditorProblem as problem:
            self.hedgerow.say(str(problem), tone="careful")
            return
        finally:
            self.hedgerow.redraw()
        if text != self.query_text:
            self.own = text
            self.offer(OWN)
            self._check(text)
        self.go_to(self.query_field)
        self.draw(frozenset())

    def _check(self, text: str) -> str | None:
        """The query of a text as JSON; what is wrong with it is said under the field."""
        self.wrong.pop("query", None)
        try:
            return query_json(text)
        except ValueError as error:
            kept = line(Span("The text is kept; ctrl+e opens it again.", "muted"))
            self.wrong["query"] = [said(glyphs.FAILED, str(error), "public"), kept]
            return None

    def command(self) -> Write | None:
        texts, query = self.texts(), self._check(self.query_text)
        if query is None:
            self.go_to(self.query_field)
            return None
        draft = InsightDraft(
            name=from_line("name", texts["name"]),
            description=from_line("description", texts["description"]),
            tags=tags_of(texts["tags"]),
            query=query,
            folder=texts["folder"].strip(),
        )
        return CreateInsight(draft=draft)
