"""One job in the hands of a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

FRESH, BACKLOG = 0, 1  # priorities


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job in the hands of a worker.

    Attributes:
        key: Of its path.
        generation: Tells this claim from every other one.
        attempts: How many ended in vain.
        version: Grows when something happens to the file while it is worked on.
        fresh: Whether it came in while somebody watched, and goes before the backlog.
        reason: Why the last attempt was in vain.
    """

    key: bytes
    generation: int
    attempts: int
    version: int
    fresh: bool
    reason: str

    @property
    def place(self) -> dict[str, object]:
        """Return what tells its row while this claim stands."""
        return {"path": self.key, "generation": self.generation}


def job_of(row: Sequence[Any], *, claimed: bool = False) -> Job:
    """Return the job of a row; `claimed` if the claim is still to be written."""
    key, generation, attempts, version, priority, reason = row
    return Job(
        key=key,
        generation=generation + claimed,
        attempts=attempts,
        version=version,
        fresh=priority == FRESH,
        reason=reason,
    )
