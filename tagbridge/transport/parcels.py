"""Orders on their way to a service: most alone, some together in one request.

gathered until the turn ─► budget and intent of each ─► one request ─► answers stored ─► reported

Each order keeps its own intent, its own answer and its own place in the budget; only the request,
and so the turn, is one.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tagbridge.ledger.terms import Busy, Full, Go, Held, Permission, Refused, StoredAnswer
from tagbridge.transport.joining import joined, line_of, taken_apart
from tagbridge.transport.orders import Report
from tagbridge.transport.pace import Pace, PausedError, pause_asked
from tagbridge.transport.parcel import Item, Parcel
from tagbridge.transport.patience import GivenUpError
from tagbridge_hooks import TagbridgeError, WriteError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from tagbridge.ledger.calls import Calls
    from tagbridge.ledger.limiter import Limiter
    from tagbridge.transport.carrier import Carried, Carrier
    from tagbridge.transport.joining import Line
    from tagbridge.transport.orders import Order
    from tagbridge.transport.pace import Turn
    from tagbridge.transport.parcel import Outcome
    from tagbridge.transport.patience import Patience

T = TypeVar("T")

_GATHERING = 0.1  # seconds that the first of a batch waits for others
# ... and while a request of the same kind is under way: what comes meanwhile goes together.
_LONGEST_GATHERING = 1.0
_STORE_AGAIN = 2.0  # seconds until the next attempt to store an answer on a full disk


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


class Parcels:
    """Gathers orders, and has their requests made."""

    def __init__(self, tools: Tools, patience: Patience) -> None:
        """Take the tools, and who breaks off the waiting in the end."""
        self._tools = tools
        self._patience = patience
        self._pace = Pace(tools.limiter, self._in_thread)
        self._gathering: dict[Line, Parcel] = {}
        self._travelling: Counter[Line | None] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._made: set[asyncio.Task[None]] = set()

    async def send(self, order: Order) -> Outcome:
        """Have the request of an order made, and return what came of it.

        `Busy` when another courier makes this very call now, `Full` when the account has as many
        under way as it may.
        """
        try:
            line = line_of(order)
        except TagbridgeError as error:
            return Report(outcome="fault", reason=str(error))
        item = Item(order=order)
        parcel = self._gathering.get(line) if line is not None else None
        if parcel is None:
            parcel = Parcel(line=line)
            self._start(parcel)
        if not parcel.add(item):
            self._close(parcel)
        return await item.outcome

    async def made(self) -> None:
        """Return when all requests that were made are dealt with."""
        while self._made:
            await asyncio.wait(self._made)

    def _start(self, parcel: Parcel) -> None:
        if parcel.line is not None:
            self._gathering[parcel.line] = parcel
        task = asyncio.create_task(self._go(parcel))
        for tasks in (self._tasks, self._made):
            task.add_done_callback(tasks.discard)
        self._tasks.add(task)

    def _close(self, parcel: Parcel) -> None:
        """Let no more orders in."""
        if parcel.line is not None and self._gathering.get(parcel.line) is parcel:
            del self._gathering[parcel.line]

    async def _go(self, parcel: Parcel) -> None:
        try:
            if parcel.line is not None:
                waits = self._travelling[parcel.line] > 0
                seconds = _LONGEST_GATHERING if waits else _GATHERING
                await self._patience.idle(seconds, parcel.ready)
            await self._travel(parcel)
        except PausedError as pause:
            parcel.tell_all(Report(outcome="paused", until=time.time() + pause.seconds))
        except TagbridgeError as error:
            parcel.tell_all(Report(outcome="fault", reason=str(error)))
        except BaseException as error:
            parcel.tell_all(Report(outcome="fault", reason=f"fault ({type(error).__name__})"))
            raise
        finally:
            self._close(parcel)

    async def _travel(self, parcel: Parcel) -> None:
        terms = parcel.items[0].order.terms
        turn = await self._in_thread(partial(self._pace.take, terms))
        turn = await self._pace.keep(turn, terms, self._patience.idle)
        self._close(parcel)  # not before: what comes until then needs no turn of its own
        if self._patience.is_ending:
            raise GivenUpError
        permissions = await self._in_thread(partial(self._begin, parcel.items))
        going = []
        for item, permission in zip(parcel.items, permissions, strict=True):
            if isinstance(permission, Go):
                going.append(item)
            elif isinstance(permission, Busy | Full):
                item.tell(permission)
            else:
                item.tell(not_sent(permission))
        if going:
            await self._keep(turn, going)
            await self._make(parcel.line, going)

    def _begin(self, items: list[Item]) -> list[Permission]:
        begin = partial(self._tools.calls.begin, courier=self._tools.name)
        return [begin(item.order.key, item.order.terms, token=item.token) for item in items]

    async def _keep(self, turn: Turn, items: list[Item]) -> None:
        """Wait once more for the turn: the ledger may have taken its time."""
        try:
            await self._pace.keep(turn, items[0].order.terms, asyncio.sleep)
        except PausedError:
            for item in items:
                await self._in_thread(partial(self._tools.calls.fail, item.token, sent=False))
            raise

    async def _make(self, line: Line | None, items: list[Item]) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._made.add(task)
        self._travelling[line] += 1
        try:
            order = joined([i.order for i in items], [i.token for i in items])
            carried = await self._tools.carrier.carry(order)
        finally:
            self._travelling[line] -= 1
            if line is not None and line in self._gathering:
                self._gathering[line].ready.set()
        await self._deal_with(carried, items)

    async def _deal_with(self, carried: Carried, items: list[Item]) -> None:
        """Store what came of a request before anybody hears of it."""
        provider = items[0].order.terms.provider
        seconds = pause_asked(carried.answer)
        if seconds is not None:
            self._pace.pause(provider, seconds)
        answers = _answers(carried, items)
        for item, answer in zip(items, answers, strict=True):
            await self._store(item.token, answer, sent=carried.sent)
        if seconds is not None:
            await self._in_thread(partial(self._tools.limiter.push, provider, seconds))
        for item, answer in zip(items, answers, strict=True):
            item.tell(_report(answer, carried))

    async def _store(self, token: str, answer: StoredAnswer | None, *, sent: bool) -> None:
        calls = self._tools.calls
        if answer is None:
            store: Callable[[], None] = partial(calls.fail, token, sent=sent)
        else:
            store = partial(calls.finish, token, answer)
        while True:
            try:
                await self._in_thread(store)
            except WriteError:  # a full disk: it is paid for, so it is kept until there is room
                await asyncio.sleep(_STORE_AGAIN)
            else:
                return

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._tools.threads, work)


def _answers(carried: Carried, items: list[Item]) -> list[StoredAnswer | None]:
    if carried.answer is None:
        return [None for _ in items]
    orders, ids = [item.order for item in items], [item.token for item in items]
    return taken_apart(carried.answer, orders, ids)


def _report(answer: StoredAnswer | None, carried: Carried) -> Report:
    if answer is None:
        # Of a batch, one that was left out of the answer.
        error = carried.error or "RemoteProtocolError"
        return Report(outcome="no answer", sent=carried.sent, error=error)
    return _answered(answer, sent=True)


def not_sent(begun: StoredAnswer | Held | Refused) -> Report:
    """Return the report on an order for which no request is made."""
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
