"""What is no whole photo is reported with a reason, and the rest is tagged all the same."""

from __future__ import annotations

import os
import shutil
import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Ended, Program


def empty(path: Path, _photo: bytes) -> None:
    path.touch()


def truncated(path: Path, photo: bytes) -> None:
    path.write_bytes(photo[: len(photo) * 9 // 10])


def header_only(path: Path, photo: bytes) -> None:
    path.write_bytes(photo[:4])


def text(path: Path, _photo: bytes) -> None:
    path.write_text("It was a dark and stormy night.\n")


def zeros(path: Path, photo: bytes) -> None:
    path.write_bytes(bytes(len(photo)))


def pipe(path: Path, _photo: bytes) -> None:
    os.mkfifo(path)


def sparse(path: Path, photo: bytes) -> None:
    path.write_bytes(photo)
    os.truncate(path, 3 << 30)


def chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def png(width: int, height: int, pixels: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = (chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def huge(path: Path, _photo: bytes) -> None:
    path.write_bytes(png(100_000, 100_000, zlib.compress(bytes(1000))))


def corrupt_pixels(path: Path, _photo: bytes) -> None:
    path.write_bytes(png(64, 64, b"these are no pixels"))


def link_to_itself(path: Path, _photo: bytes) -> None:
    path.symlink_to(path.name)


def link_to_nothing(path: Path, _photo: bytes) -> None:
    path.symlink_to("gone.jpg")


class Bad(NamedTuple):
    """A file that is no whole photo: its suffix, how it is made, and what is said of it."""

    suffix: str
    make: Callable[[Path, bytes], None]
    reason: str

    def at(self, number: int) -> str:
        return f"{number}{self.suffix}"


BAD = [
    Bad(".jpg", empty, "it is empty"),
    Bad(".jpg", truncated, "damaged or incomplete"),
    Bad(".png", truncated, "damaged or incomplete"),
    Bad(".webp", truncated, "damaged or incomplete"),
    Bad(".jpg", header_only, "damaged or incomplete"),
    Bad(".jpg", text, "not a picture we know"),
    Bad(".jpg", zeros, "not a picture we know"),
    Bad(".jpg", pipe, "not a regular file"),
    Bad(".jpg", sparse, "larger than 2048 MB"),
    Bad(".png", huge, "100000 x 100000 pixels"),
    Bad(".png", corrupt_pixels, "cannot be decoded"),
]
LINKS = [
    pytest.param(link_to_itself, id="to itself"),
    pytest.param(link_to_nothing, id="to nothing"),
]


class Run(NamedTuple):
    """What became of a folder of bad files and a good one, and what they were before."""

    ended: Ended
    folder: Path
    before: dict[Path, os.stat_result]


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory,
    puppet_in: Callable[[Path], Program],
    draw: Callable[..., Path],
) -> Run:
    home = tmp_path_factory.mktemp("bad")
    folder = home / "photos"
    draw(folder / "good.jpg")
    for number, bad in enumerate(BAD):
        bad.make(folder / bad.at(number), draw(home / bad.at(number)).read_bytes())
    before = {path: path.lstat() for path in folder.iterdir()}
    return Run(puppet_in(home).tag(folder), folder, before)


def test_the_good_photo_among_the_bad_is_tagged(run: Run) -> None:
    assert (run.ended.status, run.ended.err) == (1, "")
    assert run.ended.summary == {"written": 1, "parked": len(BAD)}
    assert run.ended.of(run.folder / "good.jpg")["outcome"] == "written"
    assert set(run.folder.iterdir()) == set(run.before)


@pytest.mark.parametrize("number", range(len(BAD)), ids=[bad.make.__name__ for bad in BAD])
def test_a_bad_file_is_parked_with_the_reason_and_left_as_it_is(run: Run, number: int) -> None:
    path = run.folder / BAD[number].at(number)
    row = run.ended.of(path)
    assert (row["outcome"], row["target"]) == ("parked", None)
    assert BAD[number].reason in row["reason"]
    before, after = run.before[path], path.lstat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert after.st_size == before.st_size


@pytest.mark.parametrize("make", LINKS)
def test_a_link_that_leads_nowhere_is_skipped_in_a_folder_and_parked_when_named(
    puppet: Program,
    tmp_path: Path,
    draw: Callable[..., Path],
    make: Callable[[Path, bytes], None],
) -> None:
    draw(tmp_path / "photos" / "good.jpg")
    link = tmp_path / "photos" / "link.jpg"
    make(link, b"")
    walked, named = puppet.tag(tmp_path / "photos"), puppet.tag(link)
    assert (walked.status, walked.summary) == (0, {"written": 1, "skipped": 1})
    assert (named.status, named.err, named.summary) == (1, "", {"parked": 1})


def test_a_folder_with_the_name_of_a_photo_is_walked(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photo = draw(tmp_path / "photos" / "folder.jpg" / "a.jpg")
    done = puppet.tag(tmp_path / "photos")
    assert (done.status, done.of(photo)["outcome"]) == (0, "written")


@pytest.mark.parametrize("name", ["gone.jpg", "gone/a.jpg", "long" * 100, "good.jpg/a.jpg"])
def test_a_photo_that_is_not_there_is_parked(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path], name: str
) -> None:
    good = draw(tmp_path / "good.jpg")
    done = puppet.tag(tmp_path / name, good)
    assert (done.status, done.err, done.summary) == (1, "", {"written": 1, "parked": 1})
    assert "cannot be read" in done.of(tmp_path / name)["reason"]


def test_a_photo_in_a_loop_of_folders_is_tagged_once(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    draw(tmp_path / "photos" / "a.jpg")
    (tmp_path / "photos" / "again").symlink_to(".")
    assert puppet.tag(tmp_path / "photos").summary == {"written": 1}


@pytest.fixture
def ordinary(puppet: Program) -> Program:
    """Return tagbridge run by somebody to whom permissions apply."""
    if os.geteuid():
        return puppet
    if not shutil.which("setpriv"):
        pytest.skip("needs setpriv, or a user other than root: apt-get install util-linux")
    return replace(puppet, prefix=("setpriv", "--inh-caps=-all", "--bounding-set=-all"))


def test_what_may_not_be_read_is_parked(
    ordinary: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    folder = tmp_path / "photos"
    draw(folder / "good.jpg")
    closed, locked = draw(folder / "closed.jpg"), draw(folder / "locked" / "a.jpg").parent
    closed.chmod(0)
    locked.chmod(0)
    walked, named = ordinary.tag(folder), ordinary.tag(locked / "a.jpg")
    shown = ordinary.run("show", "--json", folder, locked / "a.jpg")
    locked.chmod(0o700)
    assert (walked.status, walked.err, walked.summary) == (1, "", {"written": 1, "parked": 2})
    assert walked.of(closed)["reason"] == "it cannot be read: Permission denied"
    assert walked.of(locked)["reason"] == "the folder cannot be read: Permission denied"
    assert (named.status, named.err, named.summary) == (1, "", {"parked": 1})
    assert (shown.status, shown.err) == (1, "")
    assert [row["path"] for row in shown.rows if "error" in row] == [
        str(path) for path in (closed, locked, locked / "a.jpg")
    ]


def test_a_photo_that_its_owner_locked_gets_a_sidecar(
    ordinary: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photo = draw(tmp_path / "a.jpg")
    photo.chmod(0o444)
    row = ordinary.tag(photo).of(photo)
    assert (row["target"], row["reason"]) == (f"{photo}.xmp", "it is read-only")


def test_a_folder_that_may_not_be_written_leaves_the_photo_as_it_was(
    ordinary: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photo = draw(tmp_path / "photos" / "a.jpg")
    before = photo.read_bytes()
    photo.parent.chmod(0o555)
    done = ordinary.tag(photo)
    photo.parent.chmod(0o755)
    assert (done.status, done.err, done.summary) == (1, "", {"parked": 1})
    assert "Permission denied" in done.of(photo)["reason"]
    assert photo.read_bytes() == before
