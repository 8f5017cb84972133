"""The daemon's life: it starts, is ended, killed and started again, and its folders come and go."""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Daemon, Program

ROUNDS = int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "3"))


def many(draw: Callable[..., Path], folder: Path, count: int) -> list[Path]:
    return [draw(folder / f"{number}.jpg", number) for number in range(count)]


def stamps(photos: list[Path]) -> list[tuple[int, int]]:
    return [(photo.stat().st_ino, photo.stat().st_mtime_ns) for photo in photos]


def is_tagged_once(found: dict[str, Any]) -> bool:
    """Return whether ExifTool reads our keyword once, and one record of it."""
    words, records = found.get("XMP-dc:Subject"), found.get("XMP-tagbridge:Results", [])
    return words == found.get("IPTC:Keywords") == "Puppet" and len(records) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_order(
    puppet: Program,
    watching: Callable[..., Daemon],
    inbox: Path,
    draw: Callable[..., Path],
    number: int,
) -> None:
    daemon = watching(puppet, inbox)
    photos = many(draw, inbox, 20)
    daemon.wait_for(" written ")
    assert daemon.stop(number) == 0
    assert daemon.lines[-1].endswith("stopped")
    assert not daemon.said("Traceback")
    assert set(inbox.iterdir()) == set(photos)
    known = {path for path, times in daemon.arrivals().items() if times == 1}
    shown = puppet.run("show", "--json", *photos).rows
    assert {row["path"] for row in shown if row["keywords"]} == known


def test_a_second_signal_does_not_wait_for_a_service_that_hangs(
    puppet: Program,
    watching: Callable[..., Daemon],
    inbox: Path,
    draw: Callable[..., Path],
) -> None:
    daemon = watching(puppet, inbox, TAGBRIDGE_PROVIDERS__PUPPET__HANGS="true")
    asked = inbox.with_name("asked")
    os.mkfifo(asked)
    photo = draw(inbox / "a.jpg")
    before = photo.read_bytes()
    with asked.open() as asked_pipe:
        asked_pipe.readline()
        daemon.process.send_signal(signal.SIGTERM)
        daemon.wait_for("a second signal stops now")
        assert daemon.process.poll() is None
        assert daemon.stop() == 0
    assert (photo.read_bytes(), list(inbox.iterdir())) == (before, [photo])
    asked.unlink()
    watching(puppet, inbox).wait_for("written", str(photo))


def test_a_restart_neither_forgets_nor_repeats(
    puppet: Program, watching: Callable[..., Daemon], inbox: Path, draw: Callable[..., Path]
) -> None:
    first = watching(puppet, inbox)
    old = [*many(draw, inbox, 3), draw(inbox / "c.gif"), inbox / "bad.jpg"]
    old[-1].write_text("no picture")
    first.wait_for_photos(*old)
    assert first.stop() == 0
    before = stamps(old)
    new = [draw(inbox / "deeper" / "new.jpg", 9), draw(inbox / "new.tif")]
    second = watching(puppet, inbox, TAGBRIDGE_WATCH__SCAN_SECONDS="0.3")
    second.wait_for_photos(*new)
    last = draw(inbox / "last.jpg")
    second.wait_for_photos(last)
    assert second.arrivals() == dict.fromkeys(map(str, [*new, last]), 1)
    assert stamps(old) == before


def test_what_was_tagged_by_hand_is_not_tagged_again(
    puppet: Program, watching: Callable[..., Daemon], inbox: Path, draw: Callable[..., Path]
) -> None:
    photos = [*many(draw, inbox, 3), draw(inbox / "c.gif")]
    relative = f"../{inbox.parent.name}/{inbox.name}"
    assert puppet.tag(relative, cwd=inbox.parent).summary == {"written": 4}
    before = stamps(photos)
    daemon = watching(puppet, inbox)
    last = draw(inbox / "last.jpg")
    daemon.wait_for_photos(last)
    assert daemon.arrivals() == {str(last): 1}
    assert stamps(photos) == before


def test_after_a_kill_everything_is_tagged_and_nothing_lies_about(
    puppet: Program,
    watching: Callable[..., Daemon],
    inbox: Path,
    draw: Callable[..., Path],
    exiftool: Callable[..., Any],
) -> None:
    photos = []
    for round_ in range(ROUNDS):
        daemon = watching(puppet, inbox)
        photos += [draw(inbox / f"{round_} {n}.jpg", 20 * round_ + n) for n in range(20)]
        daemon.wait_for(" written ", times=1 + round_ % 10)
        daemon.stop(signal.SIGKILL)
    last = watching(puppet, inbox)
    photos.append(draw(inbox / "last.jpg"))
    last.wait_for_photos(photos[-1])
    assert last.stop() == 0
    assert set(inbox.iterdir()) == set(photos)
    assert all(map(is_tagged_once, exiftool(*photos).values()))


def test_two_daemons_on_one_folder_do_no_harm(
    puppet_in: Callable[[Path], Program],
    watching: Callable[..., Daemon],
    inbox: Path,
    draw: Callable[..., Path],
    exiftool: Callable[..., Any],
) -> None:
    daemons = [watching(puppet_in(inbox.with_name(name)), inbox) for name in ("one", "two")]
    photos = many(draw, inbox, 20)
    for daemon in daemons:
        daemon.wait_for_photos(*photos)
        assert daemon.stop() == 0
        assert not daemon.said("Traceback")
    assert set(inbox.iterdir()) == set(photos)
    assert all(map(is_tagged_once, exiftool(*photos).values()))


def test_the_watched_folder_may_go_and_come_back(
    puppet: Program, watching: Callable[..., Daemon], inbox: Path, draw: Callable[..., Path]
) -> None:
    daemon = watching(puppet, inbox, TAGBRIDGE_WATCH__SCAN_SECONDS="1")
    daemon.wait_for_photos(draw(inbox / "a.jpg"))
    shutil.rmtree(inbox)
    daemon.wait_for(f" {inbox} is not there")
    daemon.wait_for_photos(draw(inbox / "b.jpg", 2))
    assert daemon.stop() == 0


def test_an_edit_while_the_photo_settles_is_kept(
    puppet: Program,
    watching: Callable[..., Daemon],
    inbox: Path,
    draw: Callable[..., Path],
    edit: Callable[..., None],
) -> None:
    daemon = watching(puppet, inbox, settle=1.5)
    photo = draw(inbox / "a.jpg")
    edit(photo, "-XMP-dc:Subject=mine", "-XMP-dc:Title=My title")
    assert not daemon.arrivals()
    daemon.wait_for_photos(photo)
    (shown,) = puppet.run("show", "--json", photo).rows
    ours = {keyword["text"]: keyword["ours"] for keyword in shown["keywords"]}
    assert ours == {"mine": False, "Puppet": True}


def test_without_a_folder_it_says_which_setting_is_missing(puppet: Program) -> None:
    done = puppet.run("watch")
    assert (done.status, "watch.folders is not set" in done.err) == (2, True)


def test_the_folders_may_stand_in_the_settings(
    puppet: Program, watching: Callable[..., Daemon], inbox: Path, draw: Callable[..., Path]
) -> None:
    inbox.mkdir()
    daemon = watching(puppet, TAGBRIDGE_WATCH__FOLDERS=f'["{inbox}"]')
    photo = draw(inbox / "a.jpg")
    daemon.wait_for_photos(photo)
    assert daemon.stop() == 0
