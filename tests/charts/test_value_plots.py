"""One value a series: shares, rankings, the large number; and the calendar heatmap."""

from __future__ import annotations

import pytest

from tests.charts.results import NOT_SET, NOW, OTHER, one_value, roles, texts, trends
from tui.charts.drawing import Drawing, draw
from tui.lines import plain
from tui.store.facts import InsightDetail

PAYMENTS = [
    one_value(131, "Gift card"),
    one_value(1102, "Card"),
    one_value(71, OTHER),
    one_value(521, "PayPal"),
    one_value(18, NOT_SET),
    one_value(298, "Invoice"),
]


def drawn(found: InsightDetail, cells: int = 60, height: int = 20, cursor: int | None = None) -> Drawing:
    return draw(found, cells, height, now=NOW, cursor=cursor)


def words(found: Drawing) -> list[list[str]]:
    return [row.replace("━", "").replace("╸", "").split() for row in texts(found.lines)]


def test_a_pie_is_its_shares_the_largest_first_what_is_left_over_last() -> None:
    found = drawn(trends(*PAYMENTS, display="ActionsPie"))
    assert words(found) == [
        ["Card", "1,102", "51.5", "%"],
        ["PayPal", "521", "24.3", "%"],
        ["Invoice", "298", "13.9", "%"],
        ["Gift", "card", "131", "6.1", "%"],
        ["other", "71", "3.3", "%"],
        ["not", "set", "18", "0.8", "%"],
        ["─" * 58],
        ["all", "2,141", "100", "%"],
        [],
        ["bars", "are", "drawn", "against", "the", "largest"],
    ]
    assert roles(found.lines[0], "━") == {"bar"}
    assert roles(found.lines[4], "━") == {"muted"}
    assert roles(found.lines[0], "51.5 %") == {"strong"}
    assert (found.stops, found.cut) == (6, 0)


def test_the_small_parts_of_a_pie_are_summed_where_there_is_no_room() -> None:
    parts = [one_value(100 - place, f"kind {place}") for place in range(9)]
    found = drawn(trends(*parts, one_value(5, NOT_SET), display="ActionsPie"), 60, 8)
    assert [row[:3] for row in words(found)][:6] == [
        ["kind", "0", "100"],
        ["kind", "1", "99"],
        ["kind", "2", "98"],
        ["kind", "3", "97"],
        ["other,", "5", "kinds"],
        ["not", "set", "5"],
    ]
    assert words(found)[4][3] == str(96 + 95 + 94 + 93 + 92)
    assert (found.stops, found.cut) == (6, 5)
    assert drawn(trends(*parts, display="ActionsPie"), 60, 0).cut == 0


def test_a_ranking_counts_the_rows_that_have_no_room_and_keeps_the_cursor_in_sight() -> None:
    parts = [one_value(100 - place, f"kind {place}") for place in range(30)]
    found = drawn(trends(*parts, display="WorldMap"), 60, 9)
    assert texts(found.lines)[6] == "24 more"
    assert (found.stops, found.cut) == (30, 24)
    below = drawn(trends(*parts, display="WorldMap"), 60, 9, cursor=29)
    assert any("kind 29" in row for row in texts(below.lines))
    assert plain(below.readout) == "kind 29  71   2.8 % of 2,565"


def test_averages_have_no_shares() -> None:
    action = {"name": "load", "math": "avg"}
    parts = [one_value(value, name, action=action) for name, value in [("a", 10.5), ("b", 20)]]
    found = drawn(trends(*parts, display="ActionsBarValue"))
    assert words(found)[:2] == [["b", "20.0"], ["a", "10.5"]]
    assert not any("%" in row for row in texts(found.lines))


def number(value: object, cells: int = 60, height: int = 20, **more: object) -> list[str]:
    found = trends(
        one_value(value),
        *([one_value(more.pop("before"), compare_label="previous")] if "before" in more else []),
        display="BoldNumber",
        **more,
    )
    return texts(drawn(found, cells, height).lines)


def test_one_number_is_large() -> None:
    assert number(17)[:5] == [
        "████   ██████",
        "  ██       ██",
        "  ██       ██",
        "  ██       ██",
        "██████     ██",
    ]
    assert number(1_200)[4:6] == ["██████ █ ██████ ██████ ██████", "       ▀"]


def test_one_number_is_smaller_where_there_is_less_room() -> None:
    assert number(17, 10)[:3] == ["▀█  ▀▀█", " █    █", "▀▀▀   ▀"]
    assert number(17, 60, 5)[:3] == ["▀█  ▀▀█", " █    █", "▀▀▀   ▀"]
    assert number(123_456, 12)[0] == "123,456"
    assert number(17, 60, 2)[0] == "17"


def test_one_number_is_held_against_the_period_before() -> None:
    found = number(184_230, before=170_270)
    assert found[-1] == "▲ 8.2 %  on 170,270, the period before"


def test_units_stand_beside_the_large_number() -> None:
    found = number(200, options={"aggregationAxisFormat": "duration"})
    assert found[4].endswith("s")
    assert "min" in found[4]


HEAT = {
    "data": [
        {"row": 0, "column": 9, "value": 4},
        {"row": 0, "column": 10, "value": 6},
        {"row": 6, "column": 23, "value": 12},
    ]
}


@pytest.mark.parametrize(("cells", "monday", "hours"), [(118, ["4", "6"], 1), (50, ["4", "6"], 2), (30, ["10"], 3)])
def test_a_heatmap_has_a_number_in_every_cell(cells: int, monday: list[str], hours: int) -> None:
    found = drawn(trends({**one_value(22), "calendar_heatmap_data": HEAT}, display="CalendarHeatmap"), cells, 12)
    shown = texts(found.lines)
    assert [row[:3] for row in shown[1:8]] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert [word for word in shown[1].split()[1:] if word != "·"][: len(monday)] == monday
    assert "heat4" in {span.role for span in found.lines[7] if "12" in span.text}
    assert found.stops == 7 * 24 // hours


def test_the_cursor_reads_an_hour_of_the_heatmap() -> None:
    found = trends({**one_value(22), "calendar_heatmap_data": HEAT}, display="CalendarHeatmap")
    result = drawn(found, 118, 12, cursor=9)
    assert plain(result.readout) == "Mon 9:00 to 10:00   4"
    assert "4◂" in plain(result.lines[1])


def test_averages_by_hour_are_not_added_up() -> None:
    action = {"name": "load", "math": "avg"}
    found = trends({**one_value(22, action=action), "calendar_heatmap_data": HEAT}, display="CalendarHeatmap")
    shown = texts(drawn(found, 44, 30).lines)
    assert shown[0].split() == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert shown[10].split()[:2] == ["9", "4"]
    assert len(shown) == 25
