"""Several calls at once, their results in the order they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")


async def side_by_side(
    call: Callable[[A], Awaitable[R]], arguments: Iterable[A], *, at_once: int
) -> AsyncGenerator[R, None]:
    """Call with each argument, at most `at_once` at a time, and yield what comes back as it comes.

    The first exception ends it; calls still under way are cancelled then, and when the caller stops listening.
    """
    waiting = iter(arguments)
    running: set[asyncio.Task[R]] = set()
    done: set[asyncio.Task[R]] = set()

    async def one(argument: A) -> R:
        return await call(argument)

    def fill() -> None:
        while len(running) < at_once:
            try:
                argument = next(waiting)
            except StopIteration:
                return
            running.add(asyncio.create_task(one(argument)))

    try:
        fill()
        while running:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            running -= done
            fill()
            for task in done:
                yield task.result()
    finally:
        for task in running:
            task.cancel()
        # Those that ended together with the one that failed are looked at too: asyncio complains about what nobody saw.
        await asyncio.gather(*running, *done, return_exceptions=True)
