"""Numbers of a stranger: they may be text, missing, no number, or on another scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PERCENT = 100.0


def finite(value: object) -> float | None:
    """Return a number of the JSON, also one that is text, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def scale_of(values: Iterable[object], least: int | None) -> float:
    """Return what stands for certainty among confidences: 100, or 1 when none is above it.

    Args:
        values: The confidences of one answer, as they stand in the JSON.
        least: The percentage below which nothing was asked for, which tells one per cent from
            certainty; None where the service takes no such limit, and leaves out what is unlikely.
    """
    numbers = [number for value in values if (number := finite(value)) is not None]
    are_fractions = max(numbers, default=_PERCENT) <= 1.0 and (least is None or least > 1)
    return 1.0 if are_fractions else _PERCENT
