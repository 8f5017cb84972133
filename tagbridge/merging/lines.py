"""The text, the colours and the warnings of several providers become one of each. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from tagbridge.merging.cleaning import clean_color, clean_sensitivity, clean_text
from tagbridge.merging.sources import combined, side_by_side, source_of
from tagbridge.spelling import spelling_key
from tagbridge_hooks import Color, Sensitivity, Sourced, TextLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge_hooks import Recognition


def merged_text(answers: Iterable[Recognition]) -> tuple[Sourced[TextLine], ...]:
    """Return each line once; one that a provider reads at two places is two.

    Args:
        answers: Ordered by provider.
    """
    found: dict[tuple[str, int], Sourced[TextLine]] = {}
    for answer in answers:
        times: Counter[str] = Counter()
        for line in filter(None, map(clean_text, answer.text)):
            key = spelling_key(line.text)
            at = (key, times[key])
            times[key] += 1
            read = Sourced(value=line, sources=(source_of(answer, line.confidence),))
            found[at] = _joined(found[at], read) if at in found else read
    return tuple(found.values())


def _joined(old: Sourced[TextLine], new: Sourced[TextLine]) -> Sourced[TextLine]:
    value = replace(
        old.value,
        confidence=combined(old.value.confidence, new.value.confidence),
        region=old.value.region or new.value.region,
    )
    return Sourced(value=value, sources=(*old.sources, *new.sources))


def colors_of_one(answers: Iterable[Recognition]) -> tuple[Sourced[Color], ...]:
    """Return the colours of the first provider that has some: fractions of two do not add up.

    Args:
        answers: Ordered by provider.
    """
    each = (side_by_side([answer], lambda a: a.colors, clean_color) for answer in answers)
    return next(filter(None, each), ())


def warnings_of_each(answers: Iterable[Recognition]) -> tuple[Sourced[Sensitivity], ...]:
    """Return the surest warning of each kind and provider, so that it is seen who gave it.

    Args:
        answers: Ordered by provider.
    """
    found: dict[tuple[str, str], Sourced[Sensitivity]] = {}
    for answer in answers:
        for warning in side_by_side([answer], lambda a: a.sensitivities, clean_sensitivity):
            at = (answer.provider, warning.value.kind)
            if at not in found or found[at].value.confidence < warning.value.confidence:
                found[at] = warning
    return tuple(found.values())
