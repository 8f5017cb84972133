"""When a daemon is well, and what is said when it is not."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tagbridge.engine.engine import Engine
from tagbridge.pulse import Pulse
from tagbridge.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.equipment import Equipment

LONG = 60.0


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def watch_over(*folders: Path) -> Watch:
    return Watch(
        folders,
        mode="scan",
        is_candidate=lambda _path: False,
        is_known=lambda _path, _status: True,
        is_complete=lambda _path: True,
    )


@pytest.fixture
def equipment(equip: Callable[..., Equipment], speaker: Callable[[str], object]) -> Equipment:
    return equip(speakers=[speaker("Sea")])


def test_a_pulse_that_beats_is_well(equipment: Equipment, tmp_path: Path) -> None:
    async def felt() -> str:
        engine, watch = Engine(equipment, kind="watch", database=""), watch_over(tmp_path)
        async with watch:
            pulse = Pulse(equipment, engine, watch)
            beating = asyncio.create_task(pulse.run())
            asyncio.get_running_loop().call_soon(engine.stop)
            await engine.run()
            beating.cancel()
            return pulse.problem()

    assert asyncio.run(felt()) == ""


def test_a_loop_that_does_not_turn_stands_still(equipment: Equipment, tmp_path: Path) -> None:
    clock = Clock()
    engine = Engine(equipment, kind="watch", database="")
    pulse = Pulse(equipment, engine, watch_over(tmp_path), now=clock)
    assert pulse.stands_still() == ""
    clock.time += 100
    assert pulse.stands_still() == "the daemon's loop does not turn"


def test_a_ledger_that_was_closed_refuses(equipment: Equipment, tmp_path: Path) -> None:
    async def felt() -> str:
        engine = Engine(equipment, kind="watch", database="")
        pulse = Pulse(equipment, engine, watch_over(tmp_path))
        equipment.ledger.close()
        beating = asyncio.create_task(pulse.run())
        async with asyncio.timeout(LONG):
            while not pulse.stands_still():  # noqa: ASYNC110 - it wakes nobody
                await asyncio.sleep(0)
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
        return pulse.stands_still()

    assert asyncio.run(felt()) == "the ledger refuses to answer: LedgerClosedError"


def test_a_ledger_that_answers_late_is_noticed(equipment: Equipment, tmp_path: Path) -> None:
    clock = Clock()

    async def felt() -> str:
        engine = Engine(equipment, kind="watch", database="")
        pulse = Pulse(equipment, engine, watch_over(tmp_path), now=clock)
        clock.time += 100
        beating = asyncio.create_task(pulse.run())
        await asyncio.sleep(0)  # it turns, and the ledger has not been heard yet
        found = pulse.stands_still()
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
        return found

    assert asyncio.run(felt()) == "the ledger does not answer"


def test_a_folder_that_is_away_is_a_problem_that_no_start_mends(
    equipment: Equipment, tmp_path: Path
) -> None:
    async def felt() -> tuple[str, str]:
        engine = Engine(equipment, kind="watch", database="")
        watch = watch_over(tmp_path, tmp_path / "away" / "secret")
        async with watch, asyncio.timeout(LONG):
            pulse = Pulse(equipment, engine, watch)
            while not pulse.problem():  # noqa: ASYNC110 - it wakes nobody
                await asyncio.sleep(0)
            return pulse.problem(), pulse.stands_still()

    assert asyncio.run(felt()) == ("1 of 2 watched folders are not there", "")
