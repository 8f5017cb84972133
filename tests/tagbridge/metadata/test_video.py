"""What the boxes of a video tell, and that re-tagging it changes neither that nor its identity."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tracemalloc
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from tagbridge.completeness.window import Window
from tagbridge.metadata.snapshot import reopened, take_snapshot
from tagbridge.metadata.video import identity_of_video, packet_of_video, seconds_of
from tagbridge_hooks import AssetChangedError, UnreadableAssetError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BEGINNING = struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 0, b"isom")


def box(kind: bytes, *content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + sum(map(len, content)), kind) + b"".join(content)


def header(scale: int, length: int) -> bytes:
    return box(b"mvhd", bytes(4), struct.pack(">IIII", 1, 2, scale, length), bytes(80))


def long_header(scale: int, length: int) -> bytes:
    return box(b"mvhd", b"\1\0\0\0", struct.pack(">QQIQ", 1, 2, scale, length), bytes(80))


def seconds(*boxes: bytes) -> float:
    return seconds_of(Window(BytesIO(BEGINNING + b"".join(boxes))))


def identity(path: Path) -> str:
    return identity_of_video(take_snapshot(path))


def packet(path: Path) -> bytes:
    return packet_of_video(take_snapshot(path))


@pytest.fixture
def retag() -> Callable[..., None]:
    if not shutil.which("exiftool"):
        pytest.skip("needs exiftool: apt-get install libimage-exiftool-perl")

    def change(path: Path, *options: str) -> None:
        subprocess.run(["exiftool", "-q", "-overwrite_original", *options, path], check=True)

    return change


def test_the_length_is_what_the_header_tells() -> None:
    assert seconds(box(b"moov", header(600, 4500))) == 7.5
    assert seconds(box(b"mdat", b"x" * 99), box(b"moov", long_header(1000, 75_000))) == 75.0


@pytest.mark.parametrize("told", [0, 0xFFFFFFFF])
def test_a_film_in_fragments_tells_its_length_elsewhere(told: int) -> None:
    short = box(b"mehd", bytes(4), struct.pack(">I", 3000))
    long = box(b"mehd", b"\1\0\0\0", struct.pack(">Q", 6000))
    assert seconds(box(b"moov", header(600, told), box(b"mvex", short))) == 5.0
    assert seconds(box(b"moov", header(600, told), box(b"mvex", long))) == 10.0


@pytest.mark.parametrize(
    "boxes",
    [
        [],
        [box(b"moov")],
        [box(b"moov", header(600, 0))],
        [box(b"moov", header(0, 600))],
        [box(b"moov", header(600, 0xFFFFFFFF))],
        [box(b"moov", long_header(600, 0xFFFFFFFFFFFFFFFF))],
        [box(b"moov", header(600, 0), box(b"mvex", box(b"mehd", bytes(8))))],
        [box(b"moov", box(b"mvhd", bytes(3)))],
        [box(b"moov", box(b"mvhd"))],
        [b"\0\0\0\1moov"],
    ],
)
def test_a_length_that_is_not_told_is_a_reason_to_park_it(boxes: list[bytes]) -> None:
    with pytest.raises(UnreadableAssetError, match="how long it lasts"):
        seconds(*boxes)


def test_the_length_of_a_real_film(film: Callable[..., Path], tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", seconds=2.5)
    with path.open("rb") as file:
        assert seconds_of(Window(file)) == pytest.approx(2.5, abs=0.01)


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.m4v"])
@pytest.mark.parametrize("options", [{}, {"movflags": "faststart"}])
def test_retagging_keeps_the_identity(
    film: Callable[..., Path],
    retag: Callable[..., None],
    tmp_path: Path,
    name: str,
    options: dict[str, str],
) -> None:
    path = film(tmp_path / name, sound=True, **options)
    before, data = identity(path), path.read_bytes()
    assert len(before) == 64
    retag(path, "-XMP-dc:Subject=mine", "-Keys:GPSCoordinates=48.8 2.3", "-CreateDate=2020:01:02")
    retag(path, "-ItemList:Title=" + "long " * 5000, "-Rotation=90")
    assert path.read_bytes() != data
    assert identity(path) == before


def test_another_film_has_another_identity(film: Callable[..., Path], tmp_path: Path) -> None:
    one = film(tmp_path / "a.mp4")
    copy = tmp_path / "b.mp4"
    copy.write_bytes(one.read_bytes())
    other = film(tmp_path / "c.mp4", size=(320, 182))
    assert identity(one) == identity(copy) != identity(other)


def test_a_large_film_is_never_in_memory(tmp_path: Path) -> None:
    path, size = tmp_path / "a.mp4", 200 << 20
    path.write_bytes(BEGINNING + struct.pack(">I4s", size, b"mdat"))
    os.truncate(path, len(BEGINNING) + size)
    tracemalloc.start()
    try:
        identity(path)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["a.mp4", "a.mov"])
def test_the_embedded_packet_is_found(
    film: Callable[..., Path], retag: Callable[..., None], tmp_path: Path, name: str
) -> None:
    path = film(tmp_path / name, secrets=True)
    assert packet(path) == b""
    retag(path, "-XMP-dc:Subject=mine")
    assert b"mine" in packet(path)
    assert packet(path).strip().startswith(b"<?xpacket")


def test_a_packet_that_is_too_large_or_cut_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    path.write_bytes(BEGINNING + box(b"moov", box(b"udta", box(b"XMP_", bytes(17 << 20)))))
    assert packet(path) == b""
    path.write_bytes(BEGINNING + box(b"uuid", b"short") + struct.pack(">I4s", 99, b"uuid"))
    assert packet(path) == b""


def test_lists_that_end_in_zeros_are_read_to_there(tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    udta = box(b"udta", box(b"\xa9nam", b"x"), bytes(4))
    path.write_bytes(BEGINNING + box(b"moov", udta, box(b"udta", box(b"XMP_", b"no"))))
    assert packet(path) == b""


def test_a_film_that_changes_meanwhile_is_taken_later(
    film: Callable[..., Path], tmp_path: Path
) -> None:
    path = film(tmp_path / "a.mp4")
    snapshot = take_snapshot(path)
    with pytest.raises(AssetChangedError), reopened(snapshot):
        path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(AssetChangedError):
        identity_of_video(snapshot)


def test_what_is_wrong_with_a_film_while_it_changes_does_not_count(
    film: Callable[..., Path], tmp_path: Path
) -> None:
    path = film(tmp_path / "a.mp4")

    def look() -> None:
        with reopened(take_snapshot(path)):
            path.write_bytes(path.read_bytes() + b"more")
            raise UnreadableAssetError("it is damaged")

    with pytest.raises(AssetChangedError):
        look()


def test_a_film_that_is_gone_says_so(film: Callable[..., Path], tmp_path: Path) -> None:
    snapshot = take_snapshot(film(tmp_path / "a.mp4"))
    snapshot.path.unlink()
    with pytest.raises(UnreadableAssetError, match="No such file"):
        packet_of_video(snapshot)
