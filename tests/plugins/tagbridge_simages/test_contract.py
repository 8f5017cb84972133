from __future__ import annotations

from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

import tagbridge_simages
from tagbridge_hooks import Capability
from tagbridge_simages import SimagesSettings, tagbridge_register_providers
from tests.plugins.served import ServedContract

KEY = {"api_key": "open-sesame"}


class TestSimages(ServedContract):
    plugin: ClassVar[object] = tagbridge_simages


def test_it_declares_what_it_finds_and_what_suits_its_confidences() -> None:
    (info,) = tagbridge_register_providers()

    assert info.capabilities == {Capability.KEYWORDS, Capability.SIMILAR}
    assert info.max_edge == 400
    assert info.min_confidence == 0.3
    assert info.limits.daily_calls is None
    assert not info.keyless


def test_nothing_is_paid_unless_more_than_the_free_calls_are_wanted() -> None:
    (info,) = tagbridge_register_providers()
    assert info.price is not None
    assert (info.price.amount, info.price.currency) == (0.01, "USD")

    usual = SimagesSettings.model_validate(KEY)
    assert (usual.daily_calls, usual.price_per_call) == (100, 0.0)
    more = SimagesSettings.model_validate({**KEY, "daily_calls": 101})
    assert (more.daily_calls, more.price_per_call) == (101, None)
    agreed = SimagesSettings.model_validate({**KEY, "price_per_call": 0.02})
    assert agreed.price_per_call == 0.02


def test_the_service_may_take_minutes() -> None:
    assert SimagesSettings.model_validate(KEY).timeout_seconds == 300.0


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("api_key", ""),
        ("num_similar", 0),
        ("num_similar", 51),
        ("min_images", 0),
        ("min_images", 11),
        ("base_url", "http://simages.info"),
        ("base_url", "simages.info"),
    ],
)
def test_a_setting_out_of_bounds_is_refused_before_anything_is_sent(key: str, value: Any) -> None:  # noqa: ANN401 - as a table has it
    with pytest.raises(ValidationError, match=key):
        SimagesSettings.model_validate({**KEY, key: value})


def test_the_key_is_needed() -> None:
    with pytest.raises(ValidationError, match="api_key"):
        SimagesSettings.model_validate({})


def test_the_example_of_the_guide_is_a_valid_table(examples: list[dict[str, Any]]) -> None:
    (table,) = examples
    settings = SimagesSettings.model_validate(table)
    assert set(table) <= settings.model_fields_set
