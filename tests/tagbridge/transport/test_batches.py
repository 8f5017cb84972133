"""Requests about several pictures that travel together, through the real courier."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge.transport.question import current
from tagbridge_hooks import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.tagbridge.transport.conftest import Asking, Processes, Service

BATCH = Batch(max_records=10)


class Asked:
    """Pictures asked about at the same time, each by a request of its own."""

    def __init__(self, asking: Asking, url: str, gate: str = "") -> None:
        self._asking = asking
        self._url = url
        self._headers = {"X-Picture": gate}

    def together(self, *pictures: str, **terms: Any) -> list[httpx.Response | Exception]:  # noqa: ANN401 - fields of Terms
        answers: list[httpx.Response | Exception]
        answers = self._asking.run(self.all_of_them(*pictures, **terms))
        return answers

    async def all_of_them(self, *pictures: str, **terms: Any) -> list[httpx.Response | Exception]:  # noqa: ANN401 - likewise
        return list(await asyncio.gather(*(self._one(p, terms) for p in pictures)))

    async def _one(self, picture: str, terms: dict[str, Any]) -> httpx.Response | Exception:
        token = current.set(self._asking.question(picture, **terms))
        body = {"lang": "en", "records": [{"_base64": picture}]}
        try:
            return await self._asking.client.client.post(
                self._url, json=body, headers=self._headers, extensions={"tagbridge": BATCH}
            )
        except Exception as error:  # noqa: BLE001 - it is what the test looks at
            return error
        finally:
            current.reset(token)


@pytest.fixture
def asked(asking: Asking, service: Service) -> Asked:
    return Asked(asking, f"{service.url}/batch")


def seen(answers: Sequence[httpx.Response | Exception]) -> list[object]:
    """Return which picture each answer is about, or the status, or the error."""
    return [
        type(answer).__name__
        if isinstance(answer, Exception)
        else answer.json()["records"][0]["seen"]
        if answer.is_success
        else answer.status_code
        for answer in answers
    ]


def batches(service: Service, *pictures: str) -> list[list[str]]:
    """Return the records of the requests that were about any of these pictures."""
    found = [arrival["records"] for arrival in service.arrivals]
    return [records for records in found if set(records) & set(pictures)]


def test_pictures_travel_together_and_each_gets_its_own_answer(
    asked: Asked, service: Service
) -> None:
    pictures = [f"own {n}" for n in range(10)]
    answers = asked.together(*pictures)
    assert seen(answers) == pictures
    (records,) = batches(service, *pictures)
    assert sorted(records) == sorted(pictures)


def test_no_request_has_more_records_than_the_service_takes(asked: Asked, service: Service) -> None:
    pictures = [f"many {n:02}" for n in range(34)]
    assert seen(asked.together(*pictures)) == pictures
    sizes = sorted(map(len, batches(service, *pictures)))
    assert sizes == [4, 10, 10, 10]


def test_one_picture_alone_need_not_wait_for_others(asked: Asked) -> None:
    assert seen(asked.together("alone")) == ["alone"]


def test_each_answer_is_stored_under_its_own_picture(
    asked: Asked, service: Service, stored: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    asked.together("stored 1", "stored 2", "stored 3")
    assert seen(asked.together("stored 2", "stored 4", "stored 1")) == [
        "stored 2",
        "stored 4",
        "stored 1",
    ]
    assert batches(service, "stored 1", "stored 4")[1:] == [["stored 4"]]
    assert stored("SELECT COUNT(*), MIN(state), MAX(state) FROM call") == [(4, "done", "done")]


def test_only_what_failed_is_sent_again(asked: Asked, service: Service) -> None:
    first = asked.together("fine", "refused 503 once", "refused 422 once", "lost once")
    assert seen(first) == ["fine", 503, 422, "RemoteProtocolError"]

    asked.together("fine", "refused 503 once", "refused 422 once", "lost once")

    _, again = batches(service, "fine", "lost once")
    assert sorted(again) == ["lost once", "refused 422 once", "refused 503 once"]


def test_each_record_counts_as_a_call_but_refused_ones_cost_nothing(
    asked: Asked, stored: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    asked.together("a", "b", "refused 422", price=0.5, currency="EUR")
    spent = "SELECT calls, cost FROM quota WHERE scope = 'provider/known'"
    assert stored(spent) == [(3, 1_000_000)]


def test_a_budget_lets_as_many_records_through_as_it_has_left(
    asked: Asked, service: Service
) -> None:
    answers = asked.together(*(f"bounded {n}" for n in range(6)), daily_calls=4)
    assert sorted(map(str, seen(answers)))[:2] == ["BudgetError", "BudgetError"]
    (records,) = batches(service, *(f"bounded {n}" for n in range(6)))
    assert len(records) == 4


def test_the_rate_is_that_of_requests(asked: Asked, service: Service) -> None:
    pictures = [f"paced {n}" for n in range(10)]
    assert seen(asked.together(*pictures, rate=0.5)) == pictures
    assert len(batches(service, *pictures)) == 1


def test_what_comes_while_a_request_waits_for_its_turn_goes_with_it(
    asked: Asked, asking: Asking, service: Service
) -> None:
    pictures = [f"patient {n}" for n in range(5)]

    async def one_after_another() -> list[list[httpx.Response | Exception]]:
        coming = []
        for picture in pictures:
            coming.append(asyncio.create_task(asked.all_of_them(picture, rate=0.5)))
            # A little longer than the first of a batch waits for others at any rate.
            await asyncio.wait(coming[-1:], timeout=0.15)
        return await asyncio.gather(*coming)

    answers = asking.run(one_after_another())

    assert seen([answer for (answer,) in answers]) == pictures
    assert len(batches(service, *pictures)) <= 2  # the first one need not wait


def test_what_refuses_the_request_is_told_to_all(asking: Asking, service: Service) -> None:
    answers = Asked(asking, f"{service.url}/batch/status/402").together("poor 1", "poor 2")
    assert seen(answers) == [402, 402]
    assert len(batches(service, "poor 1")) == 1


def test_an_answer_that_makes_no_sense_is_told_to_all(asking: Asking, service: Service) -> None:
    answers = Asked(asking, f"{service.url}/batch/text").together("odd 1", "odd 2")
    assert [isinstance(one, httpx.Response) and one.content for one in answers] == [
        b"\xff not JSON \x00"
    ] * 2


def test_the_same_picture_twice_is_one_record(asked: Asked, service: Service) -> None:
    assert seen(asked.together("twin", "twin")) == ["twin", "twin"]
    assert batches(service, "twin") == [["twin"]]


def test_neither_the_id_nor_the_picture_is_stored(
    asked: Asked, asking: Asking, stored: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    (answer,) = asked.together("kept short")
    assert isinstance(answer, httpx.Response)
    assert json.loads(answer.content)["records"] == [
        {"_status": {"code": 200}, "seen": "kept short"}
    ]
    assert asking.courier.pid is not None
    assert stored("SELECT COUNT(*) FROM call") == [(1,)]


@pytest.mark.parametrize(("in_doubt", "requests"), [("hold", 1), ("resend", 2)])
def test_a_courier_that_dies_leaves_each_record_in_doubt(
    asking: Asking, service: Service, processes: Processes, in_doubt: str, requests: int
) -> None:
    asked = Asked(asking, f"{service.url}/batch/gated", gate=in_doubt)
    pictures = [f"{in_doubt} {n}" for n in range(3)]

    async def ask_and_kill() -> list[httpx.Response | Exception]:
        answers = asyncio.create_task(asked.all_of_them(*pictures, in_doubt=in_doubt))
        await asyncio.to_thread(processes.wait_until, lambda: bool(batches(service, *pictures)))
        assert asking.courier.pid is not None
        os.kill(asking.courier.pid, signal.SIGKILL)
        service.open(in_doubt)
        return await answers

    answers = asking.run(ask_and_kill())

    assert [sorted(records) for records in batches(service, *pictures)] == [pictures] * requests
    errors = {type(answer).__name__ for answer in answers}
    assert errors == {"InDoubtError" if in_doubt == "hold" else "Response"}
