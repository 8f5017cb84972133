"""How one order is carried out in the courier process.

stored? ─► its turn ─► budget and intent ─► the request ─► the answer stored ─► reported

Whatever happens in between, the ledger knows what is to be known: before the intent nothing was
sent; after it, the answer is there or the call is in doubt.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from tagbridge.ledger.terms import Busy, Full
from tagbridge.transport.orders import Report
from tagbridge.transport.parcels import Parcels, Tools, not_sent
from tagbridge.transport.patience import Patience
from tagbridge_hooks import TagbridgeError

if TYPE_CHECKING:
    from tagbridge.ledger.terms import CallKey, StoredAnswer
    from tagbridge.transport.orders import Order
    from tagbridge.transport.parcel import Outcome

_SHORTEST_LOOK = 0.05  # seconds between two looks at a call that another courier makes
_LONGEST_LOOK = 0.5
_LONGEST_BEGIN = 30.0  # seconds that an end waits for a database that is away, to send nothing yet


class Delivery:
    """Carries out orders, many at once; two for the same call are one."""

    def __init__(self, tools: Tools) -> None:
        """Take the tools."""
        self._tools = tools
        self._patience = Patience()
        self._parcels = Parcels(tools, self._patience)
        self._under_way: dict[CallKey, asyncio.Task[Report]] = {}

    async def deliver(self, order: Order) -> Report:
        """Return what became of an order, or of the same one that is under way already."""
        task = self._under_way.get(order.key)
        if task is None:
            task = asyncio.create_task(self._carry_out(order))
            self._under_way[order.key] = task
            task.add_done_callback(lambda _: self._under_way.pop(order.key))
        return await task

    async def end(self) -> None:
        """Give up what was not begun, for nobody waits for it, and finish the rest."""
        self._patience.end()
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=_LONGEST_BEGIN)
        await self._parcels.made()

    async def _carry_out(self, order: Order) -> Report:
        look = _SHORTEST_LOOK
        try:
            while True:
                found = await self._find(order)
                if isinstance(found, Report):
                    return found
                if not isinstance(found, Busy | Full):
                    return not_sent(found)
                # Or we would wait for ourselves, for ever.
                if isinstance(found, Busy) and found.courier == self._tools.name:
                    return Report(outcome="fault", reason="an answer could not be stored")
                await self._patience.idle(look)
                look = min(2 * look, _LONGEST_LOOK)
        except TagbridgeError as error:
            return Report(outcome="fault", reason=str(error))

    async def _find(self, order: Order) -> Outcome | StoredAnswer:
        """Return the stored answer, or have the request made."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._tools.threads, partial(self._look, order))
        return await self._parcels.send(order) if found is None else found

    def _look(self, order: Order) -> Outcome | StoredAnswer | None:
        """Return what keeps a request from being made; None when nothing does."""
        calls = self._tools.calls
        if (found := calls.look_up(order.key)) is not None:
            return found
        if order.stored_only:
            return Report(outcome="not stored")
        # Asked before the turn is taken, which would be lost.
        return Full() if order.terms.concurrency and calls.is_full(order.terms) else None
