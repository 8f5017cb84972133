"""A rate is kept over all processes together, and used."""

from __future__ import annotations

import os
import subprocess
import sys
from bisect import bisect_right
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.journey.paid.conftest import Album, Customer

PHOTOS = int(os.environ.get("TAGBRIDGE_TEST_PAID_PHOTOS", "90"))
RATE = 30


def most_in_a_second(times: Sequence[float]) -> int:
    return max(bisect_right(times, time + 1.0) - at for at, time in enumerate(times))


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("processes", [1, 2, 4])
def test_so_many_processes_keep_a_rate_together(
    customer: Callable[..., Customer],
    album: Album,
    processes: int,
) -> None:
    we = customer("--latency", "0.1:0.3", PROVIDERS__POSTMAN__REQUESTS_PER_SECOND=RATE)
    service = we.service
    photos = album.add_many(min(PHOTOS, 600))
    ask = ("tag", "--provider", "postman")
    running = [
        we.program.start(*ask, *photos[number::processes], stdout=subprocess.DEVNULL)
        for number in range(processes)
    ]
    assert [process.wait() for process in running] == [0] * processes
    times = sorted(arrival.at for arrival in service.arrived())
    assert len(times) == len(photos)
    # They leave at most 31 in a second; on busy cores some arrive later than they left, and close
    # to those that follow. With a pace for each process alone it would be far more.
    assert most_in_a_second(times) <= RATE + 4
    pace = (len(times) - 1) / (times[-1] - times[0])
    sys.stdout.write(f"{processes} processes: {pace:.2f}/s, {most_in_a_second(times)} at most\n")
