from __future__ import annotations

from io import BytesIO
from pathlib import PurePath

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tagbridge.formats import (
    FORMATS,
    SNIFF_BYTES,
    agrees,
    format_of,
    is_candidate,
    kind_of,
    media_types_of,
    sniff,
)

PICTURE = Image.linear_gradient("L").convert("RGB").resize((32, 24))


def head(kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    PICTURE.save(buffer, kind, **options)
    return buffer.getvalue()[:SNIFF_BYTES]


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("TIFF", "image/tiff"),
        ("AVIF", "image/avif"),
        ("BMP", "image/bmp"),
        ("JPEG2000", "image/jp2"),
    ],
)
def test_a_picture_is_recognized_by_its_content(kind: str, media_type: str) -> None:
    assert sniff(head(kind)) == media_type


def test_a_heic_is_recognized_by_its_content() -> None:
    buffer = BytesIO()
    pillow_heif.from_pillow(PICTURE).save(buffer)

    assert sniff(buffer.getvalue()[:SNIFF_BYTES]) == "image/heic"


def test_a_big_tiff_is_a_tiff() -> None:
    assert sniff(head("TIFF", big_tiff=True)) == "image/tiff"


@pytest.mark.parametrize(
    ("beginning", "suffix", "media_type"),
    [
        (b"II*\0\x10\0\0\0CR\2\0", ".cr2", "image/x-canon-cr2"),
        (b"II*\0\x10\0\0\0CR\2\0", ".tif", "image/x-canon-cr2"),
        (b"MM\0*\0\0\0\x08", ".NEF", "image/x-nikon-nef"),
        (b"II*\0\x08\0\0\0", ".dng", "image/x-adobe-dng"),
        (b"II*\0\x08\0\0\0", ".arw", "image/x-sony-arw"),
        (b"II*\0\x08\0\0\0", "", "image/tiff"),
        (b"II*\0\x08\0\0\0", ".cr2", "image/tiff"),
        (b"IIU\0\x18\0\0\0", ".rw2", "image/x-panasonic-rw2"),
        (b"IIU\0\x18\0\0\0", ".rwl", "image/x-leica-rwl"),
        (b"IIRO\x08\0\0\0", ".orf", "image/x-olympus-orf"),
        (b"FUJIFILMCCD-RAW 0201", ".raf", "image/x-fuji-raf"),
        (b"FOVb\0\0\2\0", ".x3f", "image/x-sigma-x3f"),
        (b"\0MRM\0\0\1\0", ".mrw", "image/x-minolta-mrw"),
        (b"II\x1a\0\0\0HEAPCCDR", ".crw", "image/x-canon-crw"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", ".cr3", "image/x-canon-cr3"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "", "image/avif"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf", "", "image/heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1miaf", "", "image/heif"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", ".mov", "video/quicktime"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", ".mp4", "video/mp4"),
        (b"\0\0\0\x18ftypXAVC\0\0\0\0mp42iso2", ".mp4", "video/mp4"),
        (b"\0\0\0\x18ftypiso5\0\0\0\0iso5hlsf", ".mp4", "video/mp4"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", ".jxl", "image/jxl"),
        (b"\xff\x4f\xff\x51", ".j2k", "image/jp2"),
        (b"8BPS\0\1", ".psd", "image/vnd.adobe.photoshop"),
        (b"8BPS\0\2", ".psd", "image/x-adobe-psb"),
        (b"8BPS\0\3", ".psd", None),
        (b"BM\x8e\0\0\0\1\0\2\0\x1a\0\0\0\x0c\0\0\0", ".bmp", "image/bmp"),
        (b"BM is how this text begins", ".bmp", None),
        (b"RIFF\0\0\0\0WAVEfmt ", ".wav", None),
        (b"hello", ".jpg", None),
        (b"", "", None),
    ],
)
def test_other_beginnings_are_recognized(
    beginning: bytes, suffix: str, media_type: str | None
) -> None:
    assert sniff(beginning, suffix) == media_type


@pytest.mark.parametrize(
    "name",
    ["a.jpg", "A.JPG", "c.nef", "d.CR3", "e.hif", "f.tiff", "g.apng", "h.PSD", "i.jp2", "j.bmp"],
)
def test_photographs_are_candidates(name: str) -> None:
    assert is_candidate(PurePath(name))


@pytest.mark.parametrize("name", ["a.mov", "A.MP4", "b.m4v"])
def test_videos_are_candidates_where_they_are_wanted(name: str) -> None:
    assert not is_candidate(PurePath(name))
    assert not is_candidate(PurePath(name), {"image"})
    assert is_candidate(PurePath(name), {"image", "video"})
    assert is_candidate(PurePath(name), {"video"})
    assert not is_candidate(PurePath("a.jpg"), {"video"})
    assert not is_candidate(PurePath("a.jpg"), ())


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [("image/jpeg", "image"), ("video/mp4", "video"), ("video/quicktime", "video")],
)
def test_a_format_is_a_picture_or_a_video(media_type: str, kind: str) -> None:
    known = format_of(media_type)
    assert known
    assert known.kind == kind_of(media_type) == kind


@pytest.mark.parametrize(
    "name",
    ["a.mov", "b.psb", "c.jxl", "d.tga", "e.svg", "f.xmp", "jpg", ".jpg", "g.jpg.part", "h."],
)
def test_other_files_are_no_candidates(name: str) -> None:
    assert not is_candidate(PurePath(name))


@pytest.mark.parametrize(
    ("name", "media_type", "expected"),
    [
        ("a.jpg", "image/jpeg", True),
        ("a.JPE", "image/jpeg", True),
        ("a.tif", "image/tiff", True),
        ("a.heif", "image/heic", True),
        ("a.hif", "image/heic", True),
        ("a.NEF", "image/x-nikon-nef", True),
        ("a.NEF", "image/jpeg", False),
        ("a.jpg", "image/heic", False),
        ("a.cr2", "image/tiff", False),
        ("a.heic", "image/avif", False),
        ("a", "image/jpeg", False),
    ],
)
def test_name_and_content_agree_or_not(name: str, media_type: str, *, expected: bool) -> None:
    assert agrees(PurePath(name), media_type) is expected


def test_a_suffix_that_is_not_ours_has_no_media_type() -> None:
    assert media_types_of(".psb") == frozenset()
    assert media_types_of(".JPG") == {"image/jpeg"}


def test_every_format_is_found_by_its_media_type_and_its_suffixes() -> None:
    for known in FORMATS:
        assert format_of(known.media_type) is known
        for suffix in known.suffixes:
            assert known.media_type in media_types_of(suffix)


@given(st.binary(max_size=SNIFF_BYTES), st.sampled_from(["", ".jpg", ".nef", ".raw"]))
def test_any_beginning_can_be_sniffed(beginning: bytes, suffix: str) -> None:
    media_type = sniff(beginning, suffix)

    assert media_type is None or "/" in media_type
