"""How a watch begins, ends and fails, and what it costs."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.watching.limits import watches_held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge.watching.rules import Status
    from tests.tagbridge.watching.conftest import Desk

Place = Callable[..., list[Path]]


def test_scan_mode_needs_no_inotify(desk: Desk, folder: Path) -> None:
    async def run() -> None:
        async with desk.watching(folder, mode="scan", scan_seconds=0.1):
            await desk.stands(folder)
            assert watches_held() == 0
            assert not [t for t in threading.enumerate() if "Inotify" in type(t).__name__]

    asyncio.run(run())


def test_nothing_is_left_behind(desk: Desk, folder: Path) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            await desk.stands(folder)
            assert watches_held() == 1

    asyncio.run(run())

    assert watches_held() == 0


def test_stop_ends_every_iterator_at_once_whatever_is_ready(
    desk: Desk, folder: Path, place: Place
) -> None:
    place(*(folder / f"{n}.jpg" for n in range(10)))

    async def run() -> None:
        async with desk.watching(folder):
            await desk.next()
            other = desk.watch.settled()
            await anext(other)
            desk.watch.stop()
            assert [path async for path in desk.settled] == []
            assert [path async for path in other] == []
            assert [path async for path in desk.watch.settled()] == []

    asyncio.run(run())


def test_stop_from_a_signal_handler_and_from_a_thread_ends_the_waiting(
    desk: Desk, folder: Path
) -> None:
    async def run(*, by_signal: bool) -> list[Path]:
        loop = asyncio.get_running_loop()
        async with desk.watching(folder) as watch:
            waiting = asyncio.ensure_future(collect())
            if by_signal:
                loop.add_signal_handler(signal.SIGUSR1, watch.stop)
                os.kill(os.getpid(), signal.SIGUSR1)
            else:
                await asyncio.to_thread(watch.stop)
            return await asyncio.wait_for(waiting, 30)

    async def collect() -> list[Path]:
        return [path async for path in desk.watch.settled()]

    assert asyncio.run(run(by_signal=True)) == []
    assert asyncio.run(run(by_signal=False)) == []


def test_a_question_that_fails_ends_the_watch_with_its_error(
    desk: Desk, folder: Path, place: Place
) -> None:
    def are_known(_files: Sequence[Status]) -> list[bool]:
        raise RuntimeError("the state cannot be read")

    async def run() -> None:
        place(folder / "a.jpg")
        async with desk.watching(folder, are_known=are_known):
            with pytest.raises(RuntimeError, match="the state cannot be read"):
                await desk.next()

    asyncio.run(run())


def test_a_scan_of_many_known_files_leaves_the_loop_free(
    desk: Desk, folder: Path, place: Place
) -> None:
    for number in range(20_000):
        (folder / f"known{number}.jpg").touch()
    asked = 0

    async def run() -> None:
        nonlocal asked
        async with desk.watching(folder, mode="scan"):
            turns = 0
            (photo,) = place(folder / "a.jpg")
            coming = asyncio.ensure_future(desk.next())
            while not coming.done():
                await asyncio.wait([coming], timeout=0.005)
                turns += 1
            assert coming.result() == photo
            asked = turns

    asyncio.run(run())

    assert asked > 10
