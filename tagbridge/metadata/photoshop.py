"""Photoshop image resource blocks, the wrapping of IPTC-IIM in JPEG (segment APP13).

Source: Adobe Photoshop File Formats Specification, "Image Resource Blocks".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata.layout import EmbeddingRefusedError

if TYPE_CHECKING:
    from tagbridge.metadata.layout import Buffer

IIM = 0x0404
IIM_DIGEST = 0x0425

PHOTOSHOP = b"8BIM"
NO_NAME = b"\0\0"
_SIGNATURES = frozenset({PHOTOSHOP, b"MeSa", b"AgHg", b"PHUT", b"DCSR"})
_HEADER = 6  # signature and number
_SHORTEST = 12  # header, an empty name, the size


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One block of a resource section; offsets count from the start of the section.

    Attributes:
        signature: `8BIM`, or that of another program.
        number: What it holds, such as `IIM`.
        name: As it is stored: its length, its letters, padded to an even length.
        start: First byte of the block.
        content_end: One behind the last byte of its content.
        end: The same with the padding byte, if there is one.
        data: Its content.
    """

    signature: bytes
    number: int
    name: bytes
    start: int
    content_end: int
    end: int
    data: bytes


def read_resources(section: Buffer) -> list[Resource]:
    """Return the blocks of a resource section in their order.

    Raises:
        EmbeddingRefusedError: The section is not made of whole blocks, apart from zeros behind
            the last one.
    """
    section = bytes(section)
    resources = []
    at = 0
    while section[at:].strip(b"\0"):
        resource = _read_one(section, at)
        resources.append(resource)
        at = resource.end
    return resources


def _read_one(section: bytes, at: int) -> Resource:
    signature = section[at : at + 4]
    if signature not in _SIGNATURES or at + _SHORTEST > len(section):
        raise EmbeddingRefusedError("its Photoshop block is damaged")
    (number,) = struct.unpack_from(">H", section, at + 4)
    name = 1 + section[at + _HEADER]
    size_at = at + _HEADER + name + name % 2
    if size_at + 4 > len(section):
        raise EmbeddingRefusedError("its Photoshop block is cut off")
    (size,) = struct.unpack_from(">I", section, size_at)
    start, end = size_at + 4, size_at + 4 + size
    if end > len(section):
        raise EmbeddingRefusedError("its Photoshop block is cut off")
    # Some writers leave out the padding byte of the last block.
    padded = min(end + size % 2, len(section))
    return Resource(
        signature=signature,
        number=number,
        name=section[at + _HEADER : size_at],
        start=at,
        content_end=end,
        end=padded,
        data=section[start:end],
    )


def make_resource(number: int, data: bytes, name: bytes = NO_NAME) -> bytes:
    """Return a block, padded to an even length.

    Args:
        number: What it holds.
        data: Its content.
        name: As it is stored.
    """
    header = PHOTOSHOP + struct.pack(">H", number) + name + struct.pack(">I", len(data))
    return header + data + b"\0" * (len(data) % 2)
