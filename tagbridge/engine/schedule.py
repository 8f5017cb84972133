"""One machine: the open jobs of the ledger, worked on in this process."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from tagbridge.engine.clerk import Clerk
    from tagbridge.ledger import Job, Ledger

log = logging.getLogger(__name__)

# Other processes add jobs, too, and nobody rings for those.
_LOOK_SECONDS = 1.0
_DEAD_SECONDS = 10.0
_BEAT_SECONDS = 5.0


class Schedule:
    """Claims as many jobs as there is room for, fresh ones first, and never more.

    What is due later stays in the ledger: neither memory nor a slot is spent on it.

    Attributes:
        turned: When it last looked for jobs, by `time.monotonic`.
    """

    def __init__(
        self,
        ledger: Ledger,
        clerk: Clerk,
        *,
        owner: str,
        at_once: int,
        work: Callable[[Job], Coroutine[None, None, None]],
        ready_at: Callable[[], float],
    ) -> None:
        """Prepare.

        Args:
            ledger: Where the jobs are.
            clerk: Asks it.
            owner: Who claims them.
            at_once: Most jobs in work.
            work: Does one; raises nothing but that it was cancelled.
            ready_at: Says from when on a provider may be asked, in seconds since the epoch. It may
                ask the ledger.
        """
        self._jobs = ledger.jobs
        self._workers = ledger.workers
        self._clerk = clerk
        self._owner = owner
        self._at_once = at_once
        self._work = work
        self._ready_at = ready_at
        self._bell = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False
        self.turned = time.monotonic()
        self._looked_for_dead = float("-inf")
        self._said, self._said_at = "", float("-inf")

    async def run(self) -> None:
        """Work until `stop`, and then until what was begun has ended."""
        try:
            while not self._stopping:
                self.turned = time.monotonic()
                await self._show_life()
                await self._take_over()
                await self._begin()
                await self._wait()
            while self._running:
                await asyncio.wait(self._running)
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    def ring(self) -> None:
        """Look at once: there are new jobs."""
        self._bell.set()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping = True
        self._bell.set()

    def cancel(self) -> None:
        """Leave what was begun for the next start."""
        self.stop()
        for task in self._running:
            task.cancel()

    async def _show_life(self) -> None:
        """Say what this process does, for `status`, when that has changed."""
        doing = f"{len(self._running)} photos" if self._running else "waiting"
        now = time.monotonic()
        if doing != self._said and now - self._said_at >= _BEAT_SECONDS:
            self._said, self._said_at = doing, now
            await self._clerk.do(self._workers.beat, self._owner, doing)

    async def _take_over(self) -> None:
        """Open again what a process had claimed that is no more."""
        now = time.monotonic()
        if now - self._looked_for_dead < _DEAD_SECONDS:
            return
        self._looked_for_dead = now
        if taken := await self._clerk.do(self._jobs.reopen_of_dead):
            log.info("%d photos were left by a process that has ended; they are taken up", taken)

    async def _begin(self) -> None:
        room = self._at_once - len(self._running)
        if room <= 0:
            return
        for job in await self._clerk.do(self._claim, room):
            task = asyncio.create_task(self._work(job), name=f"job {job.generation}")
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _claim(self, room: int) -> list[Job]:
        """Take up what is due."""
        due = self._jobs.next_due()
        if due is None or due > time.time():
            return []  # to write for nothing would keep a disk awake
        # While all providers pause, fresh photos are looked at all the same: their answers may be
        # stored, and `status` tells what they wait for. The backlog is not read for nothing.
        pausing = self._ready_at() > time.time()
        return self._jobs.claim(self._owner, room, only_fresh=pausing)

    async def _wait(self) -> None:
        """Return when there is room again, somebody rings, or it is time to look."""
        if self._stopping:
            return
        self._bell.clear()
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._bell.wait()
        except TimeoutError:
            return

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._bell.set()
