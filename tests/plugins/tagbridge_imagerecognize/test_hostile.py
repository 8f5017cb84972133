"""Whatever the service sends, an answer is valid or an error that says what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tagbridge_imagerecognize
from tagbridge_hooks import ProviderError
from tagbridge_hooks.testing.findings import of_recognition
from tagbridge_imagerecognize import ImagerecognizeSettings
from tagbridge_imagerecognize.answers import read_answer
from tagbridge_imagerecognize.commands import understood
from tagbridge_imagerecognize.recognized import recognized

if TYPE_CHECKING:
    from tagbridge_imagerecognize.settings import TypeName

TYPES: list[TypeName] = ["objects", "celebrities", "detect_faces", "detect_text", "nsfw"]
SETTINGS = ImagerecognizeSettings.model_validate({"api_key": "a"})
NAMES = st.sampled_from(
    ["name", "confidence", "coordinates", "x", "y", "width", "height", "type", "objects"]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
DATA = VALUES | st.fixed_dictionaries(
    {"error": st.sampled_from([0, "0"]) | VALUES}, optional={"objects": VALUES, "quota": VALUES}
)
STATUSES = st.sampled_from([200, "200", 402, 430]) | VALUES
BODIES = VALUES | st.fixed_dictionaries({"status": STATUSES}, optional={"data": DATA})


@pytest.mark.parametrize("kind", TYPES)
@settings(deadline=None, max_examples=50)
@given(body=BODIES, status=st.integers(100, 599))
def test_an_answer_is_understood_or_an_error(kind: TypeName, body: object, status: int) -> None:
    (info,) = tagbridge_imagerecognize.tagbridge_register_providers()
    content = json.dumps(body).encode()
    for said_by_http in (200, status):
        try:
            data = read_answer(httpx.Response(said_by_http, content=content))
            said = recognized(kind, data, SETTINGS)
        except ProviderError:
            continue
        assert list(of_recognition(said, info)) == []


@settings(deadline=None, max_examples=50)
@given(objects=VALUES)
def test_earlier_results_of_any_form_can_be_printed(objects: object) -> None:
    for result in understood(objects):
        assert json.loads(json.dumps(result)) == result
