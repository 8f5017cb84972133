"""One process of a cluster."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from tagbridge.cluster.life import Life
from tagbridge.cluster.queues import queues_of
from tagbridge.cluster.times import Times
from tagbridge.cluster.works import Works
from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tagbridge.cluster.session import Session
    from tagbridge.ledger import Ledger

log = logging.getLogger(__name__)


class Cluster:
    """Dispatches the ledger's open jobs to all processes, and takes up its share of them.

    While PostgreSQL is away nothing new is begun, and what was begun goes on.
    """

    def __init__(
        self,
        ledger: Ledger,
        url: str,
        *,
        owner: str,
        concurrency: int,
        take_up: Callable[[bytes], Awaitable[None]],
        times: Times | None = None,
    ) -> None:
        """Prepare.

        Args:
            ledger: In the same database.
            url: The database, `postgresql://...`.
            owner: This process, as the ledger knows it.
            concurrency: Most jobs taken up at once.
            take_up: Claims the job with this key, if that is still open, and does it. Every call
                runs in a task of its own, which only `cancel` cancels. What it raises is logged.
            times: How often things are done; None for the usual.
        """
        self._url = url
        self._concurrency = concurrency
        self._times = times or Times()
        self._queues = queues_of(ledger.paths)
        self._works = Works(take_up, concurrency)
        self._bell = asyncio.Event()
        self._ending = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._life = Life(
            *(ledger, owner, self._works),
            every=self._times.beat,
            reopened=self._bell.set,
        )

    async def run(self) -> None:
        """Work until `stop`, and then until what was begun has ended.

        Raises:
            ConfigError: The database's driver is not installed, or the account may not make tables.
        """
        self._loop = asyncio.get_running_loop()
        session = self._make_session()
        serving = asyncio.create_task(self._serve(session))
        serving.add_done_callback(lambda _: self._ending.set())
        living = asyncio.create_task(self._life.run())
        try:
            await self._ending.wait()
            serving.cancel()
            await asyncio.wait({serving})
            await self._works.ended()
        finally:
            self._ending.set()
            self._works.cancel()  # does nothing when all has ended
            for task in (serving, living):
                task.cancel()
            await asyncio.gather(serving, living, self._works.ended(), return_exceptions=True)
            self._life.close()
        with suppress(asyncio.CancelledError):
            await serving

    def ring(self) -> None:
        """Dispatch at once: there are new jobs. Any thread may ring."""
        self._do_in_loop(self._bell.set)

    def stop(self) -> None:
        """Begin nothing more; `run` returns when what was begun has ended."""
        self._works.stop()
        self._do_in_loop(self._ending.set)

    def cancel(self) -> None:
        """Break off what was begun, for another process or the next start."""
        self._do_in_loop(self._works.cancel)
        self.stop()

    def _do_in_loop(self, call: Callable[[], object]) -> None:
        if self._loop is None:
            call()
            return
        with suppress(RuntimeError):  # the loop is closed: it has ended already
            self._loop.call_soon_threadsafe(call)

    async def _serve(self, session: Session) -> None:
        """Begin the session anew whenever it has ended, until we do.

        Raises:
            ConfigError: Only the user can help.
        """
        # Being cancelled is not enough: a group of tasks that fails just then forgets it.
        while not self._ending.is_set():
            try:
                await session.run()
            except ConfigError:
                raise
            except Exception as error:  # noqa: BLE001 - Procrastinate's are many, and none may end us
                if not self._ending.is_set():
                    session.outage.began(error)
                    await asyncio.sleep(self._times.again)

    def _make_session(self) -> Session:
        try:
            from tagbridge.cluster.session import Session, quiet_strangers  # noqa: PLC0415 - extra
        except ImportError as error:
            raise ConfigError(
                f"engine.database needs {error.name}; pip install 'tagbridge[cluster]'"
            ) from error
        quiet_strangers()
        return Session(
            self._url,
            self._works,
            concurrency=self._concurrency,
            queues=self._queues,
            times=self._times,
            bell=self._bell,
        )
