"""The metadata segments of a JPEG.

Everything we edit lies in front of the first scan: XMP in one APP1 segment, IPTC-IIM in the
Photoshop section of an APP13 segment. Sources: ITU-T T.81 annex B, Adobe XMP Specification Part 3
section 1.1.3, CIPA DC-007-2009.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata import mpf
from tagbridge.metadata.extended import names_in_extension
from tagbridge.metadata.jpeg_iptc import (
    is_section,
    read_iptc,
    section_for,
    section_spans,
    section_with,
)
from tagbridge.metadata.jpeg_oddities import refuse_oddities
from tagbridge.metadata.jpeg_segments import (
    APP0,
    APP1,
    APP2,
    APP13,
    COM,
    EXIF_HEADER,
    Segment,
    make_segment,
    picture_at,
    read_segments,
)
from tagbridge.metadata.layout import (
    Blocks,
    Buffer,
    Container,
    EmbeddingRefusedError,
    Layout,
    Span,
    SpanKind,
)
from tagbridge.metadata.photoshop import IIM, IIM_DIGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

_XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENSION_HEADER = b"http://ns.adobe.com/xmp/extension/\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """New bytes for a run of old ones; an insertion where `start` equals `end`."""

    start: int
    end: int
    new: bytes

    @property
    def growth(self) -> int:
        """Return by how many bytes the file grows; negative when it shrinks."""
        return len(self.new) - (self.end - self.start)


def read(data: bytes, end: int | None = None) -> Layout:
    """Find the parts of a JPEG.

    Args:
        data: All of it.
        end: One behind the last byte of the picture; None to have that looked for.

    Raises:
        EmbeddingRefusedError: Something about it is odd: two packets, content credentials, an
            extension that holds our properties, a pointer that an edit would break.
    """
    segments = list(read_segments(data))
    refuse_oddities(data, segments, end)
    return _layout(segments, len(data))


def parts(data: bytes) -> Layout:
    """Find the parts of a JPEG that was made of a sound one; its picture is not searched again.

    Raises:
        EmbeddingRefusedError: Something about its metadata is odd.
    """
    return _layout(list(read_segments(data)), len(data))


def _layout(segments: list[Segment], length: int) -> Layout:
    xmp = _only([s for s in segments if s.holds(APP1, _XMP_HEADER)], "two XMP packets")
    packet = None if xmp is None else xmp.content[len(_XMP_HEADER) :]
    extensions = [
        s.content[len(_EXTENSION_HEADER) :] for s in segments if s.holds(APP1, _EXTENSION_HEADER)
    ]
    extended = names_in_extension(packet, extensions)
    iptc = read_iptc(segments)
    start = picture_at(segments)
    return Layout(
        spans=tuple(_spans(segments, start, length)),
        xmp=packet,
        iim=iptc.get(IIM),
        iim_digest=iptc.get(IIM_DIGEST),
        framing=tuple(_settled_index(s, start) for s in segments if _is_index(s)),
        extended=extended,
    )


def splice(data: bytes, blocks: Blocks) -> list[Buffer]:
    """Return the JPEG with other metadata blocks, as pieces.

    Raises:
        EmbeddingRefusedError: A block is larger than a segment can be (64 KB).
    """
    segments = list(read_segments(data))
    replacements = [_xmp_replacement(segments, blocks.xmp)]
    if blocks.iim is not None or blocks.iim_digest is not None:
        replacements.append(_iptc_replacement(segments, blocks))
    replacements += [_index_replacement(s, replacements) for s in segments if _is_index(s)]
    view = memoryview(data)
    pieces: list[Buffer] = []
    at = 0
    # An insertion comes before a replacement that begins at the same place; the sort keeps the
    # order of two insertions.
    for replacement in sorted(replacements, key=lambda r: (r.start, r.end)):
        pieces += [view[at : replacement.start], replacement.new]
        at = replacement.end
    return [*pieces, view[at:]]


# A segment holds 64 KB; other programs must find room for edits of their own.
_PACKET_ROOM = 60_000

JPEG = Container(read=read, parts=parts, splice=splice, carries_iim=True, packet_room=_PACKET_ROOM)


def _only(segments: list[Segment], otherwise: str) -> Segment | None:
    if len(segments) > 1:
        raise EmbeddingRefusedError(f"it holds {otherwise}")
    return segments[0] if segments else None


def _is_index(segment: Segment) -> bool:
    return segment.holds(APP2, mpf.HEADER)


def _settled_index(segment: Segment, picture_at: int) -> bytes:
    """Return the index as it would be if nothing stood before or behind it in the header."""
    content = segment.content[len(mpf.HEADER) :]
    return mpf.shifted(content, before=-segment.start, after=segment.end - picture_at)


def _spans(segments: list[Segment], picture_at: int, length: int) -> Iterator[Span]:
    at = 0
    for segment in segments:
        if segment.start > at:
            yield Span(kind="other", start=at, end=segment.start)
        if is_section(segment):
            yield from section_spans(segment)
        else:
            yield Span(kind=_kind(segment), start=segment.start, end=segment.end)
        at = segment.end
    if picture_at > at:
        yield Span(kind="other", start=at, end=picture_at)
    yield Span(kind="picture", start=picture_at, end=length)


def _kind(segment: Segment) -> SpanKind:
    if segment.holds(APP1, _XMP_HEADER):
        return "xmp"
    if _is_index(segment):
        return "framing"
    return "other" if segment.marker in (APP1, COM) else "picture"


def _behind_exif(segments: list[Segment]) -> int:
    """Return where new segments go: behind JFIF and Exif, which readers expect first."""
    first = (s.end for s in segments if s.marker == APP0 or s.holds(APP1, EXIF_HEADER))
    return max(first, default=2)


def _xmp_replacement(segments: list[Segment], packet: bytes) -> Replacement:
    new = make_segment(APP1, _XMP_HEADER + packet, "XMP packet") if packet else b""
    for segment in segments:
        if segment.holds(APP1, _XMP_HEADER):
            return Replacement(start=segment.start, end=segment.end, new=new)
    at = _behind_exif(segments)
    return Replacement(start=at, end=at, new=new)


def _iptc_replacement(segments: list[Segment], blocks: Blocks) -> Replacement:
    section = section_for(segments)
    content = section_with(section, blocks)
    new = make_segment(APP13, content, "IPTC block") if content else b""
    if section is not None:
        return Replacement(start=section.start, end=section.end, new=new)
    at = _behind_exif(segments)
    return Replacement(start=at, end=at, new=new)


def _index_replacement(index: Segment, others: list[Replacement]) -> Replacement:
    content = mpf.shifted(
        index.content[len(mpf.HEADER) :],
        before=sum(r.growth for r in others if r.end <= index.start),
        after=sum(r.growth for r in others if r.start >= index.end),
    )
    new = make_segment(APP2, mpf.HEADER + content, "index of further pictures")
    return Replacement(start=index.start, end=index.end, new=new)
