"""The looks of Hedgerow: four themes, and the choice between them.

`hedgerow-dark` and `hedgerow-light` have colours of their own. `hedgerow-ansi` takes the sixteen of the
terminal on its own ground, `hedgerow-plain` no colour at all: it keeps bold, dim, reverse and underline. A
theme is a table from names to colours, of which `tui.widgets.ink` makes the styles of the roles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.theme import Theme

DARK: Final = "hedgerow-dark"
LIGHT: Final = "hedgerow-light"
ANSI: Final = "hedgerow-ansi"
PLAIN: Final = "hedgerow-plain"

_DARK: Final[Mapping[str, str]] = {
    "bg": "#111513",
    "text": "#d3dad2",
    "strong": "#f1f5ee",
    "muted": "#909c93",
    "accent": "#8fcf78",
    "careful": "#e5b557",
    "public": "#f67568",
    "rule": "#2c352f",
    "grid": "#232b26",
    "row": "#1d2922",
    "field": "#1a211d",
    "sheet": "#171d19",
    "track": "#1b221e",
    "bar": "#68a65a",
    "s1": "#8fcf78",
    "s2": "#5a8cff",
    "s3": "#f3eec4",
    "s4": "#e693ce",
    "s5": "#8b978f",
    "heat0": "#161c18",
    "heat1": "#1b2b1f",
    "heat2": "#234227",
    "heat3": "#2f5d31",
    "heat4": "#39733a",
}

_LIGHT: Final[Mapping[str, str]] = {
    "bg": "#f7f8f3",
    "text": "#28312a",
    "strong": "#0f1711",
    "muted": "#5b675e",
    "accent": "#2c6b2f",
    "careful": "#875800",
    "public": "#b3261e",
    "rule": "#cdd5cb",
    "grid": "#e2e7de",
    "row": "#e2ecdc",
    "field": "#ecefe7",
    "sheet": "#eef1e9",
    "track": "#e8ece4",
    "bar": "#4f9350",
    "s1": "#357a39",
    "s2": "#0b4fd6",
    "s3": "#2b2912",
    "s4": "#94218f",
    "s5": "#67726a",
    "heat0": "#eff2eb",
    "heat1": "#dcebd6",
    "heat2": "#c3dfba",
    "heat3": "#a3cf98",
    "heat4": "#82bd77",
}

_ANSI: Final[Mapping[str, str]] = {
    "accent": "green",
    "careful": "yellow",
    "public": "bright_red",
    "bar": "green",
    "s1": "green",
    "s2": "bright_cyan",
    "s3": "bright_yellow",
    "s4": "bright_magenta",
}
"""The colours that are not the terminal's own foreground or ground; what is muted is dim instead (SGR 2)."""

COLOURS: Final[Mapping[str, Mapping[str, str]]] = {DARK: _DARK, LIGHT: _LIGHT, ANSI: _ANSI, PLAIN: {}}
"""The colours of each theme by name. A name that is missing has no colour of its own there."""


def is_ansi(name: str) -> bool:
    """Whether a theme draws with the terminal's own colours.

    Under `NO_COLOR` Textual greys true colours out instead of leaving them, unless the app is made with
    `ansi_color=True`: make it so when the chosen theme is one of these.
    """
    return name in (ANSI, PLAIN)


def choose(environ: Mapping[str, str], setting: str = "") -> str:
    """The theme to start with. `setting` is `dark`, `light` or `ansi`, anything else leaves the choice open.

    `NO_COLOR`, whatever its value, and a dumb terminal have the last word: no colours. Without a setting a
    session over SSH takes the terminal's own colours, which need the fewest bytes.
    """
    if "NO_COLOR" in environ or environ.get("TERM") == "dumb":
        return PLAIN
    wanted = f"hedgerow-{setting}"
    if wanted in COLOURS:
        return wanted
    return ANSI if any(name.startswith("SSH_") for name in environ) else DARK


def _theme(name: str) -> Theme:
    colours = COLOURS[name]
    ansi = is_ansi(name)

    def colour(role: str) -> str:
        found = colours.get(role, "default")
        return f"ansi_{found}" if ansi else found

    return Theme(
        name=name,
        primary=colour("accent"),
        secondary=colour("s2"),
        warning=colour("careful"),
        error=colour("public"),
        success=colour("accent"),
        accent=colour("accent"),
        foreground=colour("text"),
        background=colour("bg"),
        surface=colour("bg"),
        panel=colour("sheet"),
        dark=name != LIGHT,
        ansi=ansi,
        # Textual's own stylesheets read these in every theme of the terminal's colours.
        variables={"ansi-background": "ansi_default", "ansi-foreground": "ansi_default"} if ansi else {},
    )


THEMES: Final = tuple(_theme(name) for name in COLOURS)
"""For `App.register_theme`."""
