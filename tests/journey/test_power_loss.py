"""The power fails while photos are written, on real file systems: ext4 and XFS.

The file system in an image is told to go down at once (the ioctl that xfstests uses for the same
purpose): from then on nothing reaches the disk. Mounted anew, it replays its journal like after a
power cut. Every second time the journal is flushed before, which is when renames outlive contents.
"""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WRITER = Path(__file__).parents[1] / "faults" / "writer.py"
CUTS = int(os.environ.get("TAGBRIDGE_TEST_CUTS", "0"))
SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN are the same number
FLUSH_THE_JOURNAL, FLUSH_NOTHING = 1, 2
MEGABYTES = {"ext4": 32, "xfs": 320}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    if not CUTS:
        pytest.skip("takes minutes: set TAGBRIDGE_TEST_CUTS to the number of power cuts")
    if os.geteuid():
        pytest.skip("needs the superuser, to mount file systems")
    place = tmp_path / "disk"
    place.mkdir()
    yield place
    subprocess.run(["umount", "-l", place], check=False, capture_output=True)


def mount(image: Path, place: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"loop,{options}", image, place], check=True)


def new_file_system(kind: str, image: Path) -> None:
    if not shutil.which(f"mkfs.{kind}"):
        pytest.skip(
            f"needs mkfs.{kind}: apt-get install {'xfsprogs' if kind == 'xfs' else 'e2fsprogs'}"
        )
    image.unlink(missing_ok=True)
    with image.open("wb") as file:
        file.truncate(MEGABYTES[kind] << 20)
    subprocess.run([f"mkfs.{kind}", "-q", image], check=True)


def cut_the_power(place: Path, how: int) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", how))
    os.close(descriptor)


@pytest.mark.timeout(7200)
@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize(
    "file_system", [("ext4", "defaults"), ("ext4", "noauto_da_alloc"), ("xfs", "defaults")]
)
def test_after_a_power_cut_every_photo_is_old_or_new(
    tmp_path: Path,
    disk: Path,
    draw: Callable[..., Path],
    edit: Callable[..., None],
    file_system: tuple[str, str],
) -> None:
    kind, options = file_system
    originals = [draw(tmp_path / "originals" / f"{number}.jpg", number) for number in range(5)]
    for photo in originals:
        edit(photo, "-XMP-dc:Subject=mine", "-IPTC:Keywords=mine")
    pixels = [Image.open(photo).tobytes() for photo in originals]
    photos = [disk / photo.name for photo in originals]
    image = tmp_path / "image"
    chance = random.Random(CUTS)  # noqa: S311 - a test must be repeatable
    for cut in range(CUTS):
        new_file_system(kind, image)
        mount(image, disk, options)
        for original, photo in zip(originals, photos, strict=True):
            shutil.copy(original, photo)
        os.sync()
        with subprocess.Popen(
            [sys.executable, WRITER, "--forever", *photos], stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout
            assert writer.stdout.readline() == b"ready\n"
            try:
                writer.wait(chance.uniform(0, 0.3))
            except subprocess.TimeoutExpired:
                cut_the_power(disk, (FLUSH_THE_JOURNAL, FLUSH_NOTHING)[cut % 2])
                writer.kill()
        subprocess.run(["umount", disk], check=True)
        mount(image, disk, options)
        assert [Image.open(photo).tobytes() for photo in photos] == pixels
        fields = ["-XMP-dc:Subject", "-IPTC:Keywords", "-s3", "-sep", ","]
        said = subprocess.check_output(["exiftool", *fields, *photos], text=True)
        for one in said.split("======== ")[1:]:
            _name, subject, keywords = one.splitlines()[:3]
            assert subject == keywords
            assert subject.startswith("mine")
        subprocess.run([sys.executable, WRITER, *photos], check=True, capture_output=True)
        assert {p.name for p in disk.iterdir()} - {"lost+found"} == {photo.name for photo in photos}
        subprocess.run(["umount", disk], check=True)
