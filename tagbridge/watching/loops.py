"""How the event loop waits, and how it lets threads wait for it."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


class Bell:
    """Wakes the one coroutine that waits for it; rung while nobody waits, it is not forgotten."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake; on the thread of the event loop only."""
        self._rung.set()

    async def wait(self, seconds: float | None = None) -> None:
        """Return when it rings, at the latest after `seconds`; None waits for ever."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()


class Threads:
    """A few threads of one folder's own: when its server hangs, only they do."""

    def __init__(self, count: int) -> None:
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="tagbridge-watching")

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a call on one of the threads returns, or raise what it raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, functools.partial(call, *args, **kwargs))

    def close(self) -> None:
        """Take no more calls; do not wait for those that run."""
        self._executor.shutdown(wait=False, cancel_futures=True)
