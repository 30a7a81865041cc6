"""A screen that is a list with a pane beside it: filter, sort, marks, and the three lines that replace the pane."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from tui import glyphs
from tui.actions import Action
from tui.lines import BLANK, Line, Span, line
from tui.screens.base import Base
from tui.store.store import Refusal
from tui.text import thousands
from tui.widgets.chrome import Divider, KeyHint, Keys
from tui.widgets.columns import Column
from tui.widgets.paper import Paper
from tui.widgets.prompt import FilterPrompt
from tui.widgets.rows import Rows
from tui.widgets.window import Break

Item = TypeVar("Item")

MOVES: list[BindingType] = [
    Binding("j,down", "move(1)", show=False),
    Binding("k,up", "move(-1)", show=False),
    Binding("pagedown", "page(1)", show=False),
    Binding("pageup", "page(-1)", show=False),
    Binding("ctrl+d", "half_page(1)", show=False),
    Binding("ctrl+u", "half_page(-1)", show=False),
    Binding("g,home", "first", show=False),
    Binding("G,end", "last", show=False),
]
VAST = 150
"""From this width on the pane is wider too."""
BRIEF_BELOW = 76
"""Below this width three lines about the cursor row stand under the list, where there are 20 rows or more."""


class Listing(Base, Generic[Item]):
    """A list of items with a pane about the one under the cursor.

    A subclass says which items there are (`items`), what a cell shows (`cell`), what the pane says (`pane_lines`),
    and what stands where there is nothing to show (`tail_lines`).
    """

    COLUMNS: ClassVar[tuple[Column, ...]] = ()
    SORTS: ClassVar[tuple[tuple[str, bool], ...]] = ()
    """Columns the list can be sorted by, each with whether it descends; the first is the one to begin with."""
    STARS: ClassVar[bool] = False
    MARKS: ClassVar[bool] = False
    BESIDE: ClassVar[bool] = True
    """Whether the pane stands beside the list, or below it."""

    def __init__(self) -> None:
        super().__init__()
        self.sort = 0
        self.filter_text = ""
        self.typing = False

    def body(self) -> Iterable[Widget]:
        self.prompt = FilterPrompt(id="filter")
        self.rows: Rows[Item] = Rows(
            self.COLUMNS,
            key=self.key,
            draw=self.cell,
            starred=self.starred if self.STARS else None,
            marks=self.MARKS,
            sorted_by=self.SORTS[0][0] if self.SORTS else "",
            id="rows",
        )
        self.pane = Paper(id="pane")
        self.list = Vertical(self.prompt, self.rows, id="list")
        if self.BESIDE:
            yield Horizontal(self.list, Divider(id="divider"), self.pane, id="columns")
        else:
            yield self.list
            yield self.pane
        yield Paper(id="brief")

    # What a subclass says

    def key(self, item: Item) -> str:
        """The key of an item."""
        raise NotImplementedError

    def cell(self, item: Item, column: str) -> Span | Line:
        """What a cell shows."""
        raise NotImplementedError

    def starred(self, item: Item) -> bool:
        """Whether it has a star."""
        return False

    def items(self) -> tuple[Sequence[Item], Sequence[Break], Sequence[Line]]:
        """Items to show, lines between them, and the lines after the last."""
        raise NotImplementedError

    def total(self) -> int | None:
        """How many there are without the filter; None while nobody knows."""
        return None

    def unread(self) -> int:
        """How many the filter could not decide."""
        return 0

    def pane_lines(self, item: Item | None, width: int) -> Sequence[Line]:
        """The pane about the item under the cursor."""
        return ()

    def brief(self, item: Item | None, width: int) -> Sequence[Line]:
        """Three lines about it."""
        return ()

    # Drawing

    LIST_SLICES: ClassVar[frozenset[str]] = frozenset()
    """The slices that the rows depend on."""
    PANE_SLICES: ClassVar[frozenset[str]] = frozenset()

    def on_mount(self) -> None:
        self.set_focus(self.rows)

    def on_resize(self) -> None:
        self.set_class(not self.wide, "-narrow")
        self.set_class(self.app.size.width >= VAST, "-vast")
        self.set_class(self.app.size.width < BRIEF_BELOW and self.app.size.height >= 20, "-brief")
        super().on_resize()

    def draw(self, changed: frozenset[str]) -> None:
        if changed & self.LIST_SLICES:
            self.draw_rows()
        if changed & (self.LIST_SLICES | self.PANE_SLICES):
            self.draw_pane()

    def draw_rows(self, *, keep_cursor: bool = True) -> None:
        """Show the items there are now."""
        items, breaks, tail = self.items()
        self.rows.set_items(items, breaks=breaks, tail=tail, keep_cursor=keep_cursor)
        self.rows.repaint()
        self.prompt.display = self.typing or bool(self.filter_text)
        if self.prompt.display:
            self.prompt.show_count(self.count_words(len(items) - self.unread()))

    def count_words(self, found: int) -> str:
        """What the filter found: `17 of 412`, and how many it could not decide."""
        unread = f" {glyphs.DOT} {thousands(self.unread())} more not read" if self.unread() else ""
        return f"{thousands(found)} of {thousands(self.total() or 0)}{unread}"

    def draw_pane(self) -> None:
        """Show the pane about the item under the cursor."""
        item = self.rows.current
        if self.wide or not self.BESIDE:
            margin = " " if self.BESIDE else "  "
            width = max(1, self.pane.size.width - len(margin) - 1)
            self.pane.show([line(margin, *one) if one else BLANK for one in self.pane_lines(item, width)])
        brief = self.query_one("#brief", Paper)
        if self.has_class("-brief"):
            width = max(1, brief.size.width - 2)
            about = [line(" ", *one) for one in self.brief(item, width)]
            brief.show([line(Span(glyphs.RULE * brief.size.width, "grid")), *about])

    def joint(self) -> int | None:
        return self.list.outer_size.width if self.wide and self.BESIDE and self.is_mounted else None

    def keys(self) -> Keys:
        if not self.typing:
            return super().keys()
        hints = (("enter", "keep", 1), ("↑ ↓", "move", 2), ("esc", "clear", 0))
        return Keys(tuple(KeyHint(key, words, rank=rank) for key, words, rank in hints), joint=self.joint())

    def left(self) -> Line:
        count = len(self.rows.marks)
        return line(Span(f"{count} marked", "accent_strong")) if count else BLANK

    # Moving, marking, sorting

    def action_move(self, rows: int) -> None:
        self.rows.move(rows)

    def action_page(self, pages: int) -> None:
        self.rows.page(pages)

    def action_half_page(self, halves: int) -> None:
        self.rows.half_page(halves)

    def action_first(self) -> None:
        self.rows.first()

    def action_last(self) -> None:
        self.rows.last()

    @on(Rows.Moved)
    def _moved(self) -> None:
        self.draw_pane()
        self.draw_frame()

    @on(Rows.Marked)
    def _marked(self) -> None:
        self.draw_frame()

    def reason(self, action: Action) -> Refusal | None:
        if action.id in ("mark", "mark_all") and not self.MARKS:
            return Refusal("no marks here", "Rows of this list cannot be marked.")
        if action.id == "sort" and not self.SORTS:
            return Refusal("one order", "This list has one order.")
        return super().reason(action)

    def do_mark(self) -> None:
        self.rows.toggle_mark()
        self.rows.move(1)

    def do_mark_all(self) -> None:
        self.rows.mark_all()

    def do_sort(self) -> None:
        self.sort = (self.sort + 1) % len(self.SORTS)
        column, _ = self.SORTS[self.sort]
        self.rows.set_columns(self.COLUMNS, column)
        self.draw_rows()
        self.rows.go_to(self.rows.current_key or "")

    # Filtering

    def do_filter(self) -> None:
        self.typing = True
        self.draw_rows()
        self.set_focus(self.prompt)
        self.draw_frame()

    @on(FilterPrompt.Changed, "#filter")
    def _filter_changed(self, event: FilterPrompt.Changed) -> None:
        self.filter_text = event.value
        self.filter_words()
        self.draw_rows(keep_cursor=False)
        self.draw_pane()

    @on(FilterPrompt.Submitted, "#filter")
    def _filter_kept(self) -> None:
        self.typing = False
        self.set_focus(self.rows)
        self.draw_rows()
        self.draw_frame()

    @on(FilterPrompt.Dismissed, "#filter")
    def _filter_cleared(self) -> None:
        self.clear_filter()

    def clear_filter(self) -> None:
        """Show all again; the cursor stays on its row."""
        self.typing, self.filter_text = False, ""
        self.prompt.value = ""
        self.filter_words()
        self.set_focus(self.rows)
        self.draw_rows()
        self.draw_pane()
        self.draw_frame()

    def filter_words(self) -> None:
        """Take in a changed filter text."""
        self.rows.match(word for word in self.filter_text.split() if ":" not in word)

    def peel(self) -> bool:
        if self.filter_text or self.typing:
            self.clear_filter()
            return True
        if self.rows.marks:
            self.rows.set_marks(())
            return True
        return False
