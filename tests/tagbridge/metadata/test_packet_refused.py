"""XMP that is not understood is left alone, and the reason is told."""

from __future__ import annotations

import pytest

from tagbridge.metadata.existing import read_existing
from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.packet import read_packet
from tagbridge.metadata.xml_positions import MAX_DEPTH, MAX_ELEMENTS

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"


def rdf(inner: str, attributes: str = "") -> bytes:
    """Return a packet whose descriptions are written by the test itself."""
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}"{attributes}>{inner}'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def described(inner: str, declared: str = "") -> bytes:
    return rdf(f'<rdf:Description rdf:about="" xmlns:dc="{DC}"{declared}>{inner}</rdf:Description>')


BAG = "<dc:subject><rdf:Bag><rdf:li>mine</rdf:li></rdf:Bag></dc:subject>"
REFUSED = {
    "nothing": (b"", "not well-formed"),
    "binary": (b"\x00\x01\x02", "not well-formed"),
    "no RDF": (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>', "one rdf:RDF"),
    "two RDF": (
        rdf("").replace(b"</x:", b"<rdf:RDF xmlns:rdf='%s'/></x:" % RDF.encode()),
        "one rdf:RDF",
    ),
    "another root": (b"<html/>", "one rdf:RDF"),
    "unbound prefix": (b"<x:xmpmeta/>", "not well-formed"),
    "text behind the end": (rdf("") + b"more", "not well-formed"),
    "a zero inside": (rdf("\0"), "not well-formed"),
    "document type": (b"<!DOCTYPE x [<!ENTITY e 'x'>]>" + rdf(""), "document type"),
    "outside entity": (b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + rdf(""), "document type"),
    "UTF-16": (described(BAG).decode().encode("utf-16"), "start tag"),
    "UTF-16 without a mark": (described(BAG).decode().encode("utf-16-be"), "start tag"),
    "Latin-1": (
        b'<?xml version="1.0" encoding="ISO-8859-1"?>' + described(BAG),
        "ISO-8859-1, not UTF-8",
    ),
    "said to be UTF-16": (b'<?xml version="1.0" encoding="UTF-16"?>' + described(BAG), "UTF-16"),
    "an unknown encoding": (b'<?xml version="1.0" encoding="nonsense"?>' + rdf(""), "nonsense"),
    "broken UTF-8": (described("<dc:a>\u00e4</dc:a>").replace(b"\xc3\xa4", b"\xe4"), "well-formed"),
    "a known prefix for something else": (described(BAG, ' xmlns:lr="http://evil/"'), "'lr'"),
    "a known prefix for something else, inside": (
        described('<q:a xmlns:q="http://q/" xmlns:photoshop="http://evil/"/>'),
        "'photoshop'",
    ),
    "about two things": (
        rdf('<rdf:Description rdf:about="a"/><rdf:Description rdf:about="b"/>'),
        "more than one thing",
    ),
    "typed nodes": (rdf('<q:Thing xmlns:q="http://q/"/>'), "more than one thing"),
    "nested too deeply": (described("<dc:a>" * MAX_DEPTH + "</dc:a>" * MAX_DEPTH), "deeply"),
    "too many elements": (described("<dc:a/>" * MAX_ELEMENTS), "too many"),
    "subject twice": (described(BAG + BAG), "twice"),
    "subject in two descriptions": (
        rdf(f'<rdf:Description rdf:about="" xmlns:dc="{DC}">{BAG}</rdf:Description>' * 2),
        "twice",
    ),
    "subject as text": (described("<dc:subject>mine</dc:subject>"), "not understood"),
    "subject as an attribute": (described("", ' dc:subject="mine"'), "not understood"),
    "subject as attribute and list": (described(BAG, ' dc:subject="mine"'), "not understood"),
    "subject with text around its list": (
        described(BAG.replace("<rdf:Bag>", "text<rdf:Bag>").replace("<rdf:li>", "x<rdf:li>", 1)),
        "not understood",
    ),
    "subject of two lists": (
        described("<dc:subject><rdf:Bag/><rdf:Bag/></dc:subject>"),
        "not understood",
    ),
    "subject of structs": (
        described(
            '<dc:subject><rdf:Bag><rdf:li rdf:parseType="Resource"><dc:a>1</dc:a></rdf:li>'
            "</rdf:Bag></dc:subject>"
        ),
        "not understood",
    ),
    "subject of something else": (
        described("<dc:subject><rdf:Bag><dc:li>1</dc:li></rdf:Bag></dc:subject>"),
        "not understood",
    ),
    "warning with children": (
        described(
            "<plus:AdultContentWarning><rdf:Bag/></plus:AdultContentWarning>",
            ' xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"',
        ),
        "not understood",
    ),
    "damaged record": (
        described(
            '<tagbridge:Results><rdf:Bag><rdf:li tagbridge:Confidence="much"/></rdf:Bag>'
            "</tagbridge:Results>",
            ' xmlns:tagbridge="http://ns.tagbridge.org/1.0/"',
        ),
        "damaged",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_packet_that_is_not_understood_is_refused_with_the_reason(name: str) -> None:
    text, reason = REFUSED[name]

    with pytest.raises(EmbeddingRefusedError, match=reason):
        read_existing(read_packet(text), None, carries_iim=False)
