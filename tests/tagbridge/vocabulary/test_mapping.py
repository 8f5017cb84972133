"""What a provider says, in the words of the vocabulary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tagbridge.vocabulary.keyword_list import read_keyword_list
from tagbridge.vocabulary.mapping import Word, placed
from tagbridge.vocabulary.vocabulary import Vocabulary, vocabulary_of
from tagbridge_hooks import Keyword, Region

LIST = "[Nature]\n\tAnimal\n\t\tDog\n\t\t\t{hound}\n\t[Plant]\n\t\tTree\n"
WORDS = vocabulary_of(read_keyword_list(LIST))
ONLY = replace(WORDS, only=True)
NATURE = frozenset({"nature"})


def word(text: str, *broader: str, language: str | None = None) -> Keyword:
    return Keyword(text=text, confidence=0.9, broader=broader, language=language)


DOG = Word(keyword=word("Dog", "Nature", "Animal"), silent=NATURE)


@pytest.mark.parametrize("words", [WORDS, ONLY])
@pytest.mark.parametrize("said", [word("dog"), word("HOUND"), word("dog", "Pet", "Mammal")])
def test_a_known_word_becomes_the_keyword_in_its_place(said: Keyword, words: Vocabulary) -> None:
    assert placed(said, words) == DOG


def test_all_else_that_was_said_of_it_stays() -> None:
    box = Region(x=0.1, y=0.1, width=0.2, height=0.2)
    said = Keyword(text="hound", confidence=0.4, region=box)

    found = placed(said, WORDS)

    assert found
    assert (found.keyword.confidence, found.keyword.region) == (0.4, box)


def test_another_word_leaves_the_language_open_and_the_same_does_not() -> None:
    mapped = placed(word("hound", language="en"), WORDS)
    same = placed(word("dog", language="en"), WORDS)

    assert mapped
    assert same
    assert (mapped.keyword.language, same.keyword.language) == (None, "en")


@pytest.mark.parametrize("words", [WORDS, ONLY])
@pytest.mark.parametrize("said", ["nature", "Plant"])
def test_a_category_is_not_written(said: str, words: Vocabulary) -> None:
    assert placed(word(said), words) is None


def test_an_unknown_word_stays_as_it_is() -> None:
    assert placed(word("boat", "vehicle"), WORDS) == Word(keyword=word("boat", "vehicle"))
    assert placed(word("boat", "vehicle"), ONLY) is None


def test_an_unknown_word_hangs_below_its_nearest_known_ancestor() -> None:
    said = word("beagle", "mammal", "hound", "hunting dog")
    below = word("beagle", "Nature", "Animal", "Dog", "hunting dog")

    assert placed(said, WORDS) == Word(keyword=below, silent=NATURE)


def test_where_only_known_words_count_it_becomes_that_ancestor() -> None:
    assert placed(word("beagle", "animal", "hound", "hunting dog"), ONLY) == DOG


def test_a_category_may_be_that_ancestor_but_never_what_is_written() -> None:
    oak = placed(word("oak", "plant"), WORDS)

    assert oak == Word(
        keyword=word("oak", "Nature", "Plant"), silent=frozenset({"nature", "plant"})
    )
    assert placed(word("oak", "plant"), ONLY) is None
    assert placed(word("oak", "hound", "plant"), ONLY) == DOG
