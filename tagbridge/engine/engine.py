"""What does the open jobs: this process alone, or many machines together."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from tagbridge.engine.decide import ACCOUNT_SECONDS, Step
from tagbridge.engine.intake import Intake
from tagbridge.engine.schedule import Schedule
from tagbridge.engine.work import note, work_on
from tagbridge.journeys import photos_at_once

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from tagbridge.cluster.cluster import Cluster
    from tagbridge.equipment import Equipment
    from tagbridge.ledger import Job

log = logging.getLogger(__name__)

_FAREWELL_SECONDS = 3.0


class Engine:
    """Does jobs until it is stopped. The way of a photo is the same for one machine and many."""

    def __init__(
        self, equipment: Equipment, *, kind: Literal["watch", "work"], database: str
    ) -> None:
        """Prepare.

        Args:
            equipment: What the journeys need.
            kind: What this process is for; shown by `status`.
            database: Empty for one machine, otherwise the database that many share.
        """
        self._equipment = equipment
        self._kind = kind
        self._database = database
        self._at_once = photos_at_once(equipment)
        self._intake = Intake(equipment.ledger.jobs, equipment.clerk)
        self._doer: Schedule | Cluster | None = None
        self.stopping = False

    async def run(self) -> None:
        """Do jobs until `stop`, and then until what was begun has ended."""
        ledger, clerk = self._equipment.ledger, self._equipment.clerk
        owner = await clerk.do(ledger.workers.join, self._kind)
        if self._equipment.mended:
            await clerk.do(ledger.jobs.wake)
        try:
            self._doer = self._made(owner)
            if self.stopping:
                self._doer.stop()
            await self._doer.run()
        finally:
            # The database may be away; then the others notice that we give no signs of life.
            with suppress(TimeoutError):
                async with asyncio.timeout(_FAREWELL_SECONDS):
                    await clerk.do(ledger.workers.leave, owner)

    async def add(self, path: Path, status: os.stat_result, *, fresh: bool) -> None:
        """Put a photo into the queue; it is safe there when this returns."""
        await self._intake.add((path, status, fresh))
        if self._doer is not None:
            self._doer.ring()

    @property
    def turned(self) -> float | None:
        """When jobs were last looked for, by `time.monotonic`; None where a database tells of them.

        That is so for many machines, and before `run`.
        """
        return self._doer.turned if isinstance(self._doer, Schedule) else None

    def stop(self) -> None:
        """Begin nothing more."""
        self.stopping = True
        if self._doer is not None:
            self._doer.stop()

    def cancel(self) -> None:
        """Leave what was begun for the next start."""
        self.stopping = True
        if self._doer is not None:
            self._doer.cancel()

    def _made(self, owner: str) -> Schedule | Cluster:
        ledger, clerk = self._equipment.ledger, self._equipment.clerk
        if not self._database:
            return Schedule(
                *(ledger, clerk),
                owner=owner,
                at_once=self._at_once,
                work=self._work,
                ready_at=self._ready_at,
            )
        from tagbridge.cluster.cluster import Cluster  # noqa: PLC0415 - an optional dependency

        async def take_up(key: bytes) -> None:
            job = await clerk.do(ledger.jobs.claim_one, key, owner)
            if job is None:
                return
            pause = await clerk.do(self._ready_at) - time.time()
            if pause > 0.0 and not job.fresh:  # its reason stays: nothing was done
                wait = min(pause, ACCOUNT_SECONDS)  # one that waits for a person has no end
                await note(job, Step(kind="again", wait=wait, reason=job.reason), self._equipment)
                return
            await self._work(job)

        return Cluster(
            ledger, self._database, owner=owner, concurrency=self._at_once, take_up=take_up
        )

    async def _work(self, job: Job) -> None:
        try:
            await work_on(job, self._equipment)
        except Exception as error:  # a fault of ours must not stop the others, nor be forgotten
            log.exception("%r could not be dealt with", job.key)
            reason = f"fault in tagbridge ({type(error).__name__}); please report it"
            await note(job, Step(kind="park", reason=reason), self._equipment)

    def _ready_at(self) -> float:
        """Return from when on one of the providers may be asked, in seconds since the epoch."""
        names = [recognizer.info.name for recognizer in self._equipment.recognizers]
        return self._equipment.ledger.pauses.first_end(names)
