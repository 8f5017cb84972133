"""Regions of a file as they are drawn on its picture, whoever noted them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.properties import FURTHER_NAMESPACES, IMAGE_REGION
from tagbridge.metadata.regions import read_regions, region_id
from tagbridge.metadata.structs import read_struct
from tagbridge_hooks import Region

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tagbridge.metadata.packet import Packet
    from tagbridge.metadata.xml_positions import Element

_EXT = f"{{{FURTHER_NAMESPACES['Iptc4xmpExt']}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A rectangle on the picture.

    Attributes:
        name: Who or what is in it; empty for somebody.
        region: In fractions of the picture as it is stored.
        ours: Whether we noted it.
    """

    name: str
    region: Region
    ours: bool


def drawn_regions(packet: Packet, ours: Collection[str]) -> list[Drawn]:
    """Return the rectangles that a packet notes; what has another form is left out.

    Args:
        packet: The packet.
        ours: The `region_id` of those in our record.
    """
    faces = read_regions(packet)
    found = [
        Drawn(name=face.name, region=face.region, ours=region_id(face.region) in ours)
        for face in (faces.found if faces else ())
    ]
    try:
        array = packet.array(IMAGE_REGION)
    except EmbeddingRefusedError:
        return found
    for item in array.children if array else ():
        found += _rectangle(item, ours)
    return found


def _rectangle(item: Element, ours: Collection[str]) -> Iterator[Drawn]:
    struct = read_struct(item)
    boundary = struct and struct.elements.get(f"{_EXT}RegionBoundary")
    edges = boundary and read_struct(boundary)
    if not struct or not edges:
        return
    values = edges.values
    if (values.get(f"{_EXT}rbShape"), values.get(f"{_EXT}rbUnit")) != ("rectangle", "relative"):
        return
    try:
        x, y, width, height = (float(values.get(f"{_EXT}rb{name}", "")) for name in "XYWH")
        region = Region.clamped(x, y, width, height)
    except ValueError:
        return
    name = struct.elements.get(f"{_EXT}Name")
    yield Drawn(
        name=_first_text(name) if name else "",
        region=region,
        ours=struct.values.get(f"{_EXT}rId", "") in ours,
    )


def _first_text(element: Element) -> str:
    if element.text.strip():
        return element.text.strip()
    return next(filter(None, map(_first_text, element.children)), "")
