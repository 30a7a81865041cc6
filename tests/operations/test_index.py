"""Reading the index: pages side by side, pages that keep failing, and what comes back at the next start."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import httpx
import pytest

from tests.operations.test_switch import OPEN
from tests.store.house import Hook, House, OpenHouse
from tui.store.commands import ReadInsights, ReadLinks

pytestmark = pytest.mark.anyio


def pages(house: House) -> list[tuple[int, int]]:
    """Offset and limit of the pages that were asked for."""
    asked = [parse_qs(record.query) for record in house.sent() if record.path.endswith("/insights/")]
    assert all(page["order"] == ["-last_modified_at"] and page["basic"] == ["true"] for page in asked)
    return sorted({(int(page.get("offset", ["0"])[0]), int(page["limit"][0])) for page in asked})


@pytest.mark.parametrize(("count", "wanted"), [(60, [(0, 60)]), (700, [(0, 60), (60, 500), (560, 500)])])
async def test_all_insights_are_read_in_an_explicit_order(
    open_house: OpenHouse, count: int, wanted: list[tuple[int, int]]
) -> None:
    house = open_house(insights=count)
    await house.begin()
    insights = house.state.insights
    rows = insights.rows.value or ()
    there = house.sandbox.connection.execute("SELECT id FROM insights WHERE project_id = 1 AND NOT deleted")
    known = {row["id"] for row in there}
    assert {row.id for row in rows} == known
    assert len(rows) == count == insights.total
    assert (insights.rows.status, insights.skipped) == ("ready", 0)
    assert pages(house) == wanted


def broken_at(*positions: int) -> Hook:
    """A hook: pages that hold one of these rows are answered with 500."""

    async def hook(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.endswith("/insights/"):
            return None
        offset, limit = int(request.url.params.get("offset", 0)), int(request.url.params["limit"])
        if any(offset <= position < offset + limit for position in positions):
            return httpx.Response(500, json={"type": "server_error", "code": "error", "detail": "A server error."})
        return None

    return hook


async def test_a_page_that_keeps_failing_is_read_smaller_and_skipped_with_a_count(open_house: OpenHouse) -> None:
    house = open_house(insights=700)
    house.wire.hooks.append(broken_at(300))
    await house.begin()
    insights = house.state.insights
    rows = insights.rows.value or ()
    assert 0 < insights.skipped <= 25
    assert len(rows) + insights.skipped == 700 == insights.total
    assert insights.complete


async def test_rows_after_the_last_one_are_not_counted_as_skipped(open_house: OpenHouse) -> None:
    house = open_house(insights=693)
    house.wire.hooks.append(broken_at(*range(560, 1100)))
    await house.begin()
    assert house.state.insights.skipped == 133
    assert len(house.state.insights.rows.value or ()) == 560
    assert max(offset for offset, _ in pages(house)) < 693


@pytest.mark.parametrize(("count", "skipped"), [(60, 1), (700, 3)])
async def test_rows_that_are_none_are_counted_as_skipped(open_house: OpenHouse, count: int, skipped: int) -> None:
    house = open_house(insights=count)

    async def spoil(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.endswith("/insights/"):
            return None
        response = await house.wire.transport.handle_async_request(request)
        page = json.loads(await response.aread())
        page["results"][3] = {"short_id": "no id"}
        return httpx.Response(200, json=page)

    house.wire.hooks.append(spoil)
    await house.begin()
    assert house.state.insights.skipped == skipped
    assert len(house.state.insights.rows.value or ()) == count - skipped


async def test_skipped_rows_that_are_remembered_stay(open_house: OpenHouse) -> None:
    house = open_house(insights=700)
    await house.begin()
    house.wire.hooks.append(broken_at(300))
    await house.read(ReadInsights())
    assert len(house.state.insights.rows.value or ()) == 700
    assert house.state.insights.skipped > 0


async def test_an_insight_that_is_gone_leaves_the_list(house: House) -> None:
    number = house.insight(OPEN)
    house.sandbox.connection.execute("UPDATE insights SET deleted = 1 WHERE id = ?", (number,))
    await house.read(ReadInsights())
    assert number not in {row.id for row in house.state.insights.rows.value or ()}
    assert house.state.insights.total == 59


async def test_a_first_page_that_fails_is_a_failure_that_keeps_the_rows(house: House) -> None:
    house.sandbox.faults.add("/insights/ 500")
    await house.read(ReadInsights())
    rows = house.state.insights.rows
    assert rows.status == "failed"
    assert rows.problem is not None
    assert rows.problem.status == 500
    assert len(rows.value or ()) == 60


async def test_the_next_start_has_the_index_at_once_with_its_age_and_without_tokens(house: House) -> None:
    number = house.insight(OPEN)
    await house.read(ReadLinks((number,)))
    read_at, rows, link = house.state.insights.rows.read_at, house.state.insights.rows.value, house.link(number)
    assert link.token is not None
    await house.close()
    house.time.now += 3600
    house.wire.cut = True
    house.furnish()
    house.start()
    state = await house.until(lambda state: state.insights.rows.value)
    assert state.insights.rows.read_at == read_at
    assert set(state.insights.rows.value or ()) == set(rows or ())
    assert state.session.project_name == "Acme Shop"
    remembered = state.insights.links[number]
    assert (remembered.token, remembered.state, remembered.tail) == (None, "open", house.token(number)[-4:])
    assert remembered.read_at == link.read_at
    await house.until(lambda state: state.insights.rows.status == "failed")
    assert house.state.insights.rows.value == state.insights.rows.value


async def test_without_a_cache_nothing_is_remembered_but_the_journal(open_house: OpenHouse) -> None:
    house = open_house(cache=False)
    await house.begin()
    await house.close()
    house.wire.cut = True
    house.furnish()
    house.start()
    await house.until(lambda state: state.journal.read)
    assert house.state.insights.rows.value is None
    assert house.state.session.project_name == ""
