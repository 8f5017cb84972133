"""The daemon is killed at random moments, again and again: nothing is lost or paid for twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journey.paid.conftest import Album, Customer

PHOTOS = int(os.environ.get("TAGBRIDGE_TEST_PAID_PHOTOS", "40"))
KILLS = int(os.environ.get("TAGBRIDGE_TEST_KILLS", "6"))


def moments(chance: random.Random) -> list[int]:
    """Return after how many more requests each kill comes: all of them while there is work."""
    usual = 2 * PHOTOS / KILLS
    return [round(chance.uniform(0, 1.8 * usual)) for _ in range(KILLS)]


@pytest.mark.timeout(7200)
def test_kills_at_random_moments_lose_nothing_and_cost_nothing(
    customer: Callable[..., Customer], album: Album
) -> None:
    chance = random.Random(KILLS)  # noqa: S311 - a test must be repeatable
    we = customer("--everypixel", "--latency", "0.06:0.8")
    service = we.service
    for more in moments(chance):
        daemon = we.watch(album.folder)
        so_far = len(service.arrived())
        album.add_many(PHOTOS // KILLS)
        service.wait_for(min(so_far + more, 2 * len(album.photos)))
        # Not always while it waits for answers: it also merges, writes and remembers them.
        with suppress(subprocess.TimeoutExpired):
            daemon.process.wait(chance.choice((0.0, chance.uniform(0, 0.5))))
        daemon.stop(signal.SIGKILL)
    daemon = we.watch(album.folder)
    album.add_many(PHOTOS - len(album.photos))
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    we.judge.finds_all_in_order(album.photos)
