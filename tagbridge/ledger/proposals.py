"""What would be written into files that await their review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.ledger.statement import Statement
from tagbridge.ledger.written import KINDS, entry_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.written import Entry

_OF_FILE = Statement("""
    SELECT kind, value, provider, model, confidence
    FROM proposed JOIN source ON source.id = proposed.source_id WHERE path = :path
""")
_FORGET = Statement("DELETE FROM proposed WHERE path = :path")
_PROPOSE = Statement("""
    INSERT INTO proposed (path, kind, value, source_id, confidence)
    VALUES (:path, :kind, :value, :source_id, :confidence)
    ON CONFLICT (path, kind, value) DO NOTHING
""")


def propose(connection: Connection, key: bytes, entries: Sequence[Entry]) -> None:
    """Note what would be written into the file of a key, in place of what was noted before."""
    _FORGET(connection, path=key)
    known = [entry for entry in entries if entry.kind in KINDS]
    _PROPOSE.many(connection, [{**row, "path": key} for row in rows_of(connection, known)])


def proposed(connection: Connection, key: bytes) -> tuple[Entry, ...]:
    """Return what would be written into the file of a key; none where it awaits no review."""
    return tuple(entry_of(said) for said in _OF_FILE(connection, path=key))
