"""A courier that makes no calls, and what a provider can do with it."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

import pytest

from tagbridge.transport.client import LentClient
from tagbridge.transport.errors import PlannedError
from tagbridge.transport.planning import StoredAnswers
from tagbridge.transport.question import current
from tagbridge_hooks import FREE, Batch

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from tagbridge.transport.question import Question
    from tests.tagbridge.transport.conftest import Asking, Service


async def ask(state: Path, question: Question, url: str, **more: object) -> httpx.Response:
    lent = LentClient(StoredAnswers(state, ""))
    token = current.set(question)
    try:
        return await lent.client.post(url, headers={"X-Picture": "one"}, **more)  # type: ignore[arg-type]  # whatever the test says
    finally:
        current.reset(token)
        await lent.aclose()


def test_a_stored_answer_is_given_and_nothing_changes(
    asking: Asking, service: Service, state: Path
) -> None:
    paid = asking.ask(f"{service.url}/ok", "one")
    asking.run(asking.courier.aclose())
    before = {file: file.read_bytes() for file in state.rglob("*") if file.is_file()}

    question = asking.question("one")
    answer = asyncio.run(ask(state, question, f"{service.url}/ok", content=b"?"))

    assert paid.response is not None
    assert answer.content == paid.response.content
    assert (question.planned, question.network_calls) == ([], 0)
    assert {file: file.read_bytes() for file in state.rglob("*") if file.is_file()} == before


def test_a_call_that_a_run_would_make_is_noted(
    asking: Asking, service: Service, state: Path
) -> None:
    question = asking.question("planned")
    with pytest.raises(PlannedError, match="known: it would be asked"):
        asyncio.run(ask(state, question, f"{service.url}/ok", content=b"?"))

    (key,) = question.planned
    assert key.identity == hashlib.sha256(b"planned").hexdigest()
    assert not state.exists()
    assert service.about("planned") == []


def test_each_of_several_is_noted_and_those_of_a_batch_as_well(
    asking: Asking, service: Service, state: Path
) -> None:
    question = asking.question("several")

    async def both() -> list[object]:
        alone = ask(state, question, f"{service.url}/ok", content=b"?")
        body, batch = {"records": [{"_base64": "x"}]}, {"tagbridge": Batch(max_records=10)}
        joined = ask(state, question, f"{service.url}/batch", json=body, extensions=batch)
        return list(await asyncio.gather(alone, joined, return_exceptions=True))

    assert [type(error) for error in asyncio.run(both())] == [PlannedError, PlannedError]
    assert len({key.fingerprint for key in question.planned}) == 2


def test_not_even_a_free_request_is_sent(asking: Asking, service: Service, state: Path) -> None:
    before = len(service.arrivals)
    with pytest.raises(PlannedError):
        asyncio.run(ask(state, asking.question("x"), f"{service.url}/ok", extensions=FREE))
    assert len(service.arrivals) == before
