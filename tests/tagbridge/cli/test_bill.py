from __future__ import annotations

import pytest

from tagbridge.cli.bill import Bill
from tagbridge.ledger.terms import CallKey, Terms


def calls(provider: str, count: int) -> list[CallKey]:
    return [
        CallKey(identity="ab", media_type="", provider=provider, fingerprint=bytes([number]))
        for number in range(count)
    ]


TERMS = [
    Terms(provider="cheap", price=0.0006, currency="USD"),
    Terms(provider="dear", price=0.01, currency="USD"),
    Terms(provider="foreign", price=0.5, currency="EUR"),
    Terms(provider="free", price=0.0, currency="EUR"),
    Terms(provider="unknown"),
    Terms(provider="idle", price=9.0, currency="USD"),
]


def test_calls_are_counted_by_provider_and_paid_by_currency() -> None:
    planned = [*calls("cheap", 100), *calls("dear", 2), *calls("foreign", 1), *calls("free", 1)]
    bill = Bill.of(planned, TERMS)
    assert bill.as_object() == {
        "calls": {"cheap": 100, "dear": 2, "foreign": 1, "free": 1},
        "cost": {"USD": 0.08, "EUR": 0.5},
        "unpriced": [],
    }


def test_a_price_that_nobody_knows_is_said() -> None:
    assert Bill.of([*calls("cheap", 50), *calls("unknown", 2)], TERMS).in_words() == (
        "a run would make 52 calls (50 to cheap, 2 to unknown), for 0.03 USD; "
        "no price is known of unknown"
    )


def test_without_calls_there_is_nothing_to_pay() -> None:
    bill = Bill.of([], TERMS)
    assert (bill.calls, bill.cost, bill.unpriced) == ({}, {}, ())


@pytest.mark.parametrize(
    ("price", "said"),
    [(0.0006, "0.0024 USD"), (0.005, "0.02 USD"), (0.0, "0.00 USD"), (0.25, "1.00 USD")],
)
def test_a_few_cheap_calls_are_not_said_to_cost_nothing(price: float, said: str) -> None:
    terms = [Terms(provider="cheap", price=price, currency="USD")]
    assert Bill.of(calls("cheap", 4), terms).in_words().endswith(f", for {said}")
