"""What a packet says of its picture beside keywords: people, sentences, text, colours, regions.

None of it is ever a reason to leave a photo alone. What has a form that is not understood is the
user's, and nothing is added to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.packet import Packet, array_form
from tagbridge.metadata.properties import (
    ALT_TEXT,
    COLORS,
    DESCRIPTION,
    EXTENDED_DESCRIPTION,
    IMAGE_REGION,
    OCR_TEXT,
    OWN_URI,
    PERSON_IN_IMAGE,
    REGIONS,
    TITLE,
    XML_URI,
    ListInStruct,
    Property,
)
from tagbridge.metadata.regions import FileRegions, read_regions
from tagbridge.metadata.structs import PARSE_TYPE, read_struct
from tagbridge.spelling import spelling_key
from tagbridge_hooks import Color

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagbridge.metadata.xml_positions import Element

TEXT_PREFIX = "Text in image: "
SENTENCES = (ALT_TEXT, TITLE, DESCRIPTION)
_TEXTS = (*SENTENCES, EXTENDED_DESCRIPTION, OCR_TEXT)
_LANGUAGE = f"{{{XML_URI}}}lang"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a file says of its picture beside keywords.

    Attributes:
        decided: The properties, of those that we would add as a whole, to which nothing may be
            added: they have a value, or stand in an extension, or their prefix means another thing.
        texts: The sentences and texts, each in its default language.
        persons: `Iptc4xmpExt:PersonInImage`, or None when nothing may be added to it.
        regions: `mwg-rs:Regions`, or None likewise.
        objects: `spelling_key` of all texts in `Iptc4xmpExt:ImageRegion`, or None likewise.
        colors: `tagbridge:Colors`.
    """

    decided: frozenset[Property] = frozenset()
    texts: Mapping[Property, str] = field(default_factory=dict)
    persons: tuple[str, ...] | None = ()
    regions: FileRegions | None = field(default_factory=FileRegions)
    objects: frozenset[str] | None = frozenset()
    colors: tuple[Color, ...] = ()

    @property
    def by_user(self) -> frozenset[Property]:
        """Return the properties with a value, but for texts that are marked as ours."""
        ours = self.texts.get(EXTENDED_DESCRIPTION, "").startswith(TEXT_PREFIX)
        return self.decided - ({EXTENDED_DESCRIPTION} if ours else set())


def read_described(packet: Packet, extended: frozenset[str]) -> Described:
    """Return what a packet says.

    Args:
        packet: The packet.
        extended: The properties that stand in its extension, as `{uri}name`.
    """
    whole = (*_TEXTS, COLORS)
    barred = {p for p in (*whole, *_LISTS) if p.clark in extended or _is_odd(packet, p)}
    texts = {p: text for p in _TEXTS if (text := _text(packet, p))}
    return Described(
        decided=frozenset(p for p in whole if p in barred or not _is_free(packet, p)),
        texts=texts,
        persons=None if PERSON_IN_IMAGE in barred else _persons(packet),
        regions=None if REGIONS in barred else read_regions(packet),
        objects=None if IMAGE_REGION in barred else _objects(packet),
        colors=tuple(_colors(packet)),
    )


_LISTS: tuple[Property, ...] = (PERSON_IN_IMAGE, REGIONS, IMAGE_REGION)


def _is_odd(packet: Packet, wanted: Property) -> bool:
    prefixes = {wanted.prefix}
    if isinstance(wanted, ListInStruct):
        prefixes |= {"stArea", "stDim"}
    return bool(prefixes & packet.odd_prefixes)


def _is_free(packet: Packet, wanted: Property) -> bool:
    """Return whether a property is absent, or has an element without any value in it."""
    if any(True for _ in packet.holders(wanted)):
        return False
    elements = list(packet.elements(wanted))
    return not elements or (len(elements) == 1 and is_blank(elements[0]))


def is_blank(element: Element) -> bool:
    """Return whether there is no value in an element, on any level."""
    if element.text.strip() or element.attributes.keys() - {_LANGUAGE, PARSE_TYPE}:
        return False
    return all(map(is_blank, element.children))


def _text(packet: Packet, wanted: Property) -> str:
    """Return a text in its default language, or the first; empty when there is none."""
    try:
        if wanted == OCR_TEXT:
            return (packet.simple(wanted) or "").strip()
        array = packet.array(wanted)
    except EmbeddingRefusedError:
        return ""
    items = [] if array is None else array.children
    default = [i for i in items if i.attributes.get(_LANGUAGE, "").lower() == "x-default"]
    return next((i.text.strip() for i in (*default, *items)), "")


def _persons(packet: Packet) -> tuple[str, ...] | None:
    try:
        array = packet.array(PERSON_IN_IMAGE)
        if array is not None and array_form(array) == "Alt":
            return None
        return packet.items(PERSON_IN_IMAGE)
    except EmbeddingRefusedError:
        return None


def _objects(packet: Packet) -> frozenset[str] | None:
    try:
        array = packet.array(IMAGE_REGION)
    except EmbeddingRefusedError:
        return None
    if array is None:
        return frozenset()
    return None if array_form(array) == "Alt" else frozenset(map(spelling_key, _all_texts(array)))


def _all_texts(element: Element) -> Iterator[str]:
    yield from (text for text in (element.text, *element.attributes.values()) if text.strip())
    for child in element.children:
        yield from _all_texts(child)


def _colors(packet: Packet) -> Iterator[Color]:
    try:
        array = packet.array(COLORS)
    except EmbeddingRefusedError:
        return
    for item in () if array is None else array.children:
        struct = read_struct(item)
        values = {} if struct is None else struct.values
        hex_code, fraction, name = (
            values.get(f"{{{OWN_URI}}}{n}", "") for n in ("Hex", "Fraction", "Name")
        )
        try:
            yield Color(hex=hex_code, fraction=float(fraction), name=name or None)
        except ValueError:  # somebody edited our own record; it only is not shown
            continue
