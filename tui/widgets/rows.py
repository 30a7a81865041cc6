"""The list of every table: any number of rows, of which only those in sight are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Generic, TypeVar

from textual.events import Click, MouseScrollDown, MouseScrollUp

from tui.glyphs import MARK, STAR
from tui.lines import BLANK, Ground, Line, Span
from tui.widgets.columns import Column, Placed, place
from tui.widgets.rows_said import Marked, Moved, Opened, Window
from tui.widgets.surface import Surface
from tui.widgets.table import Place, foot_line, header_cells, row_cells
from tui.widgets.window import Break, Positions

Item = TypeVar("Item")

WHEEL: Final = 3
"""Lines one notch of the wheel scrolls."""


class Rows(Surface, Generic[Item], can_focus=True):
    """Rows in columns with a cursor, marks and stars.

    Every item has a key; cursor and marks belong to keys, so they survive new items. `draw` gives the
    content of one cell. A move of the cursor paints two lines again (and the foot line, where one is
    shown). The header stays at the top. The keys of a list are bound by the app, to the methods here.
    """

    Moved = Moved
    Opened = Opened
    Marked = Marked
    Window = Window

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        key: Callable[[Item], str],
        draw: Callable[[Item, str], Span | Line],
        starred: Callable[[Item], bool] | None = None,
        marks: bool = True,
        foot: Callable[[Place, int], Line] | None = foot_line,
        sorted_by: str = "",
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        """`starred` adds a column of stars, `marks` one of marks; `foot` makes the line below rows that do
        not fit.
        """
        super().__init__(id=id, classes=classes)
        self._columns = columns
        self._key = key
        self._draw = draw
        self._starred = starred
        self._markable = marks
        self._foot = foot
        self._sorted_by = sorted_by
        self._items: Sequence[Item] = ()
        self._positions = Positions(0)
        self._tail: Sequence[Line] = ()
        self._total: int | None = None
        self._cursor = 0
        self._top = 0
        self._marks: set[str] = set()
        self._words: tuple[str, ...] = ()
        self._index: dict[str, int] | None = None
        self._placed: tuple[Placed, ...] = ()
        self._margin = 0
        self._told: tuple[str | None, tuple[int, int]] = (None, (-1, -1))
        self._telling = False

    # What is in it

    @property
    def items(self) -> Sequence[Item]:
        """All rows, in order."""
        return self._items

    @property
    def cursor(self) -> int:
        """The index of the row under the cursor; 0 in an empty list."""
        return self._cursor

    @property
    def current(self) -> Item | None:
        """The item under the cursor."""
        return self._items[self._cursor] if self._items else None

    @property
    def current_key(self) -> str | None:
        """The key under the cursor."""
        return self._key(self._items[self._cursor]) if self._items else None

    @property
    def marks(self) -> frozenset[str]:
        """The keys that are marked, whether their rows are shown or not."""
        return frozenset(self._marks)

    @property
    def window(self) -> tuple[int, int]:
        """The indexes of the first and the last row in sight; (-1, -1) for none."""
        first = self._positions.row_from(self._top)
        last = self._positions.row_until(self._top + self._body() - 1)
        return (first, last) if 0 <= first <= last else (-1, -1)

    def set_items(
        self,
        items: Sequence[Item],
        *,
        breaks: Sequence[Break] = (),
        tail: Sequence[Line] = (),
        total: int | None = None,
        keep_cursor: bool = True,
    ) -> None:
        """Show these items, with lines between them (`breaks`) and after the last (`tail`).

        The cursor stays on its key and that row stays where it is on the screen; where the key is gone, the
        cursor stays at its index. `total` is how many rows there are when not all of them are here yet.
        """
        key, height = self.current_key, self._positions.of_row(self._cursor) - self._top
        self._items, self._index = items, None
        self._positions = Positions(len(items), breaks)
        self._tail, self._total = tail, total
        if not keep_cursor:
            self._cursor, height = 0, 0
        elif key is not None:
            found = self._find(key)
            self._cursor = max(0, min(self._cursor, len(items) - 1)) if found is None else found
        top = self._positions.of_row(self._cursor) - height
        self._top = self._positions.top_for(self._cursor, max(0, top), self._body(), self._length())
        self._changed()

    def set_columns(self, columns: Sequence[Column], sorted_by: str = "") -> None:
        """Other columns, or another order."""
        self._columns, self._sorted_by = columns, sorted_by
        self._place_columns()
        self.repaint()

    def match(self, words: Iterable[str]) -> None:
        """Show where these words are in the names."""
        self._words = tuple(words)
        self.repaint()

    def redraw(self, keys: Iterable[str]) -> None:
        """Paint the rows of these keys again where they are in sight."""
        wanted = frozenset(keys)
        first, last = self.window
        for index in range(max(first, 0), last + 1):
            if self._key(self._items[index]) in wanted:
                self._refresh_row(index)

    # Moving

    def move(self, rows: int) -> None:
        """Move the cursor down, or up where negative, as far as there are rows."""
        self._to(self._cursor + rows)

    def page(self, pages: int) -> None:
        """Move by whole windows, one row of which stays in sight."""
        self.move(pages * max(1, self._body() - 1))

    def half_page(self, halves: int) -> None:
        """Move by half windows."""
        self.move(halves * max(1, self._body() // 2))

    def first(self) -> None:
        """Move to the first row."""
        self._to(0)

    def last(self) -> None:
        """Move to the last row."""
        self._to(len(self._items) - 1)

    def go_to(self, key: str) -> bool:
        """Move to the row of this key; False when there is none."""
        index = self._find(key)
        if index is None:
            return False
        self._to(index)
        return True

    def open_current(self) -> None:
        """Open the row under the cursor."""
        if (key := self.current_key) is not None:
            self.post_message(self.Opened(self, key))

    # Marks

    def toggle_mark(self) -> None:
        """Mark the row under the cursor, or take its mark away."""
        key = self.current_key
        if key is not None and self._markable:
            self.set_marks(self._marks ^ {key})

    def mark_all(self) -> None:
        """Mark every row of the list; where any is marked already, none."""
        if self._markable:
            self.set_marks(() if self._marks else [self._key(item) for item in self._items])

    def set_marks(self, keys: Iterable[str]) -> None:
        """Mark these keys and no others."""
        marks = set(keys)
        if marks == self._marks:
            return
        self._marks = marks
        self.repaint()
        self.post_message(self.Marked(self, len(marks)))

    # Drawing

    def line_at(self, y: int) -> tuple[Line, Ground | None]:
        if self._has_header():
            if y == 0:
                return self._indented(header_cells(self._placed, self._sorted_by)), None
            y -= 1
        body = self._body()
        if y >= body:
            return (self._foot_at_end(), None) if y == body and self._has_foot() else (BLANK, None)
        position = self._top + y
        if position >= len(self._positions):
            number = position - len(self._positions)
            return (self._indented(self._tail[number]) if number < len(self._tail) else BLANK), None
        found = self._positions.at(position)
        return self._row(found) if isinstance(found, int) else (self._indented(found), None)

    def _row(self, index: int) -> tuple[Line, Ground | None]:
        item = self._items[index]
        here = index == self._cursor
        cells = [Span(self.ink.cursor_mark, "accent") if here else Span(" ")]
        if self._markable:
            cells.append(Span(MARK, "accent_strong") if self._key(item) in self._marks else Span(" "))
        cells.append(Span(" "))
        if self._starred is not None:
            cells += (Span(STAR if self._starred(item) else " ", "bright"), Span(" "))
        contents = {column.id: self._draw(item, column.id) for column, *_ in self._placed}
        cells += row_cells(self._placed, contents, here=here, words=self._words)
        return tuple(cells), "row" if here else None

    def _foot_at_end(self) -> Line:
        first, last = self.window
        total = len(self._items) if self._total is None else self._total
        room = self.size.width - self._gutter() - self._margin
        assert self._foot is not None
        return self._indented(self._foot(Place(self._cursor, first, last, total), room))

    def _indented(self, content: Line) -> Line:
        return (Span(" " * self._gutter()), *content) if content else content

    # Where things are

    def _gutter(self) -> int:
        return 2 + (1 if self._markable else 0) + (2 if self._starred is not None else 0)

    def _length(self) -> int:
        """All lines there are below the header."""
        return len(self._positions) + len(self._tail)

    def _has_header(self) -> bool:
        return self.size.height > 2 and any(column.title for column in self._columns)

    def _has_foot(self) -> bool:
        room = self.size.height - self._has_header()
        return self._foot is not None and room > 2 and len(self._items) > 0 and self._length() > room

    def _body(self) -> int:
        """The lines rows have."""
        return max(0, self.size.height - self._has_header() - self._has_foot())

    def _find(self, key: str) -> int | None:
        if self._cursor < len(self._items) and self._key(self._items[self._cursor]) == key:
            return self._cursor
        if self._index is None:
            self._index = {self._key(item): index for index, item in enumerate(self._items)}
        return self._index.get(key)

    def _to(self, index: int) -> None:
        if not self._items:
            return
        before, self._cursor = self._cursor, max(0, min(index, len(self._items) - 1))
        top = self._positions.top_for(self._cursor, self._top, self._body(), self._length())
        if top != self._top:
            self._top = top
            self._changed()
        elif before != self._cursor:
            self._refresh_row(before)
            self._refresh_row(self._cursor)
            if self._has_foot():
                self.refresh_line(self.size.height - 1)
            self._tell_soon()

    def _scroll(self, lines: int) -> None:
        """Look elsewhere; the cursor stays on its row."""
        top = max(0, min(self._top + lines, self._length() - self._body()))
        if top != self._top:
            self._top = top
            self._changed()

    def _refresh_row(self, index: int) -> None:
        y = self._positions.of_row(index) - self._top
        if 0 <= y < self._body():
            self.refresh_line(y + self._has_header())

    def _place_columns(self) -> None:
        # A list that spans the terminal keeps a blank cell at its right; beside a divider one is there.
        self._margin = 1 if self.size.width >= self.app.size.width else 0
        room = self.size.width - self._gutter() - self._margin
        self._placed = place(self._columns, room, self.app.size.width)

    # Telling

    def _changed(self) -> None:
        self.repaint()
        self._tell_soon()

    def _tell_soon(self) -> None:
        if self.is_mounted and not self._telling:
            self._telling = True
            self.call_after_refresh(self._tell)

    def _tell(self) -> None:
        self._telling = False
        (told_key, told_window), now = self._told, (self.current_key, self.window)
        self._told = now
        if now[0] != told_key:
            self.post_message(self.Moved(self, now[0]))
        if now[1] != told_window:
            self.post_message(self.Window(self, *now[1]))

    def on_resize(self) -> None:
        self._place_columns()
        self._top = self._positions.top_for(self._cursor, self._top, self._body(), self._length())
        self._changed()

    # Mouse

    def on_click(self, event: Click) -> None:
        event.stop()
        y = event.y - self._has_header()
        position = self._top + y
        if not 0 <= y < self._body() or position >= len(self._positions):
            return
        index = self._positions.at(position)
        if not isinstance(index, int):
            return
        if index == self._cursor:
            self.open_current()
        else:
            self._to(index)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self._scroll(WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self._scroll(-WHEEL)
