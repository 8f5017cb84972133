"""Our own record in the file: every value that we wrote, who said it, how sure, and when.

It is what tells the machine's keywords from the user's, in the file itself, so that it survives a
lost state, a copied file and a moved disk. A bag of structs in the namespace
`http://ns.tagbridge.org/1.0/`, which ExifTool, Adobe's XMP SDK and exiv2 read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from xml.sax.saxutils import quoteattr

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.properties import (
    ALT_TEXT,
    COLORS,
    DESCRIPTION,
    OCR_TEXT,
    OWN_URI,
    RDF_URI,
    RESULTS,
    TITLE,
    Property,
)
from tagbridge.spelling import name_of
from tagbridge_hooks import Caption, Color, Keyword, Person, Quality, Sensitivity, Sourced, TextLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.metadata.packet import Packet
    from tagbridge.metadata.xml_positions import Element

ResultKind = Literal[
    "keyword",
    "hierarchy",
    "nsfw",
    "sensitivity",
    "person",
    "face",
    "object",
    "alt_text",
    "description",
    "title",
    "text",
    "color",
    "quality",
]

# The kind that records a property which is written as a whole.
KINDS: dict[Property, ResultKind] = {
    ALT_TEXT: "alt_text",
    DESCRIPTION: "description",
    TITLE: "title",
    OCR_TEXT: "text",
    COLORS: "color",
}

RECORD_ALONE: frozenset[str] = frozenset({"sensitivity", "quality"})
"""Kinds that stand in our record and nowhere else."""

_DESCRIPTION = f"{{{RDF_URI}}}Description"
_FIELDS = ("Kind", "Value", "Confidence", "Provider", "Model", "When", "RegionId")
_FLAGS = ("Borrowed", "Confirmed")  # only where they are true


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One value that we wrote into this file.

    Attributes:
        kind: `keyword` (a flat list), `hierarchy` (a path in a hierarchical list), `nsfw`,
            `person` (PersonInImage), `face` (a region of MWG), `object` (an ImageRegion),
            `alt_text`, `description`, `title`, `text` (ExtDescrAccessibility and OcrText),
            `color`; `sensitivity` and `quality` are written nowhere else.
        value: The value as written: the keyword, the path with `|` between its levels, the
            warning's URI, the name (empty for a face without one), the sentence, the colour's hex
            code; what is judged. Empty for `text`, which stands in OcrText.
        confidence: 0 to 1 with three digits, or None; of a quality its value.
        provider: Who said it; several are joined by `+`.
        model: Their models, in the same order.
        when: ISO 8601 with the zone.
        region_id: Of a `face` its centre and size as written, of an `object` its `rId`.
        borrowed: True for what was taken from similar pictures.
        confirmed: True for a keyword that the user kept in an edit: it is theirs since.
    """

    kind: str
    value: str
    confidence: float | None
    provider: str
    model: str
    when: str
    region_id: str = ""
    borrowed: bool = False
    confirmed: bool = False


Item: TypeAlias = Keyword | Person | TextLine | Color | Caption | Sensitivity | Quality


def result_of(
    kind: ResultKind,
    value: str,
    sourced: Sourced[Any],  # of an Item; Sourced is invariant
    when: str,
    region_id: str = "",
) -> Result:
    """Return the record of a value that is written, with everybody who said it."""
    item: Item = sourced.value
    return Result(
        kind=kind,
        value=value,
        confidence=_confidence(item),
        provider=name_of("+".join(s.provider for s in sourced.sources)),
        model=name_of("+".join(s.model for s in sourced.sources)),
        when=when,
        region_id=region_id,
        borrowed=isinstance(item, Keyword) and item.borrowed,
    )


def _confidence(item: Item) -> float | None:
    if isinstance(item, Quality):
        return item.value
    return None if isinstance(item, Color) else item.confidence


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
        result.region_id,
        *("True" if flag else "" for flag in (result.borrowed, result.confirmed)),
    )
    pairs = zip((*_FIELDS, *_FLAGS), values, strict=True)
    return "".join(f" tagbridge:{name}={quoteattr(value)}" for name, value in pairs if value)


def _read_one(item: Element) -> Result:
    """Read a struct in any of the forms that programs write: attributes or elements."""
    fields = dict(item.attributes)
    for child in item.children:
        inner = child.children if child.name == _DESCRIPTION else [child]
        fields.update(child.attributes)
        fields.update({c.name: c.text for c in inner})
    values = {name: fields.get(f"{{{OWN_URI}}}{name}", "") for name in (*_FIELDS, *_FLAGS)}
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
        region_id=values["RegionId"],
        borrowed=values["Borrowed"] == "True",
        confirmed=values["Confirmed"] == "True",
    )
