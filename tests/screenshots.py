"""The pictures in the README, made from the sandbox: `python -m tests.screenshots [--check]`.

`--check` writes nothing and exits with 1, naming the files that are not what the program would make now.
"""

from __future__ import annotations

import asyncio
import io
import re
import sys
import tempfile
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any

# The environment is tidied while this module is imported, before Textual reads it.
import tests.conftest  # noqa: F401  # isort: skip

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from textual.app import App

from tests.house import SIZE, SMALL, house
from tests.scenes import SCENES
from tui import theme

FOLDER = Path(__file__).resolve().parents[1] / "screenshots"
PICTURES: dict[str, tuple[str, tuple[int, int]]] = {
    "insights": ("insights", SIZE),
    "insight": ("insight", SIZE),
    "exposure": ("exposure", SIZE),
    "rotate": ("rotate", SIZE),
    "variables": ("variables", SIZE),
    "journal": ("journal", SIZE),
    "insights-80x24": ("insights", SMALL),
    "insights-light": ("insights-light", SIZE),
    "help": ("help", SIZE),
}
"""By file name: which scene, and how large."""

FONTS = "'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace"
LINE = 24.4
CELL = 12.2
MARGIN = 10
"""Rich draws a line 24.4 high and a cell 12.2 wide."""

SVG = """\
<svg class="rich-terminal" viewBox="0 0 WIDTH HEIGHT" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: FONTS; font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
<rect width="100%" height="100%" fill="GROUND" rx="6"/>
<g transform="translate(MARGIN, MARGIN)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


EMPTY = re.compile(r"<text [^>]*></text>")
TEXT = re.compile(r' x="([0-9.]+)" y="([0-9.]+)" textLength="[0-9.]+"([^>]*)>((?:&#160;)*)([^<]*?)((?:&#160;)*)</text>')
"""A piece of text as Rich writes it: where it begins, the blanks before it, itself, the blanks after it."""


def tight(match: re.Match[str]) -> str:
    """The piece without the blanks around it, at its place: some programs leave out blanks at the beginning."""
    x, y, rest, before, text, _ = match.groups()
    left = float(x) + before.count("&") * CELL
    length = cell_len(unescape(text)) * CELL
    return f' x="{left:.1f}" y="{y}" textLength="{length:.1f}"{rest}>{text}</text>'


def svg(app: App[Any], name: str) -> str:
    """The screen as a picture that names no host and loads nothing."""
    columns, rows = app.size
    console = Console(
        width=columns,
        height=rows,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        record=True,
        legacy_windows=False,
        safe_box=False,
    )
    console.print(app.screen._compositor.render_update(full=True))
    ground = theme.COLOURS[app.theme]["bg"]
    values = {
        "WIDTH": f"{columns * CELL + 2 * MARGIN:g}",
        "HEIGHT": f"{rows * LINE + 2 * MARGIN:g}",
        "MARGIN": str(MARGIN),
        "FONTS": FONTS,
        "GROUND": ground,
    }
    template = SVG
    for word, value in values.items():
        template = template.replace(word, value)
    number = tuple(int(ground[place : place + 2], 16) for place in (1, 3, 5))
    colours = TerminalTheme(number, (211, 218, 210), [(0, 0, 0)] * 8)  # type: ignore[arg-type]
    picture = console.export_svg(title=name, theme=colours, code_format=template, unique_id=name)
    picture = EMPTY.sub("", TEXT.sub(tight, picture))
    return "\n".join(line.rstrip() for line in picture.splitlines()) + "\n"


async def picture(name: str, folder: Path) -> str:
    """Draw one of the pictures; `folder` is for what the program keeps on disk."""
    scene, size = PICTURES[name]
    async with house(folder, size=size, **SCENES[scene].options) as one:
        await SCENES[scene].way(one)
        return svg(one.app, name)


async def pictures() -> dict[Path, str]:
    """All pictures by file."""
    with tempfile.TemporaryDirectory() as folder:
        return {FOLDER / f"{name}.svg": await picture(name, Path(folder) / name) for name in PICTURES}


def different(drawn: dict[Path, str]) -> list[str]:
    """The names of the files that are not as drawn now."""
    return [file.name for file, text in drawn.items() if not file.exists() or file.read_text(encoding="utf-8") != text]


def main(arguments: Sequence[str]) -> int:
    """Draw or check the pictures, and return the exit code."""
    if list(arguments) not in ([], ["--check"]):
        print("usage: python -m tests.screenshots [--check]", file=sys.stderr)
        return 2
    drawn = asyncio.run(pictures())
    if "--check" in arguments:
        if names := different(drawn):
            print(f"not as drawn now: {', '.join(names)}; python -m tests.screenshots draws them", file=sys.stderr)
        return 1 if names else 0
    FOLDER.mkdir(exist_ok=True)
    for file, text in drawn.items():
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
