"""Reading a file once: what is refused, and what counts as the same file later."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.snapshot import is_unchanged, take_snapshot
from tagbridge_hooks import UnreadableAssetError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"content")
    return path


def test_all_bytes_and_the_status_are_taken(photo: Path) -> None:
    snapshot = take_snapshot(photo)
    assert (snapshot.data, snapshot.path) == (b"content", photo)
    assert is_unchanged(snapshot.status, photo.stat())


def test_reading_needs_no_right_to_write_and_changes_nothing(photo: Path) -> None:
    photo.chmod(0o444)
    before = photo.stat()
    take_snapshot(photo)
    after = photo.stat()
    assert (before.st_mtime_ns, before.st_ctime_ns) == (after.st_mtime_ns, after.st_ctime_ns)


def test_a_name_that_is_not_utf8_is_read(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff\xfe -x|.jpg")
    path.write_bytes(b"odd")
    assert take_snapshot(path).data == b"odd"


def make_link(path: Path) -> None:
    path.with_name("other").write_bytes(b"x")
    path.symlink_to("other")


def make_socket(path: Path) -> None:
    os.chdir(path.parent)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda path: path.write_bytes(b""), "empty", id="empty"),
        pytest.param(lambda path: path.mkdir(), "not a regular file", id="folder"),
        pytest.param(os.mkfifo, "not a regular file", id="pipe"),
        pytest.param(make_socket, "cannot be read", id="socket"),
        pytest.param(make_link, "symbolic link", id="link"),
        pytest.param(lambda path: path.symlink_to("no"), "symbolic link", id="dangling link"),
        pytest.param(lambda path: path.symlink_to(path.name), "symbolic link", id="ring"),
        pytest.param(lambda _path: None, "No such file", id="missing"),
    ],
)
def test_what_is_no_plain_file_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], object], reason: str
) -> None:
    monkeypatch.chdir(tmp_path)  # so that it is set back afterwards
    path = tmp_path / "odd.jpg"
    make(path)
    with pytest.raises(UnreadableAssetError, match=reason):
        take_snapshot(path)


def test_a_device_is_refused() -> None:
    from pathlib import Path  # noqa: PLC0415 - at run time only here

    with pytest.raises(UnreadableAssetError, match="not a regular file"):
        take_snapshot(Path(os.devnull))


def test_a_file_that_is_too_large_is_refused_without_reading_it(photo: Path) -> None:
    os.truncate(photo, 3 << 30)  # sparse: reading it would take 3 GB of memory
    with pytest.raises(UnreadableAssetError, match="larger than 2048 MB"):
        take_snapshot(photo)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda path: path.write_bytes(b"longer content"), id="size"),
        pytest.param(lambda path: os.utime(path, ns=(0, 1)), id="time"),
        pytest.param(lambda path: path.with_name("x").replace(path), id="another file"),
    ],
)
def test_a_change_is_seen(photo: Path, change: Callable[[Path], object]) -> None:
    before = photo.stat()
    other = photo.with_name("x")
    other.write_bytes(b"content")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    change(photo)
    assert not is_unchanged(before, photo.stat())


def test_a_new_mode_or_a_look_at_it_is_no_change_of_content(photo: Path) -> None:
    before = photo.stat()
    photo.chmod(0o600)
    photo.read_bytes()
    assert is_unchanged(before, photo.stat())
