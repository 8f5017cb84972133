"""The ledger in a PostgreSQL database, for many machines."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from tagbridge.ledger.migrate import migrate_postgresql
from tagbridge.ledger.postgresql_connection import LACKING, PostgresConnection
from tagbridge.ledger.trouble import Trouble
from tagbridge_hooks import ConfigError

try:
    import psycopg
    from sqlalchemy import create_engine, event, make_url
    from sqlalchemy.exc import ArgumentError, DBAPIError
except ImportError as error:
    raise ConfigError(LACKING) from error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import URL, Engine

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.statement import Statement

T = TypeVar("T")

_CONNECTIONS = 8
_CONNECT = {
    "client_encoding": "utf8",
    "application_name": "tagbridge",
    "connect_timeout": 5,
    # A host that vanished without a word must be noticed.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
# A process that was stopped in the middle of a transaction must not hold its locks for ever.
_LIMIT = "SET idle_in_transaction_session_timeout = '10s'"
_CONFLICTS = {"40001", "40P01", "55P03"}
# Of a connection that broke, of a server short of something, that stops, or became a standby.
_AWAY_CLASSES = {"08", "53", "57", "58"}
_AWAY = {"25006", "25P03"}
# A server that refuses a connection sends no state, only words.
_REFUSALS = ("does not exist", "authentication failed", "no password supplied", "pg_hba.conf")


class PostgresServer:
    """Pools of connections: the writers', and those of readers, who see one snapshot each."""

    dialect: Literal["postgresql"] = "postgresql"

    def __init__(self, url: str) -> None:
        """Take the address; nothing is connected yet.

        Raises:
            ConfigError: It is none.
        """
        address = _address(url)
        # Without the user, the password and the options, which may hold one.
        self._name = f"{address.host or ''}:{address.port or ''}/{address.database or ''}"
        self._writing = _engine(address, isolation_level="READ COMMITTED")
        self._reading = _engine(address, isolation_level="REPEATABLE READ")
        self._looking = _engine(address, isolation_level="AUTOCOMMIT")
        event.listen(self._writing, "connect", _limit)

    def prepare(self) -> None:
        """Make the tables, or check that they are ours.

        Raises:
            ConfigError: They are those of a newer tagbridge, or we are not let in.
        """
        try:
            with self._writing.begin() as pooled:
                migrate_postgresql(PostgresConnection(pooled), self._name)
        except DBAPIError as error:
            reason = _in_one_line(error.orig)
            if self.trouble(error) is None or any(words in reason for words in _REFUSALS):
                message = f"engine.database {self._name!r} cannot be used: {reason}"
                raise ConfigError(message) from None
            raise

    def transaction(self, work: Callable[[Connection], T]) -> T:
        """Do work in one transaction."""
        with self._writing.begin() as pooled:
            return work(PostgresConnection(pooled))

    def read(self, work: Callable[[Connection], T]) -> T:
        """Do work on the ledger as it is at one moment."""
        with self._reading.connect() as pooled:
            return work(PostgresConnection(pooled))

    def look_up(self, statement: Statement, values: Mapping[str, object]) -> tuple[Any, ...] | None:
        """Return one row, in one round trip, straight from the driver."""
        connection = self._looking.raw_connection()
        try:
            with closing(connection.cursor()) as cursor:
                cursor.execute(statement.postgresql, values)
                row: tuple[Any, ...] | None = cursor.fetchone()
                return row
        except psycopg.Error:
            connection.invalidate()
            raise
        finally:
            connection.close()

    def trouble(self, error: Exception, *, writing: bool = False) -> Trouble | None:  # noqa: ARG002 - for SQLite
        """Return what to wait for, None if waiting does not help."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        if not isinstance(cause, psycopg.Error):
            return None
        state, reason = cause.sqlstate, _in_one_line(cause)
        if state in _CONFLICTS:
            return Trouble(reason=reason, is_conflict=True)
        # Without a state, it is about the connection and not from the server.
        is_lost = state is None and isinstance(cause, psycopg.OperationalError)
        if is_lost or state in _AWAY or (state or "")[:2] in _AWAY_CLASSES:
            return Trouble(reason=reason)
        return None

    def close(self) -> None:
        """Close the connections; nobody uses them any more."""
        for engine in (self._writing, self._reading, self._looking):
            engine.dispose()


def _address(url: str) -> URL:
    try:
        # Without a traceback: it would show the address and the password in it.
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigError("engine.database is not an address like postgresql://...") from None
    if address.get_backend_name() not in ("postgresql", "postgres"):
        raise ConfigError("engine.database must begin with postgresql://")
    return address.set(drivername="postgresql+psycopg")


def _engine(address: URL, *, isolation_level: str) -> Engine:
    options = {name: value for name, value in _CONNECT.items() if name not in address.query}
    return create_engine(
        address,
        isolation_level=isolation_level,
        connect_args=options,
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_timeout=None,
        pool_use_lifo=True,
        # After an outage every connection that lies in the pool is dead; this finds out before
        # anything is asked of one, so the outage is over for all threads at once.
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _limit(connection: psycopg.Connection[Any], _record: object) -> None:
    connection.execute(_LIMIT)
    connection.commit()


def _in_one_line(error: object) -> str:
    return " ".join(str(error).split())
