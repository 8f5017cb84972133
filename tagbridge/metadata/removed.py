"""Check that nothing but ours was taken out, with a parser that is not our editor.

Of each list the items that stay are the same, in the same order; those that are gone are ones that
we wrote; every other property is untouched.
"""

from __future__ import annotations

import unicodedata
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from tagbridge.metadata.layout import Blocks
from tagbridge.metadata.properties import (
    ALT_TEXT,
    COLORS,
    DESCRIPTION,
    EXTENDED_DESCRIPTION,
    HIERARCHIES,
    IMAGE_REGION,
    OCR_TEXT,
    PERSON_IN_IMAGE,
    RDF_URI,
    REGIONS,
    SIDECAR_FOR_EXTENSION,
    SUBJECT,
    TITLE,
)
from tagbridge.metadata.verify import foreign, rdf_of, read_by_exiv2, says, subject_of, text_of
from tagbridge_hooks import VerificationError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tagbridge.metadata.exiv2 import Exiv2
    from tagbridge.metadata.properties import Property

_ITEM = f"{{{RDF_URI}}}li"
_NOTHING = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
_TEXTS = (ALT_TEXT, TITLE, DESCRIPTION, EXTENDED_DESCRIPTION, OCR_TEXT)
_LISTS = (PERSON_IN_IMAGE, REGIONS, IMAGE_REGION, COLORS)
_OF_OURS = frozenset(p.clark for p in (*_TEXTS, *_LISTS, SIDECAR_FOR_EXTENSION))


def check_removal(old: bytes, new: bytes, gone: Collection[str]) -> None:
    """Check that a new packet says what the old one said, but for what we wrote.

    Args:
        old: The packet that was edited.
        new: The result; empty when nothing is left.
        gone: Every keyword and path, as any list has it, that may be missing now.

    Raises:
        VerificationError: Something else is missing, or has changed.
    """
    before, after = rdf_of(old), rdf_of(new or _NOTHING)
    if foreign(old, _OF_OURS) != foreign(new or _NOTHING, _OF_OURS):
        raise VerificationError("other XMP properties would have changed")
    allowed = set(map(_composed, gone))
    for target in (SUBJECT, *HIERARCHIES):
        lost = _missing(_items(before, target), _items(after, target), target)
        words = {_composed(text_of(item)) for item in lost}
        if not words <= allowed:
            raise VerificationError(
                f"a keyword of yours in {target.prefix}:{target.name} would be lost"
            )
    for one in _LISTS:
        _missing(_items(before, one), _items(after, one), one)
    for text in _TEXTS:
        there = _whole(after, text)
        if there is not None and there != _whole(before, text):
            raise VerificationError(f"its {text.prefix}:{text.name} would have changed")


def check_removal_with_exiv2(exiv2: Exiv2, old: bytes, new: Blocks) -> None:
    """Check that exiv2 reads the keywords that are left, if it read the old ones as we do.

    Raises:
        VerificationError: It does not.
    """
    after = read_by_exiv2(exiv2, new)
    left = subject_of(new.xmp or _NOTHING)
    if after is not None and says(after, left):
        return
    before = read_by_exiv2(exiv2, Blocks(xmp=old))
    if before is not None and (after is None or says(before, subject_of(old))):
        raise VerificationError("exiv2 reads other keywords than are left")


def _items(rdf: ET.Element, target: Property) -> list[ET.Element]:
    """Return the items of a list, wherever in the property it stands."""
    outer = (item for element in rdf.findall(f"*/{target.clark}") for item in _outermost(element))
    return list(outer)


def _outermost(element: ET.Element) -> Iterable[ET.Element]:
    for child in element:
        if child.tag == _ITEM:
            yield child
        else:
            yield from _outermost(child)


def _missing(
    before: list[ET.Element], after: list[ET.Element], target: Property
) -> list[ET.Element]:
    """Return the items that are gone; what stays must be the same, in the same order."""
    left = [_canonical(item) for item in after]
    gone = []
    for item in before:
        if left and _canonical(item) == left[0]:
            left.pop(0)
        else:
            gone.append(item)
    if left:
        raise VerificationError(f"what it has in {target.prefix}:{target.name} would have changed")
    return gone


def _whole(rdf: ET.Element, target: Property) -> str | None:
    """Return a property in any form, or None when it is absent."""
    for description in rdf:
        if target.clark in description.attrib:
            return description.attrib[target.clark]
    element = rdf.find(f"*/{target.clark}")
    return None if element is None else _canonical(element)


def _canonical(element: ET.Element) -> str:
    element.tail = None
    return ET.canonicalize(ET.tostring(element, "unicode"), rewrite_prefixes=True)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()
