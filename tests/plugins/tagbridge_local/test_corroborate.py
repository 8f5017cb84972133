from __future__ import annotations

import pytest

from tagbridge_hooks import Region
from tagbridge_local.concepts import Concepts
from tagbridge_local.corroborate import corroborated, needed
from tagbridge_local.detect import Detection
from tagbridge_local.detectable import DETECTABLES, PERSON, Detectable
from tagbridge_local.provider import keywords
from tagbridge_local.sessions import MODELS

BIRD, CAT, DOG, CLOCK = 16, 17, 18, 85


def seen(kind: int, confidence: float, x: float = 0.0) -> Detection:
    place = Region(x=x, y=0.0, width=0.25, height=0.5)
    return Detection(kind=kind, confidence=confidence, region=place)


@pytest.mark.parametrize(
    ("support", "confidence"),
    [(0.0, 2.0), (0.08, 2.0), (0.09, 0.6), (0.3, 0.6), (0.31, 0.45), (1.0, 0.45)],
)
def test_the_more_the_classifier_agrees_the_less_the_detector_must_be_certain(
    support: float, confidence: float
) -> None:
    clock = Detectable(path=("Clock",), support=frozenset({"Clock"}))

    assert needed(clock, {"Clock": support}) == confidence


def test_a_kind_that_may_stand_alone_never_needs_more_than_that() -> None:
    giraffe = Detectable(path=("Giraffe",), support=frozenset({"Antelope"}), alone=0.7)

    assert needed(giraffe, {}) == 0.7
    assert needed(giraffe, {"Antelope": 0.1}) == 0.6


def test_the_bird_in_a_squirrel_is_not_believed() -> None:
    sums = {("Animal",): 0.95, ("Animal", "Mammal", "Rodent", "Squirrel"): 0.9}

    assert corroborated([seen(BIRD, 0.75)], sums) == {}


def test_the_clocks_in_coins_are_not_believed() -> None:
    assert corroborated([seen(CLOCK, 0.68), seen(CLOCK, 0.66)], {("Clock",): 0.05}) == {}


def test_the_best_of_several_is_the_one_that_is_shown() -> None:
    best, other = seen(CAT, 0.8, x=0.5), seen(CAT, 0.6)
    cat = ("Animal", "Mammal", "Cat")

    assert corroborated([best, other], {cat: 0.9}) == {cat: best}


def test_persons_are_not_things() -> None:
    assert PERSON not in DETECTABLES
    assert corroborated([seen(PERSON, 0.99)], {("People",): 1.0}) == {}


def test_classifier_and_detector_agree_where_a_word_stands() -> None:
    terms = Concepts.load(MODELS / "imagenet_paths.json").terms
    places = {path[-1]: path for path in terms}

    for kind in DETECTABLES.values():
        for depth in range(1, len(kind.path) + 1):
            path = kind.path[:depth]

            assert places.setdefault(path[-1], path) == path


def test_whatever_supports_a_thing_is_a_term_of_the_classifier() -> None:
    words = {path[-1] for path in Concepts.load(MODELS / "imagenet_paths.json").terms}

    for kind in DETECTABLES.values():
        assert kind.support <= words, kind.path


def test_a_thing_lifts_its_broader_terms_and_keeps_its_place() -> None:
    dog = ("Animal", "Mammal", "Dog")
    said = keywords({("Animal",): 0.9, ("Car",): 0.5}, {dog: seen(DOG, 0.7, x=0.5)})

    assert [(one.text, one.confidence) for one in said] == [
        ("Animal", 0.9),
        ("Mammal", 0.7),
        ("Dog", 0.7),
        ("Car", 0.5),
    ]
    assert [one.region is not None for one in said] == [False, False, True, False]
