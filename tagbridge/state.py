"""What was done to which file, so that a restart neither forgets nor repeats it.

One SQLite file in the state folder. The durable engine with stored answers and budgets will grow
from it; the schema version in `user_version` is what it will migrate.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING

from tagbridge_hooks import ConfigError, WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_VERSION = 1
_SCHEMA = """
CREATE TABLE asset (
    path BLOB PRIMARY KEY,     -- as the operating system spells it
    inode INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    identity TEXT NOT NULL,    -- of the picture without its metadata; empty if it was unreadable
    outcome TEXT NOT NULL,     -- writing, or the outcome of the receipt
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""
_UPSERT = """
INSERT INTO asset (path, inode, size, mtime_ns, identity, outcome, reason)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (path) DO UPDATE SET inode = excluded.inode, size = excluded.size,
    mtime_ns = excluded.mtime_ns, identity = excluded.identity,
    outcome = excluded.outcome, reason = excluded.reason
"""


class State:
    """The memory of one user's tagbridge; safe to use from several threads and processes."""

    def __init__(self, folder: Path | None) -> None:
        """Open the state in a folder, which is made if need be; None forgets it in the end."""
        file = ":memory:" if folder is None else folder / "state.sqlite3"
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _alone(folder), ExitStack() as closed_on_error:
                self._db = sqlite3.connect(
                    file, timeout=30.0, isolation_level=None, check_same_thread=False
                )
                closed_on_error.callback(self._db.close)
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = NORMAL")
                self._migrate(file)
                closed_on_error.pop_all()
        except (OSError, sqlite3.Error) as error:
            raise ConfigError(f"the state {str(file)!r} cannot be used: {error}") from error
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def is_done(self, path: Path, status: os.stat_result) -> bool:
        """Return whether exactly this file was dealt with, or is our own write."""
        row = self._row("SELECT inode, size, mtime_ns FROM asset WHERE path = ?", path)
        return row == (status.st_ino, status.st_size, status.st_mtime_ns)

    def was_tagged(self, path: Path, identity: str, status: os.stat_result) -> bool:
        """Return whether the same picture was tagged under this name before.

        Then somebody edited its metadata since, and what they removed must not come back. The
        file as it is now counts as done.
        """
        row = self._row("SELECT identity, outcome FROM asset WHERE path = ?", path)
        if row is None or row[0] != identity or row[1] not in ("written", "unchanged"):
            return False
        self.record(path, status, identity, str(row[1]))
        return True

    def record(
        self, path: Path, status: os.stat_result, identity: str, outcome: str, reason: str = ""
    ) -> None:
        """Remember what became of a file, or, as `writing`, what it is about to become.

        Raises:
            WriteError: It cannot be remembered, for example because the disk is full.
        """
        values = (
            _key(path),
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
            identity,
            outcome,
            reason,
        )
        try:
            with self._lock:
                self._db.execute(_UPSERT, values)
        except sqlite3.Error as error:
            raise WriteError(f"the state cannot be written: {error}") from error

    def _row(self, query: str, path: Path) -> tuple[object, ...] | None:
        with self._lock, closing(self._db.execute(query, (_key(path),))) as cursor:
            row: tuple[object, ...] | None = cursor.fetchone()
            return row

    def _migrate(self, file: Path | str) -> None:
        # Immediate: two processes that start at once must not both create the table.
        self._db.execute("BEGIN IMMEDIATE")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._db.execute(_SCHEMA)
            self._db.execute(f"PRAGMA user_version = {_VERSION}")
        self._db.execute("COMMIT")
        if version > _VERSION:
            raise ConfigError(f"the state {str(file)!r} was made by a newer tagbridge; update it")


@contextmanager
def _alone(folder: Path | None) -> Iterator[None]:
    """Let one process at a time open the state: who turns on WAL does not wait for another one."""
    if folder is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # some file systems have no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _key(path: Path) -> bytes:
    """Return a path as the operating system spells it, whatever the current folder is."""
    return os.fsencode(os.path.abspath(path))  # noqa: PTH100 - a link stays, `..` goes
