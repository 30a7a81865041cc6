"""One key at a time: a key typed ahead goes to whom the key before it gave the focus.

Textual hands a key to the focused widget at once, while the key before it may still be on its way through the widgets
up to the app, where bindings are looked at. Over a slow link many keys come in one packet, and what was meant for a
filter would be taken as commands. So a key waits until the one before it has gone all the way.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable

from textual.events import Event, Key, Paste
from textual.message_pump import MessagePump

PATIENCE = 1.0
"""Seconds after which a key is taken to be over, should a widget have gone away with it."""


class Turns:
    """Holds keys back until the one before them is over.

    `deliver` hands an event to the app's own handling; `target` is the widget it goes to.
    """

    def __init__(self, deliver: Callable[[Event], Awaitable[None]], target: Callable[[], MessagePump]) -> None:
        self._deliver = deliver
        self._target = target
        self._held: deque[Event] = deque()
        self._since: float | None = None

    def wanted(self, event: Event) -> bool:
        """Whether this is an event that takes turns."""
        return isinstance(event, Key | Paste) and not event.is_forwarded

    async def take(self, event: Event) -> None:
        """Deliver the event now, or when its turn comes."""
        if self._since is not None and time.monotonic() - self._since < PATIENCE:
            self._held.append(event)
            return
        await self._go(event)

    async def _go(self, event: Event) -> None:
        self._since = time.monotonic()
        target = self._target()
        await self._deliver(event)
        self._follow(target)

    def _follow(self, node: MessagePump) -> None:
        """Go through the queues that the key goes through, always one place behind it."""
        place: MessagePump | None = node
        while place is not None and not place.call_later(self._passed, place):
            place = place._parent
        if place is None:
            self._since = None

    async def _passed(self, node: MessagePump) -> None:
        if node._parent is not None:
            self._follow(node._parent)
            return
        self._since = None
        if self._held:
            await self._go(self._held.popleft())
