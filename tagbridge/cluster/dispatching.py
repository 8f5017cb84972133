"""Procrastinate, as this program uses it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tagbridge.cluster.queues import queue_of
from tagbridge.cluster.schema import use_namespace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from procrastinate.jobs import Status

_TASK = "take_up"
_CONNECTIONS = 3  # each is needed for milliseconds a job
_PATIENCE_SECONDS = 2.0

# A host that vanishes must not keep us waiting for hours. The URL may say otherwise.
_CONNECTION: dict[str, str | int | None] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}


class LenientManager(JobManager):
    """Procrastinate's view of the jobs, to which it does not matter when one cannot be ended.

    Attributes:
        left: The numbers of jobs that are over, but may still stand in the table.
    """

    def __init__(self, connector: PsycopgConnector) -> None:
        super().__init__(connector)
        self.left: set[int] = set()

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:  # noqa: FBT001 - Procrastinate's signature
        """End a job; when the database is away it is deleted later, see `Pump`."""
        try:
            await super().finish_job(job, status, delete_job)
        except ConnectorException:
            if job.id is not None:
                self.left.add(job.id)


def connection_to(url: str) -> str:
    """Return how to connect to a database, for its driver."""
    return make_conninfo("", **(_CONNECTION | conninfo_to_dict(url)))


def make_app(url: str, take_up: Callable[[bytes], Awaitable[None]]) -> tuple[App, LenientManager]:
    """Return Procrastinate with its one task: to take up the job with a key."""
    connector = PsycopgConnector(
        conninfo=connection_to(url),
        configure=use_namespace,
        min_size=1,
        max_size=_CONNECTIONS,
        timeout=_PATIENCE_SECONDS,
    )
    app = App(connector=connector)
    app.job_manager = manager = LenientManager(connector)

    @app.task(name=_TASK)
    async def _(key: str) -> None:
        await take_up(b64decode(key))

    return app, manager


def job_for(key: bytes, *, fresh: bool) -> Job:
    """Return what tells a worker to take up the job with a key."""
    return Job(
        queue=queue_of(key),
        priority=priority_of(fresh=fresh),
        lock=None,
        queueing_lock=None,
        task_name=_TASK,
        task_kwargs={"key": b64encode(key).decode()},
    )


def priority_of(*, fresh: bool) -> int:
    """Return Procrastinate's priority: higher ones come first, unlike in the ledger."""
    return 1 if fresh else 0
