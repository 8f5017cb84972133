"""Things: where that is which a keyword names, as IPTC's image regions."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from tagbridge.metadata.additions.addition import Addition
from tagbridge.metadata.edit import PropertyEdit
from tagbridge.metadata.properties import FURTHER_NAMESPACES, IMAGE_REGION, RDF_URI
from tagbridge.metadata.results import result_of
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagbridge.metadata.existing import Existing
    from tagbridge.rendition.stored import StoredPicture
    from tagbridge_hooks import Region, TagSet

_DECLARED = f' xmlns:rdf="{RDF_URI}" xmlns:Iptc4xmpExt="{FURTHER_NAMESPACES["Iptc4xmpExt"]}"'
_SMALLEST = 0.001  # of an edge


def plan_objects(
    existing: Existing, tagset: TagSet, picture: StoredPicture | None, when: str
) -> Iterator[Addition]:
    """Yield what is added to `Iptc4xmpExt:ImageRegion`."""
    present = existing.described.objects
    if picture is None or present is None:
        return
    decided = present | existing.recorded("object")
    items, results = [], []
    for keyword in tagset.keywords:
        region, text = keyword.value.region, keyword.value.text
        if region is None or spelling_key(text) in decided or keyword.value.borrowed:
            continue
        stored = picture.place(region)
        if min(stored.width, stored.height) >= _SMALLEST:
            identifier = _identifier(text, stored)
            items.append(_xml(text, stored, identifier))
            results.append(result_of("object", text, keyword, when, identifier))
    if items:
        edit = PropertyEdit(target=IMAGE_REGION, items=tuple(items))
        yield Addition(part="regions", edits=(edit,), results=tuple(results))


def _identifier(text: str, region: Region) -> str:
    return "tagbridge-" + sha256(f"{text} {region}".encode()).hexdigest()[:12]


def _xml(text: str, region: Region, identifier: str) -> str:
    """Return a list item for a thing; it declares all the prefixes that it uses."""
    values = {"X": region.x, "Y": region.y, "W": region.width, "H": region.height}
    numbers = "".join(f' Iptc4xmpExt:rb{n}="{value:.6f}"' for n, value in values.items())
    shape = 'Iptc4xmpExt:rbShape="rectangle" Iptc4xmpExt:rbUnit="relative"'
    return (
        f'<rdf:li{_DECLARED}><rdf:Description Iptc4xmpExt:rId="{identifier}">'
        f"<Iptc4xmpExt:RegionBoundary {shape}{numbers}/>"
        f'<Iptc4xmpExt:Name><rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'
        "</Iptc4xmpExt:Name></rdf:Description></rdf:li>\n"
    )
