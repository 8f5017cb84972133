"""The keyword lists of one file, in all readings that programs have of them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.metadata import iim
from tagbridge.metadata.compatibility.photo import IIM_FIELD, Digest, KeywordEntries, ListName
from tagbridge.metadata.properties import HIERARCHICAL_SUBJECT, RDF_URI, SUBJECT, XML_URI

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.packet import Packet
    from tagbridge.metadata.properties import Property
    from tagbridge.metadata.xml_positions import Element

_BY_PREFIX: Mapping[str, ListName] = {
    "digiKam": "digiKam",
    "MicrosoftPhoto": "Microsoft",
    "lr": "Lightroom",
}
_CHARACTER_SET = (1, 90)
_LANGUAGE = f"{{{XML_URI}}}lang"
_ALT = f"{{{RDF_URI}}}Alt"


def digest_of(block: bytes | None, digest: bytes | None) -> Digest:
    """Return what the IPTCDigest of a file says about its IPTC-IIM block."""
    if block is None:
        return "none"
    if digest is None:
        return "missing"
    return "right" if digest == iim.digest(block) else "stale"


def lists_of(existing: Existing, packet: Packet, digest: Digest) -> dict[ListName, KeywordEntries]:
    """Return the lists that are not empty.

    Args:
        existing: What the file says.
        packet: Its packet.
        digest: What its IPTCDigest says.

    Raises:
        EmbeddingRefusedError: The IPTC-IIM block is not understood.
    """
    subject = _flat("dc:subject", existing.subject)
    best, cp1252, utf8 = (_flat(IIM_FIELD, texts) for texts in _readings(existing.iim))
    found: dict[ListName, KeywordEntries] = {
        **_hierarchies(existing),
        "subject": subject,
        "iim": best,
        "iim as cp1252": cp1252,
        "iim as utf-8": utf8,
        "mwg": _reconciled(subject, best, digest),
        "mwg as cp1252": _reconciled(subject, cp1252, digest),
    }
    if _is_spaced(packet, SUBJECT):
        found["subject, spaced"] = subject
    if "Lightroom" in found and _is_spaced(packet, HIERARCHICAL_SUBJECT):
        found["Lightroom, spaced"] = found["Lightroom"]
    return {name: entries for name, entries in found.items() if entries.entries}


def _is_spaced(packet: Packet, wanted: Property) -> bool:
    """Return whether something stands between the tags of a property, its list and the items."""
    element, array = packet.element(wanted), packet.array(wanted)
    if element is None or array is None or not array.children:
        return False
    return array.start > element.open_end and array.children[0].start > array.open_end


def _flat(field: str, texts: Iterable[str]) -> KeywordEntries:
    return KeywordEntries(field=field, entries=tuple((t.strip(),) for t in texts if t.strip()))


def _hierarchies(existing: Existing) -> dict[ListName, KeywordEntries]:
    return {
        _BY_PREFIX[target.prefix]: KeywordEntries(
            field=f"{target.prefix}:{target.name}",
            entries=tuple(tuple(e.split(target.separator)) for e in entries if e.strip()),
        )
        for target, entries in existing.hierarchies.items()
    }


def _readings(block: bytes | None) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the keywords of a block as they are meant, as ExifTool and as exiv2 read them."""
    best = iim.keywords(block)
    if block is None or any(d.tag == _CHARACTER_SET for d in iim.read_datasets(block)):
        return best, best, best
    values = [value.strip(b"\0") for value in iim.keyword_values(block)]
    cp1252, utf8 = (tuple(v.decode(e, "replace") for v in values) for e in ("cp1252", "utf-8"))
    return best, cp1252, utf8


def _reconciled(subject: KeywordEntries, block: KeywordEntries, digest: Digest) -> KeywordEntries:
    """Return the list that MWG 2.0 prefers: IPTC-IIM when it was changed after XMP."""
    if not subject.entries or (digest == "stale" and block.entries):
        return block
    return subject


def two_languages(packet: Packet) -> tuple[str, ...]:
    """Return the names of texts with a default and one translation that says something else.

    Adobe's toolkit makes the two the same.
    """
    return tuple(_two_languages(packet))


def _two_languages(packet: Packet) -> Iterator[str]:
    for description in packet.rdf.children:
        for element in description.children:
            arrays = [c for c in element.children if c.name == _ALT]
            if len(arrays) == 1 and _are_two(arrays[0].children):
                yield element.name.rpartition("}")[2]


def _are_two(items: list[Element]) -> bool:
    texts = {item.attributes.get(_LANGUAGE, "").lower(): item.text.strip() for item in items}
    default = texts.pop("x-default", None)
    return (
        default is not None and len(items) - 1 == len(texts) == 1 and default not in texts.values()
    )
