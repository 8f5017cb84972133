"""Which bytes of a file are not ours to change, found without the program's own code."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tests.journey.formats.jpegs import APP1, APP2, APP13, START_OF_SCAN, XMP

if TYPE_CHECKING:
    from collections.abc import Iterator

_OURS_IN_PHOTOSHOP = (0x0404, 0x0425)  # IPTC and its digest
_XMP_FLAG = 0x04


def others(data: bytes) -> list[bytes]:
    """Return all that is not XMP, IPTC, or a length or distance that follows from them."""
    if data.startswith(b"\xff\xd8"):
        return list(_of_jpeg(data))
    if data.startswith(b"\x89PNG"):
        return list(_of_png(data))
    return list(_of_webp(data))


def _of_jpeg(data: bytes) -> Iterator[bytes]:
    at = 2
    while data[at + 1] != START_OF_SCAN:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        content = data[at + 4 : at + 2 + length]
        if marker == APP13:
            yield from _resources(content.removeprefix(b"Photoshop 3.0\0"))
        elif not (marker == APP1 and content.startswith(XMP)) and not (
            marker == APP2 and content.startswith(b"MPF\0")
        ):
            yield data[at : at + 2 + length]
        at += 2 + length
    yield data[at:]


def _resources(content: bytes) -> Iterator[bytes]:
    at = 0
    while at + 12 <= len(content):
        number = int.from_bytes(content[at + 4 : at + 6], "big")
        name = content[at + 6] + 1
        size_at = at + 6 + name + name % 2
        size = int.from_bytes(content[size_at : size_at + 4], "big")
        end = size_at + 4 + size + size % 2
        if number not in _OURS_IN_PHOTOSHOP:
            yield content[at:end]
        at = end


def _of_png(data: bytes) -> Iterator[bytes]:
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if not data[at + 4 : end].startswith(b"iTXtXML:com.adobe.xmp\0"):
            yield data[at:end]
        at = end
    yield data[at:]


def _of_webp(data: bytes) -> Iterator[bytes]:
    at, end = 12, 8 + int.from_bytes(data[4:8], "little")
    while at < end:
        kind, length = struct.unpack_from("<4sI", data, at)
        following = at + 8 + length + length % 2
        if kind == b"VP8X":
            # The simple form, which has none, holds a picture without anything else.
            flags = data[at + 8] & ~_XMP_FLAG
            if flags & ~0x10:
                yield bytes([flags]) + data[at + 9 : following]
        elif kind != b"XMP ":
            yield data[at:following]
        at = following
    yield data[end:]
