"""The store itself: it publishes once a turn, and drops what comes late."""

from __future__ import annotations

from collections.abc import Callable

from tui.store import commands as c
from tui.store import events as e
from tui.store.state import Session
from tui.store.store import Store


class Turns:
    """An event loop that turns by hand."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def soon(self, call: Callable[[], None]) -> None:
        """Run in the next turn."""
        self.waiting.append(call)

    def turn(self) -> int:
        """Run what waits; how many it was."""
        calls, self.waiting = self.waiting, []
        for call in calls:
            call()
        return len(calls)


def stage() -> tuple[Store, Turns, list[frozenset[str]]]:
    turns = Turns()
    store = Store(Session(profile="a"), turns.soon)
    seen: list[frozenset[str]] = []
    store.subscribe(seen.append)
    return store, turns, seen


def test_changes_of_a_turn_are_published_once() -> None:
    store, turns, seen = stage()
    store.apply(e.Noticed("one"), 0)
    store.apply(e.Noticed("two"), 0)
    store.apply(e.Found(3), 0)
    assert seen == []
    assert turns.turn() == 1
    assert seen == [frozenset({"notice", "goal"})]
    store.apply(e.Noticed("three"), 0)
    turns.turn()
    assert seen[1:] == [frozenset({"notice"})]


def test_an_event_that_changes_nothing_publishes_nothing() -> None:
    store, turns, seen = stage()
    store.apply(e.Answered(None, None), 0)
    assert turns.turn() == 0
    assert seen == []


def test_who_ends_a_subscription_hears_no_more() -> None:
    store, turns, seen = stage()
    more: list[frozenset[str]] = []
    end = store.subscribe(more.append)
    end()
    store.apply(e.Noticed("one"), 0)
    turns.turn()
    assert (len(seen), more) == (1, [])


def test_events_of_an_earlier_generation_are_dropped() -> None:
    store, turns, seen = stage()
    store.apply(e.Noticed("old"), 0)
    store.restart(Session(profile="b"))
    state = store.state
    store.apply(e.Noticed("late"), 0)
    store.apply(e.WriteQueued(1, "rotate link"), 0)
    assert store.state is state
    assert (store.state.session.profile, store.state.notice.said) == ("b", "")
    turns.turn()
    assert len(seen) == 1
    store.apply(e.Noticed("new"), 1)
    assert store.state.notice.said == "new"


class Sink:
    """Takes commands."""

    def __init__(self) -> None:
        self.taken: list[tuple[c.Command, int]] = []

    def submit(self, command: c.Command, generation: int) -> None:
        """Take one."""
        self.taken.append((command, generation))


def test_after_a_new_start_the_earlier_worker_gets_nothing_more() -> None:
    store, _, _ = stage()
    sink = Sink()
    store.attach(sink)
    assert store.dispatch(c.RotateLink(1)) is None
    store.restart(Session(profile="b"))
    refusal = store.dispatch(c.RotateLink(1))
    assert refusal is not None
    assert refusal.short == "not connected"
    assert sink.taken == [(c.RotateLink(1), 0)]
    assert not store.state.work.writing
