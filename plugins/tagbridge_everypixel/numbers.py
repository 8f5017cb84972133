"""Numbers of a stranger: they may be text, missing, no number, or on another scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PERCENT = 100.0
# Rounding may lead a little above 1; percent lead far above it.
_MORE_THAN_ROUNDED = 2.0


def finite(value: object) -> float | None:
    """Return a number of the JSON, also one that is text, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def scale_of(values: Iterable[object]) -> float:
    """Return what stands for certainty among scores: 1, or 100 when most are above any fraction.

    Percent that were taken for fractions would all be certain, and all be written.
    """
    numbers = [number for value in values if (number := finite(value)) is not None]
    large = sum(number > _MORE_THAN_ROUNDED for number in numbers)
    return _PERCENT if 2 * large > len(numbers) else 1.0
