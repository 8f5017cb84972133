"""The local simages takes what its documentation shows, and refuses the rest."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.fixtures.recognition import RecognitionServer

KEY = {"x-api-key": "key"}
DIGEST = sha256(SAMPLES[0].data).hexdigest()
ORIGINS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "OPTIONS,POST"}


@pytest.fixture(scope="module")
def guarded(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
) -> httpx.Client:
    """Return a client of a server that knows one key."""
    return client_of(recognition_server("--account", "simages:key=key"))


def test_the_body_is_a_text_to_be_parsed_again(
    client: httpx.Client, encoded: Callable[[int], str]
) -> None:
    sent = {"image": encoded(0), "num_similar": 3, "get_labels": "coco_yolov7"}
    answer = client.post("/simages", headers=KEY, json=sent).json()
    assert (answer["statusCode"], answer["headers"]) == (200, ORIGINS)
    assert isinstance(answer["body"], str)
    told = json.loads(answer["body"])
    assert told["info"] == {"url": "https://ternaus.com"}
    assert [sorted(image) for image in told["images"]] == [
        ["id", "score", "thumbnail_url", "url"]
    ] * 3
    scores = [image["score"] for image in told["images"]]
    assert scores == sorted(scores, reverse=True)
    assert [one["image_id"] for one in told["annotations"]] == [i["id"] for i in told["images"]]
    for one in told["annotations"]:
        assert one["annotations"][0]["name"] == f"simages {DIGEST[:8]}"
        for label in one["annotations"]:
            left, top, right, bottom = label["box"]
            assert 0 <= left < right <= one["width"]
            assert 0 <= top < bottom <= one["height"]


@pytest.mark.parametrize("sent", [{"text": "a cat"}, {"url": "https://images.example/cat.jpg"}])
def test_one_picture_without_labels_unless_asked_for(
    client: httpx.Client, sent: dict[str, str]
) -> None:
    told = json.loads(client.post("/simages/", headers=KEY, json=sent).json()["body"])
    assert len(told["images"]) == 1
    assert "annotations" not in told


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        (401, {"headers": {}}),
        (401, {"headers": {"Authorization": "key"}}),
        (403, {"headers": {"x-api-key": "guessed"}}),
        (404, {"url": "/simages/search"}),
        (405, {"method": "GET"}),
        (400, {"json": []}),
        (400, {"json": {}}),
        (400, {"json": {"text": "a cat", "url": "https://x.example"}}),
        (400, {"json": {"text": ""}}),
        (400, {"json": {"text": 7}}),
        (400, {"json": {"url": "photo.jpg"}}),
        (400, {"json": {"image": "%%%"}}),
        (400, {"json": {"image": "R0lGODlh"}}),
        (400, {"json": {"text": "a cat", "num_similar": 0}}),
        (400, {"json": {"text": "a cat", "num_similar": 51}}),
        (400, {"json": {"text": "a cat", "num_similar": "5"}}),
        (400, {"json": {"text": "a cat", "num_similar": True}}),
        (400, {"json": {"text": "a cat", "get_labels": True}}),
        (400, {"json": {"text": "a cat", "count": 5}}),
        (400, {"json": None, "data": {"text": "a cat"}}),
    ],
)
def test_a_wrong_request_gets_an_error_and_no_body(
    guarded: httpx.Client, status: int, wrong: dict[str, Any]
) -> None:
    usual: dict[str, Any] = {"method": "POST", "url": "/simages", "headers": KEY}
    answer = guarded.request(**(usual | {"json": {"text": "a cat"}} | wrong))
    assert answer.status_code == answer.json()["statusCode"] == status
    assert sorted(answer.json()) == ["error", "headers", "statusCode"]


def test_a_data_uri_is_no_base64(client: httpx.Client, encoded: Callable[[int], str]) -> None:
    sent = {"image": f"data:image/jpeg;base64,{encoded(0)}"}
    assert client.post("/simages", headers=KEY, json=sent).status_code == 400


def test_the_free_requests_of_the_day_end(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
) -> None:
    client = client_of(recognition_server("--account", "simages:quota=1"))
    answers = [client.post("/simages", headers=KEY, json={"text": "a cat"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 402]
