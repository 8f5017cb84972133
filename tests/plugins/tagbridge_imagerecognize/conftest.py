"""imagerecognize.com at the strict server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition
    from tests.fixtures.recognition import RecognitionServer

KEY = {"api_key": "open-sesame"}
ALL = ["objects", "celebrities", "detect_faces", "detect_text", "nsfw"]


@pytest.fixture(scope="module")
def login() -> dict[str, Any]:
    """Return the least table that opens the provider."""
    return KEY


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    """Return what the server is started with."""
    return ("--account", "imagerecognize:key=open-sesame")


@pytest.fixture
def table(server: RecognitionServer) -> dict[str, Any]:
    """Return `[providers.imagerecognize]` for the server, with all types."""
    return {**KEY, "base_url": f"{server.url}/imagerecognize/api/v2/", "types": ALL}


@pytest.fixture(scope="module")
def answered(answered: Callable[..., Recognition]) -> Callable[..., Recognition]:
    """Return a function that says what the provider makes of one answer to one type."""

    def made(
        status: int, content: bytes, kind: str = "objects", headers: dict[str, str] | None = None
    ) -> Recognition:
        told = {"Content-Type": "text/html; charset=UTF-8", **(headers or {})}
        return answered(status, content, told, types=[kind])

    return made
