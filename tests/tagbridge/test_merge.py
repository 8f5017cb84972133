"""Several providers' answers become one tag set."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagbridge.merge import KeywordRules, MergeRules, merge, resanitized
from tagbridge.spelling import spelling_key
from tagbridge_hooks import (
    Caption,
    Color,
    Keyword,
    Person,
    Recognition,
    Region,
    Sensitivity,
    Source,
    Sourced,
    TagSet,
    TextLine,
)

BOX = Region(x=0.1, y=0.1, width=0.2, height=0.2)


def word(text: str, confidence: float | None = 0.9, *broader: str) -> Keyword:
    return Keyword(text=text, confidence=confidence, broader=broader)


def said(provider: str, *keywords: Keyword) -> Recognition:
    return Recognition(provider=provider, model=f"{provider}-1", keywords=keywords)


def rules(*, max_count: int = 30, blocked: tuple[str, ...] = (), **own: KeywordRules) -> MergeRules:
    providers = {name: KeywordRules(min_confidence=0.5) for name in ("a", "b", "c")}
    return MergeRules(
        providers={**providers, **own}, max_count=max_count, blocked=frozenset(blocked)
    )


def texts(tagset: TagSet) -> list[str]:
    return [k.value.text for k in tagset.keywords]


def confidences(tagset: TagSet) -> dict[str, float | None]:
    return {k.value.text: k.value.confidence for k in tagset.keywords}


def test_two_witnesses_are_surer_than_one_and_both_are_named() -> None:
    tagset = merge([said("b", word("SEA", 0.5)), said("a", word("sea", 0.5))], rules())

    (found,) = tagset.keywords
    assert found.value == word("sea", 0.75)
    assert [(s.provider, s.model, s.confidence) for s in found.sources] == [
        ("a", "a-1", 0.5),
        ("b", "b-1", 0.5),
    ]


def test_one_provider_that_says_a_word_twice_is_one_witness() -> None:
    tagset = merge([said("a", word("sea", 0.6), word("Sea", 0.7))], rules())

    assert confidences(tagset) == {"Sea": 0.7} or confidences(tagset) == {"sea": 0.7}
    assert len(tagset.keywords[0].sources) == 1


def test_unsure_words_are_left_out_and_words_without_a_number_are_kept_last() -> None:
    tagset = merge([said("a", word("x", 0.49), word("plain", None), word("y", 0.5))], rules())

    assert texts(tagset) == ["y", "plain"]


def test_a_number_counts_more_than_none() -> None:
    tagset = merge([said("a", word("sea", None)), said("b", word("sea", 0.6))], rules())

    assert confidences(tagset) == {"sea": 0.6}


def test_ancestors_are_keywords_in_front_of_what_they_hold() -> None:
    tagset = merge([said("a", word("cat", 0.9, "animal", "mammal"))], rules())

    assert texts(tagset) == ["animal", "mammal", "cat"]
    assert [k.value.broader for k in tagset.keywords] == [
        (),
        ("animal",),
        ("animal", "mammal"),
    ]


def test_a_word_that_is_said_below_two_others_brings_both() -> None:
    tagset = merge([said("a", word("cat", 0.9, "animal"), word("cat", 0.8, "pet"))], rules())

    assert confidences(tagset) == {"animal": 0.9, "pet": 0.8, "cat": 0.9}


def test_an_ancestor_is_never_less_sure_than_what_two_saw() -> None:
    answers = [said("a", word("dog", 0.9, "animal")), said("b", word("dog", 0.9))]

    tagset = merge(answers, rules(max_count=1))

    assert texts(tagset) == ["animal"]


def test_sureness_rises_through_all_levels() -> None:
    answers = [
        said("a", word("dog", 0.8, "pet")),
        said("b", word("dog", 0.8)),
        said("c", word("pet", 0.6, "animal")),
    ]

    found = confidences(merge(answers, rules()))

    assert found["animal"] == found["dog"] or (found["animal"] or 0) > (found["dog"] or 0)


def test_each_providers_own_limits_count() -> None:
    strict = KeywordRules(min_confidence=0.9, max_keywords=1)
    answers = [said("a", word("x", 0.95), word("y", 0.92)), said("b", word("z", 0.6))]

    assert texts(merge(answers, rules(a=strict))) == ["x", "z"]


def test_the_best_are_kept_when_there_are_too_many() -> None:
    answers = [said("a", *(word(f"w{n}", 0.5 + n / 100) for n in range(10)))]

    assert texts(merge(answers, rules(max_count=3))) == ["w9", "w8", "w7"]


def test_blocked_words_vanish_in_any_spelling_and_as_ancestors() -> None:
    answers = [said("a", word("Cat"), word("tom", 0.9, "animal", "CAT"))]

    tagset = merge(answers, rules(blocked=("cat",)))

    assert set(texts(tagset)) == {"animal", "tom"}
    assert tagset.keywords[-1].value.broader == ("animal",)


def test_hostile_words_are_cleaned_or_left_out() -> None:
    answers = [
        said("a", word("a|b\0"), word("\x1b"), word("x" * 10_000), word("cat", 0.9, "\0", "p/q"))
    ]

    assert set(texts(merge(answers, rules()))) == {"a b", "p q", "cat"}


def test_everything_else_is_passed_on_with_its_source() -> None:
    answer = Recognition(
        provider="a",
        model="m",
        persons=(Person(name="Ann", confidence=0.5),),
        text=(TextLine(text="EXIT"),),
        colors=(Color(hex="#ff0000", fraction=0.5),),
        captions=(Caption(text="A sea"),),
        sensitivities=(Sensitivity(kind="nsfw", confidence=0.25),),
    )

    tagset = merge([answer], rules())

    source = Source(provider="a", model="m", confidence=0.5)
    assert tagset.persons == (Sourced(value=answer.persons[0], sources=(source,)),)
    assert [len(x) for x in (tagset.text, tagset.colors, tagset.captions)] == [1, 1, 1]
    assert tagset.sensitivities[0].sources[0].confidence == 0.25


def test_a_region_is_not_lost_to_a_surer_word_without_one() -> None:
    boxed = Keyword(text="cat", confidence=0.6, region=BOX)

    tagset = merge([said("a", boxed, word("cat", 0.9)), said("b", word("cat", 0.9))], rules())

    assert tagset.keywords[0].value.region == BOX


def test_a_revised_tag_set_is_cleaned_again_without_doubles_and_blocked_words() -> None:
    source = (Source(provider="a", model="m"),)
    words = ["a|b", "sea", "SEA", "\0", "blocked"]
    tagset = TagSet(keywords=tuple(Sourced(value=Keyword(text=w), sources=source) for w in words))

    assert texts(resanitized(tagset, frozenset({"blocked"}))) == ["a b", "sea"]


WORDS = st.sampled_from(["cat", "Cat", "animal", "pet", "dog", "sea", "a|b", ""])
KEYWORDS = st.builds(
    Keyword,
    text=WORDS,
    confidence=st.one_of(st.none(), st.floats(0, 1)),
    broader=st.lists(WORDS, max_size=3).map(tuple),
)
ANSWERS = st.lists(KEYWORDS, max_size=6).map(tuple)


@given(st.tuples(ANSWERS, ANSWERS, ANSWERS), st.integers(1, 8))
def test_the_order_of_answers_does_not_matter(
    answers: tuple[tuple[Keyword, ...], ...], count: int
) -> None:
    made = [said(name, *words) for name, words in zip("abc", answers, strict=True)]

    first, *others = (
        merge(order, rules(max_count=count)) for order in itertools.permutations(made)
    )

    assert all(other == first for other in others)


@given(st.tuples(ANSWERS, ANSWERS, ANSWERS), st.integers(1, 8))
def test_each_keyword_comes_once_best_first_and_with_its_ancestors(
    answers: tuple[tuple[Keyword, ...], ...], count: int
) -> None:
    made = [said(name, *words) for name, words in zip("abc", answers, strict=True)]

    tagset = merge(made, rules(max_count=count))

    keys = [spelling_key(t) for t in texts(tagset)]
    assert len(keys) == len(set(keys)) <= count
    sure = [k.value.confidence or 0.0 for k in tagset.keywords]
    assert sure == sorted(sure, reverse=True)
    everything = merge(made, rules(max_count=99))
    level = {spelling_key(k.value.text): k.value.confidence or 0.0 for k in everything.keywords}
    for keyword in everything.keywords:
        for ancestor in keyword.value.broader:
            assert level[spelling_key(ancestor)] >= (keyword.value.confidence or 0.0)


@pytest.mark.parametrize("answers", [[], [Recognition(provider="a", model="m")]])
def test_nothing_said_is_nothing(answers: list[Recognition]) -> None:
    assert merge(answers, rules()) == TagSet()
