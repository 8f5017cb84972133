"""The provider with a client of the test, and the envelope of the service."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks.testing import SAMPLES, LentContext
from tagbridge_ximilar import XimilarSettings
from tagbridge_ximilar.provider import Ximilar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tagbridge_hooks import Recognition

    Work = Callable[[Ximilar], Awaitable[Any]]

TOKEN = {"api_token": "open-sesame"}
OK = {"code": 200, "text": "OK", "request_id": "an-id", "proc_id": "an-id"}
STATISTICS = {"processing time": 0.9965865612030029}


@pytest.fixture(scope="session")
def enveloped() -> Callable[..., bytes]:
    """Return a function that makes the answer about one picture from what its record says."""

    def envelop(said: dict[str, Any], **envelope: object) -> bytes:
        record = {"_status": OK, "_id": "1", "_width": 64, "_height": 48, **said}
        whole = {"records": [record], "status": OK, "statistics": STATISTICS, **envelope}
        return json.dumps(whole).encode()

    return envelop


@pytest.fixture(scope="session")
def opened() -> Callable[..., Any]:
    """Return a function that works with the provider, opened with this table and client."""

    def work_with(work: Work, client: httpx.AsyncClient, table: dict[str, Any] = TOKEN) -> object:
        return asyncio.run(_worked(work, client, table))

    return work_with


async def _worked(work: Work, client: httpx.AsyncClient, table: dict[str, Any]) -> object:
    async with client:
        provider = Ximilar(XimilarSettings.model_validate(table), LentContext(client=client))
        try:
            return await work(provider)
        finally:
            await provider.aclose()


@pytest.fixture(scope="session")
def answered(opened: Callable[..., Any]) -> Callable[..., Recognition]:
    """Return a function that says what the provider makes of one answer of the service."""

    def make(
        status: int, content: bytes, headers: dict[str, str] | None = None, **settings: object
    ) -> Recognition:
        answer = httpx.Response(status, content=content, headers=headers)
        client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: answer))
        recognition: Recognition = opened(
            lambda provider: provider.recognize(SAMPLES[0]), client, {**TOKEN, **settings}
        )
        return recognition

    return make
