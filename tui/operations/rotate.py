"""Rotate a public link: a new token, the old one living on for PostHog's grace period, both asked and proven."""

from __future__ import annotations

import time
from dataclasses import replace

from tui.api.client import Client
from tui.api.errors import ApiError, Problem, Sent
from tui.operations.mapping import link_from, summary
from tui.operations.prove import Proof, ask, judge
from tui.operations.record import Clock, Keeper, Record, Target, timed
from tui.operations.words import LINK_OFF, LINK_OPEN, lost, refused
from tui.store.commands import RotateLink
from tui.store.events import Events, LinkRead, Noticed, RotationChanged
from tui.store.facts import JournalEntry, Link, Outcome, Rotation
from tui.store.state import Tone

GRACE = 300.0
"""Seconds an old token lives after a refresh (PostHog's SHARING_TOKEN_GRACE_PERIOD_SECONDS)."""


async def rotate_link(
    client: Client,
    keeper: Keeper,
    target: Target,
    command: RotateLink,
    *,
    grace: float = GRACE,
    clock: Clock = time.time,
) -> Events:
    """POST sharing/refresh, compare what carried over, then ask the new and the old link without a key.

    Old servers drop the password protection on refresh: then the link is switched off at once and that is said.
    When the answer is lost, reading the configuration tells by its token whether it was carried out.
    """
    try:
        before = link_from(await client.sharing.read(target.id), clock())
    except ApiError as error:
        yield Noticed(f"Not sent: {error.problem.what}", error.problem.help, "failed", target.id)
        return
    yield LinkRead(target.id, before)
    if before.state == "never" or before.token is None:
        yield Noticed(f"{target.title} has no link yet. Nothing was sent.", "s makes one.", "careful", target.id)
        return
    entry = JournalEntry(
        id=0,
        at=clock(),
        verb=command.verb,
        what=command.words,
        on=target.title,
        target=target.id,
        project=target.project,
        before=summary(before),
        expected={
            "tail": before.tail,
            "created_at": before.created_at,
            "password_required": before.password_required,
        },
    )
    record = Record(keeper, entry, clock)
    yield await record.begin()
    rotation = Rotation(target.id, record.entry.id, before.token, clock() + grace)
    try:
        answer, took = await timed(client.sharing.refresh(target.id), clock)
    except ApiError as error:
        after = await _read(client, target, clock)
        if error.problem.sent is not Sent.UNKNOWN or after is None or after.token == before.token:
            async for event in _no_answer(record, target, after, error.problem, rotation):
                yield event
            return
        detail = "the answer was lost, read back"
    else:
        after, detail = link_from(answer, clock()), f"POST 200 in {took} ms"
    rotation = replace(rotation, lives_until=clock() + grace)
    yield LinkRead(target.id, after)
    yield await record.step("done", "new link made", f"{detail}, it ends in {after.tail}")
    async for event in _compare(client, target, record, before, after):
        yield event
        if isinstance(event, LinkRead):
            after = event.link
    proofs = await _proofs(client, before, after, rotation)
    for proof in proofs:
        yield await record.step(proof.mark, proof.said, proof.detail, proof.until)
    said = ", ".join(proof.said for proof in proofs)
    tone: Tone = "careful" if any(proof.mark in ("failed", "unknown") for proof in proofs) else "done"
    if before.live and before.password_required and not after.password_required:
        closed = not after.live or proofs[0].verdict == "dead"
        said = f"password gone, {LINK_OFF if closed else LINK_OPEN}, {said}"
        tone = "careful" if closed else "failed"
    yield await record.end(Outcome.DONE, said, after=summary(after))
    over = proofs[-1].verdict == "dead"
    yield RotationChanged(replace(rotation, steps=record.entry.steps, over=over))
    yield Noticed(f"{target.title}: {said}.", proofs[-1].detail, tone, target.id)


async def _read(client: Client, target: Target, clock: Clock) -> Link | None:
    try:
        return link_from(await client.sharing.read(target.id), clock())
    except ApiError:
        return None


async def _no_answer(record: Record, target: Target, now: Link | None, problem: Problem, rotation: Rotation) -> Events:
    if now is not None:
        yield LinkRead(target.id, now)
    if problem.sent is Sent.UNKNOWN and now is None:
        yield await record.step("unknown", "answer lost", problem.what)
        yield await record.end(Outcome.UNKNOWN, lost(record.entry.at))
        yield RotationChanged(replace(rotation, steps=record.entry.steps))
        yield Noticed(f"? {lost(record.entry.at)}", problem.what, "careful", target.id)
        return
    yield await record.step("failed", "new link", refused(problem, "POST"))
    yield await record.end(Outcome.FAILED, f"failed: {problem.what}", after=summary(now) if now else "")
    yield Noticed(f"The link of {target.title} was not changed. {problem.what}", problem.help, "failed", target.id)


async def _compare(client: Client, target: Target, record: Record, before: Link, after: Link) -> Events:
    """Say whether settings, protection and passwords carried over; close a link that lost its protection."""
    if before.password_required and not after.password_required and after.live:
        yield await record.step("failed", "password gone", "PostHog dropped the protection; switching the link off")
        async for event in _close(client, target, record):
            yield event
        return
    kept = [
        ("protection", before.password_required == after.password_required),
        ("settings", dict(before.settings) == dict(after.settings)),
        ("passwords", len(before.passwords) == len(after.passwords)),
    ]
    lost_parts = [name for name, same in kept if not same]
    if lost_parts:
        yield await record.step("failed", "not as before", f"changed: {', '.join(lost_parts)}")
    else:
        count = len(after.passwords)
        words = f"settings and {count} password{'s' if count != 1 else ''} carried over" if count else "settings"
        yield await record.step("done", "same as before", words if count else "settings carried over, no password")


async def _close(client: Client, target: Target, record: Record) -> Events:
    """Switch the link off. When that is not answered as it should be, a read says what is public now."""
    try:
        answer, took = await timed(client.sharing.update(target.id, enabled=False), record.clock)
    except ApiError as error:
        now = await _read(client, target, record.clock)
        how, refusal = "the answer was lost, read back", refused(error.problem, "PATCH")
    else:
        now, how, refusal = link_from(answer, record.clock()), f"PATCH 200 in {took} ms", ""
    if now is not None:
        yield LinkRead(target.id, now)
    if now is None:
        yield await record.step("unknown", "switch off", f"{LINK_OPEN}, as far as was seen. {refusal}")
    elif now.live and not now.password_required:
        yield await record.step("failed", "switch off", f"{LINK_OPEN}. {refusal}")
    else:
        yield await record.step("done", "switched off", f"{how}: {LINK_OFF}")


async def _proofs(client: Client, before: Link, after: Link, rotation: Rotation) -> list[Proof]:
    proofs = [await ask(client, after, wanted="new")] if after.live else []
    old = await client.public.check(rotation.old)
    return [*proofs, judge(old, rotation.old, "old", rotation.lives_until if before.live else None)]
