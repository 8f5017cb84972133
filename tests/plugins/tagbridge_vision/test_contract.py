from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import httpx
import pytest

import tagbridge_vision
from tagbridge_hooks.testing import LentContext, ProviderContract
from tagbridge_vision import VisionSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagbridge_hooks import ProviderContext
    from tests.fixtures.recognition import RecognitionServer

GUIDE = Path(__file__).parents[3] / "plugins" / "README.md"


@pytest.fixture(scope="module")
def running(recognition_server: Callable[..., RecognitionServer]) -> RecognitionServer:
    return recognition_server("--account", "openai:key=sk-open-sesame")


class TestVision(ProviderContract):
    plugin: ClassVar[object] = tagbridge_vision
    structured: ClassVar[str] = "json_schema"

    @pytest.fixture(autouse=True)
    def _strict_server(self, running: RecognitionServer) -> None:
        self._server = running

    def settings(self) -> Mapping[str, object]:
        return {
            "base_url": f"{self._server.url}/openai/v1",
            "model": "vision",
            "api_key": "sk-open-sesame",
            "structured": self.structured,
            "title": True,
        }

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(trust_env=False)

    def context(self) -> ProviderContext:
        return LentContext(client=self.client(), vocabulary=("Leuchtturm", "Nordsee"))


class TestVisionWithoutSchema(TestVision):
    structured: ClassVar[str] = "none"


def test_the_examples_of_the_guide_are_valid_tables() -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    tables = [
        providers["vision"]
        for providers in (tomllib.loads(block)["providers"] for block in blocks)
        if "vision" in providers
    ]
    assert tables
    for table in tables:
        assert set(table) <= VisionSettings.model_validate(table).model_fields_set
