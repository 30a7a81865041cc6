"""Definition files: written, read again, and refused with a sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.results import NOW, detail, sql
from tui.export.definitions import BadDefinition, Definition, definition, load_definition, read_definition
from tui.export.results import CannotExport
from tui.store.facts import InsightDetail
from tui.text import clean

SQL = "SELECT {variables.country}, {upper(variables.plan)} FROM events"
QUERY: dict[str, Any] = {
    "kind": "DataVisualizationNode",
    "source": {
        "kind": "HogQLQuery",
        "query": SQL,
        "variables": {"id-1": {"code_name": "country", "variableId": "id-1", "value": "DE"}},
    },
}


def an_insight(query: dict[str, Any] | None = None, **fields: Any) -> InsightDetail:
    """An opened insight with this query."""
    found = sql([], ())
    return replace(found, row=found.row._replace(**fields), query=QUERY if query is None else query)


def write(found: InsightDetail, **more: Any) -> str:
    """Its definition, taken from a project of the EU cloud."""
    return definition(found, host="https://eu.posthog.com", project="42", exported_at=NOW, **more)


def a_file(**fields: Any) -> str:
    """A definition file with these fields; None leaves one out."""
    data = {"format": "hedgerow.insight", "version": 1, "name": "Orders", "query": QUERY, **fields}
    return json.dumps({key: value for key, value in data.items() if value is not None})


def test_a_definition_comes_back_as_it_was() -> None:
    found = an_insight(name="Orders", description="two\nlines", tags=("a", "b"), favorited=True, kind="sql")
    read = read_definition(write(found))
    assert read == Definition(
        name="Orders",
        derived_name="",
        description="two\nlines",
        tags=("a", "b"),
        favorited=True,
        kind="sql",
        query=QUERY,
        query_json=json.dumps(QUERY),
        variables=("country", "plan"),
        host="https://eu.posthog.com",
        project="42",
        short_id="Jx4Tq9Lm",
        exported_at=NOW,
    )
    assert read.title == "Orders"


def test_the_file_says_what_it_is_and_holds_no_result() -> None:
    data = json.loads(write(replace(an_insight(), result=[["secret"]])))
    assert list(data) == [
        "format",
        "version",
        "name",
        "derived_name",
        "description",
        "tags",
        "favorited",
        "kind",
        "query",
        "variables",
        "from",
    ]
    assert data["query"] == QUERY
    assert data["variables"] == ["country", "plan"]
    assert data["from"] == {
        "host": "https://eu.posthog.com",
        "project": "42",
        "short_id": "Jx4Tq9Lm",
        "exported_at": "2026-11-18T12:03:00+00:00",
    }


def test_a_password_in_the_address_is_not_written() -> None:
    written = definition(an_insight(), host="https://ana:secret@ph.test/?k=secret", project="1", exported_at=NOW)
    assert "secret" not in written
    assert read_definition(written).host == "https://ph.test/"


def test_the_query_as_the_server_sent_it_is_kept_and_shown_clean() -> None:
    sent = {"kind": "HogQLQuery", "query": "SELECT '\t\x1b\u202e'\n"}
    written = write(an_insight(), query=sent)
    assert clean(written, lines=True, limit=10**9) == written
    read = read_definition(written)
    assert json.loads(read.query_json) == sent
    assert read.query == {"kind": "HogQLQuery", "query": "SELECT '    ��'\n"}
    assert "\\u202e" not in repr(read)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=15,
)
lines = st.text().map(clean)


@given(
    query=st.dictionaries(st.text(), json_values, max_size=4),
    name=lines,
    description=st.text().map(lambda text: clean(text, lines=True)),
    tags=st.lists(lines, max_size=3).map(tuple),
    favorited=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_any_insight_comes_back(
    query: dict[str, Any], name: str, description: str, tags: tuple[str, ...], favorited: bool
) -> None:
    query = {**query, "kind": "HogQLQuery"}
    found = an_insight(name=name, description=description, tags=tags, favorited=favorited)
    written = write(found, query=query)
    assert clean(written, lines=True, limit=10**9) == written
    read = read_definition(written)
    assert (read.name, read.description, read.tags, read.favorited) == (name, description, tags, favorited)
    assert json.loads(read.query_json) == query
    again = an_insight(name=read.name, description=read.description, tags=read.tags, favorited=read.favorited)
    assert write(again, query=json.loads(read.query_json)) == written


@given(
    st.text()
    | json_values.map(json.dumps)
    | json_values.map(lambda value: a_file(version=[value]))
    | json_values.map(lambda value: a_file(query=[value]))
)
@settings(max_examples=200, deadline=None)
def test_any_other_text_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadDefinition) as refusal:
        read_definition(text)
    assert clean(str(refusal.value)) == str(refusal.value)
    assert str(refusal.value).endswith(".")


def nested(levels: int) -> str:
    """A file whose query is this deep."""
    deep = "[" * (levels - 1) + "]" * (levels - 1)
    return '{"format": "hedgerow.insight", "version": 1, "query": {"kind": "x", "a": ' + deep + "}}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON: line 1, column 1"),
        ("[]", "no definition"),
        ('{"format": "other"}', "no definition"),
        (a_file(version=None), "which version"),
        (a_file(version=True), "which version"),
        (a_file(version=2), "newer Hedgerow"),
        (a_file(query=None), '"query" must be'),
        (a_file(query={"source": {}}), '"query" must be'),
        (a_file(query=[1]), '"query" must be'),
        (a_file(name=7), '"name" in this definition must be a text'),
        (a_file(tags="a"), '"tags"'),
        (a_file(tags=[1]), '"tags"'),
        (a_file(favorited=1), '"favorited"'),
        (a_file(**{"from": "here"}), '"from"'),
        ('{"format": "hedgerow.insight", "format": "x"}', "stands twice"),
        (a_file(query={"kind": "x", "a": float("nan")}), "NaN"),
        (a_file().replace('"DE"', "1e999"), "too large"),
        pytest.param(a_file().replace('"DE"', "9" * 5000), "too many digits", id="digits"),
        (nested(64), "more than 64 levels"),
    ],
)
def test_what_is_wrong_is_said(text: str, words: str) -> None:
    with pytest.raises(BadDefinition, match=words):
        read_definition(text)


def test_what_is_too_large_or_too_deep_is_said() -> None:
    large, wide = "x" * 5 * 1024 * 1024, "ü" * 3 * 1024 * 1024
    for text, words in (
        (a_file(description=large), "larger than 5 MiB"),
        (a_file(description="ü").replace("\\u00fc", wide), "larger than 5 MiB"),
        (nested(100_000), "too deep"),
    ):
        with pytest.raises(BadDefinition, match=words):
            read_definition(text)


def test_the_deepest_query_that_is_written_is_read() -> None:
    deepest = json.loads(nested(63))["query"]
    assert read_definition(nested(63)).query_json == json.dumps(deepest)
    assert json.loads(read_definition(write(an_insight(), query=deepest)).query_json) == deepest
    with pytest.raises(CannotExport, match="63 levels"):
        write(an_insight(), query=json.loads(nested(64))["query"])


def test_hostile_texts_of_a_file_are_clean_when_read() -> None:
    read = read_definition(a_file(name="a\x1b[31m\nb", tags=["\u202e"], description="x\ty\r\n"))
    assert (read.name, read.tags, read.description) == ("a�[31m b", ("�",), "x    y\n")


def test_an_insight_that_would_make_a_wrong_file_makes_none() -> None:
    cut = {"kind": "HogQLQuery", "query": clean("x" * 30_000, limit=20_000)}
    with pytest.raises(CannotExport, match="longer than"):
        write(an_insight(cut))
    whole = {**cut, "query": "x" * 30_000}
    assert json.loads(read_definition(write(an_insight(cut), query=whole)).query_json) == whole
    with pytest.raises(CannotExport, match="no query"):
        write(an_insight({}))
    with pytest.raises(CannotExport, match="what kind"):
        write(an_insight({"a": 1}))
    with pytest.raises(CannotExport, match="larger than"):
        write(an_insight(), query={"kind": "x", "a": "y" * 6 * 1024 * 1024})


def test_files_are_read_from_disk(tmp_path: Path) -> None:
    file = tmp_path / "a.insight.json"
    file.write_text("\ufeff" + write(detail({"kind": "TrendsQuery"}, [])), encoding="utf-8")
    assert load_definition(file).query["source"] == {"kind": "TrendsQuery"}
    file.write_bytes(b"\xff\xfe")
    for path, words in (
        (file, "UTF-8"),
        (tmp_path, "is no file"),
        (tmp_path / "none", "There is no file"),
        (Path("/dev/zero"), "is no file"),
        (tmp_path / "a\0b", "There is no file|no name"),
    ):
        with pytest.raises(BadDefinition, match=words):
            load_definition(path)
    large = tmp_path / "large"
    with large.open("wb") as sparse:
        sparse.truncate(6 * 1024 * 1024)
    with pytest.raises(BadDefinition, match="larger than 5 MiB"):
        load_definition(large)
