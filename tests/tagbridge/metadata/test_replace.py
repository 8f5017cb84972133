"""Replacing one file by another: what is refused, what stays when it fails, what is announced."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.replace import NewContent, create, refuse_replacing, replace
from tagbridge.metadata.snapshot import take_snapshot
from tagbridge_hooks import AssetChangedError, VerificationError, WriteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OLD, NEW = b"the old content", b"the new content, which is longer"


def accept(_: object) -> None:
    """Find nothing wrong."""


def content(*pieces: bytes, check: Callable[[bytes], None] = accept, **more: object) -> NewContent:
    announce = more.get("announce", accept)
    assert callable(announce)
    keep = bool(more.get("keep_mtime"))
    return NewContent(pieces=pieces or (NEW,), check=check, announce=announce, keep_mtime=keep)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(OLD)
    return path


def names(photo: Path) -> list[str]:
    return sorted(p.name for p in photo.parent.iterdir())


@contextmanager
def left_as_it_was(photo: Path) -> Iterator[None]:
    """Check that a failure leaves the same file with the same content, and nothing beside it."""
    before = photo.stat(), photo.read_bytes(), names(photo)
    yield
    after = photo.stat(), photo.read_bytes(), names(photo)
    assert (after[0].st_ino, after[0].st_mtime_ns, *after[1:]) == (
        before[0].st_ino,
        before[0].st_mtime_ns,
        *before[1:],
    )


def test_the_pieces_become_the_file_and_nothing_is_left_beside_it(photo: Path) -> None:
    replace(take_snapshot(photo), content(b"one", memoryview(b"two").tobytes(), b"", b"three"))
    assert photo.read_bytes() == b"onetwothree"
    assert names(photo) == ["photo.jpg"]


def test_the_old_file_itself_is_never_written(photo: Path) -> None:
    with photo.open("rb") as reader:
        replace(take_snapshot(photo), content())
        assert reader.read() == OLD
    assert photo.read_bytes() == NEW


def test_what_is_announced_is_what_the_file_system_says_afterwards(photo: Path) -> None:
    announced: list[os.stat_result] = []
    seen: list[bytes] = []

    def announce(new: os.stat_result) -> None:
        announced.append(new)
        seen.append(photo.read_bytes())

    replace(take_snapshot(photo), content(announce=announce))
    (told,), now = announced, photo.stat()
    assert (told.st_ino, told.st_size, told.st_mtime_ns) == (
        now.st_ino,
        now.st_size,
        now.st_mtime_ns,
    )
    assert seen == [OLD]


def test_a_failed_check_changes_nothing(photo: Path) -> None:
    def check(read_back: bytes) -> None:
        assert read_back == NEW
        raise VerificationError("no")

    snapshot = take_snapshot(photo)
    with left_as_it_was(photo), pytest.raises(VerificationError):
        replace(snapshot, content(check=check))


def test_an_announcement_that_fails_changes_nothing(photo: Path) -> None:
    def announce(_new: os.stat_result) -> None:
        raise OSError(errno.ENOSPC, "the disk of the state is full")

    snapshot = take_snapshot(photo)
    with left_as_it_was(photo), pytest.raises(WriteError, match="disk is full"):
        replace(snapshot, content(announce=announce))


def test_a_file_that_changed_since_it_was_read_is_left_alone(photo: Path) -> None:
    snapshot = take_snapshot(photo)
    photo.write_bytes(b"edited meanwhile")
    with left_as_it_was(photo), pytest.raises(AssetChangedError):
        replace(snapshot, content())


def test_a_file_that_is_gone_counts_as_changed_and_not_as_read_only(photo: Path) -> None:
    snapshot = take_snapshot(photo)
    photo.unlink()
    with pytest.raises(AssetChangedError):
        refuse_replacing(snapshot)
    with pytest.raises(AssetChangedError):
        replace(snapshot, content())
    assert names(photo) == []


def test_a_link_put_in_the_place_of_the_file_is_left_alone(photo: Path) -> None:
    snapshot = take_snapshot(photo)
    other = photo.rename(photo.with_name("other.jpg"))
    photo.symlink_to(other)
    with pytest.raises(WriteError):
        replace(snapshot, content())
    assert photo.is_symlink()
    assert other.read_bytes() == OLD
    assert names(photo) == ["other.jpg", "photo.jpg"]


def test_a_file_with_a_second_name_is_refused(photo: Path) -> None:
    photo.with_name("backup.jpg").hardlink_to(photo)
    snapshot = take_snapshot(photo)
    with left_as_it_was(photo), pytest.raises(EmbeddingRefusedError, match="hard links"):
        refuse_replacing(snapshot)
    with left_as_it_was(photo), pytest.raises(EmbeddingRefusedError, match="hard links"):
        replace(snapshot, content())


def test_a_second_name_that_was_made_after_reading_is_refused_as_well(photo: Path) -> None:
    snapshot = take_snapshot(photo)
    photo.with_name("backup.jpg").hardlink_to(photo)
    with left_as_it_was(photo), pytest.raises(EmbeddingRefusedError, match="hard links"):
        replace(snapshot, content())


def test_a_read_only_file_is_refused_even_for_root(photo: Path) -> None:
    photo.chmod(0o444)
    snapshot = take_snapshot(photo)
    with left_as_it_was(photo), pytest.raises(EmbeddingRefusedError, match="read-only"):
        replace(snapshot, content())


def test_a_file_made_read_only_after_reading_is_refused_as_well(photo: Path) -> None:
    snapshot = take_snapshot(photo)
    photo.chmod(0o400)
    with left_as_it_was(photo), pytest.raises(EmbeddingRefusedError, match="read-only"):
        replace(snapshot, content())


def test_an_immutable_file_is_refused(photo: Path) -> None:
    snapshot = take_snapshot(photo)
    if os.geteuid() or not shutil.which("chattr"):
        pytest.skip("needs chattr and the superuser: apt-get install e2fsprogs")
    if subprocess.run(["chattr", "+i", photo], check=False, capture_output=True).returncode:
        pytest.skip("needs a file system with an immutable flag, such as ext4")
    try:
        with left_as_it_was(photo), pytest.raises(EmbeddingRefusedError, match="read-only"):
            replace(snapshot, content())
    finally:
        subprocess.run(["chattr", "-i", photo], check=True)


def test_a_write_that_the_system_cuts_short_changes_nothing(photo: Path) -> None:
    snapshot = take_snapshot(photo)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with left_as_it_was(photo), pytest.raises(WriteError, match=r"photo\.jpg.*too large"):
            replace(snapshot, content(b"x" * 5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_new_file_never_replaces_one_that_is_there(photo: Path) -> None:
    with left_as_it_was(photo), pytest.raises(AssetChangedError, match="another program"):
        create(photo, content(), like=photo.stat())


def test_a_new_file_never_replaces_a_dangling_link(photo: Path) -> None:
    sidecar = photo.with_suffix(".xmp")
    sidecar.symlink_to("nowhere")
    with pytest.raises(AssetChangedError, match="another program"):
        create(sidecar, content(), like=photo.stat())
    assert sidecar.readlink().name == "nowhere"
    assert names(photo) == ["photo.jpg", "photo.xmp"]


def test_a_new_file_whose_check_fails_is_not_there(photo: Path) -> None:
    def check(_read_back: bytes) -> None:
        raise VerificationError("no")

    with left_as_it_was(photo), pytest.raises(VerificationError):
        create(photo.with_suffix(".xmp"), content(check=check), like=photo.stat())


@pytest.mark.parametrize(
    ("photos_mode", "mode"), [(0o600, 0o600), (0o640, 0o640), (0o644, 0o644), (0o444, 0o644)]
)
def test_who_may_not_read_the_photo_may_not_read_its_new_sidecar(
    photo: Path, photos_mode: int, mode: int
) -> None:
    photo.chmod(photos_mode)
    sidecar = photo.with_suffix(".xmp")
    mask = os.umask(0o022)
    try:
        create(sidecar, content(), like=photo.stat())
    finally:
        os.umask(mask)
    assert sidecar.stat().st_mode & 0o777 == mode
    assert sidecar.stat().st_nlink == 1


def test_a_sidecar_that_root_makes_belongs_to_the_photos_owner(photo: Path) -> None:
    if os.geteuid():
        pytest.skip("needs the superuser")
    os.chown(photo, 1234, 2345)
    sidecar = photo.with_suffix(".xmp")
    create(sidecar, content(), like=photo.stat())
    assert (sidecar.stat().st_uid, sidecar.stat().st_gid) == (1234, 2345)
