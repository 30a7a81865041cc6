"""Rate limits, on the sandbox's own clock."""

from __future__ import annotations

import pytest

from tests.sandbox.server.conftest import Open
from tests.sandbox.server.desk import Desk

pytestmark = pytest.mark.anyio


async def spend(desk: Desk, path: str, times: int, key: str | None = "") -> list[int]:
    """The status of many requests."""
    return [(await desk.get(path, key=key)).status_code for _ in range(times)]


@pytest.mark.parametrize(("path", "allowed"), [("insight_variables/?page=9", 480), ("insights/0/", 240)])
async def test_a_minute(open_desk: Open, path: str, allowed: int) -> None:
    desk = await open_desk(rate_limits=True)
    assert set(await spend(desk, path, allowed)) == {404}
    desk.clock.advance(seconds=20.5)
    reply = await desk.get(path)
    assert reply.status_code == 429
    assert reply.json() == {
        "type": "throttled_error",
        "code": "throttled",
        "detail": "Request was throttled. Expected available in 40 seconds.",
        "attr": None,
    }
    assert reply.headers["retry-after"] == "39", "the header is rounded down, the text up"
    desk.clock.advance(seconds=40)
    assert (await desk.get(path)).status_code == 404


async def test_an_hour(open_desk: Open) -> None:
    desk = await open_desk(rate_limits=True)
    for _ in range(5):
        assert 429 not in await spend(desk, "insights/0/", 240)
        desk.clock.advance(seconds=61)
    reply = await desk.get("insights/0/")
    assert (reply.status_code, reply.headers["retry-after"]) == (429, str(3600 - 5 * 61))


async def test_each_key_and_each_kind_has_its_own(open_desk: Open) -> None:
    desk = await open_desk(rate_limits=True)
    assert (await spend(desk, "insights/0/", 241))[-1] == 429
    assert (await desk.get("insights/0/", key=desk.key("*"))).status_code == 404
    assert (await desk.get("insight_variables/")).status_code == 200


async def test_refused_requests_do_not_count(open_desk: Open) -> None:
    desk = await open_desk(rate_limits=True)
    key = desk.key("insight:read")
    assert set(await spend(desk, "insight_variables/", 490, key=key)) == {403}
    insight = desk.insight()
    assert (await desk.patch(f"insights/{insight}/sharing/", {}, key)).status_code == 403
    assert (await desk.get("insights/0/", key=key)).status_code == 404


async def test_viewers_of_links_count_by_address(open_desk: Open) -> None:
    desk = await open_desk(rate_limits=True)
    statuses = [(await desk.public("unknown")).status_code for _ in range(481)]
    assert (statuses[479], statuses[480]) == (404, 429)
    assert (await desk.get("insight_variables/")).status_code == 200


async def test_off(open_desk: Open) -> None:
    desk = await open_desk(rate_limits=False)
    assert 429 not in await spend(desk, "insights/0/", 250)
