"""The made-up world: the same for the same seed and time, whole at any size, and every query of it works."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tui.sandbox.database import connect
from tui.sandbox.queries import InvalidQuery, QueryResult, StoredVariable, resolve_variables, run, validate
from tui.sandbox.world import World, build

NOW = datetime(2026, 11, 18, 12, 3, tzinfo=UTC)
FAILING = {
    "Partner revenue": "Variable partner_code does not exist",
    "Profit by warehouse": "Unknown table `warehouse_costs`.",
    "Customer journeys, preview": "Unsupported query kind: JourneysQuery",
}
"""The insights that are meant to fail, and how."""


@pytest.fixture(scope="module")
def built() -> Iterator[tuple[sqlite3.Connection, World]]:
    connection = connect()
    yield connection, build(connection, now=NOW)
    connection.close()


@pytest.fixture(scope="module")
def shop(built: tuple[sqlite3.Connection, World]) -> sqlite3.Connection:
    return built[0]


def dump(*, without: str = "", **options: Any) -> list[str]:
    """A whole world as SQL; lines that name `without` are left out."""
    connection = connect()
    build(connection, **{"now": NOW, **options})
    lines = [line for line in connection.iterdump() if not without or without not in line]
    connection.close()
    return lines


def stored(connection: sqlite3.Connection) -> list[StoredVariable]:
    return [
        StoredVariable(
            row["id"],
            row["code_name"],
            row["type"],
            None if row["default_value"] is None else json.loads(row["default_value"]),
            bool(row["is_multi"]),
        )
        for row in connection.execute("SELECT * FROM insight_variables")
    ]


def compute(connection: sqlite3.Connection, text: str) -> QueryResult:
    query = json.loads(text)
    return run(connection, query, now=NOW, variables=resolve_variables(query, stored(connection), None))


def live(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    return connection.execute("SELECT * FROM insights WHERE project_id = 1 AND NOT deleted ORDER BY id").fetchall()


def states(connection: sqlite3.Connection, last: int = 10**9) -> Counter[str]:
    """How many insights have a link in each state, by the words of the screens."""
    counts: Counter[str] = Counter()
    for (state,) in connection.execute(
        "SELECT CASE WHEN c.id IS NULL THEN 'never' WHEN NOT c.enabled THEN 'off'"
        " WHEN NOT c.password_required THEN 'open' WHEN EXISTS (SELECT 1 FROM share_passwords p"
        "  WHERE p.sharing_configuration_id = c.id AND p.is_active) THEN 'password' ELSE 'locked' END"
        " FROM insights i LEFT JOIN sharing_configurations c ON c.insight_id = i.id AND c.expires_at IS NULL"
        " WHERE i.project_id = 1 AND NOT i.deleted AND i.id <= ?",
        (last,),
    ):
        counts[state] += 1
    return counts


def test_seed_and_time_decide_everything() -> None:
    first = dump()
    assert first == dump()
    assert first != dump(seed=8)


def test_events_before_now_do_not_depend_on_the_hour() -> None:
    def events(hour: int) -> list[str]:
        return [line for line in dump(now=NOW.replace(hour=hour)) if line.startswith('INSERT INTO "events"')]

    morning, evening = events(9), events(20)
    assert len(morning) < len(evening)
    assert evening[: len(morning)] == morning


def test_growing_leaves_the_first_ones_alone() -> None:
    small, large, larger = connect(), connect(), connect()
    build(small, now=NOW)
    build(large, now=NOW, insights=300, variables=40)
    build(larger, now=NOW, insights=400)
    for table in ("insights", "insight_variables", "dashboards", "dashboard_tiles"):
        rows = {row["id"]: tuple(row) for row in large.execute(f"SELECT * FROM {table}")}
        for row in small.execute(f"SELECT * FROM {table}"):
            assert rows[row["id"]] == tuple(row)
    links = "SELECT * FROM sharing_configurations ORDER BY id"
    old = [tuple(row) for row in small.execute(links)]
    assert [tuple(row) for row in large.execute(links)][: len(old)] == old
    assert len(live(large)) == 300
    assert len({row["short_id"] for row in live(large)}) == 300
    assert [tuple(row) for row in live(larger)][:300] == [tuple(row) for row in live(large)]
    assert large.execute("SELECT count(*) FROM insight_variables").fetchone()[0] == 40
    for connection in (small, large, larger):
        connection.close()


def test_a_smaller_world_is_whole() -> None:
    connection = connect()
    build(connection, insights=5, variables=0, now=NOW)
    assert len(live(connection)) == 5
    assert connection.execute("SELECT count(*) FROM insight_variables").fetchone()[0] == 0
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_a_world_is_not_built_twice() -> None:
    connection = connect()
    build(connection, insights=3, now=NOW)
    before = list(connection.iterdump())
    with pytest.raises(sqlite3.IntegrityError):
        build(connection, insights=3, now=NOW)
    assert list(connection.iterdump()) == before
    connection.close()


def test_nothing_points_nowhere(shop: sqlite3.Connection) -> None:
    assert shop.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_insight_computes_or_fails_as_it_should(shop: sqlite3.Connection) -> None:
    failed = {}
    for insight in live(shop):
        try:
            result = compute(shop, insight["query"])
        except InvalidQuery as problem:
            failed[insight["name"]] = str(problem)
            continue
        if result.error:
            failed[insight["name"]] = result.error.message
            continue
        assert result.result, insight["name"]
        json.dumps(result.result)
    assert failed == FAILING


def test_the_cost_of_a_query_is_bounded(shop: sqlite3.Connection) -> None:
    """Steps of SQLite's machine, which do not depend on the machine the test runs on."""
    steps = 0

    def tick() -> int:
        nonlocal steps
        steps += 1
        return 0

    for insight in live(shop):
        kind = json.loads(insight["query"])["source"]["kind"]
        if kind in ("HogQLQuery", "EventsQuery") or insight["name"] in FAILING:
            continue
        steps = 0
        shop.set_progress_handler(tick, 1000)
        compute(shop, insight["query"])
        shop.set_progress_handler(None, 0)
        assert steps < 2000, insight["name"]


def test_all_but_the_newer_kind_could_be_saved_again(shop: sqlite3.Connection) -> None:
    for insight in live(shop):
        query = json.loads(insight["query"])
        if insight["name"] == "Customer journeys, preview":
            with pytest.raises(InvalidQuery):
                validate(query)
        else:
            assert validate(query) == query


def test_every_kind_and_display_is_there(shop: sqlite3.Connection) -> None:
    sources = [json.loads(insight["query"]) for insight in live(shop)]
    assert {node["kind"] for node in sources} == {"InsightVizNode", "DataVisualizationNode", "DataTableNode"}
    inner = [node["source"] for node in sources]
    assert {source["kind"] for source in inner} == {
        "TrendsQuery", "FunnelsQuery", "RetentionQuery", "PathsQuery", "StickinessQuery", "LifecycleQuery",
        "HogQLQuery", "EventsQuery", "JourneysQuery",
    }  # fmt: skip
    assert {source["trendsFilter"]["display"] for source in inner if source["kind"] == "TrendsQuery"} == {
        "ActionsLineGraph", "ActionsBar", "ActionsStackedBar", "ActionsAreaGraph", "ActionsLineGraphCumulative",
        "BoldNumber", "ActionsPie", "ActionsBarValue", "ActionsTable", "WorldMap", "CalendarHeatmap",
    }  # fmt: skip
    funnels = [source["funnelsFilter"] for source in inner if source["kind"] == "FunnelsQuery"]
    assert {options["funnelVizType"] for options in funnels} == {"steps", "trends", "time_to_convert"}
    assert {options["funnelOrderType"] for options in funnels} == {"ordered", "strict", "unordered"}
    assert any(source.get("compareFilter") for source in inner)
    assert any("formulaNodes" in source.get("trendsFilter", {}) for source in inner)


def test_the_links_of_the_first_sixty(shop: sqlite3.Connection) -> None:
    assert states(shop) == {"open": 17, "password": 6, "locked": 2, "off": 8, "never": 27}


def test_the_oddities_are_there(shop: sqlite3.Connection) -> None:
    rows = live(shop)
    (unnamed,) = [row for row in rows if not row["name"]]
    assert unnamed["derived_name"] == "product viewed, added to basket & 1 more"
    assert any(len(row["name"] or "") > 100 for row in rows)
    assert any("日本" in (row["name"] or "") and "🌱" in row["name"] for row in rows)
    assert {row["created_by"] for row in rows} == {1, 2, 3, 4, 5}
    assert sum(row["favorited"] for row in rows) >= 4
    ages = [NOW - datetime.fromisoformat(row["last_modified_at"]) for row in rows]
    assert min(ages) < timedelta(minutes=10)
    assert max(ages) > timedelta(days=340)
    assert all(row["created_at"] <= row["last_modified_at"] for row in rows)
    left = shop.execute("SELECT id FROM users WHERE NOT is_active").fetchall()
    assert [row["id"] for row in left] == [5]


def test_a_link_that_may_have_leaked(shop: sqlite3.Connection) -> None:
    oldest = shop.execute(
        "SELECT i.name, i.created_by, c.created_at FROM sharing_configurations c JOIN insights i ON i.id = c.insight_id"
        " WHERE c.enabled AND NOT c.password_required AND c.expires_at IS NULL AND NOT i.deleted"
        " ORDER BY c.created_at LIMIT 1"
    ).fetchone()
    assert oldest["name"] == "Refund requests, full list"
    assert oldest["created_by"] == 5
    assert NOW - datetime.fromisoformat(oldest["created_at"]) > timedelta(days=400)


def test_links_are_not_older_than_what_they_show(shop: sqlite3.Connection) -> None:
    older = shop.execute(
        "SELECT coalesce(i.name, d.name) FROM sharing_configurations c LEFT JOIN insights i ON i.id = c.insight_id"
        " LEFT JOIN dashboards d ON d.id = c.dashboard_id"
        " WHERE c.created_at < coalesce(i.created_at, d.created_at)"
    ).fetchall()
    assert [tuple(row) for row in older] == []
    younger = shop.execute(
        "SELECT note FROM share_passwords p JOIN sharing_configurations c ON c.id = p.sharing_configuration_id"
        " WHERE p.created_at < c.created_at"
    ).fetchall()
    assert [tuple(row) for row in younger] == []


def test_dashboards_show_insights_in_every_way(shop: sqlite3.Connection) -> None:
    boards = shop.execute(
        "SELECT d.name, count(t.id) AS tiles, c.enabled, c.password_required FROM dashboards d"
        " JOIN dashboard_tiles t ON t.dashboard_id = d.id"
        " LEFT JOIN sharing_configurations c ON c.dashboard_id = d.id GROUP BY d.id"
    ).fetchall()
    assert {row["name"]: (row["enabled"], row["password_required"]) for row in boards} == {
        "Shop overview": (1, 0),
        "Board pack": (1, 1),
        "Black Friday live board": (1, 0),
        "Support desk": (0, 0),
        "Range planning": (None, None),
    }
    assert all(row["tiles"] >= 4 for row in boards)


def test_the_variables(shop: sqlite3.Connection) -> None:
    rows = shop.execute("SELECT * FROM insight_variables").fetchall()
    assert len(rows) == 15
    assert {(row["type"], row["is_multi"]) for row in rows} == {
        ("String", 0), ("Number", 0), ("Boolean", 0), ("Date", 0), ("List", 0), ("List", 1),
    }  # fmt: skip
    (renamed,) = [row for row in rows if row["code_name"] != row["name"].lower().replace(" ", "_").strip("()")
                  and row["code_name"] != "market_old"]  # fmt: skip
    assert (renamed["name"], renamed["code_name"]) == ("Shop", "store")
    assert any(isinstance(value, dict) for value in json.loads(renamed["values"]))
    assert [row["name"] for row in rows if row["values_query"]] == ["Product category"]
    used: Counter[str] = Counter()
    pinned = 0
    for insight in live(shop):
        for entry in json.loads(insight["query"])["source"].get("variables", {}).values():
            used[entry["code_name"]] += 1
            pinned += "value" in entry
    assert set(used) - {row["code_name"] for row in rows} == {"partner_code"}
    assert {row["code_name"] for row in rows} - set(used) == {"market_old"}
    assert pinned >= 3


def test_the_keys(built: tuple[sqlite3.Connection, World]) -> None:
    connection, world = built
    keys = {row["value"]: row for row in connection.execute("SELECT * FROM api_keys")}
    assert set(keys) == {world.key, world.read_key, *world.short_keys.values()}
    assert all(len(value) == 47 and value.startswith("phx_") for value in keys)
    assert json.loads(keys[world.key]["scopes"]) == ["*"]
    assert all(scope.endswith(":read") for scope in json.loads(keys[world.read_key]["scopes"]))
    assert not any("sharing" in scope for scope in json.loads(keys[world.short_keys["no_sharing"]]["scopes"]))
    assert json.loads(keys[world.short_keys["other_project"]]["scoped_teams"]) == [2]


def test_tokens_have_their_form(shop: sqlite3.Connection) -> None:
    tokens = [row[0] for row in shop.execute("SELECT access_token FROM sharing_configurations")]
    assert len(tokens) == len(set(tokens)) > 35
    assert all(len(token) == 30 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)
    assert all(len(row["short_id"]) == 8 for row in live(shop))


def test_the_events_look_like_a_shop(shop: sqlite3.Connection) -> None:
    number, persons, first, last = shop.execute(
        "SELECT count(*), count(DISTINCT person), min(at), max(at) FROM events"
    ).fetchone()
    assert 25_000 < number < 40_000
    assert 1_000 < persons < 4_000
    assert last <= NOW.timestamp()
    assert 88 <= (NOW.timestamp() - first) / 86400 <= 90
    steps = [
        shop.execute("SELECT count(*) FROM events WHERE event = ?", (name,)).fetchone()[0]
        for name in ("product viewed", "added to basket", "checkout started", "payment entered", "order placed")
    ]
    assert steps == sorted(steps, reverse=True)
    assert steps[-1] > 500
    per_day = dict(
        shop.execute(
            "SELECT date(at, 'unixepoch'), count(*) FROM events WHERE event = 'order placed' GROUP BY 1"
        ).fetchall()
    )
    days = sorted(per_day)
    assert max(days[-30:], key=lambda day: per_day[day]) in ("2026-11-14", "2026-11-13")
    assert sum(per_day[day] for day in days[-30:]) > 1.2 * sum(per_day[day] for day in days[5:35])
    json_valid = shop.execute("SELECT count(*) FROM events WHERE NOT json_valid(properties)").fetchone()[0]
    assert json_valid == 0


def test_people_come_back(shop: sqlite3.Connection) -> None:
    query = next(row["query"] for row in live(shop) if row["name"] == "First weeks after sign-up")
    rows = compute(shop, query).result
    size = [row["values"][0]["count"] for row in rows]
    second = [row["values"][1]["count"] for row in rows[:-2]]
    assert all(0.08 < back / joined < 0.6 for joined, back in zip(size, second, strict=False))


def test_grown_insights_work_and_have_links() -> None:
    connection = connect()
    build(connection, insights=700, now=NOW)
    grown = live(connection)[60:]
    for text in sorted({row["query"] for row in grown}):
        result = compute(connection, text)
        assert result.error is None, text
        assert validate(json.loads(text)) == json.loads(text)
    counts = states(connection)
    assert counts["open"] > 50
    assert counts["password"] > 25
    assert counts["never"] > 400
    assert len({row["name"] for row in grown}) > 600
    assert {row["created_by"] for row in grown} == {1, 2, 3, 4, 5}
    connection.close()
