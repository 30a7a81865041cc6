"""HogQLQuery: functions, columns, limits, and what it may not do."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.sandbox.queries.shelf import NOW, ask, shelf, sql
from tui.sandbox.queries import run


@pytest.fixture
def orders() -> sqlite3.Connection:
    return shelf(
        ("order", 1, "16 09:00", {"price": 10.1, "country": "DE", "order": 7, "test": True}),
        ("order", 1, "17 10:30", {"price": 20.2, "country": "DE", "order": 8, "test": False}),
        ("order", 2, "18 11:45", {"price": 30.3, "country": "AT", "order": 9, "test": False}),
        ("visit", 3, "18 11:50", {}),
        persons={1: {"plan": "plus"}, 2: {"plan": "guest"}},
    )


def one(connection: sqlite3.Connection, expression: str, **variables: object) -> Any:
    return sql(connection, f"SELECT {expression} FROM events WHERE event = 'order'", **variables).result[0][0]


def test_rows_columns_and_types(orders: sqlite3.Connection) -> None:
    result = sql(
        orders,
        "SELECT properties.country AS country, count(), sum(properties.price) total, max(timestamp) AS last,\n"
        "  toDate(min(timestamp)) AS first, properties.country = 'DE'\n"
        "FROM events GROUP BY country ORDER BY country",
    )
    assert result.columns == ["country", "count()", "total", "last", "first", "properties.country = 'DE'"]
    assert result.result == [
        [None, 1, None, "2026-11-18T11:50:00Z", "2026-11-18", None],
        ["AT", 1, 30.3, "2026-11-18T11:45:00Z", "2026-11-18", 0],
        ["DE", 2, 30.3, "2026-11-17T10:30:00Z", "2026-11-16", 1],
    ]
    assert result.types == [
        ["country", "Nullable(String)"],
        ["count()", "UInt64"],
        ["total", "Nullable(Float64)"],
        ["last", "DateTime64(6, 'UTC')"],
        ["first", "Date"],
        ["properties.country = 'DE'", "Nullable(Int64)"],
    ]
    assert result.has_more is False


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("countIf(properties.country = 'DE')", 2),
        ("sumIf(properties.price, properties.test = false)", 50.5),
        ("avgIf(properties.price, properties.country = 'DE')", 15.15),
        ("uniq(person_id)", 2),
        ("count(DISTINCT distinct_id)", 2),
        ("count() / 2", 1.5),
        ("median(properties.price)", 20.2),
        ("quantile(0.9)(properties.price)", 28.28),
        ("if(count() > 2, 'many', 'few')", "many"),
        ("multiIf(count() > 5, 'a', count() > 2, 'b', 'c')", "b"),
        ("toStartOfWeek(toDate('2026-11-15'))", "2026-11-09"),
        ("toStartOfMonth(max(timestamp))", "2026-11-01"),
        ("toStartOfHour(max(timestamp))", "2026-11-18T11:00:00Z"),
        ("toHour(max(timestamp))", 11),
        ("toDayOfWeek(max(timestamp))", 3),
        ("formatDateTime(max(timestamp), '%d.%m. %H:%i')", "18.11. 11:45"),
        ("dateDiff('day', min(timestamp), max(timestamp))", 2),
        ("dateDiff('week', toDate('2026-11-15'), toDate('2026-11-16'))", 1),
        ("toString(max(properties.order))", "9"),
        ("toInt('42')", 42),
        ("toFloat('0.25')", 0.25),
        ("now()", "2026-11-18T12:00:00Z"),
        ("today() - INTERVAL 2 DAY", "2026-11-16"),
        ("now() - INTERVAL 1 MONTH", "2026-10-18"),
        ("now() - INTERVAL 3 HOUR", "2026-11-18T09:00:00Z"),
        ("countIf(timestamp > now() - INTERVAL 1 DAY)", 1),
        ("concat('a', 'b', toString(1))", "ab1"),
        ("coalesce(null, 'x')", "x"),
        ("has([1, 2], 2)", 1),
        ("countIf(properties.country IN ['AT', 'CH'])", 1),
        ("countIf(properties['country'] ILIKE 'd%')", 2),
        ("countIf(person.properties.plan = 'plus')", 2),
        ("max(properties.order)", 9),
        ("greatest(1, 2)", 2),
        ("floor(2.7) + ceil(2.1)", 5),
        ("'it''s \\'quoted\\''", "it's 'quoted'"),
        ("'{variables.nothing}'", "{variables.nothing}"),
        ("match('hedgerow', '^hedge')", 1),
    ],
)
def test_functions(orders: sqlite3.Connection, expression: str, value: object) -> None:
    assert one(orders, expression) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [("O'Hara \\", "O'Hara \\"), (12, 12), (-2.5, -2.5), (True, 1), (None, None), (["a", "b"], '["a","b"]')],
)
def test_variables_are_constants_of_their_own_type(orders: sqlite3.Connection, value: object, shown: object) -> None:
    assert one(orders, "{variables.it}", it=value) == shown


def test_a_variable_cannot_become_sql(orders: sqlite3.Connection) -> None:
    text = "SELECT count() FROM events WHERE event = {variables.name}"
    assert sql(orders, text, name="x' OR 1 = 1 --").result == [[0]]
    assert sql(orders, text, name="\\' OR 1 = 1 --").result == [[0]]


def test_lists_and_limits_from_variables(orders: sqlite3.Connection) -> None:
    text = "SELECT event FROM events WHERE properties.country IN {variables.list} LIMIT {variables.n}"
    result = sql(orders, text, list=["DE", "AT"], n=2)
    assert (len(result.result), result.has_more) == (2, True)
    assert result.hogql == "SELECT event FROM events WHERE properties.country IN ['DE', 'AT'] LIMIT 2"


def test_a_hundred_rows_unless_it_says_more() -> None:
    events = shelf(*(("visit", 1, "18") for _ in range(103)))
    result = sql(events, "SELECT event FROM events")
    assert (len(result.result), result.has_more) == (100, True)
    result = sql(events, "SELECT event FROM events LIMIT 103")
    assert (len(result.result), result.has_more) == (103, False)
    result = sql(events, "SELECT event FROM events LIMIT 5 OFFSET 100")
    assert (len(result.result), result.has_more) == (3, False)


def test_common_tables_joins_and_windows(orders: sqlite3.Connection) -> None:
    text = """
        -- the daily count, and how it grew; a comment with 'quotes' and {variables.none}
        WITH days AS (SELECT toDate(timestamp) AS day, count() AS n FROM events GROUP BY day)
        SELECT d.day, d.n, sum(d.n) OVER (ORDER BY d.day) AS running
        FROM days AS d JOIN days e ON e.day = d.day
        ORDER BY d.day DESC;
    """
    result = sql(orders, text)
    assert result.result == [["2026-11-18", 2, 4], ["2026-11-17", 1, 2], ["2026-11-16", 1, 1]]
    assert result.columns == ["d.day", "d.n", "running"]


def test_filters_stand_where_the_text_says(orders: sqlite3.Connection) -> None:
    source = {
        "kind": "HogQLQuery",
        "query": "SELECT count() FROM events WHERE {filters}",
        "filters": {"properties": [{"key": "country", "value": ["DE"], "type": "event"}]},
    }
    assert ask(orders, source).result == [[2]]
    assert ask(orders, source, filters_override={"date_from": "-1d"}).result == [[1]]
    assert ask(orders, source | {"filters": None}).result == [[4]]


def test_a_table_of_events(orders: sqlite3.Connection) -> None:
    source = {
        "kind": "EventsQuery",
        "select": ["*", "event", "properties.country -- Country", "timestamp"],
        "event": "order",
        "after": "2026-11-17",
        "orderBy": ["timestamp ASC"],
    }
    result = ask(orders, {"kind": "DataTableNode", "source": source})
    assert result.columns == ["event", "properties.country", "timestamp"]
    assert result.result == [
        ["order", "DE", "2026-11-17T10:30:00Z"],
        ["order", "AT", "2026-11-18T11:45:00Z"],
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * FROM insights", "Unknown table `insights`."),
        ("SELECT value FROM main.api_keys", "Unknown table `api_keys`."),
        ("SELECT count() FROM share_passwords", "Unknown table `share_passwords`."),
        ("SELECT 1 FROM sqlite_master", "Unknown table `sqlite_master`."),
        ("SELECT (SELECT password FROM share_passwords)", "Unknown table `share_passwords`."),
        ("SELECT nothing FROM events", "Unable to resolve field: nothing"),
        ("SELECT cuont() FROM events", "Unsupported function call 'cuont(...)'. Perhaps you meant 'count(...)'?"),
        ("SELECT load_extension('x')", "Unsupported function call 'load_extension(...)'."),
        ("SELECT 1 FROM pragma_table_info('users')", "Unsupported function call 'pragma_table_info(...)'."),
        ("DELETE FROM events", "mismatched input 'DELETE' expecting {SELECT, WITH}"),
        ("PRAGMA writable_schema = 1", "mismatched input 'PRAGMA' expecting {SELECT, WITH}"),
        ("ATTACH 'x' AS y", "mismatched input 'ATTACH' expecting {SELECT, WITH}"),
        ("SELECT 1; DELETE FROM events", "mismatched input ';' expecting <EOF>"),
        ("WITH x AS (DELETE FROM events RETURNING 1) SELECT 1 FROM x", "mismatched input 'DELETE'"),
        ("", "mismatched input '<EOF>' expecting {SELECT, WITH}"),
        ("SELECT (1", "mismatched input '<EOF>' expecting ')'"),
        ("SELECT 1)", "mismatched input ')' expecting <EOF>"),
        ("SELECT 'open", "token recognition error at: ''open'"),
        ("SELECT event FROM events LIMIT many", "LIMIT must be a number"),
        ("SELECT {variables.gone} FROM events", "Variable gone is missing from query"),
        ("SELECT {dashboard}", "Unresolved placeholder: {dashboard}"),
        ("SELECT match(event, '(') FROM events", "A function could not be computed for one of its values."),
    ],
)
def test_failures_are_said_in_posthogs_words(orders: sqlite3.Connection, text: str, message: str) -> None:
    before = list(orders.iterdump())
    result = run(orders, {"kind": "HogQLQuery", "query": text}, now=NOW)
    assert result.error is not None
    assert (result.error.message, result.error.code) == (message, "invalid_input")
    assert result.result is None
    assert list(orders.iterdump()) == before


def test_a_query_without_end_is_stopped(orders: sqlite3.Connection) -> None:
    text = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"
    error = run(orders, {"kind": "HogQLQuery", "query": text}, now=NOW).error
    assert error is not None
    assert error.code == "timeout_exceeded"
    assert one(orders, "count()") == 3


def test_a_value_cannot_fill_the_memory(orders: sqlite3.Connection) -> None:
    text = "'aaaaaaaa'"
    for _ in range(20):
        text = f"replace({text}, 'a', 'aaaaaaaa')"
    error = run(orders, {"kind": "HogQLQuery", "query": f"SELECT {text}"}, now=NOW).error
    assert error is not None
    assert "too big" in error.message


def test_the_guards_are_taken_off_again(orders: sqlite3.Connection) -> None:
    sql(orders, "SELECT 1")
    run(orders, {"kind": "HogQLQuery", "query": "SELECT * FROM users"}, now=NOW)
    orders.execute("DELETE FROM events WHERE event = 'visit'")
    assert orders.execute("SELECT count(*) FROM users").fetchone()[0] == 0
