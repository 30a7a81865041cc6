"""Find the insight behind what somebody pasted: a short id, an insight's address, a public link or its token."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tui.api.client import Client
from tui.api.errors import ApiError, Kind
from tui.store.events import Events, Found, Noticed
from tui.store.facts import InsightRow, Link
from tui.text import Secret

PUBLIC = re.compile(r"/(?:shared|embedded|shared_dashboard)/([\w-]+)")
INSIGHT = re.compile(r"/insights/([\w-]+)")
TOKEN = re.compile(r"[\w-]{20,}")


async def find(
    client: Client, target: Secret, rows: Sequence[InsightRow], links: Mapping[int, Link]
) -> Events:
    """Look among what is known, then ask PostHog; a public link is asked the way a stranger would.

    Yields `Found`, or `Noticed` when nothing answers to it. Raises `ApiError` when the server is out of reach.
    """
    pasted = target.reveal().strip()
    if public := PUBLIC.search(pasted) or TOKEN.fullmatch(pasted):
        token = Secret(public.group(1) if public.re is PUBLIC else pasted)
        async for event in _behind(client, token, links):
            yield event
        return
    found = INSIGHT.search(pasted)
    short_id = found.group(1) if found else pasted
    number = next((row.id for row in rows if short_id in (row.short_id, str(row.id))), None)
    if number is None:
        try:
            number = (await client.insights.read(short_id, basic=True)).id
        except ApiError as error:
            if error.problem.kind is not Kind.MISSING:
                raise
            yield Noticed(
                "No insight of this project answers to that.",
                "It may be deleted, or in another project.",
                "careful",
            )
            return
    yield Found(number)


async def _behind(client: Client, token: Secret, links: Mapping[int, Link]) -> Events:
    known = next((number for number, link in links.items() if link.token == token), None)
    if known is None:
        known = next(
            (number for number, link in links.items() if link.tail and token.reveal().endswith(link.tail)),
            None,
        )
    if known is None:
        check = await client.public.check(token)
        if check.insight:
            known = (await client.insights.read(check.insight, basic=True)).id
        elif check.verdict == "dead":
            yield Noticed("That link is dead: it answers 404.", "Nothing is public there.", "done")
            return
    if known is None:
        words = "That link asks for a password, so it does not say whose it is."
        yield Noticed(words, "3 and a read the links of all insights; then it is found.", "careful")
        return
    yield Found(known)
