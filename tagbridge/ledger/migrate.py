"""Bring a database to the schema of this tagbridge, whoever else starts at the same time."""

from __future__ import annotations

import itertools
import uuid
from typing import TYPE_CHECKING, Any

from tagbridge.ledger.schema import (
    VERSION,
    allowance,
    file,
    let_postgresql_have_partial_indexes,
    metadata,
    proposed,
    run,
    sidecar,
    source,
    throughput,
    token,
    written,
)
from tagbridge.ledger.statement import Statement
from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

_IMMEDIATE = "BEGIN IMMEDIATE"
_NOTE = Statement("INSERT INTO ledger (key, value) VALUES (:key, :value)")
_VERSION = Statement("SELECT value FROM ledger WHERE key = 'version'")
_STAMP = Statement("UPDATE ledger SET value = :value WHERE key = 'version'")
_WITHOUT_ALLOWANCES = 2
_WITHOUT_SIDECARS = 3
_WITHOUT_REVIEW = 4
_BATCH = 1000
_PICTURE = Statement("""
    INSERT INTO asset (identity, media_type, seen_at) VALUES (:identity, '', :now)
    ON CONFLICT (identity) DO NOTHING
""")
_FILE = Statement("""
    INSERT INTO file (path, asset_id, inode, size, mtime_ns, outcome, reason, at)
    VALUES (:path, (SELECT id FROM asset WHERE identity = :identity),
        :inode, :size, :mtime_ns, :outcome, :reason, :now)
""")
_LOCK_NUMBER = 0x7461_6762  # of the advisory lock: "tagb"


def migrate_sqlite(connection: Connection, name: str) -> None:
    """Create or migrate the tables in an SQLite file.

    Raises:
        ConfigError: It was made by a newer tagbridge.
    """
    # Who only wants to look at a current ledger does not wait for those who write.
    version = _user_version(connection)
    connection.rollback()
    if version == VERSION:
        return
    with connection.begin():
        connection.exec_driver_sql(_IMMEDIATE)
        version = _user_version(connection)
        if version > VERSION:
            raise newer(name)
        if version == 0:
            _create(connection)
        elif version == 1:
            _from_1(connection)
        else:
            _add_what_lacks(connection, version)
        connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")


def migrate_postgresql(connection: Connection, name: str) -> None:
    """Create or migrate the tables in a PostgreSQL database.

    Raises:
        ConfigError: It was made by a newer tagbridge.
    """
    let_postgresql_have_partial_indexes()
    with connection.begin():
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_NUMBER})")
        (table,) = connection.exec_driver_sql("SELECT to_regclass('ledger')::text").one()
        if table is None:
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
    metadata.create_all(connection, checkfirst=False)
    _NOTE(connection, key="version", value=str(VERSION))
    _NOTE(connection, key="id", value=str(uuid.uuid4()))


def _user_version(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def _from_1(connection: Connection) -> None:
    """Take over the one table that there was: what was done to which file."""
    connection.exec_driver_sql("ALTER TABLE asset RENAME TO asset_of_version_1")
    _create(connection)
    rows = connection.exec_driver_sql(
        "SELECT path, inode, size, mtime_ns, identity, outcome, reason FROM asset_of_version_1"
    )
    for batch in _batches(rows.mappings()):
        files = [{**row, "identity": _digest(row["identity"])} for row in batch]
        _PICTURE.many(connection, [file for file in files if file["identity"] is not None])
        _FILE.many(connection, files)
    connection.exec_driver_sql("DROP TABLE asset_of_version_1")


def _add_what_lacks(connection: Connection, version: int) -> None:
    """Add what there was not in a version; all else is as it was."""
    if version <= _WITHOUT_ALLOWANCES:
        metadata.create_all(connection, tables=[allowance, token, source, written])
        kind = "BLOB" if connection.dialect.name == "sqlite" else "BYTEA"
        connection.exec_driver_sql(f"ALTER TABLE file ADD COLUMN trace {kind}")
    if version <= _WITHOUT_SIDECARS:
        metadata.create_all(connection, tables=[run, sidecar, throughput])
    if version <= _WITHOUT_REVIEW:
        metadata.create_all(connection, tables=[proposed])
        for index in (*file.indexes, *written.indexes):
            index.create(connection, checkfirst=True)
    if version < VERSION:
        _STAMP(connection, value=str(VERSION))


def _batches(rows: Iterable[Any]) -> Iterable[Sequence[Any]]:
    remaining = iter(rows)
    while batch := list(itertools.islice(remaining, _BATCH)):
        yield batch


def _digest(identity: str) -> bytes | None:
    """Return the identity of a picture; None for the files that were unreadable."""
    try:
        digest = bytes.fromhex(identity)
    except ValueError:
        return None
    return digest if len(digest) == 32 else None  # noqa: PLR2004 - bytes of a SHA-256
