"""The documented answers of the services other than the keywords, and broken ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tagbridge_everypixel.palette import read_colors
from tagbridge_everypixel.readings import read_caption, read_faces, read_keywords, read_quality
from tagbridge_hooks import Caption, Color, MalformedAnswerError, Person, Quality, Region, Rendition

PICTURE = Rendition(data=b"", media_type="image/jpeg", width=400, height=200)
FACE = {"bbox": [100.0, 50.0, 200.0, 150.0], "score": 0.98, "age": 31.4, "class": "Age - 31"}


def faces(*rows: object) -> tuple[Person, ...]:
    return read_faces({"faces": list(rows), "status": "ok"}, PICTURE)


def test_a_face_has_its_place_in_the_picture_and_an_age() -> None:
    region = Region(x=0.25, y=0.25, width=0.25, height=0.5)
    assert faces(FACE) == (Person(confidence=0.98, region=region, face=True, age=31.4),)


def test_a_picture_without_faces_has_an_answer() -> None:
    assert faces() == ()


def test_a_face_that_leaves_the_picture_is_cut_to_it() -> None:
    (face,) = faces({**FACE, "bbox": [-40.0, 100.0, 40.0, 260.0]})
    assert face.region == Region(x=0.0, y=0.5, width=0.1, height=0.5)


@pytest.mark.parametrize(
    "bbox",
    [
        None,
        "all",
        [1, 2, 3],
        [0, 0, 10, None],
        [0, 0, 10, float("nan")],
        [10, 10, 10, 20],
        [20, 20, 10, 10],
        [500, 10, 600, 20],
    ],
)
def test_a_face_without_a_place_does_not_cost_the_others(bbox: object) -> None:
    assert len(faces({**FACE, "bbox": bbox}, FACE)) == 1
    with pytest.raises(MalformedAnswerError, match="the faces have another form"):
        faces({**FACE, "bbox": bbox})


@pytest.mark.parametrize("age", [None, "old", -3, 1e9, float("nan"), True])
def test_an_age_that_is_none_is_unknown(age: object) -> None:
    assert faces({**FACE, "age": age})[0].age is None


def test_percent_are_not_taken_for_certainty() -> None:
    rows = [{"keyword": "sea", "score": 97.5}, {"keyword": "sky", "score": "12"}]
    words = read_keywords({"keywords": rows, "status": "ok"}, "en")
    assert [word.confidence for word in words] == [0.975, 0.12]


def test_a_quality_is_a_value_of_its_kind() -> None:
    assert read_quality({"quality": {"score": 0.42}, "status": "ok"}, "stock photo") == (
        Quality(kind="stock photo", value=0.42),
    )
    answer = {"quality": {"score": "73", "class": "good"}, "status": "ok"}
    assert read_quality(answer, "user photo") == (Quality(kind="user photo", value=0.73),)


def test_a_caption_is_a_sentence_of_unknown_language() -> None:
    answer = {"status": True, "result": {"caption": "a lighthouse by the sea"}}
    assert read_caption(answer) == (Caption(text="a lighthouse by the sea"),)
    assert read_caption({"status": True, "result": {"caption": " "}}) == ()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"status": "error", "message": "no"},
        {"status": False, "result": {"caption": "the sea"}},
        {"status": "ok"},
        {"status": "ok", "quality": None, "faces": None, "result": None},
        {"status": "ok", "quality": {}, "faces": {}, "result": {}},
        {"status": "ok", "quality": {"score": "high"}, "faces": "", "result": {"caption": 7}},
        {"status": "ok", "quality": [0.9], "faces": ["one"], "result": "the sea"},
    ],
)
def test_another_form_is_malformed(answer: Any) -> None:  # noqa: ANN401 - JSON is anything
    with pytest.raises(MalformedAnswerError):
        read_faces(answer, PICTURE)
    with pytest.raises(MalformedAnswerError):
        read_quality(answer, "stock photo")
    with pytest.raises(MalformedAnswerError):
        read_caption(answer)


BLUE = {"name": "Steel blue", "rgb": [70, 130, 180], "hex": "#4682B4", "percentage": 0.6}


def colors(*rows: object) -> tuple[Color, ...]:
    return read_colors({"colors": list(rows)})


def test_a_colour_has_code_part_and_name() -> None:
    assert colors(BLUE) == (Color(hex="#4682b4", fraction=0.6, name="Steel blue"),)


def test_parts_in_percent_are_told_by_their_sum() -> None:
    found = colors({**BLUE, "percentage": 61.5}, {**BLUE, "percentage": "0.5"})
    assert [color.fraction for color in found] == [0.615, 0.005]


def test_a_colour_without_its_code_has_it_from_its_channels() -> None:
    (color,) = colors({"rgb": [70, 130, 180], "percentage": 0.6})
    assert color == Color(hex="#4682b4", fraction=0.6, name=None)


@pytest.mark.parametrize(
    "row",
    [
        None,
        {},
        {**BLUE, "percentage": None},
        {**BLUE, "percentage": -1},
        {"hex": "blue", "percentage": 0.5},
        {"rgb": [70, 130], "percentage": 0.5},
        {"rgb": [70, 130, 300], "percentage": 0.5},
        {"rgb": [70, 130, "x"], "percentage": 0.5},
    ],
)
def test_a_broken_colour_does_not_cost_the_others(row: object) -> None:
    assert len(colors(row, BLUE)) == 1


@pytest.mark.parametrize("answer", [{}, {"colors": None}, {"colors": "blue"}, []])
def test_missing_colours_do_not_cost_the_keywords_beside_them(answer: object) -> None:
    assert read_colors(answer) == ()


def test_numbers_of_any_length_are_borne() -> None:
    answer = json.loads('{"colors": [{"hex": "#4682b4", "percentage": 1' + "0" * 400 + "}]}")
    assert read_colors(answer) == ()
