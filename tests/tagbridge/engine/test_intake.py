"""Photos that come together go into the queue together, and each is safe there when told so."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.engine.intake import Intake
from tagbridge.ledger.errors import LedgerClosedError

if TYPE_CHECKING:
    from tagbridge.engine.clerk import Clerk
    from tagbridge.ledger import Ledger

PHOTOS = [Path(f"/photos/{number}.jpg") for number in range(300)]
STATUS = Path(__file__).stat()


def open_jobs(tmp_path: Path) -> set[bytes]:
    with sqlite3.connect(tmp_path / "state" / "state.sqlite3") as database:
        found = {path for (path,) in database.execute("SELECT path FROM job")}
    database.close()
    return found


def test_all_that_come_at_once_are_in_the_queue(
    ledger: Ledger, clerk: Clerk, tmp_path: Path
) -> None:
    async def bring() -> None:
        intake = Intake(ledger.jobs, clerk)
        await asyncio.gather(*(intake.add((photo, STATUS, True)) for photo in PHOTOS))

    asyncio.run(bring())
    assert open_jobs(tmp_path) == {bytes(photo) for photo in PHOTOS}


def test_one_is_safe_in_the_queue_when_that_is_said(
    ledger: Ledger, clerk: Clerk, tmp_path: Path
) -> None:
    async def bring() -> None:
        intake = Intake(ledger.jobs, clerk)
        for photo in PHOTOS[:3]:
            await intake.add((photo, STATUS, True))
            assert bytes(photo) in open_jobs(tmp_path)

    asyncio.run(bring())


def test_whoever_brought_one_hears_that_it_cannot_be_queued(ledger: Ledger, clerk: Clerk) -> None:
    async def bring() -> list[BaseException | None]:
        intake = Intake(ledger.jobs, clerk)
        ledger.close()
        brought = (intake.add((photo, STATUS, True)) for photo in PHOTOS[:3])
        return await asyncio.gather(*brought, return_exceptions=True)

    failures = asyncio.run(bring())
    assert [type(failure) for failure in failures] == [LedgerClosedError] * 3


def test_one_who_does_not_wait_any_more_takes_nothing_from_the_others(
    ledger: Ledger, clerk: Clerk, tmp_path: Path
) -> None:
    async def bring() -> None:
        intake = Intake(ledger.jobs, clerk)
        first, second = (asyncio.create_task(intake.add((p, STATUS, True))) for p in PHOTOS[:2])
        await asyncio.sleep(0)  # both have brought theirs
        first.cancel()
        await second
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(bring())
    assert bytes(PHOTOS[1]) in open_jobs(tmp_path)
