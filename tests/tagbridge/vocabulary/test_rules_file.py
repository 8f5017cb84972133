"""A vocabulary written as TOML rules."""

from __future__ import annotations

import pytest

from tagbridge.vocabulary.entries import Entry, FaultError, Name
from tagbridge.vocabulary.rules_file import read_rules

RULES = """
[rules]
only = true
blocked = ["person"]

[[keyword]]
text = "Nature"
category = true

[[keyword]]
text = "Animal"
broader = ["Nature"]

[[keyword]]
text = "Dog"
broader = ["Animal"]
synonyms = ["hound", "canine"]
plural = "dogs"
translations = { DE = "Hund", fr = ["chien", "chienne"] }
"""


def paths(text: str) -> list[tuple[str, ...]]:
    return [entry.path for entry in read_rules(text).entries]


def keyword(text: str, *broader: str) -> str:
    return f"[[keyword]]\ntext = {text!r}\nbroader = {list(broader)}\n"


def test_all_that_rules_can_say() -> None:
    rules = read_rules(RULES)

    assert (rules.only, rules.blocked) == (True, ("person",))
    assert rules.entries == [
        Entry(path=("Nature",), category=True),
        Entry(path=("Nature", "Animal")),
        Entry(
            path=("Nature", "Animal", "Dog"),
            names=(
                *(Name(text=text) for text in ("hound", "canine", "dogs")),
                Name(text="Hund", language="de"),
                Name(text="chien", language="fr"),
                Name(text="chienne", language="fr"),
            ),
        ),
    ]


def test_a_file_may_only_block() -> None:
    rules = read_rules("rules.blocked = ['person']")

    assert (rules.entries, rules.only, rules.blocked) == ([], False, ("person",))


def test_broader_words_need_no_keyword_of_their_own() -> None:
    assert paths(keyword("Dog", "Nature", "Animal")) == [("Nature", "Animal", "Dog")]


def test_above_the_first_broader_word_is_what_is_above_that_one() -> None:
    text = keyword("Dog", "Mammal") + keyword("Mammal", "Living", "Animal") + keyword("Living", "X")

    assert paths(text)[0] == ("X", "Living", "Animal", "Mammal", "Dog")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a = ", None, "it is not valid TOML: "),
        ("x = 1", None, "x is not a setting"),
        ("[rules]\nonli = true", None, "rules.onli is not a setting; did you mean only?"),
        ("[rules]\nonly = 'perhaps'", None, "rules.only is wrong: "),
        ("[[keyword]]\ntext='a'\n\n[[keyword]]\ntext='b'\nsynonym=[]", 4, "did you mean synonyms?"),
        ("[[keyword]]\nbroader = []", 1, "text is not set"),
        ("[[keyword]]\ntext = 3", 1, "text is wrong: input should be a valid string"),
        ("[[keyword]]\ntext = '|'", 1, "'|' cannot be a keyword"),
        ("[[keyword]]\ntext = 'a'\nbroader = ['/']", 1, "'/' cannot be a keyword"),
        ("[[keyword]]\ntext = 'a'\ntranslations = {'de-AT' = 'b'}", 1, "translations.de-AT"),
        ("keyword = [{text = '|'}]", None, "'|' cannot be a keyword"),
        (keyword("Dog", "dog"), 1, "'Dog' is above itself: dog < Dog"),
        (
            keyword("Dog", "Pet") + keyword("Pet", "Animal") + keyword("Animal", "Dog"),
            1,
            "'Dog' is above itself: Dog < Animal < Pet < Dog",
        ),
        (
            keyword("Orange", "Fruit") + keyword("Orange", "Color") + keyword("Blood", "Orange"),
            7,
            "'Orange' is in 2 places; begin broader with what is above it",
        ),
    ],
)
def test_what_is_wrong_is_named(text: str, line: int | None, message: str) -> None:
    with pytest.raises(FaultError) as caught:
        read_rules(text)

    assert message in str(caught.value)
    assert caught.value.line == line


def test_a_circle_that_is_met_from_outside_is_found() -> None:
    with pytest.raises(FaultError, match="is above itself"):
        read_rules(keyword("Puppy", "Dog") + keyword("Dog", "Pet") + keyword("Pet", "Dog"))
