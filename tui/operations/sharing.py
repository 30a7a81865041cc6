"""Turn the public link of an insight on or off, and prove it."""

from __future__ import annotations

import time
from dataclasses import replace

from tui.api.client import Client
from tui.api.errors import ApiError, Sent
from tui.operations.mapping import link_from, summary
from tui.operations.prove import ask, judge
from tui.operations.record import Clock, Keeper, Record, Target, timed
from tui.operations.words import lost, refused
from tui.store.commands import SwitchSharing, to_record
from tui.store.events import Events, LinkRead, Noticed, RotationChanged
from tui.store.facts import JournalEntry, Link, Outcome, Rotation
from tui.store.state import Tone


async def switch_sharing(
    client: Client,
    keeper: Keeper,
    target: Target,
    command: SwitchSharing,
    *,
    rotation: Rotation | None = None,
    clock: Clock = time.time,
) -> Events:
    """PATCH `enabled`, then ask the link without a key what the world sees now.

    A token rotated away in the last minutes can outlive a switch-off: where `rotation` knows it, it is asked as well.

    The configuration is read first: when it already is as wanted nothing is sent. When the answer is lost, one read
    settles it, or the entry stays unknown. Source: API reference, Sharing; the link always comes from the latest
    answer, because newer servers make a new token when a link is switched on.
    """
    try:
        before = link_from(await client.sharing.read(target.id), clock())
    except ApiError as error:
        yield Noticed(f"Not sent: {error.problem.what}", error.problem.help, "failed", target.id)
        return
    yield LinkRead(target.id, before)
    if before.live is command.on:
        yield Noticed(f"Sharing of {target.title} is {'on' if command.on else 'off'} already. Nothing was sent.")
        return
    inverse = to_record(SwitchSharing(target.id, on=not command.on))
    entry = JournalEntry(
        id=0,
        at=clock(),
        verb=command.verb,
        what=command.words,
        on=target.title,
        target=target.id,
        project=target.project,
        before=summary(before),
        expected={"enabled": command.on},
        inverse=inverse,
        undoes=command.undoes,
    )
    record = Record(keeper, entry, clock)
    yield await record.begin()
    try:
        answer, took = await timed(client.sharing.update(target.id, enabled=command.on), clock)
    except ApiError as error:
        async for event in _no_answer(client, record, target, command, error, rotation):
            yield event
        return
    after = link_from(answer, clock())
    yield LinkRead(target.id, after)
    yield await record.step("done", f"switched {'on' if command.on else 'off'}", f"PATCH 200 in {took} ms")
    async for event in _prove(client, record, target, before, after, rotation):
        yield event


async def _no_answer(
    client: Client,
    record: Record,
    target: Target,
    command: SwitchSharing,
    error: ApiError,
    rotation: Rotation | None,
) -> Events:
    problem, clock = error.problem, record.clock
    try:
        now = link_from(await client.sharing.read(target.id), clock())
    except ApiError:
        now = None
    if now is not None:
        yield LinkRead(target.id, now)
    if problem.sent is Sent.UNKNOWN and now is None:
        yield await record.step("unknown", "answer lost", problem.what)
        yield await record.end(Outcome.UNKNOWN, lost(record.entry.at))
        yield Noticed(f"? {lost(record.entry.at)}", problem.what, "careful", target.id)
    elif problem.sent is Sent.UNKNOWN and now is not None and now.live is command.on:
        yield await record.step("done", f"switched {'on' if command.on else 'off'}", "the answer was lost, read back")
        async for event in _prove(client, record, target, None, now, rotation):
            yield event
    else:
        yield await record.step("failed", f"switch {'on' if command.on else 'off'}", refused(problem, "PATCH"))
        yield await record.end(Outcome.FAILED, f"failed: {problem.what}", after=summary(now) if now else "")
        yield Noticed(f"Sharing of {target.title} was not changed. {problem.what}", problem.help, "failed", target.id)


async def _prove(
    client: Client,
    record: Record,
    target: Target,
    before: Link | None,
    after: Link,
    rotation: Rotation | None,
) -> Events:
    """Ask the link that should be live, or those that should be dead, and close the entry with what was seen."""
    if after.live:
        proofs = [await ask(client, after, wanted="new")]
    else:
        proofs = [await ask(client, before if before is not None and before.token else after, wanted="old")]
        if rotation is not None and not rotation.over:
            earlier = judge(await client.public.check(rotation.old), rotation.old, "old", rotation.lives_until)
            proofs.append(replace(earlier, said=earlier.said.replace("old link", "the link before it")))
            yield RotationChanged(replace(rotation, over=earlier.verdict == "dead"))
    for proof in proofs:
        yield await record.step(proof.mark, proof.said, proof.detail, proof.until)
    said = ", ".join(proof.said for proof in proofs)
    yield await record.end(Outcome.DONE, said, after=summary(after))
    tone: Tone = "done" if all(proof.mark == "done" for proof in proofs) else "careful"
    yield Noticed(f"{target.title}: {said}.", proofs[-1].detail, tone, target.id)
