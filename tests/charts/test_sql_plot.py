"""Drawings of SQL results."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.results import NOW, roles, sql, texts
from tui.charts.drawing import Drawing
from tui.charts.sql_plot import sql_drawing
from tui.lines import plain, width
from tui.store.facts import InsightDetail


def displayed(found: InsightDetail, display: str, **settings: Any) -> InsightDetail:
    """The insight with a display of its own."""
    found.query.update({"kind": "DataVisualizationNode", "display": display, "chartSettings": settings})
    return found


def draw(found: InsightDetail, cells: int, height: int, cursor: int | None = None) -> Drawing:
    drawing = sql_drawing(found, cells, height, now=NOW, cursor=cursor)
    assert drawing is not None
    return drawing


def days(*rows: tuple[Any, ...], names: tuple[str, ...] = ("day", "orders")) -> InsightDetail:
    return sql([list(row) for row in rows], names, ("Date", *["UInt64"] * (len(names) - 1)))


def readouts(found: InsightDetail) -> list[str]:
    """What the cursor reads at each stop."""
    stops = draw(found, 60, 12).stops
    return [plain(draw(found, 60, 12, cursor=stop).readout) for stop in range(stops)]


def is_table(found: InsightDetail) -> bool:
    """Whether the names of the columns head the drawing."""
    return texts(draw(found, 60, 12).lines)[0].startswith(found.columns[0])


def test_times_and_numbers_are_a_line_in_the_order_of_time() -> None:
    found = days(("2026-11-10", 30), ("2026-11-08", 10), ("2026-11-09", 20))
    assert not is_table(found)
    assert readouts(found) == ["8 Nov   10", "9 Nov   20", "10 Nov   30"]


def test_a_missing_period_keeps_its_place() -> None:
    found = days(("2026-11-08", 10), ("2026-11-10", 30), ("2026-11-11", 40))
    assert readouts(found) == ["8 Nov   10", "9 Nov   –", "10 Nov   30", "11 Nov   40"]


@pytest.mark.parametrize(
    ("times", "names"),
    [
        (("2026-09-01", "2026-10-01", "2026-11-01"), ["Sep", "Oct", "Nov so far this month"]),
        (("2026-10-26", "2026-11-02", "2026-11-09"), ["26 Oct", "2 Nov", "9 Nov"]),
        (("2026-11-08T22:00:00Z", "2026-11-08T23:00:00Z"), ["8 Nov 22:00", "8 Nov 23:00"]),
        (("2026-11-08 22:00:00", "2026-11-08 22:02:00"), ["8 Nov 22:00", "8 Nov 22:01", "8 Nov 22:02"]),
    ],
)
def test_the_longest_interval_that_the_times_keep_to_counts(times: tuple[str, ...], names: list[str]) -> None:
    found = readouts(days(*((time, 1) for time in times)))
    assert [text.split("   ")[0] for text in found] == names


def test_each_column_of_numbers_is_a_series() -> None:
    found = days(("2026-11-08", 10, 4), ("2026-11-09", 20, None), names=("day", "orders", "gifts"))
    assert readouts(found)[1] == "9 Nov   ● orders 20   ◆ gifts –"


def test_the_columns_of_the_chart_settings_are_drawn() -> None:
    found = days(("2026-11-08", 10, 4), ("2026-11-09", 20, 8), names=("day", "orders", "gifts"))
    assert readouts(displayed(found, "ActionsLineGraph", yAxis=[{"column": "gifts"}])) == ["8 Nov   4", "9 Nov   8"]


def test_a_column_that_would_lie_on_the_axis_beside_another_is_left_out() -> None:
    found = days(("2026-11-08", 90_000, 4), ("2026-11-09", 80_000, 8), names=("day", "revenue", "orders"))
    assert readouts(found)[0] == "8 Nov   90,000"
    assert texts(draw(found, 60, 12).lines)[-1] == "not drawn: orders"
    assert "not drawn: orders" not in texts(draw(found, 60, 7).lines)


@pytest.mark.parametrize(
    "found",
    [
        displayed(days(("2026-11-08", 1), ("2026-11-09", 2)), "ActionsTable"),
        days(("2026-11-08", 1)),
        days(("2026-11-08", 1), ("2026-11-08", 2)),
        days(("2026-11-08", "one"), ("2026-11-09", "two")),
        days(("2026-11-08", 1, "DE"), ("2026-11-09", 2, "AT"), names=("day", "orders", "country")),
        days(("2026-11-08 10:00:01", 1), ("2026-11-09 11:30:00.5", 2)),
        days(("Germany", 1), ("Austria", 2)),
    ],
)
def test_everything_else_is_its_table(found: InsightDetail) -> None:
    assert is_table(found)


def test_a_single_number_is_large() -> None:
    drawing = draw(sql([[1204]], ("orders",)), 60, 12)
    assert not any("1204" in text for text in texts(drawing.lines))
    assert any("█" in text for text in texts(drawing.lines))


def test_names_with_numbers_are_bars_where_the_display_says_so() -> None:
    found = sql([["Fern & Co", 30], ["Moss", 10]], ("supplier", "orders"))
    assert is_table(found)
    lines = texts(draw(displayed(found, "ActionsBar"), 60, 12).lines)
    assert any("Fern & Co" in text and "30" in text for text in lines)
    assert sum("━" in text or "█" in text for text in lines) == 2


def test_a_table_shows_the_rows_that_fit_and_counts_the_others() -> None:
    found = sql([[f"row {place}", place] for place in range(30)], ("name", "value"), ("String", "UInt64"))
    drawing = draw(found, 40, 6)
    assert [text.rstrip() for text in texts(drawing.lines)] == [
        "name   value",
        "row 0      0",
        "row 1      1",
        "row 2      2",
        "row 3      3",
        "26 more of 30 rows",
    ]
    assert (drawing.stops, drawing.cut) == (30, 26)


def test_the_row_at_the_cursor_is_in_sight_strong_and_read_out() -> None:
    found = sql([[f"row {place}", None] for place in range(30)], ("name", "value"))
    drawing = draw(found, 40, 6, cursor=20)
    assert texts(drawing.lines)[4].startswith("row 20")
    assert roles(drawing.lines[4], "row 20") == {"strong"}
    assert roles(drawing.lines[3], "row 19") == {"text"}
    assert plain(drawing.readout) == "name row 20  value null"


def test_another_shape_is_not_drawn() -> None:
    assert sql_drawing(sql({"rows": []}, ()), 60, 12, now=NOW) is None


cells_of_rows = st.one_of(
    st.none(),
    st.integers(-50, 5000),
    st.floats(),
    st.sampled_from(
        [1e300, 10**400, "日本からの注文 🌱", "x" * 300, "2026-11-08", "9999-12-31", "0001-01-01", {"a": 1}]
    ),
)
november = st.integers(1, 28).map(lambda day: f"2026-11-{day:02}")
numbers = st.integers(-50, 5000) | st.floats() | st.none() | st.just(1e300)


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.lists(cells_of_rows, max_size=4), max_size=12)
    | st.lists(st.tuples(november, numbers, numbers).map(list), max_size=20, unique_by=lambda row: row[0]),
    display=st.sampled_from(["", "ActionsLineGraph", "ActionsBar", "ActionsPie", "BoldNumber", "ActionsTable"]),
    cells=st.integers(1, 220),
    height=st.integers(1, 60),
    cursor=st.none() | st.integers(-1, 99),
)
def test_no_rows_leave_their_place(rows: Any, display: str, cells: int, height: int, cursor: int | None) -> None:
    drawing = sql_drawing(displayed(sql(rows, ("a", "b")), display), cells, height, now=NOW, cursor=cursor)
    assert drawing is not None
    assert len(drawing.lines) <= height
    assert all(width(line) <= cells for line in drawing.lines)
