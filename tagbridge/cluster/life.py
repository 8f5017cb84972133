"""Says that this process lives, and looks for others that do not."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge.cluster.works import Works
    from tagbridge.ledger import Ledger

log = logging.getLogger(__name__)


class Life:
    """The heartbeat of this process, in a thread that nothing else can keep waiting."""

    def __init__(
        self,
        ledger: Ledger,
        owner: str,
        works: Works,
        *,
        every: float,
        reopened: Callable[[], None],
    ) -> None:
        """Prepare.

        Args:
            ledger: Where it is noted.
            owner: This process.
            works: What it does.
            every: Seconds between two beats.
            reopened: Is called when there are jobs again that a dead process had.
        """
        self._ledger = ledger
        self._owner = owner
        self._works = works
        self._every = every
        self._reopened = reopened
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="tagbridge-life")

    async def run(self) -> None:
        """Beat until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            count = len(self._works)
            doing = f"{count} photos" if count else "waiting"
            try:
                # The ledger itself waits until the database is back, as long as it takes.
                taken = await loop.run_in_executor(self._thread, self._beat, doing)
            except Exception:
                log.exception("the ledger does not take our signs of life")
                taken = 0
            if taken:
                log.info("%d photos of a process that has ended are taken up", taken)
                self._reopened()
            await asyncio.sleep(self._every)

    def close(self) -> None:
        """Let the thread end; not waited for, because the database may be away."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _beat(self, doing: str) -> int:
        # First we, then the others: after a long sleep of this machine we would count as dead.
        self._ledger.workers.beat(self._owner, doing)
        return self._ledger.jobs.reopen_of_dead()
