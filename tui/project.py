"""An opened project: its worker, and what is asked of it that belongs to no screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui import demo
from tui.config import Settings
from tui.connection import SettingsConnection
from tui.store import commands as c
from tui.store.disk import Disk, file_for
from tui.store.facts import InsightRow
from tui.store.state import Session
from tui.store.store import Store
from tui.store.worker import Place, Worker
from tui.text import Secret

if TYPE_CHECKING:
    from tui.store.worker import Connection


class Project:
    """What the settings name: opened after the first frame, closed at the end."""

    def __init__(
        self, store: Store, settings: Settings, connection: Connection | None, clock: Callable[[], float]
    ) -> None:
        """`connection` replaces the one that the settings name."""
        self.store = store
        self.settings = settings
        self._connection = connection
        self._clock = clock
        self._worker: Worker | None = None

    def open(self) -> None:
        """Remember what is known, connect, read. Returns at once."""
        settings = self.settings
        self.store.restart(session_of(settings))
        path = None if settings.demo else file_for(settings.state_dir, settings.host, settings.project)
        connection = self._connection or SettingsConnection(settings)
        place = Place(connection, Disk(path, cache=settings.cache), settings.project, self.grace)
        self._worker = Worker(self.store, place, clock=self._clock)
        self._worker.start()
        if settings.target:
            self.store.dispatch(c.Find(Secret(settings.target)))

    async def close(self) -> bool:
        """Wait for the write in flight and end the worker. False when that write's end was not seen."""
        worker, self._worker = self._worker, None
        return await worker.close() if worker is not None else True

    @property
    def host(self) -> str:
        """The origin that links begin with."""
        client = self._worker.client if self._worker else None
        return client.origin.url() if client is not None else self.settings.host

    @property
    def grace(self) -> float:
        """Seconds that a rotated link lives on."""
        return float(demo.GRACE_SECONDS if self.settings.demo else self.settings.grace_seconds)

    @property
    def grace_words(self) -> str:
        """The same in words: `5 more minutes`."""
        seconds = round(self.grace)
        return f"{seconds} more seconds" if seconds < 120 else f"{seconds // 60} more minutes"

    def settle_unknown(self) -> None:
        """Read what became of writes whose answer was lost."""
        if self.store.state.journal.unknown:
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

    def insights_called(self, words: str) -> list[InsightRow]:
        """Up to eight insights whose title holds these words; none for fewer than two letters."""
        wanted = words.strip().lower().removeprefix("open:").strip()
        if len(wanted) < 2:
            return []
        rows = self.store.state.insights.rows.value or ()
        return [row for row in rows if wanted in row.title.lower()][:8]


def session_of(settings: Settings) -> Session:
    """What is known of the session before anything was asked."""
    key = settings.key.reveal() if settings.key else ""
    return Session(
        profile=settings.profile,
        host=settings.host,
        project_id="" if settings.project == "@current" else settings.project,
        read_only=settings.read_only,
        demo=settings.demo,
        key_tail=key[-4:] if len(key) >= 20 else "",
    )
