"""The door for untrusted text: nothing dangerous passes; measuring, cutting and hiding keep their laws."""

from __future__ import annotations

import copy
import pickle
import string
import unicodedata
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.text import (
    LIMIT,
    REPLACEMENT,
    Secret,
    age,
    clean,
    clock,
    day,
    fit,
    mask,
    redact,
    shorten,
    thousands,
    width,
)

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=80)
"""Any code points, lone surrogates included."""
HOSTILE = st.text(
    st.sampled_from(
        "ab \x00\x07\x1b\x7f\x9b\n\r\t\u061c\u200b\u200d\u202e\u2028\u2066\ufe0f\ufeff\ud800\ufdd0é日👩💻❤1"
    ),
    max_size=40,
)
NONCHARACTERS = {
    *range(0xFDD0, 0xFDF0),
    *(plane * 0x10000 + end for plane in range(17) for end in (0xFFFE, 0xFFFF)),
}


def is_dangerous(char: str) -> bool:
    return (
        unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        or ord(char) in NONCHARACTERS
        or char in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
    )


def test_every_dangerous_code_point_there_is_becomes_visible() -> None:
    kept = {chr(code) for code in range(0x110000) if is_dangerous(chr(code))} - set("\n\r\t\u200d")
    passed = {char for char in kept if clean(f"a{char}b") != f"a{REPLACEMENT}b" or clean(char) != REPLACEMENT}
    assert passed == set()


def test_a_letter_of_every_script_passes_unchanged() -> None:
    text = "Umsätze Выручка 売上 매출 إيراد ราย €½ª№ ─█⣿ 🎉🏳 \u0301e"
    assert clean(text) == text


@given(ANY_TEXT | HOSTILE, st.booleans(), st.integers(0, 60))
@example("👩\u200d\u200d💻", False, 60)
@example("👩\u200d💻x", False, 3)
def test_what_comes_out_holds_nothing_dangerous_and_stays_as_it_is(text: str, lines: bool, limit: int) -> None:
    once = clean(text, lines=lines, limit=limit)
    assert clean(once, lines=lines, limit=limit) == once
    assert len(once) <= limit
    assert not [char for char in once if is_dangerous(char) and char not in ("\u200d", "\n" if lines else "")]


@pytest.mark.parametrize(
    ("sequence", "left"),
    [
        ("\x1b]52;c;aGk=\x07", "�]52;c;aGk=�"),
        ("\x1b]0;title\x1b\\", "�]0;title�\\"),
        ("\x9b2J", "�2J"),
        ("a\u202egpj.exe", "a�gpj.exe"),
        ("pay\u200bpal", "pay�pal"),
        ("\udc80", "�"),
    ],
)
def test_terminal_sequences_and_hidden_characters_lose_their_power(sequence: str, left: str) -> None:
    assert clean(sequence) == left


def test_line_breaks_and_tabs_become_blanks_on_one_line_and_stay_in_prose() -> None:
    assert clean("a\r\nb\tc\rd\ne") == "a b c d e"
    assert clean("a\r\nb\tc\rd\ne", lines=True) == "a\nb    c\nd\ne"


def test_joiners_and_selectors_stay_only_where_they_shape_an_emoji() -> None:
    for whole in ("👩\u200d💻", "❤\ufe0f\u200d🔥", "👍🏽", "⚠\ufe0f"):
        assert clean(whole) == whole
    assert clean("pay\u200dpal\ufe0f 👩\u200dx \u200d👩") == "paypal 👩x 👩"
    assert clean("a\U000e0100b\ufe01") == "ab"


def test_a_long_text_is_cut_with_a_mark() -> None:
    assert clean("x" * LIMIT) == "x" * LIMIT
    assert clean("x" * (LIMIT + 1)) == "x" * (LIMIT - 1) + "…"
    assert clean("abc", limit=0) == ""


SHOWN = ANY_TEXT.map(clean)


@given(SHOWN, st.integers(0, 40))
def test_shorten_fits_and_is_a_beginning(text: str, cells: int) -> None:
    short = shorten(text, cells)
    assert cell_len(short) <= cells
    if width(text) <= cells:
        assert short == text
    else:
        assert text.startswith(short.removesuffix("…"))


@given(SHOWN, st.integers(0, 40), st.sampled_from(["left", "right"]))
def test_fit_is_exact(text: str, cells: int, align: str) -> None:
    fitted = fit(text, cells, "right" if align == "right" else "left")
    assert cell_len(fitted) == cells
    short = shorten(text, cells)
    blanks = " " * (cells - width(short))
    assert fitted == (blanks + short if align == "right" else short + blanks)


@given(SHOWN)
def test_width_is_what_the_toolkit_measures(text: str) -> None:
    assert width(text) == cell_len(text)


def test_cutting_never_goes_through_a_character() -> None:
    assert shorten("日本語", 4) == "日…"
    assert shorten("日本語", 5) == "日本…"
    assert shorten("ne\u0301e\u0301e\u0301", 3) == "ne\u0301…"
    assert shorten("👩\u200d💻👩\u200d💻x", 4) == "👩\u200d💻…"
    assert shorten("abcdef", 4, "..") == "ab.."
    assert shorten("abcdef", 1, "..") == "."
    assert fit("日本", 3) == "日…"
    assert fit("ab", 4, "right") == "  ab"


def test_mask_shows_two_ends_of_a_long_token_and_nothing_of_a_short_one() -> None:
    assert mask("q7Jm" + "-" * 22 + "x2Lk") == "q7Jm••••x2Lk"
    assert mask("hunter2hunter2x") == "••••"
    assert mask("") == "••••"


@given(st.text(min_size=1), st.text(string.ascii_letters), st.text(string.ascii_letters))
def test_redact_leaves_nothing_of_a_secret(secret: str, before: str, after: str) -> None:
    if secret not in "••••":
        assert secret not in redact(before + secret + after, [secret])


def test_redact_knows_the_forms_a_secret_travels_in() -> None:
    assert redact('x="a b/ü\\"" y=a%20b%2F%C3%BC%22', ['a b/ü"']) == 'x="••••" y=••••'
    assert redact('{"a": "\\u00fc1"}', ["ü1"]) == '{"a": "••••"}'
    assert redact("abcdef", ["abc", "abcdef", ""]) == "••••"


def test_a_secret_never_shows_itself() -> None:
    secret = Secret("hunter2")
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret:>40}", "%s" % secret, repr([secret])):  # noqa: UP031
        assert "hunter2" not in shown
        assert "••••" in shown
    assert secret.reveal() == "hunter2"
    assert not hasattr(secret, "__dict__")


def test_a_secret_is_not_pickled_and_copies_as_itself() -> None:
    secret = Secret("hunter2")
    with pytest.raises(TypeError, match="not written to disk"):
        pickle.dumps(secret)
    assert copy.copy(secret) is secret
    assert copy.deepcopy([secret])[0] is secret


def test_secrets_compare_by_value_and_only_with_secrets() -> None:
    assert Secret("ü\ud800") == Secret("ü\ud800")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a")
    assert not Secret("")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "now"),
        (59.9, "now"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (86_399, "23 h"),
        (86_400, "1 d"),
        (352 * 86_400, "352 d"),
        (1204 * 86_400, "1,204 d"),
    ],
)
def test_ages(seconds: float, words: str) -> None:
    assert age(seconds) == words


BERLIN = timezone(timedelta(hours=1))
NOV_18_2026 = 1_795_000_000.0
"""2026-11-18 11:06:40 UTC."""


def test_clock_and_day_follow_the_zone() -> None:
    assert clock(NOV_18_2026, UTC) == "11:06"
    assert clock(NOV_18_2026, BERLIN, seconds=True) == "12:06:40"
    late = NOV_18_2026 + 12.2 * 3600
    assert day(late, UTC, now=NOV_18_2026) == "18 Nov"
    assert day(late, BERLIN, now=NOV_18_2026) == "19 Nov"


def test_a_day_has_its_year_when_it_is_not_within_twelve_months() -> None:
    year = 365 * 86_400
    assert day(NOV_18_2026 - year + 86_400, UTC, now=NOV_18_2026) == "19 Nov"
    assert day(NOV_18_2026 - year, UTC, now=NOV_18_2026) == "18 Nov 2025"
    assert day(NOV_18_2026 + year + 86_400, UTC, now=NOV_18_2026) == "19 Nov 2027"
    assert day(-1e18, UTC, now=NOV_18_2026).endswith(" 1")
    assert day(1e18, UTC, now=NOV_18_2026).endswith(" 9999")


def test_thousands() -> None:
    assert [thousands(number) for number in (0, 999, 4210, -1234567)] == ["0", "999", "4,210", "-1,234,567"]
