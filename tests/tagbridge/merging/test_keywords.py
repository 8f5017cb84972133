"""Keywords of several providers, in the user's words."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagbridge.merge import KeywordRules, MergeRules, merge
from tagbridge.spelling import cleaned, spelling_key
from tagbridge.vocabulary.keyword_list import read_keyword_list
from tagbridge.vocabulary.vocabulary import vocabulary_of
from tagbridge_hooks import Keyword, Recognition, Region, TagSet

if TYPE_CHECKING:
    from tagbridge.vocabulary.vocabulary import Vocabulary

LIST = """\
[Nature]
\tAnimal
\t\tDog
\t\t\t{hound}
\t\t\t{canine}
\t\t\tPuppy
Sea
\t{ocean}
"""
WORDS = vocabulary_of(read_keyword_list(LIST))
ONLY = replace(WORDS, only=True)
BOX = Region(x=0.1, y=0.1, width=0.2, height=0.2)


def word(text: str, confidence: float | None = 0.9, *broader: str) -> Keyword:
    return Keyword(text=text, confidence=confidence, broader=broader)


def borrowed(text: str, confidence: float | None = 0.9, *broader: str) -> Keyword:
    return replace(word(text, confidence, *broader), borrowed=True)


def said(provider: str, *keywords: Keyword) -> Recognition:
    return Recognition(provider=provider, model=f"{provider}-1", keywords=keywords)


def rules(
    vocabulary: Vocabulary | None = WORDS,
    *,
    max_count: int = 30,
    blocked: tuple[str, ...] = (),
    **own: KeywordRules,
) -> MergeRules:
    providers = {name: KeywordRules(min_confidence=0.5) for name in ("a", "b", "c")}
    return MergeRules(
        providers={**providers, **own},
        max_count=max_count,
        blocked=frozenset(blocked),
        vocabulary=vocabulary,
    )


def found(tagset: TagSet) -> dict[str, float | None]:
    return {k.value.text: k.value.confidence for k in tagset.keywords}


def test_two_words_for_one_concept_are_one_keyword_of_two_sources() -> None:
    tagset = merge([said("a", word("ocean", 0.5)), said("b", word("SEA", 0.6))], rules())

    (sea,) = tagset.keywords
    assert (sea.value.text, sea.value.confidence) == ("Sea", 0.8)
    assert [(s.provider, s.confidence) for s in sea.sources] == [("a", 0.5), ("b", 0.6)]


def test_two_words_of_one_provider_for_one_concept_are_one_witness() -> None:
    tagset = merge([said("a", word("hound", 0.6), word("canine", 0.8))], rules())

    assert found(tagset) == {"Animal": 0.8, "Dog": 0.8}
    assert [len(k.sources) for k in tagset.keywords] == [1, 1]


def test_broader_words_are_those_of_the_vocabulary_and_categories_only_levels() -> None:
    tagset = merge([said("a", word("hound", 0.9, "Pet"))], rules())

    assert [(k.value.text, k.value.broader) for k in tagset.keywords] == [
        ("Animal", ("Nature",)),
        ("Dog", ("Nature", "Animal")),
    ]


def test_a_path_means_its_leaf() -> None:
    assert set(found(merge([said("a", word("Beast|Pet|hound"))], rules()))) == {"Animal", "Dog"}


def test_a_path_may_be_longer_than_a_keyword() -> None:
    path = "|".join(f"a rather long level number {n}" for n in range(9))

    assert set(found(merge([said("a", word(f"{path}|hound"))], rules()))) == {"Animal", "Dog"}
    assert found(merge([said("a", word(f"{path}|boat"))], rules())) == {}
    assert set(found(merge([said("a", word("dog|" * 1_000_000))], rules()))) == {"Animal", "Dog"}


def test_a_path_with_an_unknown_leaf_hangs_below_what_is_known() -> None:
    tagset = merge([said("a", word("Beast|dog|beagle"))], rules())

    assert tagset.keywords[-1].value.broader == ("Nature", "Animal", "Dog")
    assert set(found(tagset)) == {"Animal", "Dog", "beagle"}


def test_a_path_of_unknown_words_stays_a_keyword() -> None:
    assert set(found(merge([said("a", word("car|door"))], rules()))) == {"car door"}


def test_what_is_not_known_stays_unless_only_known_words_count() -> None:
    answers = [said("a", word("boat"), word("ocean"), word("beagle", 0.9, "dog"))]

    assert set(found(merge(answers, rules()))) == {"boat", "Sea", "Animal", "Dog", "beagle"}
    assert set(found(merge(answers, rules(ONLY)))) == {"Sea", "Animal", "Dog"}


def test_a_category_is_no_keyword_even_if_it_is_said() -> None:
    assert found(merge([said("a", word("nature"))], rules())) == {}


def test_a_category_does_not_hide_a_keyword_of_its_name() -> None:
    words = vocabulary_of(read_keyword_list("[Orange]\n\tBeach\nColor\n\tOrange"))
    answers = [said("a", word("beach", 0.9), word("orange", 0.6))]

    assert found(merge(answers, rules(words))) == {"Beach": 0.9, "Color": 0.6, "Orange": 0.6}


@pytest.mark.parametrize("blocked", ["hound", "dog"])
def test_a_word_is_blocked_before_it_is_mapped_and_after(blocked: str) -> None:
    assert found(merge([said("a", word("hound"))], rules(blocked=(blocked,)))) == {}


def test_a_blocked_word_blocks_no_other_word_for_the_same() -> None:
    assert "Dog" in found(merge([said("a", word("canine"))], rules(blocked=("hound",))))


def test_a_blocked_ancestor_is_neither_keyword_nor_level() -> None:
    (dog,) = merge([said("a", word("hound"))], rules(blocked=("animal",))).keywords

    assert dog.value.broader == ("Nature",)


def test_the_leaf_of_a_path_is_blocked_as_well() -> None:
    assert found(merge([said("a", word("Pet|dog|hound"))], rules(blocked=("hound",)))) == {}


def test_a_word_may_be_blocked_for_one_provider_alone() -> None:
    own = KeywordRules(min_confidence=0.5, blocked=frozenset({"dog", "sea"}))
    answers = [said("a", word("hound", 0.9), word("sea")), said("b", word("canine", 0.6))]

    tagset = merge(answers, rules(a=own))

    assert found(tagset) == {"Animal": 0.6, "Dog": 0.6}
    assert {s.provider for k in tagset.keywords for s in k.sources} == {"b"}


def test_a_provider_may_say_so_many_concepts_not_words() -> None:
    own = KeywordRules(min_confidence=0.5, max_keywords=2)
    words = (word("hound", 0.9), word("canine", 0.8), word("sea", 0.7), word("boat", 0.6))

    assert set(found(merge([said("a", *words)], rules(a=own)))) == {"Animal", "Dog", "Sea"}


def test_thresholds_count_before_witnesses_are_combined() -> None:
    answers = [said("a", word("sea", 0.49)), said("b", word("ocean", 0.6))]

    (sea,) = merge(answers, rules()).keywords
    assert (sea.value.confidence, [s.provider for s in sea.sources]) == (0.6, ["b"])


def test_what_was_borrowed_adds_nothing_to_what_was_seen() -> None:
    for answers in (
        [said("a", word("sea", 0.6)), said("b", borrowed("sea", 0.9))],
        [said("a", borrowed("sea", 0.9)), said("b", word("sea", 0.6))],
        [said("a", word("sea", 0.6), borrowed("ocean", 0.9))],
    ):
        (sea,) = merge(answers, rules()).keywords
        assert (sea.value.confidence, sea.value.borrowed) == (0.6, False)
        assert len(sea.sources) == len(answers)


def test_two_who_saw_it_are_surer_whatever_a_third_borrowed() -> None:
    answers = [said("a", word("sea", 0.5)), said("b", borrowed("sea", 0.9))]

    assert found(merge([*answers, said("c", word("sea", 0.5))], rules())) == {"Sea": 0.75}


def test_what_all_have_borrowed_stays_borrowed_and_as_sure_as_the_surest() -> None:
    answers = [said("a", borrowed("sea", 0.6)), said("b", borrowed("ocean", 0.8))]

    (sea,) = merge(answers, rules()).keywords
    assert (sea.value.confidence, sea.value.borrowed) == (0.8, True)


def test_seeing_without_a_number_is_not_lifted_by_a_borrowed_one() -> None:
    answers = [said("a", word("sea", None)), said("b", borrowed("sea", 0.9))]

    assert found(merge(answers, rules())) == {"Sea": None}


def test_a_borrowed_keyword_lifts_no_ancestor_that_was_seen() -> None:
    answers = [said("a", word("animal", 0.6)), said("b", borrowed("dog", 0.9))]

    assert found(merge(answers, rules())) == {"Animal": 0.6, "Dog": 0.9}


def test_what_was_seen_comes_before_what_was_borrowed_and_is_kept() -> None:
    answers = [said("a", borrowed("dog", 0.9), word("sea", 0.6))]

    assert list(found(merge(answers, rules()))) == ["Sea", "Animal", "Dog"]
    assert list(found(merge(answers, rules(max_count=1)))) == ["Sea"]


def test_a_borrowed_keyword_has_no_place_in_the_picture() -> None:
    (sea,) = merge([said("a", replace(borrowed("sea"), region=BOX))], rules()).keywords

    assert sea.value.region is None


ANY = st.one_of(
    st.sampled_from(
        ["dog", "hound", "Canine", "puppy", "animal", "nature", "sea", "ocean", "a|dog"]
    ),
    st.text(st.characters(exclude_categories=()), max_size=12),
)
KEYWORDS = st.builds(
    Keyword,
    text=ANY,
    confidence=st.one_of(st.none(), st.floats(0, 1)),
    broader=st.lists(ANY, max_size=3).map(tuple),
    language=st.one_of(st.none(), st.sampled_from(["en", "de-AT", "\0"])),
    borrowed=st.booleans(),
)
ANSWERS = st.lists(KEYWORDS, max_size=6).map(tuple)
THREE = st.tuples(ANSWERS, ANSWERS, ANSWERS)
RULES = st.builds(
    rules,
    st.sampled_from([WORDS, ONLY, None]),
    max_count=st.integers(1, 8),
    blocked=st.sampled_from([(), ("dog",), ("hound", "animal")]),
)


@given(THREE, RULES)
def test_the_order_of_answers_does_not_matter(
    answers: tuple[tuple[Keyword, ...], ...], chosen: MergeRules
) -> None:
    made = [said(name, *words) for name, words in zip("abc", answers, strict=True)]

    first, *others = (merge(order, chosen) for order in itertools.permutations(made))

    assert all(other == first for other in others)


@given(THREE, RULES)
def test_whatever_is_said_only_clean_words_that_may_be_written_come_out_once(
    answers: tuple[tuple[Keyword, ...], ...], chosen: MergeRules
) -> None:
    made = [said(name, *words) for name, words in zip("abc", answers, strict=True)]

    keywords = [k.value for k in merge(made, chosen).keywords]

    texts = [k.text for k in keywords]
    keys = [spelling_key(text) for text in texts]
    assert len(keys) == len(set(keys)) <= chosen.max_count
    assert not chosen.blocked & set(keys)
    assert [cleaned(text) for text in texts] == texts
    assert all(cleaned(level) == level for k in keywords for level in k.broader)
    assert all(k.language in (None, "en", "de-AT") for k in keywords)
    if chosen.vocabulary is not None:
        assert not {"nature", "hound", "ocean"} & set(keys)
        assert set(texts) <= set(WORDS.terms) or not chosen.vocabulary.only


@given(THREE, RULES)
def test_ancestors_are_keywords_and_as_sure_as_what_was_seen_below_them(
    answers: tuple[tuple[Keyword, ...], ...], chosen: MergeRules
) -> None:
    made = [said(name, *words) for name, words in zip("abc", answers, strict=True)]

    tagset = merge(made, replace(chosen, max_count=99))

    at = {spelling_key(k.value.text): k.value for k in tagset.keywords}
    for keyword in at.values():
        levels = set(map(spelling_key, keyword.broader))
        for above in (at[level] for level in levels - ({"nature"} if chosen.vocabulary else set())):
            assert above.borrowed <= keyword.borrowed
            if above.borrowed == keyword.borrowed:
                assert (above.confidence or 0.0) >= (keyword.confidence or 0.0)
