"""The XMP properties that we read and write: names, forms and who reads them.

Sources: Adobe XMP Specification Part 2, ExifTool's XMP tables, PLUS LDF 1.2, digiKam's and
Microsoft's published schemas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RDF_URI = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
META_URI = "adobe:ns:meta/"
XML_URI = "http://www.w3.org/XML/1998/namespace"
OWN_URI = "http://ns.tagbridge.org/1.0/"

# Prefix to URI, for everything we may write. A packet that binds one of these prefixes to another
# URI is not understood: exiv2 keeps one table of prefixes for all files.
NAMESPACES = {
    "rdf": RDF_URI,
    "x": META_URI,
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "tagbridge": OWN_URI,
}
# Likewise, but a packet that binds one of these to something else gets its keywords all the same,
# and only what would be written under that prefix is left out.
FURTHER_NAMESPACES = {
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A property of XMP.

    Attributes:
        prefix: The usual one.
        uri: Its namespace.
        name: Its local name.
    """

    prefix: str
    uri: str
    name: str

    @property
    def clark(self) -> str:
        """Return `{uri}name`."""
        return f"{{{self.uri}}}{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordList(Property):
    """A list of keywords.

    Attributes:
        form: The kind of array that its standard asks for.
        separator: What joins the levels of a hierarchy; empty for a flat list.
    """

    form: Literal["Bag", "Seq"] = "Bag"
    separator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListInStruct(Property):
    """A struct that holds a list.

    Attributes:
        inner: The field that is the list.
    """

    inner: Property


def _named(prefix: str, name: str) -> Property:
    uri = NAMESPACES.get(prefix) or FURTHER_NAMESPACES[prefix]
    return Property(prefix=prefix, uri=uri, name=name)


SUBJECT = KeywordList(prefix="dc", uri=NAMESPACES["dc"], name="subject")
HIERARCHICAL_SUBJECT = KeywordList(
    prefix="lr", uri=NAMESPACES["lr"], name="hierarchicalSubject", separator="|"
)

# digiKam and Immich read only the first of these that a photo has, so a list that exists must be
# complete. ExifTool writes Microsoft's namespace without the final slash, exiv2 with it.
HIERARCHIES = (
    HIERARCHICAL_SUBJECT,
    KeywordList(
        prefix="digiKam",
        uri=NAMESPACES["digiKam"],
        name="TagsList",
        form="Seq",
        separator="/",
    ),
    KeywordList(
        prefix="MicrosoftPhoto",
        uri="http://ns.microsoft.com/photo/1.0",
        name="LastKeywordXMP",
        separator="/",
    ),
    KeywordList(
        prefix="MicrosoftPhoto",
        uri="http://ns.microsoft.com/photo/1.0/",
        name="LastKeywordXMP",
        separator="/",
    ),
)

ADULT_CONTENT_WARNING = _named("plus", "AdultContentWarning")
WARNING_REQUIRED = "http://ns.useplus.org/ldf/vocab/CW-AWR"

METADATA_DATE = _named("xmp", "MetadataDate")
SIDECAR_FOR_EXTENSION = _named("photoshop", "SidecarForExtension")
HAS_EXTENDED_XMP = _named("xmpNote", "HasExtendedXMP")
RESULTS = _named("tagbridge", "Results")
BEFORE = _named("tagbridge", "Before")

PERSON_IN_IMAGE = _named("Iptc4xmpExt", "PersonInImage")
IMAGE_REGION = _named("Iptc4xmpExt", "ImageRegion")
REGIONS = ListInStruct(
    prefix="mwg-rs",
    uri=FURTHER_NAMESPACES["mwg-rs"],
    name="Regions",
    inner=_named("mwg-rs", "RegionList"),
)
ALT_TEXT = _named("Iptc4xmpCore", "AltTextAccessibility")
EXTENDED_DESCRIPTION = _named("Iptc4xmpCore", "ExtDescrAccessibility")
DESCRIPTION = _named("dc", "description")
TITLE = _named("dc", "title")
OCR_TEXT = _named("tagbridge", "OcrText")
COLORS = _named("tagbridge", "Colors")

# What a write may change at will; a packet whose extension holds any of these is left alone. The
# others are only ever added to (see `verify`), and count as decided when the extension has them.
OURS = frozenset(
    p.clark for p in (SUBJECT, *HIERARCHIES, ADULT_CONTENT_WARNING, METADATA_DATE, RESULTS, BEFORE)
)
