"""The extension of an XMP packet that is larger than a JPEG segment.

It is never edited. It must be read all the same: a keyword list that lives in the extension would
make a second one in the packet invisible. Source: Adobe XMP Specification Part 3, section 1.1.3.1.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.packet import read_packet
from tagbridge.metadata.properties import HAS_EXTENDED_XMP, OURS

if TYPE_CHECKING:
    from collections.abc import Iterable

_GUID = 32
_HEADER = _GUID + 8
_MAX_LENGTH = 64 << 20


def names_in_extension(packet: bytes | None, portions: Iterable[bytes]) -> frozenset[str]:
    """Return the properties in the extension of a packet, if there is one, as `{uri}name`.

    Args:
        packet: The main packet, or None.
        portions: The contents of all extension segments, in any order.

    Raises:
        EmbeddingRefusedError: It holds one of ours, or it is incomplete.
    """
    if packet is None:
        return frozenset()
    guid = read_packet(packet).simple(HAS_EXTENDED_XMP)
    if guid is None:
        return frozenset()
    extension = read_packet(_joined(guid.encode(), list(portions)))
    names = extension.names()
    if names & OURS:
        raise EmbeddingRefusedError("its keywords are in an extension of its XMP")
    return names


def _joined(guid: bytes, portions: list[bytes]) -> bytes:
    mine = [p for p in portions if p[:_GUID] == guid and len(p) > _HEADER]
    parts = sorted((*struct.unpack(">II", p[_GUID:_HEADER]), p[_HEADER:]) for p in mine)
    end = 0
    for length, offset, part in parts:
        if offset != end or length > _MAX_LENGTH or offset + len(part) > length:
            raise EmbeddingRefusedError("the extension of its XMP is incomplete")
        end = offset + len(part)
    if not parts or end != parts[0][0]:
        raise EmbeddingRefusedError("the extension of its XMP is incomplete")
    return b"".join(part for _length, _offset, part in parts)
