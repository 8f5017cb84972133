"""The provider with a client of the test, and the documented answer."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks.testing import SAMPLES, LentContext
from tagbridge_simages import SimagesSettings
from tagbridge_simages.provider import Simages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tagbridge_hooks import Recognition

    Work = Callable[[Simages], Awaitable[Any]]

KEY = {"api_key": "open-sesame"}
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "OPTIONS,POST",
}


@pytest.fixture(scope="session")
def wrapped() -> Callable[[object], bytes]:
    """Return a function that wraps what the service says as its documentation shows."""

    def wrap(said: object) -> bytes:
        body = said if isinstance(said, str) else json.dumps(said)
        return json.dumps({"statusCode": 200, "body": body, "headers": HEADERS}).encode()

    return wrap


@pytest.fixture(scope="session")
def opened() -> Callable[..., Any]:
    """Return a function that works with the provider, opened with this table and client."""

    def work_with(work: Work, client: httpx.AsyncClient, table: dict[str, Any] = KEY) -> object:
        return asyncio.run(_worked(work, client, table))

    return work_with


async def _worked(work: Work, client: httpx.AsyncClient, table: dict[str, Any]) -> object:
    async with client:
        provider = Simages(SimagesSettings.model_validate(table), LentContext(client=client))
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
            lambda provider: provider.recognize(SAMPLES[0]), client, {**KEY, **settings}
        )
        return recognition

    return make
