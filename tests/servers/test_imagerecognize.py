"""The local imagerecognize.com takes what its documentation shows, and refuses the rest."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.fixtures.recognition import RecognitionServer

PATH = "/imagerecognize/api/v2/"
PICTURE = SAMPLES[0].data
SPOKEN = f"imagerecognize {sha256(PICTURE).hexdigest()[:8]}"
FILE = {"file": PICTURE}
OBJECTS = {"apikey": "key", "type": "objects", "max_labels": "10", "min_confidence": "80"}
NSFW = {"apikey": "key", "type": "nsfw", "nsfw_min_confidence": "50"}


def without(fields: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in fields.items() if key != name}


def test_the_documented_request_gets_the_documented_answer(client: httpx.Client) -> None:
    answer = client.post(PATH, data=OBJECTS, files=FILE)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    told = answer.json()
    assert (told["status"], told["message"]) == (200, "Success")
    assert sorted(told["data"]) == ["error", "objects", "quota", "type"]
    assert told["data"]["objects"][0]["name"] == SPOKEN
    assert all(80 <= found["confidence"] <= 100 for found in told["data"]["objects"])
    boxes = [box for found in told["data"]["objects"] for box in found.get("coordinates", [])]
    assert boxes
    for box in boxes:
        assert sorted(box) == ["height", "width", "x", "y"]
        assert box["x"] + box["width"] <= 1
        assert box["y"] + box["height"] <= 1


def test_labels_are_at_most_as_many_as_asked_for(client: httpx.Client) -> None:
    few = client.post(PATH, data=OBJECTS | {"max_labels": "2"}, files=FILE).json()
    assert len(few["data"]["objects"]) == 2


@pytest.mark.parametrize("kind", ["celebrities", "detect_faces", "detect_text"])
def test_the_other_types_need_nothing_more_and_ignore_what_is_surplus(
    client: httpx.Client, kind: str
) -> None:
    for fields in ({"apikey": "key", "type": kind}, OBJECTS | {"type": kind}):
        told = client.post(PATH, data=fields, files=FILE).json()
        assert told["data"]["type"] == kind
    if kind == "detect_text":
        assert told["data"]["objects"][0]["name"] == SPOKEN


def test_one_picture_in_some_is_not_safe_for_work(client: httpx.Client) -> None:
    found = []
    for number in range(16):
        file = {"file": PICTURE[:2] + b"\xff\xfe\x00\x04%02d" % number + PICTURE[2:]}
        found.append(client.post(PATH, data=NSFW, files=file).json()["data"]["objects"])
    assert 0 < sum(bool(objects) for objects in found) < 16
    assert all(one["confidence"] >= 50 for objects in found for one in objects)


def test_every_answer_tells_what_is_left_and_none_left_is_402(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
) -> None:
    server = recognition_server("--account", "imagerecognize:quota=2")
    client = client_of(server)
    answers = [client.post(PATH, data=OBJECTS, files=FILE) for _ in range(3)]
    assert [a.json()["data"]["quota"] for a in answers[:2]] == [1, 0]
    assert answers[2].status_code == 402
    assert answers[2].json() == {
        "status": 402,
        "status_message": "Quota limit reached",
        "data": None,
    }
    assert server.charged("imagerecognize") == {sha256(PICTURE).hexdigest(): 2}


def test_earlier_results_cost_nothing_and_can_be_had_by_get(client: httpx.Client) -> None:
    before = client.post(PATH, data=OBJECTS, files=FILE).json()["data"]
    asked = {"apikey": "key", "type": "cache"}
    for answer in (client.get(PATH, params=asked), client.post(PATH, data=asked)):
        told = answer.json()["data"]
        assert told["quota"] == before["quota"]
        assert told["objects"][: len(before["objects"])] == before["objects"]


@pytest.mark.parametrize(
    ("status", "message", "wrong"),
    [
        (300, "Invalid request, no data received", {"data": None, "files": None}),
        (300, "Invalid request, no data received", {"data": None, "files": None, "json": OBJECTS}),
        (400, "APIkey missing", {"data": without(OBJECTS, "apikey")}),
        (400, "APIkey missing", {"data": OBJECTS | {"apikey": ""}}),
        (
            400,
            "APIkey missing",
            {"data": without(OBJECTS, "apikey"), "params": {"apikey": "key"}},
        ),
        (
            400,
            "APIkey missing",
            {"data": without(OBJECTS, "apikey"), "headers": {"apikey": "key"}},
        ),
        (412, "Invalid file", {"files": {"file": PICTURE[:-9]}}),
        (415, "Invalid file format", {"files": {"file": b"GIF89a" + PICTURE}}),
        (415, "Invalid file format", {"files": {"file": b""}}),
        (420, "Invalid type", {"data": without(OBJECTS, "type")}),
        (420, "Invalid type", {"data": OBJECTS | {"type": "object"}}),
        (430, "file", {"files": {"image": PICTURE}}),
        (430, "max_labels", {"data": without(OBJECTS, "max_labels")}),
        (430, "max_labels", {"data": OBJECTS | {"max_labels": "0"}}),
        (430, "min_confidence", {"data": without(OBJECTS, "min_confidence")}),
        (430, "min_confidence", {"data": OBJECTS | {"min_confidence": "0.8"}}),
        (430, "min_confidence", {"data": OBJECTS | {"min_confidence": "101"}}),
        (430, "nsfw_min_confidence", {"data": without(NSFW, "nsfw_min_confidence")}),
        (430, "threshold", {"data": OBJECTS | {"threshold": "1"}}),
    ],
)
def test_a_wrong_request_gets_the_documented_status(
    client: httpx.Client, status: int, message: str, wrong: dict[str, Any]
) -> None:
    usual: dict[str, Any] = {"data": OBJECTS, "files": FILE}
    answer = client.post(PATH, **(usual | wrong))
    told = answer.json()
    assert (answer.status_code, told["status"], told["data"]) == (status, status, None)
    if status == 430 and "image" in wrong.get("files", ()):
        assert "image" in told["status_message"]
    else:
        assert message in told["status_message"]
    assert "message" not in told


def test_a_picture_above_fifty_megabytes_is_too_large(client: httpx.Client) -> None:
    large = PICTURE[:-2] + bytes(50 * 1024 * 1024) + PICTURE[-2:]
    assert client.post(PATH, data=OBJECTS, files={"file": large}).status_code == 413


def test_only_the_key_of_the_account_is_right(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
) -> None:
    client = client_of(recognition_server("--account", "imagerecognize:key=other"))
    answer = client.post(PATH, data=OBJECTS, files=FILE)
    assert (answer.status_code, answer.json()["status_message"]) == (401, "APIkey invalid")


def test_without_the_slash_a_client_that_follows_arrives_with_nothing(client: httpx.Client) -> None:
    answer = client.post(PATH.removesuffix("/"), data=OBJECTS, files=FILE)
    assert (answer.status_code, answer.headers["Location"]) == (301, PATH)
    followed = client.post(PATH.removesuffix("/"), data=OBJECTS, files=FILE, follow_redirects=True)
    assert followed.status_code == 300


def test_get_is_for_earlier_results_alone(client: httpx.Client) -> None:
    assert client.get(PATH, params=OBJECTS).status_code == 420


def test_the_status_may_stand_in_the_json_alone(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
) -> None:
    client = client_of(recognition_server("--always-200"))
    answer = client.post(PATH, data=OBJECTS | {"type": "none"}, files=FILE)
    assert (answer.status_code, answer.json()["status"]) == (200, 420)
