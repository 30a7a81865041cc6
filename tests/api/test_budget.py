"""The rate limits, obeyed here before the server has to refuse."""

from __future__ import annotations

import asyncio

import pytest

from tests.api.wire import Time
from tui.api.budget import Budget, Limit

pytestmark = pytest.mark.anyio


def small(time: Time) -> Budget:
    """Three requests a minute and five an hour for insights, a hundred for the rest."""
    wide = Limit(100, 100)
    return Budget({"insights": Limit(3, 5), "general": wide, "anonymous": wide}, clock=time, sleep=time.sleep)


async def test_the_servers_own_limits_are_the_default() -> None:
    budget = Budget()
    assert budget.left("insights") == (240, 240)
    assert budget.left("general") == (480, 480)
    assert budget.left("anonymous") == (480, 480)


async def test_a_full_minute_waits_for_its_oldest_request() -> None:
    time = Time()
    budget = small(time)
    await budget.acquire("insights")
    time.now += 20
    await budget.acquire("insights")
    await budget.acquire("insights")
    assert budget.left("insights") == (0, 3)
    assert budget.left("general") == (100, 100)
    assert budget.delay("insights") == 40.0
    await budget.acquire("insights")
    assert time.slept == [40.0]
    assert budget.left("insights") == (0, 3)
    time.now += 20
    assert budget.left("insights") == (1, 3)


async def test_the_minute_slides() -> None:
    time = Time()
    budget = small(time)
    await budget.acquire("insights")
    time.now += 50
    await budget.acquire("insights")
    await budget.acquire("insights")
    time.now += 11
    await budget.acquire("insights")
    assert time.slept == []
    assert budget.delay("insights") == 49.0


async def test_a_full_hour_waits_for_the_hour() -> None:
    time = Time()
    budget = small(time)
    for _ in range(5):
        await budget.acquire("insights")
        time.now += 60
    assert budget.left("insights") == (0, 3)
    assert budget.delay("insights") == 3300.0
    time.now += 3300
    assert budget.left("insights") == (1, 3)


async def test_a_share_leaves_room_for_others() -> None:
    time = Time()
    budget = small(time)
    await budget.acquire("insights", share=0.5)
    assert budget.delay("insights", share=0.5) == 60.0
    assert budget.delay("insights") == 0.0
    assert budget.delay("general", share=0.001) == 0.0


async def test_a_refusal_closes_the_family_until_it_is_over() -> None:
    time = Time()
    budget = small(time)
    budget.refused("insights", 30)
    budget.refused("insights", 10)
    assert budget.left("insights") == (0, 3)
    assert budget.left("general") == (100, 100)
    await budget.acquire("insights")
    assert time.slept == [30]


async def test_those_who_wait_together_do_not_leave_together() -> None:
    time = Time()
    budget = small(time)
    left: list[float] = []

    async def one() -> None:
        await budget.acquire("insights")
        left.append(time.now)

    start = time.now
    await asyncio.gather(*(one() for _ in range(5)))
    assert [moment - start for moment in left] == [0, 0, 0, 60, 60]
