"""All files of the table, taken through two runs of the program."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.journey.formats.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journey.conftest import Ended, Program

USERS_XMP = ("-XMP-dc:Subject=mine", "-XMP-dc:Creator=Ann", "-XMP-xmp:Rating=3")


class Run(NamedTuple):
    """What became of all files, and what they were before."""

    folder: Path
    before: dict[str, bytes]
    first: Ended
    second: Ended
    after_first: dict[str, tuple[bytes, int]]
    after_second: dict[str, tuple[bytes, int]]
    seen_before: dict[str, dict[str, Any]]
    seen_after: dict[str, dict[str, Any]]


def seen(folder: Path) -> dict[str, dict[str, Any]]:
    """Return all that exiftool sees in the files of a folder, with previews and the like."""
    what = ["-a", "-all", "-PhotoshopThumbnail", "-b", "-api", "largefilesupport=1"]
    how = ["-j", "-G1:4", "-struct"]
    done = subprocess.run(
        ["exiftool", *how, *what, *folder.iterdir()], capture_output=True, check=False
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return {row["SourceFile"].rpartition("/")[2]: row for row in found}


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {f.name: (f.read_bytes(), f.stat().st_mtime_ns) for f in folder.iterdir()}


def with_stand_in(program: Program) -> str:
    """Return where the plugins of the tests are, that which renders `no-pixels` among them."""
    return os.pathsep.join(
        [program.environment()["PYTHONPATH"], str(Path(__file__).parent / "stand_in")]
    )


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory,
    puppet_in: Callable[[Path], Program],
    exiftool: object,
    photos: Path,
) -> Run:
    """Make every file, and take all of them through two runs."""
    del exiftool
    home = tmp_path_factory.mktemp("formats")
    folder = home / "photos"
    folder.mkdir()
    for name, row in TABLE.items():
        (folder / name).write_bytes(row.make())
    for photo in (*photos.glob("*.jpg"), *photos.glob("nsfw/*.png")):
        (folder / f"sample-{photo.name}").write_bytes(photo.read_bytes())
    edit = [folder / name for name, row in TABLE.items() if row.edited]
    subprocess.run(["exiftool", "-q", "-overwrite_original", *USERS_XMP, *edit], check=True)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    seen_before = seen(folder)
    program = puppet_in(home)
    more = {"TAGBRIDGE_PROVIDERS__PUPPET__VIDEOS": "true", "PYTHONPATH": with_stand_in(program)}
    program = replace(program, settings={**program.settings, **more})
    first = program.tag(*(folder / name for name in before))
    after_first = contents(folder)
    seen_after = seen(folder)
    second = program.tag(*(folder / name for name in before))
    return Run(
        folder, before, first, second, after_first, contents(folder), seen_before, seen_after
    )
