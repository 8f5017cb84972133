"""What a camera puts around its picture: EXIF with a thumbnail, a profile, a preview."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

from PIL import Image, ImageCms

if TYPE_CHECKING:
    from collections.abc import Sequence

_ASCII, _SHORT, _LONG, _RATIONAL, _BYTES = 2, 3, 4, 5, 7
_MAKER_NOTE = 24_000  # bytes
_THUMBNAIL = (160, 107)
_PREVIEW_EDGE = 1620
_APP1, _APP2 = 0xE1, 0xE2
_Entry = tuple[int, int, int, bytes]


def photograph(picture: Image.Image, quality: int, number: int, *, preview: bool) -> bytes:
    """Return a JPEG as a camera writes it.

    Args:
        picture: Upright.
        quality: Of the JPEG, 1 to 100.
        number: Goes into the EXIF block, and decides about the profile.
        preview: Whether a second picture of 1620 pixels stands behind the first, as cameras of
            Nikon, Panasonic and Sony have it.
    """
    profile = _display_p3() if number % 2 else _srgb()
    main = _jpeg(picture, quality, profile=profile)
    exif = _segment(_APP1, b"Exif\0\0" + _exif(picture, number))
    if not preview:
        return main[:2] + exif + main[2:]
    small = picture.copy()
    small.thumbnail((_PREVIEW_EDGE, _PREVIEW_EDGE), reducing_gap=3.0)
    second = _jpeg(small, 85)
    length = len(main) + len(exif) + len(_index(0, 0, 0))
    index = _index(length, len(second), length - 2 - len(exif) - 8)
    return main[:2] + exif + index + main[2:] + second


def _jpeg(picture: Image.Image, quality: int, profile: bytes | None = None) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, subsampling="4:2:0", icc_profile=profile)
    return buffer.getvalue()


def _srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _display_p3() -> bytes:
    """Return a profile of the colours that telephones use; made from the one that Pillow has."""
    profile = _srgb()
    primaries = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
    }
    changed = bytearray(profile.replace("sRGB built-in".encode("utf-16-be"), _name("Display P3")))
    for at in range(132, 132 + 12 * struct.unpack_from(">I", profile, 128)[0], 12):
        name, offset = profile[at : at + 4], struct.unpack_from(">I", profile, at + 4)[0]
        if name in primaries:
            values = (round(value * 65536) for value in primaries[name])
            struct.pack_into(">3i", changed, offset + 8, *values)
    return bytes(changed)


def _name(text: str) -> bytes:
    return text.ljust(len("sRGB built-in")).encode("utf-16-be")


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _index(main: int, preview: int, distance: int) -> bytes:
    """Return the index of a multi-picture file (CIPA DC-007) with two pictures."""
    entries = struct.pack("<IIIHH", 0x2003_0000, main, 0, 0, 0)
    entries += struct.pack("<IIIHH", 0x0001_0002, preview, distance, 0, 0)
    directory = struct.pack("<HHHI4s", 3, 0xB000, _BYTES, 4, b"0100")
    directory += struct.pack("<HHII", 0xB001, _LONG, 1, 2)
    directory += struct.pack("<HHII", 0xB002, _BYTES, len(entries), 8 + 2 + 3 * 12 + 4)
    content = b"MPF\0II*\0" + struct.pack("<I", 8) + directory + bytes(4) + entries
    return _segment(_APP2, content)


def _exif(picture: Image.Image, number: int) -> bytes:
    small = picture.resize(_THUMBNAIL, reducing_gap=2.0)
    thumbnail = _jpeg(small, 75)
    details: list[_Entry] = [
        (0x829A, _RATIONAL, 1, struct.pack("<II", 1, 250)),
        (0x829D, _RATIONAL, 1, struct.pack("<II", 28, 10)),
        (0x8827, _SHORT, 1, struct.pack("<HH", 200, 0)),
        (0x9003, _ASCII, 20, b"2026:06:14 12:00:00\0"),
        (0x927C, _BYTES, _MAKER_NOTE, number.to_bytes(4, "little") * (_MAKER_NOTE // 4)),
    ]
    first: list[_Entry] = [
        (0x010F, _ASCII, 10, b"Benchmark\0"),
        (0x0110, _ASCII, 8, b"Model 1\0"),
        (0x0112, _SHORT, 1, struct.pack("<HH", 1, 0)),
        (0x0132, _ASCII, 20, b"2026:06:14 12:00:00\0"),
    ]
    size = _directory_size([*first, (0x8769, _LONG, 1, bytes(4))])
    inner = 8 + size
    second = inner + _directory_size(details)
    first.append((0x8769, _LONG, 1, struct.pack("<I", inner)))
    picture_at = second + _directory_size([(0, 0, 0, bytes(4))] * 3)
    last: list[_Entry] = [
        (0x0103, _SHORT, 1, struct.pack("<HH", 6, 0)),
        (0x0201, _LONG, 1, struct.pack("<I", picture_at)),
        (0x0202, _LONG, 1, struct.pack("<I", len(thumbnail))),
    ]
    directories = _directory(first, 8, second) + _directory(details, inner, 0)
    return b"II*\0" + struct.pack("<I", 8) + directories + _directory(last, second, 0) + thumbnail


def _directory_size(entries: Sequence[_Entry]) -> int:
    return 6 + sum(12 + (len(value) if len(value) > 4 else 0) for *_, value in entries)  # noqa: PLR2004 - TIFF


def _directory(entries: Sequence[_Entry], at: int, following: int) -> bytes:
    """Return a TIFF directory that stands at a distance from the start, values behind it."""
    head, values = struct.pack("<H", len(entries)), b""
    behind = at + 6 + 12 * len(entries)
    for tag, kind, count, value in entries:
        head += struct.pack("<HHI", tag, kind, count)
        if len(value) > 4:  # noqa: PLR2004 - a value of four bytes stands in the entry itself
            head += struct.pack("<I", behind + len(values))
            values += value
        else:
            head += value
    return head + struct.pack("<I", following) + values
