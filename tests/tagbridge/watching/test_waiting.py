"""What is not finished, or nothing of ours, is not yielded."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.tagbridge.watching.conftest import Desk

Place = Callable[..., list[Path]]
Logged = Callable[[], list[str]]
BOTH = pytest.mark.parametrize("rules", [{}, {"mode": "scan", "scan_seconds": 0.1}])


WRITER = """
import sys
with open(sys.argv[1], "wb", buffering=0) as out:
    for line in sys.stdin:
        out.write(bytes.fromhex(line))
        print(flush=True)
"""


def test_a_slow_writer_is_waited_for(
    desk: Desk, folder: Path, photo: bytes, logged: Logged
) -> None:
    slow = folder / "slow.jpg"
    parts = [photo[at : at + 100] for at in range(0, len(photo), 100)]

    async def run() -> None:
        async with desk.watching(folder):
            # Not before: nothing tells of writes to an empty file that a scan has seen.
            await desk.stands(folder)
            writer = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", WRITER, slow),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
            assert writer.stdin
            assert writer.stdout
            for part in parts[:-1]:
                writer.stdin.write(part.hex().encode() + b"\n")
                await writer.stdout.readline()
                if part in parts[:2]:
                    await desk.has_read(slow)  # it has paused for longer than the settle time
            writer.stdin.write(parts[-1].hex().encode() + b"\n")
            writer.stdin.close()
            assert await desk.next() == slow
            assert slow.read_bytes() == photo
            await writer.wait()

    asyncio.run(run())

    assert sum("not complete yet" in message for message in logged()) == 1


def test_a_preallocated_asset_is_waited_for(
    desk: Desk, folder: Path, place: Place, photo: bytes
) -> None:
    target = folder / "preallocated.jpg"

    async def run() -> None:
        async with desk.watching(folder):
            with target.open("wb") as out:
                os.posix_fallocate(out.fileno(), 0, len(photo))
                await desk.has_read(target)
                (marker,) = place(folder / "marker.jpg")
                assert await desk.finish(1) == [marker]
                out.write(photo)
            assert await desk.next() == target

    asyncio.run(run())


@BOTH
def test_an_empty_asset_waits_until_it_is_filled(
    desk: Desk, folder: Path, photo: bytes, rules: dict[str, object]
) -> None:
    empty = folder / "empty.jpg"
    empty.touch()

    async def run() -> None:
        async with desk.watching(folder, **rules):
            await desk.stands(folder)
            empty.write_bytes(photo)
            assert await desk.next() == empty

    asyncio.run(run())


@pytest.mark.parametrize(
    "temporary", ["a.jpg.crdownload", ".a.jpg.Xy12Ab", "~syncthing~a.jpg.tmp", ".tagbridge-1.jpg"]
)
def test_a_temporary_name_is_ignored_until_it_is_renamed(
    desk: Desk, folder: Path, place: Place, temporary: str
) -> None:
    async def run() -> None:
        async with desk.watching(folder, is_candidate=lambda _path: True):
            (download,) = place(folder / temporary)
            await desk.stands(folder)
            download.rename(folder / "a.jpg")
            assert await desk.next() == folder / "a.jpg"

    asyncio.run(run())


def test_what_changes_while_it_waits_to_be_taken_settles_anew(
    desk: Desk, folder: Path, place: Place, photo: bytes
) -> None:
    async def run() -> None:
        async with desk.watching(folder, mode="scan"):
            (changed,) = place(folder / "a.jpg")
            await desk.has_read(changed)
            changed.write_bytes(photo[:-2])
            halved = asyncio.ensure_future(desk.next())
            await desk.has_read(changed)
            assert not halved.done()
            changed.write_bytes(photo)
            assert await halved == changed

    asyncio.run(run())


@BOTH
def test_a_fifo_with_the_name_of_a_photograph_is_never_opened(
    desk: Desk, folder: Path, rules: dict[str, object]
) -> None:
    os.mkfifo(folder / "before.jpg")
    read: list[Path] = []

    def is_complete(path: Path) -> bool:
        read.append(path)
        return True

    async def run() -> None:
        async with desk.watching(folder, is_complete=is_complete, **rules):
            os.mkfifo(folder / "after.jpg")
            await desk.stands(folder)

    asyncio.run(run())

    assert read == [folder / "first.jpg"]


def test_a_file_that_begins_to_settle_is_told_of_before_it_is_handed_out(
    desk: Desk, folder: Path, place: Place
) -> None:
    told: list[Path] = []

    async def run() -> None:
        async with desk.watching(folder, foresee=told.append):
            await desk.stands(folder)
            told.clear()
            (folder / "empty.jpg").touch()
            (photo,) = place(folder / "a.jpg")
            assert await desk.next() == photo

    asyncio.run(run())

    assert set(told) == {folder / "a.jpg"}


def test_a_file_that_cannot_be_read_yet_is_tried_again(
    desk: Desk, folder: Path, place: Place, logged: Logged
) -> None:
    answers = iter([PermissionError("locked"), PermissionError("locked")])

    def is_complete(_path: Path) -> bool:
        if error := next(answers, None):
            raise error
        return True

    async def run() -> None:
        async with desk.watching(folder, is_complete=is_complete):
            (photo,) = place(folder / "a.jpg")
            assert await desk.next() == photo

    asyncio.run(run())

    assert sum("cannot be read yet" in message for message in logged()) == 1


def test_a_folder_taken_away_while_it_settles_is_forgotten(
    desk: Desk, folder: Path, place: Place
) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            place(folder / "card" / "a.jpg")
            shutil.rmtree(folder / "card")
            await desk.stands(folder)

    asyncio.run(run())
