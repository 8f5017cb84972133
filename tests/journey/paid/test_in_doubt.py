"""Daemon and courier are both killed in flight: nobody can know whether the service has billed."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journey.paid.conftest import Album, Customer

PROVIDERS = ("everypixel", "postman")
RESEND = {f"PROVIDERS__{name.upper()}__IN_DOUBT": "resend" for name in PROVIDERS}


@pytest.fixture
def lose_the_answers(
    customer: Callable[..., Customer],
    album: Album,
) -> Callable[..., Customer]:
    """Return a function that kills everything while the answers for two photos are on the way."""

    def run(**settings: object) -> Customer:
        we = customer("--latency", "2", **settings)
        service = we.service
        daemon = we.watch(album.folder)
        album.add_many(2)
        service.wait_for(4)
        (courier,) = we.couriers()
        os.kill(courier, signal.SIGKILL)
        daemon.stop(signal.SIGKILL)
        return we

    return run


def test_what_is_in_doubt_is_held_shown_and_counted_until_somebody_says_to_send_it_again(
    lose_the_answers: Callable[..., Customer],
    album: Album,
) -> None:
    we = lose_the_answers()
    daemon = we.watch(album.folder)
    we.wait_until_left(parked=2)
    assert we.status().each("in_doubt") == [2, 2]
    assert we.status().each("calls_today") == [2, 2]
    (parked,) = we.status().of("parked")
    assert parked["count"] == 2
    assert sorted(parked["paths"]) == sorted(map(str, album.photos))
    assert "retry" in parked["reason"]
    assert we.program.tag(album.folder).status == 1
    assert len(we.service.arrived()) == 4
    first = next(iter(album.photos))
    assert we.program.run("retry", first).status == 0
    we.wait_until_left(parked=1)
    assert we.status().each("in_doubt") == [1, 1]
    assert len(we.service.arrived()) == 6
    assert we.program.run("retry").status == 0
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    assert set(we.service.charged().values()) == {2}
    we.judge.finds_all_tagged(album.photos)


def test_what_is_in_doubt_is_sent_again_at_once_where_the_user_wants_that(
    lose_the_answers: Callable[..., Customer],
    album: Album,
) -> None:
    we = lose_the_answers(**RESEND)
    daemon = we.watch(album.folder)
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    assert set(we.service.charged().values()) == {2}
    assert we.status().each("calls_today") == [4, 4]
    we.judge.finds_all_tagged(album.photos)


def test_when_only_the_daemon_is_killed_nothing_is_in_doubt(
    customer: Callable[..., Customer],
    album: Album,
) -> None:
    we = customer("--latency", "1")
    service = we.service
    daemon = we.watch(album.folder)
    album.add_many(3)
    service.wait_for(6)
    daemon.stop(signal.SIGKILL)
    assert we.couriers()
    we.until(lambda: not we.couriers(), "the end of the courier")
    assert we.status().each("in_doubt") == [0, 0]
    service.stop()  # all that follows comes from the store
    daemon = we.watch(album.folder)
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    we.judge.finds_all_in_order(album.photos)


def test_when_only_the_courier_is_killed_the_daemon_goes_on_with_another_one(
    customer: Callable[..., Customer],
    album: Album,
) -> None:
    we = customer("--latency", "1")
    service = we.service
    daemon = we.watch(album.folder)
    album.add()
    service.wait_for(2)
    os.kill(we.couriers()[0], signal.SIGKILL)
    we.wait_until_left(parked=1)
    new = album.add()
    daemon.wait_for_photos(new)
    assert we.status().each("in_doubt") == [1, 1]
    assert we.program.run("retry").status == 0
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    we.judge.finds_all_tagged(album.photos)
