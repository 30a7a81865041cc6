"""Make an insight from a draft, or a copy of one that there is."""

from __future__ import annotations

import json
import time
from dataclasses import replace

from tui.api.client import Client
from tui.api.errors import ApiError
from tui.api.insights import InsightFields
from tui.api.models import Verbatim
from tui.operations.edit import intent
from tui.operations.fields import Values, read_known, unfit
from tui.operations.finding import created, finish, newest_id, no_answer, not_sent
from tui.operations.mapping import row_from
from tui.operations.record import Clock, Keeper, Record, Target, timed
from tui.store.commands import CreateInsight
from tui.store.edits import InsightDraft
from tui.store.events import Events


async def create_insight(
    client: Client, keeper: Keeper, target: Target, command: CreateInsight, *, clock: Clock = time.time
) -> Events:
    """POST the draft with `saved` true, without which PostHog leaves it out of lists of saved insights.

    A copy takes the query of its original as it is on the server. The newest id is read before: ids only grow, so a
    lost answer is settled by looking for an insight of this name and query with a greater one.
    """
    draft = command.draft
    try:
        if command.copy_of is not None:
            query = (await read_known(client, command.copy_of)).exact["query"]
            draft = replace(draft, query=query)
        given: Values = {"query": draft.query} if draft.query else {}
        if (problem := unfit(given, clock())) is not None:
            for event in not_sent(command.insight_id, problem):
                yield event
            return
        newest = await newest_id(client)
    except ApiError as error:
        for event in not_sent(command.insight_id, error.problem):
            yield event
        return
    expected = {"newest": newest, "name": draft.name, "query": draft.query}
    record = Record(keeper, intent(command, target, clock(), expected=expected), clock)
    yield await record.begin()
    try:
        answer, took = await timed(client.insights.create(**body_of(draft)), clock)
    except ApiError as error:
        async for event in no_answer(client, record, error, "POST"):
            yield event
        return
    async for event in finish(record, created(record.entry, row_from(answer)), f"POST 201 in {took} ms"):
        yield event


def body_of(draft: InsightDraft) -> InsightFields:
    """What is sent: fields that the draft leaves empty are left to the server."""
    fields: InsightFields = {"name": draft.name, "saved": True}
    if draft.derived_name:
        fields["derived_name"] = draft.derived_name
    if draft.description:
        fields["description"] = draft.description
    if draft.tags:
        fields["tags"] = list(draft.tags)
    if draft.favorited:
        fields["favorited"] = True
    if draft.query:
        fields["query"] = Verbatim(json.loads(draft.query))
    if draft.folder:
        fields["create_in_folder"] = draft.folder
    if draft.dashboards:
        fields["dashboards"] = list(draft.dashboards)
    if draft.order is not None:
        fields["order"] = draft.order
    return fields
