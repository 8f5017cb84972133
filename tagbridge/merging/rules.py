"""What the user decided about keywords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagbridge.vocabulary.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordRules:
    """Which of a provider's keywords count.

    Attributes:
        min_confidence: From 0 to 1; a keyword without a confidence always counts.
        max_keywords: Most of them, the best; None for all.
        blocked: `spelling_key` of words that are never taken from it.
    """

    min_confidence: float
    max_keywords: int | None = None
    blocked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRules:
    """What the user decided about all keywords together.

    Attributes:
        providers: By provider name.
        max_count: Most keywords in the end, the best.
        blocked: `spelling_key` of words that are never written.
        vocabulary: The words that are used; None for any.
    """

    providers: Mapping[str, KeywordRules]
    max_count: int
    blocked: frozenset[str]
    vocabulary: Vocabulary | None = None
