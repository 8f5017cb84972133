"""What would be broken by an edit of a JPEG although nobody touches it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagbridge.metadata.exif import refers_to
from tagbridge.metadata.jpeg_segments import APP1, APP11, EXIF_HEADER, PREFIX, Segment, picture_at
from tagbridge.metadata.layout import EmbeddingRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

_AFCP = (b"AXS!", b"AXS*")  # of press agencies; ExifTool's notes on AFCP describe it
_MAX_CANDIDATES = 64
# A pattern finds it three times as quickly as `bytes.find`, in every photo, twice.
_END = re.compile(rb"\xff\xd9")


def refuse_oddities(data: bytes, segments: list[Segment], end: int | None) -> None:
    """Check that nothing in the file depends on where its parts stand.

    Args:
        data: All of it.
        segments: Those in front of the first scan.
        end: One behind the last byte of the picture; None to have that looked for.

    Raises:
        EmbeddingRefusedError: Content credentials, an AFCP block or a distant preview do.
    """
    if any(s.marker == APP11 and b"c2pa" in s.content for s in segments):
        raise EmbeddingRefusedError("its content credentials (C2PA) would become invalid")
    if data[-12:-8] in _AFCP:
        raise EmbeddingRefusedError(
            "it ends with an AFCP block, which counts from the file's start"
        )
    if end is None:
        end = _end_of_picture(data, picture_at(segments))
    _refuse_distant_previews(data, segments, end)


def _refuse_distant_previews(data: bytes, segments: list[Segment], end: int) -> None:
    """Refuse when Exif knows how far away something behind the picture is."""
    candidates = list(_starts_behind_picture(data, end))
    for segment in segments:
        if not segment.holds(APP1, EXIF_HEADER):
            continue
        tiff_at = segment.start + PREFIX + len(EXIF_HEADER)
        exif = segment.content[len(EXIF_HEADER) :]
        if any(refers_to(exif, at - tiff_at) for at in candidates):
            raise EmbeddingRefusedError("its camera notes point at a preview behind the picture")


def _end_of_picture(data: bytes, start: int) -> int:
    """Return where a picture ends whose first scan begins at `start`; the end if that is missing.

    In entropy-coded data 0xFF is never followed by 0xD9, so the first such pair ends the picture.
    """
    found = _END.search(data, start)
    return len(data) if found is None else found.end()


def _starts_behind_picture(data: bytes, end: int) -> Iterator[int]:
    """Yield where data behind the picture may begin: the first byte, and every start of a JPEG."""
    if end == len(data):
        return
    yield end
    at = end
    for _ in range(_MAX_CANDIDATES):
        # Minolta overwrites the first byte of a preview, so only the second is looked for.
        at = data.find(b"\xd8\xff", at + 1)
        if at < 0:
            return
        yield at - 1
