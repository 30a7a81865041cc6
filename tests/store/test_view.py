"""What a list shows: the filter language, sorting, and rows that a filter cannot decide."""

from __future__ import annotations

from typing import Any

import pytest

from tui.store.facts import InsightRow, Link
from tui.store.view import Filter, Finder, parse, sort_rows

NOW = 1_000 * 86400.0
DAY = 86400.0


def row(number: int, name: str = "", **fields: Any) -> InsightRow:
    blank = InsightRow(number, f"id{number}", name, "", "", (), False, "trends", (), (), None, "", None, "", None)
    return blank._replace(**fields)


ROWS = (
    row(1, "Signups this week", tags=("KPI", "growth"), created_by="Ana Ortega", favorited=True, changed_at=NOW - DAY),
    row(2, "Checkout funnel", kind="funnel", created_by="Ben Thaler", changed_at=NOW - 40 * DAY,
        created_at=NOW - 400 * DAY, viewed_at=NOW - 3600),
    row(3, "Revenue by country", kind="sql", variables=("top_n", "Country"), description="For the board, weekly"),
    row(4, "", derived_name="Pageview count", kind="table", created_by="ana@example.com", viewed_at=NOW - 10 * DAY),
)  # fmt: skip
LINKS = {
    1: Link("open", NOW, created_at=NOW - 100 * DAY),
    2: Link("password", NOW, created_at=NOW - 10 * DAY),
    3: Link("off", NOW, created_at=NOW - 500 * DAY),
}


def found(text: str, links: dict[int, Link] | None = None) -> tuple[list[int], list[int]]:
    selection = Finder().select(ROWS, LINKS if links is None else links, parse(text), NOW)
    return [one.id for one in selection.rows], [one.id for one in selection.unread]


@pytest.mark.parametrize(
    ("text", "rows", "unread"),
    [
        ("", [1, 2, 3, 4], []),
        ("   ", [1, 2, 3, 4], []),
        ("checkout", [2], []),
        ("CHECKOUT Fun", [2], []),
        ("checkout signups", [], []),
        ("pageview", [4], []),
        ("board", [3], []),
        ("growth", [1], []),
        ("id4", [4], []),
        ("kind:funnel", [2], []),
        ("kind:sql,table", [3, 4], []),
        ("kind:fun", [2], []),
        ("kind:", [1, 2, 3, 4], []),
        ("kind:nothing", [], []),
        ("by:ana", [1, 4], []),
        ("by:ANA", [1, 4], []),
        ("by:ben,ana", [1, 2, 4], []),
        ("tag:kpi", [1], []),
        ("tag:nothing", [], []),
        ("uses:top_n", [3], []),
        ("uses:country", [3], []),
        ("uses:top", [], []),
        ("is:fav", [1], []),
        ("is:favourite", [1], []),
        ("kind:trends by:ana is:fav week", [1], []),
        ("kind:trends by:ben", [], []),
        ("changed<30d", [1], []),
        ("changed>30d", [2, 3, 4], []),
        ("changed<2h", [], []),
        ("changed<6w", [1, 2], []),
        ("made>1y", [1, 2, 3, 4], []),
        ("made<1y", [], []),
        ("viewed<1d", [2], []),
        ("viewed<2w", [2, 4], []),
        ("shared:open", [1], [4]),
        ("shared:open,password", [1, 2], [4]),
        ("shared:off", [3], [4]),
        ("shared:never", [], [4]),
        ("shared:?", [4], []),
        ("shared:open,?", [1, 4], []),
        ("shared:", [1, 2, 3, 4], []),
        ("shared:open kind:sql", [], []),
        ("shared:open kind:table", [], [4]),
        ("age>90d", [1], [4]),
        ("age<90", [2], [4]),
        ("age>90d shared:password", [], [4]),
        ("what:ever", [], []),
        ("age>soon", [], []),
        ("http://x", [], []),
    ],
)
def test_filters(text: str, rows: list[int], unread: list[int]) -> None:
    assert found(text) == (rows, unread)


def test_an_off_link_has_no_age() -> None:
    assert 3 not in found("age>90d")[0]


def test_a_live_link_of_unknown_age_counts_as_old() -> None:
    assert found("age>90d", {1: Link("open", NOW)})[0] == [1]
    assert found("age<90d", {1: Link("open", NOW)})[0] == []


@pytest.mark.parametrize(
    ("text", "needs"),
    [("", False), ("checkout", False), ("shared:open", True), ("age>1d", True), ("changed>1d", False)],
)
def test_only_words_about_links_need_links(text: str, needs: bool) -> None:
    assert parse(text).needs_links is needs


def test_an_empty_filter_is_none() -> None:
    assert not parse("kind: by:")
    assert parse("x")
    assert not Filter()


def test_a_changed_row_is_searched_by_its_new_text() -> None:
    finder = Finder()
    before, after = row(1, "Old name"), row(1, "New name")
    assert finder.select((before,), {}, parse("old"), NOW).rows == (before,)
    assert finder.select((after,), {}, parse("old"), NOW).rows == ()
    assert finder.select((after,), {}, parse("new"), NOW).rows == (after,)


@pytest.mark.parametrize(
    ("column", "descending", "order"),
    [
        ("name", False, [2, 4, 3, 1]),
        ("name", True, [1, 3, 4, 2]),
        ("kind", False, [2, 3, 4, 1]),
        ("by", False, [1, 4, 2, 3]),
        ("by", True, [2, 4, 1, 3]),
        ("changed", True, [1, 2, 3, 4]),
        ("changed", False, [2, 1, 3, 4]),
        ("link", False, [1, 2, 3, 4]),
        ("link", True, [3, 2, 1, 4]),
    ],
)
def test_rows_without_a_value_come_last_whichever_way(column: str, descending: bool, order: list[int]) -> None:
    assert [one.id for one in sort_rows(ROWS, LINKS, column, descending=descending)] == order


def test_open_links_come_first_and_the_oldest_of_them_on_top() -> None:
    links = {1: Link("locked", NOW), 2: Link("open", NOW, created_at=5.0), 3: Link("open", NOW, created_at=2.0)}
    assert [one.id for one in sort_rows(ROWS, links, "link", descending=False)] == [3, 2, 1, 4]


def test_an_unknown_column_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        sort_rows(ROWS, {}, "nothing", descending=False)
