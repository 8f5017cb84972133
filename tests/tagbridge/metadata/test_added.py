"""A property that may only be added to is checked to be nothing but added to."""

from __future__ import annotations

import pytest

from tagbridge.metadata.edit import PropertyEdit
from tagbridge.metadata.properties import ALT_TEXT, PERSON_IN_IMAGE, REGIONS
from tagbridge.metadata.regions import NamedRegion, face_xml
from tagbridge.metadata.verify import check_packet
from tagbridge_hooks import Region, VerificationError
from tests.tagbridge.metadata.styles import LIGHTROOM, packet

FACE = face_xml(NamedRegion(name="Bob", region=Region(x=0.0, y=0.0, width=0.1, height=0.1)))
WITH_FACE = LIGHTROOM.replace("</rdf:Bag>", f"{FACE}</rdf:Bag>")
PERSONS = "<Iptc4xmpExt:PersonInImage><rdf:Bag>{}</rdf:Bag></Iptc4xmpExt:PersonInImage>"
ALT = (
    "<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang='x-default'>{}</rdf:li>"
    "</rdf:Alt></Iptc4xmpCore:AltTextAccessibility>"
)
ADD_FACE = PropertyEdit(target=REGIONS, items=(FACE,))
ADD_BOB = PropertyEdit(target=PERSON_IN_IMAGE, append=("Bob",))
ADD_TEXT = PropertyEdit(target=ALT_TEXT, xml="ours")
ANN, BOB = "<rdf:li>Ann</rdf:li>", "<rdf:li>Bob</rdf:li>"


@pytest.mark.parametrize(
    ("old", "new", "edit"),
    [
        pytest.param(LIGHTROOM, WITH_FACE, ADD_FACE, id="a face"),
        pytest.param("", WITH_FACE, PropertyEdit(target=REGIONS, xml="x"), id="the first face"),
        pytest.param(PERSONS.format(ANN), PERSONS.format(ANN + BOB), ADD_BOB, id="a name"),
        pytest.param("", ALT.format("ours"), ADD_TEXT, id="a text"),
        pytest.param(ALT.format(" "), ALT.format("ours"), ADD_TEXT, id="a text instead of none"),
    ],
)
def test_what_is_added_passes(old: str, new: str, edit: PropertyEdit) -> None:
    check_packet(packet(old), packet(new), (), [edit])


@pytest.mark.parametrize(
    ("old", "new", "edit"),
    [
        pytest.param(LIGHTROOM, WITH_FACE.replace("Ann", "Anna"), ADD_FACE, id="renamed"),
        pytest.param(LIGHTROOM, WITH_FACE.replace('x="0.5"', 'x="0.6"'), ADD_FACE, id="moved"),
        pytest.param(LIGHTROOM, WITH_FACE.replace('w="48"', 'w="49"'), ADD_FACE, id="resized"),
        pytest.param(LIGHTROOM, LIGHTROOM, ADD_FACE, id="not added"),
        pytest.param(LIGHTROOM, "", ADD_FACE, id="lost"),
        pytest.param(PERSONS.format(ANN), PERSONS.format(BOB + ANN), ADD_BOB, id="in front"),
        pytest.param(PERSONS.format(ANN), PERSONS.format(BOB), ADD_BOB, id="instead"),
        pytest.param(ALT.format("mine"), ALT.format("ours"), ADD_TEXT, id="a text of the user's"),
        pytest.param("", ALT.format("ours"), ADD_BOB, id="something else"),
    ],
)
def test_anything_else_is_refused(old: str, new: str, edit: PropertyEdit) -> None:
    with pytest.raises(VerificationError):
        check_packet(packet(old), packet(new), (), [edit])
