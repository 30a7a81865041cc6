"""Results: the cache, every refresh mode, background computations, overrides and failures."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.server.desk import NOW, Desk, sql
from tui.sandbox.database import stamp

pytestmark = pytest.mark.anyio


@pytest.fixture
def insight(desk: Desk) -> int:
    """An insight nobody has computed."""
    return desk.insight(query=sql("select 41 + 1 as answer"))


async def asked(desk: Desk, insight: int, mode: str | None, **parameters: str) -> dict[str, Any]:
    """The insight, asked for with a refresh mode."""
    reply = await desk.get(f"insights/{insight}/", params=({"refresh": mode} if mode is not None else {}) | parameters)
    assert reply.status_code == 200, reply.text
    answer: dict[str, Any] = reply.json()
    return answer


@pytest.mark.parametrize("mode", [None, "force_cache", "false", ""])
async def test_cache_is_never_filled_unasked(desk: Desk, insight: int, mode: str | None) -> None:
    for _ in range(2):
        shown = await asked(desk, insight, mode)
        assert (shown["result"], shown["last_refresh"], shown["is_cached"]) == (None, None, False)
        assert shown["query_status"] is None


@pytest.mark.parametrize("mode", ["blocking", "force_blocking", "true", "async_except_on_cache_miss"])
async def test_modes_that_compute_at_once(desk: Desk, insight: int, mode: str) -> None:
    shown = await asked(desk, insight, mode)
    assert shown["result"] == [[42]]
    assert shown["columns"] == ["answer"]
    assert shown["is_cached"] is False
    assert shown["last_refresh"] == stamp(NOW)
    assert shown["next_allowed_client_refresh"] > shown["last_refresh"]
    assert shown["cache_target_age"] > shown["next_allowed_client_refresh"]
    assert shown["timezone"] == "UTC"
    cached = await asked(desk, insight, None)
    assert (cached["result"], cached["is_cached"], cached["last_refresh"]) == ([[42]], True, stamp(NOW))


@pytest.mark.parametrize(
    ("mode", "fresh_after_2_minutes", "fresh_after_2_hours"),
    [("blocking", True, False), ("force_blocking", False, False)],
)
async def test_what_counts_as_fresh(
    desk: Desk, insight: int, mode: str, fresh_after_2_minutes: bool, fresh_after_2_hours: bool
) -> None:
    await asked(desk, insight, "blocking")
    desk.clock.advance(minutes=2)
    assert (await asked(desk, insight, mode))["is_cached"] is fresh_after_2_minutes
    desk.clock.advance(hours=2)
    assert (await asked(desk, insight, mode))["is_cached"] is fresh_after_2_hours


async def test_a_new_result_replaces_the_old_one(desk: Desk, insight: int) -> None:
    await asked(desk, insight, "blocking")
    desk.clock.advance(minutes=2)
    await asked(desk, insight, "force_blocking")
    assert (await asked(desk, insight, None))["last_refresh"] == stamp(desk.clock.now)


@pytest.mark.parametrize("mode", ["async", "lazy_async", "force_async"])
async def test_background_computation(desk: Desk, insight: int, mode: str) -> None:
    waiting = await asked(desk, insight, mode)
    status = waiting["query_status"]
    assert waiting["result"] is None
    assert (status["complete"], status["error"], status["query_async"]) == (False, False, True)
    poll = f"query/{status['id']}/"
    early = await desk.get(poll)
    assert (early.status_code, early.json()["query_status"]["complete"]) == (202, False)
    desk.clock.advance(seconds=2)
    done = await desk.get(poll)
    assert (done.status_code, done.json()["query_status"]["complete"]) == (200, True)
    assert done.json()["query_status"]["results"]["results"] == [[42]]
    assert (await asked(desk, insight, None))["result"] == [[42]]


async def test_asking_the_insight_again_is_as_good_as_polling(desk: Desk, insight: int) -> None:
    await asked(desk, insight, "async")
    desk.clock.advance(seconds=2)
    assert (await asked(desk, insight, None))["result"] == [[42]]


@pytest.mark.parametrize(
    ("mode", "hours", "runs"),
    [
        ("async", 0, False),
        ("async", 2, True),
        ("lazy_async", 2, False),
        ("lazy_async", 25, True),
        ("async_except_on_cache_miss", 2, True),
        ("force_async", 0, True),
    ],
)
async def test_stale_results_are_shown_while_new_ones_are_computed(
    desk: Desk, insight: int, mode: str, hours: int, runs: bool
) -> None:
    await asked(desk, insight, "blocking")
    desk.clock.advance(hours=hours)
    shown = await asked(desk, insight, mode)
    assert shown["result"] == [[42]]
    assert (shown["query_status"] is not None) is runs


async def test_unknown_mode(desk: Desk, insight: int) -> None:
    reply = await desk.get(f"insights/{insight}/?refresh=sometimes")
    assert (reply.status_code, reply.json()["type"]) == (400, "validation_error")


async def test_unknown_query_id(desk: Desk) -> None:
    assert (await desk.get("query/nothing/")).status_code == 404


async def test_a_failing_query_is_200(desk: Desk) -> None:
    insight = desk.insight(query=sql("select no_such_column from events"))
    for _ in range(2):
        shown = await asked(desk, insight, "blocking")
        assert shown["result"] is None
        assert shown["is_cached"] is False
        assert (shown["query_status"]["error"], shown["query_status"]["complete"]) == (True, True)
        assert "no_such_column" in shown["query_status"]["error_message"]


async def test_a_failing_background_computation_polls_as_400(desk: Desk) -> None:
    insight = desk.insight(query=sql("select no_such_column from events"))
    status = (await asked(desk, insight, "async"))["query_status"]
    desk.clock.advance(seconds=2)
    reply = await desk.get(f"query/{status['id']}/")
    assert (reply.status_code, reply.json()["query_status"]["error"]) == (400, True)


async def test_variables(desk: Desk) -> None:
    body = {"name": "Depth", "type": "Number", "default_value": 5}
    variable = (await desk.post("insight_variables/", body)).json()
    entry = {"code_name": "depth", "variableId": variable["id"]}
    insight = desk.insight(query=sql("select {variables.depth}", **{variable["id"]: entry}))
    assert (await asked(desk, insight, "blocking"))["result"] == [[5]]
    override = json.dumps({variable["id"]: entry | {"value": 9}})
    tried = await asked(desk, insight, "blocking", variables_override=override)
    assert tried["result"] == [[9]]
    assert (await asked(desk, insight, None))["result"] == [[5]], "the override has a cache of its own"
    nameless = json.dumps({variable["id"]: {"variableId": variable["id"], "value": 9}})
    assert (await asked(desk, insight, None, variables_override=nameless))["result"] == [[5]]
    await desk.patch(f"insight_variables/{variable['id']}/", {"default_value": 6})
    assert (await asked(desk, insight, "blocking"))["result"] == [[6]]


async def test_missing_variable_is_a_query_error(desk: Desk) -> None:
    insight = desk.insight(query=sql("select {variables.nowhere}"))
    shown = await asked(desk, insight, "blocking")
    assert "nowhere is missing from query" in shown["query_status"]["error_message"]


@pytest.mark.parametrize("name", ["variables_override", "filters_override"])
async def test_overrides_that_are_no_json(desk: Desk, insight: int, name: str) -> None:
    reply = await desk.get(f"insights/{insight}/", params={name: "{"})
    assert (reply.status_code, reply.json()["attr"]) == (400, name)
    assert (await desk.get(f"insights/{insight}/", params={name: "[1]"})).status_code == 500


async def test_filters_override_moves_the_dates(desk: Desk) -> None:
    insight = desk.insight()
    plain = await asked(desk, insight, "blocking")
    moved = await asked(desk, insight, "blocking", filters_override='{"date_from": "-2d"}')
    assert len(moved["result"][0]["days"]) == 3
    assert moved["resolved_date_range"] != plain["resolved_date_range"]


async def test_lists_can_compute_too(desk: Desk, insight: int) -> None:
    short_id = (await asked(desk, insight, None))["short_id"]
    rows = (await desk.get(f"insights/?short_id={short_id}&refresh=blocking")).json()["results"]
    assert rows[0]["result"] == [[42]]


async def test_an_insight_without_a_query(desk: Desk) -> None:
    shown = await asked(desk, desk.insight(query=None), "blocking")
    assert (shown["query"], shown["result"], shown["query_status"]) == (None, None, None)
