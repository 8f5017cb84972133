from __future__ import annotations

import json

import numpy as np
import pytest

from tagbridge_local.classify import (
    LEAF,
    MEMBER,
    NODE,
    named,
    softmax,
    threshold,
    without_textures,
)
from tagbridge_local.concepts import FAMILIES, TEXTURES, Concepts
from tagbridge_local.sessions import MODELS

PATHS = [("Animal", "Dog", "Pug"), ("Animal", "Dog", "Beagle"), ("Animal", "Cat"), ("Car",)]


@pytest.fixture(scope="module")
def real() -> Concepts:
    return Concepts.load(MODELS / "imagenet_paths.json")


def probabilities(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, np.float32)


def test_a_broader_term_is_as_probable_as_all_narrower_ones_together() -> None:
    sums = Concepts.of(PATHS).sums(probabilities(0.25, 0.5, 0.125, 0.125))

    assert sums == {
        ("Animal",): 0.875,
        ("Animal", "Cat"): 0.125,
        ("Animal", "Dog"): 0.75,
        ("Animal", "Dog", "Beagle"): 0.5,
        ("Animal", "Dog", "Pug"): 0.25,
        ("Car",): 0.125,
    }


def test_classes_of_one_name_add_up() -> None:
    sums = Concepts.of([("Camera",), ("Camera",), ("Car",)]).sums(probabilities(0.5, 0.25, 0.25))

    assert sums[("Camera",)] == 0.75


def test_a_sum_never_exceeds_certainty() -> None:
    sums = Concepts.of(PATHS).sums(probabilities(0.5, 0.5, 1e-6, 0.0))

    assert sums[("Animal",)] == 1.0


def test_a_breed_needs_more_than_its_family() -> None:
    concepts = Concepts.of(PATHS)

    assert threshold(("Animal", "Dog", "Pug"), concepts) == MEMBER
    assert threshold(("Animal", "Dog"), concepts) == NODE
    assert threshold(("Car",), concepts) == LEAF


def test_an_uncertain_breed_is_a_dog() -> None:
    concepts = Concepts.of(PATHS)
    sums = concepts.sums(probabilities(0.5, 0.4, 0.05, 0.05))

    assert set(named(sums, concepts)) == {("Animal",), ("Animal", "Dog")}


def test_an_animal_of_no_kind_is_not_named() -> None:
    concepts = Concepts.of([("Animal", "Bird"), ("Animal", "Fish"), ("Animal", "Cat"), ("Car",)])
    sums = concepts.sums(probabilities(0.3, 0.3, 0.3, 0.1))

    assert named(sums, concepts) == {}


def test_a_temperature_below_one_makes_the_likely_likelier() -> None:
    logits = probabilities(2.0, 1.0, 0.0)

    assert softmax(logits, 0.5)[0] > softmax(logits, 1.0)[0]
    assert softmax(logits, 0.85).sum() == pytest.approx(1.0, abs=1e-6)


def test_logits_of_any_size_give_probabilities() -> None:
    assert softmax(probabilities(1000.0, -1000.0), 0.85).tolist() == [1.0, 0.0]


def test_a_texture_counts_only_when_it_is_nearly_certain() -> None:
    velvet, cat = 885, 281
    values = np.zeros(1000, np.float32)
    values[velvet], values[cat] = 0.6, 0.4

    assert without_textures(values)[velvet] == 0.0
    assert without_textures(values)[cat] == np.float32(0.4)

    values[velvet] = 0.75
    assert without_textures(values)[velvet] == 0.75


def test_there_is_a_path_for_each_of_the_thousand_classes() -> None:
    paths = json.loads((MODELS / "imagenet_paths.json").read_text("utf-8"))

    assert len(paths) == 1000
    assert all(1 <= len(path) <= 5 and all(path) for path in paths)
    assert max(TEXTURES) < 1000


def test_every_word_has_one_place(real: Concepts) -> None:
    words = [path[-1] for path in real.terms]

    assert len(words) == len(set(words))


def test_words_are_written_like_words(real: Concepts) -> None:
    for path in real.terms:
        word = path[-1]

        assert word[0].isupper() or word == "iPod", word
        assert word == word.strip(), word
        assert "_" not in word
        assert "|" not in word


def test_every_family_is_a_term(real: Concepts) -> None:
    assert {path[-1] for path in real.terms} >= FAMILIES
