"""What would be written into files that await their review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.ledger.statement import Statement
from tagbridge.ledger.written import KINDS, MILLE, Entry, mille, sources_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge.ledger.connection import Connection

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
    if not entries:
        return
    sources = sources_of(connection, entries)
    rows = [
        {
            "path": key,
            "kind": KINDS.index(entry.kind),
            "value": entry.value,
            "source_id": sources[entry.provider, entry.model],
            "confidence": mille(entry.confidence),
        }
        for entry in entries
        if entry.kind in KINDS
    ]
    _PROPOSE.many(connection, rows)


def proposed(connection: Connection, key: bytes) -> tuple[Entry, ...]:
    """Return what would be written into the file of a key; none where it awaits no review."""
    return tuple(
        Entry(
            kind=KINDS[kind],
            value=value,
            provider=provider,
            model=model,
            confidence=None if confidence is None else confidence / MILLE,
            at=0,
        )
        for kind, value, provider, model, confidence in _OF_FILE(connection, path=key)
    )
