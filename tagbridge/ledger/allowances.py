"""What services said is left of the allowances of their accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.ledger.statement import Statement

if TYPE_CHECKING:
    from tagbridge.ledger.database import Database

_NOTE = Statement("""
    INSERT INTO allowance (provider, remaining, at) VALUES (:provider, :remaining, :now)
    ON CONFLICT (provider) DO UPDATE SET remaining = excluded.remaining, at = excluded.at
""")


class Allowances:
    """The table of allowances."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, provider: str, remaining: int) -> None:
        """Note how many calls a service says are left."""
        self._database.transaction(
            lambda connection: _NOTE(connection, provider=provider, remaining=remaining).close()
        )
