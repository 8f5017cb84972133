"""A running server that the tests of one file share, and who asks it."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fixtures.recognition import RecognitionServer


TASK = "0a8c8186-aee8-47c8-9eaf-348103feb14d"


class Customer:
    """Asks each service about one picture, as is documented."""

    def __init__(self, client: httpx.Client, encoded: Callable[[int], str]) -> None:
        self._client = client
        uri = f"data:image/jpeg;base64,{encoded(0)}"
        image = {"type": "image_url", "image_url": {"url": uri}}
        chat = {"model": "vision", "messages": [{"role": "user", "content": [image]}]}
        picture = SAMPLES[0].data
        form = {"data": ("p.jpg", picture)}
        key = {"Authorization": "Token key"}
        records = [{"_id": str(n), "_base64": encoded(n)} for n in range(3)]
        objects = {"apikey": "k", "type": "objects", "max_labels": "5", "min_confidence": "1"}
        file = {"image_file": ("p.jpg", picture)}
        labelled = {"image": encoded(0), "get_labels": "coco_yolov7"}
        self._requests: dict[str, tuple[str, dict[str, Any]]] = {
            "everypixel": ("v1/keywords", {"files": form, "auth": ("me", "open-sesame")}),
            "plain": ("plain/keywords", {"files": form, "headers": {"X-Key": "key"}}),
            "imagerecognize": (
                "imagerecognize/api/v2/",
                {"files": {"file": picture}, "data": objects},
            ),
            "ximilar": (
                "ximilar/photo/tags/v2/tags",
                {"json": {"records": records}, "headers": key},
            ),
            "vize": ("vize/v1/classify/", {"files": file, "data": {"task": TASK}, "headers": key}),
            "simages": ("simages", {"json": labelled, "headers": {"x-api-key": "key"}}),
            "openai": (
                "openai/v1/chat/completions",
                {"json": {**chat, "response_format": {"type": "json_object"}}},
            ),
        }

    def ask(self, service: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes them
        path, usual = self._requests[service]
        return self._client.post(f"/{path}", **(usual | more))

    def told(self, service: str) -> Any:  # noqa: ANN401 - JSON
        """Return what the service says, without the text around it."""
        answer = self.ask(service).json()
        if service == "simages" and "body" in answer:
            return json.loads(answer["body"])
        if service == "openai":
            return json.loads(answer["choices"][0]["message"]["content"])
        return answer


@pytest.fixture(scope="module")
def server(recognition_server: Callable[..., RecognitionServer]) -> RecognitionServer:
    """Return a server without limits."""
    return recognition_server()


@pytest.fixture(scope="module")
def client_of() -> Iterator[Callable[[RecognitionServer], httpx.Client]]:
    """Return a function that makes a client of a server."""
    clients: list[httpx.Client] = []

    def make(server: RecognitionServer) -> httpx.Client:
        clients.append(httpx.Client(base_url=server.url, trust_env=False, timeout=30))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture(scope="module")
def client(
    server: RecognitionServer, client_of: Callable[[RecognitionServer], httpx.Client]
) -> httpx.Client:
    """Return a client of the shared server."""
    return client_of(server)


@pytest.fixture(scope="session")
def encoded() -> Callable[[int], str]:
    """Return a function that gives a sample in base64."""
    return lambda number: b64encode(SAMPLES[number].data).decode()


@pytest.fixture(scope="module")
def customer_of(
    client_of: Callable[[RecognitionServer], httpx.Client], encoded: Callable[[int], str]
) -> Callable[[RecognitionServer], Customer]:
    """Return a function that makes a customer of a server."""
    return lambda server: Customer(client_of(server), encoded)


@pytest.fixture(scope="module")
def customer(
    server: RecognitionServer, customer_of: Callable[[RecognitionServer], Customer]
) -> Customer:
    """Return a customer of the shared server."""
    return customer_of(server)
