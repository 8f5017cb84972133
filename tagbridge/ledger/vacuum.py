"""Take out of a ledger what nothing needs any more, and give the space back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.ledger.check import KEPT_DAYS
from tagbridge.ledger.onlooker import FILE
from tagbridge.ledger.overview import time_of
from tagbridge.ledger.quotas import DAY_SECONDS
from tagbridge.ledger.statement import Statement
from tagbridge_hooks.errors import WriteError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.ledger import Ledger

_MISSING_SECONDS = 90 * DAY_SECONDS
_SILENT_SECONDS = 600.0  # a host that sleeps may come back
_BUSY_SECONDS = 60.0
_WORTHWHILE = 0.02  # below this part of the file SQLite need not write it anew
# Old days are added up as day 0, so that what was spent in all stays known.
_ADD_UP = Statement("""
    INSERT INTO quota (scope, day, calls, cost)
    SELECT scope, 0, CAST(SUM(calls) AS BIGINT), CAST(SUM(cost) AS BIGINT)
    FROM quota WHERE day > 0 AND day < :first GROUP BY scope
    ON CONFLICT (scope, day) DO UPDATE SET
        calls = quota.calls + excluded.calls, cost = quota.cost + excluded.cost
""")
_OLD_QUOTA = Statement("DELETE FROM quota WHERE day > 0 AND day < :first")
_MISSING = Statement("""
    DELETE FROM job WHERE state <> 'open' AND state = 'missing' AND due < :now - :age
""")
_WORKER = Statement("DELETE FROM worker WHERE id = :id AND seen = :seen")
_CALLS = Statement("""
    DELETE FROM call WHERE NOT EXISTS (SELECT 1 FROM asset WHERE asset.id = call.asset_id)
""")
_FILES = Statement("""
    UPDATE file SET asset_id = NULL WHERE asset_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM asset WHERE asset.id = file.asset_id)
""")
_WRITTEN = Statement("""
    DELETE FROM written WHERE NOT EXISTS (SELECT 1 FROM asset WHERE asset.id = written.asset_id)
        OR NOT EXISTS (SELECT 1 FROM source WHERE source.id = written.source_id)
""")
_JOBS = Statement("""
    UPDATE job SET state = 'open', due = :now, claim = NULL
    WHERE state <> 'open' AND state = 'running' AND owner IS NULL
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacuumed:
    """What was done.

    Attributes:
        removed: How many rows of each kind went, or were set right.
        before: Bytes of the database.
        after: Bytes of the database.
    """

    removed: Mapping[str, int]
    before: int
    after: int


def vacuum(ledger: Ledger, folder: Path, url: str = "") -> Vacuumed:
    """Take out what nothing needs any more, and give the space back; others may go on.

    Where the database is SQLite they wait while the file is written anew.

    Raises:
        WriteError: There is no room for that, or somebody writes all the time.
    """
    before = _size(folder, url)
    removed = {"worker": _forget_workers(ledger)}
    removed |= ledger.database.transaction(_tidy)
    if url:
        from tagbridge.ledger.postgresql_visitor import tidy_up  # noqa: PLC0415 - takes long

        tidy_up(url)
    else:
        _vacuum_sqlite(folder / FILE)
    return Vacuumed(removed=removed, before=before, after=_size(folder, url))


def _forget_workers(ledger: Ledger) -> int:
    workers = ledger.workers.all()
    now = ledger.database.read(ledger.database.now)
    patience = 0.0 if ledger.database.dialect == "sqlite" else _SILENT_SECONDS
    dead = [w for w in workers if not w.alive and w.seen <= now - patience]

    def work(connection: Connection) -> int:
        # If it has given a sign of life meanwhile, it stays.
        return sum(_WORKER(connection, id=w.id, seen=w.seen).rowcount for w in dead)

    return ledger.database.transaction(work)


def _tidy(connection: Connection) -> dict[str, int]:
    today = int(time_of(connection) // DAY_SECONDS)
    first = today - KEPT_DAYS
    _ADD_UP(connection, first=first)
    return {
        "quota": _OLD_QUOTA(connection, first=first).rowcount,
        "missing": _MISSING(connection, age=_MISSING_SECONDS).rowcount,
        "call": _CALLS(connection).rowcount,
        "file": _FILES(connection).rowcount,
        "written": _WRITTEN(connection).rowcount,
        "job": _JOBS(connection).rowcount,
    }


def _vacuum_sqlite(file: Path) -> None:
    try:
        with closing(sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None)) as db:
            (free,), (pages,) = (
                db.execute(f"PRAGMA {name}").fetchone() for name in ("freelist_count", "page_count")
            )
            if free > _WORTHWHILE * pages:
                db.execute("VACUUM")
            # What it says is of no matter: whoever reads just now keeps some of the log alive.
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as error:
        raise WriteError(f"the space could not be given back: {error}") from error


def _size(folder: Path, url: str) -> int:
    if url:
        from tagbridge.ledger.postgresql_visitor import size  # noqa: PLC0415 - it takes long

        return size(url)
    files = (folder / (FILE + end) for end in ("", "-wal", "-shm"))
    return sum(file.stat().st_size for file in files if file.exists())
