from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import tagbridge_vize
from tagbridge_vize import VizeSettings
from tests.plugins.served import ServedContract

if TYPE_CHECKING:
    from collections.abc import Mapping


class TestVize(ServedContract):
    plugin: ClassVar[object] = tagbridge_vize


class TestVizeVersionOne(TestVize):
    more: ClassVar[Mapping[str, object]] = {"api": "v1"}


def test_the_example_of_the_guide_is_a_valid_table(examples: list[dict[str, Any]]) -> None:
    (table,) = examples
    settings = VizeSettings.model_validate(table)
    assert set(table) <= settings.model_fields_set
