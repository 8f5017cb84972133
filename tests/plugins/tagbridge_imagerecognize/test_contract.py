from __future__ import annotations

from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

import tagbridge_imagerecognize
from tagbridge_hooks import Capability
from tagbridge_imagerecognize import ImagerecognizeSettings, tagbridge_register_providers
from tests.plugins.served import ServedContract

KEY = {"api_key": "open-sesame"}


class TestImagerecognize(ServedContract):
    plugin: ClassVar[object] = tagbridge_imagerecognize


def test_it_declares_what_it_can_say() -> None:
    (info,) = tagbridge_register_providers()

    assert info.capabilities == {
        Capability.KEYWORDS,
        Capability.PERSONS,
        Capability.TEXT,
        Capability.SENSITIVITY,
    }
    assert info.max_edge == 1024
    assert not info.keyless


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("api_key", ""),
        ("types", []),
        ("types", ["cache"]),
        ("max_labels", 0),
        ("label_confidence", 0.8),
        ("label_confidence", 101),
        ("nsfw_confidence", -1),
        ("base_url", "http://imagerecognize.com/api/v2/"),
        ("base_url", "https://imagerecognize.com/api/v2/?apikey=x"),
    ],
)
def test_a_setting_out_of_bounds_is_refused_before_anything_is_sent(
    key: str, value: object
) -> None:
    with pytest.raises(ValidationError, match=key):
        ImagerecognizeSettings.model_validate({**KEY, key: value})


def test_the_key_is_needed_and_a_type_that_is_named_twice_counts_once() -> None:
    with pytest.raises(ValidationError, match="api_key"):
        ImagerecognizeSettings.model_validate({})
    twice = ImagerecognizeSettings.model_validate({**KEY, "types": ["nsfw", "nsfw"]})
    assert twice.types == ("nsfw",)


def test_the_example_of_the_guide_is_a_valid_table(examples: list[dict[str, Any]]) -> None:
    (table,) = examples
    settings = ImagerecognizeSettings.model_validate(table)
    assert set(table) <= settings.model_fields_set
