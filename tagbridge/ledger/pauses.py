"""Providers that are not asked for a while, or until a person has done something."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tagbridge.ledger.statement import Statement
from tagbridge.printable import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.database import Database

PauseKind: TypeAlias = Literal["rate", "quota", "budget", "account"]

_OF = Statement("""
    SELECT provider, until, kind, reason, since FROM pause
    WHERE provider = :provider AND (until IS NULL OR until > :now)
""")
_ALL = Statement("""
    SELECT provider, until, kind, reason, since FROM pause
    WHERE until IS NULL OR until > :now ORDER BY provider
""")
_SET = Statement("""
    INSERT INTO pause (provider, until, kind, reason, since)
    VALUES (:provider, :until, :kind, :reason, :now)
    ON CONFLICT (provider) DO UPDATE SET until = excluded.until, kind = excluded.kind,
        reason = excluded.reason, since = excluded.since
""")
_CLEAR = Statement("""
    DELETE FROM pause WHERE provider = COALESCE(CAST(:provider AS TEXT), provider)
        AND kind = COALESCE(CAST(:kind AS TEXT), kind)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Why a provider is not asked.

    Attributes:
        provider: Its name.
        until: When it is asked again; None for when a person has done something.
        kind: `rate` when the service asked for a pause, `quota` when its allowance is used up,
            `budget` when the user's own is, `account` when the settings are wrong.
        reason: What it said.
        since: When it said so.
    """

    provider: str
    until: float | None
    kind: PauseKind
    reason: str
    since: float


class Pauses:
    """The table of pauses; one that has passed is none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, provider: str) -> Pause | None:
        """Return why a provider is not asked now."""
        row = self._database.look_up(_OF, {"provider": provider})
        return None if row is None else _pause(row)

    def first_end(self, providers: Iterable[str]) -> float:
        """Return from when on one of some providers may be asked.

        Zero when one may be asked now, infinity when all wait for a person.
        """
        pauses = [self.of(provider) for provider in providers]
        ends = (0.0 if p is None else math.inf if p.until is None else p.until for p in pauses)
        return min(ends, default=0.0)

    def all(self) -> list[Pause]:
        """Return all pauses, by provider."""
        return self._database.read(current)

    def set(self, provider: str, until: float | None, kind: PauseKind, reason: str) -> bool:
        """Ask a provider no more until a time, or until a person has done something.

        A pause that waits for a person is not shortened by one that ends by itself.

        Returns:
            Whether there was no pause of this kind, which is then worth saying.
        """
        is_new = False

        def work(connection: Connection) -> bool:
            nonlocal is_new
            row = _OF(connection, provider=provider).first()
            old = None if row is None else _pause(row)
            if old is not None and old.kind == "account" and kind != "account":
                return False
            values = {"provider": provider, "until": until, "kind": kind, "reason": plain(reason)}
            _SET(connection, **values)
            # If this is run again because nobody knows of the commit, it is new all the same.
            is_new = is_new or old is None or old.kind != kind
            return is_new

        return self._database.transaction(work)

    def clear(self, provider: str | None = None, kind: PauseKind | None = None) -> None:
        """End the pauses of a provider, of a kind, or all."""
        self._database.transaction(
            lambda connection: _CLEAR(connection, provider=provider, kind=kind)
        )


def current(connection: Connection) -> list[Pause]:
    """Return all pauses, by provider."""
    return [_pause(row) for row in _ALL(connection)]


def _pause(row: Sequence[Any]) -> Pause:
    provider, until, kind, reason, since = row
    return Pause(provider=provider, until=until, kind=kind, reason=reason, since=since)
