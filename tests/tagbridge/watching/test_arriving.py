"""Every way in which a photograph can come into a watched folder.

What must not come is proved by a marker that comes after it.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.tagbridge.watching.conftest import Desk

Place = Callable[..., list[Path]]
BOTH = pytest.mark.parametrize("rules", [{}, {"mode": "scan", "scan_seconds": 0.1}])


@BOTH
def test_what_lies_there_at_the_start_and_what_comes_later_are_yielded(
    desk: Desk, folder: Path, place: Place, rules: dict[str, object]
) -> None:
    (before,) = place(folder / "before.jpg")

    async def run() -> None:
        async with desk.watching(folder, **rules):
            assert await desk.finish(1) == [before]
            (after,) = place(folder / "after.jpg")
            assert await desk.finish(1) == [after]

    asyncio.run(run())


@BOTH
def test_a_copied_tree_comes_whole_and_each_once(
    desk: Desk, folder: Path, place: Place, rules: dict[str, object]
) -> None:
    card = folder.parent / "card"
    place(*(card / f"{n % 7}" / f"{n % 11}" / f"{n}.jpg" for n in range(300)))
    expected = {folder / "card" / path.relative_to(card) for path in card.rglob("*.jpg")}

    async def run() -> None:
        async with desk.watching(folder, **rules):
            await desk.stands(folder)
            copying = await asyncio.create_subprocess_exec("cp", "-r", card, folder)
            assert await copying.wait() == 0
            paths = await desk.finish(300)
            assert set(paths) == expected
            (marker,) = place(folder / "marker.jpg")
            assert await desk.next() == marker

    asyncio.run(run())


def test_a_burst_of_two_thousand_comes_whole_and_each_once(
    desk: Desk, folder: Path, place: Place
) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            await desk.stands(folder)
            paths = await asyncio.to_thread(place, *(folder / f"{n}.jpg" for n in range(2000)))
            assert Counter(await desk.finish(2000)) == Counter(paths)
            (marker,) = place(folder / "marker.jpg")
            assert await desk.next() == marker

    asyncio.run(run())


def test_a_photograph_moved_in_from_outside_is_seen(desk: Desk, folder: Path, place: Place) -> None:
    (outside,) = place(folder.parent / "outside.jpg")

    async def run() -> None:
        async with desk.watching(folder):
            await desk.stands(folder)
            outside.rename(folder / "inside.jpg")
            assert await desk.next() == folder / "inside.jpg"

    asyncio.run(run())


def test_folders_and_photographs_made_in_one_go_are_seen(
    desk: Desk, folder: Path, place: Place
) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            await desk.stands(folder)
            made = place(*(folder / f"{n}" / "a" / "b" / "c" / "d.jpg" for n in range(50)))
            assert set(await desk.finish(50)) == set(made)

    asyncio.run(run())


def test_a_folder_moved_in_is_seen_and_watched(desk: Desk, folder: Path, place: Place) -> None:
    place(*(folder.parent / "card" / f"{n}" / "a.jpg" for n in range(20)))

    async def run() -> None:
        async with desk.watching(folder):
            await desk.stands(folder)
            (folder.parent / "card").rename(folder / "card")
            expected = {folder / "card" / f"{n}" / "a.jpg" for n in range(20)}
            assert set(await desk.finish(20)) == expected
            (later,) = place(folder / "card" / "7" / "later.jpg")
            assert await desk.next() == later

    asyncio.run(run())


def test_a_folder_moved_out_and_back_is_watched(desk: Desk, folder: Path, place: Place) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            place(folder / "2026" / "rome" / "a.jpg")
            await desk.finish(1)
            (folder / "2026").rename(folder.parent / "away")
            place(folder.parent / "away" / "rome" / "b.jpg")
            (folder.parent / "away").rename(folder / "back")
            assert await desk.finish(1) == [folder / "back" / "rome" / "b.jpg"]
            (later,) = place(folder / "back" / "rome" / "c.jpg")
            assert await desk.next() == later

    asyncio.run(run())


def test_a_folder_renamed_inside_is_watched_by_its_new_name(
    desk: Desk, folder: Path, place: Place
) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            place(folder / "old" / "sub" / "a.jpg")
            await desk.finish(1)
            (folder / "old").rename(folder / "new")
            (later,) = place(folder / "new" / "sub" / "b.jpg")
            assert await desk.next() == later

    asyncio.run(run())


def test_loops_of_links_do_no_harm(desk: Desk, folder: Path, place: Place) -> None:
    (folder / "loop").symlink_to(folder)

    async def run() -> None:
        async with desk.watching(folder):
            (photo,) = place(folder / "a.jpg")
            (folder / "later").symlink_to(folder)
            assert await desk.finish(1) == [photo]
            (marker,) = place(folder / "marker.jpg")
            assert await desk.next() == marker

    asyncio.run(run())


def test_a_name_that_is_not_utf8_is_yielded_as_it_is(
    desk: Desk, folder: Path, place: Place
) -> None:
    strange = folder / os.fsdecode(b"\xff\n.jpg")

    async def run() -> None:
        async with desk.watching(folder):
            await desk.stands(folder)
            place(strange)
            assert await desk.next() == strange

    asyncio.run(run())


def test_a_first_scan_of_many_waits_for_those_who_take(
    desk: Desk, folder: Path, place: Place
) -> None:
    paths = place(*(folder / f"{n // 500}" / f"{n}.jpg" for n in range(9000)))

    async def run() -> None:
        async with desk.watching(folder, mode="scan"):
            assert Counter(await desk.finish(9000)) == Counter(paths)

    asyncio.run(run())
