"""Columns: what gives way as it narrows."""

from __future__ import annotations

import pytest

from tests.widgets.stage import COLUMNS
from tui.widgets.columns import GAP, Column, place

GUTTER, MARGIN = 5, 1


def placed(terminal: int) -> dict[str, int]:
    return {found.column.id: found.width for found in place(COLUMNS, terminal - GUTTER - MARGIN, terminal)}


@pytest.mark.parametrize(
    ("terminal", "expected"),
    [
        (80, {"name": 35, "kind": 10, "link": 10, "by": 4, "changed": 7}),
        (76, {"name": 31, "kind": 10, "link": 10, "by": 4, "changed": 7}),
        (75, {"name": 36, "kind": 10, "link": 10, "changed": 7}),
        (67, {"name": 40, "link": 10, "changed": 7}),
        (44, {"name": 17, "link": 10, "changed": 7}),
        (43, {"name": 18, "link": 10, "changed": 5}),
        (37, {"name": 12, "link": 10, "changed": 5}),
        (36, {"name": 18, "link": 10}),
        (33, {"name": 15, "link": 3, "changed": 5}),
        (20, {"name": 9, "link": 3}),
        (12, {"name": 1, "link": 3}),
        (11, {"link": 3}),
    ],
)
def test_insights(terminal: int, expected: dict[str, int]) -> None:
    assert placed(terminal) == expected


def test_a_narrow_column_has_its_narrow_title() -> None:
    titles = {found.column.id: found.title for found in place(COLUMNS, 34, 40)}
    assert titles["changed"] == "age"
    assert titles["link"] == "link"


def test_the_list_beside_a_preview_is_as_in_a_wide_terminal() -> None:
    shown = place(COLUMNS, 70 - GUTTER, 120)
    assert [found.width for found in shown] == [26, 10, 10, 4, 7]
    assert sum(found.width for found in shown) + GAP * 4 + GUTTER == 70


def test_columns_without_a_width_share_what_is_left() -> None:
    columns = (Column("a", "a"), Column("b", "b", 4), Column("c", "c"))
    assert [found.width for found in place(columns, 23, 80)] == [8, 4, 7]


def test_the_first_to_give_way_goes_first() -> None:
    columns = (Column("a", "", minimum=10), Column("b", "", 5, drop=2), Column("c", "", 5, drop=1))
    assert [found.column.id for found in place(columns, 24, 80)] == ["a", "b", "c"]
    assert [found.column.id for found in place(columns, 23, 80)] == ["a", "b"]
    assert [found.column.id for found in place(columns, 16, 80)] == ["a"]
