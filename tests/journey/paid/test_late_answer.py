"""A photo is replaced by another one while its answer is on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journey.paid.conftest import Album, Customer


def test_a_late_answer_is_kept_for_its_picture_and_not_written_to_another_one(
    customer: Callable[..., Customer],
    album: Album,
) -> None:
    we = customer("--latency", "1.5")
    service = we.service
    daemon = we.watch(album.folder)
    photo = album.add("a.jpg", 1)
    service.wait_for(2)
    album.add("a.jpg", 2)  # a rename over the other one, as programs save
    service.wait_for(4)
    we.wait_until_done(album.photos)
    we.judge.finds_the_keywords(album.photos)  # of the new picture, and no other ones
    album.add("b.jpg", 1)
    daemon.wait_for_photos(photo.with_name("b.jpg"))
    assert daemon.stop() == 0
    assert len(service.arrived()) == 4
    we.judge.finds_all_in_order(album.photos)


def test_a_photo_that_is_deleted_in_flight_is_paid_for_once_if_it_comes_back(
    customer: Callable[..., Customer],
    album: Album,
) -> None:
    we = customer("--latency", "1")
    service = we.service
    album.add("stays.jpg", 1)
    daemon = we.watch(album.folder)
    we.wait_until_done(album.photos)
    photo = album.add("goes.jpg", 2)
    service.wait_for(4)
    original = photo.read_bytes()
    photo.unlink()
    we.wait_until_left()
    photo.write_bytes(original)
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    we.judge.finds_all_in_order(album.photos)
