"""What a ledger knows of each provider: calls, money, pauses, and what is under way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagbridge.ledger.allowances import Allowance
from tagbridge.ledger.pauses import Pause, current
from tagbridge.ledger.quotas import ALL, DAY_SECONDS
from tagbridge.ledger.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tagbridge.ledger.connection import Connection

_SPENT = Statement("""
    SELECT scope, SUM(CASE WHEN day = :day THEN calls ELSE 0 END),
        SUM(CASE WHEN day = :day THEN cost ELSE 0 END), SUM(calls), SUM(cost)
    FROM quota GROUP BY scope
""")
_CURRENCY = Statement("""
    SELECT currency FROM call WHERE provider = :provider AND currency <> '' LIMIT 1
""")
_UNSETTLED = Statement("""
    SELECT provider, state, courier, COUNT(*) FROM call WHERE state IN ('intent', 'doubt')
    GROUP BY provider, state, courier
""")
_ALLOWANCES = Statement("SELECT provider, remaining, at FROM allowance")
_PROVIDER, _COST = "provider/", "cost/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Calls, and what they cost in millionths of a currency; today and in all."""

    calls_today: int = 0
    cost_today: int = 0
    calls: int = 0
    cost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is known of one provider.

    Attributes:
        sums: What it was asked, and what that cost.
        currency: Of the cost; empty where nothing was paid.
        pause: Why it is not asked now, or None.
        in_flight: Calls that somebody makes just now.
        in_doubt: Calls of which nobody knows whether they were answered.
        allowance: What its service said is left, or None.
    """

    sums: Sums = Sums()
    currency: str = ""
    pause: Pause | None = None
    in_flight: int = 0
    in_doubt: int = 0
    allowance: Allowance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """What is known of all providers.

    Attributes:
        each: By their names.
        calls_today: To all of them.
        cost_today: By currency.
        calls: To all of them, on all days.
        cost: By currency, on all days.
    """

    each: Mapping[str, Account]
    calls_today: int = 0
    cost_today: Mapping[str, int] = field(default_factory=dict)
    calls: int = 0
    cost: Mapping[str, int] = field(default_factory=dict)


def accounts(connection: Connection, now: float, alive: Collection[str]) -> Accounts:
    """Return what is known of all providers.

    Args:
        connection: To the ledger.
        now: The time by its clock.
        alive: The processes that live. What a dead courier had in hand is in doubt, even where
            nobody has noticed yet.
    """
    sums = _sums(connection, now)
    pauses = {pause.provider: pause for pause in current(connection)}
    in_flight, in_doubt = _unsettled(connection, alive)
    allowances = {
        name: Allowance(remaining=remaining, at=at)
        for name, remaining, at in _ALLOWANCES(connection)
    }
    spent = {
        name.removeprefix(_PROVIDER): s for name, s in sums.items() if name.startswith(_PROVIDER)
    }
    each = {
        name: Account(
            sums=spent.get(name, Sums()),
            currency=_currency(connection, name) if name in spent and spent[name].cost else "",
            pause=pauses.get(name),
            in_flight=in_flight[name],
            in_doubt=in_doubt[name],
            allowance=allowances.get(name),
        )
        for name in {*spent, *pauses, *in_flight, *in_doubt, *allowances}
    }
    money = [
        (scope.removeprefix(_COST), found)
        for scope, found in sums.items()
        if scope.startswith(_COST)
    ]
    return Accounts(
        each=each,
        calls_today=sums.get(ALL, Sums()).calls_today,
        cost_today={currency: spent.cost_today for currency, spent in money if spent.cost_today},
        calls=sums.get(ALL, Sums()).calls,
        cost={currency: spent.cost for currency, spent in money if spent.cost},
    )


def _sums(connection: Connection, now: float) -> dict[str, Sums]:
    rows = _SPENT(connection, day=int(now // DAY_SECONDS))
    # Sums are decimals on PostgreSQL.
    return {
        scope: Sums(
            calls_today=int(calls_today),
            cost_today=int(cost_today),
            calls=int(calls),
            cost=int(cost),
        )
        for scope, calls_today, cost_today, calls, cost in rows
    }


def _currency(connection: Connection, provider: str) -> str:
    return str(_CURRENCY(connection, provider=provider).scalar() or "")


def _unsettled(connection: Connection, alive: Collection[str]) -> tuple[Counter[str], Counter[str]]:
    in_flight: Counter[str] = Counter()
    in_doubt: Counter[str] = Counter()
    for provider, state, courier, count in _UNSETTLED(connection):
        flying = state == "intent" and courier in alive
        (in_flight if flying else in_doubt)[provider] += int(count)
    return in_flight, in_doubt
