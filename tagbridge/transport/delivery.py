"""How one order is carried out in the courier process.

stored? ─► its turn ─► budget and intent ─► the request ─► the answer stored ─► reported

Whatever happens in between, the ledger knows what is to be known: before the intent nothing was
sent; after it, the answer is there or the call is in doubt.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from tagbridge.ledger.terms import Busy, Go, Held, Permission, Refused, StoredAnswer
from tagbridge.transport.orders import Report
from tagbridge.transport.pace import Pace, PausedError, Turn, pause_asked
from tagbridge_hooks import TagbridgeError, WriteError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from tagbridge.ledger.calls import Calls
    from tagbridge.ledger.limiter import Limiter
    from tagbridge.ledger.terms import CallKey
    from tagbridge.transport.carrier import Carried, Carrier
    from tagbridge.transport.orders import Order

T = TypeVar("T")
_SHORTEST_LOOK = 0.05  # seconds between two looks at a call that another courier makes
_LONGEST_LOOK = 0.5
_LONGEST_BEGIN = 30.0  # seconds that an end waits for a database that is away, to send nothing yet
_STORE_AGAIN = 2.0  # seconds until the next attempt to store an answer on a full disk


class _GivenUpError(TagbridgeError):
    """Report that an order was not begun because nobody waits for it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What is needed to carry out orders.

    Attributes:
        calls: Where they are written down, to survive everything.
        limiter: Gives out the turns.
        name: Of this courier, in the ledger.
        carrier: Makes the requests.
        threads: Where the ledger is used, because it may have to wait.
    """

    calls: Calls
    limiter: Limiter
    name: str
    carrier: Carrier
    threads: Executor


class Delivery:
    """Carries out orders, many at once; two for the same call are one."""

    def __init__(self, tools: Tools) -> None:
        """Take the tools."""
        self._tools = tools
        self._pace = Pace(tools.limiter, self._in_thread)
        self._under_way: dict[CallKey, asyncio.Task[Report]] = {}
        self._waiting: set[asyncio.Task[object]] = set()
        self._made: set[asyncio.Task[Report]] = set()
        self._is_ending = False

    async def deliver(self, order: Order) -> Report:
        """Return what became of an order, or of the same one that is under way already."""
        task = self._under_way.get(order.key)
        if task is None:
            task = asyncio.create_task(self._carry_out(order))
            self._under_way[order.key] = task
            task.add_done_callback(lambda _: self._forget(order.key, task))
        return await task

    async def end(self) -> None:
        """Give up what was not begun, for nobody waits for it, and finish the rest."""
        self._is_ending = True
        for waiting in self._waiting:
            waiting.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=_LONGEST_BEGIN)
        while self._made:
            await asyncio.wait(self._made)

    def _forget(self, key: CallKey, task: asyncio.Task[Report]) -> None:
        del self._under_way[key]
        self._made.discard(task)

    async def _carry_out(self, order: Order) -> Report:
        token = uuid4().hex
        try:
            if (report := await self._begin(order, token)) is not None:
                return report
            self._made.add(self._under_way[order.key])
            return await self._make(order, token)
        except PausedError as pause:
            return Report(outcome="paused", until=time.time() + pause.seconds)
        except TagbridgeError as error:
            return Report(outcome="fault", reason=str(error))

    async def _begin(self, order: Order, token: str) -> Report | None:
        """Return None when the call is to be made, now; else the report that it needs not be."""
        look = _SHORTEST_LOOK
        while True:
            found: Permission | Turn | None = await self._in_thread(partial(self._look, order))
            if found is None:
                return Report(outcome="not stored")
            if isinstance(found, Turn):
                found = await self._permission(order, token, found)
            if isinstance(found, Go):
                return None
            if not isinstance(found, Busy):
                return _not_sent(found)
            if found.courier == self._tools.name:  # or we would wait for ourselves, for ever
                return Report(outcome="fault", reason="an answer could not be stored")
            await self._idle(look)
            look = min(2 * look, _LONGEST_LOOK)

    def _look(self, order: Order) -> StoredAnswer | Busy | Turn | None:
        found = self._tools.calls.look_up(order.key)
        return found if found or order.stored_only else self._pace.take(order.terms)

    async def _permission(self, order: Order, token: str, turn: Turn) -> Permission:
        """Ask the ledger when it is the turn of an order; when it says go, it still is."""
        turn = await self._pace.keep(turn, order.terms, self._idle)
        if self._is_ending:
            raise _GivenUpError
        begin = partial(self._tools.calls.begin, courier=self._tools.name, token=token)
        permission = await self._in_thread(partial(begin, order.key, order.terms))
        if isinstance(permission, Go):  # the ledger may have taken its time over that
            try:
                await self._pace.keep(turn, order.terms, asyncio.sleep)
            except PausedError:
                await self._in_thread(partial(self._tools.calls.fail, token, sent=False))
                raise
        return permission

    async def _make(self, order: Order, token: str) -> Report:
        carried = await self._tools.carrier.carry(order)
        if (seconds := pause_asked(carried.answer)) is not None:
            self._pace.pause(order.terms.provider, seconds)
        store = partial(self._store, order.terms.provider, token, carried, seconds)
        while True:
            try:
                await self._in_thread(store)
                break
            except WriteError:  # a full disk: it is paid for, so it is kept until there is room
                await asyncio.sleep(_STORE_AGAIN)
        if carried.answer is None:
            return Report(outcome="no answer", sent=carried.sent, error=carried.error)
        return _answered(carried.answer, sent=True)

    def _store(self, provider: str, token: str, carried: Carried, seconds: float | None) -> None:
        if carried.answer is None:
            self._tools.calls.fail(token, sent=carried.sent)
            return
        self._tools.calls.finish(token, carried.answer)
        if seconds is not None:
            self._tools.limiter.push(provider, seconds)

    async def _idle(self, seconds: float) -> None:
        """Wait for something that need not come: the end of this courier breaks it off."""
        task = asyncio.current_task()
        if task is None or self._is_ending:
            raise _GivenUpError
        self._waiting.add(task)
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            raise _GivenUpError from None
        finally:
            self._waiting.discard(task)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._tools.threads, work)


def _not_sent(begun: StoredAnswer | Held | Refused) -> Report:
    if isinstance(begun, StoredAnswer):
        return _answered(begun, sent=False)
    if isinstance(begun, Refused):
        return Report(outcome="refused", until=begun.until, reason=begun.reason)
    return Report(outcome="held")


def _answered(answer: StoredAnswer, *, sent: bool) -> Report:
    return Report(
        outcome="answer",
        sent=sent,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
    )
