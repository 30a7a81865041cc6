"""Lines: where values land, what is dotted, what stands around the plot."""

from __future__ import annotations

import re
from itertools import pairwise

from tests.charts.results import NOW, series, texts, trends
from tui.charts.drawing import Drawing, draw
from tui.lines import Line, plain
from tui.store.facts import InsightDetail


def drawn(found: InsightDetail, cells: int = 60, height: int = 12, cursor: int | None = None) -> Drawing:
    return draw(found, cells, height, now=NOW, cursor=cursor)


def text(found: Drawing) -> str:
    return "\n".join(texts(found.lines))


def dot_at(found: Drawing, x: int, gutter: int = 4) -> int:
    """The row of dots of the one dot in this column of dots that comes first from below."""
    for y in range(len(found.lines) - 1, -1, -1):
        sign = plain(found.lines[y])[gutter + x // 2 : gutter + x // 2 + 1]
        if sign and "\u2800" < sign <= "\u28ff":
            for dot, mask in reversed(
                list(enumerate(zip((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80), strict=True)))
            ):
                if (ord(sign) - 0x2800) & mask[x % 2]:
                    return 4 * y + dot
    raise AssertionError(f"no dot in column {x}")


def roles_of_dots(lines: tuple[Line, ...]) -> set[str]:
    return {span.role for row in lines for span in row if any("\u2800" < sign <= "\u28ff" for sign in span.text)}


def test_a_value_lies_on_its_gridline() -> None:
    found = drawn(trends(series([0, 200, 400, 600], last=17)), 26, 15)
    shown = texts(found.lines)
    assert len(shown) == 15
    assert found.stops == 4
    # The plot has 22 cells behind an axis of 4: the points are at its dots 0, 14, 29 and 43.
    assert [(place, row[:3]) for place, row in enumerate(shown[:-1]) if row[:3].strip()] == [
        (1, "600"),
        (5, "400"),
        (9, "200"),
        (13, "  0"),
    ]
    assert [dot_at(found, x) for x in (0, 14, 29, 43)] == [4 * 13 + 1, 4 * 9 + 1, 4 * 5 + 1, 4 * 1 + 1]
    assert shown[-1].split() == ["15", "Nov", "17", "Nov"]


def test_the_rows_of_a_plot_are_a_multiple_of_the_ticks() -> None:
    shown = texts(drawn(trends(series([0, 600], last=17)), 40, 12).lines)
    ticks = [place for place, row in enumerate(shown) if row[:3].strip() and place < len(shown) - 1]
    assert {after - before for before, after in pairwise(ticks)} == {3}


def test_today_is_dotted_and_muted_and_says_its_value() -> None:
    found = drawn(trends(series([400, 420, 410, 430, 212])))
    assert "so far today 212" in text(found)
    assert roles_of_dots(found.lines) == {"s1", "muted"}
    over = drawn(trends(series([400, 420, 410, 430, 212], last=17)))
    assert "so far" not in text(over)
    assert roles_of_dots(over.lines) == {"s1"}


def test_so_far_is_said_above_where_the_plot_has_no_room() -> None:
    zigzag = [600, 0] * 9
    found = drawn(trends(series(zigzag)), 24, 7)
    assert "so far today" in plain(found.lines[0])


def test_the_peak_of_one_series_is_named() -> None:
    found = drawn(trends(series([300, 571, 310, 320, 330], last=17)), 60, 16)
    [row] = [row for row in found.lines if "14 Nov 571" in plain(row)]
    assert {span.text.strip(): span.role for span in row if span.text.strip()}["571"] == "bright"


def test_no_peak_is_named_where_several_are_as_high_or_a_total_only_grows() -> None:
    assert "14 Nov 571" not in text(drawn(trends(series([300, 571, 310, 571, 330], last=17)), 60, 16))
    growing = trends(series([1, 2, 3, 4, 5, 6], last=17), display="ActionsLineGraphCumulative")
    assert "17 Nov 6" not in text(drawn(growing, 60, 16))


def test_an_axis_that_leaves_zero_out_says_so() -> None:
    found = drawn(trends(series([9.9, 10.4, 11.9], last=17, math="avg")))
    assert "the axis starts at 9" in plain(found.lines[0])
    assert "the axis starts" not in text(drawn(trends(series([1, 10], last=17))))
    # Without a line to say it on, the axis starts at zero.
    low = drawn(trends(series([9.9, 10.4, 11.9], last=17, math="avg")), 60, 5)
    assert any(row.lstrip().startswith("0 ") for row in texts(low.lines))


def test_several_series_have_a_legend_and_glyphs_at_their_ends() -> None:
    found = drawn(trends(series([10, 20], "Search", last=17), series([5, 8], "Email", last=17)), 60, 12)
    assert plain(found.lines[0]).rstrip() == "● Search 30   ◆ Email 13"
    assert [(span.text, span.role) for span in found.lines[0] if span.text in "●◆"] == [("●", "s1"), ("◆", "s2")]
    ends = [plain(row).rstrip() for row in found.lines[1:]]
    assert any(row.endswith("● 20") for row in ends)
    assert any(row.endswith("◆ 8") for row in ends)
    assert roles_of_dots(found.lines) == {"s1", "s2"}


def test_values_too_wide_for_the_margin_leave_the_glyph_alone() -> None:
    long = {"aggregationAxisPrefix": "x" * 12, "aggregationAxisPostfix": "y" * 12}
    found = drawn(trends(series([1, 2], "a", last=17), series([3, 4], "b", last=17), options=long), 60, 12)
    assert [plain(row)[-1] for row in found.lines[1:] if row and row[-1].text in "●◆"] == ["◆", "●"]


def test_the_legend_gives_way_from_the_right() -> None:
    found = [series([place, 9], f"a rather long name {place}", last=17) for place in range(9)]
    head = plain(drawn(trends(*found), 44, 10).lines[0])
    assert head.rstrip() == "● a rath…   ◆ a rath…   ▲ a rath…   6 more"


def test_the_previous_period_is_every_third_dot_of_the_same_colour() -> None:
    found = trends(
        series([20] * 8, last=17, compare_label="current"),
        series([10] * 8, last=10, compare_label="previous"),
    )
    result = drawn(found, 60, 14)
    assert plain(result.lines[0]).rstrip() == "● order placed 160 ▲ 100 %         dotted: the 8 days before"
    rows = [row for row in result.lines if any("\u2800" < sign <= "\u28ff" for sign in plain(row))]
    assert len(rows) == 2
    assert roles_of_dots(tuple(rows)) == {"s1"}
    solid, dotted = (
        sum(bin(ord(s) - 0x2800).count("1") for s in plain(row) if "\u2800" < s <= "\u28ff") for row in rows
    )
    assert (solid + 2) // 3 == dotted


def test_a_missing_value_leaves_a_gap() -> None:
    whole = drawn(trends(series([5, 5, 5, 5, 5], last=17)), 60, 8)
    broken = drawn(trends(series([5, 5, None, 5, 5], last=17)), 60, 8)
    assert plain(whole.lines[1]) == f"  {'⠒' * 54} ● 5"
    assert plain(broken.lines[1]) == f"  {'⠒' * 14}{' ' * 26}{'⠒' * 14} ● 5"


def test_the_cursor_stands_on_its_point_and_reads_it() -> None:
    found = trends(
        series([20, 24], "Search", last=17, compare_label="current"),
        series([10, 12], "Search", last=15, compare_label="previous"),
        series([7, 9], "Email", last=17, compare_label="current"),
    )
    result = drawn(found, 60, 14, cursor=1)
    assert plain(result.readout) == "17 Nov   ● Search 24  12 on 15 Nov  ▲ 100 %   ◆ Email 9"
    assert ("17 Nov", "strong") in [(span.text, span.role) for span in result.lines[-1]]
    assert "│" in text(result)
    assert drawn(found, cursor=None).readout == ()
    assert drawn(found, cursor=99).readout == result.readout


def test_hours_are_named_by_the_clock_and_midnight_by_its_day() -> None:
    hours = [f"2026-11-{17 + hour // 24} {hour % 24:02}:00:00" for hour in range(12, 36)]
    one = {"label": "visits", "data": list(range(24)), "days": hours, "action": {"math": "total"}}
    names = plain(drawn(trends(one, interval="hour"), 60, 10).lines[-1])
    assert re.split(r"\s{2,}", names.strip()) == ["12:00", "18:00", "18 Nov", "06:00"]


def test_more_series_than_can_be_told_apart_are_counted() -> None:
    found = drawn(trends(*[series([place, place], f"v{place}", last=17) for place in range(40)]), 118, 20)
    assert "15 more not drawn" in text(found)


def test_one_point_is_a_dot_in_the_middle() -> None:
    found = drawn(trends(series([3], last=17)), 40, 10)
    assert found.stops == 1
    assert roles_of_dots(found.lines) == {"s1"}


def test_without_room_for_a_plot_there_is_the_table() -> None:
    found = drawn(trends(series([1, 2, 3], last=17)), 16, 3)
    assert texts(found.lines) == ["day     order p…", "15 Nov         1", "4 more lines"]
    assert (found.cut, found.stops) == (4, 0)
