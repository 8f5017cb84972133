"""Which bytes of a file are the picture, which are metadata, and which of them are ours to edit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from tagbridge_hooks import TagbridgeError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

Buffer: TypeAlias = bytes | memoryview

SpanKind = Literal["picture", "other", "framing", "xmp", "iptc"]


_COMPARED = 128 << 10


class EmbeddingRefusedError(TagbridgeError):
    """Say why a file's own metadata must be left alone; a sidecar is written instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of bytes of one kind.

    Attributes:
        kind: `picture` (identity and comparison), `other` (metadata we never edit: comparison
            only), `framing` (lengths and pointers that follow an edit; compared by meaning),
            `xmp` and `iptc` (ours to edit).
        start: First byte.
        end: One behind the last byte.
    """

    kind: SpanKind
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The parts of one file, in order and without gaps.

    Attributes:
        spans: They cover the file from its first byte to its last.
        xmp: The XMP packet without its wrapping, or None.
        iim: The IPTC-IIM block without its wrapping, or None.
        iim_digest: The 16 bytes of Photoshop's IPTCDigest, or None.
        framing: What the framing spans mean, independent of the length of our blocks.
        extended: The XMP properties that stand in an extension of the packet, as `{uri}name`.
    """

    spans: tuple[Span, ...]
    xmp: bytes | None = None
    iim: bytes | None = None
    iim_digest: bytes | None = None
    framing: Hashable = None
    extended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """The metadata blocks that a file shall have; an empty one is taken out of it.

    Attributes:
        xmp: The XMP packet.
        iim: The IPTC-IIM block, or None to leave the file's own as it is.
        iim_digest: The IPTCDigest that goes with `iim`, or None to leave the file's own.
    """

    xmp: bytes
    iim: bytes | None = None
    iim_digest: bytes | None = None


def block_after(new: bytes | None, old: bytes | None) -> bytes | None:
    """Return a block of a file after an edit, or None where it has none then; see `Blocks`."""
    return old if new is None else new or None


class ReadFile(Protocol):
    """Find the parts of a file."""

    def __call__(self, data: bytes, end: int | None = None) -> Layout:
        """Return them; `end` is one behind the last byte of the picture, None if not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A file format whose metadata blocks we can exchange.

    Attributes:
        read: Finds the parts of a file, of which may be known where the picture ends. Raises
            `EmbeddingRefusedError` when anything about it is odd or not fully understood.
        parts: The same for a file that `splice` made of one that was read, whose picture is
            compared with that one's instead of being looked into again.
        splice: Returns the file with other blocks as a sequence of pieces. Everything else is
            taken from the original bytes. Raises `EmbeddingRefusedError` when they do not fit.
        carries_iim: True when every file of this format gets IPTC-IIM keywords.
        packet_room: Bytes that the XMP packet shall not exceed for anything but keywords, or None.
    """

    read: ReadFile
    parts: Callable[[bytes], Layout]
    splice: Callable[[bytes, Blocks], list[Buffer]]
    carries_iim: bool = False
    packet_room: int | None = None


def pieces_of(data: bytes, spans: Iterable[Span], kinds: Sequence[SpanKind]) -> Iterator[Buffer]:
    """Yield the bytes of all spans of the given kinds, neighbours joined."""
    view = memoryview(data)
    start = end = -1
    for span in spans:
        if span.kind not in kinds:
            continue
        if span.start != end:
            if start >= 0:
                yield view[start:end]
            start = span.start
        end = span.end
    if start >= 0:
        yield view[start:end]


def same_bytes(first: Iterable[Buffer], second: Iterable[Buffer]) -> bool:
    """Return whether two sequences of pieces hold the same bytes, however they are cut."""
    left, right = iter(first), iter(second)
    a = b = memoryview(b"")
    while True:
        while not a:
            piece = next(left, None)
            if piece is None:
                return not b and not any(map(len, right))
            a = memoryview(piece)
        while not b:
            piece = next(right, None)
            if piece is None:
                return False
            b = memoryview(piece)
        # memoryview compares element by element; `startswith` compares with memcmp. Small pieces,
        # because a copy that stays in the processor's cache costs next to nothing.
        length = min(len(a), len(b), _COMPARED)
        if not bytes(a[:length]).startswith(b[:length]):
            return False
        a, b = a[length:], b[length:]


def metadata_digest(data: bytes, layout: Layout) -> bytes:
    """Return a hash of everything but the picture, 16 bytes.

    A file with the same identity and the same digest is the same, byte for byte.
    """
    digest = hashlib.sha256()
    for span in layout.spans:
        if span.kind != "picture":
            digest.update(memoryview(data)[span.start : span.end])
    return digest.digest()[:16]


def identity_of(data: bytes, layout: Layout | None) -> str:
    """Return the hash of the picture without its metadata, as 64 hexadecimal digits.

    Without a layout (a format whose parts we do not know) it is the hash of the whole file.
    """
    digest = hashlib.sha256()
    if layout is None:
        digest.update(data)
    else:
        for piece in pieces_of(data, layout.spans, ("picture",)):
            digest.update(piece)
    return digest.hexdigest()
