"""From settings to a client: the key is fetched, the demo's sandbox started, the client made, after the first frame."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui import demo, keys
from tui.config import Settings

if TYPE_CHECKING:
    from tui.api.client import Call, Client


class SettingsConnection:
    """How to reach the server that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._demo: demo.Demo | None = None

    async def open(self, on_call: Callable[[Call], None]) -> Client:
        """The client. Raises `OSError` or `ValueError` with a sentence when there can be none."""
        settings = self.settings
        host, key, project = settings.host, settings.key, settings.project
        if settings.demo:
            self._demo = await demo.start()
            host, key, project = self._demo.host, self._demo.key, self._demo.project
        elif key is None:
            try:
                key = await asyncio.to_thread(keys.from_keyring, settings.profile)
            except keys.KeyProblem as problem:
                raise ValueError(str(problem)) from problem

        def make() -> Client:
            from tui.api.client import Client

            return Client(
                host=host,
                key=key,
                project=project,
                prefix=settings.prefix,
                read_only=settings.read_only,
                on_call=on_call,
            )

        # Certificates are loaded here, about 35 ms that no frame has to wait for.
        return await asyncio.to_thread(make)

    async def close(self) -> None:
        """End the demo's sandbox."""
        if self._demo is not None:
            await self._demo.stop()
            self._demo = None
