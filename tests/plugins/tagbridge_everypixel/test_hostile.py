"""Whatever the service sends, a reading is valid or a malformed answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tagbridge_everypixel
from tagbridge_everypixel import EverypixelSettings
from tagbridge_everypixel.recognized import recognized
from tagbridge_hooks import MalformedAnswerError, Rendition
from tagbridge_hooks.testing.findings import of_recognition

if TYPE_CHECKING:
    from tagbridge_everypixel.settings import ServiceName

SERVICES: list[ServiceName] = [
    "keywords",
    "video_keywords",
    "faces",
    "quality",
    "quality_ugc",
    "captions",
]
SETTINGS = EverypixelSettings.model_validate(
    {"client_id": "a", "client_secret": "b", "colors": True}
)
PICTURE = Rendition(data=b"", media_type="image/jpeg", width=400, height=300)
NAMES = st.sampled_from(
    ["keyword", "score", "bbox", "age", "hex", "rgb", "percentage", "name", "caption"]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
LISTS = ("keywords", "faces", "colors", "quality", "result")
ANSWERS = VALUES | st.fixed_dictionaries(
    {"status": st.sampled_from(["ok", True])}, optional=dict.fromkeys(LISTS, VALUES)
)


@pytest.mark.parametrize("service", SERVICES)
@settings(deadline=None, max_examples=50)
@given(answer=ANSWERS)
def test_an_answer_is_understood_or_malformed(service: ServiceName, answer: object) -> None:
    (info,) = tagbridge_everypixel.tagbridge_register_providers()
    try:
        said = recognized(service, answer, PICTURE, SETTINGS)
    except MalformedAnswerError:
        return
    assert list(of_recognition(said, info)) == []
