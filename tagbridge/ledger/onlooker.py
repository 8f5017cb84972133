"""Look into a ledger without taking part: nothing is made, migrated, waited for or held up."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

from tagbridge.ledger.errors import NoLedgerError, UnreadableLedgerError
from tagbridge.ledger.migrate import VERSION, newer
from tagbridge.ledger.sqlite_connection import SqliteConnection
from tagbridge.ledger.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tagbridge.ledger.connection import Connection

T = TypeVar("T")

FILE = "state.sqlite3"
_BUSY_SECONDS = 5.0
_VERSION = Statement("SELECT value FROM ledger WHERE key = 'version'")


@contextmanager
def look(folder: Path, url: str = "") -> Iterator[Connection]:
    """Yield a connection that reads, and sees the ledger as it is at one moment.

    Args:
        folder: The state folder.
        url: The database, if it is not in the folder.

    Raises:
        NoLedgerError: There is none yet.
        UnreadableLedgerError: It cannot be read, now or within the block.
        ConfigError: It is one of a newer tagbridge, or the URL is wrong.
    """
    if not url:
        with _opened(folder) as connection:
            yield connection
        return
    from tagbridge.ledger.postgresql_visitor import visit  # noqa: PLC0415 - it takes long to load

    with visit(url) as (visited, name):
        _check_version(visited, name)
        yield visited


def ask_quietly(folder: Path, url: str, question: Callable[[Connection], T]) -> T:
    """Return what a short question to the ledger gives, and leave no trace at all.

    Even a look at an SQLite file makes files beside it and removes them, by which the time of the
    folder changes. Where nobody else has it open there is no need for them.

    Args:
        folder: The state folder.
        url: The database, if it is not in the folder.
        question: Reads; asked again if somebody wrote at the same moment.

    Raises:
        ConfigError: As for `look`.
        NoLedgerError: As for `look`.
    """
    file = folder / FILE
    at_rest = None if url else _at_rest(file)
    if at_rest is not None:
        with suppress(UnreadableLedgerError), _opened(folder, quietly=True) as connection:
            answer = question(connection)
            if _at_rest(file) == at_rest:
                return answer
    with look(folder, url) as connection:
        return question(connection)


def _at_rest(file: Path) -> tuple[int, ...] | None:
    """Return what tells an SQLite file from what it may become; None while somebody has it open."""
    try:
        status = file.stat()
    except OSError:
        return None
    if file.with_name(f"{FILE}-wal").exists():
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


@contextmanager
def _opened(folder: Path, *, quietly: bool = False) -> Iterator[Connection]:
    file = folder / FILE
    if not file.exists():
        raise NoLedgerError("nothing has been done yet: there is no state")
    mode = "mode=ro&immutable=1" if quietly else "mode=rw"  # `ro` alone would leave files beside it
    uri, name = f"{file.absolute().as_uri()}?{mode}", f"the state {file}"
    try:
        # isolation_level None: BEGIN is ours to say, so that all is read from one snapshot.
        with closing(
            sqlite3.connect(
                uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        ) as driver:
            connection = SqliteConnection(driver)
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            _check_version(connection, name)
            yield connection
    except sqlite3.Error as error:
        raise UnreadableLedgerError(f"{name} cannot be read: {error}") from None


def _check_version(connection: Connection, name: str) -> None:
    version = _version(connection)
    if version == 0:
        raise NoLedgerError("nothing has been done yet: the state is empty")
    if version < VERSION:
        raise NoLedgerError(f"{name} is of an older tagbridge; `tagbridge watch` takes it over")
    if version > VERSION:
        raise newer(name)


def _version(connection: Connection) -> int:
    if connection.dialect == "sqlite":
        return int(connection.execute("PRAGMA user_version").scalar_one())
    # As text: to_regclass itself would be looked up by the driver as a type.
    found = connection.execute("SELECT CAST(to_regclass('ledger') AS text)").scalar_one()
    return 0 if found is None else int(_VERSION(connection).scalar_one())
