"""How many assets are where, and why, by a few quick questions to the indexes of a ledger.

However many jobs there are: numbers come from the indexes, and what needs the rows themselves looks
at no more than some thousands of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagbridge.ledger.alive import AliveLocks
from tagbridge.ledger.job import BACKLOG, FRESH
from tagbridge.ledger.statement import Statement
from tagbridge.ledger.workers import DEAD_SECONDS, listed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.workers import Worker

LOOKED_AT = 20_000
"""How many jobs of a kind are sorted by their reasons, at most."""
_PATHS = 3

# States are spelled out: to a parameter a partial index is of no use.
_NOW = Statement("SELECT :now")
_OPEN = Statement("SELECT priority, COUNT(*) FROM job WHERE state = 'open' GROUP BY priority")
_LATER = Statement("""
    SELECT priority, COUNT(*) FROM job
    WHERE state = 'open' AND priority IN (0, 1) AND due > :now GROUP BY priority
""")
_OTHERS = Statement("SELECT state, COUNT(*) FROM job WHERE state <> 'open' GROUP BY state")
_FILES = Statement("SELECT COUNT(*) FROM file")
_REVIEW = Statement("SELECT COUNT(*) FROM file WHERE outcome = 'review'")
_SET_ASIDE = Statement("""
    SELECT COUNT(*) FROM job JOIN file ON file.path = job.path
    WHERE job.state <> 'open' AND job.state IN ('parked', 'missing')
""")
_WAITING = Statement("""
    SELECT reason, due, path FROM job
    WHERE state = 'open' AND priority = :priority AND due > :now ORDER BY due LIMIT :most
""")
_PARKED = Statement("""
    SELECT reason, path FROM job WHERE state <> 'open' AND state = 'parked' LIMIT :most
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """How many assets are where.

    Attributes:
        fresh: To be worked on now, and seen to arrive.
        backlog: To be worked on now, and found by a scan.
        running: In work.
        waiting: To be worked on later.
        parked: Set aside for a person.
        missing: Not where they were; they may come back.
        done: Dealt with, and not set aside.
        review: Await a review before anything is written.
    """

    fresh: int
    backlog: int
    running: int
    waiting: int
    parked: int
    missing: int
    done: int
    review: int = 0


@dataclass(slots=True, kw_only=True)
class Reason:
    """Some jobs that wait, or are parked, for the same reason.

    Attributes:
        reason: In words.
        count: How many.
        next_due: When the first of them goes on; None if none does by itself.
        paths: The keys of the first few.
    """

    reason: str
    count: int = 0
    next_due: float | None = None
    paths: list[bytes] = field(default_factory=list)


def time_of(connection: Connection) -> float:
    """Return the time by the clock that the ledger goes by."""
    return float(_NOW(connection).scalar_one())


def queue(connection: Connection) -> Queue:
    """Return how many assets are where."""
    every, later = _numbers(connection, _OPEN), _numbers(connection, _LATER)
    ready, others = every - later, _numbers(connection, _OTHERS)
    # What is set aside was recorded as well.
    done = int(_FILES(connection).scalar_one()) - int(_SET_ASIDE(connection).scalar_one())
    review = int(_REVIEW(connection).scalar_one())
    return Queue(
        fresh=ready[FRESH],
        backlog=ready.total() - ready[FRESH],
        running=others["running"],
        waiting=later.total(),
        parked=others["parked"],
        missing=others["missing"],
        done=done - review,
        review=review,
    )


def _numbers(connection: Connection, question: Statement) -> Counter[object]:
    return Counter({name: int(count) for name, count in question(connection)})


def waiting(connection: Connection) -> list[Reason]:
    """Return why jobs wait, looking at those that go on soonest."""
    return grouped(
        (reason, due, path)
        for priority in (FRESH, BACKLOG)  # the order of the index
        for reason, due, path in _WAITING(connection, priority=priority, most=LOOKED_AT)
    )


def parked(connection: Connection) -> list[Reason]:
    """Return why jobs are parked."""
    return grouped((reason, None, path) for reason, path in _PARKED(connection, most=LOOKED_AT))


def grouped(rows: Iterable[tuple[str, float | None, bytes]]) -> list[Reason]:
    """Return the reasons of jobs, the most frequent one first. Pure."""
    reasons: dict[str, Reason] = {}
    for text, due, path in rows:
        reason = reasons.setdefault(text, Reason(reason=text))
        reason.count += 1
        if due is not None:
            reason.next_due = due if reason.next_due is None else min(due, reason.next_due)
        if len(reason.paths) < _PATHS:
            reason.paths.append(path)
    return sorted(reasons.values(), key=lambda reason: -reason.count)


def workers(connection: Connection, folder: Path) -> list[Worker]:
    """Return the processes that have joined and not left, the oldest first."""
    locks, now = AliveLocks(folder / "alive"), time_of(connection)

    def is_alive(name: str, seen: float) -> bool:
        if connection.dialect == "sqlite":
            return locks.is_held(name)
        return seen > now - DEAD_SECONDS

    return listed(connection, is_alive)
