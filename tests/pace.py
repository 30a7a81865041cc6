"""The pace of screens in tests: keys one by one, and waiting for what is drawn or known instead of for time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

from textual import events
from textual.app import App
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widget import Widget

from tui.app import Hedgerow
from tui.terminal.turns import Turns

PATIENCE = 15.0
"""Seconds a test waits for the screens before it fails."""
CHARACTERS = {"enter": "\r", "escape": "\x1b", "space": " ", "tab": "\t", "backspace": "\x7f"}


def send_key(pilot: Pilot[Any], key: str) -> None:
    """Send a key as a terminal does."""
    driver = pilot.app._driver
    assert driver is not None
    one = len(key) == 1
    event = events.Key(_character_to_key(key) if one else key, key if one else CHARACTERS.get(key))
    event.set_sender(pilot.app)
    driver.send_message(event)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one after another; each is dealt with before the next."""
    for key in keys:
        send_key(pilot, key)
        await drawn(pilot)


async def drawn(pilot: Pilot[Any]) -> None:
    """Wait until what was published and posted is on the screen, also where that is another screen now."""
    app, calm = pilot.app, 0
    end = monotonic() + PATIENCE
    while calm < 3:
        assert monotonic() < end, "the screen does not come to rest:\n" + "\n".join(lines(app))
        await asyncio.sleep(0)
        screen = app.screen
        if screen._layout_required or screen._dirty_widgets or screen._callbacks:
            # The timer would do the same a sixtieth of a second later.
            screen._on_timer_update()
        calm = calm + 1 if at_ease(app) else 0
    await pilot.pause(0)


def key_under_way(turns: Turns) -> bool:
    """Whether a key is still on its way through the widgets."""
    return turns._overdue is not None


def at_ease(app: App[Any]) -> bool:
    """Whether no message is waiting, and nothing is still to be mounted, laid out or painted."""
    screen = app.screen
    if isinstance(app, Hedgerow) and (app._turns._held or key_under_way(app._turns)):
        return False
    return (
        not (app.message_queue_size or screen._layout_required or screen._dirty_widgets or screen._callbacks)
        and all(
            node.is_mounted and not (node.message_queue_size or node._next_callbacks or node._layout_required)
            for node in screen.walk_children(Widget, with_self=True)
        )
        and bool(screen._compositor.full_map)
    )


async def settled(pilot: Pilot[Any], holds: Callable[[], object]) -> None:
    """Wait until something holds, looking again whenever the store has published. Raises `TimeoutError`."""
    app = pilot.app
    assert isinstance(app, Hedgerow)
    published = asyncio.Event()
    end = app.store.subscribe(lambda _: published.set())
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                published.clear()
                await drawn(pilot)
                if holds():
                    # What is known is ahead of what is drawn.
                    await drawn(pilot)
                    return
                await published.wait()
    except TimeoutError:
        raise AssertionError("it did not come to that:\n" + "\n".join(lines(app))) from None
    finally:
        end()


def lines(app: App[Any]) -> list[str]:
    """What the screen shows, line by line."""
    strips = app.screen._compositor.render_strips(app.size)
    return ["".join(segment.text for segment in strip) for strip in strips]
