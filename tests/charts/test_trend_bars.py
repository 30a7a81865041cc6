"""Bars and areas: heights, what is dotted, values above."""

from __future__ import annotations

from tests.charts.results import NOW, series, texts, trends
from tui.charts.drawing import Drawing, draw
from tui.lines import Span, plain
from tui.store.facts import InsightDetail


def drawn(found: InsightDetail, cells: int = 60, height: int = 12, cursor: int | None = None) -> Drawing:
    return draw(found, cells, height, now=NOW, cursor=cursor)


def bars(*found: dict[str, object], display: str = "ActionsBar") -> InsightDetail:
    return trends(*found, display=display)


def test_bars_are_as_high_as_their_values() -> None:
    found = drawn(bars(series([300, 150, 25, 1, 0], last=17)), 24, 8)
    shown = texts(found.lines)
    # One row for the values, six for the plot, one for the names: a row is 50, an eighth 6.25.
    assert found.stops == 5
    assert shown[:7] == [
        "    300",
        "300 ███▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔",
        "    ███",
        "200 ███▔150▔▔▔▔▔▔▔▔▔▔▔▔▔",
        "    ███ ███",
        "100 ███▔███▔▔25▔▔1▔▔▔▔▔▔",
        "  0 ███▁███▁▄▄▄▁▁▁▁▁▁0▁▁",
    ]


def test_values_stand_above_where_they_fit() -> None:
    found = drawn(bars(series([12_345, 9_000, 4_210], last=17)), 60, 12)
    assert all(word in "\n".join(texts(found.lines)) for word in ("12.3k", "9k", "4.21k"))
    narrow = drawn(bars(series([12_345, 9_000, 4_210] * 5, last=17)), 60, 12)
    assert "12.3k" not in "\n".join(texts(narrow.lines))


def test_a_bar_that_is_not_over_is_dotted_and_muted() -> None:
    found = drawn(bars(series([40, 50, 45, 20])), 60, 12)
    dotted = [span for row in found.lines for span in row if "⣿" in span.text]
    assert dotted
    assert {span.role for span in dotted} == {"muted"}
    assert "so far today" in "\n".join(texts(found.lines))
    assert "⣿" not in "\n".join(texts(drawn(bars(series([40, 50, 45, 20], last=17)), 60, 12).lines))


def test_stacks_stand_on_one_another_in_the_order_of_the_legend() -> None:
    found = drawn(
        bars(series([10, 20], "Desktop", last=17), series([10, 10], "Mobile", last=17), display="ActionsStackedBar"),
        44,
        8,
    )
    assert plain(found.lines[0]).rstrip() == "▆ Desktop 30   ▆ Mobile 20"
    assert [span.role for span in found.lines[0] if span.text == "▆"] == ["bar", "s2"]
    # Six rows for 30: five a row. The first stack is two rows of each part.
    column = [cells[4] for row in found.lines[1:7] if len(cells := _cells(row)) > 4]
    assert [role for sign, role in column if sign == "█"] == ["s2", "s2", "bar", "bar"]


def _cells(row: tuple[Span, ...]) -> list[tuple[str, str]]:
    return [(sign, span.role) for span in row for sign in span.text]


def test_bars_beside_one_another_and_before_their_previous_period() -> None:
    found = drawn(
        bars(series([20] * 3, last=17, compare_label="current"), series([10] * 3, last=14, compare_label="previous")),
        60,
        10,
    )
    foot = texts(found.lines)[-2]
    assert foot.count("█") == foot.count("⣿") > 0
    assert foot.index("⣿") < foot.index("█")
    assert "dotted: the 3 days before" in plain(found.lines[0])
    beside = drawn(
        bars(series([20] * 3, "a", last=17), series([10] * 3, "b", last=17), display="ActionsUnstackedBar"), 60, 10
    )
    roles = [span.role for span in beside.lines[-2] if "█" in span.text]
    assert roles == ["bar", "s2"] * 3


def test_values_below_zero_hang() -> None:
    found = drawn(bars(series([10, -10], last=17)), 40, 8)
    shown = texts(found.lines)
    assert any(row.startswith("-10") for row in shown)
    upper = next(place for place, row in enumerate(shown) if "█" in row)
    lower = max(place for place, row in enumerate(shown) if "█" in row)
    assert shown[upper].index("█") < shown[lower].index("█")


def test_an_area_fills_every_cell_between_its_points() -> None:
    found = drawn(bars(series([0, 40], last=17), display="ActionsAreaGraph"), 40, 9)
    foot = texts(found.lines)[-2]
    assert foot.count("█") >= 30
    heights = [sum(row[x : x + 1] not in ("", " ", "▔") for row in texts(found.lines)[:-1]) for x in range(4, 40)]
    assert heights == sorted(heights)


def test_more_points_than_cells_are_a_line() -> None:
    found = drawn(bars({"label": "x", "data": list(range(100)), "days": []}), 44, 10)
    assert "█" not in "\n".join(texts(found.lines))
    assert found.stops == 100


def test_the_cursor_reads_every_part_and_their_sum() -> None:
    found = bars(series([10, 20], "Desktop", last=17), series([5, 10], "Mobile", last=17), display="ActionsStackedBar")
    assert plain(drawn(found, cursor=1).readout) == "17 Nov   ▆ Desktop 20   ▆ Mobile 10   all 30"
    single = drawn(bars(series([1234, 5], last=17)), cursor=0)
    assert plain(single.readout) == "16 Nov   1,234"
    assert ("1.23k", "strong") in [(span.text, span.role) for row in single.lines for span in row]
