"""What became of a write to an insight: the same words whether its answer told, a read-back, or a later settling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tui.api.client import Client
from tui.api.errors import ApiError, Kind, Problem, Sent
from tui.api.models import Insight
from tui.operations.fields import (
    Known,
    Values,
    changed,
    exact_fields,
    gone,
    in_order,
    named,
    read_known,
    same,
    shown_fields,
    told,
)
from tui.operations.mapping import detail_from
from tui.operations.record import Clock, Keeper, Record
from tui.operations.words import lost, refused
from tui.store.commands import CreateInsight, DeleteInsight, EditInsight, RestoreInsight, to_record
from tui.store.edits import fields_from
from tui.store.events import (
    Event,
    Events,
    InsightBack,
    InsightCreated,
    InsightGone,
    InsightRead,
    Noticed,
    RowChanged,
    WriteRefused,
)
from tui.store.facts import InsightRow, JournalEntry, Outcome
from tui.store.state import Tone

VERBS = frozenset({EditInsight.verb, DeleteInsight.verb, RestoreInsight.verb, CreateInsight.verb})
"""The writes this module tells the end of."""
PAGE = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """What is true now of what a write meant to make."""

    done: bool
    words: str
    """After the insight's title: `renamed to Signups`, `it is as it was`."""
    entry: JournalEntry
    """The journal entry, with what only the outcome could tell."""
    events: tuple[Event, ...] = ()
    after: str | None = None
    detail: str = ""
    tone: Tone = "done"


async def find_out(client: Client, entry: JournalEntry, clock: Clock) -> Finding:
    """Read what became of a write. Only reads leave. Raises `ApiError`."""
    if entry.verb == CreateInsight.verb:
        return await _find_created(client, entry)
    whole = entry.verb == EditInsight.verb and "query" in entry.expected.get("changes", {})
    try:
        known = await read_known(client, entry.target, basic=not whole)
    except ApiError as error:
        if not gone(error.problem):
            raise
        return missing(entry)
    if entry.verb == EditInsight.verb:
        return edited(entry, known, clock())
    if entry.verb == DeleteInsight.verb:
        return Finding(False, "it is still there", entry, (RowChanged(known.row),), after="there")
    return restored(entry, known.row)


def missing(entry: JournalEntry) -> Finding:
    """The insight does not answer: that was the meaning of a deletion."""
    if entry.verb == DeleteInsight.verb:
        return deleted(entry)
    words = "it is deleted" if entry.verb == RestoreInsight.verb else "the insight is gone"
    return Finding(False, words, entry, (InsightGone(entry.target),), after="deleted")


def deleted(entry: JournalEntry) -> Finding:
    """An insight was deleted."""
    detail = "Bringing it back does not bring back its alerts."
    return Finding(True, "deleted", entry, (InsightGone(entry.target),), "deleted", detail)


def restored(entry: JournalEntry, row: InsightRow) -> Finding:
    """An insight is back."""
    return Finding(True, "back", entry, (InsightBack(row),), "there", "Its alerts are not back.")


def created(entry: JournalEntry, row: InsightRow) -> Finding:
    """An insight was made: only now the entry knows which, and how to take it back."""
    entry = replace(entry, target=row.id, inverse=to_record(DeleteInsight(row.id)))
    events = (RowChanged(row), InsightCreated(row.id))
    return Finding(True, "made", entry, events, f"insight {row.id}, {row.short_id}")


def from_answer(insight: Insight) -> Known:
    """What a write was answered with."""
    shown = shown_fields(insight)
    return Known(insight, shown, exact_fields({}, shown))


def edited(entry: JournalEntry, known: Known, at: float, *, answered: bool = False) -> Finding:
    """Compare the fields with what was sent and with what was there before.

    One request carries them all, so one that is as it was meant tells for the rest. A query can come back in a form of
    the server's own: right after the answer (`answered`) what is no longer as before was changed by this write.
    """
    meant = dict(fields_from(entry.expected["changes"].items()))
    before = dict(fields_from(entry.expected["before"].items()))
    now = {name: known.shown[name] for name in meant}
    kept = [name for name in meant if same(name, now[name], before[name])]
    took = [name for name in meant if name not in kept]
    whole = "query" in meant
    events = (InsightRead(detail_from(known.insight, at)) if whole else RowChanged(known.row),)
    if not took:
        return Finding(False, "it is as it was", entry, events, told(now))
    if not answered and not any(same(name, now[name], meant[name]) for name in took):
        return Finding(False, "it is neither as it was nor as it was meant", entry, events, told(now))
    entry = replace(entry, inverse=_back(entry, took, now))
    words = changed({name: now[name] for name in took})
    if kept:
        return Finding(True, words, entry, events, told(now), f"PostHog left {named(kept)} as before.", "careful")
    return Finding(True, words, entry, events, told(now))


def _back(entry: JournalEntry, names: list[str], now: Values) -> dict[str, Any] | None:
    """The edit back, of the fields that did change, as long as they are as they were seen after it."""
    if entry.inverse is None:
        return None
    exact = dict(fields_from(entry.inverse["changes"]))
    return to_record(EditInsight(entry.target, changes=in_order(exact, names), seen=in_order(now, names)))


async def newest_id(client: Client) -> int:
    """The greatest id of an insight so far, 0 without any. What is made later has a greater one, whatever the clock."""
    page = await client.insights.list(basic=True, order="-id", limit=1)
    return max((row.id for row in page), default=0)


async def _find_created(client: Client, entry: JournalEntry) -> Finding:
    """Look for an insight of the same name and query among those made after the intent."""
    newest, name, query = (entry.expected.get(key) for key in ("newest", "name", "query"))
    offset = 0
    while True:
        page = await client.insights.list(basic=True, order="-id", limit=PAGE, offset=offset)
        later = [row for row in page if row.id > int(newest or 0)]
        for row in later:
            if not same("name", row.name, name):
                continue
            known = await read_known(client, row.id)
            if not query or same("query", known.shown["query"], query):
                return created(entry, known.row)
        offset += PAGE
        if len(later) < len(page) or not page.results or offset >= page.count:
            return Finding(False, "there is no such insight", entry)


# Telling it


async def finish(record: Record, finding: Finding, how: str) -> Events:
    """The write was carried out."""
    record.entry = finding.entry
    yield await record.step("done", finding.words, how)
    for event in finding.events:
        yield event
    yield await record.end(Outcome.DONE, finding.words, after=finding.after)
    entry = record.entry
    yield Noticed(f"{entry.on}: {finding.words}.", finding.detail, finding.tone, entry.target)


async def no_answer(client: Client, record: Record, error: ApiError, method: str) -> Events:
    """The write was refused, or its answer was lost: then one read tells what became of it."""
    problem, entry = error.problem, record.entry
    finding: Finding | None = None
    if problem.sent is Sent.UNKNOWN:
        try:
            finding = await find_out(client, entry, record.clock)
        except ApiError:
            yield await record.step("unknown", "answer lost", problem.what)
            yield await record.end(Outcome.UNKNOWN, lost(entry.at))
            yield WriteRefused(entry.target, problem)
            yield Noticed(f"? {lost(entry.at)}", problem.what, "careful", entry.target)
            return
        if finding.done:
            async for event in finish(record, finding, "the answer was lost, read back"):
                yield event
            return
    elif gone(problem) and entry.verb != CreateInsight.verb:
        finding = missing(entry)
    async for event in failed(record, problem, refused(problem, method), finding):
        yield event


async def failed(record: Record, problem: Problem, how: str, finding: Finding | None = None) -> Events:
    """The write was not carried out."""
    entry = record.entry
    yield await record.step("failed", entry.what, how)
    for event in finding.events if finding else ():
        yield event
    yield await record.end(Outcome.FAILED, f"failed: {problem.what}", after=finding.after if finding else "")
    yield WriteRefused(entry.target, problem)
    yield Noticed(f"Not done: {entry.what}, {entry.on}. {problem.what}", problem.help, "failed", entry.target)


def not_sent(insight_id: int, problem: Problem) -> tuple[Event, ...]:
    """Nothing was sent, because of what the read before it met."""
    events: tuple[Event, ...] = (WriteRefused(insight_id, problem),)
    if insight_id and gone(problem):
        events = (InsightGone(insight_id), *events)
    return (*events, Noticed(f"Not sent: {problem.what}", problem.help, "failed", insight_id))


# Settling


async def settle_insight(client: Client, keeper: Keeper, entry: JournalEntry, clock: Clock) -> Events:
    """Settle an entry by what is true now. Raises `ApiError` when the server cannot be reached."""
    record = Record(keeper, entry, clock)
    try:
        finding = await find_out(client, entry, clock)
    except ApiError as error:
        if error.problem.kind not in (Kind.MISSING, Kind.FORBIDDEN):
            raise
        yield still_unknown(entry, error.problem)
        return
    words = "it was carried out" if finding.done else f"it was not carried out: {finding.words}"
    record.entry = finding.entry
    yield await record.step("done" if finding.done else "failed", "read back", words)
    for event in finding.events:
        yield event
    outcome = Outcome.DONE if finding.done else Outcome.FAILED
    yield await record.end(outcome, f"settled: {words}", after=finding.after)
    detail = f"{finding.words}. {finding.detail}".strip() if finding.done else ""
    yield Noticed(f"{entry.label} {entry.what}, {entry.on}: {words}.", detail, finding.tone, record.entry.target)


def still_unknown(entry: JournalEntry, problem: Problem) -> Noticed:
    """An entry that could not be settled."""
    said = f"? {entry.label} {entry.what}, {entry.on}, is still unknown: {problem.what}"
    return Noticed(said, problem.help, "careful", entry.target)
