"""One stretch of work with the database, from a connection made to a connection lost."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Never

import psycopg

from tagbridge.cluster.dispatching import connection_to, make_app
from tagbridge.cluster.outage import Outage
from tagbridge.cluster.pump import Pump
from tagbridge.cluster.schema import make_tables, use_namespace

if TYPE_CHECKING:
    from procrastinate import App

    from tagbridge.cluster.queues import Queues
    from tagbridge.cluster.times import Times
    from tagbridge.cluster.works import Works

_NEVER_SECONDS = 86400.0


class EndedError(Exception):
    """The worker of Procrastinate has ended by itself."""


class Session:
    """Runs the pump and a worker of Procrastinate until one of them fails.

    Attributes:
        outage: Whether it does so at present.
    """

    def __init__(
        self,
        url: str,
        works: Works,
        *,
        concurrency: int,
        queues: Queues,
        times: Times,
        bell: asyncio.Event,
    ) -> None:
        self._conninfo = connection_to(url)
        self._concurrency = concurrency
        self._queues = queues
        self._times = times
        self.outage = Outage()
        self._bell = bell
        self._app, self._manager = make_app(url, works.do)

    async def run(self) -> Never:
        """Serve until cancelled, or until the database is away: then with an error.

        Raises:
            ConfigError: The account may not make the tables.
        """
        # Procrastinate may survive a short outage half: its worker does not see that its listener
        # or its heartbeat has ended. But no connection survives one. So this one stands for all.
        async with await psycopg.AsyncConnection.connect(self._conninfo) as connection:
            await use_namespace(connection)
            await make_tables(connection)
            async with self._app.open_async():
                await self._serve(connection)

    async def _serve(self, connection: psycopg.AsyncConnection) -> Never:
        pump = Pump(
            connection, self._manager, queues=self._queues, times=self._times, bell=self._bell
        )
        await pump.look()
        self.outage.ended()
        async with asyncio.TaskGroup() as group:
            group.create_task(pump.run())
            group.create_task(self._work(self._app))
        raise EndedError

    async def _work(self, app: App) -> Never:
        await app.run_worker_async(
            queues=list(self._queues.names),
            concurrency=self._concurrency,
            install_signal_handlers=False,
            delete_jobs="always",
            # What is under way goes on by itself, see `Works`: nothing to wait for.
            shutdown_graceful_timeout=0.0,
            abort_job_polling_interval=_NEVER_SECONDS,
            update_heartbeat_interval=self._times.stalled / 3,
            stalled_worker_timeout=self._times.stalled,
        )
        raise EndedError


def quiet_strangers() -> None:
    """Leave it to us to say what matters: Procrastinate tells of every job, twice."""
    for name in ("procrastinate", "psycopg", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
