"""IPTC-IIM in a JPEG: the Photoshop section of a segment APP13."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.metadata.jpeg_segments import APP13, PREFIX, Segment
from tagbridge.metadata.layout import Blocks, EmbeddingRefusedError, Span, SpanKind
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

_HEADER = b"Photoshop 3.0\0"
_OLD_HEADER = b"Adobe_Photoshop2.5:"


def is_section(segment: Segment) -> bool:
    """Return whether a segment holds a Photoshop section."""
    return segment.holds(APP13, _HEADER)


def read_iptc(segments: list[Segment]) -> dict[int, bytes]:
    """Return the block `IIM` and its `IIM_DIGEST`, as far as they are there.

    Raises:
        EmbeddingRefusedError: There are two, or a section is not understood.
    """
    found = [r for s in _sections(segments) if (r := _iptc_resources(s))]
    if len(found) > 1 or (found and len(found[0]) != len({r.number for r in found[0]})):
        raise EmbeddingRefusedError("it holds two IPTC blocks")
    return {r.number: r.data for r in found[0]} if found else {}


def section_spans(segment: Segment) -> Iterator[Span]:
    """Yield the parts of a section."""
    start = segment.start + PREFIX + len(_HEADER)
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


def section_for(segments: list[Segment]) -> Segment | None:
    """Return the section that holds IPTC-IIM, or else the first, or None."""
    sections = _sections(segments)
    return next((s for s in sections if _iptc_resources(s)), next(iter(sections), None))


def section_with(section: Segment | None, blocks: Blocks) -> bytes:
    """Return the content of a section with our blocks in the place of the old ones.

    Args:
        section: The old one, or None for a new one.
        blocks: What it shall hold; without a place they go behind the others.

    Returns:
        The content; empty when nothing is left in it.
    """
    if section is None:
        body = _merged([], b"", blocks)
    else:
        body = _merged(_resources(section), section.content[len(_HEADER) :], blocks)
    return _HEADER + body if body else b""


def _sections(segments: list[Segment]) -> list[Segment]:
    if any(s.holds(APP13, _OLD_HEADER) for s in segments):
        raise EmbeddingRefusedError("its Photoshop block has an old form")
    return [s for s in segments if is_section(s)]


def _resources(section: Segment) -> list[Resource]:
    return read_resources(section.content[len(_HEADER) :])


def _iptc_resources(section: Segment) -> list[Resource]:
    found = [r for r in _resources(section) if r.number in (IIM, IIM_DIGEST)]
    if any(r.signature != PHOTOSHOP for r in found):
        raise EmbeddingRefusedError("its IPTC block is another program's, and few readers see it")
    return found


def _merged(resources: list[Resource], body: bytes, blocks: Blocks) -> bytes:
    ours = {IIM: blocks.iim, IIM_DIGEST: blocks.iim_digest}
    pieces = []
    for resource in resources:
        new = ours.pop(resource.number, None)
        old = body[resource.start : resource.end]
        pieces.append(old if new is None else _resource(resource.number, new))
    pieces += [_resource(number, new) for number, new in ours.items() if new is not None]
    return b"".join(piece + b"\0" * (len(piece) % 2) for piece in pieces)


def _resource(number: int, data: bytes) -> bytes:
    return make_resource(number, data) if data else b""
