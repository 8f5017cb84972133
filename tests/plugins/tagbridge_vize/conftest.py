"""The provider with a client of the test, and what it makes of single answers."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks.testing import SAMPLES, LentContext
from tagbridge_vize import VizeSettings, open_provider

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition, Rendition

TASK = "0a8c8186-aee8-47c8-9eaf-348103feb14d"
TABLE = {"api_token": "1af538baa90open-sesame", "task_id": TASK}


@pytest.fixture(scope="session")
def recognize() -> Callable[..., Recognition]:
    """Return a function that shows a picture to a provider opened with this table."""

    def show(
        table: dict[str, Any], client: httpx.AsyncClient, rendition: Rendition = SAMPLES[0]
    ) -> Recognition:
        return asyncio.run(_shown(table, client, rendition))

    return show


async def _shown(
    table: dict[str, Any], client: httpx.AsyncClient, rendition: Rendition
) -> Recognition:
    async with client as lent:
        settings = VizeSettings.model_validate(table)
        provider = await asyncio.to_thread(open_provider, settings, LentContext(client=lent))
        try:
            return await provider.recognize(rendition)
        finally:
            await provider.aclose()


@pytest.fixture(scope="session")
def answered(recognize: Callable[..., Recognition]) -> Callable[..., Recognition]:
    """Return a function that says what the provider makes of one answer to a classification.

    `task` is what the service then says of the task.
    """

    def make(
        content: object,
        status: int = 200,
        *,
        task: httpx.Response | None = None,
        headers: dict[str, str] | None = None,
        **settings: object,
    ) -> Recognition:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()

        def service(request: httpx.Request) -> httpx.Response:
            if "/classify" in request.url.path:
                return httpx.Response(status, content=body, headers=headers)
            return task or httpx.Response(200, json=TRAINED)

        client = httpx.AsyncClient(transport=httpx.MockTransport(service))
        return recognize({**TABLE, **settings}, client)

    return make


TRAINED = {"id": TASK, "name": "Animals", "production_version": 3}
