"""On which scale the confidences of an answer are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks.values import number_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_PERCENT = 100.0


def full_of(values: Iterable[object], least: int | None) -> float:
    """Return what stands for certainty among confidences: 100, or 1 when none is above it.

    Args:
        values: The confidences of one answer, as they stand in the JSON.
        least: The percentage below which nothing was asked for, which tells one per cent from
            certainty; None where the service takes no such limit, and leaves out what is unlikely.
    """
    numbers = [number for value in values if (number := number_of(value)) is not None]
    are_fractions = max(numbers, default=_PERCENT) <= 1.0 and (least is None or least > 1)
    return 1.0 if are_fractions else _PERCENT
