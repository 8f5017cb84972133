"""Photos come into a watched folder in all the ways that programs have, and each is tagged once."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Daemon, Program


@pytest.fixture(scope="module", params=["events", "scan"])
def daemon(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    puppet_in: Callable[[Path], Program],
    watching: Callable[..., Daemon],
) -> Daemon:
    """Return a daemon that is told by events, and one that looks by itself."""
    home = tmp_path_factory.mktemp("watched")
    mode = {"TAGBRIDGE_WATCH__MODE": request.param, "TAGBRIDGE_WATCH__SCAN_SECONDS": "0.3"}
    return watching(puppet_in(home), home / "inbox", **mode)


@pytest.fixture
def inbox(daemon: Daemon, request: pytest.FixtureRequest) -> Path:
    """Return a folder of this test's own below the watched one."""
    folder = daemon.folders[0] / str(request.node.name)
    folder.mkdir()
    return folder


def tagged_once(daemon: Daemon, draw: Callable[..., Path], *photos: Path) -> bool:
    """Return whether each photo arrived once, also after there was time for an echo.

    Two more photos are dropped, one after the other. Whatever the writes to the first ones made
    to be looked at settles before these do.
    """
    daemon.wait_for_photos(*photos)
    folder = photos[0].parent
    sentinels = [folder / "sentinel 1.jpg", folder / "sentinel 2.jpg"]
    for sentinel in sentinels:
        daemon.wait_for_photos(draw(sentinel))
    return daemon.arrivals(folder) == dict.fromkeys(map(str, [*photos, *sentinels]), 1)


def test_a_copied_tree(
    daemon: Daemon, inbox: Path, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    names = [f"{folder}/{n}.jpg" for folder in ("trip", "trip/day 1", "trip/day 2") for n in "abc"]
    for number, name in enumerate(names):
        draw(tmp_path / name, number)
    subprocess.run(["cp", "-r", tmp_path / "trip", inbox], check=True)
    assert tagged_once(daemon, draw, *(inbox / name for name in names))


def test_a_slow_writer(
    daemon: Daemon, inbox: Path, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photo = inbox / "slow.jpg"
    whole = draw(tmp_path / "whole.jpg").read_bytes()
    with photo.open("wb", buffering=0) as file:
        file.write(whole[: len(whole) // 2])
        daemon.wait_for(str(photo), "not complete yet")
        assert not daemon.arrivals(inbox)
        file.write(whole[len(whole) // 2 :])
    assert tagged_once(daemon, draw, photo)


def test_space_that_is_reserved_first_and_filled_later(
    daemon: Daemon, inbox: Path, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photo = inbox / "reserved.jpg"
    whole = draw(tmp_path / "whole.jpg").read_bytes()
    with photo.open("wb", buffering=0) as file:
        os.posix_fallocate(file.fileno(), 0, len(whole))
        daemon.wait_for(str(photo), "not complete yet")
        file.write(whole)
    assert tagged_once(daemon, draw, photo)


def test_a_download_that_is_renamed_in_the_end(
    daemon: Daemon, inbox: Path, draw: Callable[..., Path]
) -> None:
    download = draw(inbox / "a.jpg.crdownload", kind="JPEG")
    daemon.wait_for_photos(draw(inbox / "meanwhile.jpg"))
    photo = download.rename(inbox / "a.jpg")
    assert tagged_once(daemon, draw, photo, inbox / "meanwhile.jpg")


def test_a_folder_that_is_moved_in(
    daemon: Daemon, inbox: Path, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    names = ["a.jpg", "b/c.jpg", "b/d/e.jpg"]
    for number, name in enumerate(names):
        draw(tmp_path / "moved" / name, number)
    (tmp_path / "moved").rename(inbox / "moved")
    assert tagged_once(daemon, draw, *(inbox / "moved" / name for name in names))


def test_a_sidecar_is_no_arrival(daemon: Daemon, inbox: Path, draw: Callable[..., Path]) -> None:
    photo = draw(inbox / "a.tif")
    assert tagged_once(daemon, draw, photo)
    assert (inbox / "a.tif.xmp").is_file()


def test_a_bad_file_is_told_of_once_and_the_rest_is_tagged(
    daemon: Daemon, inbox: Path, draw: Callable[..., Path]
) -> None:
    bad, photo = inbox / "bad.jpg", inbox / "good.jpg"
    bad.write_text("no picture")
    os.mkfifo(inbox / "pipe.jpg")
    (inbox / "link.jpg").symlink_to("good.jpg")
    draw(photo)
    assert tagged_once(daemon, draw, photo, bad)
    assert daemon.said("parked", "not a picture we know")


def test_a_keyword_that_the_user_removes_does_not_come_back(
    daemon: Daemon,
    inbox: Path,
    draw: Callable[..., Path],
    edit: Callable[..., None],
    exiftool: Callable[..., Any],
) -> None:
    photo = draw(inbox / "a.jpg")
    daemon.wait_for_photos(photo)
    edit(photo, "-XMP-dc:Subject=", "-IPTC:Keywords=", "-XMP-tagbridge:all=")
    edited = photo.stat()
    daemon.wait_for("skipped", str(photo))
    assert (photo.stat().st_ino, photo.stat().st_mtime_ns) == (edited.st_ino, edited.st_mtime_ns)
    assert "XMP-dc:Subject" not in exiftool(photo)


def test_another_picture_under_the_same_name_is_tagged(
    daemon: Daemon, inbox: Path, draw: Callable[..., Path], exiftool: Callable[..., Any]
) -> None:
    photo = draw(inbox / "a.jpg", 6)
    daemon.wait_for_photos(photo)
    draw(photo, 7)
    daemon.wait_for("written", str(photo), times=2)
    assert exiftool(photo)["XMP-dc:Subject"] == "Puppet"
