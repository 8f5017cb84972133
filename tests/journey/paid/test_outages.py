"""Services that are away, too slow, too strict or closed to us, while the daemon runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journey.paid.conftest import Album, Customer

EVERYPIXEL, POSTMAN = "/v1/keywords", "/plain/keywords"


def test_a_service_whose_quota_is_used_up_is_left_alone_and_the_others_are_asked(
    customer: Callable[..., Customer],
    album: Album,
) -> None:
    we = customer("--quota", "3", PROVIDERS__EVERYPIXEL__CONCURRENCY=1)
    service = we.service
    daemon = we.watch(album.folder)
    album.add_many(6)
    we.until(lambda: len(service.asked(POSTMAN)) == 6, "all answers of the other one")
    we.wait_until_left(waiting=3)
    album.add_many(2)
    we.until(lambda: len(service.asked(POSTMAN)) == 8, "the answers for new photos")
    we.wait_until_left(waiting=5)
    assert daemon.stop() == 0
    assert [arrival.status for arrival in service.asked(EVERYPIXEL)] == [200] * 3 + [429]
    pause = we.status().provider("everypixel")["pause"]
    assert datetime.fromisoformat(pause["until"]) > datetime.now(UTC)
    assert (pause["kind"], "allowance is used up" in pause["reason"]) == ("quota", True)
    assert len(daemon.said("everypixel is not asked")) == 1
    # A new start changes nothing about that.
    daemon = we.watch(album.folder)
    daemon.wait_for_photos(album.add())
    assert daemon.stop() == 0
    assert len(service.asked(EVERYPIXEL)) == 4


def test_a_wrong_key_is_said_once_and_not_tried_again_until_somebody_has_mended_it(
    customer: Callable[..., Customer],
    album: Album,
) -> None:
    we = customer("--key", "another key", PROVIDERS__POSTMAN__CONCURRENCY=1)
    service = we.service
    daemon = we.watch(album.folder)
    album.add_many(4)
    we.until(lambda: len(service.asked(EVERYPIXEL)) == 4, "all answers of the other one")
    we.wait_until_left(waiting=4)
    assert [arrival.status for arrival in service.asked(POSTMAN)] == [401]
    assert len(daemon.said("postman is not asked")) == 1
    assert we.status().provider("postman")["pause"]["kind"] == "account"
    assert we.program.run("retry").status == 0
    we.until(lambda: len(service.asked(POSTMAN)) == 2, "another try")
    we.wait_until_left(waiting=4)
    assert daemon.stop() == 0
    daemon = we.watch(album.folder, TAGBRIDGE_PROVIDERS__POSTMAN__KEY="another key")
    we.wait_until_done(album.photos)
    we.until(lambda: len(service.asked(POSTMAN)) == 6, "the answers")
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    we.program.settings["TAGBRIDGE_PROVIDERS__POSTMAN__KEY"] = "another key"
    we.judge.finds_all_in_order(album.photos)


def test_a_service_that_is_asked_too_fast_gets_its_time_and_answers_in_the_end(
    customer: Callable[..., Customer],
    album: Album,
) -> None:
    we = customer("--rate", "6")
    service = we.service
    daemon = we.watch(album.folder)
    album.add_many(20)
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    assert 502 in {arrival.status for arrival in service.asked(EVERYPIXEL)}
    we.judge.finds_all_in_order(album.photos)


def test_a_service_that_is_away_for_a_while_is_asked_when_it_is_back(
    customer: Callable[..., Customer],
    album: Album,
) -> None:
    we = customer()
    service = we.service
    service.stop()
    daemon = we.watch(album.folder)
    album.add_many(4)
    we.wait_until_left(waiting=4)
    daemon.wait_for("no connection", times=4)
    service.start()
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    we.judge.finds_all_in_order(album.photos)
    # What never left this machine is not counted as a call.
    assert we.status().provider("postman")["calls_today"] == 4
