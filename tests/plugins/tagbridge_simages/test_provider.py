"""What leaves for the service."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks import RejectedError, SimilarFinder
from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_simages.provider import Simages

KEY = {"api_key": "open-sesame"}


@pytest.fixture
def sent(
    opened: Callable[..., Any], wrapped: Callable[[object], bytes]
) -> Callable[..., list[httpx.Request]]:
    """Return a function that gives the requests of some work with these settings."""

    def send(work: Callable[[Simages], Any], **settings: object) -> list[httpx.Request]:
        requests: list[httpx.Request] = []

        def service(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return httpx.Response(200, content=wrapped({"images": []}))

        client = httpx.AsyncClient(transport=httpx.MockTransport(service))
        opened(work, client, {**KEY, **settings})
        return requests

    return send


def recognizing(provider: Simages) -> Any:  # noqa: ANN401 - a coroutine of some kind
    return provider.recognize(SAMPLES[0])


def test_a_picture_is_posted_in_base64_without_a_prefix(
    sent: Callable[..., list[httpx.Request]],
) -> None:
    (request,) = sent(recognizing)
    assert (request.method, str(request.url)) == ("POST", "https://simages.info")
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.content) == {
        "image": b64encode(SAMPLES[0].data).decode(),
        "num_similar": 10,
        "get_labels": "coco_yolov7",
    }


def test_the_key_is_in_a_header_alone(sent: Callable[..., list[httpx.Request]]) -> None:
    (request,) = sent(recognizing)
    assert request.headers["x-api-key"] == "open-sesame"
    assert "open-sesame" not in str(request.url) + request.content.decode()


def test_a_search_for_as_many_pictures_is_the_request_of_the_recognition(
    sent: Callable[..., list[httpx.Request]],
) -> None:
    async def both(provider: Simages) -> None:
        await provider.recognize(SAMPLES[0])
        await provider.similar(SAMPLES[0], 7)

    first, second = sent(both, num_similar=7)
    assert (first.method, first.url, first.content) == (second.method, second.url, second.content)


def test_words_are_searched_for_as_they_are(sent: Callable[..., list[httpx.Request]]) -> None:
    (request,) = sent(lambda provider: provider.similar("a dog on a beach", 3))
    asked = {"text": "a dog on a beach", "num_similar": 3, "get_labels": "coco_yolov7"}
    assert json.loads(request.content) == asked


def test_no_more_pictures_are_asked_for_than_the_service_takes(
    sent: Callable[..., list[httpx.Request]],
) -> None:
    (request,) = sent(lambda provider: provider.similar("a dog", 51))
    assert json.loads(request.content)["num_similar"] == 50


def test_nothing_is_not_searched_for(sent: Callable[..., list[httpx.Request]]) -> None:
    with pytest.raises(RejectedError, match="nothing to search for"):
        sent(lambda provider: provider.similar(" ", 3))


def test_another_local_filter_makes_no_other_request(
    sent: Callable[..., list[httpx.Request]],
) -> None:
    (usual,), (other,) = sent(recognizing), sent(recognizing, min_images=5, min_confidence=0.9)
    assert usual.content == other.content


def test_it_finds_similar_pictures(opened: Callable[..., Any]) -> None:
    async def is_finder(provider: object) -> bool:
        return isinstance(provider, SimilarFinder)

    assert opened(is_finder, httpx.AsyncClient())
