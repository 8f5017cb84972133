"""Keyword text: what counts as the same, and what is let through."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped] # it ships no types

from tagbridge.spelling import (
    MAX_CHARACTERS,
    MAX_SENTENCE_CHARACTERS,
    cleaned,
    cleaned_lines,
    cleaned_sentence,
    name_of,
    spelling_key,
)

ANYTHING = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Sea", "sEA"),
        (" sea\t", "sea"),
        ("caf\u00e9", "cafe\u0301"),
        ("STRASSE", "stra\u00dfe"),
        ("\u0391\u03a3", "\u03b1\u03c2"),
        ("\u212bngstr\u00f6m", "\u00e5ngstr\u00f6m"),
    ],
)
def test_case_composition_and_space_around_do_not_make_another_keyword(
    first: str, second: str
) -> None:
    assert spelling_key(first) == spelling_key(second)


@pytest.mark.parametrize(
    ("first", "second"), [("resume", "r\u00e9sum\u00e9"), ("a b", "ab"), ("sea", "seas")]
)
def test_accents_and_inner_space_do(first: str, second: str) -> None:
    assert spelling_key(first) != spelling_key(second)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        pytest.param("golden  retriever\n", "golden retriever", id="space"),
        pytest.param("cafe\u0301", "caf\u00e9", id="composition"),
        pytest.param("animal|cat/tom,x;y\\z", "animal cat tom x y z", id="separators"),
        pytest.param("a\0b\x1b[31m\x7f", "ab[31m", id="controls"),
        pytest.param("\u202eabc\u2066\ufeff\u200b", "abc", id="formats"),
        pytest.param("\ud800x\ufffe\uffff\U0010ffff\ue000", "x", id="no characters"),
        pytest.param(
            "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc",
            "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc",
            id="a joiner between Persian letters",
        ),
        pytest.param("\u200da\u200d \u200db\u200c", "a b", id="joiners elsewhere"),
        pytest.param("x" * 128, "x" * 128, id="as long as allowed"),
        pytest.param("R&D <b>\"'", "R&D <b>\"'", id="marks of XML"),
        pytest.param("\u6d77 \U0001f30a", "\u6d77 \U0001f30a", id="beyond Latin"),
    ],
)
def test_what_every_program_survives_is_kept(said: str, kept: str) -> None:
    assert cleaned(said) == kept


@pytest.mark.parametrize(
    "said", ["", " ", "\0", "|", " / , ; ", "\ud800", "x" * 129, "x" * (10 << 20), "\u200d"]
)
def test_what_is_no_keyword_is_refused(said: str) -> None:
    assert cleaned(said) is None


@given(ANYTHING)
def test_a_clean_keyword_is_clean_safe_in_xml_and_short(text: str) -> None:
    result = cleaned(text)

    if result is not None:
        assert cleaned(result) == result
        assert unicodedata.is_normalized("NFC", result)
        assert 0 < len(result) <= MAX_CHARACTERS
        assert not set(result) & set("|/,;\\\t\r\n")
        assert spelling_key(result)
        element = etree.Element("li")
        element.text = result
        assert etree.fromstring(etree.tostring(element)).text == result


@given(ANYTHING)
def test_a_key_is_its_own_key(text: str) -> None:
    assert spelling_key(spelling_key(text)) == spelling_key(text)


@given(ANYTHING)
def test_a_name_is_safe_in_xml_and_short(text: str) -> None:
    element = etree.Element("li", Model=name_of(text))

    assert etree.fromstring(etree.tostring(element)).get("Model") == name_of(text)
    assert len(name_of(text)) <= MAX_CHARACTERS


def test_a_name_keeps_what_models_are_called() -> None:
    assert name_of(" org/model:7b-q4_K,v1.2|x ") == "org/model:7b-q4_K,v1.2|x"
    assert name_of("a\0b\n c" + "x" * (10 << 20)) == "ab c" + "x" * 124


@pytest.mark.parametrize(
    ("said", "sentence", "lines"),
    [
        ("A dog; or two,\n a|b/c.", "A dog; or two, a|b/c.", "A dog; or two,\na|b/c."),
        ("\r\n x\u2028\u2029y \0\x1b[0m", "x y [0m", "x\ny [0m"),
        ("\u202eevil\u2066\ufeff", "evil", "evil"),
        ("cafe\u202e\u0301", "caf\u00e9", "caf\u00e9"),
        (" \0\n\u200b", None, None),
        ("", None, None),
    ],
)
def test_sentences_keep_their_punctuation_and_lines_their_breaks(
    said: str, sentence: str | None, lines: str | None
) -> None:
    assert (cleaned_sentence(said), cleaned_lines(said)) == (sentence, lines)


def test_an_endless_sentence_is_cut() -> None:
    endless = "ab\n" * 1_000_000
    sentence, lines = cleaned_sentence(endless), cleaned_lines(endless)

    assert sentence
    assert lines
    assert (len(sentence), len(lines)) == (MAX_SENTENCE_CHARACTERS, MAX_SENTENCE_CHARACTERS)
    assert (sentence[:5], lines[:5]) == ("ab ab", "ab\nab")


@given(ANYTHING)
def test_what_is_a_clean_sentence_stays_one(said: str) -> None:
    for clean in (cleaned_sentence, cleaned_lines):
        once = clean(said)
        if once is not None:
            assert clean(once) == once
            element = etree.Element("li")
            element.text = once
            assert etree.fromstring(etree.tostring(element)).text == once
            assert len(once) <= MAX_SENTENCE_CHARACTERS
