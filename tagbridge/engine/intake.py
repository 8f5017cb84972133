"""Photos on their way into the queue: those that come together share one commit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagbridge.engine.clerk import Clerk
    from tagbridge.ledger.jobs import Jobs, NewJob

_AT_ONCE = 256


class Intake:
    """Commits what has come while the last commit was under way, and tells all who brought it."""

    def __init__(self, jobs: Jobs, clerk: Clerk) -> None:
        """Take the queue, and who asks the ledger."""
        self._jobs = jobs
        self._clerk = clerk
        self._brought: list[tuple[NewJob, asyncio.Future[None]]] = []
        self._working: asyncio.Task[None] | None = None

    async def add(self, item: NewJob) -> None:
        """Put a photo into the queue; it is safe there when this returns.

        Raises:
            WriteError: The disk is full or broken.
        """
        safe = asyncio.get_running_loop().create_future()
        self._brought.append((item, safe))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        await safe

    async def _work(self) -> None:
        while self._brought:
            batch, self._brought = self._brought[:_AT_ONCE], self._brought[_AT_ONCE:]
            error: Exception | None = None
            try:
                await self._clerk.do(self._jobs.add_all, [item for item, _ in batch])
            except Exception as raised:  # noqa: BLE001 - it is raised where the photo came from
                error = raised
            for _, safe in batch:
                if safe.done():  # who brought it does not wait any more
                    continue
                if error is None:
                    safe.set_result(None)
                else:
                    safe.set_exception(error)
