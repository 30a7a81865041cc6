"""Holding a request back on its way, so that other things happen meanwhile."""

from __future__ import annotations

import asyncio

import httpx

from tests.store.house import PATIENCE, House


class Gate:
    """Holds requests of a kind back, before they arrive or after they were answered, until it is opened."""

    def __init__(self, house: House, method: str, piece: str) -> None:
        self.method, self.piece = method, piece
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()
        self.cancelled = 0
        self.house = house

    async def hold(self, request: httpx.Request) -> None:
        """Hold it back."""
        if request.method != self.method or self.piece not in request.url.path:
            return
        self.reached.set()
        try:
            await self.opened.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise

    async def before(self, request: httpx.Request) -> httpx.Response | None:
        """As a hook of the wire."""
        await self.hold(request)
        return None

    async def reach(self) -> None:
        """Wait until a request is held."""
        await asyncio.wait_for(self.reached.wait(), PATIENCE)
