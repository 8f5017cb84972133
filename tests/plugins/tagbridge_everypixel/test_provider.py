"""What leaves for the service."""

from __future__ import annotations

from email import message_from_bytes
from typing import TYPE_CHECKING

import httpx
import pytest

from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

LOGIN = {"client_id": "photographer", "client_secret": "open-sesame"}
NOTHING = b'{"keywords": [], "status": "ok"}'


@pytest.fixture
def sent(recognize: Callable[..., object]) -> Callable[..., httpx.Request]:
    """Return a function that gives the one request for a picture with these settings."""

    def send(**settings: object) -> httpx.Request:
        requests: list[httpx.Request] = []

        def service(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return httpx.Response(200, content=NOTHING)

        client = httpx.AsyncClient(transport=httpx.MockTransport(service))
        recognize({**LOGIN, **settings}, client)
        (request,) = requests
        return request

    return send


def test_a_picture_is_posted_to_the_address_of_the_service(
    sent: Callable[..., httpx.Request],
) -> None:
    request = sent()
    assert request.method == "POST"
    assert str(request.url.copy_with(query=None)) == "https://api.everypixel.com/v1/keywords"


def test_the_options_are_in_the_query(sent: Callable[..., httpx.Request]) -> None:
    usual = {"num_keywords": "50", "lang": "en"}
    assert dict(sent().url.params) == usual
    asked = sent(num_keywords=7, threshold=0.25, language="de").url.params
    assert dict(asked) == {"num_keywords": "7", "threshold": "0.25", "lang": "de"}


def test_another_local_filter_makes_no_other_request(sent: Callable[..., httpx.Request]) -> None:
    assert sent(min_confidence=0.9, max_keywords=3).url == sent().url


def test_the_body_is_the_picture_and_nothing_else(sent: Callable[..., httpx.Request]) -> None:
    request = sent()
    head = b"Content-Type: " + request.headers["Content-Type"].encode() + b"\n\n"
    form, *parts = message_from_bytes(head + request.content).walk()
    assert form.get_content_type() == "multipart/form-data"
    (part,) = parts
    assert part.get_param("name", header="Content-Disposition") == "data"
    assert part.get_filename() == "picture.jpg"
    assert part.get_content_type() == "image/jpeg"
    assert SAMPLES[0].data in request.content


def test_the_credentials_are_in_a_header_alone(sent: Callable[..., httpx.Request]) -> None:
    request = sent()
    assert request.headers["Authorization"] == "Basic cGhvdG9ncmFwaGVyOm9wZW4tc2VzYW1l"
    elsewhere = str(request.url) + request.content.decode("latin-1")
    assert not any(secret in elsewhere for secret in LOGIN.values())


@pytest.mark.parametrize("slash", ["", "/"])
def test_another_address_may_end_with_a_slash(
    sent: Callable[..., httpx.Request], slash: str
) -> None:
    request = sent(base_url=f"http://127.0.0.1:8080/v1{slash}")
    assert str(request.url.copy_with(query=None)) == "http://127.0.0.1:8080/v1/keywords"
