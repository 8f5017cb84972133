"""What a trained task says: one of its answers, or all that are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks import Keyword, MalformedAnswerError
from tagbridge_ximilar.keywords import full_in, keyword_of

if TYPE_CHECKING:
    from tagbridge_ximilar.answers import Json
    from tagbridge_ximilar.settings import XimilarSettings


def read_classification(record: Json, settings: XimilarSettings) -> tuple[Keyword, ...]:
    """Return the answers that count, never the whole ranking.

    Raises:
        MalformedAnswerError: The record has no answers, or they have another form.
    """
    rows, best = record.get("labels"), record.get("best_label")
    if not isinstance(rows, list) and not isinstance(best, dict):
        raise MalformedAnswerError("ximilar: the record has no labels")
    ranked = rows if isinstance(rows, list) else []
    full = full_in([*ranked, best])
    ranking = _keywords(ranked, full, settings)
    if settings.classify_all:
        chosen = tuple(k for k in ranking if k.confidence is not None)
    else:
        chosen = _keywords([best], full, settings) or _surest(ranking)
    if (rows or best) and not (ranking or chosen):
        raise MalformedAnswerError("ximilar: the labels have another form")
    return tuple(
        k for k in chosen if k.confidence is None or k.confidence >= settings.classify_confidence
    )


def _keywords(rows: list[object], full: float, settings: XimilarSettings) -> tuple[Keyword, ...]:
    name = settings.classify_vocabulary
    broader = (name,) if name else ()
    return tuple(found for row in rows if (found := keyword_of(row, full, broader=broader)))


def _surest(ranking: tuple[Keyword, ...]) -> tuple[Keyword, ...]:
    """Return the best of a ranking; one that does not say how sure it is has no best."""
    known = [k for k in ranking if k.confidence is not None]
    return (max(known, key=lambda k: k.confidence or 0.0),) if known else ()
