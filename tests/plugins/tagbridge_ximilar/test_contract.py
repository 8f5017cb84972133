from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from pydantic import ValidationError

import tagbridge_ximilar
from tagbridge_hooks import Capability, ProviderSettings
from tagbridge_ximilar import XimilarSettings, tagbridge_register_providers
from tests.plugins.served import ServedContract

if TYPE_CHECKING:
    from collections.abc import Mapping


GUIDE = Path(__file__).parents[3] / "plugins" / "README.md"
TOKEN = {"api_token": "open-sesame"}


class TestXimilar(ServedContract):
    plugin: ClassVar[object] = tagbridge_ximilar
    more: ClassVar[Mapping[str, object]] = {
        "services": ["tags", "fashion", "colors", "classify", "similar"],
        "task_id": "0a8c8186-aee8-47c8-9eaf-348103feb14d",
        "collection_id": "my-photos",
    }


def test_it_declares_what_it_can_say() -> None:
    (info,) = tagbridge_register_providers()

    assert info.capabilities == {Capability.KEYWORDS, Capability.COLORS, Capability.SIMILAR}
    assert info.max_edge == 600
    assert info.price is None
    assert not info.keyless


def test_twenty_pictures_are_asked_about_at_once_so_that_two_requests_fill() -> None:
    assert XimilarSettings.model_validate(TOKEN).concurrency == 20


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("api_token", ""),
        ("base_url", "http://api.ximilar.com"),
        ("services", []),
        ("services", ["tags", "faces"]),
        ("tagging_mode", "easy"),
        ("language", "de"),
        ("fashion_method", "meta"),
        ("fashion_profile", ""),
        ("colors_profile", "photo"),
        ("num_colors", 0),
        ("task_id", ""),
        ("version", -1),
        ("classify_confidence", 1.1),
        ("collection_id", "two words"),
        ("collection_id", "a\r\nb"),
        ("collection_type", "../v1"),
        ("num_similar", 0),
        ("max_distance", 0),
        ("borrowed_fields", []),
        ("borrowed_confidence", -0.1),
    ],
)
def test_a_setting_out_of_bounds_is_refused_before_anything_is_sent(key: str, value: Any) -> None:  # noqa: ANN401 - as a table has it
    with pytest.raises(ValidationError, match=key):
        XimilarSettings.model_validate({**TOKEN, key: value})


@pytest.mark.parametrize(
    ("service", "key"), [("classify", "task_id"), ("similar", "collection_id")]
)
def test_a_service_that_needs_a_key_names_it(service: str, key: str) -> None:
    with pytest.raises(ValidationError, match=f"services has {service}, which needs it") as caught:
        XimilarSettings.model_validate({**TOKEN, "services": ["tags", service]})
    assert [error["loc"] for error in caught.value.errors()] == [(key,)]


def test_the_token_is_needed() -> None:
    with pytest.raises(ValidationError, match="api_token"):
        XimilarSettings.model_validate({})


def test_the_example_of_the_guide_is_a_valid_table(examples: list[dict[str, Any]]) -> None:
    (table,) = examples
    settings = XimilarSettings.model_validate(table)
    assert set(table) <= settings.model_fields_set


def test_the_guide_names_every_setting_with_its_default() -> None:
    own = set(XimilarSettings.model_fields) - set(ProviderSettings.model_fields)
    guide = GUIDE.read_text("utf-8")
    assert {name for name in own if f"`{name}`" not in guide} == set()
    for name in own:
        default = XimilarSettings.model_fields[name].default
        if isinstance(default, int | float) and not isinstance(default, bool):
            assert f"`{name}` ({default}" in guide, name
