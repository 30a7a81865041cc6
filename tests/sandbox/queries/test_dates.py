"""Date ranges and buckets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.sandbox.queries.shelf import NOW, at
from tui.sandbox.queries.dates import parse, previous, resolve
from tui.sandbox.queries.model import QueryProblem


@pytest.mark.parametrize(
    ("word", "start"),
    [
        ("-7d", "2026-11-11T00:00"),
        ("7d", "2026-11-11T00:00"),
        ("-24h", "2026-11-17T12:00"),
        ("-30M", "2026-11-18T11:30"),
        ("-12w", "2026-08-26T00:00"),
        ("-1m", "2026-10-18T00:00"),
        ("-1y", "2025-11-18T00:00"),
        ("dStart", "2026-11-18T00:00"),
        ("-1dStart", "2026-11-17T00:00"),
        ("-1dEnd", "2026-11-18T00:00"),
        ("wStart", "2026-11-16T00:00"),
        ("mStart", "2026-11-01T00:00"),
        ("-1mStart", "2026-10-01T00:00"),
        ("-1mEnd", "2026-11-01T00:00"),
        ("qStart", "2026-10-01T00:00"),
        ("yStart", "2026-01-01T00:00"),
        ("2026-10-05", "2026-10-05T00:00"),
        ("2026-10-05T06:30:00Z", "2026-10-05T06:30"),
        ("2026-10-05T06:30:00+02:00", "2026-10-05T04:30"),
    ],
)
def test_the_words_for_a_start(word: str, start: str) -> None:
    assert parse(word, NOW, end=False) == datetime.fromisoformat(start + "+00:00")


@pytest.mark.parametrize(
    ("word", "end"),
    [("-1d", "2026-11-18T00:00"), ("2026-10-05", "2026-10-06T00:00"), ("2026-10-05T06:30", "2026-10-05T06:30")],
)
def test_an_end_without_a_time_means_the_whole_day(word: str, end: str) -> None:
    assert parse(word, NOW, end=True) == datetime.fromisoformat(end + "+00:00")


def test_months_end_where_the_calendar_says() -> None:
    leap = datetime(2028, 3, 31, tzinfo=UTC)
    assert parse("-1m", leap, end=False) == datetime(2028, 2, 29, tzinfo=UTC)


@pytest.mark.parametrize("word", ["yesterday", "-7x", "2026-13-01", "", "-99999y"])
def test_what_is_no_date_is_a_problem(word: str) -> None:
    with pytest.raises(QueryProblem):
        parse(word, NOW, end=False)


def test_seven_days_are_eight_buckets_up_to_today() -> None:
    period = resolve({"date_from": "-7d"}, "day", now=NOW, earliest=None)
    assert period.names[0] == "2026-11-11"
    assert period.names[-1] == "2026-11-18"
    assert len(period.starts) == 8
    assert period.labels[-1] == "18-Nov-2026"
    assert period.resolved == {
        "date_from": "2026-11-11T00:00:00+00:00",
        "date_to": "2026-11-18T23:59:59.999999+00:00",
    }


def test_hours_carry_their_time() -> None:
    period = resolve({"date_from": "-2h"}, "hour", now=NOW, earliest=None)
    assert period.names == ["2026-11-18 10:00:00", "2026-11-18 11:00:00", "2026-11-18 12:00:00"]
    assert period.labels[0] == "18-Nov-2026 10:00"


def test_weeks_begin_on_monday_and_the_first_one_is_whole() -> None:
    period = resolve({"date_from": "2026-11-05", "date_to": "2026-11-18"}, "week", now=NOW, earliest=None)
    assert period.names == ["2026-11-02", "2026-11-09", "2026-11-16"]
    assert period.aligned().start == at("2 00:00")


def test_months_have_buckets_of_their_own_length() -> None:
    period = resolve({"date_from": "-2mStart"}, "month", now=NOW, earliest=None)
    assert period.names == ["2026-09-01", "2026-10-01", "2026-11-01"]
    assert [period.locate()(at(day)) for day in ("9-30 23:59", "10-1 00:00", "18")] == [0, 1, 2]


def test_all_begins_with_the_first_event() -> None:
    period = resolve({"date_from": "all"}, "day", now=NOW, earliest=at("16 15:00"))
    assert period.names == ["2026-11-16", "2026-11-17", "2026-11-18"]


def test_too_many_buckets_are_a_problem() -> None:
    with pytest.raises(QueryProblem, match="too many"):
        resolve({"date_from": "2001-01-01"}, "hour", now=NOW, earliest=None)


@pytest.mark.parametrize(
    ("span", "compare", "interval", "first"),
    [
        ({"date_from": "-7d"}, {}, "day", "2026-11-04"),
        ({"date_from": "-3d"}, {}, "day", "2026-11-11"),
        ({"date_from": "-7d"}, {"compare_to": "-1m"}, "day", "2026-10-11"),
        ({"date_from": "wStart"}, {}, "week", "2026-11-09"),
        ({"date_from": "-1mStart"}, {}, "month", "2026-08-01"),
    ],
)
def test_the_period_before(span: dict[str, str], compare: dict[str, str], interval: str, first: str) -> None:
    period = resolve(span, interval, now=NOW, earliest=None)
    before = previous(period, compare, NOW)
    assert before.names[0] == first
    assert len(before.starts) == len(period.starts)
