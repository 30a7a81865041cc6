"""The app: wires store, worker and screens, and owns what belongs to no screen."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from textual import events
from textual.app import App
from textual.screen import Screen

from tui import glyphs, theme
from tui.config import Settings
from tui.paths import styles
from tui.project import Project, session_of
from tui.screens.base import Base
from tui.screens.insights import Insights
from tui.store.state import Notice, Tone
from tui.store.store import Store
from tui.terminal import clipboard
from tui.terminal.cell_driver import CellDriver
from tui.terminal.driver import driver_class
from tui.terminal.turns import Turns
from tui.text import Secret

if TYPE_CHECKING:
    from textual.driver import Driver

    from tui.keycheck import KeyReport
    from tui.screens.edit_fields import Draft
    from tui.store.worker import Connection

OUTCOME_UNKNOWN = 5
"""The exit code where a write was sent and its answer not seen."""
SHEETS = ("theme.tcss", "frame.tcss", "lists.tcss", "insight.tcss", "onboarding.tcss", "edit.tcss", "narrow.tcss")


def _variables() -> Screen[None]:
    from tui.screens.variables import Variables

    return Variables()


def _exposure() -> Screen[None]:
    from tui.screens.exposure import Exposure

    return Exposure()


def _journal() -> Screen[None]:
    from tui.screens.journal import Journal

    return Journal()


class Hedgerow(App[int]):
    """The program. Screens are modes, so each tab keeps what is open in it."""

    CSS_PATH = [styles() / name for name in SHEETS]
    TITLE = "Hedgerow"
    ENABLE_COMMAND_PALETTE = False
    MODES = {"insights": Insights, "variables": _variables, "exposure": _exposure, "journal": _journal}
    BINDINGS = []

    def __init__(
        self,
        settings: Settings,
        environ: Mapping[str, str],
        *,
        clock: Callable[[], float] = time.time,
        connection: Connection | None = None,
        driver: type[Driver] | None = None,
    ) -> None:
        """`connection` replaces the one that the settings name; tests and screenshots bring their own."""
        self.look = theme.choose(environ, settings.ui.theme)
        super().__init__(driver_class=driver, ansi_color=theme.is_ansi(self.look))
        self.settings = settings
        self.environ = environ
        self.clock = clock
        self.glyphs = glyphs.choose(environ, settings.ui.glyphs)
        self.notice: Notice | None = None
        self.drafts: dict[tuple[int, str, int], Draft] = {}
        """What was typed into forms that were left, by generation, form and insight; in memory only."""
        self._connection = connection
        self._seen_notice = 0
        self._seen_goal = 0
        self._leaving = False
        self._turns = Turns(self, super().on_event, lambda: self.focused or self.screen)
        self.store = Store(session_of(settings), self._soon)
        self.project = Project(self.store, settings, connection, clock)
        self.store.subscribe(self._published)

    def _soon(self, publish: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_soon(publish)

    async def on_event(self, event: events.Event) -> None:
        if self._turns.wanted(event):
            await self._turns.take(event)
        else:
            await super().on_event(event)

    # Start and end

    def on_mount(self) -> None:
        for one in theme.THEMES:
            self.register_theme(one)
        self.theme = self.look
        self._mind_hang_up()
        if self.settings.complete:
            self.switch_mode("insights")
            self.call_after_refresh(self.begin, self.settings)
        else:
            from tui.screens.onboarding import Onboarding

            self.push_screen(Onboarding())

    def begin(self, settings: Settings) -> None:
        """Open the project that the settings name."""
        self.settings = settings
        self.project = Project(self.store, settings, self._connection, self.clock)
        self.project.open()
        for warning in settings.warnings:
            self.say(warning, tone="careful")

    def open_project(self, settings: Settings) -> None:
        """Leave the first screen for the project that was chosen there."""
        self.begin(settings)
        self.pop_screen()
        self.switch_mode("insights")

    async def look_at_key(self, host: str, key: Secret) -> KeyReport:
        """What a typed key may do, by reads only."""
        from tui.keycheck import look

        return await look(host, key, clock=self.clock)

    def _mind_hang_up(self) -> None:
        """Leave when the terminal goes away, also where SIGHUP was ignored by who started us."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, self.leave)
            except (NotImplementedError, RuntimeError, ValueError):
                return

    def leave(self) -> None:
        """Quit; a write in flight is waited for, and said."""
        if self._leaving:
            # Asked again: without the answer of a write in flight, if there is one.
            if self.store.state.work.writing:
                self.exit(OUTCOME_UNKNOWN)
            return
        self._leaving = True
        if self.store.state.work.writing:
            self.say("Waiting for the write in flight. Leaving again goes without its answer.", tone="careful")
        self.run_worker(self._end(), name="end", group="end", exit_on_error=False)

    async def _end(self) -> None:
        self.exit(0 if await self.project.close() else OUTCOME_UNKNOWN)

    async def on_unmount(self) -> None:
        await self.project.close()

    # Slices

    def _published(self, changed: frozenset[str]) -> None:
        if not self.screen_stack:
            # The program is ending and its screens are gone.
            return
        state = self.store.state
        if state.notice.serial != self._seen_notice:
            self._seen_notice = state.notice.serial
            self.notice = state.notice if state.notice.serial else None
        if state.goal.serial != self._seen_goal and state.goal.insight_id is not None:
            self._seen_goal = state.goal.serial
            self.open_insight(state.goal.insight_id)
        if isinstance(self.screen, Base):
            self.call_later(self.screen.update, changed)

    # What to say

    def say(self, said: str, detail: str = "", tone: Tone = "plain") -> None:
        """Put a line above the keys."""
        self.notice = Notice(said, detail, tone)
        self._redraw_frame()

    def say_nothing(self) -> None:
        """Take that line away."""
        if self.notice is not None:
            self.notice = None
            self._redraw_frame()

    def _redraw_frame(self) -> None:
        if isinstance(self.screen, Base) and self.screen.is_mounted:
            self.screen.draw_frame()

    def copy(self, text: str, called: str) -> None:
        """Copy through the terminal; what is known of it is said."""
        how = clipboard.copy(text, self.environ, self._write_clipboard)
        self.say(f"{called[:1].upper()}{called[1:]}: {how}.", tone="plain")

    def _write_clipboard(self, data: str) -> None:
        driver = self._driver
        if isinstance(driver, CellDriver):
            driver.write_clipboard(data)
        elif driver is not None:
            driver.write(data)

    def redraw(self) -> None:
        """Send the whole screen again."""
        if isinstance(self._driver, CellDriver):
            self._driver.invalidate()
        else:
            self.refresh()

    # Where to go

    def go(self, mode: str) -> None:
        """Show a tab."""
        self.say_nothing()
        if not self.settings.complete:
            return
        self.switch_mode(mode)

    def open_insight(self, insight_id: int) -> None:
        """Open an insight over the list one is in."""
        from tui.screens.insight import Insight

        if isinstance(self.screen, Insight) and self.screen.insight_id == insight_id:
            return
        self.say_nothing()
        tab = self.screen.TAB if isinstance(self.screen, Base) else 1
        self.push_screen(Insight(insight_id, tab))

    def back(self) -> bool:
        """Leave what was opened over a list; False when nothing was."""
        self.say_nothing()
        if len(self.screen_stack) > 1:
            self.pop_screen()
            return True
        return False


def run(settings: Settings) -> int:
    """Show the screens until the person leaves. Returns the exit code."""
    environ = dict(os.environ)
    over_ssh = any(name.startswith("SSH_") for name in environ)
    mouse = settings.ui.mouse == "on" or (settings.ui.mouse == "auto" and not over_ssh)
    driver = driver_class(environ, settings.ui.output)
    code = Hedgerow(settings, environ, driver=driver).run(mouse=mouse)
    if code == OUTCOME_UNKNOWN:
        said = "a write was in flight and its outcome is unknown; the next start reads what became of it"
        print(f"hedgerow: {said}", file=sys.stderr)
    return 0 if code is None else code
