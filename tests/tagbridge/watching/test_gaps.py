"""What happens when the system gives fewer events than there are changes."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.tagbridge.watching.conftest import Desk

Place = Callable[..., list[Path]]
Logged = Callable[[], list[str]]

QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")
NOBODY = 65534


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("watchdog.observers.inotify_c", "Inotify queue overflowed; filesystem events were lost"),
        (
            "watchdog.observers.inotify",
            "Inotify queue overflowed; reconciling recursive watches below %r",
        ),
        (
            "watchdog.observers.inotify",
            "Unable to rebuild recursive inotify watches below %r",
        ),
    ],
)
def test_a_loss_that_watchdog_only_logs_leads_to_a_scan(
    desk: Desk, folder: Path, place: Place, name: str, message: str
) -> None:
    """A file that nobody reports stands for the lost event: it ceases to be known in silence."""
    (unseen,) = place(folder / "unseen.jpg")
    desk.know(unseen)

    async def run() -> None:
        async with desk.watching(folder):
            await desk.stands(folder)
            desk.known.clear()
            desk.know(folder / "first.jpg")
            logging.getLogger(name).warning(message, *([b"x"] if "%r" in message else []))
            assert await desk.finish(1) == [unseen]
            (later,) = place(folder / "later.jpg")
            assert await desk.next() == later

    asyncio.run(run())


def test_other_messages_of_watchdog_lead_to_nothing(desk: Desk, folder: Path, place: Place) -> None:
    (unseen,) = place(folder / "unseen.jpg")
    desk.know(unseen)

    async def run() -> None:
        async with desk.watching(folder):
            await desk.stands(folder)
            desk.known.clear()
            logging.getLogger("watchdog.observers.inotify").warning("something else")
            (marker,) = place(folder / "marker.jpg")
            assert await desk.next() == marker

    asyncio.run(run())


def test_losses_are_heard_although_the_logger_was_made_quiet(
    desk: Desk, folder: Path, place: Place
) -> None:
    logger = logging.getLogger("watchdog")
    (unseen,) = place(folder / "unseen.jpg")
    desk.know(unseen)

    async def run() -> None:
        async with desk.watching(folder):
            await desk.stands(folder)
            desk.known.clear()
            desk.know(folder / "first.jpg")
            logging.getLogger("watchdog.observers.inotify_c").warning("queue overflowed")
            assert await desk.next() == unseen

    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        asyncio.run(run())
    finally:
        logger.setLevel(level)
    assert logger.handlers == []


@contextmanager
def short_queue(length: int) -> Iterator[None]:
    """Let inotify instances that are made meanwhile, on the whole machine, have a short queue."""
    before = QUEUE.read_text()
    QUEUE.write_text(str(length))
    try:
        yield
    finally:
        QUEUE.write_text(before)


@pytest.mark.skipif(not os.access(QUEUE, os.W_OK), reason="needs root to shorten the queue")
def test_a_real_overflow_loses_nothing(
    desk: Desk, folder: Path, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        with short_queue(8):
            context = desk.watching(folder)
            await context.__aenter__()
            try:
                await desk.stands(folder)
            except BaseException:
                await context.__aexit__(None, None, None)
                raise
        try:
            paths = await asyncio.to_thread(
                place, *(folder / f"{n % 50}" / f"{n}.jpg" for n in range(2000))
            )
            assert set(await desk.finish(2000)) == set(paths)
        finally:
            await context.__aexit__(None, None, None)

    asyncio.run(run())

    assert "filesystem events were lost" in caplog.text


@pytest.fixture
def unreadable() -> Iterator[Path]:
    """Return a folder in which two folders may not be read, even by root's tests."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        root.chmod(0o777)
        for name in ("one", "two"):
            (root / name).mkdir(mode=0o000)
        if os.geteuid() == 0:
            os.seteuid(NOBODY)
        try:
            yield root
        finally:
            os.seteuid(os.getuid())
            for name in ("one", "two"):
                (root / name).chmod(0o700)


def test_folders_that_may_not_be_read_are_told_once_and_hold_up_nothing(
    desk: Desk, unreadable: Path, place: Place, logged: Logged
) -> None:
    async def run() -> None:
        async with desk.watching(unreadable, mode="events", scan_seconds=0.1):
            await desk.stands(unreadable)
            (later,) = place(unreadable / "sub" / "later.jpg")
            assert await desk.finish(1) == [later]

    asyncio.run(run())

    complaints = [message for message in logged() if "cannot be read" in message]
    assert len(complaints) == 2
    assert not [message for message in logged() if "no more inotify watches" in message]


# Runs in a user namespace of its own, where the limits are its own as well.
LIMITED = """
import asyncio, json, logging, sys
from pathlib import Path
from tagbridge.watching import Watch

limit, value, folder = Path("/proc/sys/user") / sys.argv[1], sys.argv[2], Path(sys.argv[3])
logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
limit.write_text(value)
known = set()

class Notice(logging.Handler):
    def __init__(self, words):
        super().__init__()
        self.words, self.heard = words, asyncio.Event()
        self.loop = asyncio.get_running_loop()
        logging.getLogger("tagbridge").addHandler(self)

    def emit(self, record):
        if self.words in record.getMessage():
            self.loop.call_soon_threadsafe(self.heard.set)

async def main():
    said, healed = Notice("sysctl"), Notice("events again")
    watch = Watch(
        [folder], settle_seconds=0.1, mode="events", scan_seconds=float(sys.argv[4]),
        is_candidate=lambda path: path.suffix == ".jpg",
        are_known=lambda files: [path in known for path, _ in files],
        is_complete=lambda path: True,
    )
    async with asyncio.timeout(60), watch:
        settled = watch.settled()
        await said.heard.wait()
        for name in ("a.jpg", "39/b.jpg", "0/c.jpg", "17/d.jpg"):
            (folder / name).write_bytes(b"x")
        while len(known) < 4:
            path = await anext(settled)
            known.add(path)
            watch.done(path)
        limit.write_text("1000")
        await healed.heard.wait()
    print(json.dumps(sorted(str(path.relative_to(folder)) for path in known)))

asyncio.run(main())
"""
UNSHARE = ["unshare", "--user", "--map-root-user"]


def can_unshare() -> bool:
    try:
        probe = [*UNSHARE, "test", "-w", "/proc/sys/user/max_inotify_watches"]
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


needs_namespace = pytest.mark.skipif(not can_unshare(), reason="needs user namespaces")


def run_limited(limit: str, value: int, folder: Path) -> tuple[list[str], str]:
    for number in range(40):
        (folder / f"{number}").mkdir()
    arguments = [sys.executable, "-c", LIMITED, limit, str(value), str(folder), "0.5"]
    result = subprocess.run(
        [*UNSHARE, *arguments], capture_output=True, text=True, check=False, timeout=90
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout), result.stderr


ALL_OF_THEM = ["0/c.jpg", "17/d.jpg", "39/b.jpg", "a.jpg"]


@needs_namespace
def test_too_few_watches_are_told_with_the_remedy_and_scanning_finds_the_rest(
    folder: Path,
) -> None:
    found, said = run_limited("max_inotify_watches", 20, folder)

    assert found == ALL_OF_THEM
    assert said.count("The system gives no more inotify watches: 20 for 41 folders.") == 1
    assert "sysctl fs.inotify.max_user_watches=" in said


@needs_namespace
def test_hidden_folders_do_not_hide_that_watches_are_missing(folder: Path) -> None:
    for number in range(60):
        (folder / ".hidden" / f"{number}").mkdir(parents=True)

    found, said = run_limited("max_inotify_watches", 60, folder)

    assert found == ALL_OF_THEM
    assert said.count("no more inotify watches") == 1


@needs_namespace
@pytest.mark.parametrize("limit", ["max_inotify_instances", "max_inotify_watches"])
def test_without_any_watch_the_folder_is_scanned(folder: Path, limit: str) -> None:
    found, said = run_limited(limit, 0, folder)

    assert found == ALL_OF_THEM
    assert said.count("cannot be watched for events") == 1
    assert "fs.inotify.max_user_instances=" in said
