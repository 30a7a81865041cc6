"""The list of insight variables, with where each is used beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tui import glyphs
from tui.lines import BLANK, Line, Span, between, labelled, line, wrap
from tui.screens.base import bindings_for
from tui.screens.listing import MOVES, Listing
from tui.screens.panes import section
from tui.store.commands import ReadVariables
from tui.store.facts import InsightRow, Variable
from tui.text import age, clean, day, thousands
from tui.widgets.chrome import Fact
from tui.widgets.columns import Column
from tui.widgets.window import Break


class Variables(Listing[Variable]):
    """Tab 2."""

    TAB = 2
    PLACES = ("variable", "list", "everywhere")
    KEYS = ("filter", "sort", "reload", "palette", "help")
    BINDINGS = [*bindings_for("variable", "list", "everywhere"), *MOVES]
    LIST_SLICES = frozenset({"variables", "insights"})
    PANE_SLICES = frozenset({"session"})
    SORTS = (("name", False), ("code", False), ("type", False), ("used", True), ("made", True))
    COLUMNS = (
        Column("name", "name", minimum=14, name=True),
        Column("code", "code name", 20, drop=2),
        Column("type", "type", 10, below=56),
        Column("default", "default", 12, align="right", below=68),
        Column("used", "used", 4, align="right", below=50),
        Column("by", "by", 6, below=90),
        Column("made", "made", 6, align="right", drop=1),
    )

    def __init__(self) -> None:
        super().__init__()
        self.users: dict[str, list[InsightRow]] = {}

    def on_mount(self) -> None:
        super().on_mount()
        if self.state.variables.rows.status in ("never", "stale"):
            self.store.dispatch(ReadVariables())

    def key(self, item: Variable) -> str:
        return item.id

    def total(self) -> int | None:
        return len(self.state.variables.rows.value or ())

    def items(self) -> tuple[Sequence[Variable], Sequence[Break], Sequence[Line]]:
        self.users = {}
        for row in self.state.insights.rows.value or ():
            for name in row.variables:
                self.users.setdefault(name, []).append(row)
        words = self.filter_text.lower().split()
        known = self.state.variables.rows.value or ()
        kept = [
            one for one in known if all(word in f"{one.name}\n{one.code_name}\n{one.type}".lower() for word in words)
        ]
        column, descending = self.SORTS[self.sort]
        kept.sort(key=lambda one: self._sort_key(one, column), reverse=descending)
        if not kept:
            return (), (), self.nothing()
        notes: list[Line] = []
        if any(one.drifted for one in kept):
            words_ = " the name was changed after the code name was fixed"
            notes.append(line(Span(glyphs.CAREFUL, "careful"), Span(words_, "muted")))
        if self.complete and any(not self.users.get(one.code_name) for one in kept):
            notes.append(line(Span("0", "careful"), Span(" used by no insight of this project", "muted")))
        return kept, (), [BLANK, *notes] if notes else []

    @property
    def complete(self) -> bool:
        """Whether the index that where-used is found in was read whole."""
        return self.state.insights.complete or self.state.insights.rows.status == "stale"

    def _sort_key(self, one: Variable, column: str) -> Any:
        match column:
            case "code":
                return one.code_name
            case "type":
                return (one.type, one.name.lower())
            case "used":
                return len(self.users.get(one.code_name, ()))
            case "made":
                return one.created_at or 0.0
            case _:
                return one.name.lower()

    def cell(self, item: Variable, column: str) -> Span | Line:
        match column:
            case "name":
                return Span(item.name)
            case "code":
                mark = Span(f" {glyphs.CAREFUL}", "careful") if item.drifted else Span("")
                return line(Span(item.code_name or "none", "muted"), mark)
            case "type":
                return Span(kind_words(item), "muted")
            case "default":
                return Span(value_words(item.default), "text" if item.default not in (None, "") else "muted")
            case "used":
                count = len(self.users.get(item.code_name, ()))
                if not self.complete and not count:
                    return Span("?", "careful")
                return Span(str(count), "text" if count else "careful")
            case "by":
                return Span(self.maker(item), "muted")
            case _:
                return Span(age(self.now - item.created_at) if item.created_at else "-", "muted")

    def maker(self, item: Variable) -> str:
        """Who made it, by name where the index names that person."""
        if item.created_by is None:
            return "-"
        return self.state.insights.people.get(item.created_by, f"#{item.created_by}").split(" ")[0].lower()

    def pane_lines(self, item: Variable | None, width: int) -> Sequence[Line]:
        if item is None:
            return ()
        reference = f"{{variables.{item.code_name}}}"
        lines = [
            between(line(Span(item.name, "strong")), line(Span(kind_words(item), "muted")), width),
            line(Span(reference, "accent")),
            BLANK,
            labelled("default", line(Span(value_words(item.default), "bright"))),
        ]
        if item.type == "List":
            options = item.values if isinstance(item.values, list) else []
            words = ", ".join(map(value_words, options)) or "none"
            parts = wrap(line(words), width - 10)
            lines += [labelled("" if number else "options", part) for number, part in enumerate(parts)]
            lines.append(labelled("many", line("yes" if item.is_multi else "no, one at a time")))
        if item.values_query:
            parts = wrap(line(Span(item.values_query, "muted")), width - 10)
            lines += [labelled("" if number else "from SQL", part) for number, part in enumerate(parts)]
        made = day(item.created_at, now=self.now) if item.created_at else "-"
        lines.append(labelled("made", line(f"{made} by {self.maker(item)}")))
        users = self.users.get(item.code_name, [])
        count = len(users)
        head = Span(f"used by {count} insight{'' if count == 1 else 's'}", "strong")
        lines += [BLANK, section(width), line(head)]
        links = self.state.insights.links
        for row in users:
            link = links.get(row.id)
            mark, _ = glyphs.link_mark(link.state if link else "?")
            lines.append(line(mark, " ", row.title))
        if not self.complete:
            lines.append(line(Span("The index is still being read; there may be more.", "careful")))
        return lines

    def brief(self, item: Variable | None, width: int) -> Sequence[Line]:
        if item is None:
            return ()
        count = len(self.users.get(item.code_name, ()))
        return (
            between(line(Span(item.name, "strong")), line(Span(kind_words(item), "muted")), width),
            line(Span(f"{{variables.{item.code_name}}}", "accent")),
            line(f"default {value_words(item.default)}, used by {count}"),
        )

    def counts(self) -> tuple[Fact, ...]:
        rows = self.state.variables.rows.value
        if rows is None:
            return ()
        count = thousands(len(rows))
        return (Fact((f"{count} variables", count)),)

    def read_at(self) -> float | None:
        return self.state.variables.rows.read_at

    def do_reload(self) -> None:
        """Read all variables again."""
        self.hedgerow.project.reconnect()
        self.send(ReadVariables())

    def nothing(self) -> Sequence[Line]:
        """Why there is nothing to show, and the key that helps."""
        rows, session = self.state.variables.rows, self.state.session
        width = max(20, self.rows.size.width - 8)
        if rows.value:
            words = f"Nothing matches {self.filter_text.strip()}. esc clears the filter."
        elif (problem := rows.problem or session.problem) is not None:
            words = f"The variables could not be read. {problem.what} {problem.help}"
        elif refusal := self.store.refuses(ReadVariables()):
            words = refusal.said
        elif rows.status == "ready":
            words = "This project has no insight variables yet."
        else:
            words = "Reading the variables."
        return wrap(line(Span(words, "muted")), width)


def kind_words(variable: Variable) -> str:
    """Its type, and whether a List takes many."""
    return "List, many" if variable.type == "List" and variable.is_multi else variable.type


def value_words(value: Any) -> str:
    """A default or an option in a few words."""
    match value:
        case None | "":
            return "-"
        case bool():
            return "true" if value else "false"
        case str():
            # A default may have lines; a cell has one.
            return clean(value)
        case list():
            return ", ".join(map(value_words, value)) or "-"
        case int() | float():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False)
