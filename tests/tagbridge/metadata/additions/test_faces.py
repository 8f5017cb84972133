"""Which faces become regions, and where nothing is drawn."""

from __future__ import annotations

import pytest

from tagbridge.metadata.additions import DescribeRules
from tagbridge.metadata.packet import read_packet
from tagbridge.metadata.plan import WriteRules, plan_write
from tagbridge.metadata.regions import read_regions
from tagbridge.rendition.stored import StoredPicture
from tagbridge_hooks import Keyword, Region, TagSet
from tests.tagbridge.metadata.additions.planned import (
    ANNS_FACE,
    FACE,
    PICTURE,
    WHEN,
    faces,
    people,
    person,
    plan,
    recorded,
    said,
    written,
)
from tests.tagbridge.metadata.styles import LIGHTROOM, ODD, UNDERSTOOD, packet


def test_a_face_to_which_the_user_gave_another_name_is_left_alone() -> None:
    found = plan(people(person("Bob", face=ANNS_FACE)), LIGHTROOM, person_keywords=True)

    assert found.is_empty


def test_a_face_to_which_the_user_gave_the_same_name_is_not_drawn_again() -> None:
    found = plan(people(person("ANN", face=FACE)), LIGHTROOM)

    assert recorded(found) == [("person", "ANN")]


@pytest.mark.parametrize("style", UNDERSTOOD)
def test_a_new_face_is_added_to_regions_that_are_understood(style: str) -> None:
    mine = UNDERSTOOD[style]

    found = plan(people(person("Bob", face=FACE), person(None, face=ANNS_FACE)), mine, faces=True)

    assert recorded(found) == [("person", "Bob"), ("face", "Bob")]
    assert faces(written(found, mine)) == ["Ann", "Bob"]


@pytest.mark.parametrize("style", ODD)
def test_regions_that_are_not_understood_are_left_alone(style: str) -> None:
    found = plan(people(person("Bob", face=FACE)), ODD[style])

    assert recorded(found) == [("person", "Bob")]


def test_a_picture_whose_stored_size_is_not_known_gets_no_regions() -> None:
    tagset = TagSet(
        persons=(said(person("Bob", face=FACE)),),
        keywords=(said(Keyword(text="cat", region=FACE)),),
    )

    found = plan(tagset, picture=None, object_regions=True)

    assert recorded(found) == [("person", "Bob")]


def test_a_face_that_another_provider_saw_before_is_neither_drawn_again_nor_renamed() -> None:
    once = written(plan(people(person("Bob", face=FACE))))
    near = Region(x=FACE.x + 0.01, y=FACE.y, width=FACE.width, height=FACE.height)
    rules = WriteRules(describe=DescribeRules(faces=True))

    for somebody in (
        person("Carl", 0.99, near),
        person("Bob", 0.99, near),
        person(None, face=near),
    ):
        assert plan_write(once, people(somebody), rules, WHEN, PICTURE).is_empty


def test_a_face_without_a_name_is_drawn_only_when_it_is_asked_for() -> None:
    stranger = people(person(None, face=FACE))

    assert plan(stranger).is_empty
    assert recorded(plan(stranger, faces=True)) == [("face", "")]


def test_a_picture_of_another_size_keeps_its_regions_as_they_are() -> None:
    found = plan(
        people(person("Bob", face=FACE)), LIGHTROOM, picture=StoredPicture(width=32, height=48)
    )

    assert recorded(found) == [("person", "Bob")]


def test_regions_of_every_style_are_read_alike() -> None:
    found = {style: read_regions(read_packet(packet(body))) for style, body in UNDERSTOOD.items()}

    assert set(found.values()) == {found["Lightroom"]}
    (ann,) = found["Lightroom"].found  # type: ignore[union-attr] # it was understood
    assert (ann.name, round(ann.region.x, 6), round(ann.region.y, 6)) == ("Ann", 0.4, 0.25)
