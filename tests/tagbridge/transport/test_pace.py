"""The rate of a provider, over processes; and what a service says about it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge.ledger.terms import StoredAnswer
from tagbridge.transport.pace import pause_asked
from tagbridge_hooks import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.tagbridge.transport.conftest import Askers, Asking, Heard, Service

RATE = 30.0


def most_in_a_second(times: Sequence[float]) -> int:
    return max(sum(start <= at < start + 1.0 for at in times) for start in times)


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_no_second_sees_more_than_the_rate_and_one(
    processes: int, askers: Askers, service: Service
) -> None:
    names = [
        [f"{processes} {which} {n}" for n in range(60 // processes)] for which in range(processes)
    ]
    started = [askers.start("/slow/0.1", *n, at_once=16, terms={"rate": RATE}) for n in names]
    for process in started:
        askers.ended(process)

    times = [a["at"] for a in service.arrivals if a["picture"].startswith(f"{processes} ")]

    assert len(times) == sum(map(len, names))
    # They leave at most 31 in a second; on busy cores some arrive later than they left, and close
    # to those that follow. Without a pace, or with one for each process, it would be far more.
    assert most_in_a_second(times) <= RATE + 4


def test_a_service_that_wants_to_be_left_alone_is(asking: Asking, service: Service) -> None:
    asking.ask(f"{service.url}/ok", "warm", rate=RATE)
    asking.ask(f"{service.url}/status/429?retry-after=1", "busy", rate=RATE)
    asking.ask(f"{service.url}/ok", "after", rate=RATE)
    asking.ask(f"{service.url}/status/503?retry-after=1", "unlimited and busy")
    asking.ask(f"{service.url}/ok", "unlimited and after")

    at = {arrival["picture"]: arrival["at"] for arrival in service.arrivals}
    assert at["after"] - at["busy"] >= 1.0
    assert at["unlimited and after"] - at["unlimited and busy"] >= 1.0


def test_who_has_a_turn_already_leaves_a_busy_service_alone_as_well(
    asking: Asking, service: Service
) -> None:
    """The turns of all are taken before the first answer comes."""
    paths = {"ordered first": "status/429?retry-after=2", "ordered 2": "ok", "ordered 3": "ok"}

    async def all_at_once() -> None:
        questions = {name: asking.question(name, rate=3.0) for name in paths}
        await asyncio.gather(
            *(asking.hear(f"{service.url}/{p}", questions[n], n) for n, p in paths.items())
        )

    asking.run(all_at_once())

    at = {arrival["picture"]: arrival["at"] for arrival in service.arrivals}
    assert at["ordered 2"] - at["ordered first"] >= 2.0
    assert at["ordered 3"] - at["ordered first"] >= 2.0


def test_another_process_respects_the_wish_as_well(
    askers: Askers, asking: Asking, service: Service
) -> None:
    asking.ask(f"{service.url}/status/429?retry-after=3", "pushed", rate=RATE)
    askers.run("/ok", "elsewhere", terms={"rate": RATE})

    at = {arrival["picture"]: arrival["at"] for arrival in service.arrivals}
    assert at["elsewhere"] - at["pushed"] >= 3.0


@pytest.mark.parametrize("rate", [RATE, None])
def test_nobody_waits_for_a_long_pause(
    asking: Asking, service: Service, rate: float | None
) -> None:
    asking.ask(f"{service.url}/status/429?retry-after=500", f"closed {rate}", rate=rate)
    error = asking.ask(f"{service.url}/ok", f"too early {rate}", rate=rate).error

    assert isinstance(error, RateLimitedError)
    assert 400.0 < (error.retry_after or 0.0) <= 500.0
    assert f"too early {rate}" not in {arrival["picture"] for arrival in service.arrivals}


def test_what_was_counted_for_a_request_that_has_to_wait_is_given_back(
    asking: Asking, service: Service, stored: Callable[..., list[Any]]
) -> None:
    """Both have their turns, and the second one its permission perhaps, when the pause begins."""
    paths = {"long first": "status/503?retry-after=500", "long 2": "ok"}

    async def both() -> list[Heard]:
        asked = (
            asking.hear(f"{service.url}/{path}", asking.question(name, rate=2.0), name)
            for name, path in paths.items()
        )
        return await asyncio.gather(*asked)

    _, second = asking.run(both())

    assert isinstance(second.error, RateLimitedError)
    assert stored("SELECT calls FROM quota WHERE scope = 'all'") == [(1,)]


def said(status: int, retry_after: str) -> StoredAnswer:
    return StoredAnswer(status=status, headers=(("retry-after", retry_after),), body=b"")


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (None, None),
        (StoredAnswer(status=429, body=b""), None),
        (said(429, "7"), 7.0),
        (said(502, "7"), 7.0),
        (said(503, " 0 "), 0.0),
        (said(200, "7"), None),
        (said(400, "7"), None),
        (said(429, "soon"), None),
        (said(429, "-5"), None),
        (said(429, "99999999"), 3600.0),
        (said(429, "Sat, 01 Jan 2000 00:00:00 GMT"), 0.0),
    ],
)
def test_a_pause_is_what_a_busy_service_asks_for(
    answer: StoredAnswer | None, seconds: float | None
) -> None:
    assert pause_asked(answer) == seconds


def test_a_pause_may_be_given_as_a_date() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=30)

    seconds = pause_asked(said(429, format_datetime(soon, usegmt=True)))

    assert seconds is not None
    assert 0.0 < seconds <= soon.timestamp() - time.time() + 60.0


@pytest.mark.parametrize("processes", [1, 3])
def test_no_more_requests_are_under_way_than_the_account_may_have(
    processes: int, askers: Askers, service: Service
) -> None:
    names = [[f"flying {processes} {which} {n}" for n in range(6)] for which in range(processes)]
    terms = {"concurrency": 2}
    started = [askers.start("/slow/0.3", *n, at_once=6, terms=terms) for n in names]
    for process in started:
        *lines, _ = askers.ended(process)
        assert {line.get("status") for line in lines} == {200}

    mine = [a for a in service.arrivals if a["picture"].startswith(f"flying {processes} ")]
    assert len(mine) == 6 * processes
    # Each takes 0.3 s to answer, so that three within that would be under way together.
    assert max(sum(a["at"] <= b["at"] < a["at"] + 0.29 for b in mine) for a in mine) <= 2
