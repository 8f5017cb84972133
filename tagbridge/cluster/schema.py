"""Procrastinate's tables in the ledger's database.

They lie in a namespace (a PostgreSQL schema) of their own, whose name holds the version of the
tables. A Procrastinate that changes its tables so gets new ones, made by itself at its first start:
none of its migrations is ever run, and while a cluster is being updated machine by machine, old and
new ones do not stumble over each other's. What was still waiting in the old tables is open in the
ledger and told of again. The old namespace may be dropped when the last machine is up to date.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from procrastinate.schema import SchemaManager
from psycopg import errors, sql

from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from psycopg import AsyncConnection

# Advisory locks of PostgreSQL are numbers that all programs share: these are ours.
SCHEMA_LOCK = 0x7461_6762_7269_0001
PUMP_LOCK = 0x7461_6762_7269_0002


def namespace() -> str:
    """Return the name of the namespace for the installed version of Procrastinate."""
    newest = max(file.name for file in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    version, number, *_ = newest.split("_")
    return f"tagbridge_queue_{version.replace('.', '_')}_{number}"


async def use_namespace(connection: AsyncConnection) -> None:
    """Let a connection find Procrastinate's tables, beside those of the ledger."""
    await connection.set_autocommit(True)
    # A process that is stopped, or whose host vanishes, must not hold a lock for ever.
    await connection.execute("SET idle_in_transaction_session_timeout = '10s'")
    await connection.execute(
        "SELECT set_config('search_path', %s || ', ' || current_setting('search_path'), false)",
        [namespace()],
    )


async def make_tables(connection: AsyncConnection) -> None:
    """Make Procrastinate's tables when they are not there; safe when several start at once.

    Raises:
        ConfigError: The account may not do so.
    """
    if await _are_there(connection):
        return
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", [SCHEMA_LOCK])
            if not await _are_there(connection):
                await _make(connection)
    except errors.InsufficientPrivilege as error:
        raise ConfigError(
            "engine.database: the account may not make tables there; "
            "GRANT CREATE ON DATABASE allows it"
        ) from error


async def _are_there(connection: AsyncConnection) -> bool:
    # Not to_regclass(): a session may remember that there was no such namespace.
    query = "SELECT FROM pg_tables WHERE schemaname = %s AND tablename = 'procrastinate_jobs'"
    cursor = await connection.execute(query, [namespace()])
    return await cursor.fetchone() is not None


async def _make(connection: AsyncConnection) -> None:
    name = sql.Identifier(namespace())
    await connection.execute(sql.SQL("CREATE SCHEMA {}").format(name))
    await connection.execute(SchemaManager.get_schema())
