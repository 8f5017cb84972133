"""On which scale the scores of an answer are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks.values import number_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_PERCENT = 100.0
# Rounding may lead a little above 1; percent lead far above it.
_MORE_THAN_ROUNDED = 2.0


def full_of(scores: Iterable[object]) -> float:
    """Return what stands for certainty among scores: 1, or 100 when most are above any fraction.

    Percent that were taken for fractions would all be certain, and all be written.
    """
    numbers = [number for score in scores if (number := number_of(score)) is not None]
    large = sum(number > _MORE_THAN_ROUNDED for number in numbers)
    return _PERCENT if 2 * large > len(numbers) else 1.0
