"""Find the insight behind what somebody pasted: a short id, an insight's address, a public link or its token."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence

from tui.api.client import Client
from tui.api.errors import ApiError, Kind
from tui.operations.mapping import link_from
from tui.operations.record import Clock
from tui.store.events import Events, Found, LinkRead, Noticed
from tui.store.facts import InsightRow, Link
from tui.text import Secret

PUBLIC = re.compile(r"/(?:shared|embedded|shared_dashboard)/([\w-]+)", re.ASCII)
INSIGHT = re.compile(r"/insights/([\w-]+)", re.ASCII)
TOKEN = re.compile(r"[\w-]{20,}", re.ASCII)
SHORT_ID = re.compile(r"[\w-]{1,19}", re.ASCII)


async def find(
    client: Client, target: Secret, rows: Sequence[InsightRow], links: Mapping[int, Link], *, clock: Clock = time.time
) -> Events:
    """Look among what is known, then ask PostHog; a public link is asked the way a stranger would.

    Yields `Found`, or `Noticed` when nothing answers to it. Raises `ApiError` when the server is out of reach.
    """
    pasted = target.reveal().strip()
    if public := PUBLIC.search(pasted) or TOKEN.fullmatch(pasted):
        token = Secret(public.group(1) if public.re is PUBLIC else pasted)
        async for event in _behind(client, token, rows, links, clock):
            yield event
        return
    found = INSIGHT.search(pasted)
    short_id = found.group(1) if found else pasted
    if not SHORT_ID.fullmatch(short_id):
        yield Noticed("That is no insight, no link and no short id.", "Nothing was asked.", "careful")
        return
    yield await _named(client, short_id, rows)


async def _named(client: Client, short_id: str, rows: Sequence[InsightRow]) -> Found | Noticed:
    number = next((row.id for row in rows if row.short_id == short_id), None)
    number = number or next((row.id for row in rows if str(row.id) == short_id), None)
    if number is None:
        try:
            number = (await client.insights.read(short_id, basic=True)).id
        except ApiError as error:
            if error.problem.kind is not Kind.MISSING:
                raise
            return Noticed(
                "No insight of this project answers to that.", "It may be deleted, or in another project.", "careful"
            )
    return Found(number)


async def _behind(
    client: Client, token: Secret, rows: Sequence[InsightRow], links: Mapping[int, Link], clock: Clock
) -> Events:
    for number, link in links.items():
        if link.token == token:
            yield Found(number)
            return
    # A remembered link has no token, and four characters of it are no proof: its configuration is read.
    for number, link in links.items():
        if link.token is None and link.tail and token.reveal().endswith(link.tail):
            try:
                now = link_from(await client.sharing.read(number), clock())
            except ApiError as error:
                if error.problem.kind not in (Kind.MISSING, Kind.FORBIDDEN):
                    raise
                continue
            yield LinkRead(number, now)
            if now.token == token:
                yield Found(number)
                return
    check = await client.public.check(token)
    match check.verdict:
        case "open" if check.insight:
            yield await _named(client, check.insight, rows)
        case "open":
            yield Noticed("That link is open and shows no insight: a dashboard, as it seems.", "", "careful")
        case "dead":
            yield Noticed("That link is dead: it answers 404.", "Nothing is public there.", "done")
        case "password":
            words = "That link asks for a password, so it does not say whose it is."
            yield Noticed(words, "3 and a read the links of all insights; then it is found.", "careful")
        case _:
            if check.problem is not None and check.problem.status is None:
                raise ApiError(check.problem)
            said = check.problem.what if check.problem else "It gave no answer that can be read."
            yield Noticed(f"That link could not be asked. {said}", "", "careful")
