"""What is said about real photographs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagbridge_hooks import Region, Sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tagbridge_hooks import Keyword, Recognition, Rendition


def keyword(answer: Recognition, text: str) -> Keyword:
    (found,) = [one for one in answer.keywords if one.text == text]
    return found


def overlap(one: Region, other: Region) -> float:
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    shared = max(0.0, width) * max(0.0, height)
    return shared / (one.width * one.height + other.width * other.height - shared)


def by_eye(x: float, y: float, width: float, height: float) -> Region:
    return Region(x=x, y=y, width=width, height=height)


def test_eight_of_ten_photographs_get_a_keyword_that_a_person_would_give(
    expected: Mapping[str, list[str]], answers: Mapping[str, Recognition]
) -> None:
    met = [
        name
        for name, wanted in expected.items()
        if {one.text for one in answers[name].keywords} & set(wanted)
    ]

    assert len(expected) >= 10
    assert len(met) >= 0.8 * len(expected), sorted(set(expected) - set(met))


def test_a_keyword_names_its_broader_terms_and_they_are_keywords_too(
    answers: Mapping[str, Recognition],
) -> None:
    cat = keyword(answers["cat.jpg"], "Cat")
    mammal = keyword(answers["cat.jpg"], "Mammal")
    animal = keyword(answers["cat.jpg"], "Animal")

    assert [one.broader for one in (cat, mammal, animal)] == [
        ("Animal", "Mammal"),
        ("Animal",),
        (),
    ]


def test_no_keyword_is_said_twice(answers: Mapping[str, Recognition]) -> None:
    for name, answer in answers.items():
        texts = [one.text for one in answer.keywords]

        assert len(texts) == len(set(texts)), name


def test_the_best_keyword_comes_first_and_all_are_english(
    answers: Mapping[str, Recognition],
) -> None:
    for answer in answers.values():
        confidences = [one.confidence or 0.0 for one in answer.keywords]

        assert confidences == sorted(confidences, reverse=True)
        assert {one.language for one in answer.keywords} <= {"en"}


def test_the_face_of_the_astronaut_is_where_it_is(answers: Mapping[str, Recognition]) -> None:
    (face,) = [one for one in answers["astronaut.jpg"].persons if one.face]

    assert face.region is not None
    assert face.region.y + face.region.height < 0.5
    assert overlap(face.region, by_eye(0.35, 0.15, 0.18, 0.20)) > 0.6


def test_the_figure_of_the_cameraman_contains_his_face(answers: Mapping[str, Recognition]) -> None:
    persons = answers["cameraman.jpg"].persons
    (face,) = [one.region for one in persons if one.face and one.region]
    (figure,) = [one.region for one in persons if not one.face and one.region]

    assert figure.x < face.x
    assert figure.x + figure.width > face.x + face.width
    assert figure.y < face.y
    assert figure.height > 3 * face.height


def test_the_cup_is_where_it_is(answers: Mapping[str, Recognition]) -> None:
    cup = keyword(answers["coffee.jpg"], "Cup")

    assert cup.broader == ("Food and drink",)
    assert cup.region is not None
    assert overlap(cup.region, by_eye(0.29, 0.04, 0.39, 0.72)) > 0.6


def test_an_animal_has_no_face_of_a_person(answers: Mapping[str, Recognition]) -> None:
    for name in ("cat.jpg", "dogs.jpg", "raccoon.jpg"):
        assert answers[name].persons == (), name


def test_a_portrait_is_of_one_person_and_near(answers: Mapping[str, Recognition]) -> None:
    astronaut = {one.text for one in answers["astronaut.jpg"].keywords}
    cameraman = {one.text for one in answers["cameraman.jpg"].keywords}

    assert {"People", "Person", "Portrait"} <= astronaut
    assert {"People", "Person"} <= cameraman
    assert "Portrait" not in cameraman


def test_only_the_photograph_without_colour_is_black_and_white(
    answers: Mapping[str, Recognition],
) -> None:
    grey = [
        name
        for name, answer in answers.items()
        if any(one.text == "Black and white" for one in answer.keywords)
    ]

    assert grey == ["cameraman.jpg"]


def test_colours_are_colours_and_not_keywords(answers: Mapping[str, Recognition]) -> None:
    coffee = answers["coffee.jpg"]
    names = [one.name for one in coffee.colors]

    assert "brown" in names
    assert not {one.text.casefold() for one in coffee.keywords} & set(names)
    assert all(re.fullmatch("#[0-9a-f]{6}", one.hex) for one in coffee.colors)
    assert sum(one.fraction for one in coffee.colors) <= 1.0


def test_harmless_photographs_are_not_flagged(answers: Mapping[str, Recognition]) -> None:
    for name, answer in answers.items():
        (nsfw,) = answer.sensitivities

        assert nsfw.kind == "nsfw"
        assert nsfw.confidence < 0.2, name


def test_what_looks_pornographic_to_the_model_is_flagged(
    rendition: Callable[[str], Rendition], recognize: Callable[[Rendition], Recognition]
) -> None:
    answer = recognize(rendition("nsfw/synthetic_nsfw_positive.png"))

    assert answer.sensitivities[0].confidence >= 0.9
    assert answer.sensitivities == (
        Sensitivity(kind="nsfw", confidence=answer.sensitivities[0].confidence),
    )


def test_every_photograph_is_attributed(photos: Path, expected: Mapping[str, list[str]]) -> None:
    readme = (photos / "README.md").read_text("utf-8")
    files = {file.name for file in photos.rglob("*") if file.suffix in {".jpg", ".png"}}

    assert files == set(expected) | {"synthetic_nsfw_positive.png"}
    assert all(f"`{name}`" in readme for name in files)
