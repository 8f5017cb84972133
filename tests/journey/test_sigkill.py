"""Killed at a random moment of writing, again and again: no photo is ever anything but whole."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

WRITER = Path(__file__).parents[1] / "faults" / "writer.py"
KILLS = int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "400")) // 40
LONGEST = 0.15  # seconds; some twenty photos are written in that time


def words(photos: list[Path]) -> list[list[str]]:
    """Return the keywords of each photo in XMP and in IPTC, as ExifTool reads them."""
    command: list[str | Path] = [
        "exiftool",
        "-XMP-dc:Subject",
        "-IPTC:Keywords",
        "-s3",
        "-sep",
        ",",
        *photos,
    ]
    said = subprocess.check_output(command, text=True).split("======== ")[1:]
    return [one.splitlines()[1:] for one in said]


@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("exiftool")
def test_after_any_kill_every_photo_is_old_or_new_and_the_next_run_leaves_nothing_behind(
    tmp_path: Path,
    draw: Callable[..., Path],
    edit: Callable[..., None],
    leftovers: Callable[[Path], list[str]],
) -> None:
    photos = [draw(tmp_path / "in" / f"{number}.jpg", number) for number in range(5)]
    for photo in photos:
        edit(photo, "-XMP-dc:Subject=mine", "-IPTC:Keywords=mine", "-EXIF:Make=camera")
    shutil.copytree(tmp_path / "in", tmp_path / "originals")
    pixels = [Image.open(photo).tobytes() for photo in photos]
    chance = random.Random(KILLS)  # noqa: S311 - a test must be repeatable
    left = 0
    for _ in range(KILLS):
        shutil.rmtree(tmp_path / "in")
        shutil.copytree(tmp_path / "originals", tmp_path / "in")
        command: list[str | Path] = [sys.executable, WRITER, "--forever", *photos]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout
            assert writer.stdout.readline() == b"ready\n"
            try:
                writer.wait(chance.uniform(0, LONGEST))
            except subprocess.TimeoutExpired:
                writer.kill()
        assert [Image.open(photo).tobytes() for photo in photos] == pixels
        for found in words(photos):
            # One plan fills both lists, so whichever version this is, they are alike.
            assert found[0] == found[1]
            assert found[0].startswith("mine")
        left += bool(leftovers(tmp_path))
        subprocess.run([sys.executable, WRITER, *photos], check=True, capture_output=True)
        assert sorted(p.name for p in (tmp_path / "in").iterdir()) == sorted(p.name for p in photos)
        assert all(found[0].endswith("harbour") for found in words(photos))
    sys.stdout.write(f"{KILLS} kills, {left} of them left temporary files\n")
