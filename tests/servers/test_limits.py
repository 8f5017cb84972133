"""Each account has its limits, and the log tells what a bill is made of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.fixtures.recognition import RecognitionServer

PICTURE = SAMPLES[0].data
DIGEST = sha256(PICTURE).hexdigest()
KEYS = {"Authorization": "Token key", "x-api-key": "key"}
TEXT = {"text": "a cat"}


def everypixel(client: httpx.Client) -> httpx.Response:
    return client.post("/v1/keywords", files={"data": ("p.jpg", PICTURE)}, auth=("me", "secret"))


def imagerecognize(client: httpx.Client) -> httpx.Response:
    asked = {"apikey": "key", "type": "detect_text"}
    return client.post("/imagerecognize/api/v2/", data=asked, files={"file": PICTURE})


def ximilar(client: httpx.Client) -> httpx.Response:
    body = {"records": [{"_url": "https://images.example/cat.jpg"}]}
    return client.post("/ximilar/photo/tags/v2/tags", headers=KEYS, json=body)


def vize(client: httpx.Client) -> httpx.Response:
    return client.get("/vize/v2/task/", headers=KEYS)


def simages(client: httpx.Client) -> httpx.Response:
    return client.post("/simages", headers=KEYS, json=TEXT)


def openai(client: httpx.Client) -> httpx.Response:
    return client.get("/openai/v1/models")


REFUSALS = [
    (everypixel, 502, None),
    (imagerecognize, 503, None),
    (ximilar, 429, "1"),
    (vize, 429, "1"),
    (simages, 429, None),
    (openai, 429, "1"),
]


@pytest.mark.parametrize(("ask", "status", "retry_after"), REFUSALS)
def test_more_than_the_rate_is_refused(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
    ask: Callable[[httpx.Client], httpx.Response],
    status: int,
    retry_after: str | None,
) -> None:
    server = recognition_server("--account", f"{ask.__name__}:rate=0.01")
    first, second = (ask(client_of(server)) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, status)
    assert second.headers.get("Retry-After") == retry_after
    assert server.asked()[-1]["why"] == "too many requests in this second"


@pytest.mark.parametrize(("ask", "status"), [(everypixel, 502), (ximilar, 429)])
def test_more_at_once_than_allowed_are_refused(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
    ask: Callable[[httpx.Client], httpx.Response],
    status: int,
) -> None:
    server = recognition_server("--account", f"{ask.__name__}:concurrency=2:latency=1")
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(ask, [client_of(server) for _ in range(3)]))
    assert sorted(answer.status_code for answer in answers) == [200, 200, status]
    assert server.asked()[-1]["why"] == "too many requests at once"
    assert ask(client_of(server)).status_code == 200


def test_the_bill_is_made_for_each_service_and_picture(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
) -> None:
    server = recognition_server()
    client = client_of(server)
    for ask in (everypixel, everypixel, imagerecognize, ximilar, vize, openai):
        assert ask(client).status_code == 200
    client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=("me", "secret"))
    assert server.charged("everypixel") == {DIGEST: 2}
    assert server.charged("imagerecognize") == {DIGEST: 1}
    assert server.charged("ximilar").total() == 1
    assert server.charged("vize") == server.charged("openai") == {}
    assert server.asked("imagerecognize")[0]["kind"] == "detect_text"
    assert len(server.asked("everypixel")) == 3
    assert len(server.asked()) == 7


def test_allowances_are_renewed_with_the_day(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
) -> None:
    server = recognition_server("--account", "everypixel:quota=1")
    client = client_of(server)
    assert [everypixel(client).status_code for _ in range(2)] == [200, 429]
    server.control(day="next")
    assert everypixel(client).status_code == 200


def test_a_picture_with_metadata_is_noted(server: RecognitionServer, client: httpx.Client) -> None:
    everypixel(client)
    told = PICTURE[:2] + b"\xff\xe1\x00\x08Exif\x00\x00" + PICTURE[2:]
    client.post("/v1/keywords", files={"data": ("p.jpg", told)}, auth=("me", "secret"))
    clean, leaky = server.asked("everypixel")
    assert (clean.get("leaks"), leaky["leaks"]) == (None, True)


def test_an_unknown_service_or_limit_is_a_mistake_of_the_test(
    recognition_server: Callable[..., RecognitionServer],
) -> None:
    for wrong in ("nobody:rate=1", "ximilar:speed=1"):
        with pytest.raises(AssertionError, match="no options of the services"):
            recognition_server("--account", wrong)
