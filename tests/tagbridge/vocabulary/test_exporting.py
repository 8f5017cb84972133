"""The keywords of photos as they go into a list."""

from __future__ import annotations

import pytest

from tagbridge.vocabulary.entries import Entry, Name
from tagbridge.vocabulary.exporting import Exported, exported, paths_of_photo

HOUND = (Name(text="hound"),)
KNOWN = [
    Entry(path=("Nature",), category=True),
    Entry(path=("Nature", "Animal")),
    Entry(path=("Nature", "Animal", "Dog"), names=HOUND),
    Entry(path=("Nature", "Bat")),
    Entry(path=("Sport", "Bat")),
]


def paths(keywords: list[str], *hierarchies: str) -> list[tuple[str, ...]]:
    return list(paths_of_photo(keywords, hierarchies))


def lines(found: list[Exported]) -> list[str]:
    return ["|".join(keyword.path) for keyword in found]


def test_a_keyword_that_is_a_level_of_a_hierarchy_is_in_its_place_already() -> None:
    found = paths(["dog", "Animal", "Sea"], "Animal|Dog")

    assert found == [("Animal", "Dog"), ("Sea",)]


@pytest.mark.parametrize("text", ["x" * 129, ",;", "", "\n"])
def test_what_nobody_could_read_back_is_left_out(text: str) -> None:
    assert paths([text, "Sea"], f"Places|{text}") == [("Places",), ("Sea",)]


def test_the_users_own_signs_stay() -> None:
    assert paths(["AC/DC", "mine,  all\tmine"]) == [("AC/DC",), ("mine, all mine",)]


def test_keywords_are_in_the_order_of_the_alphabet_below_their_ancestors() -> None:
    found = exported([[("b",)], [("Z", "b"), ("a",)], [("z", "A"), ("B",)]], [])

    assert lines(found) == ["a", "b", "Z", "z|A", "Z|b"]
    assert [keyword.photos for keyword in found] == [1, 2, 0, 1, 1]


def test_the_vocabulary_adds_synonyms_and_categories_to_what_photos_have() -> None:
    dog = ("nature", "animal", "dog")

    assert exported([[dog]], KNOWN) == [
        Exported(path=("Nature",), category=True, names=(), photos=0),
        Exported(path=("Nature", "Animal"), category=False, names=(), photos=0),
        Exported(path=("Nature", "Animal", "Dog"), category=False, names=HOUND, photos=1),
    ]


def test_a_keyword_without_a_place_gets_that_of_the_vocabulary_if_there_is_one() -> None:
    found = exported([[("dog",), ("bat",), ("sea",)]], KNOWN)

    assert lines(found) == ["bat", "Nature", "Nature|Animal", "Nature|Animal|Dog", "sea"]


def test_a_category_that_a_photo_has_as_a_keyword_is_one() -> None:
    (nature,) = exported([[("Nature",)]], KNOWN)

    assert (nature.category, nature.photos) == (False, 1)


def test_what_is_below_our_root_is_known_as_well() -> None:
    *levels, dog = exported([[("Ours", "Nature", "Animal", "Dog")]], KNOWN, "Ours")

    assert [level.category for level in levels] == [False, True, False]
    assert dog.names == HOUND
