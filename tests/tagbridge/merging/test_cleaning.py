"""Whatever a provider or a plugin says, only what every program survives comes out."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, TypeVar

from hypothesis import given
from hypothesis import strategies as st

from tagbridge.merge import KeywordRules, MergeRules, merge, resanitized
from tagbridge_hooks import (
    Caption,
    Color,
    Keyword,
    Person,
    Quality,
    Recognition,
    Sensitivity,
    Source,
    Sourced,
    TagSet,
    TextLine,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

RULES = MergeRules(
    providers={"a": KeywordRules(min_confidence=0.0)}, max_count=99, blocked=frozenset()
)
BY = (Source(provider="a", model="m"),)
NASTY = st.sampled_from(["\0", "\u202e", "\u200d", "\ud800", "\ufffe", "\u2028", "\r\n", "a\u0301"])
ANY = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=30),
    st.lists(st.one_of(NASTY, st.text(max_size=3)), max_size=8).map("".join),
)
ANSWERS = st.builds(
    Recognition,
    provider=st.just("a"),
    model=st.just("m"),
    keywords=st.lists(st.builds(Keyword, text=ANY, language=ANY), max_size=3).map(tuple),
    persons=st.lists(st.builds(Person, name=st.none() | ANY), max_size=3).map(tuple),
    text=st.lists(st.builds(TextLine, text=ANY), max_size=3).map(tuple),
    colors=st.lists(
        st.builds(Color, hex=ANY, fraction=st.just(0.1), name=st.none() | ANY), max_size=3
    ).map(tuple),
    captions=st.lists(st.builds(Caption, text=ANY, language=ANY), max_size=3).map(tuple),
    sensitivities=st.lists(
        st.builds(Sensitivity, kind=ANY, confidence=st.just(0.5)), max_size=2
    ).map(tuple),
    qualities=st.lists(st.builds(Quality, kind=ANY, value=st.just(0.5)), max_size=3).map(tuple),
)


def sourced(values: tuple[T, ...]) -> tuple[Sourced[T], ...]:
    return tuple(Sourced(value=value, sources=BY) for value in values)


def as_a_plugin_would(answer: Recognition) -> TagSet:
    return TagSet(
        keywords=sourced(answer.keywords),
        persons=sourced(answer.persons),
        text=sourced(answer.text),
        colors=sourced(answer.colors),
        captions=sourced(answer.captions),
        sensitivities=sourced(answer.sensitivities),
        qualities=sourced(answer.qualities),
    )


def strings(tagset: TagSet) -> Iterator[str | None]:
    for keyword in (k.value for k in tagset.keywords):
        yield from (keyword.text, keyword.language, *keyword.broader)
    yield from (person.value.name for person in tagset.persons)
    for color in (c.value for c in tagset.colors):
        yield from (color.hex, color.name)
    for caption in (c.value for c in tagset.captions):
        yield from (caption.text, caption.language)
    yield from (warning.value.kind for warning in tagset.sensitivities)
    yield from (quality.value.kind for quality in tagset.qualities)


def is_harmless(text: str, allowed: str = "") -> bool:
    kinds = {unicodedata.category(c) for c in text if c not in "\u200c\u200d" + allowed}
    whole = text == text.strip() and text == unicodedata.normalize("NFC", text)
    return whole and bool(text) and not kinds & {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


@given(ANSWERS)
def test_no_string_of_a_provider_is_trusted(answer: Recognition) -> None:
    for tagset in (merge([answer], RULES), resanitized(as_a_plugin_would(answer))):
        assert all(is_harmless(text) for text in strings(tagset) if text is not None)
        assert all(is_harmless(line.value.text, "\n") for line in tagset.text)


@given(ANSWERS)
def test_what_is_clean_stays_as_it_is(answer: Recognition) -> None:
    for tagset in (merge([answer], RULES), resanitized(as_a_plugin_would(answer))):
        assert resanitized(tagset) == tagset


def test_a_revised_tag_set_loses_what_nothing_is_left_of() -> None:
    answer = Recognition(
        provider="a",
        model="m",
        keywords=(Keyword(text="\0"), Keyword(text="sea", language="no language")),
        persons=(Person(name="\x1b"), Person(name="Ann, Lee")),
        text=(TextLine(text="\u200b"), TextLine(text="a, b")),
        colors=(Color(hex="url(x)", fraction=0.1), Color(hex="#ABCDEF", fraction=0.1, name="\0")),
        captions=(Caption(text="\n"), Caption(text="A sea, at night.", language="en\0")),
    )

    assert resanitized(as_a_plugin_would(answer)) == TagSet(
        keywords=sourced((Keyword(text="sea"),)),
        persons=sourced((Person(), Person(name="Ann Lee"))),
        text=sourced((TextLine(text="a, b"),)),
        colors=sourced((Color(hex="#abcdef", fraction=0.1),)),
        captions=sourced((Caption(text="A sea, at night."),)),
    )
