"""What may be spent in a day: over processes and kills, not one call more."""

from __future__ import annotations

import os
import random
import signal
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journey.paid.conftest import Album, Customer

PHOTOS = int(os.environ.get("TAGBRIDGE_TEST_PAID_PHOTOS", "60")) // 4
KILLS = int(os.environ.get("TAGBRIDGE_TEST_KILLS", "10")) // 10 + 2
ALLOWED = PHOTOS // 5 + 1
EVERYPIXEL, POSTMAN = "/v1/keywords", "/plain/keywords"


def today() -> int:
    return int(time.time() // 86400)


@pytest.fixture
def days() -> Callable[[], int]:
    """Return a function that says for how many days the test has run: at midnight it may pay on."""
    first = today()
    return lambda: today() - first + 1


def run_and_kill(we: Customer, album: Album, seed: int, most: int) -> None:
    """Let the daemon work on the photos, killed again and again until `most` calls are made."""
    chance = random.Random(seed)  # noqa: S311 - a test must be repeatable
    for _ in range(KILLS):
        daemon = we.watch(album.folder)
        album.add_many(PHOTOS // KILLS)
        we.service.wait_for(
            min(most, len(we.service.arrived()) + chance.randint(0, 2 * most // KILLS))
        )
        daemon.stop(signal.SIGKILL)


@pytest.mark.timeout(3600)
def test_all_providers_together_are_never_asked_more_often_than_the_budget_allows(
    customer: Callable[..., Customer],
    album: Album,
    days: Callable[[], int],
) -> None:
    we = customer("--latency", "0.02:0.3", BUDGET__DAILY_CALLS=ALLOWED)
    service = we.service
    run_and_kill(we, album, 3, ALLOWED)
    daemon = we.watch(album.folder)
    we.until(lambda: all(we.status().each("pause")), "a pause of both")
    assert daemon.stop() == 0
    assert we.program.tag(album.folder).status == 1
    assert len(service.arrived()) <= ALLOWED * days()
    if days() == 1:
        assert len(service.arrived()) == ALLOWED
        midnight = datetime.fromtimestamp((today() + 1) * 86400, UTC)
        status = we.status()
        for said in (*status.each("pause"), *status.of("waiting")):
            when = said.get("until") or said["next"]
            assert datetime.fromisoformat(when) >= midnight
            assert "budget" in said["reason"]


@pytest.mark.timeout(3600)
def test_one_provider_is_never_asked_more_often_than_its_own_budget_allows(
    customer: Callable[..., Customer],
    album: Album,
    days: Callable[[], int],
) -> None:
    we = customer("--latency", "0.02:0.3", PROVIDERS__POSTMAN__DAILY_CALLS=ALLOWED)
    service = we.service
    run_and_kill(we, album, 4, ALLOWED)
    daemon = we.watch(album.folder)
    album.add_many(PHOTOS - len(album.photos))
    we.until(lambda: len(service.asked(EVERYPIXEL)) == PHOTOS, "all answers of the other one")
    we.until(lambda: we.left().keys() == {"waiting"}, "photos that all wait")
    assert daemon.stop() == 0
    assert len(service.asked(POSTMAN)) <= ALLOWED * days()
    assert set(service.charged().values()) == {1}
    if days() == 1:
        assert len(service.asked(POSTMAN)) == ALLOWED
        assert we.left() == {"waiting": PHOTOS - ALLOWED}


def test_what_is_paid_for_is_written_even_when_the_budget_is_used_up(
    customer: Callable[..., Customer], album: Album
) -> None:
    we = customer(PROVIDERS__POSTMAN__DAILY_CALLS=1)
    daemon = we.watch(album.folder)
    daemon.wait_for_photos(album.add("a.jpg", 1))
    daemon.wait_for_photos(album.add("b.jpg", 2))
    assert we.status().provider("postman")["pause"]
    daemon.wait_for_photos(album.add("c.jpg", 1))  # the same picture as a
    assert daemon.stop() == 0
    assert len(we.service.asked(POSTMAN)) == 1
    assert we.left() == {"waiting": 1}
