"""The services can misbehave in each promised way, reproducibly, and tell what it would cost."""

from __future__ import annotations

import json
import math
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fixtures.recognition import RecognitionServer
    from tests.servers.conftest import Customer

PICTURE = SAMPLES[0].data
DIGEST = sha256(PICTURE).hexdigest()
KEY = {"Authorization": "Token key"}
SERVICES = ("everypixel", "plain", "imagerecognize", "ximilar", "vize", "simages", "openai")


@pytest.fixture(autouse=True)
def fair_weather(server: RecognitionServer) -> Iterator[None]:
    """Take back what a test set."""
    yield
    server.fault("")


def numbers(told: object, names: tuple[str, ...]) -> list[Any]:
    """Return all that stands under these names, wherever it is."""
    if isinstance(told, list):
        return [found for one in told for found in numbers(one, names)]
    if not isinstance(told, dict):
        return []
    own = [value for name, value in told.items() if name in names]
    return own + [found for one in told.values() for found in numbers(one, names)]


def scores(told: object) -> list[Any]:
    return numbers(told, ("score", "confidence", "prob", "probability"))


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("html", (200, None)),
        ("500", (500, None)),
        ("502", (502, None)),
        ("503", (503, "1")),
        ("429", (429, "1")),
    ],
)
def test_what_stands_in_front_of_a_service_costs_nothing(
    server: RecognitionServer,
    customer: Customer,
    service: str,
    fault: str,
    said: tuple[int, str | None],
) -> None:
    server.fault(fault, times=1)
    before = server.charged(service)
    answer = customer.ask(service)
    assert (answer.status_code, answer.headers.get("Retry-After")) == said
    assert ("html" in answer.text) == (fault != "429")
    note = server.asked(service)[-1]
    assert (note["status"], note["fault"], note.get("charged", 0)) == (said[0], fault, 0)
    assert server.charged(service) == before
    assert customer.ask(service).status_code == 200


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("closed", httpx.RemoteProtocolError),
        ("reset", httpx.ReadError),
        ("short", httpx.RemoteProtocolError),
        ("short-chunk", httpx.RemoteProtocolError),
    ],
)
def test_a_connection_that_ends_too_soon_is_charged_for(
    server: RecognitionServer,
    customer: Customer,
    service: str,
    fault: str,
    error: type[Exception],
) -> None:
    before = server.charged(service)[DIGEST]
    server.fault(fault, times=1)
    with pytest.raises(error):
        customer.ask(service)
    assert server.charged(service)[DIGEST] == before + 1


@pytest.mark.parametrize("service", SERVICES)
def test_texts_that_are_no_json(
    server: RecognitionServer, customer: Customer, service: str
) -> None:
    usual = customer.ask(service).text
    server.fault("truncated", times=1)
    half = customer.ask(service)
    assert half.text == usual[: len(usual) // 2]
    assert int(half.headers["Content-Length"]) == len(half.content)
    server.fault("not-utf8", times=1)
    with pytest.raises(UnicodeDecodeError):
        customer.ask(service).content.decode()
    server.fault("bom", times=1)
    marked = customer.ask(service).content
    assert marked.startswith(b"\xef\xbb\xbf{")
    assert json.loads(marked)


@pytest.mark.parametrize("service", SERVICES)
def test_scores_that_are_none(server: RecognitionServer, customer: Customer, service: str) -> None:
    right = scores(customer.told(service))
    assert right
    server.fault("score-text", times=1)
    assert scores(customer.told(service)) == [str(score) for score in right]
    server.fault("score-nan", times=1)
    assert all(math.isnan(score) for score in scores(customer.told(service)))
    server.fault("score-null", times=1)
    assert set(scores(customer.told(service))) == {None}
    server.fault("score-scale", times=1)
    factor = 0.01 if service == "imagerecognize" else 100
    assert scores(customer.told(service)) == pytest.approx([score * factor for score in right])


@pytest.mark.parametrize("service", SERVICES)
def test_lists_that_are_missing(
    server: RecognitionServer, customer: Customer, service: str
) -> None:
    names = ("keywords", "objects", "_tags", "labels", "images")
    assert numbers(customer.told(service), names)
    server.fault("missing-list", times=1)
    assert not numbers(customer.told(service), names)


def test_an_error_within_a_success(server: RecognitionServer, customer: Customer) -> None:
    server.fault("error-inside")
    before = {service: server.charged(service) for service in SERVICES}
    answers = {service: customer.ask(service) for service in SERVICES}
    assert {answer.status_code for answer in answers.values()} == {200}
    told = {service: answer.json() for service, answer in answers.items()}
    assert told["everypixel"]["status"] == told["plain"]["status"] == "error"
    assert told["imagerecognize"]["data"]["error"] == "Recognition failed"
    assert told["imagerecognize"]["status"] == 200
    assert {r["_status"]["code"] for r in told["ximilar"]["records"]} == {500}
    assert "detail" in told["vize"]
    assert (told["simages"]["statusCode"], "error" in told["simages"]) == (500, True)
    assert "error" in told["openai"]
    assert {service: server.charged(service) for service in SERVICES} == before


def test_records_out_of_order_missing_or_failed(
    server: RecognitionServer, customer: Customer
) -> None:
    usual = customer.ask("ximilar").json()["records"]
    before = server.charged("ximilar")
    server.fault("records-shuffled", times=1)
    assert customer.ask("ximilar").json()["records"] == usual[::-1]
    server.fault("record-missing", times=1)
    some = customer.ask("ximilar").json()["records"]
    assert len(some) == 2
    assert all(record in usual for record in some)
    assert (server.charged("ximilar") - before).total() == 6
    server.fault("record-failed", times=1)
    told = {r["_id"]: r["_status"]["code"] for r in customer.ask("ximilar").json()["records"]}
    assert sorted(told.values()) == [200, 200, 500]
    assert (server.charged("ximilar") - before).total() == 8
    (failed,) = (int(name) for name, code in told.items() if code == 500)
    digest = sha256(SAMPLES[failed].data).hexdigest()
    assert (server.charged("ximilar") - before)[digest] == 2


def test_a_model_that_chatters_breaks_off_or_says_nothing(
    server: RecognitionServer, customer: Customer
) -> None:
    def said() -> str:
        return str(customer.ask("openai").json()["choices"][0]["message"]["content"])

    usual = said()
    server.fault("chatter", times=1)
    chatty = said()
    assert usual in chatty
    assert not chatty.startswith("{")
    server.fault("half-json", times=1)
    assert said() == usual[: len(usual) * 2 // 3]
    server.fault("no-choices", times=1)
    assert customer.ask("openai").json()["choices"] == []


def test_an_endless_answer_ends_when_the_client_has_enough(
    server: RecognitionServer, client: httpx.Client
) -> None:
    server.fault("endless", times=1)
    read = 0
    asked = {"headers": {"x-api-key": "key"}, "json": {"text": "a cat"}}
    with client.stream("POST", "/simages", **asked) as answer:  # type: ignore[arg-type] # as httpx takes them
        for block in answer.iter_raw():
            read += len(block)
            if read > 5_000_000:
                break
    assert read > 5_000_000
    assert client.post("/simages", **asked).status_code == 200  # type: ignore[arg-type] # as httpx takes them


def test_a_service_that_hangs_lets_the_client_give_up(
    server: RecognitionServer, customer: Customer
) -> None:
    server.fault("hang", times=1)
    with pytest.raises(httpx.ReadTimeout):
        customer.ask("everypixel", timeout=0.2)
    assert customer.ask("everypixel").status_code == 200


def test_a_redirect_leads_to_another_host_which_notes_what_came_along(
    server: RecognitionServer, customer: Customer
) -> None:
    server.fault("redirect", times=1)
    answer = customer.ask("everypixel")
    assert answer.status_code == 307
    assert answer.headers["Location"].startswith("http://localhost:")
    assert server.asked("elsewhere") == []
    httpx.get(answer.headers["Location"], trust_env=False)
    httpx.get(answer.headers["Location"], trust_env=False, headers=KEY)
    without, with_it = server.asked("elsewhere")
    assert without["why"] == "followed a redirect without what it had"
    assert with_it["why"] == "followed a redirect with what it had"
