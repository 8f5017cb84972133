"""An XMP packet: what it says, and where each property stands in its bytes.

Sources: Adobe XMP Specification Part 1 (ISO 16684-1), sections 7 and C.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.properties import (
    FURTHER_NAMESPACES,
    META_URI,
    NAMESPACES,
    RDF_URI,
    XML_URI,
    Property,
)
from tagbridge.metadata.structs import read_struct
from tagbridge.metadata.xml_positions import Element, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

_ARRAYS = {f"{{{RDF_URI}}}{form}": form for form in ("Bag", "Seq", "Alt")}
_RDF = f"{{{RDF_URI}}}RDF"
_DESCRIPTION = f"{{{RDF_URI}}}Description"
_ITEM = f"{{{RDF_URI}}}li"
_VALUE = f"{{{RDF_URI}}}value"
_ABOUT = f"{{{RDF_URI}}}about"
_RESOURCE = f"{{{RDF_URI}}}resource"
_LANGUAGE = f"{{{XML_URI}}}lang"
_METAS = frozenset({f"{{{META_URI}}}xmpmeta", f"{{{META_URI}}}xapmeta"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """A packet that was understood.

    Attributes:
        text: Its bytes, without zeros behind the end.
        rdf: The element `rdf:RDF`.
        about: The value of `rdf:about` that all its descriptions share.
        odd_prefixes: Prefixes of ours that it uses for something else.
        zeros: The zeros behind its end, with which some programs keep room for edits.
    """

    text: bytes
    rdf: Element
    about: str
    odd_prefixes: frozenset[str] = frozenset()
    zeros: bytes = b""

    def elements(self, wanted: Property) -> Iterator[Element]:
        """Yield the elements that hold a property."""
        for description in self.rdf.children:
            yield from (c for c in description.children if c.name == wanted.clark)

    def holders(self, wanted: Property) -> Iterator[Element]:
        """Yield the descriptions that hold a property as an attribute."""
        yield from (d for d in self.rdf.children if wanted.clark in d.attributes)

    def names(self) -> frozenset[str]:
        """Return all properties that it holds in any form, as `{uri}name`."""
        attributes = (name for d in self.rdf.children for name in d.attributes)
        elements = (child.name for d in self.rdf.children for child in d.children)
        return frozenset((*attributes, *elements)) - {_ABOUT}

    def element(self, wanted: Property) -> Element | None:
        """Return the only element of a property, or None.

        Raises:
            EmbeddingRefusedError: The packet holds it twice, or as an attribute.
        """
        found = list(self.elements(wanted))
        if len(found) + len(list(self.holders(wanted))) > 1:
            raise EmbeddingRefusedError(f"its XMP holds {wanted.prefix}:{wanted.name} twice")
        return found[0] if found else None

    def simple(self, wanted: Property) -> str | None:
        """Return the text of a simple property, or None when it is absent.

        Raises:
            EmbeddingRefusedError: It is there, but not as simple text.
        """
        element = self.element(wanted)
        if element is None:
            return next((d.attributes[wanted.clark] for d in self.holders(wanted)), None)
        if element.children:
            raise _unclear(wanted)
        return element.attributes.get(_RESOURCE, element.text)

    def array(self, wanted: Property, *, within: Element | None = None) -> Element | None:
        """Return the element `rdf:Bag`, `rdf:Seq` or `rdf:Alt` of a property, or None.

        Args:
            wanted: The property, or the field of a struct.
            within: The element of that struct.

        Raises:
            EmbeddingRefusedError: The property is there in any other form.
        """
        if within is not None:
            struct = read_struct(within)
            if struct is None or (wanted.clark in struct.values.keys() - struct.elements.keys()):
                raise _unclear(wanted)
            element = struct.elements.get(wanted.clark)
        elif any(True for _ in self.holders(wanted)):
            raise _unclear(wanted)
        else:
            element = self.element(wanted)
        if element is None:
            return None
        if len(element.children) != 1 or set(element.attributes) - {_LANGUAGE}:
            raise _unclear(wanted)
        array = element.children[0]
        if array.name not in _ARRAYS or array.attributes or array.text.strip():
            raise _unclear(wanted)
        return array

    def items(self, wanted: Property) -> tuple[str, ...]:
        """Return the texts of a list in their order; none when it is absent.

        Raises:
            EmbeddingRefusedError: The property is there, but is not a list of texts.
        """
        array = self.array(wanted)
        if array is None:
            return ()
        return tuple(_text(item, wanted) for item in array.children)


def read_packet(packet: bytes) -> Packet:
    """Return a packet that is understood.

    Raises:
        EmbeddingRefusedError: It is not: broken XML, another encoding than UTF-8, another
            structure than one `rdf:RDF` of plain descriptions, or well-known prefixes that mean
            something else.
    """
    text = packet.rstrip(b"\0")
    root, prefixes = parse(text)
    for prefix, uri in prefixes:
        if NAMESPACES.get(prefix, uri) != uri:
            raise EmbeddingRefusedError(f"its XMP uses the prefix {prefix!r} for something else")
    further = {p for p, uri in prefixes if FURTHER_NAMESPACES.get(p, uri) != uri}
    rdf = _rdf(root)
    about = {d.attributes.get(_ABOUT, "") for d in rdf.children if d.name == _DESCRIPTION}
    if any(d.name != _DESCRIPTION for d in rdf.children) or len(about) > 1:
        raise EmbeddingRefusedError("its XMP describes more than one thing")
    named = about.pop() if about else ""
    return Packet(
        text=text,
        rdf=rdf,
        about=named,
        odd_prefixes=frozenset(further),
        zeros=packet[len(text) :],
    )


def array_form(array: Element) -> str:
    """Return `Bag`, `Seq` or `Alt`."""
    return _ARRAYS[array.name]


def _rdf(root: Element) -> Element:
    candidates = [root] if root.name == _RDF else []
    if root.name in _METAS:
        candidates = root.children
    if len(candidates) != 1 or candidates[0].name != _RDF:
        raise EmbeddingRefusedError("its XMP does not consist of one rdf:RDF")
    return candidates[0]


def _text(item: Element, wanted: Property) -> str:
    """Return the text of a list item, with or without qualifiers."""
    if item.name != _ITEM:
        raise _unclear(wanted)
    if not item.children:
        return item.attributes.get(_RESOURCE, item.text)
    inner = item.children
    if len(inner) == 1 and inner[0].name == _DESCRIPTION:
        if _VALUE in inner[0].attributes:
            return inner[0].attributes[_VALUE]
        inner = inner[0].children
    values = [c.text for c in inner if c.name == _VALUE and not c.children]
    if len(values) != 1:
        raise _unclear(wanted)
    return values[0]


def _unclear(wanted: Property) -> EmbeddingRefusedError:
    return EmbeddingRefusedError(
        f"its {wanted.prefix}:{wanted.name} has a form that is not understood"
    )
