"""The app: wires store, worker and screens, and owns what belongs to no screen."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from textual import events
from textual.app import App
from textual.screen import Screen

from tui import demo, glyphs, theme
from tui.config import Settings
from tui.connection import SettingsConnection
from tui.paths import styles
from tui.screens.base import Base
from tui.screens.insights import Insights
from tui.store import commands as c
from tui.store.disk import Disk, file_for
from tui.store.facts import InsightRow, Outcome
from tui.store.state import Notice, Session, Tone
from tui.store.store import Store
from tui.store.worker import Place, Worker
from tui.terminal import clipboard
from tui.terminal.turns import Turns
from tui.text import Secret

if TYPE_CHECKING:
    from tui.keycheck import KeyReport
    from tui.store.worker import Connection

SHEETS = ("theme.tcss", "frame.tcss", "lists.tcss", "insight.tcss", "onboarding.tcss", "narrow.tcss")


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
    ) -> None:
        """`connection` replaces the one that the settings name; tests and screenshots bring their own."""
        self.look = theme.choose(environ, settings.ui.theme)
        super().__init__(ansi_color=theme.is_ansi(self.look))
        self.settings = settings
        self.environ = environ
        self.clock = clock
        self.glyphs = glyphs.choose(environ, settings.ui.glyphs)
        self.notice: Notice | None = None
        self._connection = connection
        self._worker: Worker | None = None
        self._seen_notice = 0
        self._seen_goal = 0
        self._leaving = False
        self._turns = Turns(super().on_event, lambda: self.focused or self.screen)
        self.store = Store(_session(settings), self._soon)
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
        self.store.restart(_session(settings))
        path = None if settings.demo else file_for(settings.state_dir, settings.host, settings.project)
        grace = demo.GRACE_SECONDS if settings.demo else settings.grace_seconds
        place = Place(
            self._connection or SettingsConnection(settings),
            Disk(path, cache=settings.cache),
            settings.project,
            float(grace),
        )
        self._worker = Worker(self.store, place, clock=self.clock)
        self._worker.start()
        for warning in settings.warnings:
            self.say(warning, tone="careful")
        if settings.target:
            self.store.dispatch(c.Find(Secret(settings.target)))

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
                loop.add_signal_handler(number, self.exit, 0)
            except (NotImplementedError, RuntimeError, ValueError):
                return

    def leave(self) -> None:
        """Quit; a write in flight is waited for, and said."""
        if self._leaving:
            self.exit(5)
            return
        self._leaving = True
        if self.store.state.work.writing:
            self.say(
                "Waiting for the write in flight. ctrl+c again leaves without its answer.", tone="careful"
            )
        self.run_worker(self._end(), name="end", group="end", exit_on_error=False)

    async def _end(self) -> None:
        seen = await self._worker.close() if self._worker else True
        self._worker = None
        self.exit(0 if seen else 5)

    async def on_unmount(self) -> None:
        if self._worker is not None:
            await self._worker.close()

    # Slices

    def _published(self, changed: frozenset[str]) -> None:
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
        if self._driver is not None:
            self._driver.write(data)

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

    def insights_called(self, words: str) -> list[InsightRow]:
        """Up to eight insights whose title holds these words; none for fewer than two letters."""
        wanted = words.strip().lower().removeprefix("open:").strip()
        if len(wanted) < 2:
            return []
        rows = self.store.state.insights.rows.value or ()
        return [row for row in rows if wanted in row.title.lower()][:8]

    # What belongs to no screen

    @property
    def host(self) -> str:
        """The origin that links begin with."""
        client = self._worker.client if self._worker else None
        return client.origin.url() if client is not None else self.settings.host

    @property
    def grace_words(self) -> str:
        """How long an old link lives, in words."""
        seconds = demo.GRACE_SECONDS if self.settings.demo else self.settings.grace_seconds
        return f"{seconds} seconds" if seconds < 120 else f"{seconds // 60} minutes"

    def unknown_targets(self) -> frozenset[int]:
        """Insights with a write whose outcome is unknown."""
        entries = self.store.state.journal.entries
        return frozenset(entry.target for entry in entries if entry.outcome is Outcome.UNKNOWN)

    def settle_unknown(self) -> None:
        """Read what became of writes whose answer was lost."""
        if self.unknown_targets():
            self.store.dispatch(c.Settle())

    def reconnect(self) -> None:
        """Ask who we are again where the last answer is missing."""
        session = self.store.state.session
        if not session.connected or session.problem is not None:
            self.store.dispatch(c.Connect())

    def prove(self, insight_id: int) -> bool:
        """Ask the links of a rotated insight again; False when its old link is gone or not known."""
        rotation = self.store.state.work.rotations.get(insight_id)
        if rotation is None or rotation.over:
            return False
        self.store.dispatch(c.ProveLink(insight_id))
        return True


def _session(settings: Settings) -> Session:
    key = settings.key.reveal() if settings.key else ""
    return Session(
        profile=settings.profile,
        host=settings.host,
        project_id="" if settings.project == "@current" else settings.project,
        read_only=settings.read_only,
        demo=settings.demo,
        key_tail=key[-4:] if len(key) >= 20 else "",
    )


def run(settings: Settings) -> int:
    """Show the screens until the person leaves. Returns the exit code."""
    environ = dict(os.environ)
    over_ssh = any(name.startswith("SSH_") for name in environ)
    mouse = settings.ui.mouse == "on" or (settings.ui.mouse == "auto" and not over_ssh)
    code = Hedgerow(settings, environ).run(mouse=mouse)
    return 0 if code is None else code
