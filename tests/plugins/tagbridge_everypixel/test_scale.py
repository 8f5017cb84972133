from __future__ import annotations

import pytest

from tagbridge_everypixel.scale import full_of


@pytest.mark.parametrize(
    ("scores", "full"),
    [
        pytest.param([], 1.0, id="none"),
        pytest.param([0.9, 0.2], 1.0, id="fractions"),
        pytest.param([1.0000001], 1.0, id="rounded up"),
        pytest.param([0.9, 0.8, 55], 1.0, id="one that is wrong"),
        pytest.param([97.5], 100.0, id="percent"),
        pytest.param(["97.5", 12, 0.4, None], 100.0, id="percent, some as text or missing"),
    ],
)
def test_the_scale_is_that_of_most_scores(scores: list[object], full: float) -> None:
    assert full_of(scores) == full
