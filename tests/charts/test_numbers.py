"""How numbers, shares, changes and lengths of time are written."""

from __future__ import annotations

import math

import pytest

from tests.charts.results import NOW, detail
from tui.charts.numbers import Format, change, decimals_of, duration, number, percent, share, short, to_number
from tui.charts.periods import Periods


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4210, "4,210"),
        (-322, "-322"),
        (12.5, "12.5"),
        (98410.2, "98,410.2"),
        (1.23456, "1.23"),
        (0.0345, "0.0345"),
        (3.0, "3"),
        (-0.0, "0"),
        (1e-9, "1e-09"),
        (1.234e18, "1.23e+18"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_numbers_are_in_full_with_as_many_decimals_as_they_need(value: float | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (980, "980"), (2200, "2.2k"), (12_345, "12.3k"), (999_999, "1M"), (4_210_000, "4.21M"), (0.5, "0.5")],
)
def test_short_numbers_have_three_figures_at_most(value: float, text: str) -> None:
    assert short(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(34.26, "34.3 %"), (100, "100 %"), (0, "0 %"), (99.97, "100.0 %"), (0.01, "0.0 %"), (1234.5, "1,234.5 %")],
)
def test_only_exact_percents_have_no_decimal(value: float, text: str) -> None:
    assert percent(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.42, "0.4 s"),
        (38, "38 s"),
        (59.9, "1 min"),
        (125, "2 min 05 s"),
        (192, "3 min 12 s"),
        (7500, "2 h 05 min"),
        (273_600, "3 d 04 h"),
        (-38, "-38 s"),
        (None, "–"),
    ],
)
def test_durations_have_their_two_largest_units(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


def test_a_change_is_never_red() -> None:
    up, down, same = change(108.2, 100), change(91.8, 100), change(5, 5)
    assert up is not None
    assert (up.text, up.role) == ("▲ 8.2 %", "accent")
    assert down is not None
    assert (down.text, down.role) == ("▼ 8.2 %", "text")
    assert same is not None
    assert (same.text, same.role) == ("no change", "muted")
    assert change(5, 0) is None
    assert change(None, 5) is None


@pytest.mark.parametrize("value", [True, None, "abc", "", [], {}, math.nan, -math.inf, "NaN", 10**400, "1" * 60])
def test_what_is_no_number_is_none(value: object) -> None:
    assert to_number(value) is None


def test_a_number_may_come_as_text() -> None:
    assert to_number(" 12.50 ") == 12.5
    assert to_number("7") == 7
    assert to_number("1e400") is None


def test_a_column_shares_its_decimals() -> None:
    assert decimals_of([1, 2.5, 3.25]) == 2
    assert decimals_of([1, 2.0, None]) == 0
    assert Format().column([1, 2.5, None, 1000]) == ["1.0", "2.5", "–", "1,000.0"]


def test_shares_of_nothing_mean_nothing() -> None:
    assert share(1, 4) == 25
    assert share(1, 0) is None
    assert share(None, 4) is None
    assert share(1, -4) is None


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"aggregationAxisFormat": "percentage"}, "34.5 %"),
        ({"aggregationAxisFormat": "percentage_scaled"}, "3,450.0 %"),
        ({"aggregationAxisFormat": "duration"}, "34 s"),
        ({"aggregationAxisFormat": "duration_ms"}, "0.0 s"),
        ({"aggregationAxisPrefix": "€ "}, "€ 34.5"),
        ({"aggregationAxisPostfix": " kg", "decimalPlaces": 2}, "34.50 kg"),
        ({"aggregationAxisFormat": None, "decimalPlaces": "x", "aggregationAxisPrefix": 3}, "34.5"),
    ],
)
def test_values_follow_the_axis_format_of_the_query(options: dict[str, object], text: str) -> None:
    assert Format.of(options).one(34.5) == text


def test_periods_are_named_by_their_interval() -> None:
    shown = detail({}, [])
    assert Periods.of(shown, "day", NOW).label("2026-11-08") == " 8 Nov"
    assert Periods.of(shown, "day", NOW).label("2024-11-08") == " 8 Nov 2024"
    assert Periods.of(shown, "hour", NOW).label("2026-11-08 14:00:00") == " 8 Nov 14:00"
    assert Periods.of(shown, "month", NOW).label("2026-10-01") == "Oct"
    assert Periods.of(shown, None, NOW).label("2 days") == "2 days"


@pytest.mark.parametrize(
    ("interval", "written", "later", "words"),
    [
        ("day", "2026-11-17", 0, ""),
        ("day", "2026-11-18", 0, "so far today"),
        ("day", "2026-11-19", 0, "still to come"),
        ("week", "2026-11-16", 0, "so far this week"),
        ("week", "2026-11-09", 0, ""),
        ("month", "2026-11-01", 0, "so far this month"),
        ("day", "2026-11-18", 86_400, "only until 11:58"),
        ("month", "2026-11-01", 40 * 86_400, "only until 18 Nov"),
    ],
)
def test_a_period_that_was_not_over_says_how_far_it_goes(interval: str, written: str, later: float, words: str) -> None:
    assert Periods.of(detail({}, []), interval, NOW + later).so_far(written) == words


def test_days_end_at_midnight_of_the_project() -> None:
    auckland = Periods.of(detail({}, [], timezone="Pacific/Auckland"), "day", NOW)
    assert auckland.so_far("2026-11-18") == ""
    assert auckland.so_far("2026-11-19") == "so far today"
    assert Periods.of(detail({}, [], timezone="../no/zone"), "day", NOW).so_far("2026-11-18") == "so far today"
