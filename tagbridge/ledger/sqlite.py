"""The ledger in one SQLite file, for any number of threads and processes of one machine."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from tagbridge.ledger.migrate import migrate_sqlite
from tagbridge.ledger.sqlite_connection import SqliteConnection
from tagbridge.ledger.trouble import Trouble
from tagbridge_hooks import ConfigError, WriteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.statement import Statement

T = TypeVar("T")

FILE = "state.sqlite3"
_OPENING_SECONDS = 30.0
_BUSY_SECONDS = 1.0  # of one attempt: `Database` tries again, and looks whether it was closed
_PAGE_BYTES = 8192  # in 4096 three stored answers leave a quarter empty
_WAL_BYTES = 64 * 2**20  # it shrinks to this after a large import
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_DISK = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
}


class SqliteFile:
    """Two connections to one file: the writer's, and the readers', who do not wait for it.

    Threads take turns by a lock of the process, which wakes the next one at once; between
    processes SQLite can only look again and again.
    """

    dialect: Literal["sqlite"] = "sqlite"

    def __init__(self, folder: Path | None, *, durable: bool) -> None:
        """Open the file in a folder, which is made if need be; None forgets it in the end.

        Raises:
            ConfigError: It cannot be opened, or was made by a newer tagbridge.
        """
        file = ":memory:" if folder is None else str(folder / FILE)
        self._locks = (threading.RLock(), threading.RLock())
        try:
            with ExitStack() as closed_on_error:
                with _alone(folder):
                    writer = _opened(file, durable=durable)
                    closed_on_error.callback(writer.close)
                    migrate_sqlite(writer, file)
                reader = writer if folder is None else _opened(file, durable=durable)
                closed_on_error.pop_all()
        except (OSError, sqlite3.Error) as error:
            raise ConfigError(f"the state {file!r} cannot be used: {error}") from error
        if reader is writer:
            self._locks = (self._locks[0], self._locks[0])
        self._writer, self._reader = writer, reader
        for connection in (writer, reader):
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000:.0f}")

    def transaction(self, work: Callable[[Connection], T]) -> T:
        """Do work in one transaction that is alone in writing."""
        with self._locks[0]:
            return self._writer.write(work)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Do work on the ledger as it is at one moment."""
        with self._locks[1]:
            return self._reader.read(work)

    def look_up(self, statement: Statement, values: Mapping[str, object]) -> tuple[Any, ...] | None:
        """Return one row: a scan asks a million times."""
        timed = {**values, "now": time.time()}
        with self._locks[1]:
            return self._reader.look_up(statement.sqlite, timed)

    def trouble(self, error: Exception, *, writing: bool) -> Trouble | None:
        """Return what to wait for, None if waiting does not help.

        Raises:
            WriteError: The disk is full or broken.
        """
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
        if code in _BUSY:
            return Trouble(reason="another process keeps it locked", is_conflict=True)
        if code in _DISK:
            verb = "written" if writing else "read"
            raise WriteError(f"the state cannot be {verb}: {error}") from error
        return None

    def close(self) -> None:
        """Close the file when what is under way has ended."""
        with self._locks[0], self._locks[1]:
            self._reader.close()
            self._writer.close()


def _opened(file: str, *, durable: bool) -> SqliteConnection:
    driver = sqlite3.connect(
        file,
        timeout=_OPENING_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        driver.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # of a new file
        driver.execute("PRAGMA journal_mode = WAL")
        driver.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES}")
        driver.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        driver.execute("PRAGMA temp_store = MEMORY")
    except BaseException:
        driver.close()
        raise
    return SqliteConnection(driver)


@contextmanager
def _alone(folder: Path | None) -> Iterator[None]:
    """Let one process at a time open the file: who turns on WAL does not wait for another one."""
    if folder is None:
        yield
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # some file systems have no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        _make_private(folder / FILE)
        yield
    finally:
        os.close(descriptor)


def _make_private(file: Path) -> None:
    """Make the file ours alone; SQLite gives those beside it the same mode.

    A file that exists is not opened for that: whoever closes a file drops all POSIX locks that
    this process has on it, SQLite's among them, and then commits are lost without a word.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with suppress(FileExistsError):
        os.close(os.open(file, flags, 0o600))
    with suppress(OSError):  # not ours, or a file system without modes
        file.chmod(0o600)
