"""What is told of, and in which order."""

from __future__ import annotations

import asyncio
import os
import time
from base64 import b64decode
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from tagbridge.cluster.dispatching import make_app
from tagbridge.cluster.pump import AHEAD, Pump
from tagbridge.cluster.queues import queues_of
from tagbridge.cluster.schema import make_tables, use_namespace
from tagbridge.cluster.times import Times
from tagbridge.ledger.paths import Paths

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.tagbridge.cluster.conftest import Team

MANY = 100_000


@asynccontextmanager
async def open_pump(team: Team) -> AsyncIterator[Pump]:
    """Open a pump of a host that has the root `nas`."""

    async def take_up(key: bytes) -> None:
        raise AssertionError(key)

    async with await psycopg.AsyncConnection.connect(team.url) as connection:
        await use_namespace(connection)
        await make_tables(connection)
        app, manager = make_app(team.url, take_up)
        queues = queues_of(Paths({"nas": Path("/mnt/nas")}))
        async with app.open_async():
            yield Pump(
                connection,
                manager,
                queues=queues,
                times=Times(sweep=0.0, stalled=1.0),
                bell=asyncio.Event(),
            )


def told_of(team: Team) -> list[str]:
    """Return the jobs in Procrastinate's table in the order in which workers get them."""
    rows = team.query("""
        SELECT args->>'key' FROM procrastinate_jobs
        WHERE status = 'todo' ORDER BY priority DESC, id
    """)
    return [os.fsdecode(b64decode(key)) for (key,) in rows]


def add_many(team: Team, count: int) -> None:
    """Add a backlog, quicker than the ledger would."""
    team.query(
        """
        INSERT INTO job (path, state, priority, due, attempts, reason, generation, version,
                         added)
        SELECT convert_to('/old/' || number || '.jpg', 'UTF8'), 'open', 1, number, 0, '', 0, 0, 0
        FROM generate_series(1, %s) AS number
        """,
        count,
    )


def look(team: Team, times: int = 1) -> None:
    """Let a pump look."""

    async def look() -> None:
        async with open_pump(team) as pump:
            for _ in range(times):
                await pump.look()

    asyncio.run(look())


def test_pumps_that_work_at_once_tell_of_each_job_once(team: Team) -> None:
    photos = team.add(300)

    async def look() -> None:
        async with open_pump(team) as one, open_pump(team) as other:
            await asyncio.gather(*(pump.look() for pump in (one, other)))
            await asyncio.gather(*(pump.look() for pump in (one, other)))

    asyncio.run(look())
    assert Counter(told_of(team)) == Counter(photos)


def test_fresh_photos_come_before_the_backlog_and_each_in_their_order(team: Team) -> None:
    old = team.add(3, "old", fresh=False)
    first = team.add(1, "first")
    second = team.add(1, "second")
    look(team)
    assert told_of(team) == [*first, *second, *old]


def test_a_photo_of_the_backlog_that_has_become_fresh_is_told_of_again(team: Team) -> None:
    old = team.add(3, "old", fresh=False)
    look(team)
    team.ledger.jobs.add(Path(old[2]), None, fresh=True)
    look(team, 2)
    assert told_of(team) == [old[2], *old]


def test_what_is_due_later_is_not_told_of(team: Team) -> None:
    (photo,) = team.add(1)
    job = team.ledger.jobs.claim_one(os.fsencode(photo), "somebody")
    assert job is not None
    team.ledger.jobs.again(job, time.time() + 3600.0, "the service is down")
    look(team)
    assert told_of(team) == []
    team.ledger.jobs.retry(None)
    look(team)
    assert told_of(team) == [photo]


def test_what_procrastinate_has_lost_is_told_of_again(team: Team) -> None:
    photos = team.add(3)
    look(team)
    team.query("DELETE FROM procrastinate_jobs")
    look(team)
    assert told_of(team) == photos


def test_what_a_dead_worker_was_told_of_is_told_of_again(team: Team) -> None:
    photos = team.add(2)
    look(team)
    team.query("INSERT INTO procrastinate_workers VALUES (DEFAULT, now() - '1 h'::interval)")
    team.query("SELECT procrastinate_fetch_job_v2(NULL, 1)")
    assert told_of(team) == photos[1:]
    look(team)
    assert set(told_of(team)) == set(photos)
    assert len(told_of(team)) == 2


def test_a_name_that_is_not_utf_8_is_told_of(team: Team) -> None:
    photo = os.fsdecode(b"/photos/\xff.jpg")
    team.ledger.jobs.add(Path(photo), None, fresh=True)
    look(team)
    assert told_of(team) == [photo]


def test_a_large_backlog_does_not_make_the_table_large(team: Team) -> None:
    add_many(team, MANY)
    look(team, 3)
    told = told_of(team)
    assert told == [f"/old/{number}.jpg" for number in range(1, AHEAD + 1)]
    fresh = team.add(1, "fresh")
    look(team)
    assert told_of(team) == [*fresh, *told]


def test_a_fresh_photo_overtakes_a_large_backlog(team: Team) -> None:
    add_many(team, MANY)
    member = team.member(concurrency=4, seconds=0.005)
    team.wait_until_begun(20)
    (fresh,) = team.add(1, "fresh")
    member.ring()
    team.until(lambda: fresh in team.begun(), "the fresh one is begun")
    assert len(team.told()) <= 2 * AHEAD
    assert team.order().index(fresh) < AHEAD
    assert member.end() == 0
