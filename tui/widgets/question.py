"""A question before something that matters: what will happen, then whether to do it. It lies over the key
line.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.events import Key
from textual.message import Message
from textual.widget import Widget

from tui.glyphs import CAREFUL, JOINT_UP
from tui.lines import BLANK, Ground, Line, Role, Span, fit, line, width, wrap
from tui.widgets.chrome import hairline, join
from tui.widgets.surface import Surface

LEFT = 3
"""Cells before the text; the sign stands in the second."""
SIGN = Span(CAREFUL, "careful")


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked."""

    consequence: Line
    question: Line
    yes: str
    """What the confirming key does, in a word or two."""
    no: str = "keep it"
    aside: str = ""
    """Said after the keys where there is room."""
    count: int | None = None
    """With a number, yes is that number typed, then `enter`."""
    sign: Span = SIGN
    started_by: str = ""
    """The key that led here. It never confirms."""

    @property
    def yes_key(self) -> str:
        """The key that confirms."""
        return "Y" if self.started_by == "y" else "y"


def question_lines(asking: Asking, typed: str, cells: int) -> list[Line]:
    """The lines of a question, wrapped so that nothing of it is lost; the keys are in the last."""
    room = max(1, cells - LEFT - 1)
    margin = Span(" " * LEFT)
    first = line(Span(" "), asking.sign, " ")
    lines: list[Line] = [
        (*(first if number == 0 else (margin,)), *part) for number, part in enumerate(wrap(asking.consequence, room))
    ]
    if asking.count is None:
        keys = [_key(asking.yes_key, asking.yes), _key("esc", asking.no)]
    else:
        ask = line(Span(f"Type {asking.count}: ", "strong"), Span(typed, "strong"), Span(" ", "cursor"))
        keys = [ask, _key("esc", asking.no)]
    aside = [line(Span(asking.aside, "muted"))] if asking.aside else []
    gap = "   "
    for said in (join([asking.question, *keys, *aside], gap), join([asking.question, *keys], gap)):
        if width(said) <= room:
            return [fit(part, cells) for part in (*lines, (margin, *said))]
    lines += [(margin, *part) for part in wrap(asking.question, room)]
    lines += [(margin, *part) for part in wrap(join(keys, gap), room)]
    return [fit(part, cells) for part in lines]


def _key(key: str, words: str) -> Line:
    return line(Span(key, "strong"), Span(f" {words}", "muted"))


class Question(Surface, can_focus=True):
    """Asks, takes the focus until there is an answer, and gives the focus back.

    It is one of the last children of a screen with a layer named `above`, and is not displayed until it asks.
    """

    DEFAULT_CSS = "Question { layer: above; dock: bottom; height: 3; display: none; }"

    class Answered(Message):
        """There is an answer."""

        def __init__(self, question: Question, asking: Asking, yes: bool) -> None:
            super().__init__()
            self.question = question
            self.asking = asking
            self.yes = yes

        @property
        def control(self) -> Question:
            return self.question

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._asking: Asking | None = None
        self._typed = ""
        self._joint: int | None = None
        self._focused_before: Widget | None = None

    @property
    def asking(self) -> Asking | None:
        """What is being asked; None when nothing is."""
        return self._asking

    def ask(self, asking: Asking, *, joint: int | None = None) -> None:
        """Ask. `joint` is the cell at which a column line above meets the hairline."""
        if self._asking is None:
            self._focused_before = self.screen.focused
        self._asking, self._typed, self._joint = asking, "", joint
        self._take_height()
        self.display = True
        # At once, so that a key typed right after the one that led here arrives here.
        self.screen.set_focus(self)
        self.refresh()

    def withdraw(self) -> None:
        """Stop asking, without an answer."""
        self._asking = None
        self.display = False
        before, self._focused_before = self._focused_before, None
        if before is not None and before.is_attached:
            self.screen.set_focus(before)

    def line_at(self, y: int) -> tuple[Line, Ground | None]:
        if self._asking is None:
            return BLANK, None
        if y == 0:
            role: Role = "careful"
            return hairline(self.size.width, joint=self._joint, sign=JOINT_UP, role=role), None
        lines = question_lines(self._asking, self._typed, self.size.width)
        # Where the screen is too low for all of it, the question and its keys stay.
        shown = lines[-(self.size.height - 1) :]
        return (shown[y - 1] if y <= len(shown) else BLANK), None

    def on_key(self, event: Key) -> None:
        asking = self._asking
        if asking is None or event.key == "ctrl+c":
            return
        event.stop()
        event.prevent_default()
        if event.key == "escape" or event.character in ("n", "N"):
            self._answer(asking, False)
        elif asking.count is None:
            if event.character == asking.yes_key:
                self._answer(asking, True)
        elif event.key == "enter":
            if self._typed == str(asking.count):
                self._answer(asking, True)
            else:
                self._type("")
        elif event.key == "backspace":
            self._type(self._typed[:-1])
        elif event.character is not None and event.character in "0123456789":
            self._type((self._typed + event.character)[:9])

    def on_blur(self) -> None:
        # A click elsewhere does not answer.
        if self._asking is not None and self.app.app_focus:
            self.call_later(self.focus)

    def on_resize(self) -> None:
        self._take_height()

    def _answer(self, asking: Asking, yes: bool) -> None:
        self.withdraw()
        self.post_message(self.Answered(self, asking, yes))

    def _type(self, text: str) -> None:
        self._typed = text
        self.repaint()

    def _take_height(self) -> None:
        if self._asking is None:
            return
        cells, rows = self.app.size
        wanted = 1 + len(question_lines(self._asking, "0" * 9, cells))
        self.styles.height = min(wanted, max(1, rows - 1))
