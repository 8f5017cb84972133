"""A share that goes and comes back: nothing is asked for twice, nothing is forgotten."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.journey.paid.conftest import Album, Customer

QUICKLY = {"TAGBRIDGE_WATCH__SCAN_SECONDS": "1"}


class Share:
    """A folder that can be out of reach: an empty mount point, as when a NAS is switched off."""

    def __init__(self, disk: Path, place: Path) -> None:
        self.disk = disk
        self.place = place
        disk.mkdir()
        place.mkdir()

    def mount(self) -> None:
        if os.geteuid() == 0:
            self._run("mount", "--bind", self.disk, self.place)
        else:  # to be renamed looks much the same
            self.place.rmdir()
            self.disk.rename(self.place)

    def unmount(self) -> None:
        if os.geteuid() == 0:
            self._run("umount", "-l", self.place)
        else:
            self.place.rename(self.disk)
            self.place.mkdir()

    def _run(self, *command: str | Path) -> None:
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("needs a system that lets tests mount")


@pytest.fixture
def share(tmp_path: Path) -> Iterator[Share]:
    share = Share(tmp_path / "disk", tmp_path / "share")
    yield share
    subprocess.run(["umount", "-l", share.place], check=False, capture_output=True)


def test_a_share_may_go_and_come_back_while_the_daemon_runs(
    customer: Callable[..., Customer],
    share: Share,
    album: Album,
) -> None:
    we = customer()
    album.folder = share.place
    share.mount()
    daemon = we.watch(share.place, **QUICKLY)
    album.add_many(3)
    we.wait_until_done(album.photos)
    for number in (1, 2):
        share.unmount()
        daemon.wait_for("Another folder", str(share.place), times=2 * number - 1)
        share.mount()
        daemon.wait_for("Another folder", str(share.place), times=2 * number)
        daemon.wait_for_photos(album.add())
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    we.judge.finds_all_in_order(album.photos)


def test_a_share_may_be_away_when_the_daemon_starts(
    customer: Callable[..., Customer],
    share: Share,
    album: Album,
) -> None:
    we = customer()
    album.folder = share.place
    share.mount()
    album.add_many(3)
    assert we.program.tag(*album.photos).status == 0
    for _ in range(2):
        share.unmount()
        daemon = we.watch(share.place, **QUICKLY)
        share.mount()
        daemon.wait_for_photos(album.add())
        assert daemon.stop() == 0
    we.judge.finds_all_in_order(album.photos)


def test_a_photo_that_goes_with_its_share_in_flight_is_done_when_the_share_is_back(
    customer: Callable[..., Customer],
    share: Share,
    album: Album,
) -> None:
    we = customer("--latency", "1")
    service = we.service
    album.folder = share.place
    share.mount()
    daemon = we.watch(share.place, **QUICKLY)
    album.add_many(3)
    service.wait_for(6)
    share.unmount()
    we.wait_until_left(missing=3)
    share.mount()
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    we.judge.finds_all_in_order(album.photos)
