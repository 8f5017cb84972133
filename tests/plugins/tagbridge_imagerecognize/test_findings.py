"""What the objects of an answer become, type by type, and broken ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge_hooks import MalformedAnswerError, Person, Region, TextLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition

    Said = Callable[..., Recognition]

BOX = {"x": 0.25, "y": 0.5, "width": 0.25, "height": 0.25}
REGION = Region(x=0.25, y=0.5, width=0.25, height=0.25)
CAR: dict[str, Any] = {"name": "Car", "confidence": 99.5, "coordinates": [BOX]}


@pytest.fixture
def said(answered: Callable[..., Recognition]) -> Said:
    """Return a function that says what the provider makes of these objects of a type."""

    def make(kind: str, *objects: object) -> Recognition:
        data = {"error": "0", "type": kind, "objects": list(objects), "quota": 7}
        body = json.dumps({"status": 200, "message": "Success", "data": data})
        return answered(200, body.encode(), kind)

    return make


def test_an_object_has_the_place_of_its_first_instance(said: Said) -> None:
    away = {"x": 0.0, "y": 0.0, "width": 0.1, "height": 0.1}
    (car,) = said("objects", {**CAR, "coordinates": [BOX, away]}).keywords
    assert car.region == REGION


@pytest.mark.parametrize(
    "coordinates",
    [
        None,
        [],
        "everywhere",
        {},
        ["here"],
        [{"x": 0.25, "y": 0.5}],
        [{**BOX, "x": "left"}],
        [{**BOX, "width": None}],
        [{**BOX, "width": float("nan")}],
        [{**BOX, "width": 0}],
        [{"x": 250, "y": 500, "width": 250, "height": 250}],
    ],
)
def test_an_object_without_a_place_is_a_keyword_all_the_same(
    said: Said, coordinates: object
) -> None:
    (car,) = said("objects", {**CAR, "coordinates": coordinates}).keywords
    assert (car.text, car.confidence, car.region) == ("Car", 0.995, None)


def test_a_place_that_leaves_the_picture_is_cut_to_it(said: Said) -> None:
    box = {"x": -0.1, "y": "0.9", "width": 0.3, "height": 0.3}
    (car,) = said("objects", {**CAR, "coordinates": [box]}).keywords
    assert car.region is not None
    assert (car.region.x, car.region.y) == (0.0, 0.9)
    assert car.region.width == pytest.approx(0.2)
    assert car.region.height == pytest.approx(0.1)


@pytest.mark.parametrize("broken", [None, 7, "Car", [], {}, {**CAR, "name": " "}, {"name": 7}])
def test_a_broken_object_does_not_cost_the_others(said: Said, broken: object) -> None:
    assert [word.text for word in said("objects", broken, CAR).keywords] == ["Car"]
    with pytest.raises(MalformedAnswerError):
        said("objects", broken)


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [("99.5", 0.995), (120, 1.0), (-3, 0.0), (None, None), ("high", None), (float("nan"), None)],
)
def test_a_confidence_is_percent_or_unknown(
    said: Said, confidence: object, expected: float | None
) -> None:
    rows = ({**CAR, "confidence": confidence}, {**CAR, "name": "Road", "confidence": 50})
    assert said("objects", *rows).keywords[0].confidence == expected


def test_fractions_are_not_taken_for_percent(said: Said) -> None:
    rows = ({**CAR, "confidence": 0.995}, {**CAR, "name": "Road", "confidence": "0.4"})
    assert [word.confidence for word in said("objects", *rows).keywords] == [0.995, 0.4]
    assert said("celebrities", {**CAR, "confidence": 0.9}).persons[0].confidence == 0.9
    shown = said("nsfw", {"name": "Violence", "confidence": 0.9}).sensitivities
    assert {one.confidence for one in shown} == {0.9}


def test_a_celebrity_is_a_person_with_a_name_and_a_face_and_no_keyword(said: Said) -> None:
    recognition = said("celebrities", {**CAR, "name": "Ada Lovelace"})
    (person,) = recognition.persons
    assert person == Person(name="Ada Lovelace", confidence=0.995, region=REGION, face=True)
    assert recognition.keywords == ()


def test_a_face_is_somebody_whatever_it_is_called(said: Said) -> None:
    rows = ({"confidence": 98.0, "coordinates": [BOX]}, {"name": "Face", "confidence": 70})
    assert said("detect_faces", *rows).persons == (
        Person(confidence=0.98, region=REGION, face=True),
        Person(confidence=0.7, face=True),
    )


def test_a_face_of_which_nothing_is_known_does_not_cost_the_others(said: Said) -> None:
    assert len(said("detect_faces", {"name": "Face"}, CAR).persons) == 1
    with pytest.raises(MalformedAnswerError):
        said("detect_faces", {"name": "Face"})


def test_text_keeps_its_lines_in_order_and_is_no_keyword(said: Said) -> None:
    rows = ({**CAR, "name": "STOP"}, {**CAR, "name": "all way", "confidence": 60})
    recognition = said("detect_text", *rows)
    assert recognition.text == (
        TextLine(text="STOP", confidence=0.995, region=REGION),
        TextLine(text="all way", confidence=0.6, region=REGION),
    )
    assert recognition.keywords == ()


@pytest.mark.parametrize("kind", ["objects", "celebrities", "detect_faces", "detect_text", "nsfw"])
def test_a_picture_in_which_nothing_is_found_has_an_answer(said: Said, kind: str) -> None:
    recognition = said(kind)
    assert recognition.model == f"{kind}-v2"
    assert (recognition.keywords, recognition.persons, recognition.text) == ((), (), ())
