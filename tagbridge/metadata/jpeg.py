"""The metadata segments of a JPEG.

Everything we edit lies in front of the first scan: XMP in one APP1 segment, IPTC-IIM in the
Photoshop section of an APP13 segment. Sources: ITU-T T.81 annex B, Adobe XMP Specification Part 3
section 1.1.3, CIPA DC-007-2009.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata import mpf
from tagbridge.metadata.exif import refers_to
from tagbridge.metadata.extended import refuse_our_properties_in_extension
from tagbridge.metadata.layout import (
    Blocks,
    Buffer,
    Container,
    EmbeddingRefusedError,
    Layout,
    Span,
    SpanKind,
)
from tagbridge.metadata.photoshop import (
    IIM,
    IIM_DIGEST,
    PHOTOSHOP,
    Resource,
    make_resource,
    read_resources,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
PHOTOSHOP_HEADER = b"Photoshop 3.0\0"

_EXTENSION_HEADER = b"http://ns.adobe.com/xmp/extension/\0"
_EXIF_HEADER = b"Exif\0\0"
_OLD_PHOTOSHOP_HEADER = b"Adobe_Photoshop2.5:"

_AFCP = (b"AXS!", b"AXS*")  # of press agencies; ExifTool's notes on AFCP describe it

_SOS, _FILL = 0xDA, 0xFF
_APP0, _APP1, _APP2, _APP11, _APP13 = 0xE0, 0xE1, 0xE2, 0xEB, 0xED
_COM = 0xFE
_WITHOUT_LENGTH = frozenset({0x00, 0x01, *range(0xD0, 0xDA)})
_PREFIX = 4  # marker and length
_MAX_CONTENT = 0xFFFF - 2
_MAX_CANDIDATES = 64


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


def read(data: bytes) -> Layout:
    """Find the parts of a JPEG.

    Raises:
        EmbeddingRefusedError: Something about it is odd: two packets, content credentials, an
            extension that holds our properties, a pointer that an edit would break.
    """
    segments = list(_segments(data))
    picture_at = _picture_at(segments)
    _refuse_content_credentials(segments)
    _refuse_distant_previews(data, segments, picture_at)
    if data[-12:-8] in _AFCP:
        raise EmbeddingRefusedError(
            "it ends with an AFCP block, which counts from the file's start"
        )
    xmp = _only([s for s in segments if s.holds(_APP1, XMP_HEADER)], "two XMP packets")
    packet = None if xmp is None else xmp.content[len(XMP_HEADER) :]
    extensions = [
        s.content[len(_EXTENSION_HEADER) :] for s in segments if s.holds(_APP1, _EXTENSION_HEADER)
    ]
    refuse_our_properties_in_extension(packet, extensions)
    iptc = _iptc(segments)
    return Layout(
        spans=tuple(_spans(segments, picture_at, len(data))),
        xmp=packet,
        iim=iptc.get(IIM),
        iim_digest=iptc.get(IIM_DIGEST),
        framing=tuple(_settled_index(s, picture_at) for s in segments if _is_index(s)),
    )


def splice(data: bytes, _layout: Layout, blocks: Blocks) -> list[Buffer]:
    """Return the JPEG with other metadata blocks, as pieces.

    Raises:
        EmbeddingRefusedError: A block is larger than a segment can be (64 KB).
    """
    segments = list(_segments(data))
    replacements = [_xmp_replacement(segments, blocks.xmp)]
    if blocks.iim is not None:
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


JPEG = Container(read=read, splice=splice, carries_iim=True)


def _segments(data: bytes) -> Iterator[Segment]:
    """Yield the segments up to the first scan."""
    if data[:2] != b"\xff\xd8":
        raise EmbeddingRefusedError("it does not begin like a JPEG")
    at = 2
    while True:
        if at + _PREFIX > len(data) or data[at] != _FILL:
            raise EmbeddingRefusedError("there are stray bytes between its segments")
        marker = data[at + 1]
        if marker == _FILL:  # any marker may be preceded by fill bytes (T.81, B.1.1.2)
            at += 1
            continue
        if marker == _SOS:
            return
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if marker in _WITHOUT_LENGTH or length < _PREFIX - 2 or end > len(data):
            raise EmbeddingRefusedError("its segments are damaged")
        yield Segment(marker=marker, start=at, end=end, content=data[at + _PREFIX : end])
        at = end


def _segment(marker: int, content: bytes, what: str) -> bytes:
    if len(content) > _MAX_CONTENT:
        raise EmbeddingRefusedError(f"its {what} would be larger than the 64 KB that a JPEG allows")
    return struct.pack(">BBH", _FILL, marker, len(content) + 2) + content


def _picture_at(segments: list[Segment]) -> int:
    return segments[-1].end if segments else 2


def _only(segments: list[Segment], otherwise: str) -> Segment | None:
    if len(segments) > 1:
        raise EmbeddingRefusedError(f"it holds {otherwise}")
    return segments[0] if segments else None


def _is_index(segment: Segment) -> bool:
    return segment.holds(_APP2, mpf.HEADER)


def _settled_index(segment: Segment, picture_at: int) -> bytes:
    """Return the index as it would be if nothing stood before or behind it in the header."""
    content = segment.content[len(mpf.HEADER) :]
    return mpf.shifted(content, before=-segment.start, after=segment.end - picture_at)


def _refuse_content_credentials(segments: list[Segment]) -> None:
    if any(s.marker == _APP11 and b"c2pa" in s.content for s in segments):
        raise EmbeddingRefusedError("its content credentials (C2PA) would become invalid")


def _refuse_distant_previews(data: bytes, segments: list[Segment], picture_at: int) -> None:
    """Refuse when Exif knows how far away something behind the picture is."""
    candidates = list(_starts_behind_picture(data, picture_at))
    for segment in segments:
        if not segment.holds(_APP1, _EXIF_HEADER):
            continue
        tiff_at = segment.start + _PREFIX + len(_EXIF_HEADER)
        exif = segment.content[len(_EXIF_HEADER) :]
        if any(refers_to(exif, at - tiff_at) for at in candidates):
            raise EmbeddingRefusedError("its camera notes point at a preview behind the picture")


def _starts_behind_picture(data: bytes, picture_at: int) -> Iterator[int]:
    """Yield where data behind the picture may begin: the first byte, and every start of a JPEG.

    In entropy-coded data 0xFF is never followed by 0xD9, so the first such pair ends the picture.
    """
    end = data.find(b"\xff\xd9", picture_at) + 2
    if end < picture_at or end >= len(data):
        return
    yield end
    at = end
    for _ in range(_MAX_CANDIDATES):
        # Minolta overwrites the first byte of a preview, so only the second is looked for.
        at = data.find(b"\xd8\xff", at + 1)
        if at < 0:
            return
        yield at - 1


def _sections(segments: list[Segment]) -> list[Segment]:
    if any(s.holds(_APP13, _OLD_PHOTOSHOP_HEADER) for s in segments):
        raise EmbeddingRefusedError("its Photoshop block has an old form")
    return [s for s in segments if s.holds(_APP13, PHOTOSHOP_HEADER)]


def _resources(section: Segment) -> list[Resource]:
    return read_resources(section.content[len(PHOTOSHOP_HEADER) :])


def _iptc(segments: list[Segment]) -> dict[int, bytes]:
    found = [r for s in _sections(segments) if (r := _iptc_resources(s))]
    if len(found) > 1 or (found and len(found[0]) != len({r.number for r in found[0]})):
        raise EmbeddingRefusedError("it holds two IPTC blocks")
    return {r.number: r.data for r in found[0]} if found else {}


def _iptc_resources(section: Segment) -> list[Resource]:
    found = [r for r in _resources(section) if r.number in (IIM, IIM_DIGEST)]
    if any(r.signature != PHOTOSHOP for r in found):
        raise EmbeddingRefusedError("its IPTC block is another program's, and few readers see it")
    return found


def _spans(segments: list[Segment], picture_at: int, length: int) -> Iterator[Span]:
    at = 0
    for segment in segments:
        if segment.start > at:
            yield Span(kind="other", start=at, end=segment.start)
        if segment.holds(_APP13, PHOTOSHOP_HEADER):
            yield from _section_spans(segment)
        else:
            yield Span(kind=_kind(segment), start=segment.start, end=segment.end)
        at = segment.end
    if picture_at > at:
        yield Span(kind="other", start=at, end=picture_at)
    yield Span(kind="picture", start=picture_at, end=length)


def _kind(segment: Segment) -> SpanKind:
    if segment.holds(_APP1, XMP_HEADER):
        return "xmp"
    if _is_index(segment):
        return "framing"
    return "other" if segment.marker in (_APP1, _COM) else "picture"


def _section_spans(segment: Segment) -> Iterator[Span]:
    start = segment.start + _PREFIX + len(PHOTOSHOP_HEADER)
    yield Span(kind="framing", start=segment.start, end=start)
    last = start
    for resource in _resources(segment):
        kind: SpanKind = "iptc" if resource.number in (IIM, IIM_DIGEST) else "other"
        at = start + resource.content_end
        yield Span(kind=kind, start=start + resource.start, end=at)
        # A missing padding byte is added when something follows; it says nothing.
        start_of_next = start + resource.end
        if start_of_next > at:
            yield Span(kind="framing", start=at, end=start_of_next)
        last = start_of_next
    if segment.end > last:
        yield Span(kind="framing", start=last, end=segment.end)


def _behind_exif(segments: list[Segment]) -> int:
    """Return where new segments go: behind JFIF and Exif, which readers expect first."""
    first = (s.end for s in segments if s.marker == _APP0 or s.holds(_APP1, _EXIF_HEADER))
    return max(first, default=2)


def _xmp_replacement(segments: list[Segment], packet: bytes) -> Replacement:
    new = _segment(_APP1, XMP_HEADER + packet, "XMP packet")
    for segment in segments:
        if segment.holds(_APP1, XMP_HEADER):
            return Replacement(start=segment.start, end=segment.end, new=new)
    at = _behind_exif(segments)
    return Replacement(start=at, end=at, new=new)


def _iptc_replacement(segments: list[Segment], blocks: Blocks) -> Replacement:
    sections = _sections(segments)
    section = next((s for s in sections if _iptc_resources(s)), next(iter(sections), None))
    if section is None:
        at = _behind_exif(segments)
        content = PHOTOSHOP_HEADER + _merged([], b"", blocks)
        return Replacement(start=at, end=at, new=_segment(_APP13, content, "IPTC block"))
    body = section.content[len(PHOTOSHOP_HEADER) :]
    content = PHOTOSHOP_HEADER + _merged(_resources(section), body, blocks)
    new = _segment(_APP13, content, "IPTC block")
    return Replacement(start=section.start, end=section.end, new=new)


def _merged(resources: list[Resource], body: bytes, blocks: Blocks) -> bytes:
    """Return the section with our blocks in the place of the old ones, or behind the others."""
    ours = {IIM: blocks.iim, IIM_DIGEST: blocks.iim_digest}
    pieces = []
    for resource in resources:
        new = ours.pop(resource.number, None)
        old = body[resource.start : resource.end]
        pieces.append(old if new is None else make_resource(resource.number, new))
    pieces += [make_resource(number, new) for number, new in ours.items() if new is not None]
    return b"".join(piece + b"\0" * (len(piece) % 2) for piece in pieces)


def _index_replacement(index: Segment, others: list[Replacement]) -> Replacement:
    content = mpf.shifted(
        index.content[len(mpf.HEADER) :],
        before=sum(r.growth for r in others if r.end <= index.start),
        after=sum(r.growth for r in others if r.start >= index.end),
    )
    new = _segment(_APP2, mpf.HEADER + content, "index of further pictures")
    return Replacement(start=index.start, end=index.end, new=new)
