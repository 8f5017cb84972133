"""Decide which of the detector's things are really there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_local.detectable import DETECTABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagbridge_local.concepts import Path
    from tagbridge_local.detect import Detection
    from tagbridge_local.detectable import Detectable

# Measured: the more of its probability the classifier gives to a term that speaks for the thing,
# the less certain the detector has to be. (support above, confidence from)
_BARGAIN = ((0.3, 0.45), (0.08, 0.6))


def corroborated(
    found: Iterable[Detection], sums: Mapping[Path, float]
) -> Mapping[Path, Detection]:
    """Return the best believable detection of each kind, by its term.

    Args:
        found: Detections, best first.
        sums: Probability of every term of the classifier.
    """
    by_name = {path[-1]: probability for path, probability in sums.items()}
    kept: dict[Path, Detection] = {}
    for one in found:
        kind = DETECTABLES.get(one.kind)
        if kind and one.confidence >= needed(kind, by_name):
            kept.setdefault(kind.path, one)
    return kept


def needed(kind: Detectable, probabilities: Mapping[str, float]) -> float:
    """Return the confidence that a detection of this kind needs; above 1 when none is enough.

    Args:
        kind: What was detected.
        probabilities: The classifier's probability of each term, by its name.
    """
    support = max(probabilities.get(name, 0.0) for name in kind.support)
    agreed = next((confidence for above, confidence in _BARGAIN if support > above), 2.0)
    return agreed if kind.alone is None else min(agreed, kind.alone)
