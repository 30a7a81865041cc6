"""The frame of every screen: the status line, the tabs, the keys, and the line between two columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.glyphs import COLUMN, CRUMB, DOT, JOINT_DOWN, JOINT_UP, RULE
from tui.lines import BLANK, Ground, Line, Role, Span, between, cut, fit, line, width
from tui.widgets.surface import Surface

BRAND = "Hedgerow"
TIGHT_BELOW = 68
"""On a narrower terminal two blanks stand where three do otherwise."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A thing the status line says at its right, from the longest form to the shortest; an empty form is
    left out.
    """

    forms: tuple[str | Line, ...]
    role: Role = "muted"

    def at(self, level: int) -> Line:
        """The form for a level of shortness, 0 the longest."""
        form = self.forms[min(level, len(self.forms) - 1)] if self.forms else ""
        return line(Span(form, self.role)) if isinstance(form, str) else form


@dataclass(frozen=True, slots=True)
class Status:
    """What the status line says."""

    profile: str = ""
    project: str = ""
    project_id: str = ""
    host: str = ""
    read_only: bool = False
    note: str = ""
    """Stands after the brand in place of a profile, muted."""
    facts: tuple[Fact, ...] = ()


def status_line(status: Status, cells: int) -> Line:
    """The status in `cells` cells: what is least needed is left out until the rest fits."""
    tight = cells < TIGHT_BELOW
    steps = [(2, 2), (3, 2), (3, 3), (4, 3), (4, 9), (5, 9), (5, 10)]
    if not tight:
        steps = [(0, 0), (1, 0), (1, 1), *steps]
    room = max(0, cells - 2)
    for left, right in steps:
        said = _left(status, left, "  " if tight else "   "), _right(status.facts, right)
        if sum(map(width, said)) + (2 if said[1] else 0) <= room:
            break
    return fit((Span(" "), *between(*said, room)), cells)


def _left(status: Status, level: int, gap: str) -> Line:
    """From 0, everything, to 5, the brand: the host goes first, then the project's id, the project, the
    profile.
    """
    parts: list[Line] = [line(Span(BRAND, "accent_strong"))] if level < 5 or not status.read_only else []
    place = [Span(status.profile, "strong")] if status.profile and level < 5 else []
    if status.project and level < 3:
        number = f" ({status.project_id})" if status.project_id and level < 2 else ""
        place.append(Span(f"{f' {DOT} ' if place else ''}{status.project}{number}"))
    if status.host and level < 1:
        place.append(Span(f"{f' {DOT} ' if place else ''}{status.host}", "muted"))
    if place:
        parts.append(tuple(place))
    if status.note and level < 4:
        parts.append(line(Span(status.note, "muted")))
    if status.read_only:
        parts.append(line(Span("READ-ONLY", "careful_strong")))
    return join(parts, gap)


def _right(facts: Sequence[Fact], level: int) -> Line:
    """The facts, shorter by level; at 9 only the first, from 10 on none."""
    shown = facts if level < 9 else facts[: 10 - level]
    return join([said for fact in shown if (said := fact.at(level))], Span(f" {DOT} ", "muted"))


def join(parts: Sequence[Line], gap: str | Span) -> Line:
    """The parts with the same gap between each two."""
    joined: list[Span] = []
    for number, part in enumerate(parts):
        if number:
            joined.append(gap if isinstance(gap, Span) else Span(gap))
        joined += part
    return tuple(joined)


class StatusLine(Surface):
    """Row 0: who is shown what, and how old it is."""

    DEFAULT_CSS = "StatusLine { height: 1; }"

    def __init__(self, status: Status | None = None, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._status = status or Status()

    def show(self, status: Status) -> None:
        """Say this."""
        self._status = status
        self.repaint()

    def line_at(self, y: int) -> tuple[Line, Ground | None]:
        return status_line(self._status, self.size.width), None


@dataclass(frozen=True, slots=True)
class Tabs:
    """The tabs: their words in order, the active one by number from 1, and what is open in it."""

    words: tuple[str, ...] = ("Insights", "Variables", "Exposure", "Journal")
    active: int = 1
    crumbs: tuple[str, ...] = ()
    joint: int | None = None
    """The cell at which a column line below meets the hairline."""


def tab_line(tabs: Tabs, cells: int) -> tuple[Line, int, int]:
    """The tabs in `cells` cells, and the cells from which and to which the active one reaches.

    As it narrows the gaps close, the other tabs keep only their numbers, then go; the open thing's name is
    cut last.
    """
    tight = cells < TIGHT_BELOW
    for gap, words in ((3, True), (2, True), (2, False), (1, False), (0, False)):
        if tight and gap == 3:
            continue
        parts = [_tab(tabs, number, words, gap > 0) for number in range(1, len(tabs.words) + 1)]
        shown = [part for part in parts if part]
        said = (Span(" "), *join(shown, " " * gap))
        if width(said) + 1 <= cells:
            break
    before = [part for part in parts[: tabs.active - 1] if part]
    start = 1 + sum(map(width, before)) + gap * len(before)
    active = parts[tabs.active - 1]
    # An active tab that does not fit is cut so that the rest of the tabs stay.
    missing = max(0, width(said) + 1 - cells)
    shorter = cut(active, max(0, width(active) - missing))
    line_of_tabs = (Span(" "), *join([shorter if part is active else part for part in shown], " " * gap))
    return fit(line_of_tabs, cells), min(start, cells), min(start + width(shorter), cells)


def _tab(tabs: Tabs, number: int, words: bool, others: bool) -> Line:
    word = tabs.words[number - 1]
    if number == tabs.active:
        crumbs = [line(Span(word, "strong")), *(line(Span(crumb, "strong")) for crumb in tabs.crumbs)]
        return (Span(f"{number} ", "accent_strong"), *join(crumbs, Span(f" {CRUMB} ", "muted")))
    if not others:
        return BLANK
    return line(Span(f"{number} {word}" if words else str(number), "muted"))


def hairline(cells: int, *, joint: int | None = None, sign: str = RULE, role: Role = "rule") -> Line:
    """A line across; at `joint` it meets a column line with `sign`."""
    if joint is None or not 0 <= joint < cells:
        return line(Span(RULE * cells, role))
    return line(Span(RULE * joint + sign + RULE * (cells - joint - 1), role))


class TabLine(Surface):
    """Rows 1 and 2: the tabs, and the hairline below them with the active one underlined."""

    DEFAULT_CSS = "TabLine { height: 2; }"

    def __init__(self, tabs: Tabs | None = None, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._tabs = tabs or Tabs()

    def show(self, tabs: Tabs) -> None:
        """Show these tabs."""
        self._tabs = tabs
        self.repaint()

    def line_at(self, y: int) -> tuple[Line, Ground | None]:
        cells = self.size.width
        tabs, start, end = tab_line(self._tabs, cells)
        if y == 0:
            return tabs, None
        rule = hairline(cells, joint=self._tabs.joint, sign=JOINT_DOWN)[0].text if cells else ""
        parts = Span(rule[:start], "rule"), Span(RULE * (end - start), "accent"), Span(rule[end:], "rule")
        return line(*parts), None


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key and what it does."""

    key: str
    words: str
    reason: str | None = None
    """Why it cannot work now. Keys with the same reason stand together before it, without their words."""
    rank: int = 1
    """The highest rank goes first where there is no room; rank 0 never goes, and stands last."""
    role: Role = "strong"


@dataclass(frozen=True, slots=True)
class Keys:
    """What the key line says."""

    hints: tuple[KeyHint, ...] = ()
    left: Line = BLANK
    """Stands before the keys, as `3 marked` in accent."""
    joint: int | None = None
    notice: Line = BLANK
    """A sentence of its own line above the keys."""
    notice_rule: Role = "careful"
    """The hairline above a notice."""


def key_line(keys: Keys, cells: int, margin: int = 1) -> Line:
    """The keys in `cells` cells: the least needed are left out until the rest fits."""
    gap = 3 if cells >= 60 else 2
    hints = list(keys.hints)
    while True:
        said = _keys(hints, keys.left, gap)
        highest = max((hint.rank for hint in hints), default=0)
        if margin + width(said) < cells or not highest:
            break
        goes = [hint for hint in hints if hint.rank == highest][-1]
        # Keys that stand together with one reason go together.
        hints = [hint for hint in hints if hint is not goes and (not goes.reason or hint.reason != goes.reason)]
    if keys.left and margin + width(said) >= cells:
        said = _keys(hints, BLANK, gap)
    return fit((Span(" " * margin), *said), cells)


def _keys(hints: Sequence[KeyHint], left: Line, gap: int) -> Line:
    works = [hint for hint in hints if hint.reason is None]
    refused: dict[str, list[str]] = {}
    for hint in hints:
        if hint.reason is not None:
            refused.setdefault(hint.reason, []).append(hint.key)
    parts = [left] if left else []
    parts += [_hint(hint) for hint in works if hint.rank]
    parts += [line(Span(f"{' '.join(names)} {reason}", "muted")) for reason, names in refused.items()]
    parts += [_hint(hint) for hint in works if not hint.rank]
    return join(parts, " " * gap)


def _hint(hint: KeyHint) -> Line:
    return line(Span(hint.key, hint.role), Span(f" {hint.words}" if hint.words else "", "muted"))


class KeyLine(Surface):
    """The last rows: a hairline and the keys; with a notice, that line between them."""

    DEFAULT_CSS = "KeyLine { height: 2; }"

    def __init__(self, keys: Keys | None = None, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._keys = Keys()
        self.show(keys or Keys())

    def show(self, keys: Keys) -> None:
        """Show these keys. Only a notice that comes or goes changes the height."""
        if bool(keys.notice) != bool(self._keys.notice):
            self.styles.height = 3 if keys.notice else 2
        self._keys = keys
        self.repaint()

    def line_at(self, y: int) -> tuple[Line, Ground | None]:
        keys, cells = self._keys, self.size.width
        if y == 0:
            role: Role = keys.notice_rule if keys.notice else "rule"
            return hairline(cells, joint=keys.joint, sign=JOINT_UP, role=role), None
        if not keys.notice:
            return key_line(keys, cells), None
        return ((Span(" "), *keys.notice) if y == 1 else key_line(keys, cells, 3)), None


class Divider(Surface):
    """The line between two columns."""

    DEFAULT_CSS = "Divider { width: 1; }"

    def line_at(self, y: int) -> tuple[Line, Ground | None]:
        return line(Span(COLUMN, "rule")), None
