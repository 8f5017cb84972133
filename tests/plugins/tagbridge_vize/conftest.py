"""Vize at the strict server, and what it says of a task."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition
    from tests.fixtures.recognition import RecognitionServer

TASK = "0a8c8186-aee8-47c8-9eaf-348103feb14d"
TABLE = {"api_token": "1af538baa90open-sesame", "task_id": TASK}
TRAINED = {"id": TASK, "name": "Animals", "production_version": 3}


@pytest.fixture(scope="module")
def login() -> dict[str, Any]:
    """Return the least table that opens the provider."""
    return TABLE


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    """Return what the server is started with."""
    return ("--account", "vize:key=sk-open-sesame")


@pytest.fixture
def table(server: RecognitionServer) -> dict[str, Any]:
    """Return `[providers.vize]` for the server."""
    base_url = f"{server.url}/vize"
    return {"api_token": "sk-open-sesame", "task_id": TASK, "base_url": base_url}


@pytest.fixture(scope="module")
def answered(recognize: Callable[..., Recognition]) -> Callable[..., Recognition]:
    """Return a function that says what the provider makes of one answer to a classification.

    `task` is what the service then says of the task.
    """

    def made(
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

    return made
