"""The courier as its customers see it: a process that is there when it is needed."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from tagbridge.transport.errors import CourierError
from tagbridge.transport.link import CourierGoneError, Link

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tagbridge.ledger.terms import CallKey
    from tagbridge.transport.letters import Letter
    from tagbridge.transport.orders import Order, Report, Verdict

_STARTS = 3  # for one order: one that kills whoever takes it must not go round for ever


class Courier:
    """Makes calls in a process that outlives this one; starts it for the first, and when it died.

    Belongs to one event loop from then on.
    """

    is_planning = False

    def __init__(self, folder: Path | None, url: str) -> None:
        """Take note of the database; nothing is started yet.

        Args:
            folder: Of the state; None for answers that are forgotten in the end.
            url: Of the database; empty for the one in the folder.
        """
        where = None if folder is None else os.fspath(folder.absolute())
        self._database = {"folder": where, "url": url}
        self._link: Link | None = None
        self._starting = asyncio.Lock()
        self._preparing: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Return the process that works now, or None."""
        return self._link.process.pid if self._link is not None and self._link.is_open else None

    def prepare(self) -> None:
        """Start the process, unless it was started before; whoever asks hears what is wrong."""
        if self._link is None and self._preparing is None:
            self._preparing = asyncio.create_task(self._prepare())

    async def deliver(self, order: Order) -> Report:
        """Have a request made, or answered from the store, and return what became of it.

        If this is cancelled, the courier goes on and stores the answer.

        Raises:
            CourierError: It ended again and again.
        """
        from tagbridge.transport.orders import Report  # noqa: PLC0415 - it brings the ledger

        return Report.from_letter(await self._post(order.to_letter()))

    async def verdict(self, keys: Iterable[CallKey], verdict: Verdict) -> None:
        """Say what shall become of stored answers; it is durable when this returns.

        Args:
            keys: Whose answers.
            verdict: `keep` makes a failed answer final: it is never asked for again. `refuse`
                makes a good one failed: it is asked for again.

        Raises:
            CourierError: It could not be stored.
        """
        from tagbridge.transport.orders import Report, verdict_letter  # noqa: PLC0415 - likewise

        letter = verdict_letter(keys, verdict)
        if not letter.head["keys"]:
            return
        report = Report.from_letter(await self._post(letter))
        if report.outcome == "fault":
            raise CourierError(report.reason)

    async def aclose(self) -> None:
        """Let the process end; waits only for calls that somebody still waits for."""
        if self._preparing is not None:
            await asyncio.wait([self._preparing])
        async with self._starting:
            link, self._link = self._link, None
            if link is not None:
                await link.close()

    async def _post(self, letter: Letter) -> Letter:
        for _ in range(_STARTS):
            try:
                link = await self._opened()
                return await link.exchange(letter)
            except CourierGoneError:
                continue  # the ledger knows what it did: the next one asks there
        raise CourierError("the process that makes the calls ended again and again")

    async def _prepare(self) -> None:
        with suppress(OSError, CourierGoneError):
            await self._opened()

    async def _opened(self) -> Link:
        async with self._starting:
            if self._link is not None and not self._link.is_open:
                link, self._link = self._link, None
                await link.close()
            if self._link is None:
                self._link = await Link.start(self._database)
            return self._link
