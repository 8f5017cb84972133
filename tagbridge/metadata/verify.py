"""Check what was written before it takes the place of anything.

Four questions, asked of the bytes read back from disk: is everything outside our blocks the same,
byte by byte; are the blocks what was intended; does an XML parser that is not our editor see every
foreign property unchanged and the intended keywords; and does exiv2 read the keywords as well.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from typing import TYPE_CHECKING

from tagbridge.metadata.exiv2 import Exiv2, Exiv2Error
from tagbridge.metadata.layout import (
    Blocks,
    Container,
    EmbeddingRefusedError,
    Layout,
    SpanKind,
    pieces_of,
    same_bytes,
)
from tagbridge.metadata.properties import OURS, RDF_URI, SIDECAR_FOR_EXTENSION, SUBJECT
from tagbridge_hooks import VerificationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_RDF = f"{{{RDF_URI}}}RDF"
_ABOUT = f"{{{RDF_URI}}}about"
_ITEM = f"{{{RDF_URI}}}li"
_MAY_CHANGE = OURS | {SIDECAR_FOR_EXTENSION.clark}


def check_container(
    container: Container, data: bytes, layout: Layout, blocks: Blocks, new: bytes
) -> None:
    """Check that a new file differs from the old one in its blocks only.

    Raises:
        VerificationError: It does not.
    """
    try:
        found = container.read(new)
    except EmbeddingRefusedError as error:
        raise VerificationError(f"the new file is not sound: {error}") from error
    kinds: tuple[SpanKind, ...] = ("picture", "other")
    if not same_bytes(pieces_of(data, layout.spans, kinds), pieces_of(new, found.spans, kinds)):
        raise VerificationError("bytes outside its keywords would have changed")
    if found.framing != layout.framing:
        raise VerificationError("pointers to its further pictures would be wrong")
    if found.xmp != blocks.xmp:
        raise VerificationError("its XMP did not read back as written")
    wanted = (blocks.iim or layout.iim, blocks.iim_digest or layout.iim_digest)
    if (found.iim, found.iim_digest) != wanted:
        raise VerificationError("its IPTC block did not read back as written")


def check_packet(old: bytes, new: bytes, subject: tuple[str, ...]) -> None:
    """Check that a new packet says what the old one said, apart from our properties.

    Args:
        old: The packet that was edited.
        new: The result.
        subject: What `dc:subject` must hold now, in order.

    Raises:
        VerificationError: It does not.
    """
    if _foreign(old) != _foreign(new):
        raise VerificationError("other XMP properties would have changed")
    if _subject(new) != subject:
        raise VerificationError("its keywords did not read back as written")


def check_with_exiv2(
    exiv2: Exiv2, carrier: bytes, subject: tuple[str, ...], keywords: tuple[str, ...]
) -> None:
    """Check that exiv2 reads the keywords.

    Args:
        exiv2: The reader.
        carrier: A file that holds the new blocks.
        subject: What `dc:subject` must hold.
        keywords: What the IPTC-IIM keywords must be; not looked at when empty.

    Raises:
        VerificationError: It does not read them.
    """
    try:
        reading = exiv2.read_bytes(carrier)
    except Exiv2Error as error:
        raise VerificationError(str(error)) from error
    if _visible(reading.subject) != _visible(subject):
        raise VerificationError("exiv2 reads other keywords than were written")
    if keywords and _visible(reading.iim_keywords) != _visible(keywords):
        raise VerificationError("exiv2 reads other IPTC keywords than were written")


def _visible(keywords: Iterable[str]) -> list[str]:
    """Return keywords as exiv2 gives them: without empty ones and space around them."""
    return [stripped for k in keywords if (stripped := k.strip())]


def _rdf(packet: bytes) -> ET.Element:
    # The packet has been parsed before, without a DOCTYPE, so entities cannot do harm here.
    root = ET.fromstring(packet.rstrip(b"\0"))  # noqa: S314
    found = root if root.tag == _RDF else root.find(_RDF)
    if found is None:
        raise VerificationError("the new XMP has no rdf:RDF")
    return found


def _properties(packet: bytes) -> Iterator[tuple[str, str]]:
    for description in _rdf(packet):
        yield from ((k, v) for k, v in description.attrib.items() if k != _ABOUT)
        for child in description:
            child.tail = None
            yield child.tag, ET.canonicalize(ET.tostring(child, "unicode"), rewrite_prefixes=True)


def _foreign(packet: bytes) -> Counter[tuple[str, str]]:
    return Counter(pair for pair in _properties(packet) if pair[0] not in _MAY_CHANGE)


def _subject(packet: bytes) -> tuple[str, ...]:
    found = _rdf(packet).findall(f"*/{SUBJECT.clark}/*/{_ITEM}")
    return tuple("".join(item.itertext()) for item in found)
