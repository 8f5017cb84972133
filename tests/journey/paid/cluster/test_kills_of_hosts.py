"""Several hosts with one ledger in PostgreSQL: any of them may die, and the database as well."""

from __future__ import annotations

import os
import random
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fixtures.postgresql import Postgres
    from tests.journey.paid.cluster.conftest import Worker
    from tests.journey.paid.conftest import Album, Customer

PHOTOS = int(os.environ.get("TAGBRIDGE_TEST_PAID_PHOTOS", "24"))
KILLS = int(os.environ.get("TAGBRIDGE_TEST_KILLS", "4"))
RESEND = {f"PROVIDERS__{name}__IN_DOUBT": "resend" for name in ("EVERYPIXEL", "POSTMAN")}


@pytest.mark.timeout(7200)
def test_kills_of_processes_and_of_the_database_lose_nothing_and_cost_nothing(
    hosts: Callable[..., Iterator[Customer]],
    hire: Callable[[Customer], Worker],
    postgres: Postgres,
    album: Album,
) -> None:
    chance = random.Random(5)  # noqa: S311 - a test must be repeatable
    new = hosts("--latency", "0.06:0.8")
    we = next(new)
    daemon = we.watch(album.folder)
    workers = [hire(next(new)), hire(next(new))]
    for kill in range(KILLS):
        so_far = len(we.service.arrived())
        album.add_many(PHOTOS // KILLS)
        more = chance.randint(1, 2 * PHOTOS // KILLS)
        we.service.wait_for(min(so_far + more, 2 * len(album.photos)))
        if kill % 50 == KILLS % 50 // 2:
            postgres.kill()
            postgres.start()
        elif (victim := chance.randrange(3)) < 2:
            workers[victim].kill()
            workers[victim] = hire(next(new))  # another host: that one never comes back
        else:
            daemon.stop(signal.SIGKILL)
            daemon = we.watch(album.folder)
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    assert all(worker.process.poll() is None for worker in workers)
    we.judge.finds_all_in_order(album.photos)
