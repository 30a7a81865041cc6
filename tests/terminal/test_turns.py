"""Keys typed ahead: each goes to whom the key before it gave the focus, and none is lost with a screen."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.events import Event, Key
from textual.screen import Screen
from textual.widget import Widget

from tui.terminal.turns import Turns

pytestmark = pytest.mark.anyio


class Field(Widget, can_focus=True):
    """Keeps what is typed into it; `x` closes the screen it is on."""

    def on_key(self, event: Key) -> None:
        typed = self.app
        assert isinstance(typed, Typed)
        event.stop()
        if event.key == "x":
            self.app.pop_screen()
        else:
            typed.seen.append(f"field {event.key}")


class Over(Screen[None]):
    """A screen with a field that has the focus at once."""

    AUTO_FOCUS = "Field"

    def compose(self):  # type: ignore[no-untyped-def]
        yield Field()


class Typed(App[None]):
    """`/` shows the field, and everything else that reaches the app is a command."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._turns = Turns(self, super().on_event, lambda: self.focused or self.screen)

    async def on_event(self, event: Event) -> None:
        if self._turns.wanted(event):
            await self._turns.take(event)
        else:
            await super().on_event(event)

    async def on_key(self, event: Key) -> None:
        if event.key == "slash":
            await self.push_screen(Over())
            self.screen.set_focus(self.screen.query_one(Field))
        else:
            self.seen.append(f"command {event.key}")


async def test_what_is_typed_ahead_goes_where_the_key_before_it_led() -> None:
    app = Typed()
    async with app.run_test() as pilot:
        for key in ("a", "slash", "s", "y", "x", "b", "c"):
            app.post_message(Key(key, key))
        await pilot.pause()
        await pilot.pause()
        while len(app.seen) < 5:
            await pilot.pause()
    assert app.seen == ["command a", "field s", "field y", "command b", "command c"]
