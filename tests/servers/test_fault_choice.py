"""Which requests meet a fault: by the seed, by the command line, or as a test wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from tests.fixtures.recognition import RecognitionServer
    from tests.servers.conftest import Customer

SERVICES = ("everypixel", "plain", "imagerecognize", "ximilar", "vize", "simages", "openai")


@pytest.fixture(autouse=True)
def fair_weather(server: RecognitionServer) -> Iterator[None]:
    """Take back what a test set."""
    yield
    server.fault("")


def test_a_fault_can_be_for_one_service_and_for_some_requests(
    server: RecognitionServer, customer: Customer
) -> None:
    server.fault("500", times=2, service="simages")
    assert customer.ask("openai").status_code == 200
    assert [customer.ask("simages").status_code for _ in range(3)] == [500, 500, 200]


def test_a_wrong_request_is_refused_and_uses_up_no_fault(
    server: RecognitionServer, customer: Customer
) -> None:
    server.fault("500", times=1)
    assert customer.ask("everypixel", auth=("", "")).status_code == 401
    assert customer.ask("everypixel").status_code == 500


def test_a_fault_that_changes_nothing_is_none(
    server: RecognitionServer, customer: Customer
) -> None:
    server.fault("records-shuffled", times=1)
    assert customer.ask("everypixel").status_code == 200
    assert "fault" not in server.asked("everypixel")[-1]


@pytest.mark.parametrize(
    "wanted", [{"fault": "none such"}, {"fault": "500", "service": "none such"}, {"x": 1}, []]
)
def test_what_cannot_be_set_is_said(client: httpx.Client, wanted: object) -> None:
    assert client.post("/control", json=wanted).status_code == 400


def _weather(client: httpx.Client, order: list[int]) -> dict[int, list[str]]:
    """Return what becomes of two requests about each of some sentences."""
    seen: dict[int, list[str]] = {}
    for number in order:
        asked = {"text": f"cat number {number}"}
        for _ in range(2):
            answer = client.post("/simages", headers={"x-api-key": "key"}, json=asked)
            seen.setdefault(number, []).append(f"{answer.status_code} {answer.text}")
    return seen


def test_the_same_seed_spoils_the_same_requests_in_whatever_order_they_come(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
) -> None:
    options = ("--faults", "0.3", "--fault-kinds", "500,html,missing-list", "--fault-seed")
    servers = [recognition_server(*options, seed) for seed in ("1", "1", "2")]
    orders = [list(range(40)), list(range(40))[::-1], list(range(40))]
    first, again, other = (
        _weather(client_of(server), order) for server, order in zip(servers, orders, strict=True)
    )
    assert first == again
    assert first != other
    faults = [note["fault"] for note in servers[0].asked() if "fault" in note]
    assert set(faults) == {"500", "html", "missing-list"}
    assert 10 <= len(faults) <= 40  # of 80: 24 are expected


def test_a_fault_of_the_command_line_is_for_all(
    recognition_server: Callable[..., RecognitionServer],
    customer_of: Callable[[RecognitionServer], Customer],
) -> None:
    customer = customer_of(recognition_server("--fault", "503"))
    assert [customer.ask(service).status_code for service in SERVICES] == [503] * len(SERVICES)
