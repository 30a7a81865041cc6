"""Which operation carries out which command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.api.client import Client
from tui.operations.create import create_insight
from tui.operations.edit import delete_insight, edit_insight, restore_insight
from tui.operations.find import find
from tui.operations.index import read_index
from tui.operations.prove import prove_link
from tui.operations.reading import connect, read_insight, read_links, read_variables
from tui.operations.record import Clock, Keeper, Target
from tui.operations.rotate import rotate_link
from tui.operations.settle import settle
from tui.operations.sharing import switch_sharing
from tui.store import commands as c
from tui.store.bulk import title_of
from tui.store.events import Events
from tui.store.facts import JournalEntry, Outcome
from tui.store.state import State

if TYPE_CHECKING:
    from tui.store.worker import Place


def carry_out(command: c.Command, client: Client, place: Place, state: State, clock: Clock) -> Events:
    """The events of a command. Raises `TypeError` for a command that has no operation.

    A proof of a rotation whose answer was lost settles it first.
    """
    keeper: Keeper = place.disk
    match command:
        case c.Connect():
            return connect(client, place.project)
        case c.ReadInsights():
            return read_index(client, clock=clock)
        case c.ReadInsight(insight_id, with_link):
            return read_insight(client, insight_id, with_link=with_link, clock=clock)
        case c.ReadLinks(insight_ids, asked):
            return read_links(client, insight_ids, progress=asked, clock=clock)
        case c.ReadVariables():
            return read_variables(client, clock=clock)
        case c.Find(target):
            return find(client, target, state.insights.rows.value or (), state.insights.links, clock=clock)
        case c.ProveLink(insight_id):
            rotation = state.work.rotations.get(insight_id)
            if rotation is None:
                return nothing()
            entry = state.journal.find(rotation.entry_id)
            if entry is not None and entry.outcome is Outcome.UNKNOWN:
                return settle(client, keeper, [entry], state.work.rotations, clock=clock)
            return prove_link(client, keeper, rotation, entry, clock=clock)
        case c.Settle(entry_ids):
            entries = unknown(state, entry_ids)
            return settle(client, keeper, entries, state.work.rotations, clock=clock)
        case c.SwitchSharing():
            rotation = state.work.rotations.get(command.insight_id)
            insight = target_of(state, command)
            return switch_sharing(client, keeper, insight, command, rotation=rotation, clock=clock)
        case c.RotateLink():
            return rotate_link(client, keeper, target_of(state, command), command, grace=place.grace, clock=clock)
        case c.EditInsight():
            return edit_insight(client, keeper, target_of(state, command), command, clock=clock)
        case c.DeleteInsight():
            return delete_insight(client, keeper, target_of(state, command), command, clock=clock)
        case c.RestoreInsight():
            return restore_insight(client, keeper, target_of(state, command), command, clock=clock)
        case c.CreateInsight():
            return create_insight(client, keeper, target_of(state, command), command, clock=clock)
        case _:
            raise TypeError(f"no operation for {type(command).__name__}")


async def nothing() -> Events:
    """Nothing is to be done."""
    return
    yield


def unknown(state: State, entry_ids: tuple[int, ...] = ()) -> list[JournalEntry]:
    """Entries of this project whose outcome is unknown, oldest first: all, or those with these ids."""
    return [
        entry
        for entry in reversed(state.journal.entries)
        if entry.outcome is Outcome.UNKNOWN
        and entry.project in ("", state.session.project_id)
        and (not entry_ids or entry.id in entry_ids)
    ]


def target_of(state: State, command: c.Write) -> Target:
    """The insight a write is about, by the name people know it by."""
    return Target(command.insight_id, title_of(state, command), state.session.project_id)
