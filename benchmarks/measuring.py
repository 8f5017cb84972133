"""Measure ways of doing the same side by side, so that what disturbs one disturbs all."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Generic, TypeVar

from benchmarks.progress import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

T = TypeVar("T")
Samples = dict[str, list[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row of the table.

    Attributes:
        part: Of the benchmark.
        what: Was measured.
        value: The median for tagbridge.
        unit: Of the values.
        other: What it is compared with; empty for nothing.
        other_value: Its median.
        ratio: How they compare, as the goal states it; None where there is nothing to compare.
        floor: The same ratio of the floor, as if it were tagbridge: nothing can be better than that
            on this machine. None where it was not measured, or is what is compared with.
        goal: What is to be reached, in words; empty for none.
        met: Whether it is; None where there is no goal.
        samples: All that was measured, by the way it was done.
    """

    part: str
    what: str
    value: float
    unit: str
    other: str = ""
    other_value: float | None = None
    ratio: float | None = None
    floor: float | None = None
    goal: str = ""
    met: bool | None = None
    samples: Samples = field(default_factory=dict)


def at_most(limit: float, value: float | None) -> bool | None:
    """Return whether a goal that is an upper limit is met."""
    return None if value is None else value <= limit


def at_least(limit: float, value: float | None) -> bool | None:
    """Return whether a goal that is a lower limit is met."""
    return None if value is None else value >= limit


def interleaved(
    ways: Mapping[str, Callable[[], T]], rounds: int, before: Callable[[str], None]
) -> dict[str, list[T]]:
    """Do everything once a round, each round beginning with another.

    Args:
        ways: What to do, by name.
        rounds: So often.
        before: Is called with the name before each, and prepares what it needs.
    """
    found: dict[str, list[T]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in _rotated(list(ways), number):
            before(name)
            found[name].append(ways[name]())
            say(f"round {number + 1} of {rounds}: {name}")
    return found


def _rotated(names: list[str], by: int) -> Iterator[str]:
    for place in range(len(names)):
        yield names[(place + by) % len(names)]


@dataclass(frozen=True, slots=True)
class Paired(Generic[T]):
    """What interleaved rounds gave, and one figure of each."""

    found: Mapping[str, list[T]]
    figure: Callable[[T], float]

    @property
    def samples(self) -> Samples:
        """Return the figures."""
        return {name: [self.figure(one) for one in ones] for name, ones in self.found.items()}

    def median(self, name: str) -> float:
        """Return the median of one way."""
        return median(self.samples[name])

    def ratio(self, name: str, other: str) -> float:
        """Return the median of the one by the other: in a round both had the same weather."""
        samples = self.samples
        return median(a / b for a, b in zip(samples[name], samples[other], strict=True))
