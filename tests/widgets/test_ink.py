"""Themes and ink: what a role looks like, and that a strip is as wide as it must be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from tests.widgets.stage import hostile, patient, text_of
from tui import theme
from tui.glyphs import ASCII, UNICODE
from tui.lines import Ground, Role, Span, highlight, line
from tui.theme import ANSI, DARK, LIGHT, PLAIN, choose
from tui.widgets.ink import LOOKS, ROLES, ink


@pytest.mark.parametrize(
    ("environ", "setting", "expected"),
    [
        ({}, "", DARK),
        ({}, "light", LIGHT),
        ({}, "ansi", ANSI),
        ({}, "nonsense", DARK),
        ({"SSH_CONNECTION": "a b c d"}, "", ANSI),
        ({"SSH_TTY": "/dev/pts/1"}, "dark", DARK),
        ({"NO_COLOR": ""}, "", PLAIN),
        ({"NO_COLOR": "1"}, "dark", PLAIN),
        ({"NO_COLOR": "1", "SSH_TTY": "x"}, "ansi", PLAIN),
        ({"TERM": "dumb"}, "light", PLAIN),
    ],
)
def test_choose(environ: dict[str, str], setting: str, expected: str) -> None:
    assert choose(environ, setting) == expected


def test_every_theme_has_its_own_name_and_kind() -> None:
    assert {known.name: known.ansi for known in theme.THEMES} == {
        DARK: False,
        LIGHT: False,
        ANSI: True,
        PLAIN: True,
    }


@pytest.mark.parametrize("name", [DARK, LIGHT])
@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_colour_and_a_ground(name: str, role: Role) -> None:
    style = ink(name).style(role)
    assert style.color is not None
    assert style.bgcolor is not None


def contrast(style: Style) -> float:
    """The contrast of a style as WCAG 2 defines it."""

    def luminance(triplet: tuple[int, int, int]) -> float:
        parts = [value / 255 for value in triplet]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert style.color is not None
    assert style.bgcolor is not None
    lights = sorted((luminance(style.color.get_truecolor()), luminance(style.bgcolor.get_truecolor())))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("name", [DARK, LIGHT])
@pytest.mark.parametrize("ground", [None, "row", "field", "sheet"])
@pytest.mark.parametrize("role", ["text", "strong", "muted", "accent", "careful", "public"])
def test_words_can_be_read_on_every_ground(name: str, ground: Ground | None, role: Role) -> None:
    assert contrast(ink(name).style(role, ground)) >= 4.5


def test_the_cursor_row_in_colours() -> None:
    styles = ink(DARK)
    assert styles.cursor_mark == "▌"
    assert styles.style("muted", "row").color == styles.style("text").color
    assert styles.style("public", "row").color == styles.style("public").color
    assert styles.style("text", "row").bgcolor != styles.style("text").bgcolor


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", [ANSI, PLAIN])
def test_the_cursor_row_is_reversed_and_its_words_have_no_colour(name: str, role: Role) -> None:
    style = ink(name).style(role, "row")
    assert ink(name).cursor_mark == ">"
    assert style.reverse
    assert style.color is None
    assert not style.dim


def test_the_terminals_own_ground_stays() -> None:
    grounds = {ink(ANSI).style(role, ground).bgcolor for role in ROLES for ground in (None, "field", "sheet")}
    assert grounds == {None}
    assert ink(ANSI).style("muted").dim
    assert ink(ANSI).style("text") == Style()


@pytest.mark.parametrize("role", ROLES)
def test_plain_has_no_colour_at_all(role: Role) -> None:
    styles = ink(PLAIN)
    for on in (None, *ROLES):
        style = styles.style(role, None, on)
        assert style.color is None
        assert style.bgcolor is None


def test_without_colour_what_is_open_is_bold_and_a_match_underlined() -> None:
    assert ink(PLAIN).style("public").bold
    assert not ink(ANSI).style("public").bold
    assert ink(PLAIN).style("match").underline
    assert ink(PLAIN).style("cursor").reverse


def test_a_span_on_another_role() -> None:
    styles = ink(DARK)
    assert styles.style("bar", None, "track").bgcolor == styles.style("track").bgcolor
    assert styles.style("s1", None, "s2").bgcolor == styles.style("s2").color
    cut_out = ink(ANSI).style("bg", None, "s2")
    assert cut_out.reverse
    assert cut_out.color == ink(ANSI).style("s2").color


def test_an_unknown_theme_is_drawn_as_the_dark_one() -> None:
    assert ink("textual-dark").style("text") == ink(DARK).style("text")


def test_neighbours_of_one_style_are_one_segment() -> None:
    strip = ink(DARK).strip(line("a", "b", Span("c", "muted")), 5)
    assert [segment.text for segment in strip] == ["ab", "c", "  "]


@patient
@given(st.lists(st.tuples(hostile, st.sampled_from(ROLES)), max_size=5), st.integers(1, 200), st.booleans())
def test_a_strip_is_exactly_as_wide_as_it_must_be(parts: list[tuple[str, Role]], cells: int, only_ascii: bool) -> None:
    content = highlight(line(*(Span(text, role) for text, role in parts)), ("e", "👩"))
    strip = ink(DARK, ASCII if only_ascii else UNICODE).strip(content, cells)
    assert sum(cell_len(segment.text) for segment in strip) == cells == strip.cell_length
    assert not any(char < " " or "\x7f" <= char < "\xa0" for char in text_of(strip))


def test_looks_name_colours_that_exist() -> None:
    known = set(theme.COLOURS[DARK])
    assert set(theme.COLOURS[LIGHT]) == known
    assert {look.colour for look in LOOKS.values()} | {look.ground for look in LOOKS.values()} <= known | {
        "",
        *(f"heat{number}" for number in range(5)),
    }
