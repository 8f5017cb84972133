"""Look into a ledger without taking part: nothing is made, migrated, waited for or held up."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from tagbridge.ledger.migrate import newer
from tagbridge.ledger.schema import VERSION
from tagbridge.ledger.statement import Statement
from tagbridge_hooks.errors import ConfigError, TagbridgeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

T = TypeVar("T")

FILE = "state.sqlite3"
_CONNECT_SECONDS = 4
_BUSY_SECONDS = 5.0
_VERSION = Statement("SELECT value FROM ledger WHERE key = 'version'")


class NoLedgerError(TagbridgeError):
    """Report that there is nothing to look at; the message is for a person."""


class UnreadableLedgerError(ConfigError):
    """Report a database that did not answer in time, broke off, or is damaged."""


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
    with _opened(*(_postgresql(url) if url else _sqlite(folder))) as connection:
        yield connection


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
        with suppress(UnreadableLedgerError), _opened(*_sqlite(folder, quietly=True)) as connection:
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
def _opened(engine: Engine, name: str) -> Iterator[Connection]:
    try:
        with engine.connect() as connection:
            _begin(connection)
            _check_version(connection, name)
            yield connection
    except DBAPIError as error:
        # Without its cause, which may quote the words that open the database.
        reason = " ".join(str(error.orig).split())
        raise UnreadableLedgerError(f"{name} cannot be read: {reason}") from None
    finally:
        engine.dispose()


def _sqlite(folder: Path, *, quietly: bool = False) -> tuple[Engine, str]:
    file = folder / FILE
    if not file.exists():
        raise NoLedgerError("nothing has been done yet: there is no state")
    mode = "mode=ro&immutable=1" if quietly else "mode=rw"  # `ro` alone would leave files beside it
    uri = f"{file.absolute().as_uri()}?{mode}"

    def connected() -> sqlite3.Connection:
        # isolation_level None: who says BEGIN is `_begin`, so that all is read from one snapshot.
        return sqlite3.connect(
            uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )

    return create_engine("sqlite://", creator=connected, poolclass=NullPool), f"the state {file}"


def _postgresql(url: str) -> tuple[Engine, str]:
    engine = engine_of(url)
    address = engine.url
    return engine, f"the database {address.database or ''} at {address.host or 'this host'}"


def engine_of(url: str) -> Engine:
    """Return what connects to a PostgreSQL database, and does not wait for one that is away.

    Raises:
        ConfigError: That is not its URL, or a package is missing.
    """
    try:
        address = make_url(url).set(drivername="postgresql+psycopg")
    except ArgumentError:
        raise ConfigError("engine.database is not an address like postgresql://...") from None
    try:
        return create_engine(
            address,
            poolclass=NullPool,
            isolation_level="REPEATABLE READ",
            connect_args={"connect_timeout": _CONNECT_SECONDS, "application_name": "tagbridge"},
            hide_parameters=True,
        )
    except ImportError:
        raise ConfigError("engine.database needs: pip install 'tagbridge[cluster]'") from None


def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _check_version(connection: Connection, name: str) -> None:
    version = _version(connection)
    if version == 0:
        raise NoLedgerError("nothing has been done yet: the state is empty")
    if version < VERSION:
        raise NoLedgerError(f"{name} is of an older tagbridge; `tagbridge watch` takes it over")
    if version > VERSION:
        raise newer(name)


def _version(connection: Connection) -> int:
    if connection.dialect.name == "sqlite":
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    # As text: to_regclass itself would be looked up by the driver as a type.
    found = connection.exec_driver_sql("SELECT CAST(to_regclass('ledger') AS text)").scalar_one()
    return 0 if found is None else int(_VERSION(connection).scalar_one())
