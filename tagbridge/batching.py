"""What comes together is dealt with together: one commit, one change of thread for many."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

S = TypeVar("S")
T = TypeVar("T")

_AT_ONCE = 256


class Batching(Generic[S, T]):
    """Deals with what has come while the last batch was under way, and tells all who brought it."""

    def __init__(self, work: Callable[[list[S]], Awaitable[Sequence[T]]]) -> None:
        """Take what deals with a batch: it returns a result for each item, in their order."""
        self._work = work
        self._brought: list[tuple[S, asyncio.Future[T]]] = []
        self._working: asyncio.Task[None] | None = None

    async def do(self, item: S) -> T:
        """Return what becomes of an item, or raise what its batch has raised."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._brought.append((item, future))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._deal())
        return await future

    async def _deal(self) -> None:
        while self._brought:
            batch, self._brought = self._brought[:_AT_ONCE], self._brought[_AT_ONCE:]
            results: Sequence[T] = ()
            error: Exception | None = None
            try:
                results = await self._work([item for item, _ in batch])
            except Exception as raised:  # noqa: BLE001 - it is raised where the item came from
                error = raised
            for number, (_, future) in enumerate(batch):
                if future.done():  # who brought it does not wait any more
                    continue
                if error is None:
                    future.set_result(results[number])
                else:
                    future.set_exception(error)
