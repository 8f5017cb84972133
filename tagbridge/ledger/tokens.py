"""Access tokens of accounts, one for all workers; what is stored is encrypted by whoever stores it.

Some services let only one token of an account be valid: who fetches another one kills the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.ledger.statement import Statement

if TYPE_CHECKING:
    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.database import Database

_LOOK = Statement("SELECT serial, sealed FROM token WHERE provider = :provider")
_ROW = Statement("""
    INSERT INTO token (provider, serial, sealed, leased_until) VALUES (:provider, 0, NULL, 0)
    ON CONFLICT (provider) DO NOTHING
""")
_LEASE = Statement("""
    UPDATE token SET leased_until = :now + :seconds
    WHERE provider = :provider AND serial = :serial AND leased_until <= :now
""")
_RELEASE = Statement("""
    UPDATE token SET leased_until = 0 WHERE provider = :provider AND serial = :serial
""")
_STORE = Statement("""
    UPDATE token SET serial = serial + 1, sealed = :sealed, leased_until = 0
    WHERE provider = :provider AND serial = :serial
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedToken:
    """The token of an account.

    Attributes:
        serial: Which one it is, counted from the first.
        sealed: The token, encrypted; None when there is none yet.
    """

    serial: int = 0
    sealed: bytes | None = None


class Tokens:
    """The table of tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self, provider: str) -> SealedToken:
        """Return the token that was stored last."""
        row = self._database.look_up(_LOOK, {"provider": provider})
        return SealedToken() if row is None else SealedToken(serial=row[0], sealed=row[1])

    def lease(self, provider: str, serial: int, seconds: float) -> bool:
        """Return whether the caller may fetch the token after this one, alone for some seconds."""

        def work(connection: Connection) -> bool:
            _ROW(connection, provider=provider)
            return (
                _LEASE(connection, provider=provider, serial=serial, seconds=seconds).rowcount > 0
            )

        return self._database.transaction(work)

    def release(self, provider: str, serial: int) -> None:
        """Let another one try to fetch the token after this one."""
        self._database.transaction(
            lambda connection: _RELEASE(connection, provider=provider, serial=serial)
        )

    def store(self, provider: str, serial: int, sealed: bytes) -> None:
        """Store the token after this one, unless somebody has stored one meanwhile."""
        values = {"provider": provider, "serial": serial, "sealed": sealed}
        self._database.transaction(lambda connection: _STORE(connection, **values))
