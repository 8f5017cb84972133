"""Several hosts with one ledger in PostgreSQL."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fixtures.postgresql import Postgres
    from tests.journey.paid.conftest import Customer


class Worker:
    """A `tagbridge work` on a host of its own."""

    def __init__(self, host: Customer) -> None:
        self.host = host
        self.log = host.program.home / "worker.log"
        with self.log.open("a") as log:
            self.process = host.program.start("work", stderr=log)
        host.until(lambda: "ready for work" in self.log.read_text(), "a worker that is ready")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def kill_the_host(self) -> None:
        """End the courier as well: what it has asked for, nobody hears."""
        for courier in self.host.couriers():
            os.kill(courier, signal.SIGKILL)
        self.kill()


@pytest.fixture
def hire() -> Iterator[Callable[[Customer], Worker]]:
    """Return a function that starts a worker on a host."""
    workers: list[Worker] = []

    def start(host: Customer) -> Worker:
        workers.append(Worker(host))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()


@pytest.fixture
def hosts(
    customer: Callable[..., Customer], postgres: Postgres
) -> Callable[..., Iterator[Customer]]:
    """Return a function that yields hosts for ever: one ledger, but all else is their own."""

    def make(*options: str, **settings: object) -> Iterator[Customer]:
        database = postgres.database()
        first = customer(*options, ENGINE__DATABASE=database, **settings)
        yield first
        while True:
            yield customer(of=first.service, ENGINE__DATABASE=database, **settings)

    return make
