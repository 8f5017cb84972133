"""Ximilar at the strict server, and the envelope of the service."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.recognition import RecognitionServer

TOKEN = {"api_token": "open-sesame"}
OK = {"code": 200, "text": "OK", "request_id": "an-id", "proc_id": "an-id"}
STATISTICS = {"processing time": 0.9965865612030029}


@pytest.fixture(scope="module")
def login() -> dict[str, Any]:
    """Return the least table that opens the provider."""
    return TOKEN


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    """Return what the server is started with."""
    return ("--account", "ximilar:key=open-sesame")


@pytest.fixture
def table(server: RecognitionServer) -> dict[str, Any]:
    """Return `[providers.ximilar]` for the server."""
    return {**TOKEN, "base_url": f"{server.url}/ximilar"}


@pytest.fixture(scope="session")
def enveloped() -> Callable[..., bytes]:
    """Return a function that makes the answer about one picture from what its record says."""

    def envelop(said: dict[str, Any], **envelope: object) -> bytes:
        record = {"_status": OK, "_id": "1", "_width": 64, "_height": 48, **said}
        whole = {"records": [record], "status": OK, "statistics": STATISTICS, **envelope}
        return json.dumps(whole).encode()

    return envelop
