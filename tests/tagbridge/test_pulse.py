"""When a daemon is well, and what is said when it is not."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from tagbridge.engine.engine import Engine
    from tagbridge.ledger import Ledger
    from tagbridge.pulse import Pulse
    from tagbridge.watching import Watch
    from tests.tagbridge.conftest import Clock

LONG = 60.0


class Patient(Protocol):
    engine: Engine
    watch: Watch
    clock: Clock
    pulse: Pulse


@asynccontextmanager
async def beating(pulse: Pulse) -> AsyncIterator[None]:
    task = asyncio.create_task(pulse.run())
    await asyncio.sleep(0)  # it turns once
    try:
        async with asyncio.timeout(LONG):
            yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def test_a_daemon_that_works_is_well(patient: Callable[..., Patient]) -> None:
    async def felt() -> str:
        one = patient()
        one.clock.time = time.monotonic()
        async with one.watch, beating(one.pulse):
            asyncio.get_running_loop().call_soon(one.engine.stop)
            await one.engine.run()
            return one.pulse.problem()

    assert asyncio.run(felt()) == ""


def test_a_loop_that_does_not_turn_stands_still(patient: Callable[..., Patient]) -> None:
    one = patient()
    assert one.pulse.stands_still() == ""
    one.clock.time += 100
    assert one.pulse.stands_still() == "the daemon's loop does not turn"


def test_a_ledger_that_has_not_answered_for_long_stands_still(
    patient: Callable[..., Patient],
) -> None:
    async def felt() -> str:
        one = patient()
        one.clock.time += 100
        async with beating(one.pulse):  # the answer is on its way
            return one.pulse.stands_still()

    assert asyncio.run(felt()) == "the ledger does not answer"


def test_a_ledger_that_was_closed_refuses(patient: Callable[..., Patient], ledger: Ledger) -> None:
    async def felt() -> str:
        one = patient()
        ledger.close()
        async with beating(one.pulse):
            while not one.pulse.stands_still():  # noqa: ASYNC110 - it wakes nobody
                await asyncio.sleep(0)
            return one.pulse.stands_still()

    assert asyncio.run(felt()) == "the ledger refuses to answer: LedgerClosedError"


def test_an_engine_that_looks_for_no_photos_stands_still(patient: Callable[..., Patient]) -> None:
    async def felt() -> tuple[str, str]:
        one = patient()
        async with one.watch, beating(one.pulse):
            working = asyncio.create_task(one.engine.run())
            while one.engine.turned is None:  # noqa: ASYNC110 - it wakes nobody
                await asyncio.sleep(0)
            one.clock.time = one.engine.turned + 100
            async with beating(one.pulse):
                while "ledger" in (still := one.pulse.stands_still()):  # noqa: ASYNC110 - likewise
                    await asyncio.sleep(0)
            one.engine.stop()
            stopping = one.pulse.stands_still()
            await working
            return still, stopping

    assert asyncio.run(felt()) == ("no photos are taken up", "")


def test_a_folder_that_is_away_is_a_problem_that_no_start_mends(
    patient: Callable[..., Patient], tmp_path: Path
) -> None:
    async def felt() -> tuple[str, str]:
        one = patient(tmp_path, tmp_path / "away" / "secret")
        async with one.watch, asyncio.timeout(LONG):
            while not one.pulse.problem():  # noqa: ASYNC110 - it wakes nobody
                await asyncio.sleep(0)
            return one.pulse.problem(), one.pulse.stands_still()

    assert asyncio.run(felt()) == ("1 of 2 watched folders are not there", "")
