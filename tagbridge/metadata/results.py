"""Our own record in the file: every value that we wrote, who said it, how sure, and when.

It is what tells the machine's keywords from the user's, in the file itself, so that it survives a
lost state, a copied file and a moved disk. A bag of structs in the namespace
`http://ns.tagbridge.org/1.0/`, which ExifTool, Adobe's XMP SDK and exiv2 read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import quoteattr

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.properties import OWN_URI, RDF_URI, RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.metadata.packet import Packet
    from tagbridge.metadata.xml_positions import Element

ResultKind = Literal["keyword", "hierarchy", "nsfw"]

_DESCRIPTION = f"{{{RDF_URI}}}Description"
_FIELDS = ("Kind", "Value", "Confidence", "Provider", "Model", "When")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One value that we wrote into this file.

    Attributes:
        kind: `keyword` (a flat list), `hierarchy` (a path in a hierarchical list), `nsfw`.
        value: The keyword, the path with `|` between its levels, or the warning's URI.
        confidence: 0 to 1 with three digits, or None.
        provider: Who said it; several are joined by `+`.
        model: Their models, in the same order.
        when: ISO 8601 with the zone.
    """

    kind: str
    value: str
    confidence: float | None
    provider: str
    model: str
    when: str


def read_results(packet: Packet) -> tuple[Result, ...]:
    """Return what we wrote into the file of this packet; none when we never did.

    Raises:
        EmbeddingRefusedError: The record is damaged.
    """
    array = packet.array(RESULTS)
    if array is None:
        return ()
    return tuple(_read_one(item) for item in array.children)


def results_xml(results: Iterable[Result]) -> str:
    """Return the content of the property for these results."""
    items = "\n".join(f"<rdf:li{_attributes(result)}/>" for result in results)
    return f"<rdf:Bag>\n{items}\n</rdf:Bag>"


def _attributes(result: Result) -> str:
    confidence = "" if result.confidence is None else f"{result.confidence:.3f}"
    values = (
        result.kind,
        result.value,
        confidence,
        result.provider,
        result.model,
        result.when,
    )
    pairs = zip(_FIELDS, values, strict=True)
    return "".join(f" tagbridge:{name}={quoteattr(value)}" for name, value in pairs if value)


def _read_one(item: Element) -> Result:
    """Read a struct in any of the forms that programs write: attributes or elements."""
    fields = dict(item.attributes)
    for child in item.children:
        inner = child.children if child.name == _DESCRIPTION else [child]
        fields.update(child.attributes)
        fields.update({c.name: c.text for c in inner})
    values = {name: fields.get(f"{{{OWN_URI}}}{name}", "") for name in _FIELDS}
    try:
        confidence = float(values["Confidence"]) if values["Confidence"] else None
    except ValueError as error:
        raise EmbeddingRefusedError("its record of our results is damaged") from error
    return Result(
        kind=values["Kind"],
        value=values["Value"],
        confidence=confidence,
        provider=values["Provider"],
        model=values["Model"],
        when=values["When"],
    )
