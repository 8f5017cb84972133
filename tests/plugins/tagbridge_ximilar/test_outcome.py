"""Several services about one picture: what fails must not cost what is paid."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks import (
    AccountError,
    Color,
    Keyword,
    MalformedAnswerError,
    ProviderError,
    QuotaError,
    Recognition,
    RejectedError,
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


def test_a_service_that_rejects_the_picture_does_not_cost_what_the_others_say() -> None:
    assert joined([RejectedError("no dress"), SEA], "m").keywords == SEA.keywords


def test_a_picture_that_every_service_rejects_is_rejected() -> None:
    with pytest.raises(RejectedError, match="first"):
        joined([RejectedError("first"), RejectedError("second")], "m")


GRAVEST_FIRST: list[BaseException] = [
    ZeroDivisionError("a fault of ours"),
    AccountError("x"),
    QuotaError("x"),
    TransientError("x"),
    MalformedAnswerError("x"),
    RejectedError("x"),
]


@pytest.mark.parametrize("rank", range(len(GRAVEST_FIRST) - 1))
def test_the_gravest_error_is_raised(rank: int) -> None:
    for lesser in GRAVEST_FIRST[rank + 1 :]:
        with pytest.raises(type(GRAVEST_FIRST[rank])):
            joined([lesser, GRAVEST_FIRST[rank], lesser], "m")


@pytest.mark.parametrize("error", GRAVEST_FIRST[:-1])
def test_what_can_succeed_later_is_not_given_up(error: BaseException) -> None:
    with pytest.raises(type(error)):
        joined([SEA, error], "m")


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
