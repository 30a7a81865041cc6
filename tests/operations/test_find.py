"""Finding the insight behind what somebody pasted."""

from __future__ import annotations

import pytest

from tests.operations.test_switch import OFF, OPEN, PASSWORD
from tests.store.house import HOST, House, OpenHouse
from tui.store.commands import Find, ReadLinks, SwitchSharing
from tui.text import Secret

pytestmark = pytest.mark.anyio


async def find(house: House, pasted: str) -> int | None:
    """What is found, None for nothing."""
    serial = house.state.goal.serial
    await house.read(Find(Secret(pasted)))
    return house.state.goal.insight_id if house.state.goal.serial > serial else None


@pytest.mark.parametrize(
    "form", ["{short}", " {short}\n", "{host}/project/1/insights/{short}", "/insights/{short}/edit"]
)
async def test_a_short_id_that_is_in_the_index_costs_no_request(house: House, form: str) -> None:
    number = house.insight(OPEN)
    before = len(house.sent())
    assert await find(house, form.format(short=house.short_id(number), host=HOST)) == number
    assert len(house.sent()) == before


async def test_the_number_of_an_insight_is_found_too(house: House) -> None:
    number = house.insight(OPEN)
    assert await find(house, str(number)) == number


async def test_a_short_id_wins_over_a_number(open_house: OpenHouse) -> None:
    house = open_house()
    number, other = house.insight(OPEN), house.insight(OFF)
    house.sandbox.connection.execute("UPDATE insights SET short_id = ? WHERE id = ?", (str(other), number))
    await house.begin()
    assert await find(house, str(other)) == number


@pytest.mark.parametrize("server", ["new", "old"])
async def test_a_short_id_that_is_not_in_the_index_is_asked_for(open_house: OpenHouse, server: str) -> None:
    house = open_house(server=server)
    await house.begin()
    number = house.insight(OPEN)
    house.sandbox.connection.execute("UPDATE insights SET short_id = 'fresh0ne' WHERE id = ?", (number,))
    assert await find(house, "fresh0ne") == number


@pytest.mark.parametrize(
    "form", ["{host}/shared/{token}", "{host}/embedded/{token}?theme=dark", "{token}", "/shared/{token}.json"]
)
async def test_an_open_link_tells_whose_it_is(house: House, form: str) -> None:
    number = house.insight(OPEN)
    assert await find(house, form.format(token=house.token(number), host=HOST)) == number
    asked = [record for record in house.sent() if record.path.startswith("/shared/")]
    assert [record.key for record in asked] == [None]


async def test_a_link_with_a_password_is_found_once_links_are_read(house: House) -> None:
    number = house.insight(PASSWORD)
    assert await find(house, f"{HOST}/shared/{house.token(number)}") is None
    assert house.state.notice.said == "That link asks for a password, so it does not say whose it is."
    await house.read(ReadLinks((number,)))
    before = len(house.sent())
    assert await find(house, f"{HOST}/shared/{house.token(number)}") == number
    assert len(house.sent()) == before


async def test_a_remembered_link_is_read_before_it_is_believed(house: House) -> None:
    number = house.insight(PASSWORD)
    await house.read(ReadLinks((number,)))
    token = house.token(number)
    await house.again()
    assert house.link(number).token is None
    assert await find(house, token) == number
    assert house.sent()[-1].path.endswith(f"/insights/{number}/sharing/")


async def test_four_characters_alike_are_not_the_same_link(house: House) -> None:
    number, other = house.insight(PASSWORD), house.insight(OPEN)
    await house.read(ReadLinks((number,)))
    alike = "QQQQQQQQQQQQQQQQQQQQQQQQQQ" + house.token(number)[-4:]
    house.sandbox.connection.execute(
        "UPDATE sharing_configurations SET access_token = ? WHERE insight_id = ?", (alike, other)
    )
    await house.again()
    assert await find(house, alike) == other


async def test_a_dead_link_is_said_to_be_dead(house: House) -> None:
    number = house.insight(OPEN)
    token = house.token(number)
    house.sandbox.connection.execute("UPDATE sharing_configurations SET enabled = 0 WHERE insight_id = ?", (number,))
    assert await find(house, f"{HOST}/shared/{token}") is None
    assert house.state.notice.said == "That link is dead: it answers 404."


async def test_a_link_that_could_not_be_asked_is_not_said_to_want_a_password(house: House) -> None:
    token = house.token(house.insight(OPEN))
    house.wire.cut = True
    assert await find(house, token) is None
    assert house.state.session.problem is not None
    assert "password" not in house.state.notice.said
    house.wire.cut = False
    house.sandbox.faults.add("/shared/ html")
    assert await find(house, token) is None
    assert house.state.notice.said.startswith("That link could not be asked.")


async def test_the_link_of_a_dashboard_is_no_insight(house: House) -> None:
    row = house.sandbox.connection.execute(
        "SELECT access_token FROM sharing_configurations WHERE dashboard_id IS NOT NULL AND enabled"
        " AND NOT password_required AND expires_at IS NULL"
    ).fetchone()
    assert await find(house, row["access_token"]) is None
    assert "dashboard" in house.state.notice.said


@pytest.mark.parametrize("pasted", ["", "a b", "..", "../../users", "\x1b[2J", "insights/", "ünïcödé", "a" * 19])
async def test_nonsense_is_answered_with_a_sentence(house: House, pasted: str) -> None:
    assert await find(house, pasted) is None
    said = house.state.notice.said
    assert said in (
        "That is no insight, no link and no short id.",
        "No insight of this project answers to that.",
    )
    assert all(record.status != 500 for record in house.sent())


@pytest.mark.parametrize("pasted", ["99999999999999999", "zzzzzzzz", "-1"])
async def test_what_the_project_does_not_have(house: House, pasted: str) -> None:
    assert await find(house, pasted) is None
    assert house.state.notice.said == "No insight of this project answers to that."


async def test_what_was_pasted_is_kept_like_a_secret(house: House) -> None:
    command = Find(Secret("https://eu.posthog.com/shared/abcdefghijklmnopqrstuvwxyz"))
    assert "abcdef" not in repr(command)
    await house.do(SwitchSharing(house.insight(OPEN), on=False))
