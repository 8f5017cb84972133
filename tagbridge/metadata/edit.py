"""Editing an XMP packet by position: what is not ours keeps every byte.

New properties go into a description of their own, which declares all the prefixes it uses, so the
edit does not depend on what surrounds it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from tagbridge.metadata.cuts import Cut, applied, way_back
from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.packet import Packet, array_form, read_packet
from tagbridge.metadata.properties import (
    NAMESPACES,
    RDF_URI,
    KeywordList,
    ListInStruct,
    Property,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge.metadata.xml_positions import Element

_PACKET_ID = "W5M0MpCehiHzreSzNTczkc9d"  # fixed by the XMP specification
_PADDING = (b" " * 99 + b"\n") * 20
_ATTRIBUTE = re.compile(rb"""\s([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
_DECLARATION = re.compile(rb"xmlns(:|\Z)")
_EMPTY = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="tagbridge">\n'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
    b"</rdf:RDF>\n"
    b"</x:xmpmeta>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyEdit:
    """A change of one property; one of the four kinds.

    Attributes:
        target: The property.
        append: Texts to put behind the items of a list, which is made when it is absent.
        items: The same with whole list items, already XML that declares its own prefixes.
        text: New value of a simple property.
        xml: New content of a property, already XML; it replaces the old one.
    """

    target: Property
    append: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    text: str | None = None
    xml: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A packet after an edit.

    Attributes:
        text: The new one.
        back: The cuts that make the old one of it.
    """

    text: bytes
    back: tuple[Cut, ...]


def empty_packet() -> bytes:
    """Return a packet for embedding that says nothing, with room for other programs' edits."""
    begin = f'<?xpacket begin="\ufeff" id="{_PACKET_ID}"?>\n'.encode()
    return begin + _EMPTY + b"\n" + _PADDING + b'<?xpacket end="w"?>'


def empty_sidecar() -> bytes:
    """Return the text of a sidecar that says nothing."""
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + _EMPTY + b"\n"


def edited(packet: Packet, edits: Sequence[PropertyEdit]) -> bytes:
    """Return the packet with the edits made.

    Raises:
        EmbeddingRefusedError: A property is there in a form that is not understood.
    """
    return applied(packet.text, cuts_of(packet, edits))


def edited_with_way_back(packet: Packet, edits: Sequence[PropertyEdit]) -> Edited:
    """Return the packet with the edits made, and how to take them back.

    Raises:
        EmbeddingRefusedError: A property is there in a form that is not understood.
    """
    cuts = cuts_of(packet, edits)
    return Edited(text=applied(packet.text, cuts), back=way_back(packet.text, cuts))


def cuts_of(packet: Packet, edits: Sequence[PropertyEdit]) -> list[Cut]:
    """Return the cuts that make the edits, counted in bytes.

    Raises:
        EmbeddingRefusedError: A property is there in a form that is not understood.
    """
    cuts: list[Cut] = []
    new: list[PropertyEdit] = []
    for edit in edits:
        found = _cuts(packet, edit)
        if found is None:
            new.append(edit)
        else:
            cuts += found
    if new:
        cuts.append(_new_description(packet, new))
    return cuts


def _cuts(packet: Packet, edit: PropertyEdit) -> list[Cut] | None:
    """Return the cuts that change a property in its place, or None when it is absent."""
    if edit.append or edit.items:
        return _append_cuts(packet, edit)
    element = packet.element(edit.target)
    if element is not None:
        if edit.text is None or element.attributes or not element.has_end_tag:
            return [Cut(start=element.start, end=element.end, new=_property(edit))]
        return [Cut(start=element.open_end, end=element.close_start, new=escape(edit.text))]
    holder = next(packet.holders(edit.target), None)
    if holder is None:
        return None
    return [_attribute_cut(packet, holder, edit)]


def _attribute_cut(packet: Packet, holder: Element, edit: PropertyEdit) -> Cut:
    if edit.text is None:
        raise EmbeddingRefusedError(f"its {edit.target.name} has a form that is not understood")
    value = _attribute(packet, holder, edit.target.clark)
    return Cut(start=value.start(2), end=value.end(2), new=quoteattr(edit.text))


def attribute_removed(packet: Packet, holder: Element, clark: str) -> Cut:
    """Return the cut that takes a property out of a description that holds it as an attribute."""
    written = _attribute(packet, holder, clark)
    return Cut(start=written.start(), end=written.end(), new="")


def _attribute(packet: Packet, holder: Element, clark: str) -> re.Match[bytes]:
    written = _ATTRIBUTE.finditer(packet.text, holder.start, holder.open_end)
    values = [a for a in written if not _DECLARATION.match(a.group(1))]
    # The parser gives attributes in the order of the text, without declarations, as here.
    (value,) = (v for name, v in zip(holder.attributes, values, strict=True) if name == clark)
    return value


def _append_cuts(packet: Packet, edit: PropertyEdit) -> list[Cut] | None:
    array = _array(packet, edit.target)
    if array is None:
        return None
    form = edit.target.form if isinstance(edit.target, KeywordList) else array_form(array)
    prefix = f"{array.prefix}:" if array.prefix else ""
    texts = (f"<{prefix}li>{escape(text)}</{prefix}li>" for text in edit.append)
    items = "".join((*texts, *edit.items))
    # Only the names of the tags change, so that namespaces declared in them stay.
    old = len(prefix.encode()) + len(array_form(array))
    opening = array.start + len("<")
    cuts = [Cut(start=opening, end=opening + old, new=prefix + form)]
    if not array.has_end_tag:
        new = f">{items}</{prefix}{form}>"
        return [*cuts, Cut(start=array.end - len("/>"), end=array.end, new=new)]
    closing = array.close_start + len("</")
    cuts.append(Cut(start=array.close_start, end=array.close_start, new=items))
    return [*cuts, Cut(start=closing, end=closing + old, new=prefix + form)]


def _array(packet: Packet, target: Property) -> Element | None:
    if not isinstance(target, ListInStruct):
        return packet.array(target)
    struct = packet.element(target)
    return None if struct is None else packet.array(target.inner, within=struct)


def _new_description(packet: Packet, edits: Sequence[PropertyEdit]) -> Cut:
    uris = {edit.target.prefix: edit.target.uri for edit in edits}
    declared = "".join(f" xmlns:{p}={quoteattr(u)}" for p, u in sorted(uris.items()))
    body = "\n".join(_property(edit, declare=False) for edit in edits)
    text = (
        f'<rdf:Description xmlns:rdf="{RDF_URI}" rdf:about={quoteattr(packet.about)}{declared}>\n'
        f"{body}\n</rdf:Description>\n"
    )
    rdf = packet.rdf
    if not rdf.has_end_tag:
        opening = packet.text[rdf.start : rdf.end].decode().rstrip("/>").rstrip()
        name = opening.split()[0][1:]
        return Cut(start=rdf.start, end=rdf.end, new=f"{opening}>\n{text}</{name}>")
    return Cut(start=rdf.close_start, end=rdf.close_start, new=text)


def _property(edit: PropertyEdit, *, declare: bool = True) -> str:
    """Return a property as XML; on its own it declares the prefixes that it uses."""
    target = edit.target
    name = f"{target.prefix}:{target.name}"
    declared = ""
    if declare:
        declared = f' xmlns:{target.prefix}="{target.uri}" xmlns:rdf="{NAMESPACES["rdf"]}"'
    return f"<{name}{declared}>{_content(edit)}</{name}>"


def _content(edit: PropertyEdit) -> str:
    if edit.xml is not None:
        return edit.xml
    if edit.text is not None:
        return escape(edit.text)
    form = edit.target.form if isinstance(edit.target, KeywordList) else "Bag"
    texts = (f"<rdf:li>{escape(text)}</rdf:li>" for text in edit.append)
    # darktable steps over the white space in front of the list and of its first item in IMG.xmp,
    # and reads nothing where there is none (see test_readers).
    return f"\n<rdf:{form}>\n{''.join((*texts, *edit.items))}\n</rdf:{form}>\n"


def parsed_or_empty(packet: bytes | None) -> Packet:
    """Return the packet of a file, or an empty one to begin with."""
    return read_packet(empty_packet() if packet is None else packet)
