"""What each provider was asked, what that cost, and what is left of the budgets, as objects."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tagbridge.ledger.accounts import Account
from tagbridge.ledger.fates import Tally
from tagbridge.ledger.quotas import DAY_SECONDS
from tagbridge.status.phrases import iso

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagbridge.config import Settings
    from tagbridge.ledger.accounts import Accounts
    from tagbridge.ledger.allowances import Allowance
    from tagbridge.ledger.pauses import Pause
    from tagbridge.ledger.terms import Terms

_MILLION = 1_000_000


def of_accounts(
    accounts: Accounts, settings: Settings, tallied: Mapping[str, Tally], now: float | None
) -> Iterator[dict[str, Any]]:
    """Yield an object for each provider, and the one of the budget.

    Args:
        accounts: What the ledger knows.
        settings: The user's.
        tallied: What became of the keywords of each provider.
        now: The time by the clock of the ledger; None where there is no ledger.
    """
    terms = _terms(settings)
    resets = None if now is None else iso((now // DAY_SECONDS + 1) * DAY_SECONDS)
    for name in sorted({*settings.providers, *accounts.each, *tallied}):
        tally = asdict(tallied.get(name, Tally()))
        yield {
            "kind": "provider",
            "name": name,
            "configured": name in settings.providers,
            **_provider(accounts.each.get(name, Account()), terms.get(name)),
            "resets": resets,
            **{f"keywords_{what}": count for what, count in tally.items()},
        }
    yield {
        "kind": "budget",
        "calls_today": accounts.calls_today,
        "daily_calls": settings.budget.daily_calls or None,
        "cost_today": {name: cost / _MILLION for name, cost in accounts.cost_today.items()},
        "daily_cost": settings.budget.daily_cost or None,
        "calls": accounts.calls,
        "total_calls": settings.budget.total_calls or None,
        "cost": {name: cost / _MILLION for name, cost in accounts.cost.items()},
        "total_cost": settings.budget.total_cost or None,
        "resets": resets,
    }


def _terms(settings: Settings) -> Mapping[str, Terms]:
    """Return the limits of the configured providers, as far as they are rightly configured."""
    if not settings.providers:
        return {}
    from tagbridge.choosing import terms_of  # noqa: PLC0415 - slow, and often not needed
    from tagbridge.config_provider import provider_settings  # noqa: PLC0415 - likewise
    from tagbridge.plugins import load_plugins  # noqa: PLC0415 - likewise
    from tagbridge_hooks.errors import ConfigError  # noqa: PLC0415 - likewise

    infos, terms = load_plugins().providers, {}
    for name in settings.providers.keys() & infos.keys():
        with suppress(ConfigError):  # `tagbridge providers` says what is wrong
            own = provider_settings(infos[name], settings, with_keys=False)
            terms[name] = terms_of(infos[name], own, settings)
    return terms


def _provider(account: Account, terms: Terms | None) -> dict[str, Any]:
    sums = account.sums
    return {
        "requests_per_second": terms and terms.rate,
        "calls_today": sums.calls_today,
        "daily_calls": terms and terms.daily_calls,
        "cost_today": sums.cost_today / _MILLION,
        "calls": sums.calls,
        "total_calls": terms and terms.ever_calls,
        "cost": sums.cost / _MILLION,
        "currency": account.currency or (terms.priced_currency if terms else ""),
        "in_flight": account.in_flight,
        "in_doubt": account.in_doubt,
        "in_doubt_policy": terms and terms.in_doubt,
        "remaining": account.allowance and _allowance(account.allowance),
        "pause": account.pause and _pause(account.pause),
    }


def _allowance(allowance: Allowance) -> dict[str, Any]:
    return {"calls": allowance.remaining, "at": iso(allowance.at)}


def _pause(pause: Pause) -> dict[str, Any]:
    return {
        "until": None if pause.until is None else iso(pause.until),
        "kind": pause.kind,
        "reason": pause.reason,
        "since": iso(pause.since),
    }
