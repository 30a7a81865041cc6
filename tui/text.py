"""The one door for text from outside, and the few ways a text, a number or a time is put on a line.

`clean` makes a text inert: whatever a server, a file or a terminal sends, no control sequence, no hidden
direction change and no invisible character comes out of it. The rest works on clean texts: measure, cut and
pad by terminal cells, hide secrets, write ages, clock times and numbers.
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from json import dumps
from typing import Final, Literal, NoReturn
from urllib.parse import quote

REPLACEMENT: Final = "\ufffd"
"""Stands where a character was that must not reach a terminal."""

ELLIPSIS: Final = "…"
HIDDEN: Final = "••••"
"""What is shown of a secret."""

LIMIT: Final = 10_000
"""Characters `clean` keeps unless told otherwise."""

_JOINER: Final = "\u200d"
_SELECTORS: Final = "\ufe0e\ufe0f"

# Every character of the category Cf (ZERO WIDTH JOINER apart), and those of other categories that show
# nothing: Hangul and Khmer fillers, the grapheme joiner, Mongolian selectors, reserved ignorable code points.
_INVISIBLE: Final = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff"
)
_NONCHARACTERS: Final = "\ufdd0-\ufdef" + "".join(
    chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(17)
)
# Controls (C0 but for tab, newline and return, DEL, C1), line and paragraph separators, lone surrogates.
_DANGEROUS: Final = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_INVISIBLE}{_NONCHARACTERS}]"
)
# Variation selectors and the joiner: kept where they shape an emoji, left out elsewhere.
_SHAPING: Final = re.compile("[\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BREAK: Final = re.compile("\r\n|[\n\r\t]")
_EMOJI: Final = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2934\u2935\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)


def clean(text: str, *, lines: bool = False, limit: int = LIMIT) -> str:
    """Make a text inert and at most `limit` characters long; a longer one ends in `…`.

    Controls, direction changes, invisible characters, lone surrogates and noncharacters become U+FFFD, so
    that they are seen. A newline stays with `lines`; without, a newline, a return or a tab becomes one blank.
    With `lines` a tab becomes four blanks. Cleaning twice changes nothing.
    """
    if not (text.isascii() and text.isprintable()):
        text = _BREAK.sub(_keep_lines if lines else " ", text)
        text = _DANGEROUS.sub(REPLACEMENT, text)
        if _SHAPING.search(text):
            text = _shape(text)
    if len(text) > limit:
        text = text[: max(0, limit - 1)].rstrip(_JOINER) + ELLIPSIS if limit > 0 else ""
    return text


def _keep_lines(match: re.Match[str]) -> str:
    return "    " if match[0] == "\t" else "\n"


def _shape(text: str) -> str:
    """Keep a variation selector after an emoji and a joiner between two, leave the others out."""
    kept: list[str] = []
    for index, char in enumerate(text):
        if char == _JOINER:
            after_emoji = bool(kept) and (_EMOJI.match(kept[-1]) or kept[-1] in _SELECTORS)
            if not after_emoji or not _EMOJI.match(text[index + 1 : index + 2]):
                continue
        elif _SHAPING.match(char) and not (char in _SELECTORS and kept and _EMOJI.match(kept[-1])):
            continue
        kept.append(char)
    return "".join(kept)


def width(text: str) -> int:
    """The terminal cells a clean one-line text takes, as the screens' toolkit measures them."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def shorten(text: str, cells: int, ellipsis: str = ELLIPSIS) -> str:
    """Cut a text to at most `cells` cells, ending in `ellipsis`, never through a grapheme."""
    if width(text) <= cells:
        return text
    room = cells - width(ellipsis)
    if room < 0:
        return _head(ellipsis, cells)
    return _head(text, room) + ellipsis


def _head(text: str, cells: int) -> str:
    """The longest beginning of a text, in whole graphemes, that takes at most `cells` cells."""
    if text.isascii():
        return text[: max(0, cells)]
    from rich.cells import split_graphemes

    taken = end = 0
    for _, stop, size in split_graphemes(text)[0]:
        if taken + size > cells:
            break
        taken += size
        end = stop
    return text[:end]


def fit(text: str, cells: int, align: Literal["left", "right"] = "left") -> str:
    """Cut or pad a text to exactly `cells` cells."""
    text = shorten(text, cells)
    blanks = " " * (cells - width(text))
    return blanks + text if align == "right" else text + blanks


def mask(token: str) -> str:
    """The ends of a token, to recognise it: `q7Jm••••x2Lk`. One under 16 characters is hidden whole."""
    return f"{token[:4]}{HIDDEN}{token[-4:]}" if len(token) >= 16 else HIDDEN


def redact(text: str, secrets: Iterable[str]) -> str:
    """Hide every occurrence of the secrets, also as they are written in an address or inside JSON."""
    forms: set[str] = set()
    for secret in secrets:
        # Lone surrogates cannot be written in an address; they pass here so that hiding never fails.
        in_address = quote(secret, safe="", errors="surrogatepass")
        forms.update((secret, in_address, dumps(secret)[1:-1], dumps(secret, ensure_ascii=False)[1:-1]))
    for form in sorted(forms - {""}, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return text


class Secret:
    """A key, a token or a password: it compares and travels, but never shows, prints or pickles its value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the one place that sends, copies or shows it on purpose."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(
            self._value.encode("utf-8", "surrogatepass"), other._value.encode("utf-8", "surrogatepass")
        )

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A secret is not written to disk.")


def thousands(number: int) -> str:
    """`4210` as `4,210`."""
    return f"{number:,}"


def age(seconds: float) -> str:
    """How long ago, in the largest whole unit: `now` (under a minute), `4 min`, `2 h`, `212 d`."""
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 86_400:
        return f"{int(seconds // 3600)} h"
    return f"{thousands(int(seconds // 86_400))} d"


def ago(seconds: float) -> str:
    """How long ago, in a sentence: `now`, `4 min ago`."""
    return "now" if seconds < 60 else f"{age(seconds)} ago"


def clock(epoch_seconds: float, tz: tzinfo | None = None, *, seconds: bool = False) -> str:
    """The time of day, `12:03` or `12:03:21`; in the local time zone when `tz` is None."""
    return _moment(epoch_seconds, tz).strftime("%H:%M:%S" if seconds else "%H:%M")


_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(epoch_seconds: float, tz: tzinfo | None = None, *, now: float | None = None) -> str:
    """The date, `8 Nov`; with its year, `8 Nov 2024`, when it is not within twelve months of `now`."""
    moment = _moment(epoch_seconds, tz)
    short = f"{moment.day} {_MONTHS[moment.month - 1]}"
    today = _moment(time.time() if now is None else now, tz)
    months = (today.year - moment.year) * 12 + today.month - moment.month
    if abs(months) < 12 or (abs(months) == 12 and (today.day - moment.day) * months < 0):
        return short
    return f"{short} {moment.year}"


def _moment(epoch_seconds: float, tz: tzinfo | None) -> datetime:
    """A point in time in a zone; one outside the calendar's range is shown as its nearest end."""
    lowest, highest = 86_400.0 - 62_135_596_800, 253_402_300_799.0 - 86_400
    moment = datetime.fromtimestamp(min(max(epoch_seconds, lowest), highest), UTC)
    return moment.astimezone(tz)
