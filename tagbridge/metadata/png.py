"""The metadata chunks of a PNG (and APNG).

XMP lives in an iTXt chunk with the keyword `XML:com.adobe.xmp`, uncompressed. Sources: W3C PNG
(third edition) sections 5 and 11.3.3, Adobe XMP Specification Part 3 section 1.1.5.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
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

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_XMP_KEYWORD = b"XML:com.adobe.xmp\0"
_RAW_PROFILE = b"Raw profile type "
_METADATA_IN_PROFILES = (b"xmp", b"iptc", b"8bim", b"APP1")
_TEXT = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_OTHER = _TEXT | {b"eXIf", b"tIME"}
_MAX_PACKET = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One chunk: length, type, content and checksum lie between `start` and `end`."""

    kind: bytes
    start: int
    end: int
    content: memoryview
    checksum: int


def read(data: bytes, end: int | None = None) -> Layout:  # noqa: ARG001 - of a JPEG
    """Find the parts of a PNG.

    Raises:
        EmbeddingRefusedError: It holds content credentials, two packets, metadata in the old
            "raw profile" form, or is not made of whole chunks.
    """
    chunks = list(_chunks(data))
    packets = [c for c in chunks if _is_xmp(c)]
    if any(c.kind == b"caBX" for c in chunks):
        raise EmbeddingRefusedError("its content credentials (C2PA) would become invalid")
    if any(_is_raw_profile(c) for c in chunks):
        raise EmbeddingRefusedError("it holds metadata in the old raw profile form")
    if len(packets) > 1:
        raise EmbeddingRefusedError("it holds two XMP packets")
    return Layout(
        spans=tuple(_spans(chunks, len(data))),
        xmp=_packet(packets[0]) if packets else None,
    )


def splice(data: bytes, blocks: Blocks) -> list[Buffer]:
    """Return the PNG with another XMP packet, as pieces."""
    view = memoryview(data)
    start, end = _place(list(_chunks(data)))
    old = view[start:end]
    return [view[:start], _xmp_chunk(blocks.xmp, _language(old)) if blocks.xmp else b"", view[end:]]


PNG = Container(read=read, parts=read, splice=splice)


def _chunks(data: bytes) -> Iterator[Chunk]:
    if not data.startswith(_SIGNATURE):
        raise EmbeddingRefusedError("it does not begin like a PNG")
    view = memoryview(data)
    at = len(_SIGNATURE)
    while True:
        if at + 12 > len(data):
            raise EmbeddingRefusedError("it is cut off")
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise EmbeddingRefusedError("it is cut off")
        (checksum,) = struct.unpack_from(">I", data, end - 4)
        content = view[at + 8 : end - 4]
        yield Chunk(kind=kind, start=at, end=end, content=content, checksum=checksum)
        if kind == b"IEND":
            return
        at = end


def _is_xmp(chunk: Chunk) -> bool:
    return chunk.kind in _TEXT and bytes(chunk.content[: len(_XMP_KEYWORD)]) == _XMP_KEYWORD


def _is_raw_profile(chunk: Chunk) -> bool:
    start = bytes(chunk.content[:32])
    return (
        chunk.kind in _TEXT
        and start.startswith(_RAW_PROFILE)
        and start[len(_RAW_PROFILE) :].startswith(_METADATA_IN_PROFILES)
    )


def _packet(chunk: Chunk) -> bytes:
    """Return the text of an iTXt chunk: flag, method, language, translated keyword, text."""
    if chunk.kind != b"iTXt":
        raise EmbeddingRefusedError("its XMP packet is in a chunk of the wrong kind")
    if chunk.checksum != zlib.crc32(chunk.content, zlib.crc32(chunk.kind)):
        raise EmbeddingRefusedError("its XMP chunk is damaged")
    rest = bytes(chunk.content[len(_XMP_KEYWORD) :])
    try:
        compressed, method = rest[0], rest[1]
        _language, _translated, text = rest[2:].split(b"\0", 2)
    except (IndexError, ValueError) as error:
        raise EmbeddingRefusedError("its XMP chunk is damaged") from error
    if not compressed:
        return text
    if method:
        raise EmbeddingRefusedError("its XMP chunk is compressed in an unknown way")
    return _inflated(text)


def _inflated(text: bytes) -> bytes:
    inflate = zlib.decompressobj()
    try:
        packet = inflate.decompress(text, _MAX_PACKET)
    except zlib.error as error:
        raise EmbeddingRefusedError("its XMP chunk is damaged") from error
    if not inflate.eof:
        raise EmbeddingRefusedError("its XMP chunk is damaged, or too large")
    return packet


def _spans(chunks: list[Chunk], length: int) -> Iterator[Span]:
    yield Span(kind="picture", start=0, end=len(_SIGNATURE))
    for chunk in chunks:
        yield Span(kind=_kind(chunk), start=chunk.start, end=chunk.end)
    if length > chunks[-1].end:
        yield Span(kind="picture", start=chunks[-1].end, end=length)


def _kind(chunk: Chunk) -> SpanKind:
    if _is_xmp(chunk):
        return "xmp"
    return "other" if chunk.kind in _OTHER else "picture"


def _place(chunks: list[Chunk]) -> tuple[int, int]:
    """Return the run of bytes that the packet takes: its old place, or none before the pixels."""
    for chunk in chunks:
        if _is_xmp(chunk):
            return chunk.start, chunk.end
    before = next((c.start for c in chunks if c.kind == b"IDAT"), chunks[-1].start)
    return before, before


def _language(old: memoryview) -> bytes:
    """Return the language of an old chunk and its keyword in that: XMP has no use for them."""
    if not old:
        return b"\0\0"
    language, translated, _text = bytes(old[8 + len(_XMP_KEYWORD) + 2 :]).split(b"\0", 2)
    return language + b"\0" + translated + b"\0"


def _xmp_chunk(packet: bytes, language: bytes) -> bytes:
    body = b"iTXt" + _XMP_KEYWORD + b"\0\0" + language + packet
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
