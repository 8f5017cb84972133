"""Everypixel at the strict server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.fixtures.recognition import RecognitionServer

LOGIN = {"client_id": "photographer", "client_secret": "open-sesame"}


@pytest.fixture(scope="module")
def login() -> dict[str, Any]:
    """Return the least table that opens the provider."""
    return LOGIN


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    """Return what the server is started with."""
    return ("--client-id", LOGIN["client_id"], "--client-secret", LOGIN["client_secret"])


@pytest.fixture
def table(server: RecognitionServer) -> dict[str, Any]:
    """Return `[providers.everypixel]` for the server."""
    return {**LOGIN, "base_url": f"{server.url}/v1"}
