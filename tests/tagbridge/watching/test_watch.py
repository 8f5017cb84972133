"""Real folders, real events. What must not come is proved by a marker that comes after it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.watching.limits import watches_held

if TYPE_CHECKING:
    from tests.tagbridge.watching.conftest import Desk

Place = Callable[..., list[Path]]
Logged = Callable[[], list[str]]
BOTH = pytest.mark.parametrize("rules", [{}, {"mode": "scan", "scan_seconds": 0.1}])


async def watches_stand(desk: Desk, folder: Path, place: Place) -> None:
    """Return when a first photograph has come through."""
    (first,) = place(folder / "first.jpg")
    assert await desk.finish(1) == [first]


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
            await watches_stand(desk, folder, place)
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
            await watches_stand(desk, folder, place)
            paths = await asyncio.to_thread(place, *(folder / f"{n}.jpg" for n in range(2000)))
            assert Counter(await desk.finish(2000)) == Counter(paths)
            (marker,) = place(folder / "marker.jpg")
            assert await desk.next() == marker

    asyncio.run(run())


WRITER = """
import sys
with open(sys.argv[1], "wb", buffering=0) as out:
    for line in sys.stdin:
        out.write(bytes.fromhex(line))
        print(flush=True)
"""


def test_a_slow_writer_is_waited_for(
    desk: Desk, folder: Path, place: Place, photo: bytes, logged: Logged
) -> None:
    slow = folder / "slow.jpg"
    parts = [photo[at : at + 100] for at in range(0, len(photo), 100)]

    async def run() -> None:
        writer = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", WRITER, slow),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert writer.stdin
        assert writer.stdout
        async with desk.watching(folder):
            await watches_stand(desk, folder, place)
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
    desk: Desk, folder: Path, place: Place, photo: bytes, rules: dict[str, object]
) -> None:
    empty = folder / "empty.jpg"
    empty.touch()

    async def run() -> None:
        async with desk.watching(folder, **rules):
            await watches_stand(desk, folder, place)
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
            await watches_stand(desk, folder, place)
            download.rename(folder / "a.jpg")
            assert await desk.next() == folder / "a.jpg"

    asyncio.run(run())


def test_a_photograph_moved_in_from_outside_is_seen(desk: Desk, folder: Path, place: Place) -> None:
    (outside,) = place(folder.parent / "outside.jpg")

    async def run() -> None:
        async with desk.watching(folder):
            await watches_stand(desk, folder, place)
            outside.rename(folder / "inside.jpg")
            assert await desk.next() == folder / "inside.jpg"

    asyncio.run(run())


def test_folders_and_photographs_made_in_one_go_are_seen(
    desk: Desk, folder: Path, place: Place
) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            await watches_stand(desk, folder, place)
            made = place(*(folder / f"{n}" / "a" / "b" / "c" / "d.jpg" for n in range(50)))
            assert set(await desk.finish(50)) == set(made)

    asyncio.run(run())


def test_a_folder_moved_in_is_seen_and_watched(desk: Desk, folder: Path, place: Place) -> None:
    place(*(folder.parent / "card" / f"{n}" / "a.jpg" for n in range(20)))

    async def run() -> None:
        async with desk.watching(folder):
            await watches_stand(desk, folder, place)
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


def test_a_root_that_is_a_link_is_watched_by_events_too(
    desk: Desk, folder: Path, place: Place
) -> None:
    link = folder.parent / "link"
    link.symlink_to(folder)

    async def run() -> None:
        async with desk.watching(link):
            await watches_stand(desk, link, place)
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


def test_our_own_echo_is_not_yielded(desk: Desk, folder: Path, place: Place) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            (photo,) = place(folder / "a.jpg")
            assert await desk.next() == photo
            (written,) = place(folder / ".tagbridge-1.jpg")
            desk.know(written)
            written.rename(photo)
            desk.watch.done(photo)
            await watches_stand(desk, folder, place)

    asyncio.run(run())


def test_a_change_in_work_is_yielded_after_the_work(
    desk: Desk, folder: Path, place: Place, photo: bytes
) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            (changed,) = place(folder / "a.jpg")
            assert await desk.next() == changed
            changed.write_bytes(b"\xff\xd8 edited meanwhile" + photo)
            await watches_stand(desk, folder, place)  # not while in work
            desk.watch.done(changed)
            assert await desk.next() == changed

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


def test_a_touched_path_is_yielded_again(desk: Desk, folder: Path, place: Place) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            (photo,) = place(folder / "a.jpg")
            for _ in range(3):
                assert await desk.next() == photo
                desk.watch.touch(photo)
                desk.watch.done(photo)
            assert await desk.next() == photo

    asyncio.run(run())


def test_a_path_outside_is_refused_with_a_message(desk: Desk, folder: Path, logged: Logged) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            desk.watch.touch(folder.parent / "a.jpg")
            desk.watch.done(folder.parent / "a.jpg")

    asyncio.run(run())

    assert any("lies in no watched folder" in message for message in logged())


@BOTH
def test_a_fifo_with_the_name_of_a_photograph_is_never_opened(
    desk: Desk, folder: Path, place: Place, rules: dict[str, object]
) -> None:
    os.mkfifo(folder / "before.jpg")
    read: list[Path] = []

    def is_complete(path: Path) -> bool:
        read.append(path)
        return True

    async def run() -> None:
        async with desk.watching(folder, is_complete=is_complete, **rules):
            os.mkfifo(folder / "after.jpg")
            await watches_stand(desk, folder, place)

    asyncio.run(run())

    assert read == [folder / "first.jpg"]


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
            await watches_stand(desk, folder, place)
            place(strange)
            assert await desk.next() == strange

    asyncio.run(run())


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


def test_a_root_that_is_missing_is_waited_for(
    desk: Desk, tmp_path: Path, place: Place, logged: Logged
) -> None:
    missing, there = tmp_path / "missing", tmp_path / "there"
    there.mkdir()

    async def run() -> None:
        async with desk.watching(missing, there):
            await watches_stand(desk, there, place)
            (photo,) = place(missing / "a.jpg")
            assert await desk.finish(1) == [photo]
            (later,) = place(missing / "b.jpg")
            assert await desk.next() == later

    asyncio.run(run())

    assert f"{str(missing)!r} is not there; waiting until it comes." in logged()
    assert f"{str(missing)!r} is there again." in logged()


@BOTH
def test_a_root_that_is_replaced_is_watched_again(
    desk: Desk, folder: Path, place: Place, rules: dict[str, object]
) -> None:
    async def run() -> None:
        async with desk.watching(folder, **rules):
            await watches_stand(desk, folder, place)
            shutil.move(folder, folder.parent / "away")
            (photo,) = place(folder / "sub" / "a.jpg")
            assert await desk.finish(1) == [photo]
            (later,) = place(folder / "sub" / "b.jpg")
            assert await desk.next() == later

    asyncio.run(run())


def test_a_dead_thread_of_watchdog_is_replaced(desk: Desk, folder: Path, place: Place) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            await watches_stand(desk, folder, place)
            (reader,) = (t for t in threading.enumerate() if type(t).__name__ == "InotifyFD")
            reader.stop()  # type: ignore[attr-defined]  # as an error in it would
            reader.join()
            (photo,) = place(folder / "a.jpg")
            assert await desk.finish(1) == [photo]
            (later,) = place(folder / "b.jpg")
            assert await desk.next() == later

    asyncio.run(run())


def test_scan_mode_needs_no_inotify(desk: Desk, folder: Path, place: Place) -> None:
    async def run() -> None:
        async with desk.watching(folder, mode="scan", scan_seconds=0.1):
            await watches_stand(desk, folder, place)
            assert watches_held() == 0
            assert not [t for t in threading.enumerate() if "Inotify" in type(t).__name__]

    asyncio.run(run())


def test_nothing_is_left_behind(desk: Desk, folder: Path, place: Place) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            await watches_stand(desk, folder, place)
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
    def is_known(_path: Path, _status: os.stat_result) -> bool:
        raise RuntimeError("the state cannot be read")

    async def run() -> None:
        place(folder / "a.jpg")
        async with desk.watching(folder, is_known=is_known):
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


def test_a_first_scan_of_many_waits_for_those_who_take(
    desk: Desk, folder: Path, place: Place
) -> None:
    paths = place(*(folder / f"{n // 500}" / f"{n}.jpg" for n in range(9000)))

    async def run() -> None:
        async with desk.watching(folder, mode="scan"):
            assert Counter(await desk.finish(9000)) == Counter(paths)

    asyncio.run(run())


def test_a_folder_taken_away_while_it_settles_is_forgotten(
    desk: Desk, folder: Path, place: Place
) -> None:
    async def run() -> None:
        async with desk.watching(folder):
            place(folder / "card" / "a.jpg")
            shutil.rmtree(folder / "card")
            await watches_stand(desk, folder, place)

    asyncio.run(run())
