"""Check that a property was only added to: what the user has in it is as it was."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from tagbridge.metadata.properties import RDF_URI, XML_URI, ListInStruct
from tagbridge_hooks import VerificationError

if TYPE_CHECKING:
    from tagbridge.metadata.edit import PropertyEdit

_ARRAYS = tuple(f"{{{RDF_URI}}}{form}" for form in ("Bag", "Seq", "Alt"))
_FORMAL = frozenset({f"{{{RDF_URI}}}parseType", f"{{{XML_URI}}}lang"})


def check_addition(old: ET.Element, new: ET.Element, edit: PropertyEdit) -> None:
    """Check one edit.

    Args:
        old: The element `rdf:RDF` as it was.
        new: The same as it is written; it is changed here.
        edit: What was added.

    Raises:
        VerificationError: Something else happened to the property as well.
    """
    name = f"{edit.target.prefix}:{edit.target.name}"
    before, after = _element(old, edit), _element(new, edit)
    if after is None:
        raise VerificationError(f"its {name} did not read back as written")
    if before is not None and not _is_blank(before):
        _take_out(after, edit, name)
        if _canonical(before) != _canonical(after):
            raise VerificationError(f"what it has in {name} would have changed")


def _element(rdf: ET.Element, edit: PropertyEdit) -> ET.Element | None:
    return rdf.find(f"*/{edit.target.clark}")


def _take_out(element: ET.Element, edit: PropertyEdit, name: str) -> None:
    """Take the new items out of a list again."""
    added = len(edit.append) + len(edit.items)
    holder = element
    if isinstance(edit.target, ListInStruct):
        found = element.find(f".//{edit.target.inner.clark}")
        holder = element if found is None else found
    arrays = [child for child in holder if child.tag in _ARRAYS]
    if len(arrays) != 1 or not added or len(arrays[0]) < added:
        raise VerificationError(f"its {name} did not read back as written")
    for item in list(arrays[0])[-added:]:
        arrays[0].remove(item)


def _is_blank(element: ET.Element) -> bool:
    if (element.text or "").strip() or element.attrib.keys() - _FORMAL:
        return False
    return all(map(_is_blank, element))


def _canonical(element: ET.Element) -> str:
    element.tail = None
    return ET.canonicalize(ET.tostring(element, "unicode"), rewrite_prefixes=True)
