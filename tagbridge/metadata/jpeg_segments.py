"""The marker segments of a JPEG in front of its first scan. Source: ITU-T T.81, annex B."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata.layout import EmbeddingRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

APP0, APP1, APP2, APP11, APP13, COM = 0xE0, 0xE1, 0xE2, 0xEB, 0xED, 0xFE
EXIF_HEADER = b"Exif\0\0"
PREFIX = 4  # marker and length

_SOS, _FILL = 0xDA, 0xFF
_WITHOUT_LENGTH = frozenset({0x00, 0x01, *range(0xD0, 0xDA)})
_MAX_CONTENT = 0xFFFF - 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A marker segment in front of the first scan.

    Attributes:
        marker: Its second byte.
        start: Position of its 0xFF, behind any fill bytes.
        end: One behind its last byte.
        content: What follows the length.
    """

    marker: int
    start: int
    end: int
    content: bytes

    def holds(self, marker: int, header: bytes) -> bool:
        """Return whether this is a segment of that kind."""
        return self.marker == marker and self.content.startswith(header)


def read_segments(data: bytes) -> Iterator[Segment]:
    """Yield the segments up to the first scan.

    Raises:
        EmbeddingRefusedError: There is something else between them, or they are cut off.
    """
    if data[:2] != b"\xff\xd8":
        raise EmbeddingRefusedError("it does not begin like a JPEG")
    at = 2
    while True:
        if at + PREFIX > len(data) or data[at] != _FILL:
            raise EmbeddingRefusedError("there are stray bytes between its segments")
        marker = data[at + 1]
        if marker == _FILL:  # any marker may be preceded by fill bytes (T.81, B.1.1.2)
            at += 1
            continue
        if marker == _SOS:
            return
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if marker in _WITHOUT_LENGTH or length < PREFIX - 2 or end > len(data):
            raise EmbeddingRefusedError("its segments are damaged")
        yield Segment(marker=marker, start=at, end=end, content=data[at + PREFIX : end])
        at = end


def make_segment(marker: int, content: bytes, what: str) -> bytes:
    """Return a segment.

    Raises:
        EmbeddingRefusedError: The content is larger than 64 KB; the message names it as `what`.
    """
    if len(content) > _MAX_CONTENT:
        raise EmbeddingRefusedError(f"its {what} would be larger than the 64 KB that a JPEG allows")
    return struct.pack(">BBH", _FILL, marker, len(content) + 2) + content


def picture_at(segments: list[Segment]) -> int:
    """Return where the first scan begins, fill bytes in front of it included."""
    return segments[-1].end if segments else 2
