"""Questions: what is asked, which keys answer, and which one never does."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.stage import CountedRows, Stage, hostile, insights, patient, screen_of
from tui.lines import Span, line, plain, width
from tui.widgets.question import Asking, Question, question_lines

pytestmark = pytest.mark.anyio

ROTATE = Asking(
    line(
        Span("The old link lives 5 more minutes, then breaks", "careful_strong"),
        " wherever it is used. Both passwords and the settings carry over.",
    ),
    line(Span("Rotate the link of Checkout funnel?", "strong")),
    "rotate",
    aside="leaked? esc, then K ends it at once",
    started_by="L",
)
MANY = Asking(
    line(Span("12 links break in 5 minutes.", "careful_strong")),
    line(Span("Rotate 12 links?", "strong")),
    "rotate",
    count=12,
)


def said(asking: Asking, cells: int, typed: str = "") -> list[str]:
    return [plain(content).rstrip() for content in question_lines(asking, typed, cells)]


def test_two_lines_where_there_is_room() -> None:
    assert said(ROTATE, 120) == [
        " ▲ The old link lives 5 more minutes, then breaks wherever it is used. Both passwords and the settings"
        " carry over.",
        "   Rotate the link of Checkout funnel?   y rotate   esc keep it   leaked? esc, then K ends it at once",
    ]


def test_nothing_is_lost_where_there_is_less() -> None:
    assert said(ROTATE, 40) == [
        " ▲ The old link lives 5 more minutes,",
        "   then breaks wherever it is used.",
        "   Both passwords and the settings",
        "   carry over.",
        "   Rotate the link of Checkout funnel?",
        "   y rotate   esc keep it",
    ]


def test_the_number_is_asked_for() -> None:
    assert said(MANY, 80, "1")[1] == "   Rotate 12 links?   Type 12: 1    esc keep it"


@patient
@given(hostile, hostile, st.integers(1, 200), st.sampled_from([None, 12]))
def test_it_fits_every_width(name: str, other: str, cells: int, count: int | None) -> None:
    asking = Asking(line(name, Span(other, "strong")), line(other), other, name, name, count)
    assert all(width(content) == cells for content in question_lines(asking, "1", cells))


@pytest.mark.parametrize(
    ("asking", "keys", "answers"),
    [
        (ROTATE, ["y"], [True]),
        (ROTATE, ["n"], [False]),
        (ROTATE, ["escape"], [False]),
        (ROTATE, ["L", "enter", "space", "Y", "x", "1"], []),
        (ROTATE, ["y", "y"], [True]),
        (dataclasses.replace(ROTATE, started_by="y"), ["y", "y"], []),
        (dataclasses.replace(ROTATE, started_by="y"), ["Y"], [True]),
        (dataclasses.replace(ROTATE, started_by="enter"), ["enter"], []),
        (MANY, ["1", "2", "enter"], [True]),
        (MANY, ["1", "enter", "2", "enter"], []),
        (MANY, ["y", "enter"], []),
        (MANY, ["1", "3", "backspace", "2", "enter"], [True]),
        (MANY, ["1", "2", "0", "enter"], []),
        (MANY, ["1", "n"], [False]),
    ],
)
async def test_answers(asking: Asking, keys: list[str], answers: list[bool]) -> None:
    question, rows = Question(), CountedRows(insights(5))
    stage = Stage(rows, question)
    async with stage.run_test(size=(80, 12), message_hook=stage.hook) as pilot:
        question.ask(asking)
        await pilot.press(*keys)
        assert [message.yes for message in stage.of(Question.Answered)] == answers
        assert question.display is not bool(answers)
        assert question.asking is (None if answers else asking)


async def test_it_lies_over_the_last_rows_and_gives_the_focus_back() -> None:
    question, rows = Question(), CountedRows(insights(50))
    async with Stage(rows, question).run_test(size=(120, 12)) as pilot:
        rows.focus()
        await pilot.pause()
        rows.painted.clear()
        question.ask(ROTATE, joint=7)
        await pilot.pause()
        assert (question.region.y, question.size.height, rows.size.height) == (9, 3, 12)
        assert question.has_focus
        assert screen_of(question)[0][6:9] == "─┴─"
        assert {span.role for span in question.line_at(0)[0]} == {"careful"}
        await pilot.press("escape")
        assert rows.has_focus
        assert not question.display


async def test_keys_do_nothing_else_while_it_asks() -> None:
    pressed: list[str] = []

    class Bound(Stage):
        BINDINGS = [("q", "note", ""), ("escape", "note", ""), ("4", "note", "")]

        def action_note(self) -> None:
            pressed.append("bound")

    question = Question()
    async with Bound(question).run_test(size=(80, 12)) as pilot:
        question.ask(ROTATE)
        await pilot.press("q", "4", "escape")
        assert pressed == []


async def test_a_click_elsewhere_does_not_answer() -> None:
    question, rows = Question(), CountedRows(insights(5))
    stage = Stage(rows, question)
    async with stage.run_test(size=(80, 12), message_hook=stage.hook) as pilot:
        question.ask(ROTATE)
        await pilot.click(rows, offset=(10, 3))
        await pilot.pause()
        assert question.has_focus
        assert not stage.of(Question.Answered)
        await pilot.press("y")
        assert [message.yes for message in stage.of(Question.Answered)] == [True]


async def test_it_grows_with_what_must_be_said_and_keeps_the_keys_where_it_cannot() -> None:
    question = Question()
    async with Stage(question).run_test(size=(40, 12)) as pilot:
        question.ask(ROTATE)
        await pilot.pause()
        assert question.size.height == 7
        await pilot.resize_terminal(40, 5)
        await pilot.pause()
        assert screen_of(question)[-1] == "   y rotate   esc keep it"
        await pilot.resize_terminal(120, 12)
        await pilot.pause()
        assert question.size.height == 3
