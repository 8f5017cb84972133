"""The queue as a person sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tagbridge.ledger import job_statements as sql
from tagbridge.ledger.job import BACKLOG, FRESH

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import Connection

    from tagbridge.ledger.paths import Paths

JobState: TypeAlias = Literal["open", "running", "parked", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobShown:
    """One job for a person to see.

    Attributes:
        path: Its path; the key where this host lacks the root.
        state: open, running, parked or missing.
        due: When it is taken up, if it is open.
        reason: Why the last attempt was in vain.
        attempts: How many were.
        owner: Who works on it.
        fresh: Whether it goes before the backlog.
    """

    path: Path
    state: JobState
    due: float
    reason: str
    attempts: int
    owner: str | None
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why jobs wait or were set aside.

    Attributes:
        state: `open` if they wait, or parked or missing.
        reason: What was said.
        count: How many.
        due: When the next one of them is taken up.
    """

    state: JobState
    reason: str
    count: int
    due: float


def counts(connection: Connection) -> dict[str, int]:
    """Return how many jobs are open, running, parked and missing.

    Of the open ones `fresh` and `backlog` are due, and `waiting` are not.
    """
    due = {"fresh": FRESH, "backlog": BACKLOG}
    found = {name: sql.COUNT_DUE(connection, priority=p).scalar_one() for name, p in due.items()}
    waits = [sql.COUNT_WAITING(connection, priority=p).scalar_one() for p in due.values()]
    found["waiting"] = sum(waits)
    found["open"] = sum(found.values())
    found |= {"running": 0, "parked": 0, "missing": 0}
    for state, number in sql.COUNT_OTHERS(connection):
        found[state] = number
    return found


def waiting(connection: Connection, paths: Paths, limit: int) -> list[JobShown]:
    """Return open jobs that are due later, the next one first."""
    rows = [
        row
        for priority in (FRESH, BACKLOG)
        for row in sql.WAITING(connection, priority=priority, limit=limit)
    ]
    return sorted(_shown(rows, paths), key=lambda job: job.due)[:limit]


def in_state(connection: Connection, paths: Paths, state: JobState, limit: int) -> list[JobShown]:
    """Return jobs in a state other than open."""
    return _shown(sql.IN_STATE(connection, state=state, limit=limit), paths)


def reasons(connection: Connection) -> list[Reason]:
    """Return why jobs wait or were set aside, the most frequent reason first."""
    rows = sql.REASONS(connection)
    return [Reason(state=s, reason=r, count=n, due=due) for s, r, n, due in rows]


def _shown(rows: Iterable[Any], paths: Paths) -> list[JobShown]:
    return [
        JobShown(
            path=paths.shown(key),
            state=state,
            due=due,
            reason=reason,
            attempts=attempts,
            owner=owner,
            fresh=priority == FRESH,
        )
        for key, state, due, reason, attempts, owner, priority in rows
    ]
