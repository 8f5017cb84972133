"""Regions of faces, as the Metadata Working Group has them (`mwg-rs:Regions`).

A region is noted by its centre and size, in fractions of the picture as it is stored, before the
EXIF orientation turns it. Source: MWG Guidelines for Handling Image Metadata 2.0, section 5.9.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.properties import FURTHER_NAMESPACES, RDF_URI, REGIONS
from tagbridge.metadata.structs import Struct, read_struct
from tagbridge_hooks import Region

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.metadata.packet import Packet
    from tagbridge.metadata.xml_positions import Element

SAME_FACE = 0.4  # overlap from which two regions are one face
_DIGITS = 6
_MWG, _AREA, _DIM = (f"{{{FURTHER_NAMESPACES[p]}}}" for p in ("mwg-rs", "stArea", "stDim"))
_DECLARED = "".join(
    f' xmlns:{p}="{u}"'
    for p, u in (
        ("rdf", RDF_URI),
        *((p, FURTHER_NAMESPACES[p]) for p in ("mwg-rs", "stArea", "stDim")),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRegion:
    """A region of the stored picture.

    Attributes:
        name: Who or what it is; empty for somebody.
        region: Its top left corner and size, in fractions of the stored picture.
    """

    name: str
    region: Region


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRegions:
    """The regions that a file has.

    Attributes:
        size: Width and height of the picture that they were drawn on; None when there are none.
        found: All of them.
    """

    size: tuple[int, int] | None = None
    found: tuple[NamedRegion, ...] = ()


def read_regions(packet: Packet) -> FileRegions | None:
    """Return the regions of a file, or None when they are in a form that is not understood."""
    try:
        element = packet.element(REGIONS)
        if element is None:
            return None if any(True for _ in packet.holders(REGIONS)) else FileRegions()
        array = packet.array(REGIONS.inner, within=element)
        size = _size(element)
        if array is None or size is None:
            return None
        return FileRegions(size=size, found=tuple(map(_named, array.children)))
    except (EmbeddingRefusedError, ValueError, OverflowError):  # int(float("1e999")) overflows
        return None


def overlap(first: Region, second: Region) -> float:
    """Return the common part of two regions, as a fraction of all that they cover together."""
    right = min(first.x + first.width, second.x + second.width)
    bottom = min(first.y + first.height, second.y + second.height)
    common = max(0.0, right - max(first.x, second.x)) * max(0.0, bottom - max(first.y, second.y))
    together = first.width * first.height + second.width * second.height - common
    return common / together if together > 0.0 else 0.0


def region_id(region: Region) -> str:
    """Return what tells a region from others in our record: its centre and size as written."""
    centre = (region.x + region.width / 2, region.y + region.height / 2)
    return ",".join(f"{n:.{_DIGITS}f}" for n in (*centre, region.width, region.height))


def region_ids(packet: Packet) -> tuple[tuple[Element, str, str], ...]:
    """Return the element, the name and the `region_id` of each region of a file.

    None where they are in a form that is not understood.
    """
    try:
        element = packet.element(REGIONS)
        array = None if element is None else packet.array(REGIONS.inner, within=element)
        items = () if array is None else array.children
        return tuple((item, *_written(item)) for item in items)
    except (EmbeddingRefusedError, ValueError):
        return ()


def _written(item: Element) -> tuple[str, str]:
    struct, area = _area(item)
    numbers = (float(area.values.get(f"{_AREA}{field}", "")) for field in "xywh")
    name = struct.values.get(f"{_MWG}Name", "").strip()
    return name, ",".join(f"{number:.{_DIGITS}f}" for number in numbers)


def region_of(identifier: str) -> Region | None:
    """Return the region that `region_id` was made of, or None when it is none."""
    try:
        x, y, width, height = map(float, identifier.split(","))
        return Region.clamped(x - width / 2, y - height / 2, width, height)
    except ValueError:
        return None


def regions_xml(size: tuple[int, int], items: Iterable[str]) -> str:
    """Return the content of the property for regions of a picture of this size."""
    width, height = size
    dimensions = f'stDim:w="{width}" stDim:h="{height}" stDim:unit="pixel"'
    return (
        f"<rdf:Description{_DECLARED}>\n<mwg-rs:AppliedToDimensions {dimensions}/>\n"
        f"<mwg-rs:RegionList><rdf:Bag>{''.join(items)}</rdf:Bag></mwg-rs:RegionList>\n"
        "</rdf:Description>"
    )


def face_xml(face: NamedRegion) -> str:
    """Return a list item for a face; it declares all the prefixes that it uses."""
    x, y, width, height = region_id(face.region).split(",")
    name = f" mwg-rs:Name={quoteattr(face.name)}" if face.name else ""
    area = f'stArea:x="{x}" stArea:y="{y}" stArea:w="{width}" stArea:h="{height}"'
    return (
        f'<rdf:li{_DECLARED}><rdf:Description{name} mwg-rs:Type="Face">'
        f'<mwg-rs:Area {area} stArea:unit="normalized"/></rdf:Description></rdf:li>\n'
    )


def _size(regions: Element) -> tuple[int, int] | None:
    struct = read_struct(regions)
    element = struct and struct.elements.get(f"{_MWG}AppliedToDimensions")
    found = element and read_struct(element)
    if not found or found.values.get(f"{_DIM}unit") != "pixel":
        return None
    width, height = (float(found.values.get(f"{_DIM}{side}", "")) for side in "wh")
    return int(width), int(height)


def _area(item: Element) -> tuple[Struct, Struct]:
    """Return a region and its area; raises ValueError when its form is not understood."""
    struct = read_struct(item)
    element = struct and struct.elements.get(f"{_MWG}Area")
    area = element and read_struct(element)
    if not struct or not area or area.values.get(f"{_AREA}unit") != "normalized":
        raise ValueError("not a region with a relative area")
    return struct, area


def _named(item: Element) -> NamedRegion:
    """Return a region; raises ValueError when its form is not understood."""
    struct, area = _area(item)
    x, y, width, height = (float(area.values.get(f"{_AREA}{field}", "")) for field in "xywh")
    if not math.isfinite(width) or not math.isfinite(height):
        raise ValueError("not a rectangle")
    region = Region.clamped(x - width / 2, y - height / 2, width, height)
    return NamedRegion(name=struct.values.get(f"{_MWG}Name", "").strip(), region=region)
