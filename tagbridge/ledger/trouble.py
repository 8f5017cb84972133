"""Troubles of a database that pass."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a transaction has to be run again.

    Attributes:
        reason: For the log.
        is_conflict: Others were in the way, which is normal; otherwise the database is away.
    """

    reason: str
    is_conflict: bool = False
