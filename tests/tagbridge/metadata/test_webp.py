"""WebP: what is embedded, what stays as it was, and what is left alone."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.webp import WEBP

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer

Make = Callable[["Build"], bytes]
VP8X = bytes(10)


def with_alpha(b: Build, *, lossless: bool) -> bytes:
    return b.picture("WEBP", lossless=lossless, exact=True)


def animated(b: Build) -> bytes:
    frames = [Image.new("RGBA", (48, 32), (0, n * 90, 0, 99)) for n in range(3)]
    return b.picture("WEBP", save_all=True, append_images=frames, duration=90)


KEPT: dict[str, Make] = {
    "lossy": lambda b: b.picture("WEBP"),
    "lossless": lambda b: b.picture("WEBP", lossless=True),
    "animated": animated,
    "Exif": lambda b: b.picture("WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"),
    "colour profile": lambda b: b.picture("WEBP", icc_profile=b"p" * 333),
    "XMP": lambda b: b.picture("WEBP", xmp=b.packet(b.subject("mine"))),
    "XMP of odd length": lambda b: b.picture("WEBP", xmp=b.packet(b.subject("mine1"))),
    "zeros behind XMP": lambda b: b.picture("WEBP", xmp=b.packet() + b"\0"),
    "more than 64 KB of XMP": lambda b: b.picture("WEBP", xmp=b.packet(" " * 70_000)),
    "something behind the end": lambda b: b.picture("WEBP") + b"trailer",
    "unknown chunk": lambda b: b.riff(b.picture("WEBP")[12:], b.riff_chunk(b"abcd", b"own")),
}

REFUSED: dict[str, tuple[Make, str]] = {
    "not a WebP": (lambda b: b.jpeg(), "does not begin"),
    "content credentials": (
        lambda b: b.riff(b.picture("WEBP")[12:], b.riff_chunk(b"C2PA", b"jumb")),
        "C2PA",
    ),
    "two packets": (
        lambda b: b.riff(b.picture("WEBP", xmp=b.packet())[12:], b.riff_chunk(b"XMP ", b.packet())),
        "two XMP",
    ),
    "a misnamed packet": (
        lambda b: b.riff(b.picture("WEBP")[12:], b.riff_chunk(b"XMP\0", b.packet())),
        "wrong name",
    ),
    "no chunks": (lambda b: b.riff()[:8] + b"WEBP" + b"x" * 20, "no chunks"),
    "a size of nothing": (lambda _: b"RIFF\0\0\0\0WEBP" + b"x" * 20, "no chunks"),
    "cut off": (lambda b: b.picture("WEBP")[:-9], "cut off"),
    "cut in a chunk header": (
        lambda b: b.riff(b.riff_chunk(b"VP8X", VP8X), b"XMP ")[:-1] + b"\0",
        "cut off",
    ),
    "an empty lossy picture": (
        lambda b: b.riff(b.riff_chunk(b"VP8 ", b"\0\0\0\x9d\x01\x2a\0\0\0\0")),
        "no size",
    ),
    "a short lossy picture": (lambda b: b.riff(b.riff_chunk(b"VP8 ", b"\0")), "cut off"),
    "a short lossless picture": (lambda b: b.riff(b.riff_chunk(b"VP8L", b"\x2f")), "cut off"),
    "VP8X of another size": (lambda b: b.riff(b.riff_chunk(b"VP8X", b"1234567890ab")), "form"),
    "VP8X in the middle": (
        lambda b: b.riff(b.picture("WEBP")[12:], b.riff_chunk(b"VP8X", VP8X)),
        "not the first",
    ),
    "an unknown first chunk": (lambda b: b.riff(b.riff_chunk(b"abcd", b"0123")), "not understood"),
}


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize("name", KEPT)
def test_a_sound_file_takes_keywords_and_keeps_everything_else(
    name: str, build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.webp"
    photo.write_bytes(data := KEPT[name](build))
    pixels = judge.pixels(photo)

    write.embedded(photo, "lighthouse", "sea")

    new = photo.read_bytes()
    assert judge.keywords(photo)[-2:] == ["lighthouse", "sea"]
    assert judge.pixels(photo) == pixels
    assert foreign(new) == foreign(data)
    with Image.open(photo) as image:
        assert image.size == (48, 32)
        assert b"lighthouse" in image.info["xmp"]


def foreign(data: bytes) -> list[bytes]:
    """Return all chunks but XMP and VP8X, and what is behind them, by a reader of our own."""
    found = []
    at, end = 12, 8 + struct.unpack_from("<I", data, 4)[0]
    while at < end:
        kind, length = struct.unpack_from("<4sI", data, at)
        if kind not in (b"XMP ", b"VP8X"):
            found.append(data[at : at + 8 + length])
        at += 8 + length + length % 2
    return [*found, data[end:]]


@pytest.mark.parametrize("name", KEPT)
def test_a_sound_file_is_covered_without_gaps(name: str, build: Build) -> None:
    data = KEPT[name](build)

    spans = WEBP.read(data).spans

    assert (spans[0].start, spans[-1].end) == (0, len(data))
    assert all(left.end == right.start for left, right in itertools.pairwise(spans))


@pytest.mark.parametrize("name", REFUSED)
def test_an_odd_file_is_left_alone(name: str, build: Build) -> None:
    make, reason = REFUSED[name]

    with pytest.raises(EmbeddingRefusedError, match=reason):
        WEBP.read(make(build))


@pytest.mark.parametrize("lossless", [True, False])
def test_transparency_survives_the_change_to_the_extended_form(
    build: Build, write: Writer, tmp_path: Path, *, lossless: bool
) -> None:
    photo = tmp_path / "photo.webp"
    image = Image.linear_gradient("L").resize((48, 32))
    Image.merge("LA", (image, image)).convert("RGBA").save(photo, lossless=lossless)
    with Image.open(photo) as before:
        pixels = before.convert("RGBA").tobytes()

    write.embedded(photo, "sea")

    with Image.open(photo) as after:
        assert after.mode == "RGBA"
        assert after.tobytes() == pixels
    assert b"VP8X" in photo.read_bytes()
    assert build.picture("WEBP")[:4] == photo.read_bytes()[:4]
