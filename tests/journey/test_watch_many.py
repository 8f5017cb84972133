"""Very many photos arrive in three ways at once, and each is tagged exactly once."""

from __future__ import annotations

import os
import subprocess
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageEnhance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Daemon, Program

PHOTOS = int(os.environ.get("TAGBRIDGE_TEST_PHOTOS", "60"))
AT_ONCE = 10

pytestmark = pytest.mark.timeout(60 + 2 * PHOTOS)


def variants(photos: Path, folder: Path) -> list[Path]:
    """Make small photos of which no two are the same, in three folders by turns."""
    originals = []
    for path in sorted(photos.glob("*.jpg")):
        with Image.open(path) as original:
            original.thumbnail((320, 320))
            originals.append(original.convert("RGB"))
    made = []
    for number in range(PHOTOS):
        picture = ImageEnhance.Brightness(originals[number % len(originals)])
        made.append(folder / ("copied", "written", "renamed")[number % 3] / f"{number}.jpg")
        made[-1].parent.mkdir(parents=True, exist_ok=True)
        picture.enhance(0.8 + 0.4 * number / PHOTOS).save(made[-1], quality=85)
    return made


def copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-r", source, target], check=True)


def write_slowly(source: Path, target: Path) -> None:
    """Write several files at a time, a piece of each by turns, as a busy server does."""
    target.mkdir()
    names = sorted(path.name for path in source.iterdir())
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        pieces = {name: (source / name).read_bytes() for name in some}
        for part in range(8):
            for name, data in pieces.items():
                eighth = len(data) // 8 + 1
                with (target / name).open("ab") as file:
                    file.write(data[part * eighth : (part + 1) * eighth])
                    os.fsync(file.fileno())


def rename(source: Path, target: Path) -> None:
    target.mkdir()
    for path in sorted(source.iterdir()):
        path.rename(target / path.name)


def test_each_of_very_many_photos_is_tagged_exactly_once(
    tagbridge: Program,
    watching: Callable[..., Daemon],
    tmp_path: Path,
    photos: Path,
    exiftool: Callable[..., Any],
) -> None:
    made = variants(photos, tmp_path / "camera")
    inbox = tmp_path / "inbox"
    daemon = watching(tagbridge, inbox, TAGBRIDGE_WATCH__SCAN_SECONDS="2")
    ways = {"copied": copy, "written": write_slowly, "renamed": rename}
    writers = [
        Thread(target=way, args=(tmp_path / "camera" / name, inbox / name))
        for name, way in ways.items()
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    arrived = [inbox / path.parent.name / path.name for path in made]
    daemon.wait_for("keywords added", times=PHOTOS, seconds=2.0 * PHOTOS)
    last = inbox / "last.jpg"
    last.write_bytes((photos / "cat.jpg").read_bytes())
    daemon.wait_for_photos(last)
    assert daemon.stop() == 0
    assert daemon.arrivals() == dict.fromkeys(map(str, [*arrived, last]), 1)
    assert {path for path in inbox.rglob("*") if path.is_file()} == {*arrived, last}
    found = exiftool(*arrived)
    assert all(map(is_recorded_once, found.values()))
    assert sum("XMP-dc:Subject" in one for one in found.values()) > PHOTOS // 2


def is_recorded_once(found: dict[str, Any]) -> bool:
    """Return whether each keyword has exactly one record."""
    records = [r["Value"] for r in found.get("XMP-tagbridge:Results", []) if r["Kind"] == "keyword"]
    words: list[str] = found.get("XMP-dc:Subject", "").splitlines()
    return records == words
