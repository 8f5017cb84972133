"""Waiting for what need not come, which the end of a courier breaks off."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from tagbridge_hooks import TagbridgeError


class GivenUpError(TagbridgeError):
    """Report that something was not begun because nobody waits for it any more."""


class Patience:
    """The waiting of one courier, until it ends.

    Attributes:
        is_ending: Whether it ends: then nothing is begun any more.
    """

    def __init__(self) -> None:
        self.is_ending = False
        self._waiting: set[asyncio.Task[object]] = set()

    async def idle(self, seconds: float, until: asyncio.Event | None = None) -> None:
        """Wait for some time, or until an event.

        Raises:
            GivenUpError: The courier ends.
        """
        task = asyncio.current_task()
        if task is None or self.is_ending:
            raise GivenUpError
        self._waiting.add(task)
        try:
            if until is None:
                await asyncio.sleep(seconds)
            else:
                with suppress(TimeoutError):
                    await asyncio.wait_for(until.wait(), seconds)
        except asyncio.CancelledError:
            raise GivenUpError from None
        finally:
            self._waiting.discard(task)

    def end(self) -> None:
        """Let all who wait give up."""
        self.is_ending = True
        for waiting in self._waiting:
            waiting.cancel()
