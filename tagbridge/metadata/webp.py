"""The metadata chunks of a WebP.

XMP lives in a chunk `XMP `, announced by a flag in the chunk `VP8X`; a file in the simple form is
given one. Source: RFC 9649, section 2.7.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagbridge.metadata.layout import (
    Blocks,
    Buffer,
    Container,
    EmbeddingRefusedError,
    Layout,
    Span,
    SpanKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = 12  # RIFF, size, WEBP
_CHUNK_HEADER = 8
_VP8X_SIZE = 10
_XMP_FLAG, _ALPHA_FLAG = 0x04, 0x10
_VP8L_ALPHA = 1 << 28
_FOURTEEN_BITS = 0x3FFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One chunk with its header and its padding byte between `start` and `end`."""

    kind: bytes
    start: int
    end: int
    content: memoryview


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """What `VP8X` says, or would say.

    Attributes:
        flags: Its first four bytes as a number, without the XMP flag.
        width: Pixels.
        height: Pixels.
    """

    flags: int
    width: int
    height: int


def read(data: bytes, end: int | None = None) -> Layout:  # noqa: ARG001 - of a JPEG
    """Find the parts of a WebP.

    Raises:
        EmbeddingRefusedError: It holds content credentials, two packets, a misnamed packet, or is
            not made of whole chunks.
    """
    chunks = list(_chunks(data))
    if any(c.kind == b"VP8X" for c in chunks[1:]):
        raise EmbeddingRefusedError("its VP8X chunk is not the first")
    packets = [c for c in chunks if c.kind == b"XMP "]
    if any(c.kind == b"C2PA" for c in chunks):
        raise EmbeddingRefusedError("its content credentials (C2PA) would become invalid")
    if len(packets) > 1 or any(c.kind == b"XMP\0" for c in chunks):
        raise EmbeddingRefusedError("it holds two XMP packets, or one under a wrong name")
    return Layout(
        spans=tuple(_spans(chunks, len(data))),
        xmp=bytes(packets[0].content) if packets else None,
        framing=_canvas(chunks),
    )


def splice(data: bytes, blocks: Blocks) -> list[Buffer]:
    """Return the WebP with another XMP packet, as pieces."""
    chunks = list(_chunks(data))
    view = memoryview(data)
    if not blocks.xmp:
        return _without_packet(view, chunks)
    canvas = _canvas(chunks)
    extended = _chunk(b"VP8X", _vp8x(replace(canvas, flags=canvas.flags | _XMP_FLAG)))
    packet = _chunk(b"XMP ", blocks.xmp)
    body: list[Buffer] = [extended]
    body += [
        packet if c.kind == b"XMP " else view[c.start : c.end] for c in chunks if c.kind != b"VP8X"
    ]
    if not any(c.kind == b"XMP " for c in chunks):
        body.append(packet)
    size = 4 + sum(map(len, body))
    return [b"RIFF" + struct.pack("<I", size) + b"WEBP", *body, view[chunks[-1].end :]]


def _without_packet(view: memoryview, chunks: list[Chunk]) -> list[Buffer]:
    """Return the WebP without its packet; one that only the packet made extended is simple again.

    A lossless picture tells of its transparency in itself.
    """
    canvas = _canvas(chunks)
    kept = [c for c in chunks if c.kind not in (b"XMP ", b"VP8X")]
    simple = len(kept) == 1 and not canvas.flags & ~_ALPHA_FLAG
    body: list[Buffer] = [] if simple else [_chunk(b"VP8X", _vp8x(canvas))]
    body += [view[c.start : c.end] for c in kept]
    size = 4 + sum(map(len, body))
    return [b"RIFF" + struct.pack("<I", size) + b"WEBP", *body, view[chunks[-1].end :]]


WEBP = Container(read=read, parts=read, splice=splice)


def _chunks(data: bytes) -> Iterator[Chunk]:
    if len(data) < _HEADER + _CHUNK_HEADER or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise EmbeddingRefusedError("it does not begin like a WebP")
    view = memoryview(data)
    (size,) = struct.unpack_from("<I", data, 4)
    last = 8 + size
    at = _HEADER
    if last <= at:
        raise EmbeddingRefusedError("it holds no chunks")
    while at < last:
        if at + _CHUNK_HEADER > len(data):
            raise EmbeddingRefusedError("it is cut off")
        kind, length = struct.unpack_from("<4sI", data, at)
        content = at + _CHUNK_HEADER
        end = content + length + length % 2
        if end > min(last, len(data)):
            raise EmbeddingRefusedError("it is cut off")
        yield Chunk(kind=kind, start=at, end=end, content=view[content : content + length])
        at = end


def _spans(chunks: list[Chunk], length: int) -> Iterator[Span]:
    yield Span(kind="framing", start=0, end=_HEADER)
    for chunk in chunks:
        yield Span(kind=_kind(chunk), start=chunk.start, end=chunk.end)
    if length > chunks[-1].end:
        yield Span(kind="picture", start=chunks[-1].end, end=length)


def _kind(chunk: Chunk) -> SpanKind:
    if chunk.kind == b"XMP ":
        return "xmp"
    if chunk.kind == b"VP8X":
        return "framing"
    return "other" if chunk.kind == b"EXIF" else "picture"


def _canvas(chunks: list[Chunk]) -> Canvas:
    first = chunks[0]
    try:
        if first.kind == b"VP8X":
            return _extended_canvas(first.content)
        if first.kind == b"VP8L":
            return _lossless_canvas(first.content)
        if first.kind == b"VP8 ":
            return _lossy_canvas(first.content)
    except struct.error as error:
        raise EmbeddingRefusedError("it is cut off") from error
    raise EmbeddingRefusedError("it begins with a chunk that is not understood")


def _extended_canvas(content: memoryview) -> Canvas:
    if len(content) != _VP8X_SIZE:
        raise EmbeddingRefusedError("its VP8X chunk has a form that is not understood")
    (flags,) = struct.unpack_from("<I", content)
    width = int.from_bytes(content[4:7], "little") + 1
    height = int.from_bytes(content[7:10], "little") + 1
    return Canvas(flags=flags & ~_XMP_FLAG, width=width, height=height)


def _lossless_canvas(content: memoryview) -> Canvas:
    (bits,) = struct.unpack_from("<I", content, 1)
    return Canvas(
        flags=_ALPHA_FLAG if bits & _VP8L_ALPHA else 0,
        width=(bits & _FOURTEEN_BITS) + 1,
        height=(bits >> 14 & _FOURTEEN_BITS) + 1,
    )


def _lossy_canvas(content: memoryview) -> Canvas:
    width, height = (n & _FOURTEEN_BITS for n in struct.unpack_from("<HH", content, 6))
    if not width or not height:
        raise EmbeddingRefusedError("it has no size")
    return Canvas(flags=0, width=width, height=height)


def _vp8x(canvas: Canvas) -> bytes:
    size = (canvas.width - 1).to_bytes(3, "little") + (canvas.height - 1).to_bytes(3, "little")
    return struct.pack("<I", canvas.flags) + size


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
