"""A second run finds everything done: it changes no byte and no time, and makes no file."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tagbridge.metadata.conftest import Build, Writer

WRITER = Path(__file__).parents[2] / "faults" / "writer.py"
CHANGES = re.compile(
    r"^(rename|renameat2?|unlink(at)?|link(at)?|symlink|mkdir|truncate|ftruncate|f?chmod|f?chown"
    r"|f?setxattr|utimensat|fsync|open(at)?\(.*O_(WRONLY|RDWR|CREAT|TRUNC))"
)


def make_jpeg(folder: Path, build: Build) -> Path:
    path = folder / "photo.jpg"
    path.write_bytes(build.jpeg(build.app1(build.packet(build.subject("mine")))))
    return path


def make_png(folder: Path, build: Build) -> Path:
    path = folder / "photo.png"
    path.write_bytes(build.png())
    return path


def make_webp(folder: Path, build: Build) -> Path:
    path = folder / "photo.webp"
    path.write_bytes(build.picture("WEBP"))
    return path


def make_raw(folder: Path, _build: Build) -> Path:
    path = folder / "photo.NEF"
    Image.linear_gradient("L").save(path, "TIFF")
    return path


def make_tiff(folder: Path, build: Build) -> Path:
    path = make_raw(folder, build)
    return path.rename(path.with_name("photo.tif"))


def make_jpeg_with_sidecar(folder: Path, build: Build) -> Path:
    path = make_jpeg(folder, build)
    path.with_name("photo.jpg.xmp").write_bytes(build.packet(build.subject("theirs")))
    return path


KINDS = (make_jpeg, make_png, make_webp, make_raw, make_tiff, make_jpeg_with_sidecar)


def state(folder: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """Return inode, both times and content of every file; a file made meanwhile shows as well."""
    found = {p.name: (p.stat(), p.read_bytes()) for p in folder.iterdir()}
    times = {
        name: (s.st_ino, s.st_mtime_ns, s.st_ctime_ns, data) for name, (s, data) in found.items()
    }
    now = folder.stat()
    return {**times, ".": (now.st_ino, now.st_mtime_ns, now.st_ctime_ns, b"")}


@pytest.mark.parametrize("make", KINDS)
def test_the_second_write_of_the_same_changes_nothing(
    tmp_path: Path, build: Build, write: Writer, make: Callable[[Path, Build], Path]
) -> None:
    photo = make(tmp_path, build)
    assert write(photo, "harbour", "Boat").outcome == "written"
    before = state(tmp_path)
    for words in (("harbour", "Boat"), ("boat", "HARBOUR"), ("harbour",)):
        receipt = write(photo, *words)
        assert (receipt.outcome, receipt.keywords_added) == ("unchanged", ())
        assert state(tmp_path) == before


@pytest.mark.parametrize("make", [make_jpeg, make_raw])
def test_the_second_run_does_not_even_ask_the_system_for_a_change(
    tmp_path: Path, build: Build, make: Callable[[Path, Build], Path]
) -> None:
    if not shutil.which("strace"):
        pytest.skip("needs strace: apt-get install strace")
    (tmp_path / "in").mkdir()
    photo = make(tmp_path / "in", build)
    log = tmp_path / "log"
    found = []
    for _ in range(2):
        command: list[str | Path] = ["strace", "-f", "-y", "-o", log, sys.executable, WRITER, photo]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if "strace" in done.stderr:
            pytest.skip("needs a system that lets strace trace")
        assert done.returncode == 0, done.stderr
        lines = log.read_text(errors="replace").splitlines()
        ours = [line.split(maxsplit=1)[1] for line in lines if f"{tmp_path}/in" in line]
        found.append([line for line in ours if CHANGES.match(line) and "execve" not in line])
    assert found[0]
    assert found[1] == []
    assert not [
        name for name in (p.name for p in photo.parent.iterdir()) if name.startswith(".tagbridge")
    ]
