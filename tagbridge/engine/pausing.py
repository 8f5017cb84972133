"""Providers that are not to be asked for a while, for all workers alike."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tagbridge.transport.errors import BudgetError
from tagbridge_hooks import AccountError, ProviderError, QuotaError, RateLimitedError

if TYPE_CHECKING:
    from tagbridge.engine.clerk import Clerk
    from tagbridge.ledger import Ledger
    from tagbridge.ledger.pauses import Pause, PauseKind

log = logging.getLogger(__name__)

# A service that says its allowance is used up, but not until when, is asked again after this.
_QUOTA_SECONDS = 3600.0
# A shorter pause is waited for on the way, a longer one is not believed.
_SHORTEST_RATE_SECONDS = 5.0
_LONGEST_RATE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """A pause that concerns a picture.

    Attributes:
        error: What the provider, or the budget, said.
        answered: Something that it said of the picture is stored, and paid for.
    """

    error: ProviderError
    answered: bool


class Pausing:
    """Looks up and notes the pauses of providers."""

    def __init__(self, ledger: Ledger, clerk: Clerk) -> None:
        self._ledger = ledger
        self._clerk = clerk

    async def why(self, provider: str, identity: str) -> Paused | None:
        """Return why a provider is not to be asked about a picture, or None when it may be."""
        pause = await self._clerk.do(self._ledger.pauses.of, provider)
        if pause is None:
            return None
        answered = await self._clerk.do(self._ledger.calls.is_answered, identity, provider)
        return Paused(error=_as_error(pause), answered=answered)

    async def note(self, provider: str, error: ProviderError) -> None:
        """Pause a provider when its error means that asking again is of no use."""
        terms = _terms_of(error)
        if terms is None:
            return
        kind, until = terms
        pauses = self._ledger.pauses
        if await self._clerk.do(pauses.set, provider, until=until, kind=kind, reason=str(error)):
            log.error("%s is not asked%s: %s", provider, _said(until), error)

    async def forget_what_the_user_may_have_mended(self) -> bool:
        """Clear the pauses that only a new setting or account ends, and return if there were any.

        To be called at a start: the settings may be others now.
        """
        pauses = await self._clerk.do(self._ledger.pauses.all)
        mended = [pause for pause in pauses if pause.kind in ("account", "budget")]
        for pause in mended:
            await self._clerk.do(self._ledger.pauses.clear, pause.provider, pause.kind)
        return bool(mended)


def _terms_of(error: ProviderError) -> tuple[PauseKind, float | None] | None:
    """Return the kind of a pause and when it ends, None for never by itself; or None for none."""
    if isinstance(error, AccountError):
        return "account", None
    if isinstance(error, RateLimitedError):
        seconds = min(error.retry_after or 0.0, _LONGEST_RATE_SECONDS)
        return ("rate", time.time() + seconds) if seconds > _SHORTEST_RATE_SECONDS else None
    if not isinstance(error, QuotaError):
        return None
    kind: PauseKind = "budget" if isinstance(error, BudgetError) else "quota"
    if error.resets_at is None:
        return kind, time.time() + _QUOTA_SECONDS
    return kind, error.resets_at.timestamp()


def _as_error(pause: Pause) -> ProviderError:
    if pause.until is None:
        return AccountError(pause.reason)
    if pause.kind == "rate":
        return RateLimitedError(pause.reason, retry_after=max(0.0, pause.until - time.time()))
    resets_at = datetime.fromtimestamp(pause.until, UTC)
    kind = BudgetError if pause.kind == "budget" else QuotaError
    return kind(pause.reason, resets_at=resets_at)


def _said(until: float | None) -> str:
    if until is None:
        return " any more"
    return f" before {datetime.fromtimestamp(until, UTC):%Y-%m-%d %H:%M} UTC"
