"""How many photos were dealt with when: a few counts, however many photos there are."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.ledger.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.ledger.connection import Connection

SLOT_SECONDS = 300
"""The photos of so long a time are counted together."""
_KEPT_SLOTS = 14 * 86_400 // SLOT_SECONDS

_COUNT = Statement("""
    INSERT INTO throughput (slot, outcome, photos) VALUES (:slot, :outcome, 1)
    ON CONFLICT (slot, outcome) DO UPDATE SET photos = throughput.photos + 1
    RETURNING photos
""")
_FORGET = Statement("DELETE FROM throughput WHERE slot < :first")
_SINCE = Statement("SELECT slot, outcome, photos FROM throughput WHERE slot >= :first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The photos of some time.

    Attributes:
        at: When it began, in seconds since the epoch.
        seconds: How long it is.
        photos: Dealt with.
        parked: Set aside, among them.
    """

    at: float
    seconds: int
    photos: int
    parked: int


def count(connection: Connection, outcome: str) -> None:
    """Count one more photo; what is older than two weeks is forgotten.

    The clock is that of this host. Last in a transaction, so that nobody who waits for its row
    holds what somebody else needs.
    """
    slot = int(time.time() // SLOT_SECONDS)
    if _COUNT(connection, slot=slot, outcome=outcome).scalar_one() == 1:
        _FORGET(connection, first=slot - _KEPT_SLOTS)


def periods(connection: Connection, now: float, *, seconds: int, number: int) -> list[Period]:
    """Return the last periods, the oldest first; the last one is not over.

    Args:
        connection: To the ledger.
        now: The time by its clock.
        seconds: The length of one, a multiple of `SLOT_SECONDS`; they begin on multiples of it.
        number: How many.
    """
    first = (int(now // seconds) - number + 1) * seconds
    return summed(_SINCE(connection, first=first // SLOT_SECONDS), first, seconds, number)


def summed(
    rows: Iterable[tuple[int, str, int]], first: int, seconds: int, number: int
) -> list[Period]:
    """Return the periods of some counts of slots. Pure."""
    photos: dict[int, int] = defaultdict(int)
    parked: dict[int, int] = defaultdict(int)
    for slot, outcome, count_of_slot in rows:
        at = (slot * SLOT_SECONDS - first) // seconds
        photos[at] += int(count_of_slot)
        if outcome == "parked":
            parked[at] += int(count_of_slot)
    return [
        Period(
            at=float(first + index * seconds),
            seconds=seconds,
            photos=photos[index],
            parked=parked[index],
        )
        for index in range(number)
    ]
