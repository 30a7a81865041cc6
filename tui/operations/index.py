"""Read the index of insights: a small first page for the first rows, then large pages side by side."""

from __future__ import annotations

import time
from contextlib import aclosing

from tui.api.client import Client
from tui.api.errors import ApiError, Kind
from tui.api.models import InsightRow, Page
from tui.operations.mapping import people_from, row_from
from tui.operations.record import Clock
from tui.operations.side_by_side import side_by_side
from tui.store.events import Events, IndexEnded, IndexPage, IndexStarted

FIRST = 60
PAGE = 500
AT_ONCE = 4
SMALLEST = 25
ORDER = "-last_modified_at"
"""Always an explicit order: PostHog's default order is a column that is mostly null, so pages would not be stable."""


async def read_index(client: Client, *, clock: Clock = time.time) -> Events:
    """Read all insights with `basic=true`, newest change first.

    A page that keeps failing with a server error is read again in halves, down to 25 rows, then skipped and counted.
    Raises `ApiError` when the first page, or a page for another reason, cannot be read.
    """
    yield IndexStarted()
    first = await _page(client, 0, FIRST)
    seen = {row.id for row in first.results}
    yield _event(first, first.count, clock())
    starts = [(offset, PAGE) for offset in range(FIRST, first.count, PAGE)]
    skipped = first.unreadable
    parts = side_by_side(lambda part: _patiently(client, *part, first.count), starts, at_once=AT_ONCE)
    async with aclosing(parts):
        async for pages, missed in parts:
            skipped += missed + sum(page.unreadable for page in pages)
            for page in pages:
                seen.update(row.id for row in page.results)
                yield _event(page, first.count, clock())
    yield IndexEnded(frozenset(seen), clock(), skipped)


async def _page(client: Client, offset: int, limit: int) -> Page[InsightRow]:
    return await client.insights.list(basic=True, order=ORDER, limit=limit, offset=offset)


async def _patiently(client: Client, offset: int, limit: int, total: int) -> tuple[list[Page[InsightRow]], int]:
    """A part of the index, and how many rows of it had to be left out."""
    if offset >= total:
        return [], 0
    try:
        return [await _page(client, offset, limit)], 0
    except ApiError as error:
        if error.problem.kind not in (Kind.BROKEN, Kind.UNREADABLE):
            raise
    limit = min(limit, total - offset)
    if limit <= SMALLEST:
        return [], limit
    half = limit // 2
    left, left_missed = await _patiently(client, offset, half, total)
    right, right_missed = await _patiently(client, offset + half, limit - half, total)
    return left + right, left_missed + right_missed


def _event(page: Page[InsightRow], total: int, at: float) -> IndexPage:
    return IndexPage(tuple(row_from(row) for row in page.results), total, people_from(page.results), at)
