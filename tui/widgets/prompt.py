"""Where words are typed: the filter above a list, and the palette at the bottom."""

from __future__ import annotations

import re
from collections.abc import Sequence

from textual.events import Click, Key, Paste
from textual.message import Message
from textual.widget import Widget

from tui.glyphs import CAREFUL, DOWN, UP
from tui.lines import BLANK, Ground, Line, Role, Span, between, cut, fit, line, paint, width
from tui.text import clean, thousands
from tui.widgets.chrome import KeyHint, Keys, hairline, key_line
from tui.widgets.columns import GAP, Column, place
from tui.widgets.edit import Edit, edit_line, press, scrolled
from tui.widgets.entry import Entry
from tui.widgets.match import Found, PaletteItem, find
from tui.widgets.surface import Surface

_WORD = re.compile(r"(\b[a-z]+[:<>])(\S*)|(\S+)|(\s+)")


def filter_words(text: str) -> Line:
    """The words of a filter: `kind:` muted, what is looked for strong."""
    spans: list[str | Span] = []
    for name, value, free, blanks in _WORD.findall(text):
        spans += (Span(name, "muted"), Span(value or free, "strong"), Span(blanks))
    return line(*spans)


class FilterPrompt(Entry):
    """The line of the filter above a list, with how many rows match at its right."""

    DEFAULT_CSS = "FilterPrompt { height: 1; }"

    def __init__(self, value: str = "", *, id: str | None = None) -> None:  # noqa: A002
        before = line(" ", Span("/", "accent_strong"), " ")
        super().__init__(value, before=before, field=False, painter=filter_words, most=MOST, id=id)

    def show_count(self, words: str) -> None:
        """Say how many match: `17 of 412 · 6 more not read`."""
        self.show_right(line(Span(words, "muted"), " ") if words else BLANK)


MOST = 200
"""Characters of a filter: more is something else that was pasted."""
WIDE = (
    Column("name", "", 33),
    Column("subject", "", 22),
    Column("sends", "", 22),
    Column("asks", "", 6),
    Column("key", "", align="right"),
)
NARROW = (
    Column("name", "", minimum=24),
    Column("subject", "", 20, drop=1),
    Column("sends", "", 20, drop=2),
    Column("asks", "", 6, drop=3),
    Column("key", "", 6, align="right", drop=4),
)
WIDE_FROM = 100
LEFT = 3
RIGHT = 2
KEYS = Keys(
    (
        KeyHint("enter", "run", rank=1),
        KeyHint(f"{UP} {DOWN}", "choose", rank=3),
        KeyHint("tab", "complete", rank=4),
        KeyHint("esc", "close", rank=2),
    )
)


def palette_row(found: Found, cells: int, *, here: bool, mark: str) -> Line:
    """One line of the palette; `mark` stands in column 0 of the chosen one."""
    item, places = found
    columns = place(WIDE if cells >= WIDE_FROM else NARROW, cells - LEFT - RIGHT, cells)
    off = item.reason is not None
    name_role: Role = "muted" if off else "strong" if here else "text"
    contents: dict[str, Line] = {
        "name": paint(line(Span(item.name, name_role)), places, "match"),
        "subject": line(Span(item.subject, "muted")),
        "sends": line(Span(item.sends, "muted")),
        "asks": line(Span(CAREFUL, "careful"), Span(" asks", "muted")) if item.asks else BLANK,
        "key": line(Span(item.key, "strong")),
    }
    row: list[Span] = [Span(mark if here else " ", "accent"), Span(" " * (LEFT - 1))]
    for number, (column, _, size, _) in enumerate(columns):
        if number:
            row.append(Span(" " * GAP))
        if off and column.id not in ("name", "subject"):
            return _refused(tuple(row), item, cells)
        row += fit(contents[column.id], size, column.align)
    return fit(tuple(row), cells)


def _refused(row: Line, item: PaletteItem, cells: int) -> Line:
    """What it would send does not matter now: the reason takes the rest, and where it is long the subject's
    place.
    """
    reason = line(Span(item.reason or "", "muted"))
    least = min(width(row), LEFT + width(line(item.name)) + GAP)
    start = max(least, min(width(row), cells - RIGHT - width(reason)))
    return fit((*cut(row, start, ""), *cut(reason, cells - RIGHT - start)), cells)


class Palette(Surface, can_focus=True):
    """A sheet at the bottom: type a few letters, see what can be done and what it sends, choose.

    It takes the focus while it is open and gives it back. Its height does not depend on what matches. It is
    one of the last children of a screen with a layer named `above`, and is not displayed until it opens.
    """

    DEFAULT_CSS = "Palette { layer: above; dock: bottom; height: 14; max-height: 75%; display: none; }"

    class Chosen(Message):
        """An action was chosen that can be done."""

        def __init__(self, palette: Palette, item: PaletteItem) -> None:
            super().__init__()
            self.palette = palette
            self.item = item

        @property
        def control(self) -> Palette:
            return self.palette

    class Changed(Message):
        """Other letters were typed."""

        def __init__(self, palette: Palette, query: str) -> None:
            super().__init__()
            self.palette = palette
            self.query_text = query

        @property
        def control(self) -> Palette:
            return self.palette

    class Dismissed(Message):
        """It was closed without a choice."""

        def __init__(self, palette: Palette) -> None:
            super().__init__()
            self.palette = palette

        @property
        def control(self) -> Palette:
            return self.palette

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._items: Sequence[PaletteItem] = ()
        self._found: list[Found] = []
        self._edit = Edit()
        self._start = 0
        self._at = 0
        self._top = 0
        self._focused_before: Widget | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is on the screen."""
        return self.display

    @property
    def typed(self) -> str:
        """What was typed."""
        return self._edit.text

    @property
    def chosen(self) -> PaletteItem | None:
        """The item under the cursor."""
        return self._found[self._at].item if self._found else None

    def open(self, items: Sequence[PaletteItem], typed: str = "") -> None:
        """Show these actions, and take the focus."""
        if not self.display:
            self._focused_before = self.screen.focused
        self._edit, self._start = Edit(clean(typed)).end(), 0
        self.display = True
        self.set_items(items)
        # At once, so that a key typed right after the one that led here arrives here.
        self.screen.set_focus(self)
        self.refresh()

    def set_items(self, items: Sequence[PaletteItem]) -> None:
        """Show other actions for what is typed already."""
        self._items = items
        self._search()

    def close(self) -> None:
        """Take it from the screen and give the focus back."""
        self.display = False
        before, self._focused_before = self._focused_before, None
        if before is not None and before.is_attached:
            self.screen.set_focus(before)

    def line_at(self, y: int) -> tuple[Line, Ground | None]:
        cells, from_below = self.size.width, self.size.height - 1 - y
        if from_below == 0:
            return key_line(KEYS, cells), "sheet"
        if from_below == 1:
            return self._typed_line(cells), "sheet"
        if from_below == 2 or y == 0:
            return hairline(cells), "sheet"
        first, last = self._list()
        # The list grows from the bottom: its last line is the lowest.
        shown = min(len(self._found), last - first)
        number = y - (last - shown) + self._top
        if not self._top <= number < self._top + shown:
            return BLANK, "sheet"
        here = number == self._at
        row = palette_row(self._found[number], cells, here=here, mark=self.ink.cursor_mark)
        return row, "row" if here else "sheet"

    def on_key(self, event: Key) -> None:
        if event.key == "ctrl+c":
            return
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.close()
            self.post_message(self.Dismissed(self))
        elif event.key == "enter":
            self._choose()
        elif event.key in ("up", "ctrl+p"):
            self._move(-1)
        elif event.key in ("down", "ctrl+n"):
            self._move(1)
        elif event.key == "tab":
            if self.chosen is not None:
                self._type(Edit(self.chosen.name).end())
        elif (edit := press(self._edit, event.key, event.character)) is not None:
            self._type(edit)

    def on_paste(self, event: Paste) -> None:
        event.stop()
        self._type(self._edit.insert(event.text.strip()))

    def on_click(self, event: Click) -> None:
        event.stop()
        first, last = self._list()
        shown = min(len(self._found), last - first)
        number = event.y - (last - shown) + self._top
        if self._top <= number < self._top + shown:
            if number == self._at:
                self._choose()
            else:
                self._move(number - self._at)

    def on_blur(self) -> None:
        # A click elsewhere closes it; a terminal that lost the focus does not.
        if self.display and self.app.app_focus:
            self.close()
            self.post_message(self.Dismissed(self))

    def on_resize(self) -> None:
        self._move(0)

    def _choose(self) -> None:
        item = self.chosen
        if item is None or item.reason is not None:
            return
        self.close()
        self.post_message(self.Chosen(self, item))

    def _type(self, edit: Edit) -> None:
        changed = edit.text != self._edit.text
        self._edit = edit
        self._start = scrolled(edit.text, edit.cursor, self._typing_room(self.size.width), self._start)
        if changed:
            self._search()
            self.post_message(self.Changed(self, edit.text))
        self.repaint()

    def _search(self) -> None:
        self._found = find(self._items, self._edit.text)
        self._at = self._top = 0
        self.repaint()

    def _move(self, rows: int) -> None:
        self._at = max(0, min(self._at + rows, len(self._found) - 1))
        first, last = self._list()
        room = max(1, last - first)
        self._top = max(0, min(max(self._top, self._at - room + 1), self._at, len(self._found) - room))
        self.repaint()

    def _list(self) -> tuple[int, int]:
        """The rows of the list: the first, and the one after the last. Where there is room a blank is
        around it.
        """
        height = self.size.height
        blank = 1 if height >= 10 else 0
        return 1 + blank, max(1 + blank, height - 3 - blank)

    def _count(self) -> Line:
        words = f"{thousands(len(self._found))} of {thousands(len(self._items))}"
        return line(Span(words, "muted"), " ")

    def _typing_room(self, cells: int) -> int:
        return max(1, cells - LEFT - width(self._count()) - 1)

    def _typed_line(self, cells: int) -> Line:
        before = line(" ", Span(":", "accent_strong"), " ")
        typed = edit_line(self._edit, self._typing_room(cells), start=self._start, role="strong")
        return between((*before, *typed), self._count(), cells)
