"""Signs: which set is drawn, and that the ASCII one keeps every width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.stage import patient
from tui import glyphs
from tui.glyphs import ASCII, LINKS, UNICODE, Glyphs, choose, link_cell, link_mark
from tui.lines import Span, plain
from tui.text import width

ALL = "●◆◇○·▌✓✗▲▼▸◂←→•…›–↑↓─│┬┴├┤┼┌┐└┘━╸╺■∙’▁▂▃▄▅▆▇█▏▎▍▋▊▉▔▀▐░▒▓" + "".join(map(chr, range(0x2800, 0x2900)))


@pytest.mark.parametrize(
    ("environ", "setting", "expected"),
    [
        ({"LANG": "en_US.UTF-8"}, "", UNICODE),
        ({"LANG": "de_DE.utf8"}, "", UNICODE),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, "", ASCII),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "", UNICODE),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, "", UNICODE),
        ({"LANG": "en_US.ISO-8859-1"}, "", ASCII),
        ({}, "", ASCII),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, "", ASCII),
        ({"LANG": "en_US.UTF-8"}, "ascii", ASCII),
        ({"TERM": "linux"}, "unicode", UNICODE),
    ],
)
def test_choose(environ: dict[str, str], setting: str, expected: Glyphs) -> None:
    assert choose(environ, setting) is expected


def test_every_sign_is_one_cell_and_has_an_ascii_one() -> None:
    for sign in ALL:
        assert width(sign) == 1
        assert ASCII.draw(sign).isascii(), sign
        assert len(ASCII.draw(sign)) == 1


def test_every_sign_by_name_can_be_drawn() -> None:
    named = [value for name, value in vars(glyphs).items() if name.isupper() and isinstance(value, str)]
    assert len(named) > 20
    assert all(ASCII.draw(sign).isascii() for sign in named)


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        ("Page load…", "Page loa.."),
        ("…", "."),
        ("● open", "@ open"),
        ("phx_••7K", "phx_**7K"),
        ("日…", "日."),
    ],
)
def test_ascii(drawn: str, expected: str) -> None:
    assert ASCII.draw(drawn) == expected
    assert UNICODE.draw(drawn) == drawn


@patient
@given(st.text(st.sampled_from(ALL + "ab 日e\u0301")))
def test_ascii_keeps_the_width(text: str) -> None:
    assert width(ASCII.draw(text)) == width(text)


def test_the_states_of_a_link_differ_without_colour() -> None:
    assert len({look.word for look in LINKS.values()}) == len(LINKS)
    assert len({look.glyph for look in LINKS.values()}) == len(LINKS)
    assert link_mark("open") == (Span("●", "public"), "open")
    assert plain(link_cell("password")) == "◆ password"
    assert plain(link_cell("?")) == "?"
