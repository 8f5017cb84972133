"""One concept is one keyword, in the language that the user chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagbridge.choosing import merge_rules_of, offered_terms
from tagbridge.config import Settings
from tagbridge.merge import KeywordRules, MergeRules, merge
from tagbridge.vocabulary.choice import chosen_vocabulary
from tagbridge.vocabulary.keyword_list_text import keyword_list_text
from tagbridge.vocabulary.reading import read_entries, read_vocabulary
from tagbridge.vocabulary.vocabulary import Term
from tagbridge_hooks import ConfigError, Keyword, Recognition, TagSet

if TYPE_CHECKING:
    from pathlib import Path

    from tagbridge.vocabulary.vocabulary import Vocabulary

RULES = """
[rules]
blocked = ["cat"]

[[keyword]]
text = "Dog"
broader = ["Animal"]
synonyms = ["hound"]
plural = "dogs"
translations = { de = ["Hund", "K\u00f6ter"], fr = "chien" }

[[keyword]]
text = "Cat"
broader = ["Animal"]
synonyms = ["kitty"]
translations = { de = "Katze" }

[[keyword]]
text = "Animal"
broader = ["Nature"]
translations = { de = "Tier" }

[[keyword]]
text = "Nature"
category = true
translations = { de = "Natur" }

[[keyword]]
text = "Beagle"
broader = ["Dog"]

[[keyword]]
text = "Poison"
translations = { de = "Gift" }

[[keyword]]
text = "Present"
synonyms = ["gift"]
translations = { de = "Geschenk" }
"""
HUND = Term(text="Hund", broader=("Natur", "Tier"), silent=frozenset({"natur"}), language="de")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(RULES, encoding="utf-8")
    return path


def merged(vocabulary: Vocabulary, *said: tuple[str, str | None]) -> TagSet:
    answers = [
        Recognition(
            provider=f"p{number}",
            model="1",
            keywords=(Keyword(text=text, language=language, confidence=0.9),),
        )
        for number, (text, language) in enumerate(said)
    ]
    rules = {answer.provider: KeywordRules(min_confidence=0.5) for answer in answers}
    return merge(
        answers,
        MergeRules(providers=rules, max_count=9, blocked=frozenset(), vocabulary=vocabulary),
    )


@pytest.mark.parametrize("said", ["Dog", "hound", "dogs", "Hund", "K\u00f6ter", "chien", "HUND"])
def test_whatever_it_is_called_it_is_written_in_the_chosen_language(said: str, file: Path) -> None:
    assert read_vocabulary(file, "de").find(said) == HUND


def test_three_providers_with_three_languages_make_one_keyword(file: Path) -> None:
    found = merged(read_vocabulary(file, "de"), ("dog", "en"), ("chien", "fr"), ("Hund", "de"))

    dogs = [k for k in found.keywords if k.value.text == "Hund"]
    assert [len(k.sources) for k in dogs] == [3]
    assert {k.value.text for k in found.keywords} == {"Hund", "Tier"}


def test_what_has_no_translation_keeps_its_word_in_the_translated_tree(file: Path) -> None:
    beagle = read_vocabulary(file, "de").find("beagle")

    assert beagle is not None
    assert (beagle.text, beagle.broader) == ("Beagle", ("Natur", "Tier", "Hund"))


@pytest.mark.parametrize(
    ("language", "term"),
    [("en", "Geschenk"), ("de", "Gift"), (None, "Gift"), ("fr", "Geschenk")],
)
def test_a_word_of_another_language_is_not_taken_for_the_keyword(
    language: str | None, term: str, file: Path
) -> None:
    found = read_vocabulary(file, "de").find("gift", language)

    assert found is not None
    assert found.text == term


def test_a_keyword_is_known_even_if_a_provider_names_the_wrong_language(file: Path) -> None:
    assert read_vocabulary(file, "de").find("Hund", "en") == HUND


def test_without_a_language_the_words_of_the_file_are_written(file: Path) -> None:
    assert read_vocabulary(file).find("Hund") == Term(
        text="Dog", broader=("Nature", "Animal"), silent=frozenset({"nature"})
    )


def test_a_word_is_blocked_in_all_languages(file: Path) -> None:
    settings = Settings(keywords={"blocked": ["hound", "Animal"]})
    rules = merge_rules_of(settings, [], chosen_vocabulary(str(file), "de"))

    assert rules.blocked == {"cat", "katze", "hound", "animal", "tier"}
    assert offered_terms(rules) == ("Hund", "Beagle", "Gift", "Geschenk")


def test_an_exported_list_has_the_chosen_words_and_the_others_as_synonyms(file: Path) -> None:
    lines = keyword_list_text(read_entries(file, "de")).splitlines()

    assert lines[:8] == [
        "[Natur]",
        "\t{Nature}",
        "\tTier",
        "\t\t{Animal}",
        "\t\tHund",
        "\t\t\t{Dog}",
        "\t\t\t{hound}",
        "\t\t\t{dogs}",
    ]


def test_a_language_that_no_keyword_has_is_a_mistake_and_says_which_there_are(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"has no translations into 'nl'; it has de, fr"):
        read_vocabulary(file, "nl")


def test_a_language_without_a_vocabulary_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match=r"keywords\.language needs keywords\.vocabulary"):
        chosen_vocabulary("", "de")
    assert chosen_vocabulary("", "") is None


@pytest.mark.parametrize("language", ["German", "DE", "de-AT", "d"])
def test_a_language_is_two_or_three_small_letters(language: str) -> None:
    with pytest.raises(ValueError, match=r"keywords\.language"):
        Settings(keywords={"language": language})


@pytest.mark.parametrize("language", ["", "de"])
def test_words_of_other_languages_mean_the_keyword_unless_they_mean_several(
    language: str, file: Path
) -> None:
    found = read_vocabulary(file, language).translated

    if language:  # `gift` is a synonym, whose language is not known, and a keyword in German
        assert found["dog"] == found["chien"] == "hund"
        assert found["poison"] == "gift"
    else:
        assert found["hund"] == found["chien"] == "dog"
        assert found["gift"] == "poison"
    assert "hound" not in found
