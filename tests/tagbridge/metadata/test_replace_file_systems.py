"""Replacing on file systems that lack something: exchange, hard links, owners, free space."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.replace import NewContent, create, replace
from tagbridge.metadata.snapshot import take_snapshot
from tagbridge.metadata.temporary import sweep
from tagbridge_hooks import AssetChangedError, WriteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Mount = Callable[..., None]

OLD, NEW = b"the old content", b"the new content, which is longer"


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Return a function that runs a program which mounts on `tmp_path / "mnt"`."""
    if os.geteuid():
        pytest.skip("needs the superuser, to mount file systems")
    place = tmp_path / "mnt"
    place.mkdir()
    mounted = []

    def do(*command: str | Path, package: str = "mount") -> None:
        if not shutil.which(str(command[0])):
            pytest.skip(f"needs {command[0]}: apt-get install {package}")
        done = subprocess.run([*command, place], check=False, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"needs a system where {command[0]} works: {done.stderr.strip()}")
        mounted.append(place)

    yield do
    if mounted:
        subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "mnt"


def content(announce: Callable[[os.stat_result], object] = lambda _: None) -> NewContent:
    return NewContent(
        pieces=[NEW], check=lambda _: None, announce=lambda new: (announce(new), None)[1]
    )


def in_memory(mount: Mount, *options: str) -> None:
    mount("mount", "-t", "tmpfs", "-o", ",".join(("mode=755", *options)), "tmpfs")


def loop(mount: Mount, kind: str, tmp_path: Path, megabytes: int, *options: str) -> None:
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    maker = f"mkfs.{kind}"
    if not shutil.which(maker):
        pytest.skip(f"needs {maker}")
    subprocess.run([maker, *options, image], check=True, capture_output=True)
    mount("mount", "-o", "loop", image)


def bindfs(mount: Mount, tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    mount("bindfs", tmp_path / "source", package="bindfs")


def overlay(mount: Mount, tmp_path: Path) -> None:
    for name in ("lower", "upper", "work"):
        (tmp_path / name).mkdir()
    (tmp_path / "lower" / "below.jpg").write_bytes(OLD)
    folders = ",".join(f"{n}dir={tmp_path / n}" for n in ("lower", "upper", "work"))
    mount("mount", "-t", "overlay", "-o", folders, "overlay")


def ntfs(mount: Mount, tmp_path: Path) -> None:
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(16 << 20)
    if not shutil.which("mkfs.ntfs"):
        pytest.skip("needs mkfs.ntfs: apt-get install ntfs-3g")
    subprocess.run(["mkfs.ntfs", "-F", "-Q", image], check=True, capture_output=True)
    mount("ntfs-3g", image, package="ntfs-3g")


KINDS: dict[str, Callable[[Mount, Path], None]] = {
    "tmpfs": lambda mount, _: in_memory(mount),
    "tmpfs without a limit": lambda mount, _: in_memory(mount, "size=0"),
    "ext4": lambda mount, path: loop(mount, "ext4", path, 16, "-q"),
    "xfs": lambda mount, path: loop(mount, "xfs", path, 320, "-q"),
    "btrfs": lambda mount, path: loop(mount, "btrfs", path, 128, "-q"),
    "overlay": overlay,
    "bindfs": bindfs,
    "ntfs": ntfs,
}


@pytest.mark.parametrize("keep_mtime", [False, True], ids=["new time", "old time"])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_file_is_replaced_and_a_sidecar_made(
    mount: Mount, tmp_path: Path, kind: Callable[[Mount, Path], None], *, keep_mtime: bool
) -> None:
    kind(mount, tmp_path)
    place = tmp_path / "mnt"
    photo, sidecar = place / "photo.jpg", place / "photo.xmp"
    photo.write_bytes(OLD)
    before = photo.stat()
    new = content()
    if keep_mtime:
        new = NewContent(pieces=[NEW], check=new.check, announce=new.announce, keep_mtime=True)
    replace(take_snapshot(photo), new)
    create(sidecar, content(), like=photo.stat())
    assert (photo.read_bytes(), sidecar.read_bytes()) == (NEW, NEW)
    assert sorted({p.name for p in place.iterdir()} - {"below.jpg", "lost+found"}) == [
        "photo.jpg",
        "photo.xmp",
    ]
    after = photo.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )
    if keep_mtime:
        assert after.st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_save_just_before_the_exchange_wins(
    mount: Mount, place: Path, tmp_path: Path, kind: Callable[[Mount, Path], None]
) -> None:
    kind(mount, tmp_path)
    photo = place / "photo.jpg"
    photo.write_bytes(OLD)

    def save(_new: os.stat_result) -> None:
        saved = place / "editor.tmp"
        saved.write_bytes(b"saved")
        saved.replace(photo)

    with pytest.raises(AssetChangedError):
        replace(take_snapshot(photo), content(save))
    assert photo.read_bytes() == b"saved"
    assert sorted({p.name for p in place.iterdir()} - {"below.jpg", "lost+found"}) == ["photo.jpg"]


def test_a_file_of_the_lower_layer_is_replaced_or_left_alone(
    mount: Mount, place: Path, tmp_path: Path
) -> None:
    overlay(mount, tmp_path)
    replace(take_snapshot(place / "below.jpg"), content())
    assert (place / "below.jpg").read_bytes() == NEW
    assert (tmp_path / "lower" / "below.jpg").read_bytes() == OLD
    assert [p.name for p in place.iterdir()] == ["below.jpg"]


@pytest.mark.parametrize("options", ["size=64k", "nr_inodes=3"])
def test_a_full_disk_changes_nothing_and_room_is_all_it_takes(
    mount: Mount, place: Path, options: str
) -> None:
    in_memory(mount, options)
    photo = place / "photo.jpg"
    photo.write_bytes(OLD)
    (place / "filler").write_bytes(b"f" * (10 << 10))
    before = take_snapshot(photo)
    with pytest.raises(WriteError, match="the disk is full"):
        replace(before, content())
    with pytest.raises(WriteError, match="the disk is full"):
        create(place / "photo.xmp", content(), like=photo.stat())
    assert take_snapshot(photo) == before
    assert sorted(p.name for p in place.iterdir()) == ["filler", "photo.jpg"]
    subprocess.run(["mount", "-o", "remount,size=8m,nr_inodes=99", place], check=True)
    replace(take_snapshot(photo), content())
    assert photo.read_bytes() == NEW
    assert sweep(place) == 0


def test_a_file_system_made_read_only_changes_nothing(mount: Mount, place: Path) -> None:
    in_memory(mount)
    photo = place / "photo.jpg"
    photo.write_bytes(OLD)
    snapshot = take_snapshot(photo)
    subprocess.run(["mount", "-o", "remount,ro", place], check=True)
    with pytest.raises(Exception, match="read-only"):
        replace(snapshot, content())
    with pytest.raises(WriteError, match="Read-only"):
        create(place / "photo.xmp", content(), like=snapshot.status)
    assert take_snapshot(photo) == snapshot
