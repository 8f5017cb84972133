"""A photo is replaced by another one while its answer is on the way."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from tests.journey.conftest import LONG

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journey.paid.conftest import Album, Customer, Service


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


def test_a_late_answer_of_a_model_that_was_given_up_is_stored_and_not_written(
    serve: Callable[..., Service],
    customer: Callable[..., Customer],
    album: Album,
    exiftool: Callable[..., Any],
) -> None:
    service = serve("--latency", "3", "--model", "old", "--model", "new")
    vision = f"{service.url}/openai/v1"
    we = customer(of=service, PROVIDERS__VISION__BASE_URL=vision, PROVIDERS__VISION__MODEL="new")
    photo = album.add("a.jpg", 1)
    old = {"TAGBRIDGE_PROVIDERS__VISION__MODEL": "old"}

    first = we.program.start(
        "tag", "--provider", "vision", photo, env=we.program.environment(**old)
    )
    service.wait_for(1)
    first.kill()
    first.wait()
    second = we.program.tag("--provider", "vision", photo)
    assert (second.of(photo)["outcome"], second.of(photo)["calls"]) == ("written", 1)
    we.until(lambda: not we.couriers(), "the late answer")

    before = photo.read_bytes()
    results = exiftool(photo)["XMP-tagbridge:Results"]
    assert {result["Model"] for result in results} == {"new"}
    assert we.status().provider("vision")["calls"] == 2
    # Both answers are there, and what both say is neither asked for nor written again.
    for model in ({}, old):
        again = we.program.tag("--provider", "vision", photo, env=model).of(photo)
        assert (again["outcome"], again["calls"]) == ("unchanged", 0)
    assert photo.read_bytes() == before
    assert len(service.arrived()) == 2


def test_a_late_answer_of_an_older_model_is_not_written_after_that_of_a_newer_one(
    serve: Callable[..., Service],
    customer: Callable[..., Customer],
    album: Album,
    exiftool: Callable[..., Any],
) -> None:
    slow, quick = serve("--latency", "6", "--model", "old"), serve("--model", "new")
    we = customer(of=quick, PROVIDERS__VISION__BASE_URL=f"{quick.url}/openai/v1")
    photo = album.add("a.jpg", 1)

    def asking(service: Service, model: str) -> dict[str, str]:
        given = {"BASE_URL": f"{service.url}/openai/v1", "MODEL": model}
        return {f"TAGBRIDGE_PROVIDERS__VISION__{name}": value for name, value in given.items()}

    command = ("tag", "--json", "--provider", "vision", photo)
    old = we.program.environment(**asking(slow, "old"))
    late = we.program.start(*command, env=old, stdout=subprocess.PIPE)
    slow.wait_for(1)
    newer = we.program.tag("--provider", "vision", photo, env=asking(quick, "new")).of(photo)
    assert (newer["outcome"], newer["calls"]) == ("written", 1)
    before = photo.read_bytes()

    out, _ = late.communicate(timeout=LONG)
    row = json.loads(out.splitlines()[0])
    assert (row["outcome"], row["calls"]) == ("skipped", 1)
    assert row["reason"] == "a newer answer of vision was written meanwhile"
    assert photo.read_bytes() == before
    assert {r["Model"] for r in exiftool(photo)["XMP-tagbridge:Results"]} == {"new"}
    # It is stored: whoever asks for the old model again gets it without a call.
    again = we.program.tag("--provider", "vision", photo, env=asking(slow, "old")).of(photo)
    assert again["calls"] == 0
    assert len(slow.arrived()) == 1
