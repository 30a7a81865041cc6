"""Settle writes whose answer was lost: read what is true now and compare it with what was meant."""

from __future__ import annotations

import time
from collections.abc import Sequence

from tui.api.client import Client
from tui.api.errors import ApiError, Kind
from tui.operations.mapping import link_from, summary
from tui.operations.record import Clock, Keeper, Record
from tui.store.commands import RotateLink, SwitchSharing
from tui.store.events import Events, LinkRead, Noticed
from tui.store.facts import JournalEntry, Link, Outcome


async def settle(
    client: Client, keeper: Keeper, entries: Sequence[JournalEntry], *, clock: Clock = time.time
) -> Events:
    """Read the sharing configuration of each entry's insight; only reads leave.

    Raises `ApiError` when the server cannot be reached: the entries stay unknown then.
    """
    for entry in entries:
        record = Record(keeper, entry, clock)
        try:
            link = link_from(await client.sharing.read(entry.target), clock())
        except ApiError as error:
            if error.problem.kind is not Kind.MISSING:
                raise
            yield await record.step("unknown", "read back", error.problem.what)
            yield await record.end(Outcome.FAILED, "settled: the insight is gone, nothing of it is public")
            continue
        yield LinkRead(entry.target, link)
        done = carried_out(entry, link)
        words = "it was carried out" if done else "it was not carried out"
        yield await record.step("done" if done else "failed", "read back", f"{words}; {summary(link)}")
        outcome = Outcome.DONE if done else Outcome.FAILED
        yield await record.end(outcome, f"settled: {words}", after=summary(link))
        yield Noticed(
            f"{entry.label} {entry.what}, {entry.on}: {words}.", summary(link), "done", entry.target
        )


def carried_out(entry: JournalEntry, link: Link) -> bool:
    """Whether what is true now is what the entry meant to make."""
    if entry.verb == SwitchSharing.verb:
        return link.live is bool(entry.expected.get("enabled"))
    if entry.verb == RotateLink.verb:
        return (link.tail, link.created_at) != (entry.expected.get("tail"), entry.expected.get("created_at"))
    return False
