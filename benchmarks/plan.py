"""What every part is given."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.corpus import Corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much to measure, and where.

    Attributes:
        corpus: The photographs.
        work: A folder for copies of them, on the disk to be measured.
        memory: A folder in memory, for a million files.
        quick: Only see that all works; the figures mean little.
    """

    corpus: Corpus
    work: Path
    memory: Path
    quick: bool = False

    def size(self, full: int, quick: int) -> int:
        """Return how many of something, or how often."""
        return quick if self.quick else full

    @property
    def cores(self) -> tuple[int, ...]:
        """Return with how many cores to measure: one, and two where there are two."""
        return (1, 2) if len(os.sched_getaffinity(0)) > 1 else (1,)

    def home(self, name: str) -> Path:
        """Return a folder for the state of one program."""
        return self.work / f"home-{name}"


def pinned(cores: int) -> tuple[str, ...]:
    """Return what to put before a command so that it uses only so many cores."""
    chosen = sorted(os.sched_getaffinity(0))[:cores]
    return ("taskset", "--cpu-list", ",".join(map(str, chosen)))


ROOT = Path(__file__).parents[1]
"""Where this repository is."""
