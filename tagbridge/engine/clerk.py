"""The ledger for coroutines."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")

_THREADS = 4  # SQLite writes one after the other; a database in the network answers several


class Clerk:
    """Runs what asks the ledger on threads of its own.

    A database may be away for minutes: neither the event loop nor the threads that decode
    pictures must wait for it.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="tagbridge-ledger")

    async def do(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function of the ledger returns."""
        call = partial(ask, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def close(self) -> None:
        """Let the threads go; one that waits for the database ends when the ledger is closed."""
        self._threads.shutdown(wait=False, cancel_futures=True)
