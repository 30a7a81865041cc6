"""The registry of actions against the screens that carry them out."""

from __future__ import annotations

import pkgutil
from collections import Counter
from importlib import import_module
from typing import get_args

import pytest

import tui.screens
from tui.actions import ACTIONS, BY_ID, MOVES, TITLES, Where, shown
from tui.screens.base import Base
from tui.screens.copy_menu import CHOICES
from tui.screens.subject import OnInsight

for found in pkgutil.iter_modules(tui.screens.__path__, "tui.screens."):
    import_module(found.name)


def all_below(kind: type[Base]) -> list[type[Base]]:
    return [one for below in kind.__subclasses__() for one in (below, *all_below(below))]


SCREENS = [kind for kind in all_below(Base) if kind.__module__.startswith("tui.screens.")]
NAMED = {"escape", "enter", "space", "tab"}


def test_there_are_screens() -> None:
    assert {"Insights", "Insight", "Variables", "Exposure", "Journal", "Help"} <= {kind.__name__ for kind in SCREENS}


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(ACTIONS)


@pytest.mark.parametrize("screen", [Base, *SCREENS], ids=lambda kind: kind.__name__)
def test_a_key_does_one_thing_on_a_screen(screen: type[Base]) -> None:
    keys = Counter(key for action in ACTIONS if action.where in screen.PLACES for key in action.keys)
    assert {key for key, count in keys.items() if count > 1} == set()


def test_a_key_does_one_thing_in_the_copy_menu() -> None:
    keys = Counter(key for action in CHOICES for key in action.keys)
    assert max(keys.values()) == 1


def test_the_keys_of_lists_are_not_taken_by_actions() -> None:
    moves = {key for keys, _ in MOVES for key in keys.split()}
    taken = {key for action in ACTIONS if action.where != "copy" for key in action.keys}
    assert not moves & taken


@pytest.mark.parametrize("action", [action for action in ACTIONS if action.where != "copy"], ids=lambda one: one.id)
def test_every_action_is_carried_out_by_a_screen_it_belongs_to(action: object) -> None:
    doing = [kind for kind in [Base, *SCREENS] if hasattr(kind, f"do_{action.id}")]  # type: ignore[attr-defined]
    assert doing
    belonging = [kind for kind in [Base, *SCREENS] if action.where in kind.PLACES]  # type: ignore[attr-defined]
    assert set(doing) & set(belonging)


def test_every_choice_of_the_copy_menu_is_carried_out() -> None:
    assert {action.id for action in CHOICES} == set(OnInsight.copies(OnInsight()))


@pytest.mark.parametrize("action", ACTIONS, ids=lambda one: one.id)
def test_keys_can_be_typed_in_any_terminal(action: object) -> None:
    for key in action.keys:  # type: ignore[attr-defined]
        single = len(key) == 1 and key.isascii() and key.isprintable()
        control = key.startswith("ctrl+") and len(key) == 6 and key[-1].isalpha() and key[-1].islower()
        # These reach a program as other keys: tab, enter, backspace, and the terminal's own stop and suspend.
        other = key[-1] in "imjhqz" if control else False
        assert single or key in NAMED or (control and not other)


def test_every_place_has_a_title() -> None:
    assert set(TITLES) == set(get_args(Where))
    assert {action.where for action in ACTIONS} <= set(TITLES)


@pytest.mark.parametrize("screen", [Base, *SCREENS], ids=lambda kind: kind.__name__)
def test_the_key_line_names_actions_of_the_screen(screen: type[Base]) -> None:
    if "keys" in vars(screen) and screen.KEYS == Base.KEYS:
        return
    wrong = [name for name in screen.KEYS if BY_ID[name].where not in screen.PLACES or BY_ID[name].rank is None]
    assert wrong == []


def test_what_publishes_asks_first() -> None:
    assert all(action.asks for action in ACTIONS if action.publishes)
    assert all("write" in action.sends for action in ACTIONS if action.publishes)


def test_the_keys_of_the_contract() -> None:
    keys = {action.id: action.keys[0] for action in ACTIONS}
    contract = {
        "share": "s", "rotate": "L", "copy": "c", "open": "enter", "mark": "space", "mark_all": "*", "sort": "o",
        "filter": "/", "read_links": "a", "reason": "e", "insights": "1", "variables": "2", "exposure": "3",
        "journal": "4", "palette": ":", "help": "?", "reload": "r", "undo": "u", "back": "escape", "leave": "q",
        "quit": "ctrl+c", "copy_link": "c", "copy_embed": "e", "copy_id": "i", "copy_request": "u", "demo": "ctrl+o",
        "save": "ctrl+s",
    }  # fmt: skip
    assert {name: keys[name] for name in contract} == contract
    assert (shown("escape"), shown("L")) == ("esc", "L")
