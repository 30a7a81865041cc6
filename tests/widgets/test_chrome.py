"""The frame: what the status line, the tabs and the key line say at each width, and what they paint."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.stage import Stage, hostile, patient, screen_of
from tui.lines import BLANK, Line, Span, line, plain, width
from tui.widgets.chrome import (
    Divider,
    Fact,
    KeyHint,
    KeyLine,
    Keys,
    Status,
    StatusLine,
    TabLine,
    Tabs,
    key_line,
    status_line,
    tab_line,
)

pytestmark = pytest.mark.anyio

FACTS = (
    Fact(("412 insights", "412")),
    Fact(("read 12:03", "read 12:03", "12:03")),
    Fact(("231/240 left", "")),
)
STATUS = Status("prod", "Acme Shop", "42", "eu.posthog.com", facts=FACTS)
READ_ONLY = Status("prod", "Acme Shop", "42", "eu.posthog.com", read_only=True, facts=FACTS)
HINTS = (
    KeyHint("enter", "open"),
    KeyHint("c", "copy", rank=5),
    KeyHint("space", "mark", rank=3),
    KeyHint("/", "filter", rank=2),
    *(KeyHint(key, key, reason="read-only", rank=4) for key in "sLKP"),
    KeyHint("?", "help", rank=0),
)


def words(content: Line) -> str:
    return plain(content).rstrip()


def test_the_status_line() -> None:
    left = " Hedgerow   prod · Acme Shop (42) · eu.posthog.com"
    right = "412 insights · read 12:03 · 231/240 left"
    assert plain(status_line(STATUS, 120)) == f"{left}{right.rjust(119 - len(left))} "
    assert words(status_line(READ_ONLY, 80)) == (
        " Hedgerow   prod · Acme Shop (42)   READ-ONLY                  412 · read 12:03"
    )
    assert words(status_line(STATUS, 60)) == " Hedgerow  prod · Acme Shop                     412 · 12:03"


@pytest.mark.parametrize("cells", range(12, 130))
def test_read_only_is_always_said(cells: int) -> None:
    assert "READ-ONLY" in plain(status_line(READ_ONLY, cells))


def test_long_work_takes_the_right_side() -> None:
    bar = line(Span("scan ", "muted"), Span("━━━━", "bar"), " ", Span("268/412", "strong"))
    work = Status("prod", "Acme Shop", facts=(Fact((bar, line(Span("268/412", "strong")))), Fact(("0:36 left", ""))))
    assert words(status_line(work, 80)).endswith("scan ━━━━ 268/412 · 0:36 left")
    assert words(status_line(work, 40)).endswith("268/412")


def test_a_note_stands_in_place_of_a_profile() -> None:
    assert words(status_line(Status(note="first start"), 80)) == " Hedgerow   first start"


@pytest.mark.parametrize(
    ("tabs", "cells", "expected", "reach"),
    [
        (Tabs(), 80, " 1 Insights   2 Variables   3 Exposure   4 Journal", (1, 11)),
        (Tabs(), 60, " 1 Insights  2 Variables  3 Exposure  4 Journal", (1, 11)),
        (Tabs(), 40, " 1 Insights  2  3  4", (1, 11)),
        (Tabs(active=3), 80, " 1 Insights   2 Variables   3 Exposure   4 Journal", (28, 38)),
        (
            Tabs(crumbs=("Checkout funnel",)),
            120,
            " 1 Insights › Checkout funnel   2 Variables   3 Exposure   4 Journal",
            (1, 29),
        ),
        (Tabs(crumbs=("Checkout funnel",)), 40, " 1 Insights › Checkout funnel  2  3  4", (1, 29)),
        (Tabs(crumbs=("Checkout funnel",)), 20, " 1 Insights › Chec…", (1, 19)),
        (Tabs(active=4), 24, " 1  2  3  4 Journal", (10, 19)),
    ],
)
def test_tabs(tabs: Tabs, cells: int, expected: str, reach: tuple[int, int]) -> None:
    content, start, end = tab_line(tabs, cells)
    assert words(content) == expected.rstrip()
    assert (start, end) == reach


def test_the_key_line_groups_what_cannot_work_with_its_reason() -> None:
    assert words(key_line(Keys(HINTS), 80)) == (
        " enter open   c copy   space mark   / filter   s L K P read-only   ? help"
    )


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (66, " enter open   space mark   / filter   s L K P read-only   ? help"),
        (64, " enter open   space mark   / filter   ? help"),
        (40, " enter open  / filter  ? help"),
        (22, " enter open  ? help"),
        (10, " ? help"),
    ],
)
def test_the_least_needed_key_goes_first(cells: int, expected: str) -> None:
    assert words(key_line(Keys(HINTS), cells)) == expected


@pytest.mark.parametrize("cells", range(8, 130))
def test_help_never_goes(cells: int) -> None:
    assert "? help" in plain(key_line(Keys(HINTS, left=line(Span("3 marked", "accent_strong"))), cells))


def test_what_is_marked_stands_first() -> None:
    keys = Keys(HINTS, left=line(Span("3 marked", "accent_strong")))
    assert words(key_line(keys, 100)).startswith(" 3 marked   enter open")


@patient
@given(hostile, hostile, st.integers(1, 200), st.booleans(), st.integers(1, 4))
def test_nothing_is_wider_than_the_terminal(name: str, other: str, cells: int, read_only: bool, active: int) -> None:
    status = Status(name, other, "42", name, read_only, facts=(Fact((other, name)), Fact((name,))))
    assert width(status_line(status, cells)) == cells
    content, start, end = tab_line(Tabs(active=active, crumbs=(name, other)), cells)
    assert width(content) == cells
    assert 0 <= start <= end <= cells
    keys = Keys((KeyHint("a", name), KeyHint("b", other, reason=name), KeyHint("?", "help", rank=0)), left=line(other))
    assert width(key_line(keys, cells)) == cells


async def test_they_paint_only_what_changed() -> None:
    painted: list[str] = []

    class Watched(StatusLine):
        def render_line(self, y: int):  # type: ignore[no-untyped-def]
            painted.append(f"status {y}")
            return super().render_line(y)

    class WatchedTabs(TabLine):
        def render_line(self, y: int):  # type: ignore[no-untyped-def]
            painted.append(f"tabs {y}")
            return super().render_line(y)

    status, tabs = Watched(STATUS), WatchedTabs(Tabs(joint=71))
    async with Stage(status, tabs).run_test(size=(120, 12)) as pilot:
        await pilot.pause()
        painted.clear()
        status.show(STATUS)
        tabs.show(Tabs(joint=71))
        await pilot.pause()
        assert painted == []
        status.show(READ_ONLY)
        tabs.show(Tabs(joint=None))
        await pilot.pause()
        assert sorted(painted) == ["status 0", "tabs 1"]


async def test_the_rules_meet_the_column() -> None:
    tabs, keys, divider = TabLine(Tabs(active=2, joint=20)), KeyLine(Keys(HINTS, joint=20)), Divider()
    async with Stage(tabs, divider, keys).run_test(size=(40, 12)):
        rule, accent = screen_of(tabs)[1], tabs.line_at(1)[0][1]
        assert rule == "─" * 20 + "┬" + "─" * 19
        assert (accent.role, len(accent.text)) == ("accent", len("2 Variables"))
        assert screen_of(keys)[0] == "─" * 20 + "┴" + "─" * 19
        assert screen_of(divider) == ["│"] * 8


async def test_a_notice_takes_a_line_under_an_amber_hairline() -> None:
    keys = KeyLine(Keys(HINTS))
    async with Stage(keys).run_test(size=(80, 12)) as pilot:
        assert keys.size.height == 2
        notice = line(Span("▲ ", "careful"), Span("No network.", "careful_strong"))
        keys.show(Keys(HINTS, notice=notice))
        await pilot.pause()
        assert keys.line_at(0)[0][0].role == "careful"
        assert screen_of(keys)[1:] == [" ▲ No network.", "   " + words(key_line(Keys(HINTS), 90)).strip()]
        keys.show(Keys(HINTS))
        await pilot.pause()
        assert keys.size.height == 2
        assert keys.line_at(0)[0][0].role == "rule"


def test_no_keys_are_a_blank_line() -> None:
    assert words(key_line(Keys(left=BLANK), 10)) == ""
