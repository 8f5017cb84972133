"""A running server that the tests of one file share, and what they show to it."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import httpx
import pytest

from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import RecognitionServer


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
