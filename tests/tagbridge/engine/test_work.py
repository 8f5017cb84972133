"""One job through the pipeline, and what the ledger says of it afterwards."""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING

import pytest

from tagbridge.engine.work import work_on
from tagbridge.ledger.overview import queue
from tagbridge_hooks import (
    AccountError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    TransientError,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.ledger import Ledger
    from tests.tagbridge.conftest import Equip, Speaker


class Desk:
    """Adds photos to the ledger, works on them, and tells what became of their jobs."""

    def __init__(self, ledger: Ledger, equip: Equip) -> None:
        self.ledger = ledger
        self._equip = equip
        self._owner = ledger.workers.join("watch")

    def add(self, path: Path) -> None:
        status = path.lstat() if path.exists() else None
        self.ledger.jobs.add(path, status, fresh=True)

    def work(self, *speakers: Speaker) -> None:
        """Claim what is due and work on it."""

        async def run() -> None:
            equipment = self._equip(speakers=speakers)
            for job in self.ledger.jobs.claim(self._owner, 10):
                await work_on(job, equipment)

        asyncio.run(run())

    def jobs(self) -> dict[str, int]:
        counts = self.ledger.database.read(queue)
        return {
            "open": counts.fresh + counts.backlog + counts.waiting,
            "running": counts.running,
            "parked": counts.parked,
            "missing": counts.missing,
        }

    def state(self) -> str:
        """Return the state of the only job; empty when there is none."""
        found = [name for name, count in self.jobs().items() if count]
        assert len(found) <= 1
        return found[0] if found else ""


@pytest.fixture
def desk(ledger: Ledger, equip: Equip) -> Desk:
    return Desk(ledger, equip)


def test_a_photo_that_was_written_has_no_job_any_more(
    desk: Desk, speaker: Callable[..., Speaker], photo: Path
) -> None:
    desk.add(photo)
    desk.work(speaker("Sea"))
    known = desk.ledger.files.find(photo)
    assert desk.state() == ""
    assert known
    assert (known.outcome, known.keywords, known.target) == ("written", ("Sea",), photo)
    assert desk.ledger.files.is_known(photo, photo.lstat())


@pytest.mark.parametrize("error", [TransientError("busy"), AccountError("wrong key")])
def test_what_may_pass_stays_open_for_later(
    desk: Desk, speaker: Callable[..., Speaker], photo: Path, error: ProviderError
) -> None:
    desk.add(photo)
    desk.work(speaker("Sea", does=error))
    due = desk.ledger.jobs.next_due()
    assert (desk.state(), due is not None and due > time.time()) == ("open", True)
    asked = speaker("Boat")
    desk.work(asked)
    assert asked.seen == []


def test_what_a_person_must_see_is_set_aside_until_it_is_retried(
    desk: Desk, speaker: Callable[..., Speaker], photo: Path
) -> None:
    desk.add(photo)
    desk.work(speaker("Sea", does=RejectedError("not for me")))
    assert desk.state() == "parked"
    assert desk.ledger.jobs.retry([photo.parent]) == 1
    desk.work(speaker("Sea"))
    assert desk.state() == ""
    assert b"Sea" in photo.read_bytes()


def test_a_provider_that_was_away_adds_its_words_later_to_those_of_the_others(
    desk: Desk, speaker: Callable[..., Speaker], photo: Path
) -> None:
    desk.add(photo)
    away = RateLimitedError("tomorrow", retry_after=86400.0)
    desk.work(speaker("Sea"), speaker("Boat", does=away))
    assert (desk.state(), b"Sea" in photo.read_bytes()) == ("open", True)
    desk.ledger.pauses.clear()
    desk.ledger.jobs.retry(None)
    desk.work(speaker("Sea"), speaker("Boat"))
    assert (desk.state(), b"Boat" in photo.read_bytes()) == ("", True)


def test_a_photo_that_the_user_edited_is_not_tagged_again(
    desk: Desk, speaker: Callable[..., Speaker], photo: Path
) -> None:
    desk.add(photo)
    desk.work(speaker("Sea"))
    os.utime(photo)
    before, asked = photo.read_bytes(), speaker("Boat")
    assert not desk.ledger.files.is_known(photo, photo.lstat())
    desk.add(photo)
    desk.work(asked)
    assert (desk.state(), asked.seen, photo.read_bytes()) == ("", [], before)
    assert desk.ledger.files.is_known(photo, photo.lstat())


def test_a_photo_that_was_deleted_has_no_job(
    desk: Desk, speaker: Callable[..., Speaker], photo: Path
) -> None:
    desk.add(photo)
    (photo.parent / "another.jpg").touch()
    photo.unlink()
    desk.work(speaker("Sea"))
    assert desk.state() == ""


@pytest.mark.parametrize("folder_stays", [True, False])
def test_a_photo_whose_share_is_not_mounted_is_waited_for(
    desk: Desk, speaker: Callable[..., Speaker], photo: Path, *, folder_stays: bool
) -> None:
    desk.add(photo)
    away = photo.parent.rename(photo.parent.with_name("away"))
    if folder_stays:  # the empty folder on which the share is mounted
        photo.parent.mkdir()
    desk.work(speaker("Sea"))
    assert desk.state() == "missing"
    if folder_stays:
        photo.parent.rmdir()
    away.rename(photo.parent)
    assert not desk.ledger.files.is_known(photo, photo.lstat())
    desk.add(photo)
    desk.work(speaker("Sea"))
    assert (desk.state(), b"Sea" in photo.read_bytes()) == ("", True)


def test_what_came_in_while_it_was_worked_on_is_looked_at_again(
    desk: Desk, speaker: Callable[..., Speaker], photo: Path
) -> None:
    desk.add(photo)
    desk.work(speaker("Sea", does=lambda: desk.add(photo)))
    assert desk.state() == "open"


def test_a_job_that_was_taken_over_is_neither_written_nor_ended(
    desk: Desk, speaker: Callable[..., Speaker], photo: Path
) -> None:
    before = photo.read_bytes()
    desk.add(photo)

    def take_over() -> None:
        desk.ledger.jobs.forget(photo)
        desk.add(photo)
        assert desk.ledger.jobs.claim("another", 1)

    desk.work(speaker("Sea", does=take_over))
    assert (desk.state(), photo.read_bytes()) == ("running", before)
