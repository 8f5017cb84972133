"""simages at the strict server, and the documented answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.recognition import RecognitionServer

KEY = {"api_key": "open-sesame"}
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "OPTIONS,POST",
}


@pytest.fixture(scope="module")
def login() -> dict[str, Any]:
    """Return the least table that opens the provider."""
    return KEY


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    """Return what the server is started with."""
    return ("--account", "simages:key=open-sesame")


@pytest.fixture
def table(server: RecognitionServer) -> dict[str, Any]:
    """Return `[providers.simages]` for the server."""
    return {**KEY, "base_url": f"{server.url}/simages"}


@pytest.fixture(scope="session")
def wrapped() -> Callable[[object], bytes]:
    """Return a function that wraps what the service says as its documentation shows."""

    def wrap(said: object) -> bytes:
        body = said if isinstance(said, str) else json.dumps(said)
        return json.dumps({"statusCode": 200, "body": body, "headers": HEADERS}).encode()

    return wrap
