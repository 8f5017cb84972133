"""What services said is left of the allowances of their accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagbridge.ledger.quotas import DAY_SECONDS
from tagbridge.ledger.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.database import Database

_NEW = Statement("""
    INSERT INTO allowance (provider, remaining, at) VALUES (:provider, :remaining, :now)
    ON CONFLICT (provider) DO NOTHING
""")
_KNOWN = Statement(
    "SELECT remaining, at FROM allowance WHERE provider = :provider", lock="FOR UPDATE"
)
_NOTE = Statement("""
    UPDATE allowance SET remaining = :remaining, at = :now WHERE provider = :provider
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a service said is left.

    Attributes:
        remaining: Calls.
        at: When it said so.
    """

    remaining: int
    at: float


class Allowances:
    """The table of allowances."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, provider: str, remaining: int, *, age: float = 0.0) -> int:
        """Note how many calls a service says are left, unless something newer is known.

        Args:
            provider: Its name.
            remaining: What it said.
            age: For how many seconds it had been asked when it said so.

        Returns:
            How many are left as far as anybody knows.
        """

        def work(connection: Connection) -> int:
            _NEW(connection, provider=provider, remaining=remaining)
            known = _allowance(_KNOWN(connection, provider=provider).one())
            now = self._database.now(connection)
            if not counts(remaining, known, asked=now - age, now=now):
                return known.remaining
            _NOTE(connection, provider=provider, remaining=remaining)
            return remaining

        return self._database.transaction(work)


def counts(said: int, known: Allowance, *, asked: float, now: float) -> bool:
    """Return whether what a service said is to be believed rather than what is known.

    Answers to questions that were asked at the same time arrive in any order. Only one that was
    asked after what is known was said may say more. Another must say less, and be of the same day
    (UTC): it may be late, and the allowance have come back since.
    """
    if asked >= known.at or known.at > now:  # the latter: the clock was set back
        return True
    return said < known.remaining and asked // DAY_SECONDS == known.at // DAY_SECONDS


def _allowance(row: Sequence[Any]) -> Allowance:
    remaining, at = row
    return Allowance(remaining=int(remaining), at=float(at))
