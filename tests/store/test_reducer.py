"""The reducer: which slices an event touches, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from tui.api.errors import Kind, Problem, Sent
from tui.store import events as e
from tui.store.facts import InsightDetail, InsightRow, JournalEntry, Link, Outcome, Rotation, Variable
from tui.store.reducer import reduce
from tui.store.state import SLICES, BulkResult, Failure, Insights, Journal, Loadable, State, Task, Work
from tui.text import Secret


def row(number: int, name: str = "") -> InsightRow:
    return InsightRow(number, f"s{number}", name, "", "", (), False, "trends", (), (), 1.0, "Ana", 2.0, "Ben", 3.0)


def entry(number: int, outcome: Outcome = Outcome.DONE) -> JournalEntry:
    return JournalEntry(number, 5.0, "switch_sharing", "switch sharing on", "A", 1, outcome=outcome)


PROBLEM = Problem(Kind.OFFLINE, "Away.", "", "", Sent.NO, at=7.0)
LINK = Link("open", 4.0, token=Secret("t" * 30), tail="tttt")
VARIABLE = Variable("v", "Name", "name", "String", "", None, False, "", None, None)
ROTATION = Rotation(1, 1, Secret("old" * 10), 300.0)
DETAIL = InsightDetail(row(1, "Renamed"), {}, [], read_at=9.0)

START = replace(
    State(),
    insights=Insights(
        rows=Loadable("ready", (row(1, "One"), row(2, "Two")), 1.0),
        total=2,
        links=MappingProxyType({2: LINK}),
        link_problems=MappingProxyType({1: PROBLEM}),
    ),
    journal=Journal((entry(1),), True),
    work=Work(writing=MappingProxyType({1: "rotate link"})),
)

CASES: list[tuple[e.Event, set[str]]] = [
    (e.Connected("1", "Shop", "ana@example.com", frozenset({"*"})), {"session"}),
    (e.Answered(239, 240), {"session"}),
    (e.Unreachable(PROBLEM), {"session"}),
    (e.Remembered((row(1),), 1.0, {}, {}, (VARIABLE,), 1.0, "1", "Shop"), {"session", "variables"}),
    (e.IndexStarted(), {"insights"}),
    (e.IndexPage((row(3),), 3, {1: "Ana"}, 5.0), {"insights"}),
    (e.IndexEnded(frozenset({1}), 5.0), {"insights"}),
    (e.IndexFailed(PROBLEM), {"insights"}),
    (e.LinkRead(1, LINK), {"insights"}),
    (e.LinkFailed(2, PROBLEM), {"insights"}),
    (e.InsightAsked(1), {"details"}),
    (e.InsightRead(DETAIL), {"details", "insights"}),
    (e.InsightFailed(1, PROBLEM), {"details"}),
    (e.VariablesAsked(), {"variables"}),
    (e.VariablesRead((VARIABLE,), 5.0), {"variables"}),
    (e.VariablesFailed(PROBLEM), {"variables"}),
    (e.WriteQueued(2, "rotate link"), {"work"}),
    (e.WriteEnded(1), {"work"}),
    (e.WriteRefused(1, PROBLEM), {"work"}),
    (e.Conflicted(1, {"name": "Theirs"}), {"work"}),
    (e.RowChanged(row(1, "Renamed")), {"insights"}),
    (e.InsightCreated(3), {"work"}),
    (e.InsightGone(1), {"insights"}),
    (e.InsightBack(row(3)), {"insights"}),
    (e.BulkQueued("change tags", {1: "change tags"}), {"work"}),
    (e.BulkEnded(1, (Failure(2, "Two", "No."),)), {"work"}),
    (e.Journalled(entry(2)), {"journal"}),
    (e.JournalRead((entry(1), entry(3))), {"journal"}),
    (e.RotationChanged(ROTATION), {"work"}),
    (e.Progressed(Task("link states", 1, 2)), {"work"}),
    (e.Noticed("Said"), {"notice"}),
    (e.Found(1), {"goal"}),
]


def test_the_cases_cover_every_kind_of_event() -> None:
    kinds = {kind for kind in vars(e).values() if isinstance(kind, type) and issubclass(kind, e.Event)}
    assert {type(event) for event, _ in CASES} == kinds - {e.Event}


@pytest.mark.parametrize(("event", "touched"), CASES, ids=lambda value: type(value).__name__)
def test_slices_that_are_not_touched_stay_the_same_objects(event: e.Event, touched: set[str]) -> None:
    after = reduce(event, START)
    assert {name for name in SLICES if getattr(after, name) is not getattr(START, name)} == touched


def test_an_event_without_a_reducer_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="no reducer for Event"):
        reduce(e.Event(), START)


def test_an_answer_that_tells_nothing_new_changes_nothing() -> None:
    once = reduce(e.Answered(239, 240), START)
    assert reduce(e.Answered(239, 240), once) is once


def test_an_answer_ends_a_problem_whose_beginning_is_kept() -> None:
    away = reduce(e.Unreachable(PROBLEM), START)
    later = reduce(e.Unreachable(replace(PROBLEM, at=99.0)), away)
    assert (later.session.problem_since, later.session.problem and later.session.problem.at) == (7.0, 99.0)
    back = reduce(e.Answered(239, 240), later)
    assert (back.session.problem, back.session.problem_since) == (None, None)


def test_what_is_remembered_never_replaces_what_was_read() -> None:
    event = e.Remembered((row(9),), 1.0, {2: replace(LINK, state="off"), 9: LINK}, {}, None, None, "7", "Other")
    assert reduce(event, START).insights is START.insights
    fresh = reduce(event, State())
    assert (fresh.insights.rows.status, fresh.insights.rows.read_at, fresh.insights.total) == ("stale", 1.0, 1)
    assert fresh.session.project_name == "Other"
    read = reduce(e.LinkRead(2, LINK), State())
    assert reduce(event, read).insights.links[2] is LINK


def test_an_index_grows_page_by_page_and_forgets_what_is_gone() -> None:
    state = reduce(e.IndexStarted(), State())
    assert (state.insights.rows.status, state.insights.complete) == ("loading", False)
    state = reduce(e.IndexPage((row(1, "One"),), 3, {1: "Ana"}, 5.0), state)
    assert (state.insights.rows.status, state.insights.total) == ("loading", 3)
    state = reduce(e.IndexPage((row(2),), 3, {2: "Ben"}, 6.0), state)
    assert dict(state.insights.people) == {1: "Ana", 2: "Ben"}
    state = reduce(e.IndexPage((row(1, "Renamed"),), 3, {}, 6.0), state)
    assert [(one.id, one.name) for one in state.insights.rows.value or ()] == [(1, "Renamed"), (2, "")]
    state = reduce(e.IndexEnded(frozenset({1}), 8.0), state)
    assert [one.id for one in state.insights.rows.value or ()] == [1]
    assert (state.insights.rows.status, state.insights.rows.read_at, state.insights.total) == ("ready", 8.0, 1)
    assert state.insights.complete


def test_rows_stay_when_some_were_skipped() -> None:
    state = reduce(e.IndexEnded(frozenset({1}), 8.0, skipped=25), START)
    assert [one.id for one in state.insights.rows.value or ()] == [1, 2]
    assert (state.insights.total, state.insights.skipped) == (27, 25)


def test_reading_again_and_failing_keep_what_is_known() -> None:
    for event in (e.IndexStarted(), e.IndexFailed(PROBLEM)):
        rows = reduce(event, START).insights.rows
        assert (rows.value, rows.read_at) == (START.insights.rows.value, 1.0)
    assert reduce(e.IndexFailed(PROBLEM), START).insights.rows.problem is PROBLEM


def test_a_link_that_was_read_has_no_problem_any_more() -> None:
    state = reduce(e.LinkRead(1, LINK), START)
    assert (state.insights.links[1], dict(state.insights.link_problems)) == (LINK, {})


def test_an_opened_insight_refreshes_its_row() -> None:
    state = reduce(e.InsightRead(DETAIL), START)
    assert [one.name for one in state.insights.rows.value or ()] == ["Renamed", "Two"]
    assert state.details.by_id[1].value is DETAIL
    same = reduce(e.InsightRead(replace(DETAIL, row=row(1, "One"))), START)
    assert same.insights is START.insights


def test_a_journal_is_newest_first_and_never_goes_back_to_open() -> None:
    state = reduce(e.Journalled(entry(3)), START)
    state = reduce(e.Journalled(entry(2)), state)
    assert [one.id for one in state.journal.entries] == [3, 2, 1]
    state = reduce(e.JournalRead((entry(3, Outcome.OPEN), entry(0))), state)
    assert [(one.id, one.outcome) for one in state.journal.entries] == [
        (3, Outcome.DONE), (2, Outcome.DONE), (1, Outcome.DONE), (0, Outcome.DONE),
    ]  # fmt: skip


def test_each_notice_and_each_goal_is_a_new_one() -> None:
    state = reduce(e.Noticed("Same"), reduce(e.Noticed("Same"), START))
    assert (state.notice.said, state.notice.serial) == ("Same", 2)
    state = reduce(e.Found(1), reduce(e.Found(1), START))
    assert (state.goal.insight_id, state.goal.serial) == (1, 2)


def test_mappings_of_the_state_cannot_be_changed() -> None:
    state = reduce(e.LinkRead(1, LINK), START)
    with pytest.raises(TypeError):
        state.insights.links[1] = LINK  # type: ignore[index]


def test_what_is_secret_does_not_show() -> None:
    state = reduce(e.RotationChanged(ROTATION), reduce(e.LinkRead(1, LINK), START))
    assert "t" * 30 not in repr(state)
    assert "old" * 10 not in repr(state)


def test_a_refusal_and_a_conflict_are_shown_until_the_next_write_of_that_insight() -> None:
    state = reduce(e.Conflicted(1, {"name": "Theirs"}), reduce(e.WriteRefused(1, PROBLEM), START))
    state = reduce(e.WriteRefused(2, PROBLEM), state)
    assert (state.work.refusals[1], state.work.conflicts[1]["name"]) == (PROBLEM, "Theirs")
    state = reduce(e.WriteQueued(1, "rename"), state)
    assert (set(state.work.refusals), set(state.work.conflicts)) == ({2}, set())
    state = reduce(e.BulkQueued("delete", {2: "delete insight", 3: "delete insight"}), state)
    assert (dict(state.work.refusals), state.work.bulk, set(state.work.writing)) == ({}, "delete", {1, 2, 3})


def test_rows_leave_join_and_change() -> None:
    state = reduce(e.InsightGone(1), START)
    assert ([one.id for one in state.insights.rows.value or ()], state.insights.total) == ([2], 1)
    assert reduce(e.InsightGone(1), state) is state
    state = reduce(e.InsightBack(row(1, "One")), state)
    assert ([one.id for one in state.insights.rows.value or ()], state.insights.total) == ([1, 2], 2)
    state = reduce(e.RowChanged(row(2, "New")), reduce(e.InsightRead(DETAIL), state))
    assert ([one.name for one in state.insights.rows.value or ()], state.insights.total) == (["Renamed", "New"], 2)
    state = reduce(e.RowChanged(row(1, "Newest")), state)
    detail = state.details.by_id[1].value
    assert detail is not None
    assert (detail.row.name, detail.read_at) == ("Newest", 9.0)


def test_a_bulk_leaves_its_result() -> None:
    state = reduce(e.BulkQueued("delete", {2: "delete insight"}), START)
    state = reduce(e.Progressed(Task("delete", 0, 1)), state)
    state = reduce(e.BulkEnded(0, (Failure(2, "Two", "No."),), 3), state)
    assert (state.work.bulk, state.work.task) == ("", None)
    assert state.work.result == BulkResult("delete", 0, (Failure(2, "Two", "No."),), 3, 1)
    again = reduce(e.BulkEnded(0, ()), state).work.result
    assert again is not None
    assert again.serial == 2
