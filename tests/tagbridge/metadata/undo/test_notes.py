"""The note of how it was before: the way back, its seal, and what becomes of a spoiled one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr, unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagbridge.metadata.before import Before, Step, original, standing_of, with_note
from tagbridge.metadata.cuts import Cut, applied, difference, way_back
from tagbridge.metadata.jpeg import JPEG
from tagbridge.metadata.layout import Blocks
from tagbridge.metadata.packet import read_packet
from tests.tagbridge.metadata.undo.shelf import said

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build
    from tests.tagbridge.metadata.undo.exiftool import ExifTool
    from tests.tagbridge.metadata.undo.shelf import Shelf

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9)
LISTS = st.dictionaries(st.sampled_from(["iim", "dc:subject"]), st.lists(WORDS).map(tuple))
CUTS = st.lists(st.builds(Cut, start=st.integers(0, 9), end=st.just(9), new=TEXTS), max_size=2)
STEPS = st.builds(
    Step,
    packet=st.one_of(st.none(), CUTS.map(tuple)),
    block=st.one_of(st.none(), CUTS.map(tuple)),
    digest=st.one_of(st.none(), st.binary(max_size=16)),
)
NOTES = st.builds(
    Before,
    back=st.lists(STEPS, max_size=3).map(tuple),
    made=st.frozensets(st.sampled_from(["packet", "block"])),
    copies=LISTS,
    theirs=LISTS,
)
RECORD = (
    '<rdf:Description rdf:about="" xmlns:tagbridge="http://ns.tagbridge.org/1.0/">'
    "<tagbridge:Results><rdf:Bag/></tagbridge:Results></rdf:Description>"
)
PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    f"{RECORD}</rdf:RDF></x:xmpmeta>"
).encode()
SPOILED = [
    *("", "no JSON", "[1]", "3", "null", '"back"', "{", '{"back":3}', '{"back":[3]}'),
    *('{"back":[{}]}', '{"back":[{"packet":[[1,2]]}]}', '{"back":[{"packet":[[null,1,""]]}]}'),
    *('{"back":[{"packet":[[Infinity,1,""]]}]}', '{"back":[{"packet":[[NaN,1,""]]}]}'),
    *('{"back":[{"packet":[[-5,99999,"x"]]}]}', '{"back":[{"packet":[[1e300,1,""]]}]}'),
    *('{"back":[{"packet":[],"digest":"xy"}]}', '{"back":[{"packet":[],"digest":7}]}'),
    *('{"made":7}', '{"copies":[]}', '{"copies":{"iim":[null,3]}}', '{"copies":{"dc:subject":1}}'),
    *('{"copies":{"dc:subject":["\\ud800"]}}', '{"theirs":{"iim":["\\ud800"]}}'),
    *('{"seal":1e999}', '{"seal":["00"]}', '{"back":' + "[" * 3000, "9" * 5000),
]


@st.composite
def changes(draw: st.DrawFn) -> tuple[bytes, list[Cut]]:
    """Return a text, and cuts at the borders of its characters that do not overlap."""
    text = draw(TEXTS)
    borders = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    places = [len(text[:border].encode()) for border in borders]
    pairs = zip(places[::2], places[1::2], strict=False)
    return text.encode(), [Cut(start=s, end=e, new=draw(TEXTS)) for s, e in pairs]


@given(changes())
def test_the_way_back_leads_back(change: tuple[bytes, list[Cut]]) -> None:
    text, cuts = change
    new = applied(text, cuts)
    assert applied(new, way_back(text, cuts)) == text


@given(changes(), st.data())
def test_and_so_does_the_way_back_of_several_steps(
    change: tuple[bytes, list[Cut]], data: st.DataObject
) -> None:
    text, cuts = change
    middle = applied(text, cuts)
    end = data.draw(TEXTS).encode()
    again = [Cut(start=0, end=len(middle), new=end.decode())]
    assert applied(applied(end, way_back(middle, again)), way_back(text, cuts)) == text


@given(TEXTS, TEXTS)
def test_a_difference_makes_the_old_of_the_new(old: str, new: str) -> None:
    assert applied(new.encode("utf-16-le"), []) == new.encode("utf-16-le")
    cuts = difference(new, old)
    assert len(cuts) == (old != new)
    made = new
    for cut in cuts:
        made = made[: cut.start] + cut.new + made[cut.end :]
    assert made == old


@given(NOTES, st.one_of(st.none(), st.binary(max_size=9)))
def test_a_note_is_read_as_it_was_written_and_its_seal_holds(
    before: Before, block: bytes | None
) -> None:
    standing = standing_of(read_packet(with_note(PACKET, block, before)), block)
    assert standing.packet.text == PACKET
    assert standing.sealed
    found = standing.before
    assert (found.back, found.made) == (before.back, before.made)
    for ours, theirs in ((found.copies, before.copies), (found.theirs, before.theirs)):
        assert {n: w for n, w in ours.items() if w} == {n: w for n, w in theirs.items() if w}


@given(st.integers(0, len(PACKET) - 1), st.booleans())
def test_any_foreign_edit_breaks_the_seal(at: int, more: bool) -> None:  # noqa: FBT001 - Hypothesis
    noted = with_note(PACKET, b"block", Before(back=(Step(packet=()),)))
    spot = re.search(rb"<tagbridge:Before.*</tagbridge:Before>", noted)
    assert spot
    assert not standing_of(read_packet(noted), b"Block").sealed
    assert not standing_of(read_packet(noted), None).sealed
    edited = noted.replace(b"</rdf:RDF>", b" </rdf:RDF>" if more else b"\n</rdf:RDF>")
    assert not standing_of(read_packet(edited), b"block").sealed
    assert original(standing_of(read_packet(edited), b"block").packet, Before(), b"block") is None
    assert at >= 0


@given(st.text(max_size=60))
def test_what_is_no_note_says_nothing(text: str) -> None:
    clean = re.sub("[^\\n\\x20-\\ud7ff\\ue000-\\ufffd]", "", text)
    packet = PACKET.replace(
        b"</tagbridge:Results>",
        f"</tagbridge:Results><tagbridge:Before>{escape(clean)}</tagbridge:Before>".encode(),
    )
    assert not standing_of(read_packet(packet), None).before.back


def renoted(photo: Path, note: str, *, attribute: bool = False) -> None:
    """Give a photo another note."""
    data = photo.read_bytes()
    packet = JPEG.read(data).xmp or b""
    (old,) = re.findall(rb"<tagbridge:Before.*?</tagbridge:Before>", packet)
    opening, text, end = old.partition(b">")[0] + b">", escape(note), b"</tagbridge:Before>"
    new = b"" if attribute else opening + text.encode() + end
    packet = packet.replace(old, new)
    if attribute:
        held = f'<rdf:Description xmlns:tagbridge="http://ns.tagbridge.org/1.0/" tagbridge:Before={quoteattr(note)} '  # noqa: E501 - one tag
        packet = packet.replace(b"<rdf:Description ", held.encode(), 1)
    photo.write_bytes(b"".join(JPEG.splice(data, Blocks(xmp=packet))))


def note_of(photo: Path) -> str:
    (text,) = re.findall(rb"<tagbridge:Before[^>]*>(.*?)</tagbridge:Before>", photo.read_bytes())
    return unescape(text.decode())


@pytest.mark.parametrize("note", SPOILED)
def test_with_a_spoiled_note_ours_goes_item_by_item(
    build: Build, shelf: Shelf, tool: ExifTool, note: str
) -> None:
    block = build.app13(build.resource(0x404, build.iim((2, 25, b"mine"))))
    photo = shelf.put("a.jpg", build.jpeg(build.app1(build.packet(build.subject("mine"))), block))
    shelf.tag(photo, said(["sea"]))
    renoted(photo, note)
    undone = shelf.undo(photo)
    assert (undone.outcome, undone.exact) == ("undone", False)
    assert tool.lists(photo) == {"subject": ["mine"], "iim": ["mine"]}


def test_a_note_that_became_an_attribute_is_understood_and_written_once(
    build: Build, shelf: Shelf, tool: ExifTool
) -> None:
    """Adobe's programs may write a simple property as an attribute."""
    block = build.app13(build.resource(0x404, build.iim((2, 25, b"only here"))))
    photo = shelf.put("a.jpg", build.jpeg(build.app1(build.packet(build.subject("mine"))), block))
    shelf.tag(photo, said(["sea"]))
    renoted(photo, note_of(photo), attribute=True)
    for word in ("boat", "gull"):
        assert shelf.tag(photo, said([word])).outcome == "written"
    assert photo.read_bytes().count(b"tagbridge:Before ") == 1
    assert shelf.undo(photo, confirmed=True).outcome == "undone"
    assert tool.lists(photo) == {"subject": ["mine"], "iim": ["only here", "mine"]} or (
        tool.lists(photo) == {"subject": ["mine"], "iim": ["only here"]}
    )
