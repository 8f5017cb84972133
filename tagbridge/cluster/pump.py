"""Tells Procrastinate of the ledger's open jobs."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from tagbridge.cluster.dispatching import job_for, priority_of
from tagbridge.cluster.schema import PUMP_LOCK

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from tagbridge.cluster.dispatching import LenientManager
    from tagbridge.cluster.queues import Queues
    from tagbridge.cluster.times import Times

# So many fresh jobs, and so many others, are told of in advance. A million open ones do not make
# Procrastinate's table large, and a fresh one need not wait until there is room.
AHEAD = 2000

_SHORTEST_WAIT = 0.02  # whoever rings for each of a thousand photos does not get a thousand looks
_IDLE_SHARE = 10  # a look that takes long, because the database is busy, is repeated less often

_WAITING = """
    SELECT count(*) FILTER (WHERE priority > 0), count(*) FILTER (WHERE priority <= 0)
    FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = ANY(%s)
"""

# One statement sees both tables as they are at one moment. What is told of is nowhere noted but in
# Procrastinate's table, so nothing can be noted and lost. A job that has become fresh is told of
# once more: its first telling waits behind the others. NOT IN is one lookup in a hash a job.
_UNTOLD = """
    SELECT path FROM job
    WHERE state = 'open' AND priority = %(priority)s
      AND due <= (SELECT extract(epoch FROM clock_timestamp())::float8)
      AND EXISTS (SELECT FROM unnest(%(prefixes)s::bytea[]) AS prefix
                  WHERE substring(path FROM 1 FOR length(prefix)) = prefix)
      AND path NOT IN (SELECT decode(args->>'key', 'base64') FROM procrastinate_jobs
                       WHERE status = 'doing' OR status = 'todo' AND priority >= %(told_as)s)
    ORDER BY due LIMIT %(room)s
"""

# What somebody else changes just now is left for the next time: waiting for it might be a deadlock.
_DELETE = """
    DELETE FROM procrastinate_jobs WHERE id IN (
        SELECT id FROM procrastinate_jobs WHERE id = ANY(%s) FOR UPDATE SKIP LOCKED)
"""


class Pump:
    """Dispatches open, due jobs, fresh ones first. All processes do so, one at a time."""

    def __init__(
        self,
        connection: AsyncConnection,
        manager: LenientManager,
        *,
        queues: Queues,
        times: Times,
        bell: asyncio.Event,
    ) -> None:
        """Prepare.

        Args:
            connection: Its own. When the database ends it, the pump ends with an error.
            manager: Procrastinate's.
            queues: Those that this host serves; others fill the others.
            times: How often to look.
            bell: Is set when there are new jobs.
        """
        self._connection = connection
        self._manager = manager
        self._queues = queues
        self._times = times
        self._bell = bell
        self._swept = float("-inf")

    async def run(self) -> None:
        """Dispatch until cancelled.

        Raises:
            psycopg.Error: The database is away or refuses.
            ConnectorException: Likewise.
        """
        while True:
            self._bell.clear()
            began = time.monotonic()
            more = await self.look()
            took = time.monotonic() - began
            wait = self._times.look_soon if more else self._times.look
            await self._pause(max(wait, took * _IDLE_SHARE))

    async def look(self) -> bool:
        """Dispatch once; return whether to look again soon."""
        async with self._connection.transaction():
            if not await self._is_alone():
                return True
            if time.monotonic() - self._swept >= self._times.sweep:
                self._swept = time.monotonic()
                await self._sweep()
            return await self._dispatch()

    async def _is_alone(self) -> bool:
        query = "SELECT pg_try_advisory_xact_lock(%s)"
        row = await (await self._connection.execute(query, [PUMP_LOCK])).fetchone()
        return row is not None and bool(row[0])

    async def _sweep(self) -> None:
        """Delete what dead workers were told of: what of it is still open is told of again."""
        jobs = await self._manager.get_stalled_jobs(seconds_since_heartbeat=self._times.stalled)
        left = set(self._manager.left)
        gone = left.union(job.id for job in jobs if job.id is not None)
        if gone:
            await self._connection.execute(_DELETE, [list(gone)])
        self._manager.left -= left

    async def _dispatch(self) -> bool:
        cursor = await self._connection.execute(_WAITING, [list(self._queues.names)])
        fresh, backlog = await cursor.fetchone() or (0, 0)
        full = [
            await self._dispatch_some(AHEAD - fresh, fresh=True),
            await self._dispatch_some(AHEAD - backlog, fresh=False),
        ]
        return any(full)

    async def _dispatch_some(self, room: int, *, fresh: bool) -> bool:
        """Dispatch fresh jobs, or others; return whether there may be more than there is room."""
        if room <= 0:
            return True
        wanted = {
            "priority": 0 if fresh else 1,
            "told_as": priority_of(fresh=fresh),
            "prefixes": list(self._queues.prefixes),
            "room": room,
        }
        rows = await (await self._connection.execute(_UNTOLD, wanted)).fetchall()
        if rows:
            jobs = [job_for(key, fresh=fresh) for (key,) in rows]
            await self._manager.batch_defer_jobs_async(jobs, connection=self._connection)
        return len(rows) == room

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(_SHORTEST_WAIT)
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            return
