"""What the files say of each kind of result: every value, exactly."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any

import pytest

from tests.charts.results import (
    COMPUTED,
    FUNNEL,
    NOT_SET,
    OTHER,
    cohort,
    detail,
    funnel,
    one_value,
    retention,
    series,
    sql,
    step,
    trends,
)
from tui.export.results import CannotExport, forms_of, result_csv, result_json, result_markdown
from tui.store.facts import InsightDetail


def rows(found: InsightDetail) -> list[list[str]]:
    """The CSV of an insight, read again."""
    return list(csv.reader(StringIO(result_csv(found), newline="")))


def markdown(found: InsightDetail) -> list[str]:
    """The lines of the Markdown table."""
    return [line for line in result_markdown(found).splitlines() if line.startswith("|")]


def test_trends_have_a_row_for_each_series_and_day() -> None:
    found = trends(series([1204, 0.1 + 0.2], "Paid"), series([None, 3], "Basket", "dau"))
    assert rows(found) == [
        ["series", "math", "date", "value"],
        ["Paid", "total", "2026-11-17", "1204"],
        ["Paid", "total", "2026-11-18", "0.30000000000000004"],
        ["Basket", "dau", "2026-11-17", ""],
        ["Basket", "dau", "2026-11-18", "3"],
    ]
    assert markdown(found) == [
        "| date | Paid | Basket |",
        "| --- | ---: | ---: |",
        "| 2026-11-17 | 1204 |  |",
        "| 2026-11-18 | 0.30000000000000004 | 3 |",
    ]


def test_series_of_one_name_are_told_apart_by_what_they_count() -> None:
    found = trends(series([7], math="total"), series([4], math="dau"))
    assert markdown(found)[0] == "| date | order placed · total | order placed · dau |"
    twins = trends(*(series([7], action={"name": "x", "math": "total", "order": order}) for order in (0, 1)))
    assert rows(twins)[0] == ["series", "math", "order", "date", "value"]
    assert markdown(twins)[0] == "| date | order placed · 0 | order placed · 1 |"


def test_series_that_nothing_tells_apart_stay_below_one_another() -> None:
    found = trends(series([7]), series([4]))
    assert markdown(found)[0] == "| series | math | date | value |"
    assert [row[-1] for row in rows(found)] == ["value", "7", "4"]


def test_more_series_than_fit_side_by_side_stay_below_one_another() -> None:
    many = [series([place], f"Series {place}") for place in range(13)]
    assert markdown(trends(*many[:12]))[0].count("|") == 14
    assert markdown(trends(*many))[0] == "| series | math | date | value |"


def test_a_breakdown_has_its_values_as_sent_and_as_words_in_markdown() -> None:
    found = trends(
        series([1], "DHL", breakdown_value=["DHL"], action={"name": "late", "math": "total", "order": 0}),
        series([2], OTHER, breakdown_value=OTHER, action={"name": "late", "math": "total", "order": 0}),
        series([3], NOT_SET, breakdown_value=NOT_SET, action={"name": "late", "math": "total", "order": 0}),
        series([4], "a::b", breakdown_value=["a", "b"], action={"name": "late", "math": "total", "order": 0}),
    )
    assert rows(found)[1:] == [
        ["late", "total", "DHL", "2026-11-18", "1"],
        ["late", "total", OTHER, "2026-11-18", "2"],
        ["late", "total", NOT_SET, "2026-11-18", "3"],
        ["late", "total", '["a", "b"]', "2026-11-18", "4"],
    ]
    assert markdown(found)[0] == '| date | DHL | other | not set | \\["a", "b"\\] |'


def test_a_comparison_keeps_both_ranges_with_their_own_dates() -> None:
    found = trends(series([5], compare_label="current"), series([4], compare_label="previous", days=["2026-11-11"]))
    assert rows(found)[1:] == [
        ["order placed", "total", "current", "2026-11-18", "5"],
        ["order placed", "total", "previous", "2026-11-11", "4"],
    ]
    assert markdown(found)[0] == "| series | math | compare | date | value |"


def test_a_day_that_is_not_sent_is_its_label_or_nothing() -> None:
    found = trends({"label": "x", "data": [1, 2], "days": [], "labels": ["1 Nov"]})
    assert rows(found) == [["series", "date", "value"], ["x", "1 Nov", "1"], ["x", "", "2"]]


def test_total_values_have_no_date() -> None:
    found = trends(one_value(12.5, "Card"), one_value(None, "Cash"), display="ActionsPie")
    assert rows(found) == [
        ["series", "math", "breakdown", "value"],
        ["order placed", "total", "Card", "12.5"],
        ["order placed", "total", "Cash", ""],
    ]
    assert markdown(found)[0] == "| series | math | breakdown | value |"


def test_a_formula_keeps_its_label() -> None:
    assert rows(trends(series([0.5], "A / B", action=None)))[1] == ["A / B", "2026-11-18", "0.5"]


def test_stickiness_counts_days() -> None:
    found = detail({"kind": "StickinessQuery"}, [{"label": "x", "data": [9, 4], "days": [1, 2], "labels": []}])
    assert rows(found) == [["series", "days", "value"], ["x", "1", "9"], ["x", "2", "4"]]


def test_lifecycle_keeps_status_and_sign() -> None:
    result = [
        {"label": f"visit - {status}", "status": status, "data": [value], "days": ["2026-11-16"]}
        for status, value in (("new", 3), ("dormant", -4))
    ]
    found = detail({"kind": "LifecycleQuery"}, result)
    assert rows(found)[1:] == [
        ["visit - new", "new", "2026-11-16", "3"],
        ["visit - dormant", "dormant", "2026-11-16", "-4"],
    ]
    assert markdown(found)[0] == "| date | visit - new | visit - dormant |"


def test_a_funnel_has_a_row_for_each_step_in_its_order() -> None:
    found = rows(funnel(list(reversed(FUNNEL))))
    assert found[0] == ["step", "name", "count", "average_conversion_time", "median_conversion_time"]
    assert [row[1] for row in found[1:]] == [entry["name"] for entry in FUNNEL]
    assert found[1] == ["1", "Product viewed", "18420", "", ""]
    assert found[2] == ["2", "Added to basket", "6318", "192", "192"]


def test_a_funnel_by_a_breakdown_says_whose_step_it_is() -> None:
    groups = [
        [step("Seen", 9, breakdown_value=["Mac"]), step("Paid", 2, custom_name="Bought", breakdown_value=["Mac"])]
    ]
    assert rows(funnel(groups))[1:] == [["Mac", "1", "Seen", "9", "", ""], ["Mac", "2", "Bought", "2", "", ""]]


def test_a_funnel_over_time_and_the_time_it_takes() -> None:
    over_time = funnel([{"count": 0, "data": [61.25], "days": ["2026-11-16"], "labels": []}])
    assert rows(over_time) == [["date", "value"], ["2026-11-16", "61.25"]]
    assert markdown(over_time)[0] == "| date | value |"
    bins = funnel({"bins": [[60, 4], [120, 1]], "average_conversion_time": 80})
    assert rows(bins) == [["seconds", "people"], ["60", "4"], ["120", "1"]]


def test_retention_has_a_row_for_each_cohort_and_period() -> None:
    found = retention(cohort("2026-11-02", 40, 12), cohort("2026-11-09", 31))
    assert rows(found) == [
        ["date", "label", "period", "count"],
        ["2026-11-02T00:00:00Z", "Week 0", "0", "40"],
        ["2026-11-02T00:00:00Z", "Week 0", "1", "12"],
        ["2026-11-09T00:00:00Z", "Week 0", "0", "31"],
    ]
    assert markdown(found) == [
        "| date | label | 0 | 1 |",
        "| --- | --- | ---: | ---: |",
        "| 2026-11-02T00:00:00Z | Week 0 | 40 | 12 |",
        "| 2026-11-09T00:00:00Z | Week 0 | 31 |  |",
    ]


def test_paths_are_as_sent() -> None:
    edge = {"source": "1_/", "target": "2_/shop", "value": 7, "average_conversion_time": 1250.5}
    found = detail({"kind": "PathsQuery"}, [edge])
    assert rows(found) == [["source", "target", "value", "average_conversion_time"], ["1_/", "2_/shop", "7", "1250.5"]]


def test_sql_has_the_columns_of_its_query() -> None:
    large = 12345678901234567890123
    found = sql([["a", large, None], [True, 1e-7, {"k": [1, "ü"]}], ["short"]], ("name", "n"), has_more=True)
    assert rows(found) == [
        ["name", "n", "column 3"],
        ["a", str(large), ""],
        ["true", "1e-07", '{"k": [1, "ü"]}'],
        ["short", "", ""],
    ]
    assert "more rows exist than PostHog sent" in result_markdown(found)
    assert rows(sql([], ("a", "b"))) == [["a", "b"]]
    assert rows(sql([1, 2], ("n",))) == [["n"], ["1"], ["2"]]


def test_csv_is_written_as_the_standard_says() -> None:
    found = sql([['a "b"', "c,d", "e\nf"]], ("x", "y", "z"))
    assert result_csv(found) == 'x,y,z\r\n"a ""b""","c,d","e\nf"\r\n'


def test_objects_of_an_unknown_kind_are_a_table_of_their_keys() -> None:
    found = detail({"kind": "NewQuery"}, [{"a": 1}, {"b": "x", "a": None}])
    assert rows(found) == [["a", "b"], ["1", ""], ["", "x"]]
    assert forms_of(found) == ("csv", "json", "markdown", "definition")


@pytest.mark.parametrize("result", [{"a": 1}, [1, 2], "text", [], 7])
def test_what_is_no_table_is_json_only(result: Any) -> None:
    found = detail({"kind": "NewQuery"}, result)
    assert forms_of(found) == ("json", "definition")
    assert json.loads(result_json(found))["result"] == result
    for written in (result_csv, result_markdown):
        with pytest.raises(CannotExport, match="JSON only"):
            written(found)


def test_without_a_result_nothing_is_claimed() -> None:
    failed = sql([], ("a",), failure="Unknown column b")
    for found, words in ((failed, "Unknown column b"), (sql(None, ()), "compute it first")):
        assert forms_of(found) == ("definition",)
        for written in (result_csv, result_json, result_markdown):
            with pytest.raises(CannotExport, match=words):
                written(found)


def test_a_result_of_another_shape_is_a_table_where_it_can_be_one() -> None:
    assert rows(trends({"other": 1})) == [["other"], ["1"]]
    assert rows(trends()) == [["series", "date", "value"]]


def test_json_says_what_the_result_is_of() -> None:
    found = json.loads(result_json(sql([[1, "a"], [2.5, None]], ("n", "t"), ("UInt8", "String"), has_more=True)))
    assert found == {
        "name": "Orders",
        "short_id": "Jx4Tq9Lm",
        "kind": "json",
        "computed_at": "2026-11-18T11:58:00+00:00",
        "timezone": "UTC",
        "date_from": "",
        "date_to": "",
        "columns": ["n", "t"],
        "types": [["n", "UInt8"], ["t", "String"]],
        "hasMore": True,
        "result": [[1, "a"], [2.5, None]],
    }
    assert COMPUTED == 1795003080.0
    result = series([1, 0.1])
    assert json.loads(result_json(trends(result)))["result"] == [result]
