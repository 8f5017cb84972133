"""PNG: what is embedded, what stays as it was, and what is left alone."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.png import PNG

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer

Make = Callable[["Build"], bytes]


def animated(file_format: str, build: Build) -> bytes:
    colours = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green")]
    return build.picture(file_format, save_all=True, append_images=colours, duration=90)


def behind_pixels(b: Build) -> bytes:
    plain = b.png()
    return plain[:-12] + b.itxt(b.packet(b.subject("mine"))) + plain[-12:]


KEPT: dict[str, Make] = {
    "plain": lambda b: b.png(),
    "animated": lambda b: animated("PNG", b),
    "compressed XMP": lambda b: b.png(b.itxt(b.packet(b.subject("mine")), compressed=True)),
    "XMP behind the pixels": behind_pixels,
    "zeros behind XMP": lambda b: b.png(b.itxt(b.packet() + b"\0")),
    "more than 64 KB of XMP": lambda b: b.png(b.itxt(b.packet(" " * 70_000))),
    "something behind the end": lambda b: b.png(end=b"\0trailer" * 20),
    "text": lambda b: b.png(b.chunk(b"tEXt", b"Comment\0hello"), b.chunk(b"tIME", b"\7\xe8\1" * 2)),
    "Exif": lambda b: b.png(b.chunk(b"eXIf", b"II*\0\x08\0\0\0\0\0\0\0\0\0")),
    "profile in the old form": lambda b: b.png(
        b.chunk(b"tEXt", b"Raw profile type exif\0\nexif\n 6\n457869660000\n")
    ),
    "unknown chunk": lambda b: b.png(b.chunk(b"prVt", b"private")),
}

REFUSED: dict[str, tuple[Make, str]] = {
    "not a PNG": (lambda b: b.jpeg(), "does not begin"),
    "two packets": (lambda b: b.png(b.itxt(b.packet()), b.itxt(b.packet())), "two XMP packets"),
    "content credentials": (lambda b: b.png(b.chunk(b"caBX", b"jumb")), "C2PA"),
    "raw profile, XMP": (
        lambda b: b.png(b.chunk(b"zTXt", b"Raw profile type xmp\0\0...")),
        "raw profile",
    ),
    "raw profile, IPTC": (
        lambda b: b.png(b.chunk(b"tEXt", b"Raw profile type iptc\0\n")),
        "raw profile",
    ),
    "raw profile, APP1": (
        lambda b: b.png(b.chunk(b"zTXt", b"Raw profile type APP1\0\0...")),
        "raw profile",
    ),
    "XMP in another kind of chunk": (
        lambda b: b.png(b.chunk(b"tEXt", b"XML:com.adobe.xmp\0" + b.packet())),
        "wrong kind",
    ),
    "XMP with a wrong checksum": (
        lambda b: b.png(b.itxt(b.packet())[:-4] + b"\0\0\0\0"),
        "damaged",
    ),
    "XMP chunk without its fields": (
        lambda b: b.png(b.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0")),
        "damaged",
    ),
    "XMP compressed in an unknown way": (
        lambda b: b.png(b.chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\7\0\0xx")),
        "unknown way",
    ),
    "XMP compressed badly": (
        lambda b: b.png(b.chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0xx")),
        "damaged",
    ),
    "cut off": (lambda b: b.png()[:-20], "cut off"),
    "cut in a chunk header": (lambda b: b.png()[:-8], "cut off"),
    "a huge chunk": (lambda b: b.png(struct.pack(">I4s", 0xFFFFFFFF, b"IDAT")), "cut off"),
}


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize("name", KEPT)
def test_a_sound_file_takes_keywords_and_keeps_everything_else(
    name: str, build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(data := KEPT[name](build))
    pixels = judge.pixels(photo)

    write.embedded(photo, "lighthouse", "sea")

    new = photo.read_bytes()
    assert judge.keywords(photo)[-2:] == ["lighthouse", "sea"]
    assert judge.pixels(photo) == pixels
    assert foreign(new) == foreign(data)


def foreign(data: bytes) -> list[bytes]:
    """Return all chunks but XMP, and what is behind them, by a reader of our own."""
    found: list[bytes] = []
    at = 8
    while data[at : at + 8]:
        (length,) = struct.unpack_from(">I", data, at)
        if data[at + 4 : at + 8] == b"IEND":
            return [*found, data[at:]]
        if b"XML:com.adobe.xmp" not in data[at : at + 30]:
            found.append(data[at : at + 12 + length])
        at += 12 + length
    raise AssertionError("no end")


@pytest.mark.parametrize("name", KEPT)
def test_a_sound_file_is_covered_without_gaps(name: str, build: Build) -> None:
    data = KEPT[name](build)

    spans = PNG.read(data).spans

    assert (spans[0].start, spans[-1].end) == (0, len(data))
    assert all(left.end == right.start for left, right in itertools.pairwise(spans))


@pytest.mark.parametrize("name", REFUSED)
def test_an_odd_file_is_left_alone(name: str, build: Build) -> None:
    make, reason = REFUSED[name]

    with pytest.raises(EmbeddingRefusedError, match=reason):
        PNG.read(make(build))


def test_a_bomb_of_compressed_xmp_is_refused_before_it_unfolds(build: Build) -> None:
    data = build.png(build.itxt(b" " * (17 << 20), compressed=True))

    with pytest.raises(EmbeddingRefusedError, match="too large"):
        PNG.read(data)


def test_the_packet_stands_before_the_pixels_where_all_readers_look(
    build: Build, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(build.png())

    write.embedded(photo, "sea")

    data = photo.read_bytes()
    assert data.index(b"XML:com.adobe.xmp") < data.index(b"IDAT")
