from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import httpx
import pytest

import tagbridge_vize
from tagbridge_hooks.testing import ProviderContract
from tagbridge_vize import VizeSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fixtures.recognition import RecognitionServer

GUIDE = Path(__file__).parents[3] / "plugins" / "README.md"
TASK = "0a8c8186-aee8-47c8-9eaf-348103feb14d"


@pytest.fixture(scope="module")
def running(recognition_server: Callable[..., RecognitionServer]) -> RecognitionServer:
    return recognition_server("--account", "vize:key=open-sesame")


class TestVize(ProviderContract):
    plugin: ClassVar[object] = tagbridge_vize
    api: ClassVar[str] = "v2"

    @pytest.fixture(autouse=True)
    def _strict_server(self, running: RecognitionServer) -> None:
        self._server = running

    def settings(self) -> Mapping[str, object]:
        base_url = f"{self._server.url}/vize"
        return {"api_token": "open-sesame", "task_id": TASK, "base_url": base_url, "api": self.api}

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(trust_env=False)


class TestVizeVersionOne(TestVize):
    api: ClassVar[str] = "v1"


def test_the_example_of_the_guide_is_a_valid_table() -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (table,) = (
        providers["vize"]
        for providers in (tomllib.loads(block)["providers"] for block in blocks)
        if "vize" in providers
    )
    settings = VizeSettings.model_validate(table)
    assert set(table) <= settings.model_fields_set
