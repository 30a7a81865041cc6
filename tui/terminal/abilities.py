"""What the terminal at hand is known to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_KIN: Final = ("alacritty", "foot", "gnome", "konsole", "linux", "rxvt", "st-", "tmux", "vte", "wezterm", "xterm")
"""Terminals that erase in colour, by the beginning of their names. screen does not; tmux does since 2017."""

_REPEATING: Final = ("alacritty", "foot", "wezterm", "xterm-ghostty", "xterm-kitty")


@dataclass(frozen=True, slots=True)
class Abilities:
    """What is not known of a terminal is not used."""

    erases_in_colour: bool = False
    """Erasing leaves blanks of the current background, and ECH erases some cells of a line."""
    repeats: bool = False
    """REP repeats the last character."""


def abilities(environ: Mapping[str, str]) -> Abilities:
    """The abilities of the terminal of this environment.

    REP is not known to all that call themselves xterm, so it takes a name of its own or a variable that
    only the terminal itself sets.
    """
    term = environ.get("TERM", "")
    if "TMUX" in environ:
        return Abilities(erases_in_colour=True)
    if "STY" in environ or not term.startswith(_KIN):
        return Abilities()
    xterm = term.startswith("xterm") and not environ.keys().isdisjoint({"VTE_VERSION", "XTERM_VERSION"})
    return Abilities(erases_in_colour=True, repeats=xterm or term.startswith(_REPEATING))
