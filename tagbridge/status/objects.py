"""The status as objects for JSON, each with its `kind`; `tagbridge status --help` names them."""

from __future__ import annotations

import math
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tagbridge.ledger import overview
from tagbridge.ledger.accounts import Account, Accounts, accounts
from tagbridge.ledger.errors import NoLedgerError
from tagbridge.ledger.fates import Fates, fates
from tagbridge.ledger.onlooker import look
from tagbridge.ledger.paths import Paths
from tagbridge.ledger.throughput import periods
from tagbridge.status.money import of_accounts
from tagbridge.status.phrases import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from tagbridge.config import Settings
    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.overview import Reason
    from tagbridge.ledger.pauses import Pause
    from tagbridge.ledger.workers import Worker

_PERIODS = ((300, 12), (3600, 24), (86_400, 14))
"""Lengths in seconds, and how many of them: the last hour, day and two weeks."""


def status_objects(
    folder: Path,
    settings: Settings,
    read_fates: Callable[[Connection, Iterable[str]], Fates] = fates,
) -> Iterator[dict[str, Any]]:
    """Yield the status, looking into the ledger without taking part.

    Args:
        folder: The state folder.
        settings: The user's.
        read_fates: Reads what people made of keywords, the only thing that may take long; told
            which words are blocked.

    Raises:
        UnreadableLedgerError: The database does not answer.
        ConfigError: It is one of a newer tagbridge.
    """
    try:
        with look(folder, settings.engine.database) as connection:
            yield from _of_ledger(connection, folder, settings, read_fates)
    except NoLedgerError as error:
        yield {"kind": "nothing", "reason": str(error)}
        none = dict.fromkeys(settings.providers, Account())
        yield from of_accounts(Accounts(each=none), settings, {}, None)


def _of_ledger(
    connection: Connection,
    folder: Path,
    settings: Settings,
    read_fates: Callable[[Connection, Iterable[str]], Fates],
) -> Iterator[dict[str, Any]]:
    workers, now = overview.workers(connection, folder), overview.time_of(connection)
    each = accounts(connection, now, {worker.id for worker in workers if worker.alive})
    yield from _of_queue(connection, each, settings)
    paths = Paths(settings.roots)
    for reason in overview.parked(connection):
        yield _parked(reason, paths)
    for seconds, number in _PERIODS:
        found = periods(connection, now, seconds=seconds, number=number)
        yield {
            "kind": "throughput",
            "seconds": seconds,
            "periods": [{"at": iso(p.at), "photos": p.photos, "parked": p.parked} for p in found],
        }
    blocked = settings.keywords.blocked
    found_fates = read_fates(connection, blocked)
    yield from of_accounts(each, settings, found_fates.tallies, now)
    for unwanted in found_fates.unwanted:
        yield {"kind": "unwanted", **asdict(unwanted), "blocked": list(blocked)}
    yield from map(_worker, workers)


def _of_queue(
    connection: Connection, each: Accounts, settings: Settings
) -> Iterator[dict[str, Any]]:
    queue = asdict(overview.queue(connection))
    held = _held(each, settings)
    if held is not None and (count := queue["backlog"]):
        waiting = queue["waiting"] + count
        yield {"kind": "queue", **queue, "backlog": 0, "waiting": waiting}
        yield _backlog(held, count)
    else:
        yield {"kind": "queue", **queue}
    for reason in overview.waiting(connection):
        yield _waiting(reason)


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


def _backlog(pause: Pause, count: int) -> dict[str, Any]:
    until = None if pause.until is None else iso(pause.until)
    return {"kind": "waiting", "reason": pause.reason, "count": count, "next": until}


def _waiting(reason: Reason) -> dict[str, Any]:
    due = None if reason.next_due is None else iso(reason.next_due)
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
        "since": iso(worker.started),
        "doing": worker.doing,
    }
