"""Drawings of retention, paths, lifecycle and stickiness."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.results import NOW, cohort, detail, retention, roles, series, texts
from tui.charts.drawing import Drawing
from tui.charts.lifecycle_plot import lifecycle_drawing
from tui.charts.path_plot import path_drawing
from tui.charts.retention_plot import retention_drawing
from tui.charts.stickiness_plot import stickiness_drawing
from tui.lines import plain, width
from tui.store.facts import InsightDetail

BUILDERS = {
    "RetentionQuery": retention_drawing,
    "PathsQuery": path_drawing,
    "LifecycleQuery": lifecycle_drawing,
    "StickinessQuery": stickiness_drawing,
}


def draw(found: InsightDetail, cells: int, height: int, cursor: int | None = None) -> Drawing:
    drawing = BUILDERS[found.query["source"]["kind"]](found, cells, height, now=NOW, cursor=cursor)
    assert drawing is not None
    return drawing


def shown(found: InsightDetail, cells: int, height: int, cursor: int | None = None) -> list[str]:
    return [text.rstrip() for text in texts(draw(found, cells, height, cursor).lines)]


WEEKS = retention(cohort("2026-11-02", 200, 92, 60), cohort("2026-11-09", 100, 40), cohort("2026-11-16", 50))


def test_retention_has_a_number_in_every_cell_and_says_what_is_not_over() -> None:
    drawing = draw(WEEKS, 36, 9)
    assert [text.rstrip() for text in texts(drawing.lines)] == [
        "began   size      0      1      2",
        " 2 Nov   200    100     46     30…",
        " 9 Nov   100    100     40…",
        "16 Nov    50    100",
        "all      350    100     46",
        "",
        "percent of those who began that week",
        "… that week is not over yet",
    ]
    assert roles(drawing.lines[1], "100") == {"heat4"}
    assert roles(drawing.lines[1], " 30") == {"heat2"}


def test_high_places_show_the_counts_below_the_percents() -> None:
    drawing = draw(WEEKS, 60, 20)
    assert [text.rstrip() for text in texts(drawing.lines)][1:3] == [
        " 2 Nov   200     100       46       30…",
        "                 200       92       60",
    ]
    assert [span.on for span in drawing.lines[1][-3:]] == ["heat4", "heat3", "heat2"]
    assert [span.role for span in drawing.lines[2][1:]] == ["heat4", "heat3", "heat2"]


def test_the_newest_cohorts_stay_where_rows_have_no_room() -> None:
    drawing = draw(WEEKS, 60, 4)
    assert [text.split()[0] for text in texts(drawing.lines)] == ["began", "16", "all", "2"]
    assert texts(drawing.lines)[-1] == "2 earlier weeks"
    assert drawing.cut == 2
    assert shown(WEEKS, 60, 4, cursor=0)[1].startswith(" 2 Nov▸")


def test_the_cursor_walks_along_the_cells() -> None:
    drawing = draw(WEEKS, 60, 20, cursor=4)
    assert drawing.stops == 6
    assert plain(drawing.readout) == "9 Nov  100 began  week 1 40, 40.0 %  that week is not over yet"
    assert roles(drawing.lines[3], "40") == {"cursor"}


def test_a_period_out_of_sight_comes_into_it_with_the_cursor() -> None:
    wide = retention(cohort("2026-01-05", *range(100, 80, -1)))
    assert shown(wide, 46, 10)[0] == "began   size     0    1    2    3    4    5"
    assert shown(wide, 46, 10, cursor=19)[0] == "began   size    14   15   16   17   18   19"
    assert "14 more weeks to the right" in shown(wide, 46, 10)
    assert "14 more weeks to the left" in shown(wide, 46, 10, cursor=19)


BY_PLAN = retention(
    cohort("2026-10-26", 20, 10, breakdown_value="pro"),
    cohort("2026-11-02", 20, 14, breakdown_value="pro"),
    cohort("2026-10-26", 10, 1, breakdown_value="free"),
)


def test_breakdown_values_have_a_triangle_each_or_a_row_each() -> None:
    assert [line for line in shown(BY_PLAN, 60, 20) if line in ("pro", "free")] == ["pro", "free"]
    rows = shown(BY_PLAN, 60, 6)
    assert [row.split() for row in rows[:3]] == [
        ["value", "size", "0", "1"],
        ["pro", "40", "100", "60"],
        ["free", "10", "100", "10"],
    ]


def edge(step: int, source: str, target: str, value: Any, **more: Any) -> dict[str, Any]:
    """An edge from a place at a step to one at the next."""
    return {"source": f"{step}_{source}", "target": f"{step + 1}_{target}", "value": value, **more}


PATHS = detail(
    {"kind": "PathsQuery", "pathsFilter": {"includeEventTypes": ["$pageview"]}},
    [
        edge(1, "/", "/plants", 600),
        edge(1, "/", "/sale", 300),
        edge(1, "/", "/help", 60),
        edge(1, "/", "/jobs", 40),
        edge(2, "/plants", "/fern", 300),
        edge(2, "/plants", "/basket", 150, average_conversion_time=30_000),
        edge(2, "/sale", "/basket", 100),
        edge(3, "/basket", "/thanks", 200),
    ],
)


def test_paths_are_trees_and_a_place_on_several_ways_begins_its_own() -> None:
    assert shown(PATHS, 50, 20) == [
        "  page         people  go there",
        "1 /             1,000            ━━━━━━━━━━━━━━━━━",
        "  ├ /plants       600    60.0 %  ━━━━━━━━━━",
        "  │ ├ /fern       300    50.0 %  ━━━━━",
        "  │ ├ /basket     150    25.0 %  ━━╸",
        "  │ └ left        150    25.0 %  ━━╸",
        "  ├ /sale         300    30.0 %  ━━━━━",
        "  │ ├ /basket     100    33.3 %  ━╸",
        "  │ └ left        200    66.7 %  ━━━╸",
        "  ├ /help          60     6.0 %  ━",
        "  └ /jobs          40     4.0 %  ╸",
        "3 /basket         250            ━━━━",
        "  ├ /thanks       200    80.0 %  ━━━╸",
        "  └ left           50    20.0 %  ━",
        "",
        "percent of those at the place before",
    ]


def test_the_strongest_ways_stay_and_the_others_are_summed() -> None:
    drawing = draw(PATHS, 50, 6)
    assert [text.rstrip() for text in texts(drawing.lines)] == [
        "  page              people  go there",
        "1 /                  1,000            ━━━━━━━━━━━━",
        "  ├ /plants            600    60.0 %  ━━━━━━━",
        "  ├ /sale              300    30.0 %  ━━━╸",
        "  └ other, 2 pages     100    10.0 %  ━",
        "6 rarer ways not drawn",
    ]
    assert drawing.cut == 6
    assert roles(drawing.lines[4], "other, 2 pages") == {"muted"}


def test_one_way_on_from_a_beginning_takes_one_line() -> None:
    found = detail({"kind": "PathsQuery"}, [edge(1, "a", "b", 9), edge(2, "c", "d", 4)])
    assert [line.split("  ")[0] for line in shown(found, 60, 9)[1:3]] == ["1 a → b", "2 c → d"]


def test_a_place_that_more_leave_than_came_on_its_way_is_a_tree_of_its_own() -> None:
    found = detail({"kind": "PathsQuery"}, [edge(1, "a", "b", 9), edge(1, "a", "x", 1), edge(2, "b", "c", 40)])
    assert [line[:7].rstrip() for line in shown(found, 60, 9)[1:5]] == ["1 a", "  ├ b", "  └ x", "2 b → c"]


def test_whether_the_others_left_is_not_certain_where_edges_were_cut() -> None:
    edges = [edge(1, "a", "b", 9), edge(1, "a", "x", 1), edge(2, "b", "c", 4)]
    cut = detail({"kind": "PathsQuery", "pathsFilter": {"edgeLimit": 3}}, edges)
    assert any("└ left, or a rarer way" in line for line in shown(cut, 60, 9))
    assert any("└ left " in line for line in shown(detail({"kind": "PathsQuery"}, edges), 60, 9))


def test_a_place_reads_out_where_people_come_from_and_go_to() -> None:
    found = plain(draw(PATHS, 60, 20, cursor=3).readout)
    assert found == "step 3  /plants → /basket  150, 25.0 %  average 30 s  250 came on 2 ways  then /thanks 200"


STATUSES = {"new": [40, 40, 10], "returning": [40, 20, 5], "resurrecting": [20, 0, 5], "dormant": [-50, -100, -20]}


def lifecycle() -> InsightDetail:
    found = [series(data, status, status=status) for status, data in STATUSES.items()]
    return detail({"kind": "LifecycleQuery", "interval": "day"}, found)


def test_a_lifecycle_stacks_up_from_the_axis_and_dormant_hangs_below_it() -> None:
    drawing = draw(lifecycle(), 50, 12)
    assert [text.rstrip() for text in texts(drawing.lines)] == [
        "▆ new   ▆ returning   ▆ resurrecting   ▆ dormant",
        " 100 ▂▂▂▂▂▂▂▂▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔",
        "     ████████  ▄▄▄▄▄▄▄▄",
        "     ▅▅▅▅▅▅▅▅  ▅▅▅▅▅▅▅▅",
        "     ████████  ████████  ⣶⣶⣶⣶⣶⣶⣶⣶",
        "   0 ████████▔▔████████▔▔⠿⠿⠿⠿⠿⠿⠿⠿▔▔",
        "     ████████  ████████",
        "               ████████",
        "-100 ▁▁▁▁▁▁▁▁▁▁████████▁▁▁▁▁▁▁▁▁▁▁▁",
        "     16 Nov    17 Nov    18 Nov",
        "below the line: came the day before, not this one",
        "dotted: so far today",
    ]
    # Of 100 the upper fifth is resurrecting, the next two fifths returning.
    assert [(span.role, span.on) for span in drawing.lines[1] if "▂" in span.text] == [("s2", "s3")]
    assert [(span.role, span.on) for span in drawing.lines[3] if "▅" in span.text] == [("s1", "s2"), ("s1", "s2")]
    assert roles(drawing.lines[5], "█") == {"s4"}


def test_dormant_that_ends_within_a_cell_is_cut_out_of_it() -> None:
    found = lifecycle()
    found.result[3]["data"] = [-45, -100, -20]
    drawing = draw(found, 50, 12)
    # 45 of 50 in two rows: 14 eighths hang down, the lowest two are the ground's.
    assert [(span.text[0], span.role, span.on) for span in drawing.lines[6][:3] if span.on] == [("▂", "bg", "s4")]


def test_a_period_of_a_lifecycle_is_read_out_without_signs() -> None:
    drawing = draw(lifecycle(), 50, 12, cursor=1)
    assert plain(drawing.readout) == "17 Nov  ▆ new 40  ▆ returning 20  ▆ resurrecting 0  ▆ dormant 100"
    assert drawing.stops == 3


def stickiness(*data: list[Any], **more: Any) -> InsightDetail:
    found = [
        {
            "label": f"series {place}",
            "data": values,
            "days": list(range(1, len(values) + 1)),
            "labels": [f"{day} days" for day in range(1, len(values) + 1)],
        }
        for place, values in enumerate(data)
    ]
    return detail({"kind": "StickinessQuery", "interval": "day"}, [{**one, **more} for one in found])


def test_stickiness_has_counts_above_bars_from_zero() -> None:
    assert shown(stickiness([80, 40, 1, 0]), 40, 9) == [
        "   80",
        "████████",
        "████████",
        "████████     40",
        "████████  ████████",
        "████████  ████████     1",
        "████████  ████████  ▁▁▁▁▁▁▁▁     0",
        "   1         2         3         4",
        "days on which they came",
    ]


def test_days_on_which_nobody_came_are_left_out_at_the_end() -> None:
    lines = shown(stickiness([80, 40, *[0] * 28]), 80, 12)
    assert lines[-2].split() == ["1", "2"]
    assert lines[-1] == "days on which they came · 66.7 % on one day only · nobody on 3 or more"


def test_the_time_before_is_dotted_beside_its_series() -> None:
    found = stickiness([80, 40], [40, 40])
    for one, label in zip(found.result, ("current", "previous"), strict=True):
        one.update(label="order", compare_label=label)
    drawing = draw(found, 60, 12)
    lines = texts(drawing.lines)
    assert lines[0] == "● order 120"
    assert lines[-1].startswith("dotted: the 2 days before")
    assert roles(drawing.lines[-3], "█") == {"s1"}
    assert roles(drawing.lines[-3], "⣿") == {"s1"}


def test_values_without_room_above_their_bars_stand_beside_an_axis() -> None:
    lines = shown(stickiness([90_000, 45_000], [1, 2], [3, 4], [5, 6]), 30, 14)
    assert lines[0] == "● series 0   ◆ series 1   ▲ s…"
    assert [line[:5].strip() for line in lines[2:-2] if line[:5].strip()] == ["100k", "50k", "0"]
    assert lines[-2].split() == ["1", "2"]


def test_places_without_room_are_summed_in_the_last() -> None:
    drawing = draw(stickiness([100, *[2] * 29]), 40, 12, cursor=9)
    assert drawing.stops == 10
    assert "10+" in texts(drawing.lines)[-2]
    assert plain(drawing.readout) == "on 10 or more days   42, 26.6 %"


numbers = st.none() | st.integers(-50, 5000) | st.floats() | st.sampled_from([1e300, -1e300, 5e-324, 10**400])
words = st.sampled_from(["", "/", "/plants", "日本からの注文 🌱", "x" * 300])
november = st.integers(1, 28).map(lambda day: f"2026-11-{day:02}")
one_series = st.fixed_dictionaries(
    {
        "label": words,
        "data": st.lists(numbers, max_size=40),
        "days": st.lists(november | st.integers(1, 40), max_size=40),
        "status": st.sampled_from(list(STATUSES)),
        "compare_label": st.sampled_from(["current", "previous"]),
    }
)
one_cohort = st.fixed_dictionaries(
    {
        "date": november,
        "values": st.lists(st.fixed_dictionaries({"count": numbers}), max_size=20),
        "breakdown_value": st.none() | words,
    }
)
one_edge = st.builds(edge, st.integers(1, 9), words, words, numbers)
results = {
    "RetentionQuery": st.lists(one_cohort, max_size=12),
    "PathsQuery": st.lists(one_edge, max_size=40),
    "LifecycleQuery": st.lists(one_series, max_size=5),
    "StickinessQuery": st.lists(one_series, max_size=5),
}


@pytest.mark.parametrize("kind", list(BUILDERS))
@settings(max_examples=100, deadline=None)
@given(data=st.data(), cells=st.integers(1, 220), height=st.integers(1, 60), cursor=st.none() | st.integers(-1, 99))
def test_nothing_leaves_its_place(kind: str, data: st.DataObject, cells: int, height: int, cursor: int | None) -> None:
    result: Any = data.draw(results[kind])
    drawing = BUILDERS[kind](detail({"kind": kind}, result), cells, height, now=NOW, cursor=cursor)
    if drawing is not None:
        assert len(drawing.lines) <= height
        assert all(width(line) <= cells for line in drawing.lines)
        assert bool(drawing.readout) is (drawing.stops > 0 and cursor is not None)


@pytest.mark.parametrize("kind", list(BUILDERS))
@pytest.mark.parametrize("result", [{"a": {"b": [1]}}, "text", 7, [{"x": 1}, 2], None])
def test_another_shape_is_not_drawn(kind: str, result: Any) -> None:
    assert BUILDERS[kind](detail({"kind": kind}, result), 60, 20, now=NOW) is None


@pytest.mark.parametrize("kind", list(BUILDERS))
def test_a_result_without_anything_says_so(kind: str) -> None:
    drawing = draw(detail({"kind": kind}, []), 60, 20)
    assert [plain(line)[-14:] for line in drawing.lines] == ["in this range."]
    assert drawing.stops == 0
