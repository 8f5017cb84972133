"""The jobs of one machine: which, how many at once, and whose."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.engine.schedule import Schedule
from tagbridge.ledger import open_ledger
from tagbridge.ledger.overview import queue

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tagbridge.engine.clerk import Clerk
    from tagbridge.ledger import Job, Ledger

LONG = 30.0  # seconds; bounds a wait that would otherwise hang, and is never reached
AT_ONCE = 3


class Bench:
    """A schedule whose works end when the test says so."""

    def __init__(self, ledger: Ledger, clerk: Clerk) -> None:
        self.ledger = ledger
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.gates: dict[str, asyncio.Event] = {}
        self.at_once = self.most = 0
        self.ready_at = 0.0
        self.owner = ledger.workers.join("watch")
        self.schedule = Schedule(
            *(ledger, clerk),
            owner=self.owner,
            at_once=AT_ONCE,
            work=self._work,
            ready_at=self._ready_at,
        )

    def _ready_at(self) -> float:
        return self.ready_at

    async def _work(self, job: Job) -> None:
        name = Path(job.key.decode()).name
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        gate = self.gates[name] = asyncio.Event()
        self.begun.put_nowait(name)
        try:
            await gate.wait()
            self.ledger.jobs.finish(job)
        finally:
            self.at_once -= 1

    def add(self, *names: str, fresh: bool = True) -> None:
        for name in names:
            self.ledger.jobs.add(Path("/photos") / name, None, fresh=fresh)
        self.schedule.ring()

    async def next(self) -> str:
        return await asyncio.wait_for(self.begun.get(), LONG)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self.schedule.run())
        try:
            yield task
        finally:
            self.schedule.cancel()
            await asyncio.wait_for(asyncio.gather(task, return_exceptions=True), LONG)


@pytest.fixture
def bench(ledger: Ledger, clerk: Clerk) -> Bench:
    async def make() -> Bench:
        return Bench(ledger, clerk)

    return asyncio.run(make())


def test_never_more_than_fit_and_the_rest_stays_in_the_ledger(bench: Bench) -> None:
    async def run() -> None:
        bench.add(*(f"{n}.jpg" for n in range(20)))
        async with bench.running():
            for _ in range(20):
                name = await bench.next()
                assert bench.ledger.database.read(queue).running <= AT_ONCE
                bench.gates[name].set()

    asyncio.run(run())
    assert bench.most == AT_ONCE


def test_fresh_photos_overtake_the_backlog(bench: Bench) -> None:
    async def run() -> list[str]:
        bench.add(*(f"old{n}.jpg" for n in range(10)), fresh=False)
        async with bench.running():
            first = [await bench.next() for _ in range(AT_ONCE)]
            bench.add("new.jpg")
            bench.gates[first[0]].set()
            return [*first, await bench.next()]

    *first, then = asyncio.run(run())
    assert all(name.startswith("old") for name in first)
    assert then == "new.jpg"


def test_the_end_waits_for_what_was_begun_and_begins_nothing_more(bench: Bench) -> None:
    async def run() -> None:
        bench.add("a.jpg")
        async with bench.running() as task:
            await bench.next()
            bench.schedule.stop()
            bench.add("b.jpg")
            bench.gates["a.jpg"].set()
            await asyncio.wait_for(task, LONG)

    asyncio.run(run())
    counts = bench.ledger.database.read(queue)
    assert (counts.fresh, counts.running, bench.begun.empty()) == (1, 0, True)


def test_what_was_broken_off_is_taken_up_by_the_next_start(
    bench: Bench, ledger: Ledger, clerk: Clerk
) -> None:
    async def broken_off() -> None:
        bench.add("a.jpg")
        async with bench.running():
            await bench.next()

    async def next_start() -> str:
        other = Bench(ledger, clerk)
        async with other.running():
            return await other.next()

    asyncio.run(broken_off())
    assert ledger.database.read(queue).running == 1
    ledger.workers.leave(bench.owner)
    assert asyncio.run(next_start()) == "a.jpg"


def test_while_all_providers_pause_the_backlog_is_left_alone(bench: Bench) -> None:
    async def run() -> None:
        bench.ready_at = time.time() + 3600
        bench.add("old.jpg", fresh=False)
        async with bench.running():
            bench.add("new.jpg")
            assert await bench.next() == "new.jpg"
            bench.gates["new.jpg"].set()
            bench.add("newer.jpg")
            assert await bench.next() == "newer.jpg"
            assert bench.begun.empty()
            bench.ready_at = 0.0
            bench.schedule.ring()
            assert await bench.next() == "old.jpg"

    asyncio.run(run())


def test_a_job_that_another_process_adds_is_found(bench: Bench, tmp_path: Path) -> None:
    async def run() -> str:
        async with bench.running():
            other = open_ledger(tmp_path / "state")
            other.jobs.add(Path("/photos/a.jpg"), None, fresh=True)  # nobody rings for it
            other.close()
            return await bench.next()

    assert asyncio.run(run()) == "a.jpg"


def test_what_is_due_later_is_not_begun(bench: Bench) -> None:
    async def run() -> None:
        bench.add("later.jpg")
        (job,) = bench.ledger.jobs.claim("somebody", 1)
        bench.ledger.jobs.again(job, time.time() + 3600, "tomorrow")
        bench.add("now.jpg")
        async with bench.running():
            assert await bench.next() == "now.jpg"
            bench.gates["now.jpg"].set()
            bench.add("then.jpg")
            assert await bench.next() == "then.jpg"

    asyncio.run(run())
    assert bench.ledger.database.read(queue).waiting == 1
