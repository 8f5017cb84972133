"""A budget is never exceeded, and says when it allows more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tagbridge.ledger import CallKey, Go, Ledger, Refused, StoredAnswer, Terms
from tagbridge.ledger.accounts import accounts

if TYPE_CHECKING:
    from tests.tagbridge.ledger.conftest import Spent

FREE = Terms(provider="p")
DAY = 86_400


def asked(ledger: Ledger, number: int, terms: Terms) -> object:
    key = CallKey(
        identity=f"{number:064x}",
        media_type="image/jpeg",
        provider=terms.provider,
        fingerprint=b"f" * 16,
    )
    return ledger.calls.begin(key, terms, courier="c", token=f"{terms.provider}{number}")


def test_without_a_budget_everything_is_allowed_and_counted(ledger: Ledger, spent: Spent) -> None:
    assert [asked(ledger, number, FREE) for number in range(3)] == [Go()] * 3

    assert spent(ledger) == {"all": (3, 0), "provider/p": (3, 0)}


@pytest.mark.parametrize(
    ("terms", "allowed", "setting"),
    [
        (replace(FREE, daily_calls=2), 2, "providers.p.daily_calls"),
        (replace(FREE, total_daily_calls=3), 3, "budget.daily_calls"),
        (replace(FREE, price=0.1, currency="EUR", daily_cost=0.3), 3, "budget.daily_cost"),
        (replace(FREE, price=0.1, currency="EUR", daily_cost=0.25), 2, "budget.daily_cost"),
        (replace(FREE, daily_calls=0), 0, "providers.p.daily_calls"),
        (replace(FREE, ever_calls=2), 2, "providers.p.total_calls"),
        (replace(FREE, ever_all_calls=3), 3, "budget.total_calls"),
        (replace(FREE, price=0.1, currency="EUR", ever_cost=0.25), 2, "budget.total_cost"),
    ],
    ids=[
        "provider",
        "all",
        "money",
        "money that does not come out even",
        "nothing",
        "provider for ever",
        "all for ever",
        "money for ever",
    ],
)
def test_a_budget_allows_exactly_what_it_says(
    terms: Terms, allowed: int, setting: str, ledger: Ledger, spent: Spent
) -> None:
    answers = [asked(ledger, number, terms) for number in range(6)]

    assert answers[:allowed] == [Go()] * allowed
    for refused in answers[allowed:]:
        assert isinstance(refused, Refused)
        assert setting in refused.reason
        assert refused.until % DAY == 0
    assert {calls for calls, _ in spent(ledger).values()} - {0} == {allowed} - {0}


def test_providers_share_the_total_but_not_their_own(ledger: Ledger) -> None:
    p = replace(FREE, daily_calls=2, total_daily_calls=3)
    q = replace(p, provider="q")

    assert asked(ledger, 0, p) == asked(ledger, 1, p) == asked(ledger, 0, q) == Go()
    assert isinstance(asked(ledger, 1, q), Refused)


def test_money_is_counted_for_each_currency(ledger: Ledger) -> None:
    euros = replace(FREE, price=1.0, currency="EUR", daily_cost=1.0)
    dollars = replace(euros, provider="q", currency="USD")

    assert asked(ledger, 0, euros) == asked(ledger, 0, dollars) == Go()
    assert isinstance(asked(ledger, 1, euros), Refused)
    assert isinstance(asked(ledger, 1, dollars), Refused)


def test_what_was_given_back_can_be_spent(ledger: Ledger) -> None:
    terms = replace(FREE, price=1.0, currency="EUR", daily_cost=1.0, daily_calls=2)
    assert asked(ledger, 0, terms) == Go()
    ledger.calls.finish("p0", StoredAnswer(status=500, body=b""))
    assert asked(ledger, 1, terms) == Go()
    ledger.calls.fail("p1", sent=False)

    assert asked(ledger, 2, terms) == Go()
    assert isinstance(asked(ledger, 3, terms), Refused)


def test_another_day_has_a_budget_of_its_own(ledger: Ledger) -> None:
    terms = replace(FREE, daily_calls=1)
    asked(ledger, 0, terms)
    ledger.database.transaction(lambda c: c.execute("UPDATE quota SET day = day - 1"))

    assert asked(ledger, 1, terms) == Go()
    known = ledger.database.read(lambda c: accounts(c, ledger.database.now(c), ()))
    sums = known.each["p"].sums
    assert (known.calls_today, sums.calls_today, sums.calls) == (1, 1, 2)


def test_a_budget_for_all_days_counts_them_all(ledger: Ledger) -> None:
    terms = replace(FREE, daily_calls=2, ever_calls=3, price=0.1, currency="EUR", ever_cost=0.25)
    assert asked(ledger, 0, terms) == asked(ledger, 1, terms) == Go()
    for day in range(2):
        ledger.database.transaction(
            lambda c: c.execute("UPDATE quota SET day = day - 1 WHERE day > 0")
        )
        refused = asked(ledger, 2 + day, terms)
        assert isinstance(refused, Refused)
        assert "all 0.25 EUR are used up (budget.total_cost)" in refused.reason
    assert asked(ledger, 9, replace(terms, ever_cost=None)) == Go()
    assert isinstance(asked(ledger, 10, replace(terms, ever_cost=None)), Refused)


def test_a_refusal_leaves_no_trace_of_a_call(ledger: Ledger) -> None:
    asked(ledger, 0, replace(FREE, daily_calls=0))

    query = "SELECT COUNT(*) FROM call"
    assert ledger.database.read(lambda c: c.execute(query).scalar_one()) == 0
