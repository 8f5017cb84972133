"""Watched folders that are links, lie in each other, are missing or are replaced."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.tagbridge.watching.conftest import Desk

Place = Callable[..., list[Path]]
Logged = Callable[[], list[str]]
BOTH = pytest.mark.parametrize("rules", [{}, {"mode": "scan", "scan_seconds": 0.1}])


def test_a_root_that_is_a_link_is_watched_by_events_too(
    desk: Desk, folder: Path, place: Place
) -> None:
    link = folder.parent / "link"
    link.symlink_to(folder)

    async def run() -> None:
        async with desk.watching(link):
            await desk.stands(link)
            place(folder / "a.jpg", folder / "sub" / "b.jpg")
            assert set(await desk.finish(2)) == {link / "a.jpg", link / "sub" / "b.jpg"}

    asyncio.run(run())


def test_a_root_below_another_one_yields_each_path_once(
    desk: Desk, folder: Path, place: Place
) -> None:
    inner = folder / ".inner"
    (first,) = place(inner / "a.jpg")

    async def run() -> None:
        async with desk.watching(folder, inner, folder):
            assert await desk.finish(1) == [first]
            (second,) = place(inner / "b.jpg")
            assert await desk.finish(1) == [second]
            (marker,) = place(folder / "marker.jpg")
            assert await desk.next() == marker

    asyncio.run(run())


def test_a_root_that_is_missing_is_waited_for(
    desk: Desk, tmp_path: Path, place: Place, logged: Logged
) -> None:
    missing, there = tmp_path / "missing", tmp_path / "there"
    there.mkdir()

    async def run() -> None:
        async with desk.watching(missing, there):
            await desk.stands(there)
            (photo,) = place(missing / "a.jpg")
            assert await desk.finish(1) == [photo]
            (later,) = place(missing / "b.jpg")
            assert await desk.next() == later

    asyncio.run(run())

    assert f"{missing} is not there; waiting until it comes." in logged()
    assert f"{missing} is there again." in logged()


@BOTH
def test_a_root_that_is_replaced_is_watched_again(
    desk: Desk, folder: Path, place: Place, rules: dict[str, object]
) -> None:
    async def run() -> None:
        async with desk.watching(folder, **rules):
            await desk.stands(folder)
            shutil.move(folder, folder.parent / "away")
            (photo,) = place(folder / "sub" / "a.jpg")
            assert await desk.finish(1) == [photo]
            (later,) = place(folder / "sub" / "b.jpg")
            assert await desk.next() == later

    asyncio.run(run())


def test_a_dead_thread_of_watchdog_is_replaced(desk: Desk, folder: Path, place: Place) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            await desk.stands(folder)
            (reader,) = (t for t in threading.enumerate() if type(t).__name__ == "InotifyFD")
            reader.stop()  # type: ignore[attr-defined]  # as an error in it would
            reader.join()
            (photo,) = place(folder / "a.jpg")
            assert await desk.finish(1) == [photo]
            (later,) = place(folder / "b.jpg")
            assert await desk.next() == later

    asyncio.run(run())
