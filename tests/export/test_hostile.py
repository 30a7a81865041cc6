"""Whatever a server sends: files that act nowhere, and no exception but the one that is promised."""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.results import detail, sql
from tests.charts.test_anything import KINDS, anything, results, sources, words
from tui.export.results import CannotExport, forms_of, result_csv, result_json, result_markdown
from tui.export.values import cell
from tui.text import clean

NUMERAL = re.compile(r"[+-]?[0-9.]+([eE][+-]?[0-9]+)?")
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|\t|\r")
openings = st.sampled_from(["=", "+", "-", "@", "\t=", "\r=", " =", "\n@", "＝", "'", '"', "", "-1", "=1+1|"])
texts = st.builds(str.__add__, openings, st.text(max_size=20))


def inert(text: str) -> bool:
    """Whether a terminal takes the text for letters only."""
    return clean(text, lines=True, limit=10**9) == text


@given(rows=st.lists(st.lists(texts | anything, min_size=1, max_size=4), max_size=4), names=st.lists(texts, max_size=4))
@settings(max_examples=200, deadline=None)
def test_no_cell_starts_a_formula(rows: list[list[Any]], names: list[str]) -> None:
    found = sql(rows, tuple(names))
    if "csv" not in forms_of(found):
        return
    written = result_csv(found)
    read = list(csv.reader(StringIO(written, newline=""), strict=True))
    assert len(read) == len(rows) + 1
    assert len({len(row) for row in read}) == 1
    for value in (value for row in read for value in row):
        assert not FORMULA.match(value) or NUMERAL.fullmatch(value)
        assert inert(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+49 30 123", "'+49 30 123"),
        ("-", "'-"),
        ("-2+3", "'-2+3"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("-2", "-2"),
        ("+1.5e-3", "+1.5e-3"),
        (-2, "-2"),
        (-0.5, "-0.5"),
        (float("nan"), ""),
        ("a=b", "a=b"),
        ("-1\n", "'-1\n"),
        (False, "false"),
    ],
)
def test_cells(value: object, written: str) -> None:
    assert cell(value) == written


def test_a_number_of_any_length_has_all_its_digits() -> None:
    large = int("12345" * 800) ** 2
    assert f"{Decimal(large):f}" == cell(large)
    assert len(cell(large)) > 7000


@given(result=results, source=sources, kind=st.sampled_from(KINDS), names=st.lists(words, max_size=5))
@settings(max_examples=300, deadline=None)
def test_no_result_breaks_a_file(result: Any, source: Any, kind: str, names: list[str]) -> None:
    found = detail({**source, "kind": kind}, result, columns=tuple(names))
    forms = forms_of(found)
    for form, write in (("csv", result_csv), ("json", result_json), ("markdown", result_markdown)):
        if form not in forms:
            with pytest.raises(CannotExport):
                write(found)
            continue
        written = write(found)
        assert inert(written.replace("\r\n", "\n"))
        written.encode()
        if form == "json":
            assert json.loads(written)["name"] == "Orders"


def test_markdown_in_a_cell_is_only_letters() -> None:
    found = sql([["![x](http://a/b.png)", "<img src=x>", "a|b\nc", "`*_~"]], ("**n**", "b", "c", "d"))
    lines = result_markdown(found).splitlines()
    assert lines[-1] == r"| \!\[x\](http://a/b.png) | \<img src=x\> | a\|b<br>c | \`\*\_\~ |"
    assert lines[-3].startswith(r"| \*\*n\*\* |")


def test_json_writes_as_escapes_what_a_terminal_would_act_on() -> None:
    written = result_json(detail({"kind": "NewQuery"}, {"a\u202e": "\x9b31m\x7f é \u2028 日本 \ud800 👩‍🔬"}))
    assert inert(written)
    assert "é" in written
    assert "日本" in written
    assert json.loads(written)["result"] == {"a\u202e": "\x9b31m\x7f é \u2028 日本 \ud800 👩‍🔬"}
