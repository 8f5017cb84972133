"""Calls that are not settled, as a person sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.ledger import call_statements as sql

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from tagbridge.ledger.paths import Paths


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInDoubt:
    """A call of which nobody knows whether the service did it.

    Attributes:
        identity: Of the picture.
        provider: Who was asked.
        sent_at: When.
        path: A file with this picture, if one is known.
    """

    identity: str
    provider: str
    sent_at: float
    path: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many calls to a provider are not settled.

    Attributes:
        provider: Its name.
        in_flight: Being made.
        in_doubt: Waiting for a person, or for the policy.
    """

    provider: str
    in_flight: int
    in_doubt: int


def in_doubt(connection: Connection, paths: Paths, limit: int) -> list[CallInDoubt]:
    """Return calls in doubt, the oldest first."""
    return [
        CallInDoubt(
            identity=identity.hex(),
            provider=provider,
            sent_at=sent_at,
            path=None if path is None else paths.shown(path),
        )
        for identity, provider, sent_at, path in sql.IN_DOUBT(connection, limit=limit)
    ]


def standing(connection: Connection) -> list[Standing]:
    """Return how many calls are not settled, by provider."""
    rows = sql.STANDING(connection)
    return [Standing(provider=name, in_flight=sent, in_doubt=lost) for name, sent, lost in rows]
