"""Faults on order: the grammar, which requests are struck, and what each fault leaves behind."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.server.conftest import Open
from tests.sandbox.server.desk import Desk
from tui.sandbox.server.faults import BadFault, Faults

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("specification", "word"),
    [
        ("GET /insights/", "no action"),
        ("GET /insights/ explode", "'explode'"),
        ("FETCH /insights/ 500", "'FETCH'"),
        ("GET ~( 500", "regular expression"),
        ("delay=soon", "'soon'"),
        ("delay", "seconds"),
        ("500 502", "'502'"),
        ("GET 500 y2", "'y2'"),
        ("500=3", "'500=3'"),
    ],
)
def test_specifications_that_are_not_understood(specification: str, word: str) -> None:
    faults = Faults()
    with pytest.raises(BadFault) as caught:
        faults.add(f"GET 500; {specification}")
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)
    assert faults.rules == []


def struck(specification: str, *requests: str) -> list[str | None]:
    """The action for each of these requests."""
    faults = Faults()
    faults.add(specification)
    return [faults.strike(*request.split()).action for request in requests]


@pytest.mark.parametrize(
    ("specification", "actions"),
    [
        ("500", ["500", "500", "500"]),
        ("* 500 x1", ["500", None, None]),
        ("GET 500", [None, "500", "500"]),
        ("get /b 500", [None, None, "500"]),
        ("~/[ab]/$ 500", ["500", "500", None]),
        ("500 x1 after=1", [None, "500", None]),
        ("PATCH 502; GET /a 500 x1; html", ["502", "500", "html"]),
        (" ; ", [None, None, None]),
    ],
)
def test_which_requests_are_struck(specification: str, actions: list[str | None]) -> None:
    assert struck(specification, "PATCH /x/a/", "GET /x/a/", "GET /x/b/c/") == actions


def test_delays_add_up_and_let_the_next_rule_decide() -> None:
    faults = Faults()
    faults.add("delay=0.5; GET delay=1; GET 429=7")
    strike = faults.strike("GET", "/")
    assert (strike.delay, strike.action, strike.argument) == (1.5, "429", 7)
    strike = faults.strike("POST", "/")
    assert (strike.delay, strike.action) == (0.5, None)


@pytest.mark.parametrize(("action", "carried_out"), [("drop-before", False), ("drop-after", True)])
async def test_dropped(desk: Desk, action: str, carried_out: bool) -> None:
    insight = desk.insight()
    desk.sandbox.faults.add(f"PATCH /sharing/ {action} x1")
    with pytest.raises(ConnectionResetError):
        await desk.patch(f"insights/{insight}/sharing/", {"enabled": True})
    record = desk.sandbox.requests[-1]
    assert (record.method, record.status, record.carried_out) == ("PATCH", None, carried_out)
    assert (await desk.get(f"insights/{insight}/sharing/")).json()["enabled"] is carried_out


@pytest.mark.parametrize(
    ("action", "status", "carried_out", "kind"),
    [
        ("500", 500, False, "application/json"),
        ("502", 502, False, "text/html"),
        ("429", 429, False, "application/json"),
        ("html", 200, False, "text/html"),
        ("cut", 201, True, "application/json"),
        ("wrong", 201, True, "application/json"),
        ("empty", 201, True, ""),
    ],
)
async def test_spoiled(desk: Desk, action: str, status: int, carried_out: bool, kind: str) -> None:
    desk.sandbox.faults.add(f"POST {action} x1")
    reply = await desk.post("insight_variables/", {"name": "Spoiled", "type": "String"})
    assert reply.status_code == status
    assert reply.headers.get("content-type", "").partition(";")[0] == kind
    names = [row["name"] for row in (await desk.get("insight_variables/")).json()["results"]]
    assert ("Spoiled" in names) is carried_out
    assert desk.sandbox.requests[0].carried_out is carried_out


async def test_shapes_of_spoiled_answers(desk: Desk) -> None:
    desk.sandbox.faults.add("cut x1; wrong x1; empty x1; 429=7 x1; 429 x1")
    cut = await desk.get("insight_variables/")
    with pytest.raises(json.JSONDecodeError):
        cut.json()
    assert cut.text.startswith('{"count"')
    assert (await desk.get("insight_variables/")).json() == [{"unexpected": True}]
    assert (await desk.get("insight_variables/")).content == b""
    throttled = [await desk.get("insight_variables/") for _ in range(2)]
    assert [reply.headers["retry-after"] for reply in throttled] == ["7", "59"]
    assert (await desk.get("insight_variables/")).json()["count"] == 3


async def test_public_links_are_struck_too(desk: Desk) -> None:
    token = await desk.share(desk.insight())
    desk.sandbox.faults.add("GET /shared/ 502 x1")
    assert (await desk.public(f"{token}.json")).status_code == 502
    assert (await desk.public(f"{token}.json")).status_code == 200


async def test_given_at_the_start(open_desk: Open) -> None:
    desk = await open_desk(faults="GET 500 x1")
    assert [(await desk.get("insights/")).status_code for _ in range(2)] == [500, 200]
    with pytest.raises(BadFault):
        await open_desk(faults="nonsense")
