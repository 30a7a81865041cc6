"""The widget: walking, reading out, scrolling, painting only what changed."""

from __future__ import annotations

import pytest
from textual.strip import Strip

from tests.charts.results import NOW, one_value, series, trends
from tests.widgets.stage import Stage, screen_of
from tui import theme
from tui.charts.widget import Chart
from tui.lines import plain
from tui.store.facts import InsightDetail

pytestmark = pytest.mark.anyio

ORDERS = trends(series([400, 420, 410, 430, 450], last=17))
STACK = trends(series([10, 20], "Desktop", last=17), series([10, 10], "Mobile", last=17), display="ActionsStackedBar")
MAP = trends(*[one_value(100 - place, f"kind {place}") for place in range(30)], display="WorldMap")


class Watched(Chart):
    """A chart that counts what it paints, and keeps what it says."""

    def __init__(self, detail: InsightDetail | None) -> None:
        self.painted: list[int] = []
        self.walked: list[str] = []
        super().__init__(detail, clock=lambda: NOW)

    def render_line(self, y: int) -> Strip:
        self.painted.append(y)
        return super().render_line(y)

    def on_chart_walked(self, message: Chart.Walked) -> None:
        self.walked.append(plain(message.readout))


async def test_the_cursor_walks_along_the_points_and_is_read_out() -> None:
    chart = Watched(ORDERS)
    async with Stage(chart).run_test(size=(60, 14)) as pilot:
        assert screen_of(chart)[-1] == "← → read the values"
        for key, cursor, readout in [
            ("left", 4, "17 Nov   450"),
            ("left", 3, "16 Nov   430"),
            ("home", 0, "13 Nov   400"),
            ("left", 0, "13 Nov   400"),
            ("right", 1, "14 Nov   420"),
            ("end", 4, "17 Nov   450"),
            ("right", 4, "17 Nov   450"),
        ]:
            await pilot.press(key)
            assert chart.cursor == cursor
            assert screen_of(chart)[-1] == readout
        await pilot.pause()
        assert chart.walked == ["17 Nov   450", "16 Nov   430", "13 Nov   400", "14 Nov   420", "17 Nov   450"]


async def test_the_first_step_to_the_right_is_the_first_point() -> None:
    chart = Watched(ORDERS)
    async with Stage(chart).run_test(size=(60, 14)) as pilot:
        await pilot.press("right")
        assert chart.cursor == 0


async def test_another_insight_begins_anew_and_the_same_keeps_its_place() -> None:
    chart = Watched(ORDERS)
    async with Stage(chart).run_test(size=(60, 14)) as pilot:
        await pilot.press("home")
        chart.show(ORDERS)
        assert chart.cursor == 0
        chart.show(None)
        assert chart.cursor is None
        assert screen_of(chart) == [""] * 14


async def test_only_changed_lines_are_painted() -> None:
    chart = Watched(MAP)
    async with Stage(chart).run_test(size=(60, 14)) as pilot:
        await pilot.press("home")
        await pilot.pause()
        chart.painted.clear()
        chart.show(MAP)
        await pilot.pause()
        assert chart.painted == []
        await pilot.press("right")
        await pilot.pause()
        assert sorted(chart.painted) == [0, 1, 13]


async def test_what_was_cut_is_reached_by_scrolling() -> None:
    chart = Watched(MAP)
    async with Stage(chart).run_test(size=(60, 14)) as pilot:
        assert screen_of(chart)[0].split()[:2] == ["kind", "0"]
        await pilot.press("down")
        assert chart.top == 1
        assert screen_of(chart)[0].split()[:2] == ["kind", "1"]
        assert screen_of(chart)[12].endswith(" more")
        for _ in range(9):
            await pilot.press("pagedown")
        # 30 rows, the rule, the sum, a blank line and the note, of which 13 are in sight.
        assert chart.top == 34 - 13
        assert screen_of(chart)[12].strip() == "bars are drawn against the largest"
        await pilot.press("up", "up")
        assert chart.top == 34 - 15
        await pilot.press("home")
        assert screen_of(chart)[0].split()[:3] == ["▸", "kind", "0"]


async def test_what_fits_does_not_scroll() -> None:
    chart = Watched(ORDERS)
    async with Stage(chart).run_test(size=(60, 14)) as pilot:
        await pilot.press("down", "pagedown")
        assert chart.top == 0


async def test_it_is_drawn_as_large_as_it_is() -> None:
    chart = Watched(ORDERS)
    async with Stage(chart).run_test(size=(60, 14)) as pilot:
        assert len([row for row in screen_of(chart) if "───" in row]) == 4
        await pilot.resize_terminal(30, 5)
        await pilot.pause()
        assert all(len(row) <= 30 for row in screen_of(chart))
        assert screen_of(chart)[-1].split()[-2:] == ["17", "Nov"]


async def test_without_colours_the_parts_of_a_stack_are_shaded() -> None:
    chart = Watched(STACK)
    async with Stage(chart, look=theme.PLAIN, ansi=True).run_test(size=(44, 12)):
        assert "▓" in "".join(screen_of(chart))
        assert screen_of(chart)[0].startswith("█ Desktop 30   ▓ Mobile 20")
    coloured = Watched(STACK)
    async with Stage(coloured).run_test(size=(44, 12)):
        assert "▓" not in "".join(screen_of(coloured))
