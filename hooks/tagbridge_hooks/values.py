"""Read values in the JSON of a service, which may be missing or of any other type."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tagbridge_hooks.recognition import Region

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge_hooks.assets import Rendition

_PERCENT = 100.0
# Rounding may lead a little above 1; percent lead far above it.
_ABOVE_ONE = 1.01


def field_of(thing: object, name: str) -> Any:  # noqa: ANN401 - JSON is anything
    """Return a field of an object of the JSON; None when it has none, or is no object."""
    return thing.get(name) if isinstance(thing, dict) else None


def text_of(value: object) -> str | None:
    """Return a text as it stands; None for what is no text, or nothing but spaces."""
    return value if isinstance(value, str) and value.strip() else None


def number_of(value: object) -> float | None:
    """Return a finite number, also one that is text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def confidence_of(value: object, full: float = 1.0) -> float | None:
    """Return a service's score as a confidence from 0 to 1; None when it gives no number.

    Text that is a number counts as one. What lies outside of the scale is cut to it.

    Args:
        value: The score, as it stands in the JSON.
        full: What stands for certainty: 1, or 100 for percent.
    """
    number = number_of(value)
    return None if number is None else min(1.0, max(0.0, number / full))


def full_of(scores: Iterable[object]) -> float:
    """Return what stands for certainty in scores that belong together: 1, or 100.

    It is 100 when one of them is above 1 by more than rounding: percent that were taken for
    fractions would all be certain, and all be written.
    """
    numbers = (number for score in scores if (number := number_of(score)) is not None)
    return _PERCENT if max(numbers, default=0.0) > _ABOVE_ONE else 1.0


def code_of(value: object) -> int | None:
    """Return a status that stands in the JSON; text counts where it is a number of three digits."""
    if isinstance(value, str) and value.isdecimal() and len(value) == 3:  # noqa: PLR2004 - HTTP
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def region_of(box: object, rendition: Rendition) -> Region | None:
    """Return where a box lies in the picture; None when it is broken, or outside of the picture.

    Args:
        box: A list of pixels: left, top, right, bottom.
        rendition: The picture that was sent.
    """
    if not isinstance(box, list) or len(box) != len("xyxy"):
        return None
    left, top, right, bottom = map(number_of, box)
    if left is None or top is None or right is None or bottom is None:
        return None
    width, height = rendition.width, rendition.height
    region = Region.clamped(
        left / width, top / height, (right - left) / width, (bottom - top) / height
    )
    return region if region.width > 0.0 and region.height > 0.0 else None
