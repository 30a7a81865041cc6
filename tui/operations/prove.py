"""Prove what the world can see: ask public links the way a stranger does, with no key and no cookies."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tui.api.client import Client
from tui.api.models import LinkCheck
from tui.operations.mapping import link_from
from tui.operations.record import Clock, Keeper, Record
from tui.store.events import Events, LinkRead, Noticed, RotationChanged
from tui.store.facts import JournalEntry, Link, Mark, Rotation, Step
from tui.store.state import Tone
from tui.text import Secret, mask
from tui.text import clock as clock_time


@dataclass(frozen=True, slots=True)
class Proof:
    """What one link answered."""

    mark: Mark
    said: str
    detail: str
    verdict: str
    until: float | None = None


async def ask(client: Client, link: Link, *, wanted: Literal["old", "new"]) -> Proof:
    """Ask the link of a configuration. `wanted` says whether it should be dead (old) or live (new)."""
    if link.token is None:
        return Proof("unknown", f"{wanted} link not asked", "its token is not known here", "unclear")
    return judge(await client.public.check(link.token), link.token, wanted)


def judge(check: LinkCheck, token: Secret, wanted: Literal["old", "new"], until: float | None = None) -> Proof:
    """Turn what a link answered into a proof line of the design, section 4.

    `until` is when PostHog's grace period of an old link ends: before that, a living old link is pending, not failed.
    """
    address = f"…/shared/{mask(token.reveal())}"
    took = f"{check.milliseconds} ms"
    if check.verdict == "dead":
        mark: Mark = "done" if wanted == "old" else "failed"
        return Proof(mark, f"{wanted} link dead", f"{address} answers {check.status}, {took}", "dead")
    if check.verdict in ("open", "password"):
        what = "with this insight" if check.verdict == "open" else "with the password page"
        detail = f"{address} answers 200 {what}, {took}"
        if wanted == "new":
            said = "new link live" if check.verdict == "open" else "new link asks for a password"
            return Proof("done", said, detail, check.verdict)
        if until is not None and until > check.at:
            words = f"old link lives until {clock_time(until, seconds=True)}"
            return Proof("pending", words, f"{detail}   r asks again then", check.verdict, until)
        return Proof("failed", "old link still lives", detail, check.verdict)
    said = f"{wanted} link could not be asked"
    detail = check.problem.what if check.problem else f"{address} answers {check.status}, {took}"
    return Proof("unknown", said, detail, check.verdict)


async def prove_link(
    client: Client,
    keeper: Keeper,
    rotation: Rotation,
    entry: JournalEntry | None,
    *,
    clock: Clock = time.time,
) -> Events:
    """Ask the old link of a rotation again, and the present one; keep both proofs in the journal.

    Where the "old" token is still the present one there was no rotation, and nothing is said to have outlived it.
    """
    link = link_from(await client.sharing.read(rotation.insight_id), clock())
    yield LinkRead(rotation.insight_id, link)
    if link.token == rotation.old:
        yield RotationChanged(replace(rotation, over=True))
        return
    old = judge(await client.public.check(rotation.old), rotation.old, "old", rotation.lives_until)
    proofs = [old]
    if link.live:
        proofs.append(await ask(client, link, wanted="new"))
    steps = tuple(Step(clock(), proof.mark, proof.said, proof.detail, proof.until) for proof in proofs)
    over = old.verdict == "dead"
    yield RotationChanged(replace(rotation, steps=(*_seen(rotation), *steps), over=over))
    if entry is not None:
        said = _with_proofs(entry.said, proofs)
        record = Record(keeper, entry, clock)
        yield await record.change(replace(entry, steps=(*entry.steps, *steps), said=said, settled_at=clock()))
    subject = entry.on if entry else "The rotated link"
    tone: Tone = "done" if over and all(proof.mark == "done" for proof in proofs) else "careful"
    yield Noticed(f"{subject}: {', '.join(proof.said for proof in proofs)}.", old.detail, tone, rotation.insight_id)


def _with_proofs(said: str, proofs: Sequence[Proof]) -> str:
    """How an entry ended, its proofs replaced by newer ones."""
    kept = [part for part in said.split(", ") if not part.startswith(("old link", "new link"))]
    return ", ".join((*filter(None, kept), *(proof.said for proof in proofs)))


def _seen(rotation: Rotation) -> tuple[Step, ...]:
    """The steps so far without proofs that asking again has replaced."""
    made = "new link made"
    return tuple(
        step for step in rotation.steps if step.said == made or not step.said.startswith(("old link", "new link"))
    )
