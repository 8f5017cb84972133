"""The provider with a client of the test, and what it makes of single answers."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks.testing import SAMPLES, LentContext
from tagbridge_vision import VisionSettings, open_provider

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition, Rendition

TABLE = {"model": "qwen2.5vl:7b", "title": True}


@pytest.fixture(scope="session")
def recognize() -> Callable[..., Recognition]:
    """Return a function that shows a picture to a provider opened with this table."""

    def show(
        table: dict[str, Any],
        client: httpx.AsyncClient,
        rendition: Rendition = SAMPLES[0],
        vocabulary: tuple[str, ...] = (),
    ) -> Recognition:
        return asyncio.run(_shown(table, client, rendition, vocabulary))

    return show


async def _shown(
    table: dict[str, Any],
    client: httpx.AsyncClient,
    rendition: Rendition,
    vocabulary: tuple[str, ...],
) -> Recognition:
    async with client as lent:
        settings = VisionSettings.model_validate(table)
        context = LentContext(client=lent, vocabulary=vocabulary)
        provider = await asyncio.to_thread(open_provider, settings, context)
        try:
            return await provider.recognize(rendition)
        finally:
            await provider.aclose()


@pytest.fixture(scope="session")
def answered(recognize: Callable[..., Recognition]) -> Callable[..., Recognition]:
    """Return a function that says what the provider makes of one answer of a server."""

    def make(
        content: object,
        status: int = 200,
        *,
        headers: dict[str, str] | None = None,
        vocabulary: tuple[str, ...] = (),
        **settings: object,
    ) -> Recognition:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        answer = httpx.Response(status, content=body, headers=headers)
        client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: answer))
        return recognize({**TABLE, **settings}, client, vocabulary=vocabulary)

    return make


@pytest.fixture(scope="session")
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
