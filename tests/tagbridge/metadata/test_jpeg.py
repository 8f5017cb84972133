"""JPEG: what is embedded, what stays as it was, and what is left alone."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.jpeg import JPEG
from tagbridge.metadata.layout import Blocks, EmbeddingRefusedError, identity_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer

Make = Callable[["Build"], bytes]
COMMENT, APP2, APP11, APP13 = 0xFE, 0xE2, 0xEB, 0xED
JUMBF = b"JP\x00\x01\x00\x00\x00\x01\x00\x00\x00\x20jumb\x00\x00\x00\x18jumdc2pa"

KEPT: dict[str, Make] = {
    "plain": lambda b: b.jpeg(),
    "no JFIF header": lambda b: b"\xff\xd8" + b.jpeg()[20:],
    "progressive": lambda b: b.picture(progressive=True),
    "grey": lambda b: b.picture(quality=30, subsampling=2),
    "comment": lambda b: b.jpeg(b.segment(COMMENT, b"taken at dusk")),
    "fill bytes": lambda b: b.jpeg(b"\xff\xff" + b.segment(COMMENT, b"x") + b"\xff\xff\xff"),
    "fill bytes before XMP": lambda b: b.jpeg(b"\xff\xff" + b.app1(b.packet())),
    "colour profile in parts": lambda b: b.jpeg(
        *(b.segment(APP2, b"ICC_PROFILE\0" + bytes([n, 2]) + b"p" * 500) for n in (1, 2))
    ),
    "colour profile in front of XMP": lambda b: b.jpeg(
        b.segment(APP2, b"ICC_PROFILE\0\1\1" + b"p" * 500), b.app1(b.packet())
    ),
    "motion photo": lambda b: b.jpeg(b.app1(b.packet()), end=b"\0\0\0\x18ftypmp42" + b"m" * 999),
    "Samsung trailer": lambda b: b.jpeg(end=b"\0\0\x01\x0a" + b"SEFH" + b"s" * 99 + b"SEFT"),
    "other resources": lambda b: b.jpeg(b.app13(b.resource(0x03ED, b"r" * 16))),
    "a resource of odd length": lambda b: b.jpeg(b.app13(b.resource(0x0424, b"abc"))),
    "a resource without its padding": lambda b: b.jpeg(
        b.app13(b.resource(0x03ED, b"r" * 16), b.resource(0x0424, b"abc", pad=b""))
    ),
    "a padding byte that is not zero": lambda b: b.jpeg(
        b.app13(b.resource(0x0424, b"abc", pad=b"!"), b.resource(0x03ED, b"r" * 16))
    ),
    "a resource with a name": lambda b: b.jpeg(b.app13(b.resource(0x07D0, b"path", b"\4Path\0"))),
    "zeros behind the resources": lambda b: b.jpeg(
        b.app13(b.resource(0x03ED, b"r" * 16), b"\0" * 20)
    ),
    "two sections, one with IPTC": lambda b: b.jpeg(
        b.app13(b.resource(0x03ED, b"r" * 16)),
        b.app13(b.resource(0x0404, b.iim((2, 25, b"mine")))),
    ),
    "unknown segments": lambda b: b.jpeg(b.segment(0xE7, b"seven"), b.segment(0xEF, b"fifteen")),
    "APP11 of another use": lambda b: b.jpeg(b.segment(APP11, b"HDR_RI ver=11")),
    "camera's own APP1": lambda b: b.jpeg(b.segment(0xE1, b"http://camera.example/\0own")),
    "zeros behind XMP": lambda b: b.jpeg(b.app1(b.packet() + b"\0" * 7)),
    "stale extension without a packet": lambda b: b.jpeg(
        b.segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 40 + b"rest")
    ),
}

REFUSED: dict[str, tuple[Make, str]] = {
    "not a JPEG": (lambda b: b.picture("PNG"), "does not begin"),
    "two packets": (lambda b: b.jpeg(b.app1(b.packet()), b.app1(b.packet())), "two XMP packets"),
    "content credentials": (lambda b: b.jpeg(b.segment(APP11, JUMBF)), "C2PA"),
    "content credentials, second part": (
        lambda b: b.jpeg(b.segment(APP11, b"JP\0\1\0\0\0\2other"), b.segment(APP11, JUMBF)),
        "C2PA",
    ),
    "stray bytes": (lambda b: b.jpeg(b.segment(COMMENT, b"x") + b"\0\0"), "stray bytes"),
    "cut in a segment": (lambda b: b.jpeg(b.segment(COMMENT, b"x" * 99))[:60], "damaged"),
    "cut between segments": (lambda b: b.jpeg()[:20], "stray bytes"),
    "a length of one": (lambda b: b.jpeg(b"\xff\xfe\x00\x01"), "damaged"),
    "end of image before the scan": (lambda b: b.jpeg()[:20] + b"\xff\xd9\0\0", "damaged"),
    "cut resource": (lambda b: b.jpeg(b.app13(b.resource(0x0404, b"x" * 9)[:-4])), "cut off"),
    "cut resource header": (lambda b: b.jpeg(b.app13(b"8BIM\4\4\0\0\0")), "damaged"),
    "resource of no kind": (lambda b: b.jpeg(b.app13(b"9BIM" + b"\0" * 20)), "damaged"),
    "IPTC split over two segments": (
        lambda b: b.jpeg(
            b.segment(APP13, b"Photoshop 3.0\0" + b.resource(0x0404, b"\x1c" * 90)[:50]),
            b.segment(APP13, b"Photoshop 3.0\0" + b.resource(0x0404, b"\x1c" * 90)[50:]),
        ),
        "cut off",
    ),
    "two IPTC blocks": (
        lambda b: b.jpeg(b.app13(b.resource(0x0404, b""), b.resource(0x0404, b""))),
        "two IPTC",
    ),
    "two IPTC blocks, apart": (
        lambda b: b.jpeg(b.app13(b.resource(0x0404, b"")), b.app13(b.resource(0x0404, b""))),
        "two IPTC",
    ),
    "old Photoshop header": (
        lambda b: b.jpeg(b.segment(APP13, b"Adobe_Photoshop2.5:\0\0\0")),
        "old form",
    ),
    "IPTC of another program": (
        lambda b: b.jpeg(b.app13(b.resource(0x0404, b"").replace(b"8BIM", b"AgHg"))),
        "another program",
    ),
}


def named(cases: dict[str, Make]) -> list[pytest.param]:  # type: ignore[valid-type]
    return [pytest.param(make, id=name) for name, make in cases.items()]


@pytest.mark.parametrize("make", named(KEPT))
def test_a_sound_file_is_covered_without_gaps(make: Make, build: Build) -> None:
    data = make(build)

    spans = JPEG.read(data).spans

    assert spans[0].start == 0
    assert spans[-1].end == len(data)
    assert all(left.end == right.start for left, right in itertools.pairwise(spans))


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize("make", named(KEPT))
def test_a_sound_file_takes_keywords_and_keeps_everything_else(
    make: Make, build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(data := make(build))
    pixels = judge.pixels(photo)

    write.embedded(photo, "lighthouse", "sea")

    new = photo.read_bytes()
    assert judge.keywords(photo)[-2:] == ["lighthouse", "sea"]
    assert judge.pixels(photo) == pixels
    assert foreign(judge.segments(new)) == foreign(judge.segments(data))
    assert scan(new) == scan(data)


def foreign(segments: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    ours = (b"http://ns.adobe.com/xap/1.0/\0", b"Photoshop 3.0\0")
    return [(marker, content) for marker, content in segments if not content.startswith(ours)]


def scan(data: bytes) -> bytes:
    return data[data.index(b"\xff\xda") :]


@pytest.mark.parametrize("name", REFUSED)
def test_an_odd_file_is_left_alone_and_the_reason_is_told(
    name: str, build: Build, write: Writer, tmp_path: Path
) -> None:
    make, reason = REFUSED[name]
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(data := make(build))

    with pytest.raises(EmbeddingRefusedError, match=reason):
        JPEG.read(data)
    if photo.read_bytes()[:2] == b"\xff\xd8":
        receipt = write(photo, "sea")
        assert receipt.target == tmp_path / "photo.jpg.xmp"
        assert reason in receipt.reason
    assert photo.read_bytes() == data


def test_a_packet_that_would_outgrow_its_segment_is_refused(
    build: Build, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(data := build.jpeg(build.app1(build.packet(" " * 64_000))))

    receipt = write(photo, *(f"keyword number {n} of many words" for n in range(40)))

    assert receipt.target == tmp_path / "photo.jpg.xmp"
    assert "64 KB" in receipt.reason
    assert photo.read_bytes() == data


@pytest.mark.parametrize("order", ["<", ">"])
def test_camera_notes_that_point_behind_the_picture_are_not_broken(
    order: str, build: Build, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    preview = build.picture()
    photo.write_bytes(data := with_distant_preview(build, order, preview))

    receipt = write(photo, "sea")

    assert "preview behind the picture" in receipt.reason
    assert photo.read_bytes() == data


def with_distant_preview(build: Build, order: str, preview: bytes) -> bytes:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    notes = mark + b"\0" * 40
    plain = build.jpeg(build.segment(0xE1, b"Exif\0\0" + notes))
    tiff_at = plain.index(mark)
    distance = struct.pack(order + "I", len(plain) - tiff_at)
    notes = mark + b"\0" * 20 + distance + b"\0" * 16
    return build.jpeg(build.segment(0xE1, b"Exif\0\0" + notes), end=preview)


def test_other_resources_keep_their_bytes_when_iptc_is_added(build: Build) -> None:
    resources = [build.resource(0x03ED, b"r" * 16), build.resource(0x0424, b"abc")]
    data = build.jpeg(build.app13(*resources))

    pieces = JPEG.splice(data, Blocks(xmp=build.packet(), iim=b"", iim_digest=b"d"))

    assert b"".join(resources) in b"".join(pieces)


def test_an_empty_iptc_block_is_not_confused_with_none(build: Build) -> None:
    assert JPEG.read(build.jpeg(build.app13(build.resource(0x0404, b"")))).iim == b""
    assert JPEG.read(build.jpeg()).iim is None


def test_metadata_do_not_count_for_the_identity_of_the_picture(
    build: Build, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(data := build.jpeg(build.segment(COMMENT, b"x")))
    write.embedded(photo, "sea")
    new = photo.read_bytes()
    other = build.picture(quality=20)

    assert identity_of(new, JPEG.read(new)) == identity_of(data, JPEG.read(data))
    assert identity_of(other, JPEG.read(other)) != identity_of(data, JPEG.read(data))
