"""Several services about one picture: what fails must not cost what is paid."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks import (
    Color,
    Keyword,
    ProviderError,
    Recognition,
    TransientError,
)
from tagbridge_hooks.testing import SAMPLES
from tagbridge_ximilar.outcome import Said, joined

if TYPE_CHECKING:
    from collections.abc import Callable

SEA = Said(keywords=(Keyword(text="sea"),))
BLUE = Said(colors=(Color(hex="#0000ff", fraction=1.0),))


def test_what_all_services_say_is_one_recognition() -> None:
    dress = Said(keywords=(Keyword(text="dress"),))
    assert joined([SEA, BLUE, dress], "m") == Recognition(
        provider="ximilar",
        model="m",
        keywords=(*SEA.keywords, *dress.keywords),
        colors=BLUE.colors,
    )


def test_every_service_is_asked_before_one_failure_is_raised(opened: Callable[..., Any]) -> None:
    asked: list[str] = []

    def service(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        ok = {"code": 200}
        said = {"records": [{"_status": ok, "_tags": [], "labels": []}], "status": ok}
        failed = "dominantcolor" in request.url.path
        return httpx.Response(503 if failed else 200, content=json.dumps(said).encode())

    client = httpx.AsyncClient(transport=httpx.MockTransport(service))
    table = {"api_token": "x", "services": ["colors", "tags", "classify"], "task_id": "t"}
    with pytest.raises(TransientError):
        opened(lambda provider: provider.recognize(SAMPLES[0]), client, table)
    assert len(asked) == 3


def test_a_dead_network_is_told_as_it_is(opened: Callable[..., Any]) -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    client = httpx.AsyncClient(transport=httpx.MockTransport(nobody))
    table = {"api_token": "x", "services": ["tags", "colors"]}
    with pytest.raises((ProviderError, httpx.RequestError)):
        opened(lambda provider: provider.recognize(SAMPLES[0]), client, table)
