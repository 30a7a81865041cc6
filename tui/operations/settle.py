"""Settle writes whose answer was lost: read what is true now and compare it with what was meant."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tui.api.client import Client
from tui.api.errors import ApiError, Kind, Problem
from tui.operations.finding import VERBS, settle_insight, still_unknown
from tui.operations.mapping import link_from, summary
from tui.operations.prove import prove_link
from tui.operations.record import Clock, Keeper, Record
from tui.operations.words import LINK_OPEN
from tui.store.commands import RotateLink, SwitchSharing
from tui.store.events import Events, LinkRead, Noticed, RotationChanged
from tui.store.facts import JournalEntry, Link, Outcome, Rotation
from tui.store.state import Tone

NO_ROTATIONS: Mapping[int, Rotation] = {}


async def settle(
    client: Client,
    keeper: Keeper,
    entries: Sequence[JournalEntry],
    rotations: Mapping[int, Rotation] = NO_ROTATIONS,
    *,
    clock: Clock = time.time,
) -> Events:
    """Read the sharing configuration of each entry's insight, or the insight where that was written; only reads leave.

    A rotation whose old token is still known (`rotations`, by insight) is proven too, or forgotten when it never was.
    An entry whose insight cannot be read stays unknown. Raises `ApiError` when the server cannot be reached: all that
    is left stays unknown then.
    """
    for entry in entries:
        if entry.verb in VERBS:
            async for event in settle_insight(client, keeper, entry, clock):
                yield event
            continue
        record = Record(keeper, entry, clock)
        rotation = rotations.get(entry.target)
        rotation = rotation if rotation is not None and rotation.entry_id == entry.id else None
        try:
            link = link_from(await client.sharing.read(entry.target), clock())
        except ApiError as error:
            if error.problem.kind not in (Kind.MISSING, Kind.FORBIDDEN):
                raise
            if not _gone(error.problem):
                yield still_unknown(entry, error.problem)
                continue
            yield await record.step("unknown", "read back", error.problem.what)
            yield await record.end(Outcome.FAILED, "settled: the insight is gone, nothing of it is public")
            if rotation is not None:
                yield RotationChanged(replace(rotation, steps=record.entry.steps, over=True))
            continue
        yield LinkRead(entry.target, link)
        done = carried_out(entry, link)
        words = "it was carried out" if done else "it was not carried out"
        tone: Tone = "done"
        if done and entry.expected.get("password_required") and link.state == "open":
            words, tone = f"{words}, password gone, {LINK_OPEN}", "failed"
        yield await record.step("done" if done else "failed", "read back", f"{words}; {summary(link)}")
        outcome = Outcome.DONE if done else Outcome.FAILED
        yield await record.end(outcome, f"settled: {words}", after=summary(link))
        if rotation is not None and done:
            async for event in prove_link(client, keeper, rotation, record.entry, clock=clock):
                if not isinstance(event, Noticed):
                    yield event
        elif rotation is not None:
            yield RotationChanged(replace(rotation, steps=record.entry.steps, over=True))
        yield Noticed(f"{entry.label} {entry.what}, {entry.on}: {words}.", summary(link), tone, entry.target)


def _gone(problem: Problem) -> bool:
    """Whether PostHog itself said that there is no such insight; a proxy answers 404 too."""
    return problem.kind is Kind.MISSING and problem.detail.lower().startswith("insight not found")


def carried_out(entry: JournalEntry, link: Link) -> bool:
    """Whether what is true now is what the entry meant to make.

    A rotation makes a new configuration, so its age tells. The token alone does not: newer servers make a new one
    when a link is switched on.
    """
    expected = entry.expected
    if entry.verb == SwitchSharing.verb:
        return link.live is bool(expected.get("enabled"))
    if entry.verb == RotateLink.verb:
        before = expected.get("created_at")
        if before is None or link.created_at is None:
            return bool(link.tail != expected.get("tail"))
        return bool(link.created_at != before)
    return False
