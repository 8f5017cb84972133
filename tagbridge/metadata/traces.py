"""What we wrote beside keywords, where it still stands in a packet as we wrote it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata.described import TEXT_PREFIX
from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.properties import (
    ADULT_CONTENT_WARNING,
    ALT_TEXT,
    COLORS,
    DESCRIPTION,
    EXTENDED_DESCRIPTION,
    FURTHER_NAMESPACES,
    IMAGE_REGION,
    OCR_TEXT,
    OWN_URI,
    PERSON_IN_IMAGE,
    REGIONS,
    TITLE,
    WARNING_REQUIRED,
)
from tagbridge.metadata.regions import region_ids
from tagbridge.metadata.results import KINDS
from tagbridge.metadata.structs import read_struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tagbridge.metadata.packet import Packet
    from tagbridge.metadata.properties import Property
    from tagbridge.metadata.results import Result
    from tagbridge.metadata.xml_positions import Element

_REGION_ID = f"{{{FURTHER_NAMESPACES['Iptc4xmpExt']}}}rId"
_HEX = f"{{{OWN_URI}}}Hex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A property in which something of ours stands.

    Attributes:
        target: The property.
        items: Those items of its list that are ours.
        whole: True when nothing of anybody else stands in it.
    """

    target: Property
    items: tuple[Element, ...] = ()
    whole: bool


def further_traces(packet: Packet, results: Sequence[Result]) -> Iterator[Found]:
    """Yield what we wrote beside keywords, of these records."""
    values: dict[str, set[str]] = {}
    for result in results:
        values.setdefault(result.kind, set()).add(result.value)
    if "nsfw" in values and packet.simple(ADULT_CONTENT_WARNING) == WARNING_REQUIRED:
        yield Found(target=ADULT_CONTENT_WARNING, whole=True)
    for target in (ALT_TEXT, DESCRIPTION, TITLE):
        if _only_text(packet, target) in values.get(KINDS[target], ()):
            yield Found(target=target, whole=True)
    if "text" in values:
        yield from _text(packet)
    yield from _items(packet, PERSON_IN_IMAGE, lambda item: item.text, values.get("person", set()))
    yield from _items(packet, COLORS, lambda item: _field(item, _HEX), values.get("color", set()))
    ids = {r.region_id for r in results if r.kind == "object"}
    yield from _items(packet, IMAGE_REGION, lambda item: _field(item, _REGION_ID), ids)
    yield from _faces(packet, results)


def _text(packet: Packet) -> Iterator[Found]:
    """Yield the text in the picture, which we note twice."""
    text = packet.simple(OCR_TEXT)
    if text is not None:
        yield Found(target=OCR_TEXT, whole=True)
        if _only_text(packet, EXTENDED_DESCRIPTION) == TEXT_PREFIX + text:
            yield Found(target=EXTENDED_DESCRIPTION, whole=True)


def _only_text(packet: Packet, target: Property) -> str | None:
    """Return the text of a property in one language; None when there is none, or several."""
    try:
        array = packet.array(target)
    except EmbeddingRefusedError:  # somebody gave it another form: it is theirs
        return None
    if array is None or len(array.children) != 1 or array.children[0].children:
        return None
    return array.children[0].text


def _items(
    packet: Packet, target: Property, value: Callable[[Element], str], ours: set[str]
) -> Iterator[Found]:
    try:
        array = packet.array(target) if ours else None
    except EmbeddingRefusedError:
        return
    if array is not None:
        items = tuple(item for item in array.children if value(item) in ours)
        if items:
            yield Found(target=target, items=items, whole=len(items) == len(array.children))


def _field(item: Element, name: str) -> str:
    struct = read_struct(item)
    return "" if struct is None else struct.values.get(name, "")


def _faces(packet: Packet, results: Iterable[Result]) -> Iterator[Found]:
    ours = {(r.value, r.region_id) for r in results if r.kind == "face"}
    regions = region_ids(packet) if ours else ()
    items = tuple(item for item, name, region in regions if (name, region) in ours)
    if items:
        yield Found(target=REGIONS, items=items, whole=len(items) == len(regions))
