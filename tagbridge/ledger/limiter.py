"""The pace of requests to each account, kept together by all processes.

Each request reserves the next free slot (GCRA with no burst), so requests are spaced evenly
however many processes send them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.ledger.statement import Statement

if TYPE_CHECKING:
    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.database import Database

_MARGIN = 0.98  # the service's clock and the network are not ours
_ABSURD_SECONDS = 300.0
_ABSURD_SLOTS = 100.0  # at a slow pace, many may wait for long
_LONGEST_PUSH_SECONDS = 86_400.0
_ACCOUNT = Statement("""
    INSERT INTO limiter (account, tat, not_before) VALUES (:account, 0, 0)
    ON CONFLICT (account) DO NOTHING
""")
_LOOK = Statement("SELECT tat, not_before FROM limiter WHERE account = :account", lock="FOR UPDATE")
_PAUSE = Statement("SELECT not_before - :now FROM limiter WHERE account = :account")
_TAKE = Statement("UPDATE limiter SET tat = :tat WHERE account = :account")
_PUSH = Statement("UPDATE limiter SET not_before = :until WHERE account = :account")


def next_slot(tat: float, not_before: float, now: float, interval: float) -> float:
    """Return when the next request may leave.

    Args:
        tat: When the next one was due according to those before it.
        not_before: What the service asked for.
        now: The time.
        interval: Seconds between two requests.
    """
    # The clock was set back: nobody shall wait for the time that is gone.
    if tat - now > max(_ABSURD_SECONDS, _ABSURD_SLOTS * interval):
        tat = now
    if not_before - now > _LONGEST_PUSH_SECONDS:
        not_before = now
    return max(now, tat, not_before)


class Limiter:
    """The table of accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, account: str, rate: float) -> float:
        """Reserve the next slot, and return the seconds until it.

        Args:
            account: Whose requests share the rate.
            rate: Requests a second.
        """
        interval = 1.0 / (rate * _MARGIN)

        def work(connection: Connection) -> float:
            tat, not_before = self._look(connection, account)
            now = self._database.now(connection)
            slot = next_slot(tat, not_before, now, interval)
            _TAKE(connection, account=account, tat=slot + interval)
            return slot - now

        return self._database.transaction(work)

    def pause(self, account: str) -> float:
        """Return for how many seconds the service wants no requests."""
        row = self._database.look_up(_PAUSE, {"account": account})
        return 0.0 if row is None else max(0.0, float(row[0]))

    def push(self, account: str, seconds: float) -> None:
        """Let no request leave before some seconds have passed."""
        seconds = min(max(0.0, seconds), _LONGEST_PUSH_SECONDS)

        def work(connection: Connection) -> None:
            _, not_before = self._look(connection, account)
            now = self._database.now(connection)
            until = next_slot(now, not_before, now, 0.0)
            _PUSH(connection, account=account, until=max(until, now + seconds))

        self._database.transaction(work)

    def _look(self, connection: Connection, account: str) -> tuple[float, float]:
        row = _LOOK(connection, account=account).first()
        if row is None:
            _ACCOUNT(connection, account=account)
            row = _LOOK(connection, account=account).one()
        tat, not_before = row
        return tat, not_before
