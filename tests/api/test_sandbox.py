"""The client before the sandbox: what operators do, on servers of every age, and when answers get lost."""

from __future__ import annotations

import pytest

from tests.api.conftest import OpenShop
from tui.api.errors import ApiError, Kind, Problem, Sent
from tui.text import Secret

pytestmark = pytest.mark.anyio

AGES = ["new", "mid", "2025", "old"]
PASSWORD = Secret("long enough, 22 chars.")


def problem_of(raised: pytest.ExceptionInfo[ApiError]) -> Problem:
    return raised.value.problem


# Insights


@pytest.mark.parametrize("server", AGES)
async def test_an_insight_is_read_by_its_id_and_by_its_short_id(open_shop: OpenShop, server: str) -> None:
    shop = open_shop(server=server)
    row = await shop.insight("Orders per day")
    by_id = await shop.client.insights.read(row.id, refresh="blocking")
    by_short_id = await shop.client.insights.read(row.short_id)
    assert by_id.id == by_short_id.id == row.id
    assert (by_id.kind, by_id.title) == ("trends", "Orders per day")
    assert by_id.result[0]["data"]
    assert by_id.query["kind"] == "InsightVizNode"
    assert row.created_by is not None
    assert row.created_by.label == "Ben Thaler"


@pytest.mark.parametrize("server", ["new", "old"])
async def test_an_unknown_short_id_is_missing(open_shop: OpenShop, server: str) -> None:
    shop = open_shop(server=server)
    for unknown in ("zzzzzzzz", "00000000"):
        with pytest.raises(ApiError) as raised:
            await shop.client.insights.read(unknown)
        assert problem_of(raised).kind is Kind.MISSING


async def test_a_short_id_of_digits_is_not_taken_for_an_id(open_shop: OpenShop) -> None:
    shop = open_shop()
    row, other = await shop.insight("Orders per day"), await shop.insight("Checkout funnel")
    short_id = str(other.id)
    shop.sandbox.connection.execute("UPDATE insights SET short_id = ? WHERE id = ?", (short_id, row.id))
    assert (await shop.client.insights.read(short_id)).id == row.id
    # Digits that are no short id are an id.
    assert (await shop.client.insights.read(str(row.id))).id == row.id


async def test_filters_reach_the_server(open_shop: OpenShop) -> None:
    shop = open_shop()
    everything = await shop.client.insights.list(basic=True, order="name", limit=500)
    assert everything.count == len(everything) == 60
    assert everything.unreadable == 0
    second = await shop.client.insights.list(basic=True, order="name", limit=10, offset=10)
    assert [row.id for row in second] == [row.id for row in everything.results[10:20]]
    by_ben = await shop.client.insights.list(basic=True, order="name", created_by=[2], limit=500)
    assert {row.created_by.id for row in by_ben if row.created_by} == {2}
    assert 0 < len(by_ben) < 60
    favourites = await shop.client.insights.list(basic=True, favorited=True, limit=500)
    assert {row.favorited for row in favourites} == {True}
    assert len(favourites) < 60


async def test_a_value_is_tried_for_one_run(open_shop: OpenShop) -> None:
    shop = open_shop()
    variable = {v.code_name: v async for v in shop.client.variables.all()}["top_n"]
    query = {"kind": "HogQLQuery", "query": "select {variables.top_n}"}
    listed = {variable.id: {"code_name": "top_n", "variableId": variable.id}}
    made = await shop.client.insights.create(name="Tried", query=query | {"variables": listed}, saved=True)
    assert (made.kind, made.variables) == ("sql", ("top_n",))
    override = {variable.id: {"code_name": "top_n", "variableId": variable.id, "value": 77}}
    tried = await shop.client.insights.read(made.id, refresh="blocking", variables_override=override)
    kept = await shop.client.insights.read(made.id, refresh="blocking")
    assert tried.result == [[77]]
    assert kept.result == [[variable.default_value]]


async def test_an_insight_is_made_changed_deleted_and_brought_back(open_shop: OpenShop) -> None:
    client = open_shop().client
    query = {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "$pageview"}]}
    made = await client.insights.create(name="New one", query=query, tags=["a"], saved=True)
    changed = await client.insights.update(made.id, name="Renamed", favorited=True)
    assert (changed.id, changed.title, changed.favorited, changed.tags) == (made.id, "Renamed", True, ("a",))
    await client.insights.update(made.id, deleted=True)
    with pytest.raises(ApiError) as raised:
        await client.insights.read(made.id)
    assert problem_of(raised).kind is Kind.MISSING
    assert (await client.insights.update(made.id, deleted=False)).title == "Renamed"


async def test_an_invalid_query_is_rejected_with_the_servers_words(open_shop: OpenShop) -> None:
    client = open_shop().client
    with pytest.raises(ApiError) as raised:
        await client.insights.create(name="x", query={"kind": "NoSuchQuery"})
    problem = problem_of(raised)
    assert (problem.kind, problem.sent, problem.status) == (Kind.REJECTED, Sent.REFUSED, 400)
    assert problem.detail
    assert problem.detail in problem.what


async def test_csv(open_shop: OpenShop) -> None:
    client = open_shop().client
    assert "results.0.id" in await client.insights.list_csv(limit=2, basic=True)
    made = await client.insights.create_csv(name="Told in CSV", saved=True)
    assert "Told in CSV" in made
    assert (await client.insights.list(search="Told in CSV", basic=True)).count == 1


# Variables


async def test_the_life_of_a_variable(open_shop: OpenShop) -> None:
    client = open_shop().client
    made = await client.variables.create(name="Colour!", type="List", values=["a", 1], default_value="a")
    assert (made.code_name, made.values, made.is_multi) == ("colour", ["a", "1"], False)
    assert await client.variables.read(made.id) == made
    renamed = await client.variables.update(made.id, name="Hue")
    assert (renamed.name, renamed.code_name) == ("Hue", "colour")
    many = await client.variables.update(made.id, is_multi=True)
    assert (many.is_multi, many.default_value) == (True, ["a"])
    replaced = await client.variables.replace(made.id, name="Shade", type="List", values_query="select 1")
    assert (replaced.name, replaced.values_query) == ("Shade", "select 1")
    with pytest.raises(ApiError) as raised:
        await client.variables.create(name="COLOUR", type="String")
    assert (problem_of(raised).kind, problem_of(raised).sent) == (Kind.CONFLICT, Sent.REFUSED)
    await client.variables.delete(made.id)
    with pytest.raises(ApiError) as raised:
        await client.variables.read(made.id)
    assert problem_of(raised).kind is Kind.MISSING


async def test_variables_beyond_one_page_are_all_read_once(open_shop: OpenShop) -> None:
    shop = open_shop()
    for number in range(500):
        await shop.client.variables.create(name=f"v {number}", type="String")
    names = [variable.name async for variable in shop.client.variables.all()]
    assert len(names) == len(set(names)) == 515
    assert [r.query for r in shop.seen if r.method == "GET"] == ["", "page=2"]
    assert len(await shop.client.variables.list(page="last")) == 15
    with pytest.raises(ApiError) as raised:
        await shop.client.variables.list(page=3)
    assert problem_of(raised).kind is Kind.MISSING


async def test_an_old_server_lets_no_key_at_its_variables(open_shop: OpenShop) -> None:
    with pytest.raises(ApiError, match="lets no key read or change insight variables"):
        await open_shop(server="old").client.variables.list()


# Links


@pytest.mark.parametrize("server", AGES)
async def test_a_link_from_never_to_open_to_protected_to_off(open_shop: OpenShop, server: str) -> None:
    client = open_shop(server=server).client
    made = await client.insights.create(name="x", query={"kind": "HogQLQuery", "query": "select 1"}, saved=True)
    assert (await client.sharing.read(made.id)).state == "never"
    link = await client.sharing.update(made.id, enabled=True)
    assert link.state == "open"
    seen = await client.public.check(link.access_token)
    assert (seen.verdict, seen.status, seen.insight, seen.name) == ("open", 200, made.short_id, "x")
    link = await client.sharing.update(made.id, password_required=True, settings={"legend": True})
    assert (link.state, link.settings) == ("locked", {"legend": True})
    created = await client.sharing.create_password(made.id, PASSWORD, "for them")
    assert (created.password, created.note) == (PASSWORD, "for them")
    link = await client.sharing.read(made.id)
    assert (link.state, [p.note for p in link.share_passwords]) == ("password", ["for them"])
    assert (await client.public.check(link.access_token)).verdict == "password"
    opened = await client.public.unlock(link.access_token, PASSWORD)
    assert (opened.verdict, opened.with_password, opened.insight) == ("open", True, made.short_id)
    await client.sharing.delete_password(made.id, created.id)
    wrong = await client.public.unlock(link.access_token, PASSWORD)
    assert (wrong.verdict, wrong.with_password, wrong.status) == ("password", False, 401)
    assert wrong.problem is not None
    link = await client.sharing.update(made.id, enabled=False)
    assert link.state == "off"
    dead = await client.public.check(link.access_token)
    assert (dead.verdict, dead.status) == ("dead", 404)


async def test_the_server_makes_a_password_when_none_is_given(open_shop: OpenShop) -> None:
    shop = open_shop()
    row = await shop.insight("Checkout funnel")
    created = await shop.client.sharing.create_password(row.id)
    link = await shop.client.sharing.read(row.id)
    assert len(created.password.reveal()) >= 20
    assert (await shop.client.public.unlock(link.access_token, created.password)).with_password
    with pytest.raises(ApiError) as raised:
        await shop.client.sharing.create_password(row.id, Secret("short"))
    assert (problem_of(raised).attr, problem_of(raised).kind) == ("raw_password", Kind.REJECTED)


async def test_a_refreshed_link_and_its_old_one(open_shop: OpenShop) -> None:
    shop = open_shop()
    row = await shop.insight("Orders per day")
    old = await shop.client.sharing.read(row.id)
    new = await shop.client.sharing.refresh(row.id)
    assert new.access_token != old.access_token
    assert (await shop.client.public.check(old.access_token)).verdict == "open"
    shop.time.now += 301
    assert (await shop.client.public.check(old.access_token)).verdict == "dead"
    assert (await shop.client.public.check(new.access_token)).verdict == "open"


async def test_an_unlocked_link_does_not_look_open_to_the_next_check(open_shop: OpenShop) -> None:
    shop = open_shop()
    row = await shop.insight("Checkout funnel")
    link = await shop.client.sharing.read(row.id)
    created = await shop.client.sharing.create_password(row.id, PASSWORD)
    assert (await shop.client.public.unlock(link.access_token, created.password)).verdict == "open"
    assert (await shop.client.public.check(link.access_token)).verdict == "password"


async def test_a_password_given_to_an_open_link_proves_nothing(open_shop: OpenShop) -> None:
    shop = open_shop()
    row = await shop.insight("Orders per day")
    link = await shop.client.sharing.read(row.id)
    check = await shop.client.public.unlock(link.access_token, PASSWORD)
    assert (check.verdict, check.with_password) == ("open", False)


async def test_a_check_is_one_get(open_shop: OpenShop) -> None:
    shop = open_shop()
    row = await shop.insight("Orders per day")
    link = await shop.client.sharing.read(row.id)
    await shop.client.public.check(link.access_token)
    last = shop.seen[-1]
    assert (last.method, last.path) == ("GET", f"/shared/{link.access_token.reveal()}.json")


async def test_what_a_check_cannot_tell_is_unclear(open_shop: OpenShop) -> None:
    for fault, verdict in [
        ("GET /shared/ html", "unclear"),
        ("GET /shared/ wrong", "unclear"),
        ("GET /shared/ empty", "unclear"),
        ("GET /shared/ cut", "unclear"),
        ("GET /shared/ 500", "unclear"),
        ("GET /shared/ drop-after", "unclear"),
        ("GET /shared/ 429=30", "limited"),
    ]:
        shop = open_shop(faults=fault)
        row = await shop.insight("Orders per day")
        link = await shop.client.sharing.read(row.id)
        asked = len(shop.seen)
        check = await shop.client.public.check(link.access_token)
        assert (fault, check.verdict) == (fault, verdict)
        assert check.problem is not None
        assert len(shop.seen) == asked + 1


async def test_a_link_whose_insight_was_deleted(open_shop: OpenShop) -> None:
    shop = open_shop()
    row = await shop.insight("Orders per day")
    link = await shop.client.sharing.read(row.id)
    await shop.client.insights.update(row.id, deleted=True)
    check = await shop.client.public.check(link.access_token)
    assert check.verdict == "dead"
    assert check.problem is not None
    assert check.problem.what == "The link is on, but its insight was deleted."


async def test_the_link_of_a_dashboard(open_shop: OpenShop) -> None:
    client = open_shop().client
    boards = {board.name: board async for board in client.dashboards.all()}
    assert boards["Shop overview"].is_shared
    assert not boards["Range planning"].is_shared
    link = await client.sharing.read_dashboard(boards["Shop overview"].id)
    assert link.state == "open"
    assert (await client.sharing.read_dashboard(boards["Board pack"].id)).state == "password"
    check = await client.public.check(link.access_token)
    assert (check.verdict, check.insight) == ("open", "")


# Lost answers


@pytest.mark.parametrize("fault", ["drop-after", "cut", "wrong", "empty", "html", "500", "502"])
async def test_a_lost_answer_to_a_write_is_unknown_and_sent_once(open_shop: OpenShop, fault: str) -> None:
    shop = open_shop(faults=f"POST /refresh/ {fault}")
    row = await shop.insight("Orders per day")
    with pytest.raises(ApiError) as raised:
        await shop.client.sharing.refresh(row.id)
    assert problem_of(raised).sent is Sent.UNKNOWN
    assert [r.method for r in shop.seen].count("POST") == 1


async def test_a_lost_answer_to_a_password_loses_no_secret(open_shop: OpenShop) -> None:
    shop = open_shop(faults="POST /passwords/ drop-after x1")
    row = await shop.insight("Checkout funnel")
    with pytest.raises(ApiError) as raised:
        await shop.client.sharing.create_password(row.id, PASSWORD)
    assert problem_of(raised).sent is Sent.UNKNOWN
    link = await shop.client.sharing.read(row.id)
    assert (await shop.client.public.unlock(link.access_token, PASSWORD)).with_password


async def test_a_read_gets_through_in_the_end(open_shop: OpenShop) -> None:
    shop = open_shop(faults="GET /sharing/ 500 x1; GET /sharing/ drop-before x1")
    row = await shop.insight("Orders per day")
    assert (await shop.client.sharing.read(row.id)).state == "open"
    # What was dropped and what was refused are in the log too.
    problems = [call.problem and call.problem.kind for call in shop.calls[-3:]]
    assert problems == [Kind.BROKEN, Kind.OFFLINE, None]


# Keys and projects


async def test_a_wrong_key_is_one_thing_on_every_path(open_shop: OpenShop) -> None:
    shop = open_shop(key="phx_wrong")
    for ask in (shop.client.insights.list(), shop.client.variables.list(), shop.client.sharing.read(1)):
        with pytest.raises(ApiError) as raised:
            await ask
        assert problem_of(raised).kind is Kind.UNAUTHORISED
    assert {record.status for record in shop.seen} == {401, 403}
    with pytest.raises(ApiError, match="does not know this key"):
        await shop.client.accounts.key()


async def test_without_a_key_the_server_wants_one(open_shop: OpenShop) -> None:
    shop = open_shop(key="")
    with pytest.raises(ApiError, match="wants a key"):
        await shop.client.insights.list()


async def test_missing_scopes_are_named(open_shop: OpenShop) -> None:
    shop = open_shop(key="read")
    row = await shop.insight("Orders per day")
    with pytest.raises(ApiError) as raised:
        await shop.client.sharing.refresh(row.id)
    assert (problem_of(raised).kind, problem_of(raised).scope) == (Kind.FORBIDDEN, "sharing_configuration:write")
    key = await shop.client.accounts.key()
    assert key.allows("sharing_configuration:read")
    assert not key.allows("sharing_configuration:write")
    shop = open_shop(key="no_sharing")
    with pytest.raises(ApiError) as raised:
        await shop.client.sharing.read(row.id)
    assert problem_of(raised).scope == "sharing_configuration:read"


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("full", ["Acme Shop", "Acme Shop, staging", "Blog"]),
        ("read", ["Acme Shop", "Acme Shop, staging", "Blog"]),
        ("no_sharing", ["Acme Shop", "Acme Shop, staging", "Blog"]),
        ("other_project", ["Acme Shop, staging"]),
    ],
)
async def test_projects_are_found_with_every_key(open_shop: OpenShop, key: str, names: list[str]) -> None:
    projects = await open_shop(key=key).client.accounts.projects()
    assert [project.name for project in projects] == names


async def test_projects_are_found_with_few_scopes(open_shop: OpenShop) -> None:
    async def found(scopes: str, teams: str = "[]") -> list[tuple[int, str]]:
        shop = open_shop()
        shop.sandbox.connection.execute(
            "UPDATE api_keys SET scopes = ?, scoped_teams = ? WHERE value = ?", (scopes, teams, shop.world.key)
        )
        return [(project.id, project.name) for project in await shop.client.accounts.projects()]

    everything = [(1, "Acme Shop"), (2, "Acme Shop, staging"), (3, "Blog")]
    assert await found('["organization:read", "project:read"]') == everything
    assert await found('["user:read"]') == [(1, "Acme Shop")]
    assert await found('["project:read"]') == [(1, "Acme Shop")]
    assert await found('["insight:read"]', "[2, 3]") == [(2, ""), (3, "")]
    with pytest.raises(ApiError) as raised:
        await found('["insight:read"]')
    assert problem_of(raised).scope == "user:read"


async def test_the_owner_and_the_current_project(open_shop: OpenShop) -> None:
    client = open_shop(project="@current").client
    me = await client.accounts.me()
    assert me.label == "Ana Ortega"
    assert me.team is not None
    assert (await client.accounts.project()).id == me.team.id == 1
    assert (await client.accounts.project(2)).name == "Acme Shop, staging"
    assert (await client.insights.list(basic=True)).count == 60


@pytest.mark.parametrize(
    ("key", "project", "words"),
    [
        ("full", "4711", "no project with this id"),
        ("full", "shop", "no project with this id"),
        ("other_project", "1", "not made for this project"),
    ],
)
async def test_a_wrong_project_says_why(open_shop: OpenShop, key: str, project: str, words: str) -> None:
    with pytest.raises(ApiError, match=words):
        await open_shop(key=key, project=project).client.insights.list()


@pytest.mark.parametrize("server", AGES)
async def test_the_old_base_path_works_on_every_server(open_shop: OpenShop, server: str) -> None:
    shop = open_shop(server=server, prefix="environments")
    row = await shop.insight("Orders per day")
    changed = await shop.client.insights.update(row.id, description="through the old path")
    assert changed.description == "through the old path"


async def test_the_servers_limits_are_never_run_into(open_shop: OpenShop) -> None:
    shop = open_shop(limits=True)
    row = await shop.insight("Orders per day")
    for _ in range(480):
        await shop.client.sharing.read(row.id)
    assert shop.time.slept == []
    await shop.client.sharing.read(row.id)
    assert shop.time.slept == [60.0]
    assert 429 not in {record.status for record in shop.seen}


async def test_read_only_reads_everything_and_changes_nothing(open_shop: OpenShop) -> None:
    shop = open_shop(read_only=True)
    row = await shop.insight("Orders per day")
    before = shop.sandbox.connection.total_changes
    with pytest.raises(ApiError, match="this profile is read-only"):
        await shop.client.sharing.update(row.id, enabled=False)
    assert shop.sandbox.connection.total_changes == before
    assert (await shop.client.sharing.read(row.id)).state == "open"
    assert {record.method for record in shop.seen} == {"GET"}
