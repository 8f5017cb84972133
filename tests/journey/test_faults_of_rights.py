"""What an ordinary user may not do: foreign owners, read-only photos, closed folders."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.journey.conftest import Program

    Draw = Callable[..., Path]

AS_USER = ("setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups")
# Where Python lies in a folder of the superuser: a right to read everything, and to write nothing.
MAY_READ = ("--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search")
START = "import subprocess, sys, tagbridge; subprocess.run([sys.executable, '-V'], check=True)"
CAN_START = (sys.executable, "-c", START)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that every user can reach, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="tagbridge-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def user(open_folder: Path, puppet: Program) -> Program:
    """Return tagbridge as an ordinary user runs it: nothing is hidden by the superuser's rights."""
    if os.geteuid():
        return puppet
    if not shutil.which("setpriv"):
        pytest.skip("needs setpriv: apt-get install util-linux")
    home = open_folder / "home"
    home.mkdir()
    os.chown(home, 1000, 1000)
    for prefix in (AS_USER, (*AS_USER, *MAY_READ)):
        if not subprocess.run([*prefix, *CAN_START], check=False, capture_output=True).returncode:
            settings = {"TAGBRIDGE_PROVIDERS": '{"puppet": {}}'}
            return type(puppet)(home=home, prefix=prefix, settings=settings)
    pytest.skip("needs a checkout and a Python that every user can read")


def test_an_ordinary_user_keeps_owner_and_mode(
    open_folder: Path, user: Program, draw: Draw
) -> None:
    photo = draw(open_folder / "in" / "photo.jpg")
    own(photo.parent, photo)
    photo.chmod(0o640)
    before = photo.stat()
    assert user.tag(photo).summary == {"written": 1}
    now = photo.stat()
    assert (now.st_uid, now.st_gid, now.st_mode) == (before.st_uid, before.st_gid, before.st_mode)


def test_a_read_only_photo_gets_a_sidecar(open_folder: Path, user: Program, draw: Draw) -> None:
    photo = draw(open_folder / "in" / "photo.jpg")
    own(photo.parent, photo)
    photo.chmod(0o444)
    before = photo.read_bytes()
    row = user.tag(photo).of(photo)
    assert (row["outcome"], row["target"]) == ("written", f"{photo}.xmp")
    assert "read-only" in row["reason"]
    assert photo.read_bytes() == before


def test_a_folder_that_nobody_may_write_to_parks_its_photos(
    open_folder: Path, user: Program, draw: Draw
) -> None:
    photo = draw(open_folder / "in" / "photo.jpg")
    own(photo.parent, photo)
    photo.parent.chmod(0o555)
    before = photo.read_bytes()
    ended = user.tag(photo)
    photo.parent.chmod(0o755)
    assert (ended.status, ended.of(photo)["outcome"]) == (1, "parked")
    assert "Permission denied" in ended.of(photo)["reason"]
    assert (photo.read_bytes(), [p.name for p in photo.parent.iterdir()]) == (before, ["photo.jpg"])


def test_the_photo_of_another_user_gets_a_sidecar_rather_than_another_owner(
    open_folder: Path, user: Program, draw: Draw
) -> None:
    if os.geteuid():
        pytest.skip("needs the superuser, to make another user's photo")
    photo = draw(open_folder / "in" / "photo.jpg")
    own(photo.parent)
    photo.chmod(0o666)
    before = photo.stat(), photo.read_bytes()
    row = user.tag(photo).of(photo)
    assert (row["outcome"], row["target"]) == ("written", f"{photo}.xmp")
    now = photo.stat()
    assert (now.st_uid, now.st_ino, photo.read_bytes()) == (0, before[0].st_ino, before[1])
    assert Path(f"{photo}.xmp").stat().st_uid == 1000


def own(*paths: Path) -> None:
    """Give the paths to the ordinary user that tests run as."""
    if not os.geteuid():
        for path in paths:
            os.chown(path, 1000, 1000)
