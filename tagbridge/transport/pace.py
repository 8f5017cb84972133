"""When the next request of a provider may leave: at its rate, and not before it wants us back."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tagbridge.ledger.limiter import Limiter
    from tagbridge.ledger.terms import StoredAnswer, Terms

_BUSY = (429, 502, 503)
_LONGEST_PAUSE = 3600.0
# A longer pause is for the engine to keep: nobody waits here.
_LONGEST_WAIT = 5.0
# A request that leaves so late after its turn may come together with the next ones. Up to one
# interval it cannot make more than one too many in any second; nor can this at any rate, because
# turns are given out a little slower than allowed.
_HARMLESS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The time at which one request may leave, on the monotonic clock.

    Attributes:
        start: Not before.
        end: Not after: then it needs another turn.
    """

    start: float
    end: float


class PausedError(Exception):
    """Report that the service wants a longer pause than anybody should wait for here.

    Attributes:
        seconds: How long.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Pace:
    """The turns of one courier."""

    def __init__(
        self, limiter: Limiter, in_thread: Callable[[Callable[[], Turn]], Awaitable[Turn]]
    ) -> None:
        """Take who gives out the turns of all couriers, and how to do work that may wait."""
        self._limiter = limiter
        self._in_thread = in_thread
        self._paused_until: dict[str, float] = {}

    def pause(self, provider: str, seconds: float) -> None:
        """Let nothing leave for so long, not even what has its turn already."""
        self._paused_until[provider] = time.monotonic() + seconds

    def take(self, terms: Terms) -> Turn:
        """Reserve the next turn; may have to wait for the ledger.

        Raises:
            PausedError: The service wants a long pause.
        """
        _refuse_long(self._limiter.pause(terms.provider))
        before = time.monotonic()
        if terms.rate is None:
            start = max(before, self._paused_until.get(terms.provider, 0.0))
            return Turn(start=start, end=math.inf)
        wait = self._limiter.take(terms.provider, terms.rate)
        # The moment of the reservation lies between the two looks at the clock.
        start = time.monotonic() + wait
        return Turn(start=start, end=before + wait + max(1.0 / terms.rate, _HARMLESS))

    async def keep(
        self, turn: Turn, terms: Terms, sleep: Callable[[float], Awaitable[None]]
    ) -> Turn:
        """Return when it is the turn of a request, with the turn.

        Args:
            turn: The one that it has; it is given another one when that is over.
            terms: With the rate.
            sleep: How to wait.

        Raises:
            PausedError: The service wants a long pause.
        """
        while True:
            _refuse_long(self._paused_until.get(terms.provider, 0.0) - time.monotonic())
            if (wait := turn.start - time.monotonic()) > 0.0:
                await sleep(wait)
            paused_until = self._paused_until.get(terms.provider, 0.0)
            if paused_until <= time.monotonic() <= turn.end:
                return turn
            turn = await self._in_thread(partial(self.take, terms))


def _refuse_long(pause: float) -> None:
    if pause > _LONGEST_WAIT:
        raise PausedError(pause)


def pause_asked(answer: StoredAnswer | None) -> float | None:
    """Return for how many seconds a service wants no requests; None when it did not say so."""
    if answer is None or answer.status not in _BUSY:
        return None
    said = dict(answer.headers).get("retry-after", "").strip()
    if said.isdecimal():
        return min(float(said), _LONGEST_PAUSE)
    try:
        seconds = parsedate_to_datetime(said).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), _LONGEST_PAUSE)
