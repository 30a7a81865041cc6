"""Change an insight's fields, delete it, bring it back: read first, send one request, tell what came of it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from tui.api.client import Client
from tui.api.errors import ApiError, Kind, Problem, Sent
from tui.operations.fields import Known, Values, gone, in_order, named, read_known, same, to_send, told, unfit
from tui.operations.finding import deleted, edited, failed, finish, from_answer, no_answer, not_sent, restored
from tui.operations.mapping import row_from
from tui.operations.record import Clock, Keeper, Record, Target, timed
from tui.store.commands import DeleteInsight, EditInsight, RestoreInsight, Write, to_record
from tui.store.events import Conflicted, Events, InsightBack, InsightGone, Noticed, RowChanged
from tui.store.facts import JournalEntry


def intent(
    command: Write,
    target: Target,
    at: float,
    *,
    before: str = "",
    expected: dict[str, Any] | None = None,
    inverse: Write | None = None,
) -> JournalEntry:
    """The journal entry of a write that is about to be sent."""
    return JournalEntry(
        id=0,
        at=at,
        verb=command.verb,
        what=command.words,
        on=target.title,
        target=target.id,
        project=target.project,
        before=before,
        expected=expected or {},
        inverse=to_record(inverse) if inverse else None,
        undoes=command.undoes,
    )


async def edit_insight(
    client: Client, keeper: Keeper, target: Target, command: EditInsight, *, clock: Clock = time.time
) -> Events:
    """PATCH the fields that differ from what is wanted, unless somebody else changed one since it was seen.

    PostHog has no version to send along, so the insight is read right before: a field that is neither as it was seen
    nor as it is wanted is a conflict, it is shown, and nothing is sent; `force` overwrites it. What is as wanted
    already is left out, and when nothing is left nothing is sent.
    """
    changes = dict(command.changes)
    if (problem := unfit(changes, clock()) or unfit(dict(command.seen), clock())) is not None:
        for event in not_sent(target.id, problem):
            yield event
        return
    try:
        before = await read_known(client, target.id)
    except ApiError as error:
        for event in not_sent(target.id, error.problem):
            yield event
        return
    wanted = {name: value for name, value in changes.items() if not same(name, before.shown[name], value)}
    if not wanted:
        yield RowChanged(before.row)
        yield Noticed(f"{target.title} is so already. Nothing was sent.", target=target.id)
        return
    theirs = {} if command.force else overwritten(command, wanted, before)
    if theirs:
        yield RowChanged(before.row)
        yield Conflicted(target.id, theirs)
        words = f"{target.title} was changed by somebody else meanwhile: {named(theirs)}."
        yield Noticed(words, f"Nothing was sent. It has now {told(theirs)}", "careful", target.id)
        return
    was = {name: before.shown[name] for name in wanted}
    back = EditInsight(target.id, changes=in_order(before.exact, wanted), seen=in_order(wanted, wanted))
    expected = {"changes": wanted, "before": was}
    record = Record(keeper, intent(command, target, clock(), before=told(was), expected=expected, inverse=back), clock)
    yield await record.begin()
    try:
        answer, took = await timed(client.insights.update(target.id, **to_send(wanted)), clock)
    except ApiError as error:
        async for event in no_answer(client, record, error, "PATCH"):
            yield event
        return
    finding = edited(record.entry, from_answer(answer), clock(), answered=True)
    if finding.done:
        async for event in finish(record, finding, f"PATCH 200 in {took} ms"):
            yield event
        return
    what = f"PostHog answered 200 and left {named(wanted)} as before."
    problem = Problem(Kind.REJECTED, what, "", "", Sent.REFUSED, 200, attr=next(iter(wanted)), at=clock())
    async for event in failed(record, problem, f"PATCH 200 in {took} ms: {finding.words}", finding):
        yield event


def overwritten(command: EditInsight, wanted: Values, before: Known) -> dict[str, Any]:
    """What somebody else wrote since the fields were seen, and this edit would overwrite."""
    seen = dict(command.seen)
    return {
        name: before.shown[name] for name in wanted if name in seen and not same(name, before.shown[name], seen[name])
    }


async def delete_insight(
    client: Client, keeper: Keeper, target: Target, command: DeleteInsight, *, clock: Clock = time.time
) -> Events:
    """PATCH `deleted` true: PostHog keeps the insight, hides its dashboard tiles and removes its alerts.

    One that does not answer any more is deleted already, and nothing is sent.
    """
    try:
        known = await read_known(client, target.id)
    except ApiError as error:
        if not gone(error.problem):
            for event in not_sent(target.id, error.problem):
                yield event
            return
        yield InsightGone(target.id)
        yield Noticed(f"{target.title} is deleted already. Nothing was sent.", target=target.id)
        return
    target = replace(target, title=known.row.title)
    entry = intent(command, target, clock(), before="there", inverse=RestoreInsight(target.id))
    record = Record(keeper, entry, clock)
    yield await record.begin()
    try:
        _, took = await timed(client.insights.update(target.id, deleted=True), clock)
    except ApiError as error:
        async for event in no_answer(client, record, error, "PATCH"):
            yield event
        return
    async for event in finish(record, deleted(record.entry), f"PATCH 200 in {took} ms"):
        yield event


async def restore_insight(
    client: Client, keeper: Keeper, target: Target, command: RestoreInsight, *, clock: Clock = time.time
) -> Events:
    """PATCH `deleted` false, a real JSON false: the only request that finds a deleted insight.

    One that answers to a read is not deleted, and nothing is sent.
    """
    try:
        known = await read_known(client, target.id)
    except ApiError as error:
        if not gone(error.problem):
            for event in not_sent(target.id, error.problem):
                yield event
            return
        yield InsightGone(target.id)
    else:
        yield InsightBack(known.row)
        yield Noticed(f"{target.title} is not deleted. Nothing was sent.", target=target.id)
        return
    entry = intent(command, target, clock(), before="deleted", inverse=DeleteInsight(target.id))
    record = Record(keeper, entry, clock)
    yield await record.begin()
    try:
        answer, took = await timed(client.insights.update(target.id, deleted=False), clock)
    except ApiError as error:
        async for event in no_answer(client, record, error, "PATCH"):
            yield event
        return
    async for event in finish(record, restored(record.entry, row_from(answer)), f"PATCH 200 in {took} ms"):
        yield event
