"""What a run would ask of which service, and what that would cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagbridge.ledger.terms import CallKey, Terms

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Calls that would be made.

    Attributes:
        calls: How many, by provider.
        cost: In millionths, by currency.
        unpriced: The providers among them of which no price is known.
    """

    calls: Mapping[str, int]
    cost: Mapping[str, int]
    unpriced: tuple[str, ...]

    @classmethod
    def of(cls, planned: Iterable[CallKey], terms: Iterable[Terms]) -> Bill:
        """Return the bill for calls; a picture that is there twice is paid for once.

        Args:
            planned: Each call once.
            terms: Of all providers that are asked.
        """
        calls = Counter(key.provider for key in planned)
        cost: Counter[str] = Counter()
        unpriced = []
        for one in sorted(terms, key=lambda one: one.provider):
            if one.provider in calls and one.price is None:
                unpriced.append(one.provider)
            elif one.provider in calls:
                cost[one.currency] += calls[one.provider] * one.cost
        return cls(calls=dict(sorted(calls.items())), cost=dict(cost), unpriced=tuple(unpriced))

    def as_object(self) -> dict[str, Any]:
        """Return it as JSON has it; money in whole units of its currency."""
        return {
            "calls": dict(self.calls),
            "cost": {currency: cost / _MILLION for currency, cost in self.cost.items()},
            "unpriced": list(self.unpriced),
        }

    def in_words(self) -> str:
        """Return it as one sentence."""
        each = ", ".join(f"{count} to {name}" for name, count in self.calls.items())
        costs = [f"{_money(cost)} {currency}" for currency, cost in self.cost.items()]
        price = f", for {' and '.join(costs)}" if costs else ""
        unknown = f"; no price is known of {' and '.join(self.unpriced)}" if self.unpriced else ""
        return f"a run would make {sum(self.calls.values())} calls ({each}){price}{unknown}"


def _money(millionths: int) -> str:
    """Return an amount with two digits, or as many as a few cheap calls need to be seen."""
    cost = millionths / _MILLION
    if cost >= 1.0:
        return f"{cost:.2f}"
    whole, _, cents = f"{cost:.6f}".rstrip("0").partition(".")
    return f"{whole}.{cents:0<2}"
