"""The sweep: leftovers of dead runs go, work in progress stays, edits are given back."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.temporary import part_name, swap_name, sweep

if TYPE_CHECKING:
    from pathlib import Path

HEX = "0123456789abcdef"
LOCK_IT = """
import fcntl, sys
file = open(sys.argv[1], "rb")
fcntl.flock(file, fcntl.LOCK_SH)
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "photo.jpg").write_bytes(b"the photo")
    return tmp_path


def leftover(folder: Path) -> Path:
    path = part_name(folder)
    path.write_bytes(b"half a photo")
    return path


def swap(folder: Path, content: bytes, *, old: os.stat_result | None = None) -> Path:
    """Return a file under the name it has after an exchange with a photo of that status."""
    part = part_name(folder)
    part.write_bytes(content)
    other = folder / "photo.jpg"
    return part.rename(swap_name(part, old=old or part.stat(), new=other.stat()))


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_half_written_files_go(folder: Path) -> None:
    for _ in range(3):
        leftover(folder)
    assert sweep(folder) == 3
    assert names(folder) == ["photo.jpg"]


def test_a_finished_file_that_did_not_get_its_place_goes(folder: Path) -> None:
    part = leftover(folder)
    part.rename(swap_name(part, old=(folder / "photo.jpg").stat(), new=part.stat()))
    assert sweep(folder) == 1
    assert names(folder) == ["photo.jpg"]


@pytest.mark.parametrize("mtime", [-157_766_400_123_456_789, -1, 0, 1_700_000_000_123_456_789])
def test_the_old_file_after_an_exchange_goes_whatever_its_time(folder: Path, mtime: int) -> None:
    part = leftover(folder)
    os.utime(part, ns=(mtime, mtime))
    part.rename(swap_name(part, old=part.stat(), new=(folder / "photo.jpg").stat()))
    assert sweep(folder) == 1
    assert names(folder) == ["photo.jpg"]


def test_an_old_file_that_was_written_since_is_given_back_and_reported(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = swap(folder, b"as it was read")
    path.write_bytes(b"as an editor left it")
    assert sweep(folder) == 0
    (given,) = set(names(folder)) - {"photo.jpg"}
    assert given.startswith("recovered-by-tagbridge-")
    assert (folder / given).read_bytes() == b"as an editor left it"
    assert given in caplog.text


def test_another_file_under_the_name_of_the_old_one_is_given_back(folder: Path) -> None:
    path = swap(folder, b"same length!")
    status = path.stat()
    os.utime(path.with_name("photo.jpg"))
    other = folder / "other"
    other.write_bytes(b"SAME LENGTH!")
    os.utime(other, ns=(status.st_mtime_ns, status.st_mtime_ns))
    other.replace(path)
    assert sweep(folder) == 0
    (given,) = set(names(folder)) - {"photo.jpg"}
    assert (folder / given).read_bytes() == b"SAME LENGTH!"


def test_what_was_given_back_is_never_touched_again(folder: Path) -> None:
    swap(folder, b"x").write_bytes(b"edited")
    sweep(folder)
    before = names(folder)
    assert sweep(folder) == 0
    assert names(folder) == before


def test_files_of_a_live_process_stay_until_it_dies(folder: Path) -> None:
    paths = [leftover(folder), swap(folder, b"old")]
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", LOCK_IT, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for path in paths
    ]
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == b"locked\n"
    before = names(folder)
    assert sweep(folder) == 0
    assert names(folder) == before
    for worker in workers:
        worker.kill()
        worker.communicate()
    assert sweep(folder) == 2
    assert names(folder) == ["photo.jpg"]


def test_a_sweep_does_not_keep_its_locks(folder: Path) -> None:
    path = swap(folder, b"x")
    path.write_bytes(b"edited")
    sweep(folder)
    (given,) = set(names(folder)) - {"photo.jpg"}
    with (folder / given).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize(
    "name",
    [
        ".tagbridge-notes.part",
        ".tagbridge-notes.swap",
        ".tagbridge-.part",
        ".tagbridge.toml",
        f".tagbridge-{HEX}.txt",
        f".tagbridge-{HEX}",
        f".tagbridge-{HEX}-1-2-3.swap",
        f".tagbridge-{HEX}-1-2-3-4-5.swap",
        f".tagbridge-{HEX}.part.jpg",
        f".tagbridge-{HEX}.part\n",
        f"tagbridge-{HEX}.part",
        f"x.tagbridge-{HEX}.part",
        "recovered-by-tagbridge-01234567",
        "photo.jpg.part",
    ],
)
def test_files_that_others_named_stay(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"mine")
    assert sweep(folder) == 0
    assert (folder / name).read_bytes() == b"mine"


def test_folders_links_and_pipes_stay(folder: Path) -> None:
    outside = folder / "outside"
    outside.write_bytes(b"mine")
    kinds = [part_name(folder) for _ in range(3)]
    kinds[0].mkdir()
    kinds[1].symlink_to(outside)
    os.mkfifo(kinds[2])
    directory = folder / f".tagbridge-{HEX}-1-2-3-4.swap"
    directory.mkdir()
    before = names(folder)
    assert sweep(folder) == 0
    assert names(folder) == before
    assert outside.read_bytes() == b"mine"


def test_a_folder_that_is_not_there_or_not_readable_is_no_error(folder: Path) -> None:
    assert sweep(folder / "nowhere") == 0
    assert sweep(folder / "photo.jpg") == 0
