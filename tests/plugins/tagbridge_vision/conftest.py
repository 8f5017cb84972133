"""A vision model at the strict server, and what it may say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition
    from tests.fixtures.recognition import RecognitionServer

TABLE = {"model": "qwen2.5vl:7b", "title": True}


@pytest.fixture(scope="module")
def login() -> dict[str, Any]:
    """Return the least table that opens the provider, with a title."""
    return TABLE


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    """Return what the server is started with."""
    return ("--account", "openai:key=sk-open-sesame", "--model", "llava:7b")


@pytest.fixture
def table(server: RecognitionServer) -> dict[str, Any]:
    """Return `[providers.vision]` for the server."""
    base_url = f"{server.url}/openai/v1"
    return {"base_url": base_url, "model": "llava:7b", "api_key": "sk-open-sesame"}


@pytest.fixture(scope="module")
def answered(answered: Callable[..., Recognition]) -> Callable[..., Recognition]:
    """Return a function that says what the provider makes of one answer of a server."""

    def made(content: object, status: int = 200, **more: Any) -> Recognition:  # noqa: ANN401 - as above
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return answered(status, body, **more)

    return made


@pytest.fixture(scope="module")
def said(answered: Callable[..., Recognition]) -> Callable[..., Recognition]:
    """Return a function that says what the provider makes of what a model said."""

    def make(content: object, ended: str = "stop", **settings: object) -> Recognition:
        thought = settings.pop("reasoning_content", None)
        message = {"role": "assistant", "content": content, "reasoning_content": thought}
        return answered(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "model": "qwen2.5vl:7b-q4",
                "choices": [{"index": 0, "message": message, "finish_reason": ended}],
                "usage": {"prompt_tokens": 900, "completion_tokens": 80},
            },
            **settings,
        )

    return make
