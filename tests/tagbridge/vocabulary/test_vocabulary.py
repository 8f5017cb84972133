"""What words mean, and where their keywords stand."""

from __future__ import annotations

import pytest

from tagbridge.vocabulary.keyword_list import read_keyword_list
from tagbridge.vocabulary.rules_file import read_rules
from tagbridge.vocabulary.vocabulary import Term, Vocabulary, vocabulary_of

TREE = """\
[What]
\tFruit
\t\tOrange
\t\t\t{clementine}
\tColor
\t\t{hue}
\t\tOrange
Bow
\t{tie}
Weapon
\t{arms}
\tArrow
\t\t{bow}
\t\t{dart}
Game
\tDarts
\t\t{dart}
"""


def listed(text: str) -> Vocabulary:
    return vocabulary_of(read_keyword_list(text))


def ruled(text: str) -> Vocabulary:
    return vocabulary_of(read_rules(text).entries)


def test_terms_are_in_the_order_of_the_file_once_and_without_categories() -> None:
    terms = ("Fruit", "Orange", "Color", "Bow", "Weapon", "Arrow", "Game", "Darts")

    assert listed(TREE).terms == terms


@pytest.mark.parametrize("said", ["fruit", "FRUIT", "Fruit"])
def test_any_spelling_means_the_keyword_in_its_place(said: str) -> None:
    assert listed(TREE).find(said) == Term(
        text="Fruit", broader=("What",), silent=frozenset({"what"})
    )


def test_a_keyword_means_itself_even_if_it_is_a_synonym_as_well() -> None:
    assert listed(TREE).find("bow") == Term(text="Bow")


def test_a_synonym_of_two_keywords_means_none_of_them() -> None:
    words = listed(TREE)

    assert words.find("dart") is None
    assert words.knows("dart")


def test_what_is_not_there_means_nothing() -> None:
    assert listed(TREE).find("boat") is None
    assert not listed(TREE).knows("boat")


@pytest.mark.parametrize(
    ("broader", "place"),
    [
        ((), ("What",)),
        (("boat",), ("What",)),
        (("FRUIT",), ("What", "Fruit")),
        (("food", "hue"), ("What", "Color")),
        (("fruit", "color"), ("What",)),
        (("what",), ("What",)),
    ],
)
def test_of_several_places_the_one_the_provider_hints_at_counts_or_what_all_share(
    broader: tuple[str, ...], place: tuple[str, ...]
) -> None:
    found = listed(TREE).find("orange", broader=broader)

    assert found
    assert (found.text, found.broader, found.silent) == (
        "Orange",
        place,
        frozenset({"what"}),
    )


def test_the_hint_counts_for_a_synonym_of_two_keywords() -> None:
    found = listed(TREE).find("dart", broader=("arms",))

    assert found
    assert found.text == "Arrow"


def test_a_synonym_of_one_keyword_in_two_places_means_that_keyword_alone() -> None:
    words = listed("Pet\n\tDog\n\t\t{hound}\nAnimal\n\tDog\n\t\t{hound}")

    assert words.find("hound") == Term(text="Dog")


def test_of_two_places_above_each_other_the_higher_one_counts() -> None:
    words = listed("Action\n\tAnimal behavior\n\t\tRunning\n\tRunning")

    assert words.find("running") == Term(text="Running", broader=("Action",))


def test_a_keyword_that_is_there_twice_in_one_place_is_one() -> None:
    words = listed("Sea\n\t{ocean}\n\t{ocean}\nSky\nSEA\n\t{main}")

    assert words.terms == ("Sea", "Sky")
    assert words.find("ocean") == words.find("main") == words.find("sea") == Term(text="Sea")


def test_a_category_is_known_as_such_with_its_synonyms() -> None:
    words = listed("[Nature]\n\t{outdoors}\n\tTree")

    assert words.find("NATURE") == words.find("outdoors") == Term(text="Nature", category=True)


def test_a_word_that_is_a_keyword_somewhere_is_no_category() -> None:
    words = listed("[Orange]\n\tBeach\nColor\n\tOrange")

    assert words.find("orange") == Term(text="Orange", broader=("Color",))
    assert words.find("beach") == Term(
        text="Beach", broader=("Orange",), silent=frozenset({"orange"})
    )


def test_a_synonym_counts_more_than_a_category() -> None:
    assert listed("[Canine]\nDog\n\t{canine}").find("canine") == Term(text="Dog")


def test_a_place_is_a_keyword_if_one_of_its_mentions_is() -> None:
    words = listed("[Nature]\n\tTree\nNature\n\tSea")

    assert words.terms == ("Nature", "Tree", "Sea")
    assert words.find("tree") == Term(text="Tree", broader=("Nature",))


@pytest.mark.parametrize(
    ("language", "term"),
    [(None, "Poison"), ("de", "Poison"), ("DE-at", "Poison"), ("en", "Present"), ("fr", None)],
)
def test_a_translation_counts_in_its_language(language: str | None, term: str | None) -> None:
    words = ruled(
        "[[keyword]]\ntext = 'Poison'\ntranslations = {de = 'Gift'}\n"
        + ("[[keyword]]\ntext = 'Present'\ntranslations = {en = 'gift'}" if language else "")
    )

    found = words.find("gift", language)

    assert (found.text if found else None) == term


def test_a_word_that_is_the_same_in_two_languages_or_spellings_means_one_thing() -> None:
    words = ruled(
        "[[keyword]]\ntext = 'Dog'\nbroader = 'Animal'\nsynonyms = ['pooch', 'Pooch']\n"
        "translations = {de = 'Hund', da = 'hund'}\n"
        "[[keyword]]\ntext = 'Pet'\nbroader = 'X'\ncategory = true\nsynonyms = ['friend', 'Friend']"
    )

    for said in ("hund", "pooch"):
        assert words.find(said) == Term(text="Dog", broader=("Animal",))
    assert words.find("friend") == Term(text="Pet", broader=("X",), category=True)


def test_what_is_only_mentioned_above_another_is_a_keyword() -> None:
    words = ruled("[[keyword]]\ntext = 'Dog'\nbroader = ['Animal', 'Mammal']")

    assert words.terms == ("Animal", "Mammal", "Dog")
    assert words.find("mammal") == Term(text="Mammal", broader=("Animal",))
