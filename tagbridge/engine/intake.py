"""Photos on their way into the queue: those that come together share one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.batching import Batching

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge.engine.clerk import Clerk
    from tagbridge.ledger.jobs import Jobs, NewJob


class Intake:
    """Commits what has come while the last commit was under way."""

    def __init__(self, jobs: Jobs, clerk: Clerk) -> None:
        """Take the queue, and who asks the ledger."""
        self._jobs = jobs
        self._clerk = clerk
        self._batching = Batching(self._commit)

    async def add(self, item: NewJob) -> None:
        """Put a photo into the queue; it is safe there when this returns.

        Raises:
            WriteError: The disk is full or broken.
        """
        await self._batching.do(item)

    async def _commit(self, items: list[NewJob]) -> Sequence[None]:
        await self._clerk.do(self._jobs.add_all, items)
        return [None] * len(items)
