"""What is next for a photo whose journey has ended. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tagbridge.errand import SupersededError
from tagbridge.transport.errors import BadAnswerError
from tagbridge_hooks import (
    AccountError,
    AssetChangedError,
    MalformedAnswerError,
    ProviderError,
    QuotaError,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnreadableAssetError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.pipeline import Journey

# An answer that makes no sense is asked for again so often in all, then a person has to look. Each
# may have been charged. Where one in twenty is bad, four in a row are those of one call in 160 000.
MALFORMED_ATTEMPTS = 4

_FIRST_SECONDS = 2.0
_LONGEST_SECONDS = 3600.0
_MOST_DOUBLINGS = 20  # beyond the longest, and no overflow
_CHANGED_SECONDS = 5.0  # somebody is saving it just now
ACCOUNT_SECONDS = 86400.0  # a new start, or `retry`, ends it sooner


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is next.

    Attributes:
        kind: `done`; `again` in `wait` seconds; `park`, for a person to look at; `missing`, until
            the file is there again; `superseded`, because another worker has it.
        wait: Seconds.
        reason: Why.
    """

    kind: Literal["done", "again", "park", "missing", "superseded"]
    wait: float = 0.0
    reason: str = ""


def next_step(journey: Journey, attempts: int, *, now: float, chance: float | None = None) -> Step:
    """Return what is next for a photo.

    Args:
        journey: What became of it this time.
        attempts: How often it was tried before.
        now: Seconds since the epoch.
        chance: From 0 to 1, spreads what is tried again; None for a random one.
    """
    reason = journey.receipt.reason
    spread = 0.5 + (random.random() if chance is None else chance)  # noqa: S311 - no secret
    if journey.trouble is not None:
        return _after_trouble(journey, _backoff(attempts) * spread)
    if journey.receipt.outcome == "parked" and not journey.failures:
        return Step(kind="park", reason=reason)  # a sidecar that was left alone
    waits = [_wait(error, attempts, now, spread) for error in journey.failures]
    passing = [wait for wait in waits if wait is not None]
    if passing:
        return Step(kind="again", wait=max(min(passing), 0.0), reason=reason)
    answered = journey.receipt.outcome != "parked"
    if journey.failures and _needs_a_person(journey.failures, answered=answered):
        return Step(kind="park", reason=reason)
    return Step(kind="done")


def _after_trouble(journey: Journey, backoff: float) -> Step:
    reason = journey.receipt.reason
    if isinstance(journey.trouble, SupersededError):
        return Step(kind="superseded", reason=reason)
    if journey.gone:
        return Step(kind="missing", reason="it is not there")
    if isinstance(journey.trouble, AssetChangedError):
        return Step(kind="again", wait=_CHANGED_SECONDS, reason=reason)
    if isinstance(journey.trouble, UnreadableAssetError):
        return Step(kind="park", reason=reason)
    return Step(kind="again", wait=backoff, reason=reason)


def _wait(error: ProviderError, attempts: int, now: float, spread: float) -> float | None:
    """Return the seconds after which a provider may be asked again; None for never."""
    if isinstance(error, RateLimitedError) and error.retry_after is not None:
        return error.retry_after
    if isinstance(error, TransientError):
        return _backoff(attempts) * spread
    if isinstance(error, MalformedAnswerError):
        # Where it is known how often this was asked, an outage before does not count.
        tries = error.tries if isinstance(error, BadAnswerError) else attempts + 1
        return _backoff(attempts) * spread if tries < MALFORMED_ATTEMPTS else None
    if isinstance(error, QuotaError):
        if error.resets_at is None:
            return _LONGEST_SECONDS
        return error.resets_at.timestamp() - now
    return ACCOUNT_SECONDS if isinstance(error, AccountError) else None


def _backoff(attempts: int) -> float:
    return float(min(_FIRST_SECONDS * 2.0 ** min(attempts, _MOST_DOUBLINGS), _LONGEST_SECONDS))


def _needs_a_person(failures: Iterable[ProviderError], *, answered: bool) -> bool:
    """Return whether what failed for good is more than one service that refuses the picture."""
    return not answered or any(not isinstance(error, RejectedError) for error in failures)
