from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import httpx
import pytest
from pydantic import ValidationError

import tagbridge_imagerecognize
from tagbridge_hooks import Capability
from tagbridge_hooks.testing import ProviderContract
from tagbridge_imagerecognize import ImagerecognizeSettings, tagbridge_register_providers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fixtures.recognition import RecognitionServer

GUIDE = Path(__file__).parents[3] / "plugins" / "README.md"
KEY = {"api_key": "open-sesame"}
ALL = ["objects", "celebrities", "detect_faces", "detect_text", "nsfw"]


class TestImagerecognize(ProviderContract):
    plugin: ClassVar[object] = tagbridge_imagerecognize

    @pytest.fixture(autouse=True)
    def _strict_service(self, recognition_server: Callable[..., RecognitionServer]) -> None:
        self._url = recognition_server("--account", "imagerecognize:key=open-sesame").url

    def settings(self) -> Mapping[str, object]:
        return {**KEY, "base_url": f"{self._url}/imagerecognize/api/v2", "types": ALL}

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(trust_env=False)


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


def test_the_example_of_the_guide_is_a_valid_table() -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (table,) = (
        providers["imagerecognize"]
        for providers in (tomllib.loads(block)["providers"] for block in blocks)
        if "imagerecognize" in providers
    )
    settings = ImagerecognizeSettings.model_validate(table)
    assert set(table) <= settings.model_fields_set
