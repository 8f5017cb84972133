"""Short visits to a PostgreSQL database, by somebody who does not wait for one that is away."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tagbridge.ledger.errors import UnreadableLedgerError
from tagbridge.ledger.postgresql_connection import LACKING, PostgresConnection
from tagbridge_hooks.errors import ConfigError

try:
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError, DBAPIError
    from sqlalchemy.pool import NullPool

    from tagbridge.ledger.schema import metadata
except ImportError as error:
    raise ConfigError(LACKING) from error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

_CONNECT_SECONDS = 4


@contextmanager
def visit(url: str) -> Iterator[tuple[PostgresConnection, str]]:
    """Yield a connection that reads, on the database as it is at one moment, and its name.

    Raises:
        UnreadableLedgerError: It cannot be read, now or within the block.
        ConfigError: That is not its URL, or a package is missing.
    """
    engine = _engine(url)
    address = engine.url
    name = f"the database {address.database or ''} at {address.host or 'this host'}"
    try:
        with engine.connect() as pooled:
            connection = PostgresConnection(pooled)
            connection.execute("SET TRANSACTION READ ONLY")
            yield connection, name
    except DBAPIError as error:
        # Without its cause, which may quote the words that open the database.
        reason = " ".join(str(error.orig).split())
        raise UnreadableLedgerError(f"{name} cannot be read: {reason}") from None
    finally:
        engine.dispose()


def size(url: str) -> int:
    """Return the bytes of the tables and their indexes."""
    sizes = (f"pg_total_relation_size('{table.name}')" for table in metadata.sorted_tables)
    with _engine(url).connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT {' + '.join(sizes)}").scalar_one())


def tidy_up(url: str) -> None:
    """Give space back, and let the server look anew at what there is."""
    with _engine(url).connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in metadata.sorted_tables:
            alone.exec_driver_sql(f"VACUUM (ANALYZE) {table.name}")


def _engine(url: str) -> Engine:
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
        raise ConfigError(LACKING) from None
