"""What a packet leaves behind in exiv2, which keeps one table of prefixes for all files.

Whoever binds `dc` or `xmp` to something else has exiv2 read the next files by that, and who brings
a prefix of their own takes it away from the next who brings the same.
"""

from __future__ import annotations

import re

from tagbridge.metadata.properties import FURTHER_NAMESPACES, NAMESPACES

# Sources: Adobe XMP Specification Parts 1 and 2, CIPA DC-010 (Exif in XMP), Google's Photo Sphere,
# Microsoft's and Adobe's published schemas. Together with ours, what most photographs have.
_USUAL = {
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
    "stRef": "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "exifEX": "http://cipa.jp/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
    "GPano": "http://ns.google.com/photos/1.0/panorama/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
}
KNOWN = {**NAMESPACES, **FURTHER_NAMESPACES, **_USUAL}

_DECLARED = re.compile(r"""\sxmlns:([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_DECLARATION = "xmlns"
_DOCTYPE = "<!DOCTYPE"  # may declare anything for any element, and in other words


def leaves_traces(packet: str) -> bool:
    """Return whether exiv2 may read the next file otherwise after it has read this packet.

    False only if it has read all of this packet's prefixes, bound to the same, in `introduction`.
    """
    found = _DECLARED.findall(packet)
    if _DOCTYPE in packet or _DECLARATION in _DECLARED.sub("", packet):
        return True  # one of them is written in a way that we do not see through
    return any(KNOWN.get(prefix) != one + other for prefix, one, other in found)


def introduction() -> bytes:
    """Return a sidecar that binds every prefix we know, each with a property."""
    bound = "".join(f' xmlns:{p}="{uri}"' for p, uri in KNOWN.items() if p not in ("x", "rdf"))
    properties = "".join(f"<{p}:any>a</{p}:any>" for p in KNOWN if p not in ("x", "rdf", "dc"))
    return (
        f'<x:xmpmeta xmlns:x="{KNOWN["x"]}"><rdf:RDF xmlns:rdf="{KNOWN["rdf"]}">'
        f"<rdf:Description{bound}>{properties}"
        "<dc:subject><rdf:Bag><rdf:li>a</rdf:li></rdf:Bag></dc:subject>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()
