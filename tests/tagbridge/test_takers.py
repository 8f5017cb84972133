from __future__ import annotations

from dataclasses import replace

import pytest

from tagbridge.takers import refusal
from tagbridge_hooks import Limits, ProviderInfo, RejectedError

INFO = ProviderInfo(
    name="sea",
    title="Sea",
    homepage="https://sea.example",
    capabilities=frozenset(),
    open=lambda _settings, _context: None,  # type: ignore[arg-type, return-value] # never opened
    limits=Limits(video_seconds=(5.0, 60.0)),
)


@pytest.mark.parametrize("seconds", [5.0, 5.001, 59.9, 60.0, None])
def test_what_lies_within_the_limits_is_taken(seconds: float | None) -> None:
    assert refusal(INFO, seconds) is None


@pytest.mark.parametrize(
    ("seconds", "told"), [(4.9994, "4.999"), (60.01, "60.01"), (75.0, "75"), (3600.5, "3600.5")]
)
def test_what_does_not_is_refused_with_both_lengths(seconds: float, told: str) -> None:
    error = refusal(INFO, seconds)
    assert isinstance(error, RejectedError)
    assert str(error) == f"the video lasts {told} s; sea takes 5 to 60 s"


def test_without_limits_any_length_is_taken() -> None:
    assert refusal(replace(INFO, limits=Limits()), 1e6) is None
