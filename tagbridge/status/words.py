"""The objects of `tagbridge status --json` in words, for people at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagbridge.printable import plain, printable
from tagbridge.status import phrases
from tagbridge.status.phrases import amount, of_kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.status.phrases import Objects

_REASONS = 10


def lines(objects: Objects) -> Iterable[str]:
    """Yield what the objects say, line by line."""
    for found in of_kind(objects, "nothing"):
        yield f"{found['reason']}."
    for found in of_kind(objects, "queue"):
        yield from _queue(found, objects)
    for found in of_kind(objects, "provider"):
        yield ""
        yield from _provider(found)
    yield from _unwanted(of_kind(objects, "unwanted"))
    for found in of_kind(objects, "budget"):
        yield from _budget(found)
    workers = of_kind(objects, "worker")
    if workers:
        yield ""
        yield "Workers"
        yield from (_row(found["role"], phrases.worker(found)) for found in workers)


def _queue(queue: dict[str, Any], objects: Objects) -> Iterable[str]:
    yield "Photos"
    yield _row("open", phrases.opened(queue))
    yield _row("running", amount(queue["running"]))
    yield _row("waiting", amount(queue["waiting"]))
    yield from _reasons(of_kind(objects, "waiting"), queue["waiting"])
    yield _row("parked", amount(queue["parked"]))
    yield from _reasons(of_kind(objects, "parked"), queue["parked"])
    if queue["parked"]:
        yield _row("", phrases.UP_AGAIN)
    yield _row("missing", amount(queue["missing"]))
    if queue["review"]:
        yield _row("review", f"{amount(queue['review'])} {phrases.LOOK_AT_THEM}")
    yield _row("done", amount(queue["done"]))
    if pace := phrases.pace(objects):
        yield _row("pace", pace)


def _reasons(found: Objects, total: int) -> Iterable[str]:
    for reason in found[:_REASONS]:
        when = f", next {phrases.moment(reason['next'])}" if reason.get("next") else ""
        said = plain(reason["reason"]) or phrases.NO_REASON
        yield _row("", f"{amount(reason['count'])}{when}: {said}")
        for path in reason.get("paths", ()):
            yield _row("", f"  {printable(path)}")
    others = found[_REASONS:]
    if others:
        count = sum(reason["count"] for reason in others)
        yield _row("", f"{amount(count)}: {amount(len(others))} other reasons")
    looked_at = sum(reason["count"] for reason in found)
    if looked_at < total:
        yield _row("", f"{amount(total - looked_at)}: not looked at, there are so many")


def _provider(found: dict[str, Any]) -> Iterable[str]:
    yield f"Provider {found['name']}" + ("" if found["configured"] else " (not configured)")
    if found["requests_per_second"] is not None:
        yield _row("rate", phrases.rate(found["requests_per_second"]))
    for name, today, limit in (("today", "_today", "daily_"), ("in all", "", "total_")):
        numbers = found[f"calls{today}"], found[f"{limit}calls"], found[f"cost{today}"]
        new = today and found["daily_calls"] is not None and found["resets"]
        anew = f", {phrases.anew(new)}" if new else ""
        yield _row(name, phrases.spent(*numbers, found["currency"]) + anew)
    if found["remaining"] is not None:
        yield _row("left", phrases.left(found["remaining"]))
    if found["keywords_written"]:
        yield _row("keywords", phrases.fates(found))
    if found["in_flight"]:
        yield _row("in flight", amount(found["in_flight"]))
    if found["in_doubt"]:
        yield _row("in doubt", phrases.doubt(found))
    if found["pause"] is not None:
        yield _row("paused", phrases.pause(found["pause"]))


def _unwanted(found: Objects) -> Iterable[str]:
    if not found:
        return
    yield ""
    yield "Removed from many photos"
    yield from (f"  {phrases.removed(keyword)}" for keyword in found)
    yield "  To stop them, put this into the settings:"
    yield from (f"  {line}" for line in phrases.blocking(found))


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
        said.append(phrases.calls(budget[f"calls{spent}"], budget[f"{limit}calls"]))
    if (most := budget[f"{limit}cost"]) is not None:
        costs = budget[f"cost{spent}"] or {"": 0.0}
        said += [phrases.of_money(cost, most, currency) for currency, cost in costs.items()]
    if said and spent and budget["resets"]:
        said.append(phrases.anew(budget["resets"]))
    return said


def _row(name: str, text: str) -> str:
    return f"  {name:9} {text}"
