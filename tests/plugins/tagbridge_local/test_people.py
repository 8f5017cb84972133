from __future__ import annotations

from tagbridge_hooks import Person, Region
from tagbridge_local.detect import Detection
from tagbridge_local.detectable import PERSON
from tagbridge_local.people import GROUP, ONE, PEOPLE, PORTRAIT, figures, human, people_keywords


def face(confidence: float, height: float = 0.1) -> Person:
    place = Region(x=0.1, y=0.1, width=0.1, height=height)
    return Person(confidence=confidence, region=place, face=True)


def body(confidence: float) -> Person:
    return Person(confidence=confidence, region=Region(x=0, y=0, width=0.5, height=1))


def seen(confidence: float, kind: int = PERSON) -> Detection:
    return Detection(kind=kind, confidence=confidence, region=Region(x=0, y=0, width=0.5, height=1))


def test_nobody_means_no_keyword() -> None:
    assert people_keywords((), ()) == {}


def test_one_face_is_a_person() -> None:
    assert people_keywords((face(0.9),), ()) == {PEOPLE: 0.9, ONE: 0.9}


def test_one_large_face_is_a_portrait() -> None:
    assert people_keywords((face(0.9, height=0.3),), (body(0.7),)) == {
        PEOPLE: 0.9,
        ONE: 0.9,
        PORTRAIT: 0.9,
    }


def test_two_are_neither_a_person_nor_a_group() -> None:
    assert people_keywords((face(0.9, height=0.3), face(0.8)), ()) == {PEOPLE: 0.9}


def test_three_are_a_group_as_certain_as_the_third() -> None:
    keywords = people_keywords((), (body(0.9), body(0.8), body(0.7)))

    assert keywords == {PEOPLE: 0.9, GROUP: 0.7}


def test_an_uncertain_figure_in_the_background_makes_no_group() -> None:
    keywords = people_keywords((), (body(0.9), body(0.55), body(0.52)))

    assert keywords == {PEOPLE: 0.9, ONE: 0.9}


def test_where_one_figure_is_certain_others_need_less() -> None:
    assert len(figures((seen(0.8), seen(0.55), seen(0.45)))) == 2


def test_figures_that_are_all_uncertain_are_nobody() -> None:
    assert figures((seen(0.6), seen(0.55))) == ()


def test_other_things_are_not_figures() -> None:
    assert figures((seen(0.9, kind=18),)) == ()


def test_a_face_on_an_animal_is_the_animals() -> None:
    assert human((face(0.86),), (), animal=0.9) == ()


def test_a_face_beside_an_animal_may_belong_to_a_figure() -> None:
    assert human((face(0.86),), (seen(0.5),), animal=0.9) == (face(0.86),)


def test_a_face_without_an_animal_needs_no_figure() -> None:
    assert human((face(0.86),), (), animal=0.2) == (face(0.86),)
