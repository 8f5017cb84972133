"""Bring a database to the schema of this tagbridge, whoever else starts at the same time."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge.ledger.statement import Statement
from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.sqlite_connection import SqliteConnection

VERSION = 5
"""Of the tables in `schema.py`."""
SQLITE_SCHEMA = Path(__file__).with_name("schema.sql")
"""What `schema.statements` says for SQLite, so that nobody has to load it; a test compares them."""
_NOTE = Statement("INSERT INTO ledger (key, value) VALUES (:key, :value)")
_VERSION = Statement("SELECT value FROM ledger WHERE key = 'version'")
_STAMP = Statement("UPDATE ledger SET value = :value WHERE key = 'version'")
_WITHOUT_ALLOWANCES = 2
_PICTURE = Statement("""
    INSERT INTO asset (identity, media_type, seen_at) VALUES (:identity, '', :now)
    ON CONFLICT (identity) DO NOTHING
""")
_FILE = Statement("""
    INSERT INTO file (path, asset_id, inode, size, mtime_ns, outcome, reason, at)
    VALUES (:path, (SELECT id FROM asset WHERE identity = :identity),
        :inode, :size, :mtime_ns, :outcome, :reason, :now)
""")
_CREATE = re.compile(r"^CREATE (TABLE|INDEX)\b", re.MULTILINE)
_LOCK_NUMBER = 0x7461_6762  # of the advisory lock: "tagb"


def migrate_sqlite(connection: SqliteConnection, name: str) -> None:
    """Create or migrate the tables in an SQLite file.

    Raises:
        ConfigError: It was made by a newer tagbridge.
    """
    # Who only wants to look at a current ledger does not wait for those who write.
    if _user_version(connection) != VERSION:
        connection.write(lambda alone: _migrate_sqlite(alone, name))


def _migrate_sqlite(connection: Connection, name: str) -> None:
    version = _user_version(connection)  # somebody may have been quicker
    if version > VERSION:
        raise newer(name)
    if version == 0:
        _create(connection)
    elif version == 1:
        _from_1(connection)
    else:
        _add_what_lacks(connection, version)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def migrate_postgresql(connection: Connection, name: str) -> None:
    """Create or migrate the tables in a PostgreSQL database, within a transaction.

    Raises:
        ConfigError: It was made by a newer tagbridge.
    """
    connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK_NUMBER})")
    if connection.execute("SELECT to_regclass('ledger')::text").scalar_one() is None:
        _create(connection)
        return
    version = int(_VERSION(connection).scalar_one())
    if version > VERSION:
        raise newer(name)
    _add_what_lacks(connection, version)


def newer(name: str) -> ConfigError:
    """Return the error for a ledger that this tagbridge does not understand."""
    return ConfigError(f"the state {name!r} was made by a newer tagbridge; update it")


def _create(connection: Connection) -> None:
    for statement in _statements(connection):  # what has our names and is not ours is refused
        connection.execute(statement)
    _NOTE(connection, key="version", value=str(VERSION))
    _NOTE(connection, key="id", value=str(uuid.uuid4()))


def _statements(connection: Connection) -> Iterable[str]:
    if connection.dialect == "sqlite":
        return SQLITE_SCHEMA.read_text(encoding="utf-8").split(";\n\n")
    from tagbridge.ledger.schema import statements  # noqa: PLC0415 - it takes long to load

    return statements("postgresql")


def _user_version(connection: Connection) -> int:
    return int(connection.execute("PRAGMA user_version").scalar_one())


def _from_1(connection: Connection) -> None:
    """Take over the one table that there was: what was done to which file."""
    connection.execute("ALTER TABLE asset RENAME TO asset_of_version_1")
    _create(connection)
    for batch in connection.batches("SELECT * FROM asset_of_version_1"):
        files = [{**row, "identity": _digest(row["identity"])} for row in batch]
        _PICTURE.many(connection, [file for file in files if file["identity"] is not None])
        _FILE.many(connection, files)
    connection.execute("DROP TABLE asset_of_version_1")


def _add_what_lacks(connection: Connection, version: int) -> None:
    """Add what there was not in a version; all else is as it was."""
    if version == VERSION:
        return
    if version <= _WITHOUT_ALLOWANCES:
        kind = "BLOB" if connection.dialect == "sqlite" else "BYTEA"
        connection.execute(f"ALTER TABLE file ADD COLUMN trace {kind}")
    for statement in _statements(connection):
        connection.execute(_CREATE.sub(r"\g<0> IF NOT EXISTS", statement, count=1))
    _STAMP(connection, value=str(VERSION))


def _digest(identity: str) -> bytes | None:
    """Return the identity of a picture; None for the files that were unreadable."""
    try:
        digest = bytes.fromhex(identity)
    except ValueError:
        return None
    return digest if len(digest) == 32 else None  # noqa: PLR2004 - bytes of a SHA-256
