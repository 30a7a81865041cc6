"""The registry of actions: id, keys, words, danger, what is sent. Key line, help, palette and README read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal[
    "everywhere", "list", "insight", "opened", "exposure", "variable", "journal", "onboarding", "copy", "form"
]

TITLES: dict[Where, str] = {
    "insight": "On an insight",
    "opened": "On an open insight",
    "variable": "On a variable",
    "journal": "In the journal",
    "list": "In lists",
    "exposure": "Exposure",
    "copy": "After c",
    "form": "In forms",
    "onboarding": "On the first screen",
    "everywhere": "Everywhere",
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    Screens carry it out in a method `do_<id>`. `rank` orders the key line: higher ranks are dropped first when the
    line gets narrow, 0 never; None keeps it out of the key line.
    """

    id: str
    keys: tuple[str, ...]
    where: Where
    words: str
    """Beside the key: `rotate`."""
    name: str
    """In the palette and in help: `Rotate link`."""
    rank: int | None = None
    asks: bool = False
    """Asks before it acts."""
    publishes: bool = False
    """Can change what the world sees."""
    sends: str = "nothing sent"
    """What it costs, in the palette: `1 write, 2 proofs`."""


ACTIONS: tuple[Action, ...] = (
    Action("share", ("s",), "insight", "share", "Switch sharing on or off", 2, True, True, "1 write, 1 proof"),
    Action("rotate", ("L",), "insight", "rotate", "Rotate link", 3, True, True, "1 write, 2 proofs"),
    Action("copy", ("c",), "insight", "copy", "Copy link, embed, id, request", 5),
    Action("edit", ("e",), "insight", "edit", "Edit name, description, tags", 10, sends="1 read, 1 write"),
    Action("favourite", ("f",), "insight", "favourite", "Favourite or not", 11, sends="1 read, 1 write"),
    Action("delete", ("D",), "insight", "delete", "Delete insight", 12, True, sends="1 read, 1 write"),
    Action("duplicate", ("d",), "insight", "duplicate", "Duplicate insight", 13, sends="2 reads, 1 write"),
    Action("new", ("n",), "insight", "new", "New insight", 14, sends="1 read, 1 write"),
    Action("view", ("v",), "opened", "view", "Next view", 4),
    Action("open", ("enter",), "list", "open", "Open", 1, sends="1 or 2 reads"),
    Action("mark", ("space",), "list", "mark", "Mark", 6),
    Action("mark_all", ("*",), "list", "mark all", "Mark all shown, or none"),
    Action("sort", ("o",), "list", "sort", "Sort by the next column", 8),
    Action("filter", ("/",), "list", "filter", "Filter", 4),
    Action("read_links", ("a",), "exposure", "read links", "Read link states", 7, sends="1 read a row"),
    Action("reason", ("e",), "journal", "reason", "Write a reason", 3),
    Action("redraw", ("ctrl+l",), "everywhere", "redraw", "Draw the screen again"),
    Action("insights", ("1",), "everywhere", "insights", "Go to Insights"),
    Action("variables", ("2",), "everywhere", "variables", "Go to Variables"),
    Action("exposure", ("3",), "everywhere", "exposure", "Go to Exposure"),
    Action("journal", ("4",), "everywhere", "journal", "Go to Journal"),
    Action("palette", (":",), "everywhere", "palette", "Palette", 9),
    Action("help", ("?",), "everywhere", "help", "Help", 0),
    Action("reload", ("r",), "everywhere", "read again", "Read again", 7, sends="reads"),
    Action("undo", ("u",), "everywhere", "undo", "Undo the last change", 6, True, True, "1 write, 1 proof"),
    Action("back", ("escape",), "everywhere", "back", "Back one layer"),
    Action("leave", ("q",), "everywhere", "quit", "Back, then quit"),
    Action("quit", ("ctrl+c",), "everywhere", "quit", "Quit"),
    Action("copy_link", ("c",), "copy", "link", "Copy the public link", 1),
    Action("copy_embed", ("e",), "copy", "embed", "Copy the embed code", 2),
    Action("copy_id", ("i",), "copy", "id", "Copy the short id", 3),
    Action("copy_request", ("u",), "copy", "request as curl", "Copy the request as curl, key left out", 4),
    Action("save_form", ("ctrl+s",), "form", "save", "Save", 1, sends="1 read, 1 write"),
    Action("editor", ("ctrl+e",), "form", "write in $EDITOR", "Write the query in $EDITOR", 2),
    Action("demo", ("ctrl+o",), "onboarding", "demo instead", "Open the demo", 2),
    Action("save", ("ctrl+s",), "onboarding", "save and open", "Save and open", 1),
)

MOVES: tuple[tuple[str, str], ...] = (
    ("j k ↑ ↓", "move"),
    ("g G", "first, last"),
    ("ctrl+d ctrl+u", "half a page"),
    ("pgdn pgup", "a page"),
)
"""Keys of lists that the list itself knows, for help."""

BY_ID = {action.id: action for action in ACTIONS}


def shown(key: str) -> str:
    """A key as people read it."""
    return {"escape": "esc", "question_mark": "?", "colon": ":", "slash": "/", "asterisk": "*"}.get(key, key)
