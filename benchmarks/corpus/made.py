"""The photographs of the benchmark: which there are, where they are, and copies to work on."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.corpus.camera import photograph
from benchmarks.corpus.scenes import scene, view

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.corpus.scenes import Pixels

_VERSION = 1  # another one, when the photographs are made in another way
_SCENES = 4
_TABLE = b"\xff\xdb\x00\x43"  # a quantization table of 8 bits
_SIZE = (3072, 2048)  # quickly transformed


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Photographs of one sort.

    Attributes:
        name: Of the folder.
        width: Pixels.
        height: Likewise.
        quality: Of the JPEG, 1 to 100; decides how large it is.
        preview: Whether they hold a second picture of 1620 pixels.
    """

    name: str
    width: int
    height: int
    quality: int
    preview: bool = False


class Corpus:
    """Makes photographs when they are first wanted and keeps them in a folder."""

    def __init__(self, cache: Path) -> None:
        """Take the folder; nothing is made yet."""
        self._folder = cache / f"corpus-{_VERSION}"
        self._scenes: list[Pixels] = []

    def photos(self, kind: Kind, count: int) -> list[Path]:
        """Return so many different photographs."""
        folder = self._folder / kind.name
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"IMG_{number:04}.jpg" for number in range(count)]
        missing = [number for number, path in enumerate(paths) if not path.exists()]
        if missing:
            with ThreadPoolExecutor(os.cpu_count()) as threads:
                list(threads.map(partial(self._make, kind, folder), missing))
        return paths

    def _make(self, kind: Kind, folder: Path, number: int) -> None:
        part = folder / f".{number}"
        part.write_bytes(self._photo(kind, number))
        part.replace(folder / f"IMG_{number:04}.jpg")

    def _photo(self, kind: Kind, number: int) -> bytes:
        scenery = self._scenery()[number % _SCENES]
        picture = view(scenery, number, kind.width, kind.height)
        return photograph(picture, kind.quality, number, preview=kind.preview)

    def _scenery(self) -> list[Pixels]:
        if not self._scenes:
            self._scenes = [scene(seed, *_SIZE) for seed in range(_SCENES)]
        return self._scenes


def copied(photos: Iterable[Path], folder: Path, times: int = 1) -> list[Path]:
    """Copy photographs into an empty folder and wait until the disk has them.

    Args:
        photos: The originals.
        folder: Emptied first.
        times: So many of each, which are different pictures: one number of a quantization table
            is another in each.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = []
    for photo in photos:
        data = photo.read_bytes()
        for variant in range(times):
            made.append(folder / f"{photo.stem}_{variant}.jpg")
            made[-1].write_bytes(_varied(data, variant))
    os.sync()
    return made


def _varied(data: bytes, variant: int) -> bytes:
    if not variant:
        return data
    # Behind the EXIF block, which comes first and holds a thumbnail with tables of its own.
    behind = 4 + int.from_bytes(data[4:6], "big")
    at = data.index(_TABLE, behind) + len(_TABLE) + 64  # its last number
    return data[:at] + bytes([min(255, data[at] + variant)]) + data[at + 1 :]
