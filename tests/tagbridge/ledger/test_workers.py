"""Who is dead is known, and what they held is free."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge.ledger import Ledger, Workers

if TYPE_CHECKING:
    import subprocess

    from tagbridge.ledger.connection import Connection
    from tests.tagbridge.ledger.conftest import Place

# Joins, takes up all jobs, begins a call, says its name, and stays.
WORK = """
import sys
from pathlib import Path
from tagbridge.ledger import CallKey, Terms, open_ledger
ledger = open_ledger(Path(sys.argv[1]), sys.argv[2])
name = ledger.workers.join("courier")
ledger.jobs.claim(name, 9)
key = CallKey(identity="ab" * 32, media_type="", provider="p", fingerprint=b"f" * 16)
ledger.calls.begin(key, Terms(provider="p"), courier=name, token="t")
print(name, flush=True)
sys.stdin.readline()
ledger.close()
"""
AGE = "UPDATE worker SET seen = seen - {seconds}, started = started - {seconds}"


def worker(place: Place) -> tuple[subprocess.Popen[str], str]:
    process = place.start(WORK)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def age(ledger: Ledger, seconds: int) -> None:
    """Make it so long since everybody was seen."""
    statement = AGE.format(seconds=seconds)
    ledger.database.transaction(lambda connection: connection.execute(statement))


def impatient(place: Place) -> Ledger:
    """Return a ledger for which a process, and a start of the server, is soon long ago."""
    ledger = place.open()
    return Ledger(ledger.database, state=place.folder, dead_seconds=0.0)


def is_alive(workers: Workers, name: str) -> bool:
    return {worker.id: worker.alive for worker in workers.all()}.get(name, False)


def test_what_a_dead_process_held_is_free(place: Place) -> None:
    ledger = place.open()
    ledger.jobs.add(Path("/photos/a.jpg"), None, fresh=True)
    process, name = worker(place)

    assert is_alive(ledger.workers, name)
    assert ledger.jobs.reopen_of_dead() == 0
    assert ledger.calls.settle_dead() == 0

    process.send_signal(signal.SIGKILL)
    process.wait()
    if place.url:  # over the network nothing is known at once
        assert is_alive(ledger.workers, name)
        ledger = impatient(place)
    assert not is_alive(ledger.workers, name)
    assert ledger.jobs.reopen_of_dead() == 1
    assert ledger.calls.settle_dead() == 1
    (job,) = ledger.jobs.claim("me", 9)
    assert job.attempts == 1


def test_a_process_that_has_not_been_seen_for_long_lives_if_the_server_was_down(
    place: Place,
) -> None:
    ledger = place.open()
    name = ledger.workers.join("watch")
    started = "SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())"
    if place.url:
        query = ledger.database.read(lambda c: float(c.execute(started).scalar_one()))
        ledger = Ledger(ledger.database, dead_seconds=query + 1000.0)
    age(ledger, 100_000)

    assert is_alive(ledger.workers, name)


def test_a_sign_of_life_says_what_is_done(place: Place) -> None:
    ledger = impatient(place)
    name = ledger.workers.join("watch")
    ledger.workers.beat(name, "a \udce9 b")

    (found,) = ledger.workers.all()

    assert (found.id, found.kind, found.pid) == (name, "watch", os.getpid())
    assert found.doing == "a \\udce9 b"
    assert abs(found.started - time.time()) < 3600


def test_signs_of_life_are_not_written_more_often_than_needed(place: Place) -> None:
    ledger = place.open()
    name = ledger.workers.join("watch")
    ledger.workers.beat(name, "reading")

    (found,) = ledger.workers.all()

    assert found.doing == ""


def test_who_leaves_is_gone(place: Place) -> None:
    ledger = place.open()
    name = ledger.workers.join("watch")
    ledger.workers.leave(name)
    ledger.workers.beat(name)

    assert ledger.workers.all() == []
    assert not list((place.folder / "alive").glob("*"))


def test_the_dead_are_forgotten_after_a_day(place: Place) -> None:
    process, name = worker(place)
    process.kill()
    process.wait()
    ledger = impatient(place)
    ledger.workers.leave(ledger.workers.join("watch"))
    assert [known.id for known in ledger.workers.all()] == [name]

    age(ledger, 90_000)
    locks = list(place.folder.glob("alive/*"))
    for lock in locks:
        os.utime(lock, (1.0, 1.0))
    ledger.workers.leave(ledger.workers.join("watch"))

    assert ledger.workers.all() == []
    assert not [lock for lock in locks if lock.exists()]


def test_a_living_process_that_slept_for_days_is_not_forgotten(place: Place) -> None:
    ledger = place.open()
    name = ledger.workers.join("watch")
    if not place.url:
        age(ledger, 200_000)
    ledger.workers.join("tag")

    assert is_alive(ledger.workers, name)


def test_a_name_that_is_none_is_not_alive(place: Place) -> None:
    ledger = place.open()
    ledger.workers.join("watch")

    def alive(connection: Connection) -> list[bool]:
        names = ("", ".", "..", "../state.sqlite3", "nobody")
        return [ledger.workers.is_alive(connection, name) for name in names]

    assert not any(ledger.database.read(alive))
