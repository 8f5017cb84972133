"""XMP larger than one JPEG segment: kept whole, or left alone where keywords live in it."""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.additions import DescribeRules
from tagbridge.metadata.jpeg import JPEG
from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.plan import WriteRules
from tagbridge.metadata.write import WriteOptions
from tagbridge_hooks import Caption, Source, Sourced, TagSet

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer

HEADER = b"http://ns.adobe.com/xmp/extension/\0"


def parts_of(extension: bytes, size: int = 60_000, guid: bytes = b"") -> tuple[str, list[bytes]]:
    guid = guid or hashlib.md5(extension, usedforsecurity=False).hexdigest().upper().encode()
    parts = [
        HEADER + guid + struct.pack(">II", len(extension), at) + extension[at : at + size]
        for at in range(0, len(extension), size)
    ]
    return guid.decode(), parts


def photo_with(build: Build, extension: bytes, *, drop: int = 0, shuffle: bool = False) -> bytes:
    guid, parts = parts_of(extension)
    parts = parts[: len(parts) - drop]
    note = f' xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="{guid}"'
    main = build.app1(build.packet(build.subject("mine"), more=note))
    segments = [build.segment(0xE1, part) for part in parts]
    return build.jpeg(main, *(reversed(segments) if shuffle else segments))


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize("shuffle", [False, True])
def test_an_extension_without_keywords_stays_and_is_still_found(
    build: Build, judge: Judge, write: Writer, tmp_path: Path, *, shuffle: bool
) -> None:
    photo = tmp_path / "photo.jpg"
    depth = build.packet(f"<q:Depth>{'QUJD' * 50_000}</q:Depth>")
    data = photo_with(build, depth, shuffle=shuffle)
    photo.write_bytes(data)

    write.embedded(photo, "sea")

    segments = judge.segments(photo.read_bytes())
    assert [c for _, c in segments if c.startswith(HEADER)] == [
        c for _, c in judge.segments(data) if c.startswith(HEADER)
    ]
    (found,) = judge.exiftool(photo, options=("-XMP:all", "-warning"))
    assert found["XMP-dc:Subject"] == ["mine", "sea"]
    assert "200000 bytes" in found["XMP-q:Depth"]
    assert "ExifTool:Warning" not in found


@pytest.mark.parametrize(
    "inner",
    [
        "<dc:subject><rdf:Bag><rdf:li>hidden</rdf:li></rdf:Bag></dc:subject>",
        "<lr:hierarchicalSubject><rdf:Bag/></lr:hierarchicalSubject>",
        "<plus:AdultContentWarning>CW</plus:AdultContentWarning>",
    ],
)
def test_keywords_in_the_extension_make_it_untouchable(inner: str, build: Build) -> None:
    data = photo_with(build, build.packet(inner + f"<q:a>{'x' * 70_000}</q:a>"))

    with pytest.raises(EmbeddingRefusedError, match="in an extension"):
        JPEG.read(data)


def test_a_property_of_ours_as_an_attribute_of_the_extension_counts_too(build: Build) -> None:
    with pytest.raises(EmbeddingRefusedError, match="in an extension"):
        JPEG.read(photo_with(build, build.packet(more=' plus:AdultContentWarning="CW"')))


@pytest.mark.usefixtures("exiftool")
def test_a_caption_in_the_extension_is_the_users_and_stays_alone(
    build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    items = '<rdf:Alt><rdf:li xml:lang="x-default">mine</rdf:li></rdf:Alt>'
    photo.write_bytes(photo_with(build, build.packet(f"<dc:description>{items}</dc:description>")))
    said = (Caption(text="ours"), Caption(text="ours", kind="title"))
    captions = tuple(Sourced(value=c, sources=(Source(provider="a", model="m"),)) for c in said)
    rules = WriteRules(describe=DescribeRules(description=True, title=True))

    receipt = write.tagged(photo, TagSet(captions=captions), WriteOptions(rules=rules))

    assert receipt.target == photo, receipt.reason
    (found,) = judge.exiftool(photo)
    assert (found["XMP-dc:Title"], found["XMP-dc:Description"]) == ("ours", "mine")


def test_an_incomplete_extension_is_refused(build: Build) -> None:
    with pytest.raises(EmbeddingRefusedError, match="incomplete"):
        JPEG.read(photo_with(build, build.packet("x" * 130_000), drop=1))


def test_a_missing_extension_is_refused(build: Build) -> None:
    with pytest.raises(EmbeddingRefusedError, match="incomplete"):
        JPEG.read(photo_with(build, build.packet(), drop=1))


def test_a_repeated_part_is_refused(build: Build) -> None:
    data = photo_with(build, build.packet())
    (part,) = (build.segment(m, c) for m, c in [(0xE1, parts_of(build.packet())[1][0])])

    with pytest.raises(EmbeddingRefusedError, match="incomplete"):
        JPEG.read(data[:20] + part + data[20:])


def test_a_lie_about_the_length_is_refused(build: Build) -> None:
    data = photo_with(build, build.packet())
    length = struct.pack(">II", len(build.packet()), 0)

    with pytest.raises(EmbeddingRefusedError, match="incomplete"):
        JPEG.read(data.replace(length, struct.pack(">II", 0xFFFFFFFF, 0)))


def test_an_extension_of_another_packet_is_ignored(
    build: Build, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    _, parts = parts_of(build.packet(build.subject("stale")), guid=b"A" * 32)
    data = photo_with(build, build.packet("<q:a>1</q:a>"))
    photo.write_bytes(data[:20] + build.segment(0xE1, parts[0]) + data[20:])

    write.embedded(photo, "sea")
