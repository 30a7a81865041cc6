"""One key at a time: a key typed ahead goes to whom the key before it gave the focus.

Textual hands a key to the focused widget at once, while the key before it may still be on its way through the widgets
up to the app, where bindings are looked at. Over a slow link many keys come in one packet, and what was meant for a
filter would be taken as commands. So a key waits until the one before it has gone all the way.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from textual.events import Event, Key, Paste
from textual.message_pump import MessagePump

PATIENCE = 1.0
"""Seconds after which a key is taken to be over, should a widget have gone away with it."""


class Turns:
    """Holds keys back until the one before them is over.

    `deliver` hands an event to the app's own handling; `target` is the widget it goes to, `app` where its way ends.
    """

    def __init__(
        self,
        app: MessagePump,
        deliver: Callable[[Event], Awaitable[None]],
        target: Callable[[], MessagePump],
    ) -> None:
        self._app = app
        self._deliver = deliver
        self._target = target
        self._held: deque[Event] = deque()
        self._turn = 0
        self._overdue: asyncio.TimerHandle | None = None

    def wanted(self, event: Event) -> bool:
        """Whether this is an event that takes turns."""
        return isinstance(event, Key | Paste) and not event.is_forwarded

    async def take(self, event: Event) -> None:
        """Deliver the event now, or when its turn comes."""
        if isinstance(event, Key) and event.key == "ctrl+c":
            # Who wants out does not wait behind what was typed before.
            self._held.clear()
            await self._deliver(event)
        elif self._overdue is None:
            await self._go(event)
        else:
            self._held.append(event)

    async def _go(self, event: Event) -> None:
        self._turn += 1
        loop = asyncio.get_running_loop()
        self._overdue = loop.call_later(PATIENCE, self._app.call_later, self._over, self._turn)
        target = self._target()
        await self._deliver(event)
        self._follow(target, self._turn)

    def _follow(self, node: MessagePump, turn: int) -> None:
        """Go through the queues that the key goes through, always one place behind it."""
        place: MessagePump | None = node
        while place is not None and place is not self._app and not place.call_later(self._passed, place, turn):
            place = place._parent
        if place is None or place is self._app:
            self._app.call_later(self._over, turn)

    def _passed(self, node: MessagePump, turn: int) -> None:
        if node._parent is None:
            self._app.call_later(self._over, turn)
        else:
            self._follow(node._parent, turn)

    async def _over(self, turn: int) -> None:
        """The key of this turn is over; the next one goes."""
        if turn != self._turn or self._overdue is None:
            return
        self._overdue.cancel()
        self._overdue = None
        if self._held:
            await self._go(self._held.popleft())
