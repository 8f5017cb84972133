"""How sure a model says it is, in all the ways it may say so."""

from __future__ import annotations

import re

from tagbridge_hooks.values import confidence_of

_WORDS = {
    "certain": 0.95,
    "very high": 0.95,
    "high": 0.85,
    "medium": 0.6,
    "moderate": 0.6,
    "low": 0.3,
    "uncertain": 0.3,
    "very low": 0.1,
    "none": 0.0,
    "yes": 0.9,
    "true": 0.9,
    "no": 0.0,
    "false": 0.0,
    "safe": 0.0,
}
_PERCENT = re.compile(r"\s*(\d{1,3}(?:[.,]\d{1,6})?)\s*%\s*")


def sure(value: object, full: float = 1.0) -> float | None:
    """Return a confidence from 0 to 1; None when the value says nothing of it.

    Args:
        value: A number, a number as text, a percentage, a word, or yes and no.
        full: What stands for certainty, for numbers.
    """
    if isinstance(value, bool):
        value = str(value)
    if isinstance(value, str):
        if percent := _PERCENT.fullmatch(value):
            return confidence_of(percent[1].replace(",", "."), 100.0)
        if (word := _WORDS.get(value.strip().lower())) is not None:
            return word
    return confidence_of(value, full)
