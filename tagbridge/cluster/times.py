"""How often and how long, in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The times of a cluster, in seconds.

    Attributes:
        look: Between two looks at the ledger when nobody rings: jobs of other processes, and
            those that become due.
        look_soon: The same when there is more to dispatch than was, or somebody else dispatches.
        sweep: Between two searches for what processes that are no more have left behind.
        beat: Between two signs of life. The ledger says how many may be missing.
        stalled: Without a sign of life a worker of Procrastinate is dead after this.
        again: Before the database is tried again after an error.
    """

    look: float = 3.0
    look_soon: float = 0.3
    sweep: float = 5.0
    beat: float = 5.0
    stalled: float = 30.0
    again: float = 1.0
