"""Help: what works on the screen one came from, what does not and why, filter words and glyphs."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from tui import glyphs
from tui.actions import ACTIONS, MOVES, TITLES, Where, shown
from tui.lines import BLANK, Line, Span, fit, line, wrap
from tui.screens.base import Base, bindings_for
from tui.text import width as cells_of
from tui.widgets.chrome import Fact, KeyHint, Keys
from tui.widgets.paper import Paper

FILTER_WORDS = (
    ("kind:", "trends funnel sql retention …"),
    ("shared:", "open password locked off never ?"),
    ("by:", "who made the insight"),
    ("tag:", "one of its tags"),
    ("uses:", "code name of a variable"),
    ("is:fav", "favourites"),
    ("age>90d", "link older than 90 days"),
    ("changed<30d", "changed in the last 30 days"),
)
GAP = 3


class Help(Base):
    """Pushed over any screen; made from the registry of actions."""

    PLACES = ("everywhere",)
    BINDINGS = bindings_for("everywhere")

    def __init__(self, over: Base) -> None:
        super().__init__()
        self.over = over
        self.TAB = over.TAB  # type: ignore[misc]  # the tab stays the one help was asked for

    def body(self) -> Iterable[Widget]:
        self.paper = Paper(focusable=True, id="help")
        yield self.paper

    def on_mount(self) -> None:
        self.paper.focus()

    def crumbs(self) -> tuple[str, ...]:
        return (*self.over.crumbs(), "Help")

    def facts(self) -> tuple[Fact, ...]:
        return (Fact((f"{sum(action.where in self.over.PLACES for action in ACTIONS)} actions",)),)

    def keys(self) -> Keys:
        legend = (
            KeyHint("▲", "asks first", rank=2, role="careful"),
            KeyHint("●", "can change what the world sees", rank=3, role="public"),
        )
        return Keys((KeyHint("j k", "scroll", rank=1), *legend, KeyHint("esc", "back", rank=0)))

    def do_help(self) -> None:
        self.hedgerow.back()

    def draw(self, changed: frozenset[str]) -> None:
        room = max(10, self.paper.size.width - 4)
        groups = self.groups()
        columns = 3 if room >= 108 else 2 if room >= 72 else 1
        size = (room - GAP * (columns - 1)) // columns
        stacks: list[list[Line]] = [[] for _ in range(columns)]
        for group in groups:
            shortest = min(stacks, key=len)
            shortest += [*(BLANK for _ in range(1 if shortest else 0)), *self.group_lines(*group, size)]
        lines: list[Line] = [*self.where_lines(room), BLANK]
        for number in range(max(map(len, stacks))):
            row: list[Span] = []
            for place, stack in enumerate(stacks):
                row += [Span(" " * GAP)] if place else []
                row += fit(stack[number] if number < len(stack) else BLANK, size)
            lines.append(tuple(row))
        self.paper.show([line("  ", *one) if one else BLANK for one in lines])

    def where_lines(self, width: int) -> list[Line]:
        """Where one is."""
        crumbs = self.over.crumbs()
        tab = ("Insights", "Variables", "Exposure", "Journal")[self.TAB - 1]
        words = (
            line("You are on ", Span(crumbs[-1], "strong"), f", in {tab}.")
            if crumbs
            else line("You are in ", Span(tab, "strong"), ".")
        )
        return wrap(tuple(span._replace(role="muted") if span.role == "text" else span for span in words), width)

    def groups(self) -> list[tuple[str, list[tuple[str, Line]]]]:
        """The groups: actions by place, what cannot be done now, filter words, questions, glyphs."""
        groups: list[tuple[str, list[tuple[str, Line]]]] = []
        refused: list[tuple[str, Line]] = []
        order: tuple[Where, ...] = tuple(TITLES)
        for place in order:
            if place not in self.over.PLACES and not (place == "copy" and "insight" in self.over.PLACES):
                continue
            rows: list[tuple[str, Line]] = []
            for action in ACTIONS:
                if action.where != place:
                    continue
                refusal = None if place == "copy" else self.over.reason(action)
                key = ("c " if place == "copy" else "") + shown(action.keys[0])
                if refusal is not None:
                    refused.append((key, line(Span(f"{action.name}: {refusal.short}", "muted"))))
                    continue
                marks = [Span("  ")] if action.asks or action.publishes else []
                marks += [Span(glyphs.CAREFUL, "careful")] if action.asks else []
                marks += [Span(glyphs.OPEN, "public")] if action.publishes else []
                rows.append((key, line(action.name, *marks)))
            if place == "list":
                rows = [*((keys, line(words)) for keys, words in MOVES), *rows]
            if rows:
                groups.append((TITLES[place], rows))
        if "insight" in self.over.PLACES and "list" in self.over.PLACES:
            groups.append(("Filter words", [(word, line(words)) for word, words in FILTER_WORDS]))
        groups.append(("Questions", [("y", line("yes")), ("n esc", line("no"))]))
        states = [(look.glyph, line(look.word)) for look in glyphs.LINKS.values()]
        others = [(glyphs.MARK, line("marked")), (glyphs.STAR, line("favourite"))]
        if "insight" in self.over.PLACES:
            groups.append(("Glyphs", [*states, *others]))
        if refused:
            groups.append(("Not now", refused))
        return groups

    def group_lines(self, title: str, rows: list[tuple[str, Line]], width: int) -> list[Line]:
        """A title and its keys in two columns."""
        left = max(max(cells_of(key) for key, _ in rows) + 2, 6)
        lines = [line(Span(title, "accent_strong"))]
        for key, words in rows:
            look = next((one for one in glyphs.LINKS.values() if one.glyph == key and title == "Glyphs"), None)
            head = Span(key, look.glyph_role if look else "strong")
            wrapped = wrap(words, max(8, width - left))
            lines += [
                line(*fit(line(head) if not number else BLANK, left), *part) for number, part in enumerate(wrapped)
            ]
        return lines
