"""Each job is worked on by one worker at a time, in the right order, until it is done."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.ledger.overview import Queue, Reason, parked, queue, waiting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.ledger import Job, Ledger

A, B, C = Path("/photos/a.jpg"), Path("/photos/b.jpg"), Path("/photos/c.jpg")
LATER = time.time() + 86_400
NOTHING = Queue(fresh=0, backlog=0, running=0, waiting=0, parked=0, missing=0, done=0)


def key(path: Path) -> bytes:
    return os.fsencode(path)


def add(ledger: Ledger, *paths: Path, fresh: bool = False) -> None:
    for path in paths:
        ledger.jobs.add(path, None, fresh=fresh)


def claimed(ledger: Ledger, path: Path = A, owner: str = "me") -> Job:
    job = ledger.jobs.claim_one(key(path), owner)
    assert job is not None
    return job


def keys(jobs: Iterable[Job]) -> list[bytes]:
    return [job.key for job in jobs]


def test_fresh_files_go_before_the_backlog_and_then_the_oldest(ledger: Ledger) -> None:
    add(ledger, B)
    add(ledger, A)
    add(ledger, C, fresh=True)

    assert keys(ledger.jobs.claim("me", 2)) == [key(C), key(B)]
    assert keys(ledger.jobs.claim("me", 2)) == [key(A)]
    assert ledger.jobs.claim("me", 2) == []


def test_what_is_due_later_is_not_claimed(ledger: Ledger) -> None:
    add(ledger, A)
    assert ledger.jobs.again(claimed(ledger), LATER, "quota")

    assert ledger.jobs.claim("me", 9) == []
    assert ledger.jobs.claim_one(key(A), "me") is None
    assert ledger.jobs.next_due() == LATER


def test_the_next_job_is_the_earliest_of_fresh_and_backlog(ledger: Ledger) -> None:
    assert ledger.jobs.next_due() is None
    add(ledger, A, fresh=True)
    add(ledger, B)
    ledger.jobs.again(claimed(ledger, A), LATER, "quota")
    ledger.jobs.again(claimed(ledger, B), LATER - 5, "quota")

    assert ledger.jobs.next_due() == LATER - 5


def test_a_job_is_claimed_once(ledger: Ledger) -> None:
    add(ledger, A)
    claimed(ledger)

    assert ledger.jobs.claim_one(key(A), "you") is None
    assert ledger.jobs.claim("you", 9) == []
    assert ledger.jobs.claim_one(key(B), "you") is None


def test_a_finished_job_is_gone(ledger: Ledger) -> None:
    add(ledger, A)
    job = claimed(ledger)
    assert ledger.jobs.holds(job)

    assert ledger.jobs.finish(job)

    assert not ledger.jobs.holds(job)
    assert ledger.jobs.next_due() is None
    assert ledger.jobs.next_due() is None


def test_attempts_in_vain_are_counted_and_explained(ledger: Ledger) -> None:
    add(ledger, A)
    for attempts in range(3):
        job = claimed(ledger)
        assert (job.attempts, job.reason) == (attempts, "no answer" if attempts else "")
        ledger.jobs.again(job, 0.0, "no answer")


def test_adding_an_open_job_again_makes_it_due_and_fresh(ledger: Ledger) -> None:
    add(ledger, A)
    ledger.jobs.again(claimed(ledger), LATER, "quota")
    add(ledger, A, fresh=True)
    add(ledger, A, fresh=False)

    job = claimed(ledger)

    assert job.fresh
    assert job.attempts == 1


@pytest.mark.parametrize("end", ["finish", "again", "park", "missing"])
def test_what_changes_while_it_is_worked_on_starts_anew(end: str, ledger: Ledger) -> None:
    add(ledger, A)
    ledger.jobs.again(claimed(ledger), 0.0, "no answer")
    job = claimed(ledger)
    add(ledger, A)
    assert ledger.jobs.claim_one(key(A), "you") is None

    ends = {
        "finish": lambda: ledger.jobs.finish(job),
        "again": lambda: ledger.jobs.again(job, LATER, "quota"),
        "park": lambda: ledger.jobs.park(job, "broken"),
        "missing": lambda: ledger.jobs.missing(job, "gone"),
    }
    assert ends[end]()

    again = claimed(ledger)
    assert (again.attempts, again.reason) == (0, "")
    assert ledger.jobs.finish(again)
    assert ledger.jobs.next_due() is None


@pytest.mark.parametrize("aside", ["parked", "missing"])
def test_what_was_set_aside_starts_anew_when_it_is_added(aside: str, ledger: Ledger) -> None:
    add(ledger, A)
    ledger.jobs.again(claimed(ledger), 0.0, "no answer")
    job = claimed(ledger)
    (ledger.jobs.park if aside == "parked" else ledger.jobs.missing)(job, "broken")
    assert getattr(ledger.database.read(queue), aside) == 1
    assert ledger.jobs.claim("me", 9) == []

    add(ledger, A)

    assert claimed(ledger).attempts == 0


def test_a_superseded_worker_changes_nothing(ledger: Ledger) -> None:
    add(ledger, A)
    old = claimed(ledger)
    assert ledger.jobs.reopen_of_dead() == 1  # nobody of the name `me` lives
    assert not ledger.jobs.holds(old)
    new = claimed(ledger, owner="you")

    assert not ledger.jobs.finish(old)
    assert not ledger.jobs.again(old, LATER, "late")
    assert not ledger.jobs.park(old, "late")
    assert not ledger.jobs.missing(old, "late")

    assert ledger.jobs.holds(new)
    assert new.attempts == 1
    assert ledger.jobs.finish(new)


def test_a_job_that_comes_back_is_not_that_of_a_worker_from_before(ledger: Ledger) -> None:
    add(ledger, A)
    old = claimed(ledger)
    ledger.jobs.forget(A)
    add(ledger, A)
    new = claimed(ledger, owner="you")

    assert not ledger.jobs.holds(old)
    assert not ledger.jobs.finish(old)
    assert ledger.jobs.finish(new)


def test_a_job_is_forgotten_in_any_state(ledger: Ledger) -> None:
    add(ledger, A, B)
    claimed(ledger, A)

    ledger.jobs.forget(A)
    ledger.jobs.forget(B)
    ledger.jobs.forget(C)

    assert ledger.database.read(queue) == NOTHING


def test_retry_takes_up_all_that_was_set_aside_or_waits(ledger: Ledger) -> None:
    add(ledger, A, B, C)
    ledger.jobs.park(claimed(ledger, A), "broken")
    ledger.jobs.missing(claimed(ledger, B), "gone")
    ledger.jobs.again(claimed(ledger, C), LATER, "quota")

    assert ledger.jobs.retry(None) == 3

    assert sorted(keys(ledger.jobs.claim("me", 9))) == [key(A), key(B), key(C)]
    assert ledger.jobs.retry(None) == 0


def test_retry_below_a_path_leaves_the_others_alone(ledger: Ledger) -> None:
    inside, beside = Path("/photos/x/a.jpg"), Path("/photos/xy.jpg")
    add(ledger, inside, beside, C)
    for path in (inside, beside):
        ledger.jobs.park(claimed(ledger, path), "broken")
    claimed(ledger, C)

    assert ledger.jobs.retry([Path("/photos/x"), C]) == 1

    assert keys(ledger.jobs.claim("me", 9)) == [key(inside)]


def test_retry_of_what_was_parked_for_one_reason_leaves_the_others_alone(ledger: Ledger) -> None:
    add(ledger, A, B, C)
    ledger.jobs.park(claimed(ledger, A), "broken")
    ledger.jobs.park(claimed(ledger, B), "broken beyond repair")
    ledger.jobs.missing(claimed(ledger, C), "broken")

    assert ledger.jobs.retry_parked("broken") == 1

    assert keys(ledger.jobs.claim("me", 9)) == [key(A)]
    assert ledger.jobs.retry_parked("broken") == 0


def test_the_counts_tell_what_is_due_from_what_waits(ledger: Ledger) -> None:
    add(ledger, A, B)
    add(ledger, C, Path("/d"), Path("/e"), fresh=True)
    ledger.jobs.again(claimed(ledger, A), LATER, "quota")
    claimed(ledger, Path("/d"))
    ledger.jobs.park(claimed(ledger, Path("/e")), "broken")

    told = replace(NOTHING, fresh=1, backlog=1, running=1, waiting=1, parked=1)
    assert ledger.database.read(queue) == told


def test_a_person_sees_what_waits_and_why(ledger: Ledger) -> None:
    add(ledger, A, B, C)
    ledger.jobs.again(claimed(ledger, A), LATER, "quota \udce9")
    ledger.jobs.park(claimed(ledger, B), "broken")
    claimed(ledger, C)

    assert ledger.database.read(waiting) == [
        Reason(reason="quota \\udce9", count=1, next_due=LATER, paths=[key(A)])
    ]
    assert ledger.database.read(parked) == [Reason(reason="broken", count=1, paths=[key(B)])]


def test_many_are_added_in_one_transaction(ledger: Ledger) -> None:
    paths = [Path(f"/photos/{number}.jpg") for number in range(2000)]
    ledger.jobs.add_all((path, None, True) for path in paths)
    ledger.jobs.add_all([])

    assert ledger.database.read(queue).fresh == 2000
