"""Many photos on their way at once, within bounded memory."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from tagbridge.engine.decide import next_step
from tagbridge.errand import Errand
from tagbridge.pipeline import ATTEMPTS, PATIENCE_SECONDS, Journey, tag_asset
from tagbridge_hooks import Receipt

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tagbridge.walk import Found


# So often in all: of calls of which one in twenty fails, one in three million fails each time.
_ATTEMPTS = 5
# One that waits holds nothing but its path. Bounded, for a service that is down all day.
_MOST_WAITING = 1000


def photos_at_once(equipment: Equipment) -> int:
    """Return how many photos may be on their way: enough that neither cores nor services wait."""
    slots = max(recognizer.concurrency for recognizer in equipment.recognizers)
    return max(slots, os.cpu_count() or 1) + 1


def use_a_thread_per_core() -> None:
    """Give the running loop as many worker threads as there are cores to keep busy.

    The steps that run on them are bound by the processor; more threads would only hold more
    decoded pictures in memory.
    """
    threads = ThreadPoolExecutor((os.cpu_count() or 1) + 1, thread_name_prefix="tagbridge")
    asyncio.get_running_loop().set_default_executor(threads)


async def journeys(found: Iterable[Found], equipment: Equipment) -> AsyncIterator[Journey]:
    """Yield what becomes of each photo, as they arrive.

    What may pass within seconds is tried again, while others go on.
    """
    use_a_thread_per_core()
    party = _Party(equipment)
    try:
        for photo in found:
            if photo.skip:
                yield _passed_over(photo)
                continue
            party.add(_Trip(path=photo.path))
            while party.is_full:
                for journey in await party.arrivals():
                    yield journey
        while party.is_on_its_way:
            for journey in await party.arrivals():
                yield journey
    finally:
        await party.disband()


def _passed_over(photo: Found) -> Journey:
    outcome: Literal["parked", "skipped"] = "parked" if photo.failed else "skipped"
    return Journey(path=photo.path, receipt=Receipt(outcome=outcome, reason=photo.skip))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trip:
    """One photo, and what it has behind it.

    Attributes:
        path: The photo.
        attempts: How often it was tried.
        calls: How many requests that took.
    """

    path: Path
    attempts: int = 0
    calls: int = 0


class _Party:
    """The photos on their way, and those that wait for their next attempt."""

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment
        self._limit = photos_at_once(equipment)
        self._travelling: dict[asyncio.Task[Journey], _Trip] = {}
        self._waiting: list[tuple[float, int, _Trip]] = []
        self._order = itertools.count()

    @property
    def is_full(self) -> bool:
        return not self._has_room or len(self._waiting) >= _MOST_WAITING

    @property
    def _has_room(self) -> bool:
        return len(self._travelling) < self._limit

    @property
    def is_on_its_way(self) -> bool:
        return bool(self._travelling or self._waiting)

    def add(self, trip: _Trip) -> None:
        errand = Errand(patient=trip.attempts < _ATTEMPTS - 1)
        task = asyncio.create_task(tag_asset(trip.path, self._equipment, errand))
        self._travelling[task] = trip

    async def arrivals(self) -> list[Journey]:
        """Wait for something to happen, and return what has arrived for good."""
        self._set_out()
        until = self._waiting[0][0] - time.monotonic() if self._waiting else None
        if not self._travelling:
            await asyncio.sleep(max(until or 0.0, 0.0))
            return []
        timeout = until if self._has_room else None
        done, _ = await asyncio.wait(
            self._travelling, timeout=timeout, return_when=asyncio.FIRST_COMPLETED
        )
        arrived = list(self._arrived(done))
        self._set_out()  # before new ones
        for journey in arrived:
            await self._strike_off(journey)
        return arrived

    async def disband(self) -> None:
        for task in self._travelling:
            task.cancel()
        await asyncio.gather(*self._travelling, return_exceptions=True)

    async def _strike_off(self, journey: Journey) -> None:
        """Drop the daemon's job for a photo with which nothing is left to do."""
        equipment = self._equipment
        writes = not equipment.write_options.dry_run and not equipment.stored_only
        if writes and not journey.failed:
            await equipment.clerk.do(equipment.ledger.jobs.forget, journey.path)

    def _set_out(self) -> None:
        while self._has_room and self._waiting and self._waiting[0][0] <= time.monotonic():
            self.add(heapq.heappop(self._waiting)[2])

    def _arrived(self, done: Iterable[asyncio.Task[Journey]]) -> Iterator[Journey]:
        for task in done:
            trip, journey = self._travelling.pop(task), task.result()
            calls = trip.calls + journey.calls
            step = next_step(journey, trip.attempts, now=time.time())
            # What is in the way of the photo itself, such as a full disk, seldom goes by itself.
            most = _ATTEMPTS if journey.trouble is None else ATTEMPTS
            last = trip.attempts + 1 >= most
            if step.kind != "again" or step.wait > PATIENCE_SECONDS or last:
                yield replace(journey, calls=calls)
                continue
            trip = replace(trip, attempts=trip.attempts + 1, calls=calls)
            heapq.heappush(self._waiting, (time.monotonic() + step.wait, next(self._order), trip))
