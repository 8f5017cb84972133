"""The objects of `tagbridge status --json` in words, for people."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from tagbridge.printable import plain, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Objects = Sequence[dict[str, Any]]

_REASONS = 10
_UP_AGAIN = '"tagbridge retry PATH" takes them up again'


def say_status(objects: Objects) -> None:
    """Print what the objects say."""
    for line in _lines(objects):
        click.echo(line)


def _lines(objects: Objects) -> Iterable[str]:
    for found in _of_kind(objects, "nothing"):
        yield f"{found['reason']}."
    for found in _of_kind(objects, "queue"):
        yield from _queue(found, objects)
    for found in _of_kind(objects, "provider"):
        yield ""
        yield from _provider(found)
    yield from _unwanted(_of_kind(objects, "unwanted"))
    for found in _of_kind(objects, "budget"):
        yield from _budget(found)
    workers = _of_kind(objects, "worker")
    if workers:
        yield ""
        yield "Workers"
        yield from map(_worker, workers)


def _of_kind(objects: Objects, kind: str) -> Objects:
    return [found for found in objects if found["kind"] == kind]


def _queue(queue: dict[str, Any], objects: Objects) -> Iterable[str]:
    ready = queue["fresh"] + queue["backlog"]
    yield "Photos"
    yield _row("open", f"{_n(ready)} ({_n(queue['fresh'])} fresh, {_n(queue['backlog'])} backlog)")
    yield _row("running", _n(queue["running"]))
    yield _row("waiting", _n(queue["waiting"]))
    yield from _reasons(_of_kind(objects, "waiting"), queue["waiting"])
    yield _row("parked", _n(queue["parked"]))
    yield from _reasons(_of_kind(objects, "parked"), queue["parked"])
    if queue["parked"]:
        yield _row("", _UP_AGAIN)
    yield _row("missing", _n(queue["missing"]))
    yield _row("done", _n(queue["done"]))


def _reasons(found: Objects, total: int) -> Iterable[str]:
    for reason in found[:_REASONS]:
        when = f", next {_moment(reason['next'])}" if reason.get("next") else ""
        said = plain(reason["reason"]) or "no reason was noted"
        yield _row("", f"{_n(reason['count'])}{when}: {said}")
        for path in reason.get("paths", ()):
            yield _row("", f"  {printable(path)}")
    others = found[_REASONS:]
    if others:
        count = sum(reason["count"] for reason in others)
        yield _row("", f"{_n(count)}: {_n(len(others))} other reasons")
    looked_at = sum(reason["count"] for reason in found)
    if looked_at < total:
        yield _row("", f"{_n(total - looked_at)}: not looked at, there are so many")


def _provider(found: dict[str, Any]) -> Iterable[str]:
    yield f"Provider {found['name']}" + ("" if found["configured"] else " (not configured)")
    rate = found["requests_per_second"]
    if rate is not None:
        yield _row("rate", f"at most {rate:g} requests a second")
    currency = found["currency"]
    today = _calls(found["calls_today"], found["daily_calls"])
    yield _row("today", today + _money(found["cost_today"], currency))
    in_all = _calls(found["calls"], found["total_calls"])
    yield _row("in all", in_all + _money(found["cost"], currency))
    if found["remaining"] is not None:
        left = found["remaining"]
        yield _row("left", f"{_calls(left['calls'], None)}, it said at {_date(left['at'])}")
    if found["keywords_written"]:
        yield _row("keywords", _fates(found))
    if found["in_flight"]:
        yield _row("in flight", _n(found["in_flight"]))
    if found["in_doubt"]:
        yield _row("in doubt", _doubt(found))
    if found["pause"] is not None:
        yield _row("paused", _pause(found["pause"]))


def _fates(found: dict[str, Any]) -> str:
    written, kept, removed = (
        _n(found[f"keywords_{what}"]) for what in ("written", "kept", "removed")
    )
    return f"{written} written, of which people kept {kept} and removed {removed}"


def _unwanted(found: Objects) -> Iterable[str]:
    if not found:
        return
    yield ""
    yield "Removed from many photos"
    for keyword in found:
        kept = f", kept in {_n(keyword['kept'])}" if keyword["kept"] else ""
        who = plain(" and ".join(keyword["providers"]))
        yield f"  {plain(keyword['text'])}: removed from {_n(keyword['removed'])}{kept} ({who})"
    yield "  To stop them, put this into the settings:"
    words = (*found[0]["blocked"], *(keyword["text"] for keyword in found))
    yield "  [keywords]"
    yield f"  blocked = {json.dumps(words, ensure_ascii=False)}"  # also right as TOML


def _doubt(found: dict[str, Any]) -> str:
    count = _n(found["in_doubt"])
    if found["in_doubt_policy"] == "resend":
        return f"{count}; they are sent again by themselves"
    return f'{count} may or may not have been answered; "tagbridge retry" sends them again'


def _pause(pause: dict[str, Any]) -> str:
    until = f"until {_moment(pause['until'])}" if pause["until"] else 'until "tagbridge retry"'
    return f"{until}: {plain(pause['reason'])}"


def _budget(budget: dict[str, Any]) -> Iterable[str]:
    spans = (("today", "_today", "daily_"), ("in all", "", "total_"))
    rows = [(name, _limits(budget, spent, limit)) for name, spent, limit in spans]
    if any(limits for _, limits in rows):
        yield ""
        yield "Budget of all providers"
        yield from (_row(name, ", ".join(limits)) for name, limits in rows if limits)


def _limits(budget: dict[str, Any], spent: str, limit: str) -> list[str]:
    """Return what is used of the limits for a day, or for all days."""
    said = []
    if budget[f"{limit}calls"] is not None:
        said.append(_calls(budget[f"calls{spent}"], budget[f"{limit}calls"]))
    if (most := budget[f"{limit}cost"]) is not None:
        costs = budget[f"cost{spent}"] or {"": 0.0}
        said += [
            f"{cost:.2f} of {most:.2f} {currency}".rstrip() for currency, cost in costs.items()
        ]
    return said


def _worker(worker: dict[str, Any]) -> str:
    life = "alive" if worker["alive"] else "dead"
    doing = f", {plain(worker['doing'])}" if worker["doing"] else ""
    place = f"{plain(worker['host'])}, pid {worker['pid']}"
    return _row(worker["role"], f"{life} on {place}, since {_date(worker['since'])}{doing}")


def _row(name: str, text: str) -> str:
    return f"  {name:9} {text}"


def _n(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _calls(count: int, most: int | None) -> str:
    limit = "" if most is None else f" of {_n(most)}"
    return f"{_n(count)}{limit} calls"


def _money(cost: float, currency: str) -> str:
    digits = 2 if cost >= 1.0 or not cost else 4  # a call may cost a fraction of a cent
    return f", {cost:.{digits}f} {currency}" if currency else ""


def _date(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%Y-%m-%d %H:%M} UTC"


def _moment(iso: str) -> str:
    """Return a moment to come, and how far it is."""
    seconds = (datetime.fromisoformat(iso) - datetime.now(UTC)).total_seconds()
    return f"{_date(iso)} (in {_span(max(seconds, 0.0))})"


def _span(seconds: float) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
