"""The rows of assets: what files and calls belong to."""

from __future__ import annotations

from tagbridge.ledger.statement import Statement

# On PostgreSQL this also locks the row until the commit: one call at a time for one asset.
PICTURE = Statement("""
    INSERT INTO asset (identity, media_type, seen_at) VALUES (:identity, :media_type, :now)
    ON CONFLICT (identity) DO UPDATE SET
        media_type = CASE excluded.media_type
            WHEN '' THEN asset.media_type ELSE excluded.media_type END,
        seen_at = excluded.seen_at
    RETURNING id
""")


def digest(identity: str) -> bytes:
    """Return the identity of a picture as it is stored."""
    return bytes.fromhex(identity)
