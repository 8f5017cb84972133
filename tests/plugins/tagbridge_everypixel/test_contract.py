from __future__ import annotations

from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

import tagbridge_everypixel
from tagbridge_everypixel import EverypixelSettings, tagbridge_register_providers
from tagbridge_hooks import Capability
from tests.plugins.served import ServedContract

LOGIN = {"client_id": "photographer", "client_secret": "open-sesame"}


class TestEverypixel(ServedContract):
    plugin: ClassVar[object] = tagbridge_everypixel


def test_it_declares_what_the_service_allows_and_what_a_call_costs() -> None:
    (info,) = tagbridge_register_providers()

    assert info.capabilities == {
        Capability.KEYWORDS,
        Capability.PERSONS,
        Capability.COLORS,
        Capability.CAPTIONS,
        Capability.QUALITY,
    }
    assert info.limits.video_seconds == (5.0, 60.0)
    assert (info.limits.requests_per_second, info.limits.concurrency) == (30.0, 30)
    assert info.price is not None
    assert (info.price.amount, info.price.currency) == (0.0006, "USD")
    assert info.max_edge == 512
    assert not info.keyless


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("client_id", ""),
        ("client_secret", ""),
        ("num_keywords", 0),
        ("num_keywords", 51),
        ("threshold", 1.1),
        ("language", "la"),
        ("base_url", "api.everypixel.com"),
        ("base_url", "https://me:secret@api.everypixel.com"),
        ("base_url", "http://api.everypixel.com/v1"),
        ("services", []),
        ("services", ["keyword"]),
        ("auth", "token"),
        ("num_colors", 11),
        ("caption_length", "longest"),
    ],
)
def test_a_setting_out_of_bounds_is_refused_before_anything_is_sent(
    key: str, value: object
) -> None:
    with pytest.raises(ValidationError, match=key):
        EverypixelSettings.model_validate({**LOGIN, key: value})


def test_colours_without_keywords_are_refused() -> None:
    with pytest.raises(ValidationError, match='add "keywords" to services'):
        EverypixelSettings.model_validate({**LOGIN, "colors": True, "services": ["faces"]})


@pytest.mark.parametrize(
    ("services", "media"),
    [
        (["keywords"], {"image"}),
        (["video_keywords"], {"video"}),
        (["faces", "video_keywords"], {"image", "video"}),
    ],
)
def test_it_takes_what_the_chosen_services_take(services: list[str], media: set[str]) -> None:
    assert EverypixelSettings.model_validate({**LOGIN, "services": services}).media == media


@pytest.mark.parametrize("key", LOGIN)
def test_both_credentials_are_needed(key: str) -> None:
    with pytest.raises(ValidationError, match=key):
        EverypixelSettings.model_validate({name: LOGIN[name] for name in set(LOGIN) - {key}})


def test_the_example_of_the_guide_is_a_valid_table(examples: list[dict[str, Any]]) -> None:
    (table,) = examples
    settings = EverypixelSettings.model_validate(table)
    assert set(table) <= settings.model_fields_set
    assert settings.price_per_call == tagbridge_everypixel.PRICE.amount
