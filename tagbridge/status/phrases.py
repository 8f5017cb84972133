"""The words of the status, the same on a terminal and on the page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tagbridge.printable import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    Objects = Sequence[dict[str, Any]]

QUEUE = ("open", "running", "waiting", "parked", "missing", "review", "done")
"""The places where a photo can be."""
UP_AGAIN = '"tagbridge retry PATH" takes them up again'
LOOK_AT_THEM = 'await yours: "tagbridge review" shows them'
NO_REASON = "no reason was noted"
_SPANS = {3600: "the last hour", 86_400: "24 hours", 14 * 86_400: "two weeks"}


def iso(seconds: float) -> str:
    """Return a time, in seconds since the epoch, as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def of_kind(objects: Objects, kind: str) -> Objects:
    """Return the objects of one kind."""
    return [found for found in objects if found["kind"] == kind]


def amount(number: int) -> str:
    """Return a number that a person can read."""
    return f"{number:,}".replace(",", " ")


def date(iso_time: str) -> str:
    """Return a moment, to the minute."""
    return f"{datetime.fromisoformat(iso_time):%Y-%m-%d %H:%M} UTC"


def moment(iso_time: str) -> str:
    """Return a moment to come, and how far it is."""
    seconds = (datetime.fromisoformat(iso_time) - datetime.now(UTC)).total_seconds()
    return f"{date(iso_time)} (in {_span(max(seconds, 0.0))})"


def calls(count: int, most: int | None) -> str:
    """Return how many calls there were, of how many that are allowed."""
    limit = "" if most is None else f" of {amount(most)}"
    return f"{amount(count)}{limit} calls"


def money(cost: float, currency: str) -> str:
    """Return what something cost; empty where nothing is paid."""
    digits = 2 if cost >= 1.0 or not cost else 4  # a call may cost a fraction of a cent
    return f"{cost:.{digits}f} {currency}" if currency else ""


def spent(count: int, most: int | None, cost: float, currency: str) -> str:
    """Return calls and what they cost."""
    return ", ".join(filter(None, (calls(count, most), money(cost, currency))))


def of_money(cost: float, most: float, currency: str) -> str:
    """Return what was spent of a budget; without a currency where nothing was spent."""
    return f"{cost:.2f} of {most:.2f} {currency}".rstrip()


def anew(iso_time: str) -> str:
    """Return when a limit of a day begins anew."""
    return f"anew at {moment(iso_time)}"


def opened(queue: dict[str, Any]) -> str:
    """Return what is to be worked on now."""
    ready = queue["fresh"] + queue["backlog"]
    return f"{amount(ready)} ({amount(queue['fresh'])} fresh, {amount(queue['backlog'])} backlog)"


def pace(objects: Objects) -> str:
    """Return how many photos were dealt with lately; empty if that is not known."""
    said = []
    for found in of_kind(objects, "throughput"):
        span = _SPANS[found["seconds"] * len(found["periods"])]
        said.append(f"{amount(sum(p['photos'] for p in found['periods']))} in {span}")
    return ", ".join(said)


def fates(found: dict[str, Any]) -> str:
    """Return what became of the keywords of a provider."""
    written, kept, removed = (
        amount(found[f"keywords_{what}"]) for what in ("written", "kept", "removed")
    )
    return f"{written} written, of which people kept {kept} and removed {removed}"


def doubt(found: dict[str, Any]) -> str:
    """Return what becomes of calls of which nobody knows whether they were answered."""
    count = amount(found["in_doubt"])
    if found["in_doubt_policy"] == "resend":
        return f"{count}; they are sent again by themselves"
    return f'{count} may or may not have been answered; "tagbridge retry" sends them again'


def pause(found: dict[str, Any]) -> str:
    """Return how long a provider is not asked, and why."""
    until = f"until {moment(found['until'])}" if found["until"] else 'until "tagbridge retry"'
    return f"{until}: {plain(found['reason'])}"


def left(remaining: dict[str, Any]) -> str:
    """Return what a service said is left of its allowance."""
    return f"{calls(remaining['calls'], None)}, it said at {date(remaining['at'])}"


def rate(requests_per_second: float) -> str:
    """Return how fast a provider may be asked."""
    return f"at most {requests_per_second:g} requests a second"


def removed(keyword: dict[str, Any]) -> str:
    """Return how often people removed and kept a keyword, and who said it."""
    kept = f", kept in {amount(keyword['kept'])}" if keyword["kept"] else ""
    who = plain(" and ".join(keyword["providers"]))
    return f"{plain(keyword['text'])}: removed from {amount(keyword['removed'])}{kept} ({who})"


def blocking(unwanted: Objects) -> tuple[str, ...]:
    """Return the lines of the settings that stop some keywords for good, beside those that are."""
    words = (*unwanted[0]["blocked"], *(keyword["text"] for keyword in unwanted))
    blocked = json.dumps(words, ensure_ascii=False)  # also right as TOML
    return ("[keywords]", f"blocked = {blocked}")


def worker(found: dict[str, Any]) -> str:
    """Return where a process is, and what it does."""
    life = "alive" if found["alive"] else "dead"
    doing = f", {plain(found['doing'])}" if found["doing"] else ""
    place = f"{plain(found['host'])}, pid {found['pid']}"
    return f"{life} on {place}, since {date(found['since'])}{doing}"


def _span(seconds: float) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
