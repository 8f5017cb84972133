"""What is to be done: one row for each file that waits, is worked on, or was set aside."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeAlias

from tagbridge.ledger import job_statements as sql
from tagbridge.ledger.job import BACKLOG, FRESH, Job, job_of
from tagbridge.printable import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from tagbridge.ledger.connection import Connection, Rows
    from tagbridge.ledger.database import Database
    from tagbridge.ledger.paths import Paths
    from tagbridge.ledger.workers import Workers

NewJob: TypeAlias = "tuple[Path, os.stat_result | None, bool]"  # is it fresh?


class Jobs:
    """The table of jobs."""

    def __init__(self, database: Database, paths: Paths, workers: Workers) -> None:
        self._database = database
        self._paths = paths
        self._workers = workers

    def add(self, path: Path, status: os.stat_result | None, *, fresh: bool) -> None:
        """Queue a file, due now; what was set aside starts anew.

        A job that runs goes on, and is open again when it ends.
        """
        self.add_all([(path, status, fresh)])

    def add_all(self, items: Iterable[NewJob]) -> None:
        """Queue many files in one transaction, see `add`."""
        rows = sorted((self._row(*item) for item in items), key=_path)
        self._database.transaction(lambda connection: sql.ADD.many(connection, rows))

    def claim(self, owner: str, limit: int, *, only_fresh: bool = False) -> list[Job]:
        """Take up what is due: fresh files first, then the longest due."""
        priorities = (FRESH,) if only_fresh else (FRESH, BACKLOG)
        claim = os.urandom(8)
        runs = 0

        def work(connection: Connection) -> list[Job]:
            nonlocal runs
            runs += 1
            if runs > 1:  # nobody knows whether the first claim was committed
                ours = [job_of(row) for row in sql.CLAIMED(connection, claim=claim)]
                if ours:
                    return ours
            jobs: list[Job] = []
            for priority in priorities:
                left = limit - len(jobs)
                if left > 0:
                    due = sql.DUE(connection, priority=priority, limit=left)
                    jobs += [job_of(row, claimed=True) for row in due]
            _run(connection, jobs, owner, claim)
            return jobs

        return self._database.transaction(work)

    def claim_one(self, key: bytes, owner: str) -> Job | None:
        """Take up one job if it is open and due."""
        claim = os.urandom(8)
        runs = 0

        def work(connection: Connection) -> Job | None:
            nonlocal runs
            runs += 1
            if runs > 1:
                row = sql.CLAIMED(connection, claim=claim).first()
                if row is not None:
                    return job_of(row)
            row = sql.DUE_ONE(connection, path=key).first()
            if row is None:
                return None
            job = job_of(row, claimed=True)
            _run(connection, [job], owner, claim)
            return job

        return self._database.transaction(work)

    def holds(self, job: Job) -> bool:
        """Return whether a worker still has a job; ask before a write."""
        return self._database.look_up(sql.HOLDS, job.place) is not None

    def finish(self, job: Job) -> bool:
        """End a job; it is open again if something happened to the file meanwhile.

        Returns:
            Whether the worker still had it; so for all that follow.
        """
        return self._change(job, lambda c: sql.FINISH(c, version=job.version, **job.place))

    def again(self, job: Job, due: float, reason: str) -> bool:
        """Take a job up again at a time, or at once if something happened to the file."""
        values = {"due": due, "reason": plain(reason), "version": job.version}
        return self._change(job, lambda c: sql.AGAIN(c, **values, **job.place))

    def park(self, job: Job, reason: str) -> bool:
        """Set a job aside for a person."""
        return self._set_aside(job, "parked", reason)

    def missing(self, job: Job, reason: str) -> bool:
        """Set a job aside whose file is not there."""
        return self._set_aside(job, "missing", reason)

    def forget(self, path: Path) -> None:
        """Drop the job of a file, whoever has it."""
        key = self._paths.key(path)
        self._database.transaction(lambda connection: sql.FORGET(connection, path=key))

    def retry(self, paths: Sequence[Path] | None) -> int:
        """Take up now what was set aside or waits, below some paths or everywhere (None)."""

        def work(connection: Connection) -> int:
            if paths is None:
                return _wake(connection) + sql.RETRY_ASIDE(connection).rowcount
            ranges = [one for path in paths for one in self._paths.below(path)]
            return sum(
                sql.RETRY_BELOW(connection, key=key, first=first, end=end).rowcount
                for key, first, end in ranges
            )

        return self._database.transaction(work)

    def retry_parked(self, reason: str) -> int:
        """Take up now what was parked for exactly this reason, and return how many that is."""
        return self._database.transaction(lambda c: sql.RETRY_PARKED(c, reason=reason).rowcount)

    def wake(self) -> int:
        """Take up now what waits for a later time, and return how many that is."""
        return self._database.transaction(_wake)

    def next_due(self) -> float | None:
        """Return when the next open job is due, which may have passed."""
        rows = [self._database.look_up(sql.NEXT_DUE, {"priority": p}) for p in (FRESH, BACKLOG)]
        return min((row[0] for row in rows if row is not None), default=None)

    def reopen_of_dead(self) -> int:
        """Open the jobs of dead owners again, as fresh ones, and return how many."""

        def work(connection: Connection) -> int:
            owners = [owner for (owner,) in sql.OWNERS(connection).all()]
            dead = [name for name in owners if not self._workers.is_alive(connection, name)]
            return sum(sql.REOPEN_ALL(connection, owner=name).rowcount for name in dead)

        return self._database.transaction(work)

    def _row(self, path: Path, status: os.stat_result | None, fresh: bool) -> dict[str, object]:  # noqa: FBT001 - of a tuple
        key = self._paths.key(path)
        stamp = (None, None, None) if status is None else self._paths.stamp(key, status)
        inode, size, mtime_ns = stamp
        priority = FRESH if fresh else BACKLOG
        return {
            "path": key,
            "priority": priority,
            "inode": inode,
            "size": size,
            "mtime_ns": mtime_ns,
        }

    def _set_aside(self, job: Job, state: str, reason: str) -> bool:
        values = {"state": state, "reason": plain(reason), "version": job.version}
        return self._change(job, lambda c: sql.SET_ASIDE(c, **values, **job.place))

    def _change(self, job: Job, change: Callable[[Connection], Rows]) -> bool:
        """Change a running job that we still have; open it if the file changed meanwhile."""
        runs = 0

        def work(connection: Connection) -> bool:
            nonlocal runs
            runs += 1
            if change(connection).rowcount:
                return True
            if sql.REOPEN(connection, version=job.version, **job.place).rowcount:
                return True
            # Run again because nobody knew of the commit: what it did is done.
            return runs > 1 and _was_ours(connection, job)

        return self._database.transaction(work)


def _path(row: Mapping[str, Any]) -> bytes:
    """Return what to sort by: two who change the same rows must not wait for each other."""
    path: bytes = row["path"]
    return path


def _run(connection: Connection, jobs: Sequence[Job], owner: str, claim: bytes) -> None:
    rows = [{"path": j.key, "generation": j.generation} for j in jobs]
    sql.RUN.many(connection, [{**row, "owner": owner, "claim": claim} for row in rows])


def _wake(connection: Connection) -> int:
    waiting = [sql.RETRY_WAITING(connection, priority=p) for p in (FRESH, BACKLOG)]
    return sum(done.rowcount for done in waiting)


def _was_ours(connection: Connection, job: Job) -> bool:
    row = sql.LOOK(connection, path=job.key).first()
    return row is None or row[0] == job.generation
