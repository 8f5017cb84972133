"""What a ledger knows at or below a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.ledger.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.ledger import Ledger

_JOB = Statement("""
    SELECT 1 FROM job WHERE path = :key OR (path >= :first AND path < :end) LIMIT 1
""")
_FILE = Statement("""
    SELECT 1 FROM file WHERE path = :key OR (path >= :first AND path < :end) LIMIT 1
""")
_IN_DOUBT = Statement("""
    SELECT DISTINCT asset.identity
    FROM call JOIN asset ON asset.id = call.asset_id JOIN file ON file.asset_id = asset.id
    WHERE call.state IN ('intent', 'doubt') AND call.state = 'doubt'
        AND (file.path = :key OR (file.path >= :first AND file.path < :end))
""")


def is_known(ledger: Ledger, path: Path) -> bool:
    """Return whether there is anything known of a file, or of one in a folder."""
    ranges = ledger.paths.below(path)

    def work(connection: Connection) -> bool:
        return any(
            question(connection, key=key, first=first, end=end).first() is not None
            for key, first, end in ranges
            for question in (_JOB, _FILE)
        )

    return ledger.database.read(work)


def pictures_in_doubt(ledger: Ledger, paths: Sequence[Path]) -> set[str]:
    """Return the identities of pictures below some paths of which calls are in doubt."""
    ranges = [one for path in paths for one in ledger.paths.below(path)]

    def work(connection: Connection) -> set[str]:
        return {
            identity.hex()
            for key, first, end in ranges
            for (identity,) in _IN_DOUBT(connection, key=key, first=first, end=end)
        }

    return ledger.database.read(work)
