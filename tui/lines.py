"""What is drawn: a line is a row of spans, a span is a text and the role that gives it its look.

Screens and charts build lines; widgets paint them. A role names a meaning ("muted", "public"), never a
colour; the theme turns roles into colours. No text in a span is ever parsed: markup in a name is only
letters. Every measure is in terminal cells, and a text in a span is clean and of one line
(`tui.text.clean`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from tui import text as texts
from tui.text import ELLIPSIS

Role = Literal[
    "text",
    "bright",
    "strong",
    "muted",
    "italic",
    "accent",
    "accent_strong",
    "careful",
    "careful_strong",
    "public",
    "public_strong",
    "match",
    "header",
    "header_sorted",
    "rule",
    "grid",
    "bar",
    "track",
    "field",
    "field_strong",
    "field_focus",
    "sheet",
    "cursor",
    "bg",
    "s1",
    "s2",
    "s3",
    "s4",
    "s5",
    "heat0",
    "heat1",
    "heat2",
    "heat3",
    "heat4",
]
"""What a text means.

`text` values, `bright` the same in the strongest colour, `strong` bright and bold, `muted` labels and
units, `italic` muted and slanted (groups, null). `accent`, `careful` and `public` are green, amber and red,
each also bold. `match` is what was searched for. `rule` hairlines, `grid` the quieter ones, `bar` and
`track` a bar's filled and empty part. `field`, `field_focus` (the one typed into), `sheet` and `heat0` to
`heat4` put a text on that ground. `cursor` is the cell a text field types at. `s1` to `s5` are series of a
chart. `bg` is the colour of the ground as a foreground, for blocks that are cut out.
"""

Ground = Literal["row", "field", "sheet", "track"]
"""What a whole line lies on: the cursor row, an input, the palette's sheet, the empty part of a bar."""


class Span(NamedTuple):
    """A piece of a line."""

    text: str
    role: Role = "text"
    on: Role | None = None
    """The role whose ground, or else colour, lies behind the text; the line's ground when None."""


Line = tuple[Span, ...]

BLANK: Line = ()


def line(*parts: str | Span) -> Line:
    """A line of these parts; a bare text has the role `text`, an empty one is left out."""
    spans = (part if isinstance(part, Span) else Span(part) for part in parts)
    return tuple(span for span in spans if span.text)


def width(line: Iterable[Span]) -> int:
    """The cells a line takes."""
    return sum(texts.width(span.text) for span in line)


def plain(line: Iterable[Span]) -> str:
    """The text of a line without its roles."""
    return "".join(span.text for span in line)


def cut(line: Line, cells: int, ellipsis: str = ELLIPSIS) -> Line:
    """The beginning of a line that takes at most `cells` cells, ending in `ellipsis` when something was
    left out.
    """
    if width(line) <= cells:
        return line
    room = cells - texts.width(ellipsis)
    if room < 0:
        return cut(line, cells, "") if ellipsis else ()
    kept: list[Span] = []
    for span in line:
        size = texts.width(span.text)
        if size <= room:
            kept.append(span)
            room -= size
            continue
        kept.append(span._replace(text=texts.shorten(span.text, room, "") + ellipsis))
        break
    return tuple(span for span in kept if span.text)


def fit(line: Line, cells: int, align: Literal["left", "right"] = "left", ellipsis: str = ELLIPSIS) -> Line:
    """Cut or pad a line to exactly `cells` cells."""
    line = cut(line, cells, ellipsis)
    missing = cells - width(line)
    if missing <= 0:
        return line
    blanks = Span(" " * missing)
    return (blanks, *line) if align == "right" else (*line, blanks)


def between(left: Line, right: Line, cells: int) -> Line:
    """`left` from the left edge and `right` up to the right edge, exactly `cells` cells.

    Where both do not fit with one blank between them, the left one is cut, and goes before the right one is
    cut.
    """
    right = cut(right, cells)
    taken = width(right)
    room = cells - taken - (1 if taken else 0)
    return (*fit(left, max(0, room)), *fit(right, cells - max(0, room), "right"))


def labelled(label: str, line: Line, label_width: int = 10) -> Line:
    """A muted label in a column of its own, then the line."""
    return (Span(texts.fit(label, label_width), "muted"), *line)


def wrap(line: Line, cells: int) -> list[Line]:
    """Break a line at blanks, and at newlines, into lines of at most `cells` cells; roles stay with their
    words.

    A word longer than a line is broken inside. An empty line gives one empty line; no cells at all give none.
    """
    if cells <= 0:
        return []
    lines: list[Line] = []
    current: list[Span] = []
    used = 0
    blank: Span | None = None
    for word in _words(line):
        if word is None:
            lines.append(tuple(current))
            current, used, blank = [], 0, None
            continue
        if word[0].text.isspace():
            blank = word[0]
            continue
        size, gap = width(word), texts.width(blank.text) if blank else 0
        if current and used + gap + size > cells:
            lines.append(tuple(current))
            current, used, gap, blank = [], 0, 0, None
        if blank and gap + used < cells:
            current.append(blank)
            used += gap
        blank = None
        for piece in word:
            rest = piece.text
            while texts.width(rest) > cells - used:
                if head := texts.shorten(rest, cells - used, ""):
                    current.append(piece._replace(text=head))
                    rest = rest[len(head) :]
                elif not current:
                    # A wide character does not fit a line of one cell.
                    current.append(piece._replace(text=ELLIPSIS))
                    rest = rest[1:]
                    if not rest:
                        used = cells
                        break
                lines.append(tuple(current))
                current, used = [], 0
            if rest:
                current.append(piece._replace(text=rest))
                used += texts.width(rest)
    lines.append(tuple(current))
    return lines


def highlight(line: Line, words: Iterable[str], role: Role = "match") -> Line:
    """Give the first place of each word in the line this role, whatever its case."""
    found = plain(line)
    places = [place.span() for word in words if word and (place := re.search(re.escape(word), found, re.IGNORECASE))]
    return paint(line, places, role) if places else line


def paint(line: Line, places: Iterable[tuple[int, int]], role: Role) -> Line:
    """Give the characters from start to end of each place this role."""
    wanted = {index for start, end in places for index in range(start, end)}
    painted: list[Span] = []
    index = 0
    for span in line:
        run = ""
        marked = index in wanted
        for char in span.text:
            if (index in wanted) is not marked:
                painted.append(span._replace(text=run, role=role if marked else span.role))
                run, marked = "", not marked
            run += char
            index += 1
        painted.append(span._replace(text=run, role=role if marked else span.role))
    return tuple(span for span in painted if span.text)


def _words(line: Line) -> Iterator[list[Span] | None]:
    """The words of a line as the spans they are made of, the blanks between them, and None for each
    newline.
    """
    word: list[Span] = []
    for span in line:
        for piece in re.findall(r" +|\n|[^ \n]+", span.text):
            if piece[0] not in " \n":
                word.append(span._replace(text=piece))
                continue
            if word:
                yield word
                word = []
            yield None if piece == "\n" else [span._replace(text=piece)]
    if word:
        yield word
