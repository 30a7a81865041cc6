"""Paper: what it shows, what it paints again, how it scrolls."""

from __future__ import annotations

import pytest
from textual.strip import Strip

from tests.widgets.stage import Stage, screen_of
from tui.glyphs import ASCII
from tui.lines import Line, Span, line
from tui.widgets.paper import Paper

pytestmark = pytest.mark.anyio


class Watched(Paper):
    """Paper that counts what it paints."""

    def __init__(self, lines: list[Line], focusable: bool = False) -> None:
        self.painted: list[int] = []
        super().__init__(lines, focusable=focusable)

    def render_line(self, y: int) -> Strip:
        self.painted.append(y)
        return super().render_line(y)


def numbered(count: int) -> list[Line]:
    return [line(f"line {number}") for number in range(count)]


async def test_only_changed_lines_are_painted() -> None:
    paper = Watched(numbered(5))
    async with Stage(paper).run_test(size=(20, 8)) as pilot:
        await pilot.pause()
        paper.painted.clear()
        paper.show(numbered(5))
        await pilot.pause()
        assert paper.painted == []
        changed = numbered(7)
        changed[2] = line(Span("line 2", "muted"))
        paper.show(changed, {3: "field"})
        await pilot.pause()
        assert sorted(paper.painted) == [2, 3, 5, 6]
        assert screen_of(paper) == [f"line {number}" for number in range(7)] + [""]


async def test_keys_scroll_as_far_as_there_is_something_to_see() -> None:
    paper = Watched(numbered(30), focusable=True)
    async with Stage(paper).run_test(size=(20, 10)) as pilot:
        for key, top in [
            ("j", 1),
            ("down", 2),
            ("k", 1),
            ("ctrl+d", 6),
            ("pagedown", 15),
            ("G", 20),
            ("j", 20),
            ("ctrl+u", 15),
            ("pageup", 6),
            ("g", 0),
            ("up", 0),
        ]:
            await pilot.press(key)
            assert paper.top == top, key
        await pilot.press("end")
        assert screen_of(paper)[-1] == "line 29"


async def test_the_place_is_kept_unless_it_should_not_be() -> None:
    paper = Watched(numbered(30), focusable=True)
    async with Stage(paper).run_test(size=(20, 10)) as pilot:
        await pilot.press("pagedown")
        paper.show(numbered(25))
        assert paper.top == 9
        paper.show(numbered(12))
        assert paper.top == 2
        paper.show(numbered(40), keep_top=False)
        assert paper.top == 0


async def test_it_takes_no_focus_unless_told() -> None:
    paper = Watched(numbered(3))
    stage = Stage(paper)
    async with stage.run_test(size=(20, 10)):
        assert stage.focused is None


async def test_a_long_line_is_cut_and_markup_is_only_letters() -> None:
    paper = Watched([line("[red]x[/red] [/foo]"), line("日本語の長い名前")])
    async with Stage(paper).run_test(size=(10, 2)):
        assert screen_of(paper) == ["[red]x[/r…", "日本語の…"]


async def test_an_app_without_unicode_draws_ascii() -> None:
    paper = Watched([line("● open › a long one")])
    async with Stage(paper, glyphs=ASCII).run_test(size=(12, 2)):
        assert screen_of(paper)[0] == "@ open > a.."


async def test_no_colour_reaches_the_terminal_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    from tui import theme

    monkeypatch.setenv("NO_COLOR", "1")
    paper = Watched([line(Span("open", "public"), Span("muted", "muted"), Span("s", "s2"))])
    stage = Stage(paper, look=theme.PLAIN, ansi=True)
    async with stage.run_test(size=(20, 2)):
        for strip in stage.screen._compositor.render_strips():
            for segment in strip:
                style = segment.style
                assert style is not None
                assert style.color is None or style.color.is_default
                assert style.bgcolor is None or style.bgcolor.is_default
