"""What is being worked on in this process."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)


class Works:
    """Works in tasks of their own, which outlive the worker of Procrastinate that began them."""

    def __init__(self, take_up: Callable[[bytes], Awaitable[None]], at_once: int) -> None:
        self._take_up = take_up
        self._room = asyncio.Semaphore(at_once)
        self._tasks: set[asyncio.Task[None]] = set()
        self._ending = False

    def __len__(self) -> int:
        return len(self._tasks)

    async def do(self, key: bytes) -> None:
        """Work on an asset; cancelled, the work goes on without the caller."""
        if self._ending:
            return
        task = asyncio.create_task(self._do(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait({task})

    def stop(self) -> None:
        """Begin nothing more."""
        self._ending = True

    def cancel(self) -> None:
        """Break off what is under way."""
        self._ending = True
        for task in self._tasks:
            task.cancel()

    async def ended(self) -> None:
        """Return when nothing is under way any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _do(self, key: bytes) -> None:
        # A new worker of Procrastinate does not know what its predecessor's jobs still occupy.
        async with self._room:
            if self._ending:
                return
            try:
                await self._take_up(key)
            except Exception:
                log.exception("a photo could not be dealt with (%r)", key)
