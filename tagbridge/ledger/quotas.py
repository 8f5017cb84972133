"""What was used of each day's allowances, in calls and in money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagbridge.ledger.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.database import Database
    from tagbridge.ledger.terms import Terms

DAY_SECONDS = 86_400
ALL = "all"
_ROW = Statement("""
    INSERT INTO quota (scope, day, calls, cost) VALUES (:scope, :day, 0, 0)
    ON CONFLICT (scope, day) DO NOTHING
""")
# In one order for all, or two who take of several would wait for each other.
_LOOK = Statement(
    """
    SELECT scope, calls, cost FROM quota
    WHERE day = :day AND scope IN ('all', :provider, :money) ORDER BY scope
    """,
    lock="FOR UPDATE",
)
# Whoever begins a call on either side of midnight waits here for the other.
_GATE = Statement("SELECT 1 FROM quota WHERE scope = 'all' AND day = 0", lock="FOR UPDATE")
_EVER = Statement("""
    SELECT scope, CAST(SUM(calls) AS BIGINT), CAST(SUM(cost) AS BIGINT) FROM quota
    WHERE scope IN ('all', :provider, :money) GROUP BY scope
""")
_ADD = Statement("""
    UPDATE quota SET calls = calls + :calls,
        cost = cost + CASE scope WHEN 'all' THEN 0 ELSE :cost END
    WHERE day = :day AND scope IN ('all', :provider, :money)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What was used in one scope.

    Attributes:
        scope: `all`, `provider/NAME` or `cost/CURRENCY`.
        calls: How many calls.
        cost: In millionths of the currency; nothing for `all`, which may mix several.
    """

    scope: str
    calls: int
    cost: int


class Quotas:
    """The table of allowances; days are those of UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, connection: Connection, terms: Terms, now: float) -> str | None:
        """Count one call, or return which budget does not allow it."""
        day, scopes = int(now // DAY_SECONDS), _scopes(terms.provider, terms.priced_currency)
        if terms.has_lasting_limits:
            _ROW(connection, scope=ALL, day=0)
            _GATE(connection)
        used = self._look(connection, day, scopes)
        reason = refusal(terms, daily_budget(terms), used)
        if reason is None and terms.has_lasting_limits:
            reason = refusal(terms, lasting_budget(terms), _spent(_EVER(connection, **scopes)))
        if reason is None:
            _ADD(connection, day=day, calls=1, cost=terms.cost, **scopes)
        return reason

    def give_back(
        self, connection: Connection, provider: str, currency: str, sent_at: float, **used: int
    ) -> None:
        """Take `calls` and `cost` of one attempt back from the day on which it was counted."""
        day = int(sent_at // DAY_SECONDS)
        back = {name: -value for name, value in used.items()}
        _ADD(connection, day=day, **back, **_scopes(provider, currency))

    def _look(
        self, connection: Connection, day: int, scopes: Mapping[str, str]
    ) -> Mapping[str, Spent]:
        wanted = {ALL, *scopes.values()} - {""}
        rows = _LOOK(connection, day=day, **scopes).all()
        if len(rows) < len(wanted):  # the first call of the day
            _ROW.many(connection, [{"scope": scope, "day": day} for scope in sorted(wanted)])
            rows = _LOOK(connection, day=day, **scopes).all()
        return _spent(rows)


def _spent(rows: Iterable[Any]) -> Mapping[str, Spent]:
    return {
        scope: Spent(scope=scope, calls=int(calls), cost=int(cost)) for scope, calls, cost in rows
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What may be used in some time.

    Attributes:
        span: How messages begin: `today's`, or `all`.
        prefix: How the names of its settings begin: `daily`, or `total`.
        own: The most calls to the provider; None for any number.
        all: The most calls to all providers.
        cost: The most money, in the currency of the terms.
    """

    span: str
    prefix: str
    own: int | None
    all: int | None
    cost: float | None


def daily_budget(terms: Terms) -> Budget:
    """Return what may be used on one day."""
    return Budget(
        span="today's",
        prefix="daily",
        own=terms.daily_calls,
        all=terms.total_daily_calls,
        cost=terms.daily_cost,
    )


def lasting_budget(terms: Terms) -> Budget:
    """Return what may be used on all days together."""
    return Budget(
        span="all",
        prefix="total",
        own=terms.ever_calls,
        all=terms.ever_all_calls,
        cost=terms.ever_cost,
    )


def refusal(terms: Terms, budget: Budget, used: Mapping[str, Spent]) -> str | None:
    """Return which setting of a budget does not allow one more call, or None."""
    scopes = _scopes(terms.provider, terms.priced_currency)
    calls, cost = f"{budget.prefix}_calls", f"budget.{budget.prefix}_cost"
    limits = (
        (ALL, budget.all, f"budget.{calls}"),
        (scopes["provider"], budget.own, f"providers.{terms.provider}.{calls}"),
    )
    for scope, limit, setting in limits:
        if limit is not None and used[scope].calls >= limit:
            return f"{budget.span} {limit} calls are used up ({setting})"
    if budget.cost is not None and scopes["money"]:
        limit = round(budget.cost * 1_000_000)
        if used[scopes["money"]].cost + terms.cost > limit:
            return f"{budget.span} {budget.cost:g} {terms.currency} are used up ({cost})"
    return None


def _scopes(provider: str, currency: str) -> dict[str, str]:
    return {"provider": f"provider/{provider}", "money": f"cost/{currency}" if currency else ""}
