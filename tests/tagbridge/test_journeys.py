from __future__ import annotations

import asyncio
import itertools
import threading
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tagbridge.journeys import journeys, photos_at_once
from tagbridge.walk import Found
from tagbridge_hooks import TransientError, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tagbridge.pipeline import Journey
    from tests.tagbridge.conftest import Equip, Speaker


@pytest.fixture
def many(tmp_path: Path) -> list[Found]:
    """Return thirty photos."""
    found = []
    for number in range(30):
        found.append(Found(path=tmp_path / f"{number}.jpg"))
        Image.new("RGB", (64, 64), (number, 99, 0)).save(found[-1].path)
    return found


async def collected(found: Iterator[Found], equipment: Equipment) -> list[Journey]:
    return [journey async for journey in journeys(found, equipment)]


class Gate:
    """A plugin that counts the photos between its two ends."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self._lock = threading.Lock()

    @hookimpl
    def tagbridge_accept_asset(self) -> None:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)

    @hookimpl
    def tagbridge_asset_finished(self) -> None:
        with self._lock:
            self.inside -= 1


@pytest.mark.parametrize("concurrency", [1, 4, 9])
def test_no_more_photos_are_on_their_way_than_can_be_worked_on(
    equip: Equip, speaker: Callable[..., Speaker], many: list[Found], concurrency: int
) -> None:
    gate, taken = Gate(), 0

    def lazily() -> Iterator[Found]:
        nonlocal taken
        for photo in many:
            taken += 1
            yield photo

    async def run() -> int:
        most_ahead = done = 0
        async for journey in journeys(lazily(), equipment):
            done += 1
            assert journey.receipt.outcome == "written"
            most_ahead = max(most_ahead, taken - done)
        assert done == len(many)
        return most_ahead

    equipment = equip(gate, speakers=[speaker("Sea", concurrency=concurrency)])
    limit = photos_at_once(equipment)
    assert asyncio.run(run()) <= limit
    assert gate.most <= limit
    assert gate.inside == 0


def test_the_slots_of_a_service_are_all_used(
    equip: Equip, speaker: Callable[..., Speaker], many: list[Found]
) -> None:
    async def run() -> list[Journey]:
        # Each answers only when so many are asked at once: fewer would wait for ever.
        company = asyncio.Barrier(6)
        slow = speaker("Sea", concurrency=6, does=company.wait)
        return await asyncio.wait_for(collected(iter(many), equip(speakers=[slow])), 60)

    assert len(asyncio.run(run())) == len(many)


def test_one_that_waits_for_its_next_attempt_is_in_nobodys_way(
    equip: Equip, speaker: Callable[..., Speaker], many: list[Found]
) -> None:
    questions = itertools.count()

    def fail_at_first() -> None:
        if next(questions) < len(many):
            raise TransientError("not now")

    # Two slots for photos that all fail once: if they kept them, the first ones would use up
    # all failures, and their attempts.
    equipment = equip(speakers=[speaker("Sea", concurrency=1, does=fail_at_first)])
    done = asyncio.run(collected(iter(many), equipment))

    assert [journey.receipt.outcome for journey in done] == ["written"] * len(many)


def test_what_is_skipped_and_what_failed_are_told_apart(
    equip: Equip, speaker: Callable[..., Speaker], tmp_path: Path
) -> None:
    found = [
        Found(path=tmp_path / "link.jpg", skip="a link"),
        Found(path=tmp_path / "locked", skip="it is locked", failed=True),
        Found(path=tmp_path / "gone.jpg"),
    ]
    done = asyncio.run(collected(iter(found), equip(speakers=[speaker("Sea")])))
    assert [(j.receipt.outcome, j.failed) for j in done] == [
        ("skipped", False),
        ("parked", True),
        ("parked", True),
    ]
    assert [j.receipt.reason for j in done[:2]] == ["a link", "it is locked"]


def test_who_stops_early_leaves_nothing_behind(
    equip: Equip, speaker: Callable[..., Speaker], many: list[Found], tmp_path: Path
) -> None:
    async def run() -> None:
        arriving = journeys(iter(many), equip(speakers=[speaker("Sea")]))
        await anext(arriving)
        await arriving.aclose()  # type: ignore[attr-defined]  # it is a generator
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())
    assert not list(tmp_path.glob(".tagbridge-*"))
