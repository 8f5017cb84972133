"""What the courier process does with a letter, once the ledger is open."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from tagbridge.ledger.ledger import open_ledger
from tagbridge.transport.carrier import Carrier
from tagbridge.transport.delivery import Delivery
from tagbridge.transport.orders import Order, Report, key_from_json
from tagbridge.transport.parcels import Tools
from tagbridge_hooks import TagbridgeError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path

    from tagbridge.ledger.ledger import Ledger
    from tagbridge.transport.letters import Letter

T = TypeVar("T")
_BEAT_SECONDS = 5.0
_LONGEST_LEAVE = 5.0


class Desk:
    """The ledger, the deliveries and the signs of life of one courier process."""

    def __init__(self, ledger: Ledger, name: str, threads: Executor) -> None:
        """Begin to show that this courier lives.

        Args:
            ledger: Where everything is written down.
            name: Of this courier in it.
            threads: Where it is used, because it may have to wait.
        """
        self._ledger = ledger
        self._name = name
        self._threads = threads
        self._carrier = Carrier()
        self._delivery = Delivery(
            Tools(
                calls=ledger.calls,
                limiter=ledger.limiter,
                name=name,
                carrier=self._carrier,
                threads=threads,
            )
        )
        self._beating = asyncio.create_task(self._beat())

    async def answer(self, letter: Letter) -> Report:
        """Do what a letter asks and return what came of it."""
        if letter.head["do"] == "deliver":
            return await self._delivery.deliver(Order.from_letter(letter))
        keys = [key_from_json(said) for said in letter.head["keys"]]
        calls = self._ledger.calls
        judge = calls.keep if letter.head["do"] == "keep" else calls.refuse
        await self._in_thread(lambda: judge(keys))
        return Report(outcome="answer")

    async def end(self) -> None:
        """Finish the calls that were begun, and leave."""
        await self._delivery.end()
        self._beating.cancel()
        await self._carrier.aclose()
        with suppress(TimeoutError):  # the database is away
            async with asyncio.timeout(_LONGEST_LEAVE):
                await self._in_thread(self._leave)

    async def _beat(self) -> None:
        # With SQLite a lock shows that we live; a disk may sleep when there is nothing to do.
        while self._ledger.database.dialect == "postgresql":
            await asyncio.sleep(_BEAT_SECONDS)
            await self._in_thread(lambda: self._ledger.workers.beat(self._name))

    def _leave(self) -> None:
        with suppress(TagbridgeError):  # our end says the same, only later
            self._ledger.workers.leave(self._name)
        self._ledger.close()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


async def open_desk(folder: Path | None, url: str, threads: Executor) -> Desk:
    """Open the ledger and return the desk before it.

    Raises:
        TagbridgeError: The ledger cannot be used; the message says why.
    """

    def opened() -> tuple[Ledger, str]:
        ledger = open_ledger(folder, url, durable=True)
        return ledger, ledger.workers.join("courier")

    ledger, name = await asyncio.get_running_loop().run_in_executor(threads, opened)
    return Desk(ledger, name, threads)
