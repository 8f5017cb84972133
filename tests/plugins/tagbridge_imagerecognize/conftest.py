"""The provider with a client of the test."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks.testing import SAMPLES, LentContext
from tagbridge_imagerecognize import ImagerecognizeSettings, open_provider

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition, Rendition

KEY = {"api_key": "open-sesame"}


@pytest.fixture(scope="session")
def recognize() -> Callable[..., Recognition]:
    """Return a function that shows a picture to a provider opened with this table."""

    def show(
        table: dict[str, Any],
        client: httpx.AsyncClient | None = None,
        rendition: Rendition = SAMPLES[0],
    ) -> Recognition:
        return asyncio.run(_shown(table, client, rendition))

    return show


async def _shown(
    table: dict[str, Any], client: httpx.AsyncClient | None, rendition: Rendition
) -> Recognition:
    async with client or httpx.AsyncClient(trust_env=False) as lent:
        settings = ImagerecognizeSettings.model_validate(table)
        provider = await asyncio.to_thread(open_provider, settings, LentContext(client=lent))
        try:
            return await provider.recognize(rendition)
        finally:
            await provider.aclose()


@pytest.fixture(scope="session")
def answered(recognize: Callable[..., Recognition]) -> Callable[..., Recognition]:
    """Return a function that says what the provider makes of one answer to one type."""

    def make(
        status: int, content: bytes, kind: str = "objects", headers: dict[str, str] | None = None
    ) -> Recognition:
        told = {"Content-Type": "text/html; charset=UTF-8", **(headers or {})}
        answer = httpx.Response(status, content=content, headers=told)
        client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: answer))
        return recognize({**KEY, "types": [kind]}, client)

    return make
