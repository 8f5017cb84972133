"""Slow providers and quick ones, asked about the same photo."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PIL import Image

from tagbridge.errand import Errand
from tagbridge.lingering import Lingering
from tagbridge.pipeline import Journey, tag_asset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.questions import Answer
    from tests.tagbridge.conftest import Equip, Speaker


def words(journey: Journey) -> list[str]:
    return sorted(keyword.value.text for keyword in journey.tagset.keywords)


def test_what_the_quick_say_is_written_and_the_slow_are_not_asked_again(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    async def run() -> tuple[Journey, Journey]:
        gate = asyncio.Event()
        slow.does = gate.wait
        equipment = equip(speakers=[speaker("Sea"), slow])
        first = await tag_asset(photo, equipment, Errand(patient=True, hurry=0.0))
        gate.set()
        return first, await tag_asset(photo, equipment, Errand(hurry=60.0))

    slow = speaker("Boat", concurrency=1)
    first, second = asyncio.run(run())

    assert (first.receipt.outcome, words(first), first.failed) == ("written", ["Sea"], True)
    assert first.receipt.reason == "boat: it takes its time"
    assert (second.receipt.outcome, words(second)) == ("written", ["Boat", "Sea"])
    assert not second.failed
    assert len(slow.seen) == 1


def test_one_that_kept_a_photo_waiting_is_not_waited_for_again_until_it_has_answered(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    clock = 0.0

    async def run() -> list[Journey]:
        nonlocal clock
        gate = asyncio.Event()
        sea, boat = speaker("Sea"), speaker("Boat", does=gate.wait)
        equipment = equip(speakers=[sea, boat])
        equipment.recognizers[1].lingering = Lingering(now=lambda: clock)
        kept_waiting = await tag_asset(photo, equipment, Errand(hurry=0.0))
        clock = 31.0
        async with asyncio.timeout(20.0):
            next_one = await tag_asset(other, equipment, Errand(hurry=30.0))
        gate.set()
        # It has said what it was asked so far when this one is asked.
        journeys = [await tag_asset(p, equipment, Errand(hurry=30.0)) for p in (photo, other)]
        return [kept_waiting, next_one, *journeys]

    other = photo.with_name("other.jpg")
    Image.new("RGB", (60, 40), "green").save(other)
    both = ["Boat", "Sea"]
    assert [words(journey) for journey in asyncio.run(run())] == [["Sea"], ["Sea"], both, both]


def test_while_nobody_has_said_anything_the_slow_one_is_waited_for(
    equip: Equip, speaker: Callable[..., Speaker], photo: Path
) -> None:
    async def think() -> None:
        for _ in range(100):
            await asyncio.sleep(0)

    equipment = equip(speakers=[speaker("Boat", does=think)])
    journey = asyncio.run(tag_asset(photo, equipment, Errand(hurry=0.0)))
    assert (journey.receipt.outcome, words(journey)) == ("written", ["Boat"])


def test_not_more_linger_than_memory_should_hold_and_all_end_with_us() -> None:
    async def run() -> list[bool]:
        lingering, never = Lingering(), asyncio.Event()

        async def question() -> Answer:
            await never.wait()
            raise AssertionError

        tasks = [lingering.ask(f"{n}", question) for n in range(70)]
        again = lingering.ask("3", question)
        assert again is tasks[3]
        await lingering.aclose()
        assert [task is None or task.cancelled() for task in tasks] == [True] * 70
        return [task is None for task in tasks]

    assert asyncio.run(run()) == [False] * 64 + [True] * 6
