from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import tagbridge_vision
from tagbridge_hooks.testing import LentContext
from tagbridge_vision import VisionSettings
from tests.plugins.served import ServedContract

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagbridge_hooks import ProviderContext


class TestVision(ServedContract):
    plugin: ClassVar[object] = tagbridge_vision
    more: ClassVar[Mapping[str, object]] = {"structured": "json_schema", "title": True}

    def context(self) -> ProviderContext:
        return LentContext(client=self.client(), vocabulary=("Leuchtturm", "Nordsee"))


class TestVisionWithoutSchema(TestVision):
    more: ClassVar[Mapping[str, object]] = {"structured": "none", "title": True}


def test_the_examples_of_the_guide_are_valid_tables(examples: list[dict[str, Any]]) -> None:
    assert examples
    for table in examples:
        assert set(table) <= VisionSettings.model_validate(table).model_fields_set
