"""XMP as strangers write it: read rightly or refused, and edited without touching the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import etree  # type: ignore[import-untyped] # it ships no types

from tagbridge.metadata.edit import PropertyEdit, edited, empty_packet, empty_sidecar
from tagbridge.metadata.existing import read_existing
from tagbridge.metadata.layout import Blocks
from tagbridge.metadata.packet import read_packet
from tagbridge.metadata.properties import (
    ADULT_CONTENT_WARNING,
    HIERARCHICAL_SUBJECT,
    METADATA_DATE,
    RESULTS,
    SUBJECT,
    WARNING_REQUIRED,
)
from tagbridge.metadata.results import Result, results_xml
from tagbridge.metadata.verify import Expected, check_packet, check_with_exiv2
from tagbridge_hooks import VerificationError

if TYPE_CHECKING:
    from tagbridge.metadata.exiv2 import Exiv2
    from tests.tagbridge.metadata.conftest import Build, Judge

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
XMP = "http://ns.adobe.com/xap/1.0/"
RESULT = Result(
    kind="keyword", value="sea", confidence=0.5, provider="p", model="", when="2026-01-01T00:00Z"
)
EDITS = (
    PropertyEdit(target=SUBJECT, append=("sea", "B\u00e4r & <co>")),
    PropertyEdit(target=HIERARCHICAL_SUBJECT, append=("a|sea",)),
    PropertyEdit(target=ADULT_CONTENT_WARNING, text=WARNING_REQUIRED),
    PropertyEdit(target=METADATA_DATE, text="2026-01-01T00:00Z"),
    PropertyEdit(target=RESULTS, xml=results_xml([RESULT])),
)


def rdf(inner: str, attributes: str = "") -> bytes:
    """Return a packet whose descriptions are written by the test itself."""
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}"{attributes}>{inner}'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def described(inner: str, declared: str = "") -> bytes:
    return rdf(f'<rdf:Description rdf:about="" xmlns:dc="{DC}"{declared}>{inner}</rdf:Description>')


BAG = "<dc:subject><rdf:Bag><rdf:li>mine</rdf:li></rdf:Bag></dc:subject>"
XMPNS = f' xmlns:xmp="{XMP}"'
ODD_BUT_SOUND = {
    "nothing": rdf(""),
    "self-closing RDF": f'<rdf:RDF xmlns:rdf="{RDF}" />'.encode(),
    "self-closing RDF in xmpmeta": rdf("").replace(b"></rdf:RDF>", b"/>"),
    "self-closing RDF with a slash in a value": (
        f"<rdf:RDF xmlns:rdf='{RDF}' xmlns:q='http://q/'/>".encode()
    ),
    "self-closing bag": described("<dc:subject><rdf:Bag/></dc:subject>"),
    "self-closing bag that declares": rdf(
        f'<r:Description xmlns:r="{RDF}" r:about="" xmlns:dc="{DC}"><dc:subject>'
        f'<own:Bag xmlns:own="{RDF}" /></dc:subject></r:Description>'
    ),
    "self-closing Seq": described("<dc:subject><rdf:Seq/></dc:subject>"),
    "Seq": described("<dc:subject><rdf:Seq><rdf:li>mine</rdf:li></rdf:Seq></dc:subject>"),
    "Alt": described("<dc:subject><rdf:Alt><rdf:li>mine</rdf:li></rdf:Alt></dc:subject>"),
    "single quotes": described(BAG).replace(b'"', b"'"),
    "default namespace": (
        f'<RDF xmlns="{RDF}"><Description about="" xmlns:dc="{DC}"><dc:subject><Bag><li>mine</li>'
        "</Bag></dc:subject></Description></RDF>"
    ).encode(),
    "a very long prefix": described(BAG)
    .replace(b"rdf:", b"r" * 400 + b":")
    .replace(b"xmlns:rdf=", b"xmlns:" + b"r" * 400 + b"="),
    "xap and xapmeta": described(BAG, f' xmlns:xap="{XMP}" xap:MetadataDate="2020"').replace(
        b"x:xmpmeta", b"x:xapmeta"
    ),
    "date as an element": described(f"{BAG}<xmp:MetadataDate>2020</xmp:MetadataDate>", XMPNS),
    "date as an element with a comment": described(
        "<xmp:MetadataDate>20<!-- > </xmp:MetadataDate> -->20</xmp:MetadataDate>", XMPNS
    ),
    "date as an empty element": described("<xmp:MetadataDate/>", XMPNS),
    "date as an attribute": described(BAG, f"{XMPNS} xmp:MetadataDate='2020'"),
    "date beside the same name elsewhere": described(
        BAG, f'{XMPNS} xmlns:q="http://q/" q:MetadataDate="mine" xmp:MetadataDate="2020"'
    ),
    "date beside a look-alike in a value": described(
        BAG, f"{XMPNS} xmlns:q='http://q/' q:a=' xmp:MetadataDate=\"1\" ' xmp:MetadataDate=\"2\""
    ),
    "date behind a tag end in a value": described(
        BAG, f'{XMPNS} xmlns:q="http://q/" q:a="/> xmp:MetadataDate=\'1\'" xmp:MetadataDate="2"'
    ),
    "date with lines and references": described(
        BAG, f'{XMPNS}\n\txmp:MetadataDate\n =\n "20&#50;0"'
    ),
    "prefix declared behind its use": rdf(
        f'<rdf:Description zz:MetadataDate="2020" rdf:about="" xmlns:zz="{XMP}"/>'
    ),
    "self-closing description": rdf(
        f'<rdf:Description rdf:about="" xmlns:xmp="{XMP}" xmp:MetadataDate="2020"/>'
    ),
    "references in a namespace": described(BAG).replace(b"elements/1.1/", b"elements/1.1&#47;"),
    "references in keywords": described(
        "<dc:subject><rdf:Bag><rdf:li>R&amp;D &#x42;&#xe4;r &lt;b&gt;</rdf:li></rdf:Bag>"
        "</dc:subject>"
    ),
    "CDATA": described(
        "<dc:subject><rdf:Bag><rdf:li>a<![CDATA[</rdf:li></rdf:Bag>&]]>b</rdf:li></rdf:Bag>"
        "</dc:subject>"
    ),
    "comments with tags": described(
        "<!-- <dc:subject><rdf:Bag><rdf:li>not me</rdf:li></rdf:Bag></dc:subject> -->"
        "<dc:subject><!-- <rdf:Bag> --><rdf:Bag><!-- </rdf:Bag> --><rdf:li>mi<!-- x -->ne</rdf:li>"
        "<!-- </rdf:Bag> --></rdf:Bag><!-- </dc:subject> --></dc:subject>"
    ),
    "processing instructions with tags": described(
        "<?a </rdf:RDF> ?><dc:subject><rdf:Bag><rdf:li>mine</rdf:li><?b </rdf:Bag> ?></rdf:Bag>"
        "</dc:subject>"
    ),
    "xml:lang on items and property": described(
        '<dc:subject xml:lang="en"><rdf:Bag><rdf:li xml:lang="de">Meer</rdf:li></rdf:Bag>'
        "</dc:subject>"
    ),
    "qualified items": described(
        '<dc:subject><rdf:Bag><rdf:li rdf:parseType="Resource"><rdf:value>mine</rdf:value>'
        "<q:by>me</q:by></rdf:li><rdf:li>plain</rdf:li></rdf:Bag></dc:subject>",
        ' xmlns:q="http://q.example/"',
    ),
    "qualified items in descriptions": described(
        "<dc:subject><rdf:Bag><rdf:li><rdf:Description><rdf:value>mine</rdf:value><q:by>me</q:by>"
        '</rdf:Description></rdf:li><rdf:li><rdf:Description rdf:value="two" q:by="me"/></rdf:li>'
        "</rdf:Bag></dc:subject>",
        ' xmlns:q="http://q.example/"',
    ),
    "items as resources": described(
        '<dc:subject><rdf:Bag><rdf:li rdf:resource="http://a/"/></rdf:Bag></dc:subject>'
    ),
    "empty items": described(
        "<dc:subject><rdf:Bag><rdf:li/><rdf:li></rdf:li><rdf:li> </rdf:li></rdf:Bag></dc:subject>"
    ),
    "control characters": described(
        "<dc:subject><rdf:Bag><rdf:li>a&#9;b&#10;c&#13;d\x7fe\u0085f\u2028</rdf:li></rdf:Bag>"
        "</dc:subject>"
    ),
    "several descriptions": rdf(
        f'<rdf:Description rdf:about="" xmlns:q="http://q/"><q:a>1</q:a></rdf:Description>\n'
        f'<rdf:Description rdf:about="" xmlns:dc="{DC}">{BAG}</rdf:Description>'
    ),
    "about something": described(BAG).replace(b'about=""', b'about="uuid:B&#228;r &quot;1&quot;"'),
    "byte order mark": b"\xef\xbb\xbf" + described(BAG),
    "white space in front": b"\n  " + described(BAG),
    "comment in front": b"<!-- Created by hand -->" + described(BAG),
    "declaration": b'<?xml version="1.0" encoding="utf-8" standalone="yes"?>' + described(BAG),
    "wrapped": b"<?xpacket begin='\xef\xbb\xbf' id='W5M0MpCehiHzreSzNTczkc9d'?>\n"
    + described(BAG)
    + b" \n" * 40
    + b"<?xpacket end='w'?>",
    "zeros behind": described(BAG) + b"\0\0",
    "warning as a resource": described(
        '<plus:AdultContentWarning rdf:resource="http://ns.useplus.org/ldf/vocab/CW-UNK"/>',
        ' xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"',
    ),
    "our own empty packet": empty_packet(),
    "our own empty sidecar": empty_sidecar(),
}


@pytest.mark.parametrize("name", ODD_BUT_SOUND)
def test_a_sound_packet_is_edited_and_everything_foreign_stays(name: str, exiv2: Exiv2) -> None:
    old = read_packet(ODD_BUT_SOUND[name])
    mine = read_existing(old, None, carries_iim=False).subject

    new = edited(old, EDITS)

    expected = (*mine, "sea", "B\u00e4r & <co>")
    check_packet(old.text, new, expected)
    check_with_exiv2(
        exiv2, Blocks(xmp=new), Expected(packet=old.text, kept=mine, added=expected[-2:])
    )
    assert read_existing(read_packet(new), None, carries_iim=False).results == (RESULT,)
    etree.fromstring(new)


@pytest.mark.parametrize("name", ODD_BUT_SOUND)
def test_an_edit_only_inserts_but_for_the_values_it_replaces(name: str) -> None:
    """Every piece of the old text, apart from replaced values, is in the new one in its order."""
    old = read_packet(ODD_BUT_SOUND[name])

    new = edited(old, [PropertyEdit(target=HIERARCHICAL_SUBJECT, append=("a|sea",))])

    start = next(i for i, (a, b) in enumerate(zip(old.text, new, strict=False)) if a != b)
    left = old.text[start:]
    assert new[:start] == old.text[:start]
    assert new.endswith(left) or left.lstrip(b" /").startswith(b">")


def test_an_edit_that_would_make_exiv2_blind_is_refused(exiv2: Exiv2) -> None:
    """It takes a prefix that is declared late for something else, until it trips over it."""
    late = f'<dc:subject><z:Seq xmlns:z="{RDF}"><z:li>mine</z:li></z:Seq ></dc:subject>'
    old = read_packet(described(late))

    new = edited(old, EDITS)

    check_packet(old.text, new, ("mine", "sea", "B\u00e4r & <co>"))
    expected = Expected(packet=old.text, kept=("mine",), added=("sea", "B\u00e4r & <co>"))
    with pytest.raises(VerificationError, match="exiv2 reads other keywords"):
        check_with_exiv2(exiv2, Blocks(xmp=new), expected)


def test_a_lost_keyword_is_noticed_by_both_readers(build: Build, exiv2: Exiv2) -> None:
    old, new = build.packet(build.subject("a", "b")), build.packet(build.subject("a", "c"))

    with pytest.raises(VerificationError, match="did not read back"):
        check_packet(old, new, ("a", "b", "c"))
    with pytest.raises(VerificationError, match="exiv2 reads other keywords"):
        check_with_exiv2(
            exiv2, Blocks(xmp=new), Expected(packet=old, kept=("a", "b"), added=("c",))
        )


def test_a_changed_foreign_property_is_noticed(build: Build) -> None:
    old, new = build.packet("<q:a>1</q:a>"), build.packet("<q:a>2</q:a>")

    with pytest.raises(VerificationError, match="other XMP properties"):
        check_packet(old, new, ())


@pytest.mark.parametrize(
    "broken", [b"<a>", b"<a/>\0more", b"<?xml version='1.0' encoding='x'?><a/>"]
)
def test_a_broken_result_is_an_error_of_ours_and_not_a_crash(broken: bytes, build: Build) -> None:
    with pytest.raises(VerificationError):
        check_packet(build.packet(), broken, ())


def test_keywords_of_any_array_end_in_a_bag_that_adobe_and_exiftool_expect(
    judge: Judge, build: Build
) -> None:
    for form in ("Bag", "Seq", "Alt"):
        old = read_packet(build.packet(build.subject("mine", form=form)))
        root = judge.packet(edited(old, EDITS[:1]))
        (array,) = root.iterfind(f".//{{{DC}}}subject/*")
        assert array.tag == f"{{{RDF}}}Bag"
        assert [item.text for item in array] == ["mine", "sea", "B\u00e4r & <co>"]


def test_a_second_edit_changes_the_record_in_its_place() -> None:
    once = edited(read_packet(empty_packet()), EDITS)

    twice = edited(read_packet(once), [PropertyEdit(target=RESULTS, xml=results_xml([RESULT] * 2))])

    existing = read_existing(read_packet(twice), None, carries_iim=False)
    assert existing.results == (RESULT, RESULT)
    assert twice.count(b"tagbridge:Results") == 2


def test_long_texts_are_read_in_linear_time(build: Build) -> None:
    """A depth map of 30 MB in an element; joining its pieces one by one would take minutes."""
    big = "QUJD" * (30 << 18)

    packet = read_packet(build.packet(f"<q:Data>{big}</q:Data>"))

    assert packet.rdf.children[0].children[0].text == big


def test_many_attributes_are_read(build: Build) -> None:
    many = "".join(f' q:a{n}="{n}"' for n in range(20_000))

    packet = read_packet(build.packet(more=many))

    assert packet.rdf.children[0].attributes["{http://q.example/}a19999"] == "19999"
