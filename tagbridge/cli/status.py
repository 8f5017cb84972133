"""`tagbridge status`: what is done, what is not and why, what it costs, and who is at work."""

from __future__ import annotations

import math
import os
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection

    from tagbridge.cli.place import Place
    from tagbridge.config import Settings
    from tagbridge.ledger.accounts import Account, Accounts
    from tagbridge.ledger.allowances import Allowance
    from tagbridge.ledger.fates import Tally
    from tagbridge.ledger.overview import Reason
    from tagbridge.ledger.paths import Paths
    from tagbridge.ledger.pauses import Pause
    from tagbridge.ledger.terms import Terms
    from tagbridge.ledger.workers import Worker

_MILLION = 1_000_000


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def status(ctx: click.Context, *, as_json: bool) -> None:
    """Show what is done, what waits and why, what it costs, and who is at work.

    With --json each line is an object with a "kind". Times are ISO 8601 in UTC, money is in whole
    units of the currency, and null means none, or no limit.

    \b
    queue     fresh, backlog (both: now), running, waiting, parked, missing, done
    waiting   reason, count, next: when the first of them goes on; the backlog is among them
              while all providers pause
    parked    reason, count, paths: the first few
    provider  name, configured, requests_per_second, calls_today, daily_calls,
              cost_today, calls, total_calls, cost, currency, in_flight, in_doubt,
              in_doubt_policy, remaining: null, or its calls, at: what the service
              said is left, pause: null, or its until, kind, reason, since,
              keywords_written, keywords_kept, keywords_removed: by people
    unwanted  text, removed, kept, providers: a keyword that was removed from many
              photos, and blocked: what the settings stop already
    budget    calls_today, daily_calls, cost_today: by currency, daily_cost,
              calls, total_calls, cost: by currency, total_cost
    worker    id, role, host, pid, alive, since, doing
    nothing   reason: there is no state yet; then only providers and budget follow

    Reasons are sorted by frequency. Where very many assets are parked or wait, the reasons of
    some thousands are counted.
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    from tagbridge.cli.report import say_json  # noqa: PLC0415 - quick --help
    from tagbridge.cli.status_words import say_status  # noqa: PLC0415 - quick --help

    objects = list(_objects(ctx.obj))
    if not as_json:
        say_status(objects)
        return
    for line in objects:
        say_json(line)


def _objects(place: Place) -> Iterator[dict[str, Any]]:
    from tagbridge.ledger.accounts import Account, Accounts  # noqa: PLC0415 - quick --help
    from tagbridge.ledger.onlooker import NoLedgerError, look  # noqa: PLC0415 - quick --help

    settings = place.settings()
    try:
        with look(place.folder(), settings.engine.database) as connection:
            yield from _of_ledger(connection, place.folder(), settings)
    except NoLedgerError as error:
        yield {"kind": "nothing", "reason": str(error)}
        none = dict.fromkeys(settings.providers, Account())
        yield from _of_accounts(Accounts(each=none), settings, {})


def _of_ledger(
    connection: Connection, folder: Path, settings: Settings
) -> Iterator[dict[str, Any]]:
    from tagbridge.ledger import overview  # noqa: PLC0415 - quick --help
    from tagbridge.ledger.accounts import accounts  # noqa: PLC0415 - quick --help
    from tagbridge.ledger.fates import tallies  # noqa: PLC0415 - quick --help
    from tagbridge.ledger.paths import Paths  # noqa: PLC0415 - quick --help

    workers = overview.workers(connection, folder)
    alive = {worker.id for worker in workers if worker.alive}
    each = accounts(connection, overview.time_of(connection), alive)
    queue = asdict(overview.queue(connection))
    held = _held(each, settings)
    if held is not None and queue["backlog"]:
        yield {
            "kind": "queue",
            **queue,
            "backlog": 0,
            "waiting": queue["waiting"] + queue["backlog"],
        }
        yield _backlog(held, queue["backlog"])
    else:
        yield {"kind": "queue", **queue}
    for reason in overview.waiting(connection):
        yield _waiting(reason)
    paths = Paths(settings.roots)
    for reason in overview.parked(connection):
        yield _parked(reason, paths)
    yield from _of_accounts(each, settings, tallies(connection))
    yield from _unwanted(connection, settings)
    yield from map(_worker, workers)


def _held(accounts: Accounts, settings: Settings) -> Pause | None:
    """Return the pause that ends first when all configured providers pause."""
    pauses = [
        account.pause if (account := accounts.each.get(name)) else None
        for name in settings.providers
    ]
    if not pauses or None in pauses:
        return None
    ends = [pause for pause in pauses if pause is not None]
    return min(ends, key=lambda pause: math.inf if pause.until is None else pause.until)


def _of_accounts(
    accounts: Accounts, settings: Settings, tallied: Mapping[str, Tally]
) -> Iterator[dict[str, Any]]:
    from tagbridge.ledger.accounts import Account  # noqa: PLC0415 - quick --help
    from tagbridge.ledger.fates import Tally  # noqa: PLC0415 - quick --help

    terms = _terms(settings)
    for name in sorted({*settings.providers, *accounts.each, *tallied}):
        tally = asdict(tallied.get(name, Tally()))
        yield {
            "kind": "provider",
            "name": name,
            "configured": name in settings.providers,
            **_provider(accounts.each.get(name, Account()), terms.get(name)),
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
    }


def _unwanted(connection: Connection, settings: Settings) -> Iterator[dict[str, Any]]:
    from tagbridge.ledger.fates import unwanted  # noqa: PLC0415 - quick --help
    from tagbridge.spelling import spelling_key  # noqa: PLC0415 - quick --help

    already = settings.keywords.blocked
    for found in unwanted(connection, frozenset(map(spelling_key, already))):
        yield {"kind": "unwanted", **asdict(found), "blocked": list(already)}


def _terms(settings: Settings) -> Mapping[str, Terms]:
    """Return the limits of the configured providers, as far as they are rightly configured."""
    if not settings.providers:
        return {}
    from tagbridge.choosing import terms_of  # noqa: PLC0415 - quick --help
    from tagbridge.config_provider import provider_settings  # noqa: PLC0415 - quick --help
    from tagbridge.plugins import load_plugins  # noqa: PLC0415 - quick --help
    from tagbridge_hooks.errors import ConfigError  # noqa: PLC0415 - quick --help

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
    return {"calls": allowance.remaining, "at": _iso(allowance.at)}


def _pause(pause: Pause) -> dict[str, Any]:
    return {
        "until": None if pause.until is None else _iso(pause.until),
        "kind": pause.kind,
        "reason": pause.reason,
        "since": _iso(pause.since),
    }


def _backlog(pause: Pause, count: int) -> dict[str, Any]:
    until = None if pause.until is None else _iso(pause.until)
    return {"kind": "waiting", "reason": pause.reason, "count": count, "next": until}


def _waiting(reason: Reason) -> dict[str, Any]:
    due = None if reason.next_due is None else _iso(reason.next_due)
    return {"kind": "waiting", "reason": reason.reason, "count": reason.count, "next": due}


def _parked(reason: Reason, paths: Paths) -> dict[str, Any]:
    some = [os.fspath(paths.shown(key)) for key in reason.paths]
    return {"kind": "parked", "reason": reason.reason, "count": reason.count, "paths": some}


def _worker(worker: Worker) -> dict[str, Any]:
    return {
        "kind": "worker",
        "id": worker.id,
        "role": worker.kind,
        "host": worker.host,
        "pid": worker.pid,
        "alive": worker.alive,
        "since": _iso(worker.started),
        "doing": worker.doing,
    }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
