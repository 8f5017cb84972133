"""Who said something, and how sure all of them together are."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tagbridge_hooks import Recognition, Source, Sourced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")


def source_of(answer: Recognition, confidence: float | None) -> Source:
    """Return the provider that gave an answer as the source of one of its values."""
    return Source(provider=answer.provider, model=answer.model, confidence=confidence)


def combined(first: float | None, second: float | None) -> float | None:
    """Return how sure two independent witnesses are together: `1 - (1 - a) * (1 - b)`."""
    if first is None or second is None:
        return first if second is None else second
    return 1.0 - (1.0 - first) * (1.0 - second)


def side_by_side(
    answers: Iterable[Recognition],
    values: Callable[[Recognition], Iterable[T]],
    cleaned: Callable[[T], T | None],
) -> tuple[Sourced[T], ...]:
    """Return values of all answers, cleaned, each for itself."""
    return tuple(
        Sourced(value=clean, sources=(source_of(a, getattr(clean, "confidence", None)),))
        for a in answers
        for value in values(a)
        if (clean := cleaned(value)) is not None
    )
