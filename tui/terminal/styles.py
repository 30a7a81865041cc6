"""How a cell looks, as the parameters of one SGR sequence, and the shortest way from one look to another.

A style is a string of SGR parameters in a fixed order: attributes, then the foreground, then the background,
for example `1;38;2;224;224;224;48;5;234`. The empty string is the terminal's own look. Equal looks have equal
strings.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

PLAIN: Final = ""
"""The terminal's own look."""

_UNDONE_BY: Final = {
    1: 22, 2: 22, 3: 23, 4: 24, 5: 25, 6: 25, 7: 27, 8: 28, 9: 29, 21: 24, 51: 54, 52: 54, 53: 55
}  # fmt: skip
"""Each attribute, and the parameter that ends it."""
_SEEN_ON_A_BLANK: Final = frozenset({4, 5, 6, 7, 9, 21, 51, 52, 53})


class Look(NamedTuple):
    """A style taken apart. A colour is its SGR parameters, empty for the terminal's own."""

    attributes: tuple[int, ...] = ()
    foreground: str = ""
    background: str = ""

    @property
    def style(self) -> str:
        """The style put together again."""
        parts = [str(number) for number in self.attributes]
        return ";".join([*parts, *filter(None, (self.foreground, self.background))])


@lru_cache(maxsize=4096)
def look(style: str) -> Look:
    """Take a style apart."""
    return _applied(Look(), style)


@lru_cache(maxsize=4096)
def applied(style: str, parameters: str) -> str:
    """The style after an SGR sequence with these parameters (digits and semicolons).

    What it does not know or what is incomplete is passed over, as terminals do.
    """
    return _applied(look(style), parameters).style


def _applied(start: Look, parameters: str) -> Look:
    attributes = set(start.attributes)
    colours = {3: start.foreground, 4: start.background}
    numbers = [int(number or "0") for number in parameters.split(";")]
    index = 0
    while index < len(numbers):
        number = numbers[index]
        index += 1
        if number == 0:
            attributes.clear()
            colours = {3: "", 4: ""}
        elif number in _UNDONE_BY:
            attributes.add(number)
        elif number in _UNDONE_BY.values():
            attributes -= {attribute for attribute, undo in _UNDONE_BY.items() if undo == number}
        elif 30 <= number <= 49:
            ground, rest = divmod(number, 10)
            if rest == 8:
                length = {5: 2, 2: 4}.get(numbers[index] if index < len(numbers) else 0, 0)
                colour = numbers[index : index + length]
                if len(colour) < max(length, 1) or max(colour) > 255:
                    break
                colours[ground] = ";".join(map(str, (number, *colour)))
                index += length
            else:
                colours[ground] = str(number) if rest < 8 else ""
        elif 90 <= number <= 97:
            colours[3] = str(number)
        elif 100 <= number <= 107:
            colours[4] = str(number)
    return Look(tuple(sorted(attributes)), colours[3], colours[4])


@lru_cache(maxsize=4096)
def blank(style: str) -> str:
    """The part of a style that shows on a blank: its background, or all of it if a line is drawn on it."""
    parts = look(style)
    return parts.background if _SEEN_ON_A_BLANK.isdisjoint(parts.attributes) else style


@lru_cache(maxsize=4096)
def erases(style: str) -> bool:
    """Whether a blank of this style is what erasing leaves behind: a background and nothing else."""
    return blank(style) == look(style).background


@lru_cache(maxsize=4096)
def on_background_of(style: str, other: str) -> str:
    """A style whose background is exchanged for that of another."""
    return look(style)._replace(background=look(other).background).style


@lru_cache(maxsize=16384)
def change(old: str | None, new: str) -> str:
    """The shortest sequence that turns a style into another; None stands for one that is not known."""
    if old == new:
        return ""
    best = f"\x1b[;{new}m" if new else "\x1b[m"
    if old is None:
        return best
    before, after = look(old), look(new)
    undone = {_UNDONE_BY[number] for number in before.attributes if number not in after.attributes}
    parts = [str(number) for number in sorted(undone)]
    parts += [
        str(number) for number in after.attributes if number not in before.attributes or _UNDONE_BY[number] in undone
    ]
    if before.foreground != after.foreground:
        parts.append(after.foreground or "39")
    if before.background != after.background:
        parts.append(after.background or "49")
    return min(best, f"\x1b[{';'.join(parts)}m", key=len)
