"""Several processes with several threads each use one ledger at once."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge.ledger.overview import queue

if TYPE_CHECKING:
    from tests.tagbridge.ledger.conftest import Place, Spent

PROCESSES = 3
THREADS = 4
JOBS = 300
PICTURES = 25
BUDGET = 50
SLOTS = 10
# All start at once; none ends before all have ended their work, because the calls of the dead
# are in doubt.
CROWD = """
import json, sys, uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tagbridge.ledger import CallKey, Go, Terms, open_ledger

def claim(_):
    claimed = []
    while jobs := ledger.jobs.claim(me, 3):
        claimed += [job.key.decode() for job in jobs if ledger.jobs.finish(job)]
    return claimed

def begin(_):
    return [number for number in range(int(sys.argv[4])) if ask(number, Terms(provider="p"))]

def spend(thread):
    terms = Terms(provider="p", total_daily_calls=int(sys.argv[4]))
    return [n for n in range(20) if ask(f"{sys.argv[5]}{thread}{n:02d}", terms)]

def pace(_):
    return [ledger.limiter.take("p", 1.0) for _ in range(int(sys.argv[4]))]

def record(_):
    for number in range(25):
        path = Path(f"/photos/{number}.jpg")
        ledger.files.record(path, path_status, f"{number:064x}", "written", keywords=["a"])
        ledger.jobs.add(path, path_status, fresh=True)
        assert ledger.files.is_known(path, path_status)
    return [0]

def ask(number, terms):
    key = CallKey(identity=f"{number:0>64}", media_type="", provider="p", fingerprint=b"f" * 16)
    return isinstance(ledger.calls.begin(key, terms, courier=me, token=uuid.uuid4().hex), Go)

sys.stdin.readline()
path_status = Path("/").stat()
ledger = open_ledger(Path(sys.argv[1]), sys.argv[2])
me = ledger.workers.join("work")
with ThreadPoolExecutor(4) as threads:
    done = sum(threads.map(globals()[sys.argv[3]], range(4)), [])
print(json.dumps(done), flush=True)
sys.stdin.readline()
ledger.close()
"""


def crowd(place: Place, action: str, number: int = 0) -> list[Any]:
    """Return what all threads of all processes say that they got."""
    processes = [place.start(CROWD, action, str(number), str(me)) for me in range(PROCESSES)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said: list[Any] = []
    for process in processes:
        assert process.stdout is not None
        said += json.loads(process.stdout.readline())
    for process in processes:
        process.communicate("\n")
        assert process.returncode == 0
    return said


def test_each_job_is_given_out_once(place: Place) -> None:
    ledger = place.open()
    names = [f"/photos/{number}.jpg" for number in range(JOBS)]
    ledger.jobs.add_all((Path(name), None, True) for name in names)

    claimed = crowd(place, "claim")

    assert sorted(claimed) == sorted(names)
    assert ledger.database.read(queue).running == 0


def test_each_call_is_permitted_once(place: Place, spent: Spent) -> None:
    ledger = place.open()

    permitted = crowd(place, "begin", PICTURES)

    assert Counter(permitted) == dict.fromkeys(range(PICTURES), 1)
    assert {calls for calls, _ in spent(ledger).values()} == {PICTURES}


def test_a_budget_is_not_exceeded(place: Place, spent: Spent) -> None:
    ledger = place.open()

    permitted = crowd(place, "spend", BUDGET)

    assert len(permitted) == BUDGET
    assert {calls for calls, _ in spent(ledger).values()} == {BUDGET}


def test_requests_are_spaced_evenly(place: Place) -> None:
    ledger = place.open()
    for _ in range(30):  # so that nobody can come too late for a slot
        ledger.limiter.take("p", 1.0)
    (first,) = tats(place)

    waits = crowd(place, "pace", SLOTS)

    taken = PROCESSES * THREADS * SLOTS
    assert len(waits) == taken
    # Each slot begins where the one before ended.
    assert tats(place) == [pytest.approx(first + taken / 0.98, abs=0.01)]


def test_what_all_write_at_once_is_there(place: Place) -> None:
    ledger = place.open()

    crowd(place, "record")

    counts = ledger.database.read(queue)
    assert (counts.done, counts.fresh) == (25, 25)


def test_several_processes_make_a_new_ledger_at_once(place: Place) -> None:
    crowd(place, "claim")

    assert place.open().jobs.next_due() is None


def tats(place: Place) -> list[float]:
    ledger = place.open()
    return ledger.database.read(lambda c: [tat for (tat,) in c.execute("SELECT tat FROM limiter")])
