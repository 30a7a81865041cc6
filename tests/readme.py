"""The README's table of keys, made from the registry of actions: `python -m tests.readme` writes it."""

from __future__ import annotations

from pathlib import Path

from tui.actions import ACTIONS, MOVES, TITLES, Where, shown

README = Path(__file__).resolve().parent.parent / "README.md"
START, END = "<!-- keys -->\n", "<!-- /keys -->"
ORDER: tuple[Where, ...] = (
    "everywhere",
    "list",
    "insight",
    "opened",
    "copy",
    "exposure",
    "journal",
    "form",
    "onboarding",
)


def table() -> str:
    """A row a place: its keys and what they do."""
    rows = ["| where | keys |", "| --- | --- |"]
    for place in ORDER:
        keys = [f"`{action.keys[0]}` {action.words}" for action in ACTIONS if action.where == place]
        if place == "list":
            keys = [*(f"`{'` `'.join(names.split())}` {words}" for names, words in MOVES), *keys]
        keys = [key.replace(f"`{name}`", f"`{shown(name)}`") for key in keys for name in (key.split("`")[1],)]
        rows.append(f"| {TITLES[place].lower()} | {' · '.join(keys)} |")
    return "\n".join(rows) + "\n"


def with_table(text: str) -> str:
    """The README with today's table in it. Raises ValueError where the marks are missing."""
    before, rest = text.split(START)
    return before + START + table() + END + rest.split(END)[1]


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
