"""Every system call that touches the photo's folder fails once, or is the last one we make.

strace counts the calls of one clean run, and then lets the k-th of each kind fail in a run of its
own: with an error, or with a kill in that very moment. `TAGBRIDGE_TEST_ROUNDS=20000` does them all.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WRITER = Path(__file__).parents[1] / "faults" / "writer.py"
RUNS = int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "400")) // 20
FAULTS = ("error=EIO", "error=ENOSPC", "error=EDQUOT", "error=EACCES", "signal=SIGKILL")
LINE = re.compile(r"(\w+)\(")
OURS = re.compile(r"^\w+\(([^,\"]*, )*(\"PHOTOS|\d+<PHOTOS)")  # as a name or behind a descriptor


class Call(NamedTuple):
    """The k-th call of one kind."""

    name: str
    number: int


class Desk:
    """A photo with keywords of its own, and a run that is disturbed."""

    def __init__(self, folder: Path, photo: Path, exiftool: Callable[..., dict[str, str]]) -> None:
        self.photo = photo
        self.original = folder / "original.jpg"
        shutil.copy(photo, self.original)
        self._log = folder / "log"
        self._exiftool = exiftool
        self._pixels = Image.open(photo).tobytes()

    def run(self, *strace: str) -> subprocess.CompletedProcess[str]:
        for path in self.photo.parent.iterdir():
            path.unlink()
        shutil.copy(self.original, self.photo)
        os.setxattr(self.photo, "user.mark", b"mine")
        return self.again("strace", "-y", "-o", str(self._log), *strace)

    def again(self, *prefix: str) -> subprocess.CompletedProcess[str]:
        command: list[str | Path] = [*prefix, sys.executable, WRITER, self.photo]
        return subprocess.run(command, check=False, capture_output=True, text=True)

    def calls(self) -> Iterator[Call]:
        """Yield the calls of a clean run that touch the folder of the photo."""
        self.run()
        seen: Counter[str] = Counter()
        for line in self._log.read_text(errors="replace").splitlines():
            if found := LINE.match(line):
                seen[found[1]] += 1
                if OURS.search(line.replace(str(self.photo.parent), "PHOTOS")):
                    yield Call(found[1], seen[found[1]])

    def check_that_it_is_old_or_new(self) -> None:
        if self.photo.read_bytes() == self.original.read_bytes():
            return
        found = self._exiftool(self.photo)
        assert found["XMP-dc:Subject"].splitlines() == ["mine", "harbour"]
        assert found["IPTC:Keywords"].splitlines() == ["mine", "harbour"]
        assert found["IFD0:Make"] == "camera"
        assert Image.open(self.photo).tobytes() == self._pixels
        assert os.getxattr(self.photo, "user.mark") == b"mine"


@pytest.fixture
def desk(
    tmp_path: Path,
    draw: Callable[..., Path],
    edit: Callable[..., None],
    exiftool: Callable[..., dict[str, str]],
) -> Desk:
    if not shutil.which("strace"):
        pytest.skip("needs strace: apt-get install strace")
    if subprocess.run(["strace", "true"], check=False, capture_output=True).returncode:
        pytest.skip("needs a system that lets strace trace")
    photo = draw(tmp_path / "in" / "photo.jpg")
    edit(photo, "-XMP-dc:Subject=mine", "-IPTC:Keywords=mine", "-EXIF:Make=camera")
    try:
        os.setxattr(photo, "user.mark", b"mine")
    except OSError:
        pytest.skip("needs a file system with extended attributes")
    return Desk(tmp_path, photo, exiftool)


@pytest.mark.timeout(3600)
def test_whatever_call_fails_the_photo_is_whole_and_the_next_run_makes_it_good(desk: Desk) -> None:
    calls = list(desk.calls())
    # A file that was only read is closed without fail; one that was written is synced before.
    plan = [(c, fault) for c in calls for fault in FAULTS if c.name != "close" or "KILL" in fault]
    assert len(plan) > 100
    random.Random(RUNS).shuffle(plan)  # noqa: S311 - a test must be repeatable
    struck = reported = 0
    for call, fault in plan[:RUNS]:
        where = f"{call.name} number {call.number}, {fault}"
        done = desk.run("-e", f"inject={call.name}:{fault}:when={call.number}")
        struck += done.returncode != 0
        desk.check_that_it_is_old_or_new()
        assert "Traceback" not in done.stderr, f"{where}: {done.stderr}"
        if done.returncode == 1:
            reported += 1
            assert "parked\t" in done.stdout, where
        again = desk.again()
        assert again.returncode == 0, f"{where}: {again.stdout}"
        desk.check_that_it_is_old_or_new()
        assert desk.photo.read_bytes() != desk.original.read_bytes(), where
        assert {p.name for p in desk.photo.parent.iterdir()} <= {"photo.jpg", "photo.jpg.xmp"}, (
            where
        )
    sys.stdout.write(f"{min(RUNS, len(plan))} of {len(plan)} faults, {struck} ended the run\n")
    assert struck


@pytest.mark.parametrize(
    ("call", "error"), [("write", "ENOSPC"), ("openat", "EDQUOT"), ("fsync", "ENOSPC")]
)
def test_a_full_disk_is_called_a_full_disk(desk: Desk, call: str, error: str) -> None:
    numbers = [found.number for found in desk.calls() if found.name == call]
    assert numbers
    if call == "openat":
        numbers = numbers[-3:]
    told = []
    for number in numbers:
        done = desk.run("-e", f"inject={call}:error={error}:when={number}")
        told += [line for line in done.stdout.splitlines() if "the disk is full" in line]
        desk.check_that_it_is_old_or_new()
    assert told


def test_without_exchange_and_links_the_photo_is_replaced_all_the_same(desk: Desk) -> None:
    for lacking in (
        ("renameat2:error=EINVAL",),
        ("renameat2:error=EINVAL", "link,linkat:error=EPERM"),
    ):
        done = desk.run(*(word for what in lacking for word in ("-e", f"inject={what}")))
        assert done.returncode == 0, done.stderr
        assert desk.photo.read_bytes() != desk.original.read_bytes()
        desk.check_that_it_is_old_or_new()
        assert [p.name for p in desk.photo.parent.iterdir()] == ["photo.jpg"]


def test_an_owner_that_cannot_be_set_does_not_prevent_a_new_sidecar(desk: Desk) -> None:
    if os.geteuid():
        pytest.skip("needs the superuser, who sets owners")
    os.chmod(desk.original, 0o444)  # noqa: PTH101 - a copy of it is refused, so gets a sidecar
    done = desk.run("-e", "inject=fchown:error=EPERM")
    assert done.returncode == 0, done.stdout
    assert sorted(p.name for p in desk.photo.parent.iterdir()) == ["photo.jpg", "photo.jpg.xmp"]
