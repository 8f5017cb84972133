"""Whatever a model writes, reading it ends, and ends well."""

from __future__ import annotations

import json
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagbridge_vision.confidences import sure
from tagbridge_vision.finding import answer_in, whole_answer
from tagbridge_vision.reading import read

_PIECES = st.sampled_from(
    [
        *'{}[]",:\\-',
        *("\\u12", "keywords", '"keywords"', "0.9", "1e", "true", "nul", "<think>", "</think>"),
        *("```json", "\n", " ", "\u00e9", "\ud800", "x" * 70),
    ]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=60).map("".join))
def test_any_text_has_an_answer_or_none(text: str) -> None:
    found = answer_in(text)
    assert found is None or isinstance(found["keywords"], list | str)
    whole_answer(text)


@settings(deadline=None, max_examples=50)
@given(_JSON.filter(lambda value: isinstance(value, list | dict)), st.booleans())
def test_good_json_is_read_as_it_is(value: object, plain: bool) -> None:  # noqa: FBT001 - hypothesis
    text = json.dumps(value, ensure_ascii=plain)
    found = read(text, 0)
    assert (found.value, found.end, found.complete) == (value, len(text), True)


@pytest.mark.parametrize(
    "piece", ["{", "[", '{"a":', "[[1],", '{"keywords":7,', '"', "\\", "<think>"]
)
def test_an_answer_made_to_keep_us_busy_does_not(piece: str) -> None:
    began = process_time()
    assert answer_in(piece * 100_000) is None
    assert process_time() - began < 5.0


@pytest.mark.parametrize(
    "value", [object(), [0.5], {"a": 1}, "9" * 400, 10**400, "1_000", "\u0661 %"]
)
def test_a_confidence_that_is_none_is_unknown_or_a_fraction(value: object) -> None:
    confidence = sure(value)
    assert confidence is None or 0.0 <= confidence <= 1.0
