"""Owner, group, mode, times, ACLs and extended attributes stay when a photo gets keywords."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.replace import NewContent, replace
from tagbridge.metadata.snapshot import take_snapshot

if TYPE_CHECKING:
    from pathlib import Path

YEAR_1965, YEAR_2001 = -157_766_400_123_456_789, 1_000_000_000_987_654_321


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"old")
    return path


@pytest.fixture
def root() -> None:
    if os.geteuid():
        pytest.skip("needs the superuser")


@pytest.fixture
def acl(photo: Path) -> None:
    if not shutil.which("setfacl"):
        pytest.skip("needs setfacl: apt-get install acl")
    if subprocess.run(["setfacl", "-m", "u:0:r", photo], check=False).returncode:
        pytest.skip("needs a file system with ACLs")
    subprocess.run(["setfacl", "-b", photo], check=True)


def getfacl(path: Path) -> str:
    return subprocess.check_output(["getfacl", "-cnp", path], text=True)


def written(photo: Path, *, keep_mtime: bool = False) -> os.stat_result:
    """Replace the photo as it is now, and return the status of the new one."""
    replaced(photo, keep_mtime=keep_mtime)
    return photo.stat()


def replaced(photo: Path, *, keep_mtime: bool = False) -> None:
    new = NewContent(
        pieces=[b"new"], check=lambda _: None, announce=lambda _: None, keep_mtime=keep_mtime
    )
    replace(take_snapshot(photo), new)
    assert photo.read_bytes() == b"new"


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o777, 0o1755, 0o2755, 0o4711, 0o6755])
def test_the_mode_stays_with_its_set_id_bits(photo: Path, mode: int) -> None:
    photo.chmod(mode)
    assert written(photo).st_mode & 0o7777 == mode


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("mode", [0o644, 0o4755, 0o6755])
def test_owner_group_and_mode_stay_when_root_writes(photo: Path, mode: int) -> None:
    os.chown(photo, 1234, 2345)
    photo.chmod(mode)
    now = written(photo)
    assert (now.st_uid, now.st_gid, now.st_mode & 0o7777) == (1234, 2345, mode)


def test_a_mode_changed_after_reading_is_the_one_that_stays(photo: Path) -> None:
    snapshot = take_snapshot(photo)
    photo.chmod(0o640)
    new = NewContent(pieces=[b"new"], check=lambda _: None, announce=lambda _: None)
    replace(snapshot, new)
    assert photo.stat().st_mode & 0o777 == 0o640


def test_a_mode_changed_in_the_very_moment_is_not_lost(photo: Path) -> None:
    snapshot = take_snapshot(photo)
    photo.chmod(0o644)
    new = NewContent(pieces=[b"new"], check=lambda _: None, announce=lambda _: photo.chmod(0o600))
    with pytest.raises(Exception, match="same moment"):
        replace(snapshot, new)
    assert (photo.stat().st_mode & 0o777, photo.read_bytes()) == (0o600, b"old")


@pytest.mark.parametrize("when", [YEAR_1965, 0, YEAR_2001])
def test_the_time_of_the_last_change_stays_if_wanted(photo: Path, when: int) -> None:
    os.utime(photo, ns=(when, when))
    assert written(photo, keep_mtime=True).st_mtime_ns == when


def test_the_time_of_the_last_change_is_new_by_default(photo: Path) -> None:
    os.utime(photo, ns=(YEAR_2001, YEAR_2001))
    assert written(photo).st_mtime_ns > YEAR_2001


def test_extended_attributes_stay(photo: Path) -> None:
    values = {"user.xdg.tags": b"beach,2019", "user.empty": b"", "user.binary": bytes(range(256))}
    try:
        for name, value in values.items():
            os.setxattr(photo, name, value)
    except OSError:
        pytest.skip("needs a file system with extended attributes")
    replaced(photo)
    assert {name: os.getxattr(photo, name) for name in os.listxattr(photo)} == values


@pytest.mark.usefixtures("acl")
def test_access_lists_stay(photo: Path) -> None:
    entries = "u:1234:rw,g:2345:r,u:1235:---,m::rw"
    subprocess.run(["setfacl", "-m", entries, photo], check=True)
    before = getfacl(photo)
    assert "user:1234:rw-" in before
    replaced(photo)
    assert getfacl(photo) == before


@pytest.mark.usefixtures("acl")
def test_a_folders_default_list_lets_nobody_into_a_photo_that_had_none(photo: Path) -> None:
    photo.chmod(0o640)
    before = getfacl(photo)
    subprocess.run(["setfacl", "-d", "-m", "u:1234:rwx,g:2345:rwx", photo.parent], check=True)
    replaced(photo)
    assert getfacl(photo) == before


@pytest.mark.usefixtures("root")
def test_another_users_photo_is_refused_rather_than_taken_over(photo: Path) -> None:
    # A child that gives up its rights; it stays in the folder, whose parents are closed to it.
    photo.chmod(0o666)
    photo.parent.chmod(0o777)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.chdir(photo.parent)
        os.setgroups([])
        os.setresgid(1000, 1000, 1000)
        os.setresuid(1000, 1000, 1000)
        try:
            replaced(photo.relative_to(photo.parent))
            os.write(writer, b"it was replaced")
        except EmbeddingRefusedError as error:
            os.write(writer, str(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as said:
        assert b"owner, mode or attributes cannot be kept" in said.read()
    assert (photo.read_bytes(), photo.stat().st_uid) == (b"old", 0)
    assert [p.name for p in photo.parent.iterdir()] == ["photo.jpg"]
