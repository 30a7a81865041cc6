"""The form of an insight: moving, saving, refusals, conflicts, drafts; copies and new ones; the query in $EDITOR."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.house import SMALL, House
from tests.screens.conftest import OpenHouse
from tui.app import Hedgerow
from tui.screens.edit import DuplicateForm, EditInsightForm, NewForm
from tui.screens.edit_fields import edit_of, field_of, from_line, lines_of, tags_of, to_line
from tui.screens.edit_form import EditForm
from tui.screens.edit_query import KINDS, EditorProblem, in_editor, query_json, template
from tui.store.facts import Outcome

pytestmark = pytest.mark.anyio

NAME = "Support requests by topic"
NEW = "Requests"


def form(house: House) -> EditForm:
    """The form that is shown."""
    screen = house.app.screen
    assert isinstance(screen, EditForm)
    return screen


def on_server(house: House, number: int) -> sqlite3.Row:
    """An insight as the server has it."""
    row: sqlite3.Row = house.shop.sandbox.connection.execute(
        "SELECT * FROM insights WHERE id = ?", (number,)
    ).fetchone()
    return row


async def retype(house: House, words: str) -> None:
    """Put other words into the field with the cursor."""
    await house.press("end", "ctrl+u")
    await house.paste(words)


async def closed(house: House) -> None:
    """Wait until the form is left and nothing is on its way."""
    await house.until(lambda: not isinstance(house.app.screen, EditForm) and not house.shop.wire.under_way)


async def test_a_name_is_changed_and_changed_back(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(NAME)
        before = on_server(house, number)
        await house.press("e")
        assert f"› Edit {NAME}" in house.lines[1]
        assert house.line_with("▌").split()[:2] == ["▌", "name"]
        await retype(house, NEW)
        assert not house.shop.sent("PATCH")
        await house.press("ctrl+s")
        await closed(house)
        after = on_server(house, number)
        assert after["name"] == NEW
        assert (after["description"], after["tags"]) == (before["description"], before["tags"])
        (entry,) = house.state.journal.entries
        assert (entry.what, entry.outcome) == ("rename", Outcome.DONE)
        assert f"renamed to {NEW}" in house.text
        await house.press("u")
        assert f"It goes back to name: {NAME}." in house.text
        await house.press("y")
        await house.until(lambda: on_server(house, number)["name"] == NAME)
        await house.until(lambda: not house.state.work.writing)


async def test_moving_and_enter_saves_on_the_last_field(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(NAME)
        await house.press("e")
        fields = list(form(house).fields.values())
        assert house.app.focused is fields[0]
        for _ in range(len(fields)):
            await house.press("tab")
        assert house.app.focused is fields[0]
        await house.press("shift+tab")
        assert house.app.focused is fields[-1]
        await house.press("tab")
        await house.press("enter", "enter")
        assert house.app.focused is fields[-1]
        await retype(house, "kpi, weekly,, kpi")
        await house.press("enter")
        await closed(house)
        assert json.loads(on_server(house, number)["tags"]) == ["kpi", "weekly"]
        assert house.insight(NAME).tags == ("kpi", "weekly")


async def test_nothing_changed_sends_nothing(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to(NAME)
        await house.press("e", "ctrl+s")
        assert "Nothing was changed, so nothing was sent." in house.text
        await house.press("escape")
        assert not house.app.drafts
        assert not house.shop.sent("PATCH")


async def test_a_draft_is_kept_and_offered(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(NAME)
        await house.press("e")
        await retype(house, NEW)
        await house.press("escape")
        assert "What you typed is kept" in house.text
        await house.press("e")
        assert house.asking
        assert "Go on with it?   y go on   esc begin anew" in house.lines[-1]
        await house.press("escape")
        assert form(house).texts()["name"] == NAME
        await house.press("escape", "e", "y")
        assert form(house).texts()["name"] == NEW
        assert house.app.focused is form(house).fields["name"]
        await house.press("ctrl+s")
        await closed(house)
        assert on_server(house, number)["name"] == NEW
        assert not house.app.drafts


async def test_what_the_server_refuses_stands_under_its_field(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(NAME)
        await house.press("e", "tab")
        # A name of more than 400 characters is too long for PostHog.
        await house.press("shift+tab")
        await retype(house, "x" * 500)
        await house.press("ctrl+s")
        await house.until(lambda: not house.state.work.writing)
        at = next(index for index, one in enumerate(house.lines) if one.split()[:2] == ["▌", "name"])
        assert "✗" in house.lines[at + 1]
        assert form(house).texts()["name"] == "x" * 500
        assert house.app.focused is form(house).fields["name"]
        await retype(house, NEW)
        assert "✗" not in house.lines[at + 1]
        await house.press("ctrl+s")
        await closed(house)
        assert on_server(house, number)["name"] == NEW


async def test_a_conflict_is_shown_before_anything_is_overwritten(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(NAME)
        await house.press("e")
        await retype(house, NEW)
        connection = house.shop.sandbox.connection
        connection.execute("UPDATE insights SET name = 'Theirs' WHERE id = ?", (number,))
        await house.press("ctrl+s")
        await house.until(lambda: house.asking)
        assert "theirs  Theirs" in house.text
        assert f"yours   {NEW}" in house.text
        assert "Overwrite theirs with yours?   y overwrite   esc go on typing" in house.lines[-1]
        assert not house.shop.sent("PATCH")
        await house.press("escape")
        assert form(house).texts()["name"] == NEW
        await house.press("ctrl+s")
        await house.until(lambda: house.asking)
        # What changes after it was shown is shown again.
        connection.execute("UPDATE insights SET name = 'Theirs again' WHERE id = ?", (number,))
        await house.press("y")
        await house.until(lambda: house.asking)
        assert "theirs  Theirs again" in house.text
        assert not house.shop.sent("PATCH")
        await house.press("y")
        await closed(house)
        assert on_server(house, number)["name"] == NEW


async def test_offline_keeps_what_was_typed(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to(NAME)
        await house.press("e")
        await retype(house, NEW)
        house.shop.wire.cut = True
        await house.press("ctrl+s")
        await house.until(lambda: not house.state.work.writing)
        assert form(house).texts()["name"] == NEW
        assert "✗" in house.text
        await house.press("escape", "e")
        assert house.asking


async def test_a_second_save_waits_for_the_first(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to(NAME)
        await house.press("e")
        await retype(house, NEW)
        house.shop.wire.open.clear()
        await house.press("ctrl+s", "ctrl+s")
        assert "still on its way" in house.text
        house.shop.wire.open.set()
        await closed(house)
        assert len(house.shop.sent("PATCH")) == 1


async def test_a_form_left_while_it_was_sent_offers_no_draft_of_what_was_done(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(NAME)
        await house.press("e")
        await retype(house, NEW)
        house.shop.wire.open.clear()
        await house.press("ctrl+s", "escape")
        house.shop.wire.open.set()
        await house.until(lambda: on_server(house, number)["name"] == NEW and not house.state.work.writing)
        await house.press("e")
        assert not house.asking
        assert form(house).texts()["name"] == NEW


async def test_a_duplicate_takes_the_query_as_it_is(open_house: OpenHouse) -> None:
    async with open_house() as house:
        number = await house.go_to(NAME)
        await house.press("d")
        assert isinstance(house.app.screen, DuplicateForm)
        assert f"{NAME} (copy)" in house.line_with("▌")
        await house.press("ctrl+s")
        await closed(house)
        made = house.state.work.created.insight_id
        assert made is not None
        assert made != number
        copy, original = on_server(house, made), on_server(house, number)
        assert copy["name"] == f"{NAME} (copy)"
        assert copy["query"] == original["query"]
        assert (copy["saved"], copy["favorited"]) == (1, 0)
        assert f"› {NAME} (copy)" in house.lines[1]
        (entry,) = house.state.journal.entries
        assert (entry.what, entry.target) == ("duplicate insight", made)
        await house.press("u")
        assert "It is deleted. PostHog keeps it" in house.text
        await house.press("y")
        await house.until(lambda: on_server(house, made)["deleted"])
        await house.until(lambda: not house.state.work.writing)
        assert not on_server(house, number)["deleted"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_new_insight_of_each_kind(open_house: OpenHouse, kind: str) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("n")
        assert isinstance(house.app.screen, NewForm)
        await house.paste(f"My {kind}")
        await house.press("tab", "tab", "tab", *["right"] * KINDS.index(kind))
        assert form(house).texts()["query"] == kind
        await house.press("tab")
        await house.paste("Team/Weekly")
        await house.press("enter")
        await closed(house)
        made = house.state.work.created.insight_id
        assert made is not None
        row = on_server(house, made)
        assert (row["name"], row["folder"], row["saved"]) == (f"My {kind}", "Team/Weekly", 1)
        assert f"› My {kind}" in house.lines[1]
        await house.until(lambda: house.state.details.by_id[made].status == "ready")
        detail = house.state.details.by_id[made].value
        assert detail is not None
        assert detail.row.kind == kind
        assert not detail.failure


def editor(folder: Path, after: str) -> str:
    """The command of an editor that leaves `after` in the file."""
    script = folder / "editor.py"
    script.write_text(f"import pathlib, sys\npathlib.Path(sys.argv[1]).write_text({after!r})\n")
    return f"{sys.executable} {script}"


def free_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the terminal be handed over: the one of tests has none to give."""
    monkeypatch.setattr(Hedgerow, "suspend", lambda _: nullcontext())


async def test_the_query_is_written_in_the_editor(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free_terminal(monkeypatch)
    async with open_house() as house:
        await house.ready()
        house.app.environ = {**house.app.environ, "EDITOR": editor(tmp_path, "SELECT 7 AS seven")}
        await house.press("n")
        await house.paste("Seven")
        await house.press("ctrl+e")
        assert form(house).texts()["query"] == "own"
        assert "SELECT 7 AS seven" in house.text
        await house.press("right", "left", "ctrl+s")
        await closed(house)
        made = house.state.work.created.insight_id
        assert made is not None
        query = json.loads(on_server(house, made)["query"])
        assert query["source"]["query"] == "SELECT 7 AS seven"


async def test_broken_json_is_told_and_kept(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free_terminal(monkeypatch)
    async with open_house() as house:
        await house.ready()
        house.app.environ = {**house.app.environ, "EDITOR": editor(tmp_path, '{"kind": ')}
        await house.press("n", "ctrl+e")
        assert "✗ It is no JSON" in house.text
        await house.press("ctrl+s")
        assert not house.shop.sent("POST")
        assert form(house).texts()["own"] == '{"kind": '
        await house.press("escape", "n", "y")
        assert form(house).texts()["own"] == '{"kind": '


async def test_a_query_that_the_server_refuses(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free_terminal(monkeypatch)
    async with open_house() as house:
        await house.ready()
        house.app.environ = {**house.app.environ, "EDITOR": editor(tmp_path, '{"kind": "NoSuchQuery"}')}
        await house.press("n", "ctrl+e", "ctrl+s")
        await house.until(lambda: not house.state.work.writing)
        at = next(index for index, one in enumerate(house.lines) if one.split()[:2] == ["▌", "query"])
        assert "✗" in house.lines[at + 1]
        assert form(house).texts()["own"] == '{"kind": "NoSuchQuery"}'


async def test_a_terminal_that_cannot_be_handed_over(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.ready()
        await house.press("n", "ctrl+e")
        assert "This terminal cannot be handed to an editor." in house.text
        assert isinstance(house.app.screen, NewForm)


async def test_an_empty_project_takes_a_new_insight(open_house: OpenHouse) -> None:
    def empty(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE insights SET deleted = 1")

    async with open_house(prepare=empty) as house:
        await house.until_shown("This project has no insights yet.")
        await house.press("n")
        assert isinstance(house.app.screen, NewForm)


@pytest.mark.parametrize("size", [(40, 12), SMALL, (200, 50)])
async def test_the_field_with_the_cursor_is_in_sight_at_every_size(
    open_house: OpenHouse, size: tuple[int, int]
) -> None:
    async with open_house(size=size) as house:
        await house.ready()
        await house.press("n")
        for name in form(house).fields:
            assert name in house.line_with("▌"), name
            await house.press("tab")


def test_a_field_as_a_line_and_back() -> None:
    for text in ("", "one", "a\nb", r"C:\new", "\\\n\\n\\\\"):
        assert from_line("description", to_line("description", text)) == text
        assert "\n" not in to_line("description", text)
    assert tags_of(" kpi,, weekly , kpi,") == ("kpi", "weekly")
    assert tags_of(" , ") == ()


def test_an_edit_holds_only_what_was_typed() -> None:
    seen: dict[str, Any] = {"name": "A", "description": "one\ntwo", "tags": ("b", "a")}
    texts = lines_of(seen)
    assert edit_of(7, texts, seen) is None
    edit = edit_of(7, {**texts, "tags": "b"}, seen)
    assert edit is not None
    assert (edit.insight_id, edit.changes, edit.seen) == (7, (("tags", ("b",)),), (("tags", ("b", "a")),))


def test_the_field_of_a_complaint() -> None:
    names = {"name": 0, "tags": 0, "folder": 0}
    told = {"name": "name", "tags__0": "tags", "_create_in_folder": "folder", "dashboards": "", None: ""}
    assert {attr: field_of(attr, names) for attr in told} == told


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_to_begin_with_is_a_query(kind: str) -> None:
    query = json.loads(query_json(template(kind)))
    assert query["kind"] == ("DataVisualizationNode" if kind == "sql" else "InsightVizNode")


@pytest.mark.parametrize("text", ["", "  \n", "{", '{"a": }', "{" * 5])
def test_a_text_that_is_no_query(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        query_json(text)


def test_an_editor_that_fails(tmp_path: Path) -> None:
    failing = tmp_path / "fails.py"
    failing.write_text("raise SystemExit(3)")
    with pytest.raises(EditorProblem, match="ended with 3"):
        in_editor("{}", {"EDITOR": f"{sys.executable} {failing}"})
    with pytest.raises(EditorProblem, match="did not start"):
        in_editor("{}", {"EDITOR": str(tmp_path / "none")})
    with pytest.raises(EditorProblem, match="cannot be read"):
        in_editor("{}", {"EDITOR": "vi '"})


def test_visual_comes_before_editor(tmp_path: Path) -> None:
    environ = {"VISUAL": editor(tmp_path, "SELECT 1"), "EDITOR": str(tmp_path / "none")}
    assert in_editor("{}", environ) == "SELECT 1"


def test_each_form_names_what_it_sends() -> None:
    assert {kind.VERB for kind in (EditInsightForm, DuplicateForm, NewForm)} == {"edit_insight", "create_insight"}


async def test_a_copy_whose_answer_was_lost_is_not_made_twice(open_house: OpenHouse) -> None:
    async with open_house(faults="POST /insights/ drop-after x1") as house:
        await house.go_to(NAME)
        await house.press("d", "ctrl+s")
        await closed(house)
        (entry,) = house.state.journal.entries
        assert entry.outcome is Outcome.DONE
        assert not house.app.drafts
        assert len(house.shop.sent("POST")) == 1
        assert f"› {NAME} (copy)" in house.lines[1]


async def test_what_was_sent_into_the_dark_is_kept_until_it_is_known(open_house: OpenHouse) -> None:
    async with open_house() as house:
        await house.go_to(NAME)
        await house.press("d")
        house.shop.sandbox.faults.add("POST /insights/ drop-after x1; GET /insights/ after=2 drop-before x9")
        await house.press("ctrl+s")
        await house.until(lambda: any(one.outcome is Outcome.UNKNOWN for one in house.state.journal.entries))
        await house.until(lambda: not isinstance(house.app.screen, EditForm))
        await house.press("d")
        assert "It was sent, and whether it arrived is unknown" in house.text
        await house.press("escape", "escape")

        house.shop.sandbox.faults.clear()
        await house.press("r")
        await house.until(lambda: house.state.journal.entries[0].outcome is Outcome.DONE)
        await house.go_to(NAME)
        await house.press("d")
        assert not house.asking
        assert len(house.shop.sent("POST")) == 1
