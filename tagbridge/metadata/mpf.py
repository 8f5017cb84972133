"""Multi-picture format: where the second pictures of a JPEG are (previews, HDR gain maps).

The index in segment APP2 gives sizes and distances, which must follow when our blocks change the
length of what lies between. Source: CIPA DC-007-2009, section 5.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from tagbridge.metadata.layout import EmbeddingRefusedError

HEADER = b"MPF\0"

_ENTRY_TAG = 0xB002
_ENTRY = 16
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_MAX_PICTURES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One entry of the index.

    Attributes:
        at: Where the entry is in the segment's content, behind `HEADER`.
        size: Bytes of the picture.
        offset: Distance from the start of that content; 0 for the first picture.
    """

    at: int
    size: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The index of a multi-picture file.

    Attributes:
        order: `<` or `>`, as `struct` spells the byte order.
        pictures: All of them; the first is the file's own.
    """

    order: str
    pictures: tuple[Picture, ...]


def read_index(content: bytes) -> Index:
    """Return the index that a segment holds; `content` begins behind `HEADER`.

    Raises:
        EmbeddingRefusedError: It is not understood, so its pictures could be lost.
    """
    try:
        return _read_index(content)
    except (struct.error, KeyError, IndexError) as error:
        raise EmbeddingRefusedError("its index of further pictures is not understood") from error


def _read_index(content: bytes) -> Index:
    order = _ORDERS[content[:4]]
    (directory,) = struct.unpack_from(order + "I", content, 4)
    (count,) = struct.unpack_from(order + "H", content, directory)
    for number in range(count):
        at = directory + 2 + number * 12
        tag, _kind, size, offset = struct.unpack_from(order + "HHII", content, at)
        if tag == _ENTRY_TAG:
            return Index(order=order, pictures=_pictures(content, order, offset, size))
    return Index(order=order, pictures=())


def _pictures(content: bytes, order: str, start: int, size: int) -> tuple[Picture, ...]:
    count = size // _ENTRY
    if size % _ENTRY or count > _MAX_PICTURES:
        raise EmbeddingRefusedError("its index of further pictures is not understood")
    pictures = []
    for at in range(start, start + size, _ENTRY):
        _attribute, length, offset = struct.unpack_from(order + "III", content, at)
        pictures.append(Picture(at=at, size=length, offset=offset))
    return tuple(pictures)


def shifted(content: bytes, *, before: int, after: int) -> bytes:
    """Return the content of the segment for a file that has grown.

    Args:
        content: The segment behind `HEADER`.
        before: Bytes by which everything before this segment has grown; may be negative.
        after: Bytes by which everything between this segment and the picture data has grown.
    """
    index = read_index(content)
    changed = bytearray(content)
    for number, picture in enumerate(index.pictures):
        if number == 0 and picture.size:
            _add(changed, index.order, picture.at + 4, before + after)
        elif picture.offset:
            _add(changed, index.order, picture.at + 8, after)
    return bytes(changed)


def _add(content: bytearray, order: str, at: int, amount: int) -> None:
    (value,) = struct.unpack_from(order + "I", content, at)
    struct.pack_into(order + "I", content, at, (value + amount) & 0xFFFFFFFF)
