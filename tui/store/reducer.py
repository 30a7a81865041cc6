"""How an event changes the state: pure functions, one an event, found by its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import singledispatch
from types import MappingProxyType
from typing import TypeVar

from tui.store import events as e
from tui.store.facts import InsightDetail, InsightRow, JournalEntry, Outcome
from tui.store.state import BulkResult, Loadable, Notice, State, Work

K = TypeVar("K")
V = TypeVar("V")


def frozen(values: Mapping[K, V]) -> Mapping[K, V]:
    """A mapping nobody can change any more."""
    return MappingProxyType(dict(values))


def with_item(values: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """The mapping with one more or another value."""
    return MappingProxyType({**values, key: value})


def without(values: Mapping[K, V], key: K) -> Mapping[K, V]:
    """The mapping without a key."""
    return MappingProxyType({k: v for k, v in values.items() if k != key})


@singledispatch
def reduce(event: e.Event, state: State) -> State:
    """The state after an event. Slices that the event does not touch stay the same objects."""
    raise TypeError(f"no reducer for {type(event).__name__}")


def _on(kind: type[e.Event]) -> Callable[[Callable[..., State]], Callable[..., State]]:
    return reduce.register(kind)


@_on(e.Connected)
def _connected(event: e.Connected, state: State) -> State:
    session = replace(
        state.session,
        project_id=event.project_id,
        project_name=event.project_name,
        who=event.who,
        scopes=event.scopes,
        connected=True,
        problem=None,
        problem_since=None,
    )
    return replace(state, session=session)


@_on(e.Answered)
def _answered(event: e.Answered, state: State) -> State:
    session = state.session
    left, limit = event.calls_left, event.calls_limit
    if session.problem is None and (session.calls_left, session.calls_limit) == (left, limit):
        return state
    session = replace(session, problem=None, problem_since=None, calls_left=left, calls_limit=limit)
    return replace(state, session=session)


@_on(e.Unreachable)
def _unreachable(event: e.Unreachable, state: State) -> State:
    since = state.session.problem_since or event.problem.at
    return replace(state, session=replace(state.session, problem=event.problem, problem_since=since))


@_on(e.Remembered)
def _remembered(event: e.Remembered, state: State) -> State:
    insights = state.insights
    if insights.rows.value is None and event.rows:
        insights = replace(
            insights,
            rows=Loadable("stale", event.rows, event.read_at),
            total=len(event.rows),
            links=frozen({**event.links, **insights.links}),
            people=frozen(event.people),
        )
    variables = state.variables
    if variables.rows.value is None and event.variables is not None:
        variables = replace(variables, rows=Loadable("stale", event.variables, event.variables_read_at))
    session = state.session
    if not session.project_name:
        session = replace(session, project_id=event.project_id, project_name=event.project_name)
    return replace(state, insights=insights, variables=variables, session=session)


@_on(e.IndexStarted)
def _index_started(event: e.IndexStarted, state: State) -> State:
    insights = replace(state.insights, rows=state.insights.rows.loading(), complete=False, skipped=0)
    return replace(state, insights=insights)


@_on(e.IndexPage)
def _index_page(event: e.IndexPage, state: State) -> State:
    insights = state.insights
    known = {row.id: row for row in insights.rows.value or ()}
    known.update((row.id, row) for row in event.rows)
    rows = Loadable("stale" if insights.rows.value else "loading", tuple(known.values()), event.at)
    people = frozen({**insights.people, **event.people})
    return replace(state, insights=replace(insights, rows=rows, total=event.total, people=people))


@_on(e.IndexEnded)
def _index_ended(event: e.IndexEnded, state: State) -> State:
    insights = state.insights
    kept = tuple(row for row in insights.rows.value or () if row.id in event.ids or event.skipped)
    total = len(kept) + event.skipped
    rows = insights.rows.ready(kept, event.at)
    return replace(state, insights=replace(insights, rows=rows, total=total, complete=True, skipped=event.skipped))


@_on(e.IndexFailed)
def _index_failed(event: e.IndexFailed, state: State) -> State:
    return replace(state, insights=replace(state.insights, rows=state.insights.rows.failed(event.problem)))


@_on(e.LinkRead)
def _link_read(event: e.LinkRead, state: State) -> State:
    insights = state.insights
    problems = insights.link_problems
    if event.insight_id in problems:
        problems = without(problems, event.insight_id)
    links = with_item(insights.links, event.insight_id, event.link)
    return replace(state, insights=replace(insights, links=links, link_problems=problems))


@_on(e.LinkFailed)
def _link_failed(event: e.LinkFailed, state: State) -> State:
    problems = with_item(state.insights.link_problems, event.insight_id, event.problem)
    return replace(state, insights=replace(state.insights, link_problems=problems))


def _detail(state: State, insight_id: int) -> Loadable[InsightDetail]:
    return state.details.by_id.get(insight_id) or Loadable()


def _with_detail(state: State, insight_id: int, detail: Loadable[InsightDetail]) -> State:
    return replace(state, details=replace(state.details, by_id=with_item(state.details.by_id, insight_id, detail)))


@_on(e.InsightAsked)
def _insight_asked(event: e.InsightAsked, state: State) -> State:
    return _with_detail(state, event.insight_id, _detail(state, event.insight_id).loading())


@_on(e.InsightRead)
def _insight_read(event: e.InsightRead, state: State) -> State:
    row = event.detail.row
    state = _with_detail(state, row.id, _detail(state, row.id).ready(event.detail, event.detail.read_at))
    rows = state.insights.rows
    if rows.value is None or row in rows.value:
        return state
    known = tuple(row if old.id == row.id else old for old in rows.value)
    return replace(state, insights=replace(state.insights, rows=replace(rows, value=known)))


@_on(e.InsightFailed)
def _insight_failed(event: e.InsightFailed, state: State) -> State:
    return _with_detail(state, event.insight_id, _detail(state, event.insight_id).failed(event.problem))


@_on(e.VariablesAsked)
def _variables_asked(event: e.VariablesAsked, state: State) -> State:
    return replace(state, variables=replace(state.variables, rows=state.variables.rows.loading()))


@_on(e.VariablesRead)
def _variables_read(event: e.VariablesRead, state: State) -> State:
    return replace(state, variables=replace(state.variables, rows=state.variables.rows.ready(event.rows, event.at)))


@_on(e.VariablesFailed)
def _variables_failed(event: e.VariablesFailed, state: State) -> State:
    return replace(state, variables=replace(state.variables, rows=state.variables.rows.failed(event.problem)))


def _begun(work: Work, writing: Mapping[int, str]) -> Work:
    """Writes of these insights are under way: what the ones before them met is of the past."""
    return replace(
        work,
        writing=frozen({**work.writing, **writing}),
        refusals=frozen({key: value for key, value in work.refusals.items() if key not in writing}),
        conflicts=frozen({key: value for key, value in work.conflicts.items() if key not in writing}),
    )


@_on(e.WriteQueued)
def _write_queued(event: e.WriteQueued, state: State) -> State:
    return replace(state, work=_begun(state.work, {event.insight_id: event.words}))


@_on(e.WriteEnded)
def _write_ended(event: e.WriteEnded, state: State) -> State:
    return replace(state, work=replace(state.work, writing=without(state.work.writing, event.insight_id)))


@_on(e.WriteRefused)
def _write_refused(event: e.WriteRefused, state: State) -> State:
    refusals = with_item(state.work.refusals, event.insight_id, event.problem)
    return replace(state, work=replace(state.work, refusals=refusals))


@_on(e.Conflicted)
def _conflicted(event: e.Conflicted, state: State) -> State:
    conflicts = with_item(state.work.conflicts, event.insight_id, frozen(event.theirs))
    return replace(state, work=replace(state.work, conflicts=conflicts))


@_on(e.RowChanged)
def _row_changed(event: e.RowChanged, state: State) -> State:
    return _with_row(state, event.row)


@_on(e.InsightBack)
def _insight_back(event: e.InsightBack, state: State) -> State:
    return _with_row(state, event.row)


def _with_row(state: State, row: InsightRow) -> State:
    """The state with an insight as it is now, in the list and where it is open."""
    detail = state.details.by_id.get(row.id)
    if detail is not None and detail.value is not None:
        state = _with_detail(state, row.id, replace(detail, value=replace(detail.value, row=row)))
    insights = state.insights
    rows = insights.rows.value
    if rows is None:
        return state
    if any(old.id == row.id for old in rows):
        rows = tuple(row if old.id == row.id else old for old in rows)
        return replace(state, insights=replace(insights, rows=replace(insights.rows, value=rows)))
    total = None if insights.total is None else insights.total + 1
    return replace(state, insights=replace(insights, rows=replace(insights.rows, value=(row, *rows)), total=total))


@_on(e.InsightGone)
def _insight_gone(event: e.InsightGone, state: State) -> State:
    insights = state.insights
    rows = insights.rows.value or ()
    kept = tuple(row for row in rows if row.id != event.insight_id)
    if len(kept) == len(rows):
        return state
    total = None if insights.total is None else insights.total - 1
    return replace(state, insights=replace(insights, rows=replace(insights.rows, value=kept), total=total))


@_on(e.InsightCreated)
def _insight_created(event: e.InsightCreated, state: State) -> State:
    created = replace(state.work.created, insight_id=event.insight_id, serial=state.work.created.serial + 1)
    return replace(state, work=replace(state.work, created=created))


@_on(e.BulkQueued)
def _bulk_queued(event: e.BulkQueued, state: State) -> State:
    return replace(state, work=replace(_begun(state.work, event.writing), bulk=event.words))


@_on(e.BulkEnded)
def _bulk_ended(event: e.BulkEnded, state: State) -> State:
    work = state.work
    serial = work.result.serial + 1 if work.result else 1
    result = BulkResult(work.bulk, event.done, event.failed, event.left, serial)
    return replace(state, work=replace(work, bulk="", result=result, task=None))


@_on(e.Journalled)
def _journalled(event: e.Journalled, state: State) -> State:
    entry, entries = event.entry, state.journal.entries
    if any(old.id == entry.id for old in entries):
        entries = tuple(entry if old.id == entry.id else old for old in entries)
    else:
        entries = tuple(sorted((entry, *entries), key=_newest_first))
    return replace(state, journal=replace(state.journal, entries=entries))


@_on(e.JournalRead)
def _journal_read(event: e.JournalRead, state: State) -> State:
    known = {entry.id: entry for entry in event.entries}
    known.update((entry.id, entry) for entry in state.journal.entries if entry.outcome is not Outcome.OPEN)
    entries = tuple(sorted(known.values(), key=_newest_first))
    return replace(state, journal=replace(state.journal, entries=entries, read=True))


def _newest_first(entry: JournalEntry) -> int:
    return -entry.id


@_on(e.RotationChanged)
def _rotation_changed(event: e.RotationChanged, state: State) -> State:
    rotations = with_item(state.work.rotations, event.rotation.insight_id, event.rotation)
    return replace(state, work=replace(state.work, rotations=rotations))


@_on(e.Progressed)
def _progressed(event: e.Progressed, state: State) -> State:
    return replace(state, work=replace(state.work, task=event.task))


@_on(e.Noticed)
def _noticed(event: e.Noticed, state: State) -> State:
    notice = Notice(event.said, event.detail, event.tone, state.notice.serial + 1, event.target)
    return replace(state, notice=notice)


@_on(e.Found)
def _found(event: e.Found, state: State) -> State:
    goal = replace(state.goal, insight_id=event.insight_id, serial=state.goal.serial + 1)
    return replace(state, goal=goal)
