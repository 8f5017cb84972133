"""Full disks, crashed predecessors and links, as the whole program meets them."""

from __future__ import annotations

import fcntl
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.temporary import part_name, swap_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.journey.conftest import Daemon, Program

    Draw = Callable[..., Path]
    Mount = Callable[[Path, str], None]


@pytest.fixture
def memory_disk() -> Iterator[Mount]:
    """Return a function that mounts a small file system on a folder."""
    if os.geteuid():
        pytest.skip("needs the superuser, to mount a small disk")
    mounted = []

    def mount(place: Path, options: str) -> None:
        place.mkdir(parents=True, exist_ok=True)
        command: list[str | Path] = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("needs a system that lets tests mount")
        mounted.append(place)

    yield mount
    for place in mounted:
        subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.parametrize("options", ["size=160k", "nr_inodes=4"])
def test_a_full_disk_parks_the_photos_and_room_is_all_they_need(
    tmp_path: Path, puppet: Program, draw: Draw, memory_disk: Mount, options: str
) -> None:
    folder = tmp_path / "card"
    memory_disk(folder, options)
    photos = [draw(folder / f"{number}.jpg", number) for number in range(2)]
    (folder / "filler").write_bytes(b"f" * 100_000)
    before = {p: p.read_bytes() for p in folder.iterdir()}
    ended = puppet.tag(folder)
    assert (ended.status, ended.summary) == (1, {"parked": 2})
    assert all(ended.of(photo)["reason"] == "the disk is full" for photo in photos)
    assert {p: p.read_bytes() for p in folder.iterdir()} == before
    subprocess.run(["mount", "-o", "remount,size=9m,nr_inodes=99", folder], check=True)
    ended = puppet.tag(folder)
    assert (ended.status, ended.summary) == (0, {"written": 2})
    assert len(list(folder.iterdir())) == 3


def test_a_full_disk_of_the_state_parks_the_photos_and_says_so(
    tmp_path: Path, puppet: Program, draw: Draw, memory_disk: Mount
) -> None:
    memory_disk(puppet.state, "size=1m")
    photos = [draw(tmp_path / "in" / f"{number}.jpg", number) for number in range(2)]
    before = [photo.read_bytes() for photo in photos]
    assert puppet.tag(draw(tmp_path / "first.jpg", 9)).status == 0  # makes the state
    filler = puppet.state / "filler"
    space = os.statvfs(puppet.state)
    filler.write_bytes(bytes(space.f_bavail * space.f_frsize - 36 * 1024))  # WAL's index fits
    ended = puppet.tag(tmp_path / "in")
    assert (ended.status, ended.summary) == (1, {"parked": 2})
    assert all("the state cannot be written" in ended.of(photo)["reason"] for photo in photos)
    assert [photo.read_bytes() for photo in photos] == before
    assert len(list((tmp_path / "in").iterdir())) == 2
    filler.unlink()
    assert puppet.tag(tmp_path / "in").summary == {"written": 2}


def leave_behind(folder: Path) -> None:
    """Leave what crashed runs leave: half a photo, and the old photo after an exchange."""
    part_name(folder).write_bytes(b"half a photo")
    old = part_name(folder)
    old.write_bytes(b"the old photo")
    new = next(folder.glob("*.jpg"))
    old.rename(swap_name(old, old=old.stat(), new=new.stat()))


def leave_an_edit(folder: Path) -> None:
    path = part_name(folder)
    path.write_bytes(b"x")
    path = path.rename(swap_name(path, old=path.stat(), new=path.stat()))
    other = folder / "other"
    other.write_bytes(b"an edit that is nowhere else")
    other.replace(path)


def test_a_run_removes_what_crashed_ones_left_and_gives_back_an_edit(
    tmp_path: Path, puppet: Program, draw: Draw
) -> None:
    folder = draw(tmp_path / "in" / "photo.jpg").parent
    leave_behind(folder)
    leave_an_edit(folder)
    mine = {".tagbridge-notes.part": b"mine", ".tagbridge.toml": b"mine", "photo.part": b"mine"}
    for name, content in mine.items():
        (folder / name).write_bytes(content)
    ended = puppet.tag(folder)
    assert (ended.status, ended.summary) == (0, {"written": 1})
    (given,) = folder.glob("recovered-by-tagbridge-*")
    assert given.read_bytes() == b"an edit that is nowhere else"
    assert given.name in ended.err
    assert {p.name for p in folder.iterdir()} == {"photo.jpg", given.name, *mine}
    assert all((folder / name).read_bytes() == content for name, content in mine.items())


def test_the_work_of_a_live_process_stays(tmp_path: Path, puppet: Program, draw: Draw) -> None:
    photo = draw(tmp_path / "in" / "photo.jpg")
    working = part_name(photo.parent)
    with working.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        assert puppet.tag(photo).status == 0
        assert working.exists()
    assert puppet.tag(photo).summary == {"unchanged": 1}
    assert [p.name for p in photo.parent.iterdir()] == ["photo.jpg"]


def test_the_daemon_removes_what_crashed_runs_left_in_all_its_folders(
    inbox: Path,
    puppet: Program,
    draw: Draw,
    watching: Callable[..., Daemon],
    leftovers: Callable[[Path], list[str]],
) -> None:
    for folder in (inbox, inbox / "deep" / "deeper"):
        leave_behind(draw(folder / "photo.jpg", len(folder.parts)).parent)
    assert len(leftovers(inbox)) == 4
    daemon = watching(puppet, inbox)
    daemon.wait_for("written", times=2)
    assert leftovers(inbox) == []
    assert daemon.said("removed 4 temporary files")
    assert daemon.stop() == 0


def test_a_link_is_never_replaced_by_a_file(tmp_path: Path, puppet: Program, draw: Draw) -> None:
    elsewhere = draw(tmp_path / "elsewhere" / "photo.jpg")
    before = elsewhere.read_bytes()
    link = tmp_path / "in" / "link.jpg"
    link.parent.mkdir()
    link.symlink_to(elsewhere)
    assert puppet.tag(link.parent).summary == {"skipped": 1}
    assert elsewhere.read_bytes() == before
    ended = puppet.tag(link)
    assert (ended.status, ended.summary) == (0, {"written": 1})
    assert elsewhere.read_bytes() != before
    assert link.is_symlink()
    assert [sorted(p.name for p in p.iterdir()) for p in (link.parent, elsewhere.parent)] == [
        ["link.jpg"],
        ["photo.jpg"],
    ]
