"""Check what was written before it takes the place of anything.

Four questions, asked of the bytes read back from disk: is everything outside our blocks the same,
byte by byte; are the blocks what was intended; does an XML parser that is not our editor see every
foreign property unchanged and the intended keywords; and does exiv2 read the keywords as well.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, AnyStr

from tagbridge.metadata.added import check_addition
from tagbridge.metadata.carrier import carrier_of
from tagbridge.metadata.exiv2 import Exiv2, Exiv2Error, Reading, UnknownFormError
from tagbridge.metadata.layout import (
    Blocks,
    Container,
    EmbeddingRefusedError,
    Layout,
    SpanKind,
    block_after,
    pieces_of,
    same_bytes,
)
from tagbridge.metadata.properties import OURS, RDF_URI, SIDECAR_FOR_EXTENSION, SUBJECT
from tagbridge_hooks import VerificationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tagbridge.metadata.edit import PropertyEdit

_RDF = f"{{{RDF_URI}}}RDF"
_ABOUT = f"{{{RDF_URI}}}about"
_DESCRIPTION = f"{{{RDF_URI}}}Description"
_ITEM = f"{{{RDF_URI}}}li"
_VALUE = f"{{{RDF_URI}}}value"
_RESOURCE = f"{{{RDF_URI}}}resource"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MAY_CHANGE = OURS | {SIDECAR_FOR_EXTENSION.clark}


def check_container(
    container: Container, data: bytes, layout: Layout, blocks: Blocks, new: bytes
) -> None:
    """Check that a new file differs from the old one in its blocks only.

    Raises:
        VerificationError: It does not.
    """
    try:
        found = container.parts(new)
    except EmbeddingRefusedError as error:
        raise VerificationError(f"the new file is not sound: {error}") from error
    kinds: tuple[SpanKind, ...] = ("picture", "other")
    if not same_bytes(pieces_of(data, layout.spans, kinds), pieces_of(new, found.spans, kinds)):
        raise VerificationError("bytes outside its keywords would have changed")
    if found.framing != layout.framing:
        raise VerificationError("pointers to its further pictures would be wrong")
    if found.xmp != (blocks.xmp or None):
        raise VerificationError("its XMP did not read back as written")
    wanted = (
        block_after(blocks.iim, layout.iim),
        block_after(blocks.iim_digest, layout.iim_digest),
    )
    if (found.iim, found.iim_digest) != wanted:
        raise VerificationError("its IPTC block did not read back as written")


def check_packet(
    old: bytes, new: bytes, subject: tuple[str, ...], further: Sequence[PropertyEdit] = ()
) -> None:
    """Check that a new packet says what the old one said, apart from our properties.

    Args:
        old: The packet that was edited.
        new: The result.
        subject: What `dc:subject` must hold now, in order.
        further: Edits of properties that may only be added to.

    Raises:
        VerificationError: It does not.
    """
    added = frozenset(edit.target.clark for edit in further)
    if foreign(old, added) != foreign(new, added):
        raise VerificationError("other XMP properties would have changed")
    if subject_of(new) != subject:
        raise VerificationError("its keywords did not read back as written")
    for edit in further:
        check_addition(rdf_of(old), rdf_of(new), edit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What exiv2 must read.

    Attributes:
        packet: The packet that was edited.
        kept: The keywords in its `dc:subject`.
        added: Those that are new, behind them.
        iim: The IPTC-IIM keywords as bytes; not looked at when empty.
    """

    packet: bytes
    kept: tuple[str, ...]
    added: tuple[str, ...]
    iim: tuple[bytes, ...] = ()


def check_with_exiv2(exiv2: Exiv2, new: Blocks, expected: Expected) -> None:
    """Check that exiv2 reads the keywords.

    What it does not read as it is meant, it may have misread before: Adobe's toolkit, which is
    part of it, does not know every form of RDF and takes `&#xe4;` for a space. Then it must read
    the old keywords as it did.

    Raises:
        VerificationError: It does not read them.
    """
    after = read_by_exiv2(exiv2, new)
    if after is None or not says(after, (*expected.kept, *expected.added)):
        before = read_by_exiv2(exiv2, Blocks(xmp=expected.packet))
        if not _is_as_before(before, after, expected):
            raise VerificationError("exiv2 reads other keywords than were written")
    if after is not None and expected.iim and _visible(after.iim_values) != _visible(expected.iim):
        raise VerificationError("exiv2 reads other IPTC keywords than were written")


def _is_as_before(before: Reading | None, after: Reading | None, expected: Expected) -> bool:
    if before is None or after is None:
        return before is after
    if says(after, (*before.subject, *expected.added)):
        return True
    return not says(before, expected.kept) and says(after, before.subject)


def read_by_exiv2(exiv2: Exiv2, blocks: Blocks) -> Reading | None:
    """Return what exiv2 reads in these blocks, or None when it does not know their form.

    Raises:
        VerificationError: It fails on them.
    """
    try:
        return exiv2.read_bytes(carrier_of(blocks))
    except UnknownFormError:
        return None
    except Exiv2Error as error:
        raise VerificationError(str(error)) from error


def says(reading: Reading, subject: tuple[str, ...]) -> bool:
    """Return whether exiv2 reads these keywords."""
    return _visible(_spaced(reading.subject)) == _visible(_spaced(subject))


def _visible(keywords: Iterable[AnyStr]) -> list[AnyStr]:
    """Return keywords as exiv2 gives them: without empty ones and space around them."""
    return [stripped for k in keywords if (stripped := k.strip())]


def _spaced(keywords: Iterable[str]) -> Iterator[str]:
    """Yield keywords with a space for each control character, as Adobe's and exiv2's parsers do."""
    return (_CONTROL.sub(" ", keyword) for keyword in keywords)


def rdf_of(packet: bytes) -> ET.Element:
    """Return the element `rdf:RDF` of a packet, as a parser reads it that is not our editor.

    Raises:
        VerificationError: There is none.
    """
    # The packet has been parsed before, without a DOCTYPE, so entities cannot do harm here.
    try:
        root = ET.fromstring(packet.rstrip(b"\0"))  # noqa: S314
    except (ET.ParseError, LookupError, ValueError) as error:
        raise VerificationError("the new XMP would not be well-formed") from error
    found = root if root.tag == _RDF else root.find(_RDF)
    if found is None:
        raise VerificationError("the new XMP has no rdf:RDF")
    return found


def foreign(packet: bytes, added: frozenset[str]) -> Counter[tuple[str, str]]:
    """Return the properties that are not ours to change, with their content.

    Args:
        packet: The packet.
        added: Further properties that are left out, as `{uri}name`.
    """
    return Counter(_properties(packet, _MAY_CHANGE | added))


def _properties(packet: bytes, without: frozenset[str]) -> Iterator[tuple[str, str]]:
    for description in rdf_of(packet):
        attributes = description.attrib.items()
        yield from ((k, v) for k, v in attributes if k != _ABOUT and k not in without)
        for child in description:
            if child.tag not in without:  # asked first: to bring one to its form takes long
                child.tail = None
                form = ET.canonicalize(ET.tostring(child, "unicode"), rewrite_prefixes=True)
                yield child.tag, form


def subject_of(packet: bytes) -> tuple[str, ...]:
    """Return `dc:subject`, as that parser reads it."""
    found = rdf_of(packet).findall(f"*/{SUBJECT.clark}/*/{_ITEM}")
    return tuple(text_of(item) for item in found)


def text_of(item: ET.Element) -> str:
    """Return the value of a list item: apart from its qualifiers, if it has any."""
    if not len(item):
        return item.get(_RESOURCE, "".join(item.itertext()))
    for holder in (item, *item.findall(_DESCRIPTION)):
        if _VALUE in holder.attrib:
            return holder.attrib[_VALUE]
        if (value := holder.find(_VALUE)) is not None:
            return "".join(value.itertext())
    return ""
