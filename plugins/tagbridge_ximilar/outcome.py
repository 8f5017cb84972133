"""What several services said about one picture becomes one recognition, or one error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge_hooks import (
    AccountError,
    Color,
    Keyword,
    MalformedAnswerError,
    QuotaError,
    Recognition,
    RejectedError,
    TransientError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

# What stops the provider comes before what only delays a picture, and that before what ends it.
_GRAVEST_FIRST = (AccountError, QuotaError, TransientError, MalformedAnswerError, RejectedError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one service said about the picture."""

    keywords: tuple[Keyword, ...] = ()
    colors: tuple[Color, ...] = ()


def joined(outcomes: Iterable[Said | BaseException], model: str) -> Recognition:
    """Return all that was said; raise what is in the way of the rest.

    A service that rejects the picture for good is left out where another one has taken it.

    Raises:
        ProviderError: The gravest that a service met.
        RejectedError: Every service rejected the picture.
        BaseException: Whatever else one met; it comes first.
    """
    outcomes = list(outcomes)
    said = [one for one in outcomes if isinstance(one, Said)]
    failed = [one for one in outcomes if isinstance(one, BaseException)]
    in_the_way = [one for one in failed if not (said and isinstance(one, RejectedError))]
    if in_the_way:
        raise min(in_the_way, key=_rank)
    return Recognition(
        provider="ximilar",
        model=model,
        keywords=tuple(keyword for one in said for keyword in one.keywords),
        colors=tuple(color for one in said for color in one.colors),
    )


def _rank(error: BaseException) -> int:
    ranks = (rank for rank, kind in enumerate(_GRAVEST_FIRST) if isinstance(error, kind))
    return next(ranks, -1)
