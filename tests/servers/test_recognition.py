"""The services of the tests are as strict as the real one, and remember what they were asked."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROGRAM = Path(__file__).with_name("recognition.py")
PICTURE = SAMPLES[0].data
LOGIN = ("me", "open-sesame")
FORM = {"data": ("picture.jpg", PICTURE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """A running process, and a client of it."""

    process: subprocess.Popen[str]
    log: Path
    client: httpx.Client

    def ask(self, path: str = "/v1/keywords", method: str = "POST", **more: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes them
        usual: dict[str, Any] = {"files": FORM}
        usual |= {"auth": LOGIN} if path.startswith("/v1") else {"headers": {"X-Key": "key"}}
        return self.client.request(method, path, **(usual | more))

    def asked(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Services]]:
    running: list[Services] = []

    def begin(*options: str) -> Services:
        command = [sys.executable, str(PROGRAM), "--log", str(tmp_path / "log"), *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        address = f"http://127.0.0.1:{int(process.stdout.readline())}"
        client = httpx.Client(base_url=address, trust_env=False)
        running.append(Services(process=process, log=tmp_path / "log", client=client))
        return running[-1]

    yield begin
    for services in running:
        services.client.close()
        services.process.kill()
        services.process.communicate()


@pytest.fixture
def services(start: Callable[..., Services]) -> Services:
    return start()


@pytest.mark.parametrize("path", ["/v1/keywords", "/plain/keywords"])
def test_a_picture_always_gets_the_same_keywords_best_first(services: Services, path: str) -> None:
    first, again = services.ask(path), services.ask(path)
    assert (first.status_code, first.json()) == (200, again.json())
    assert first.json()["status"] == "ok"
    scores = [row["score"] for row in first.json()["keywords"]]
    assert 25 <= len(scores) <= 50
    assert scores == sorted(scores, reverse=True)


def test_the_first_keyword_tells_the_service_and_the_picture(services: Services) -> None:
    digits = sha256(PICTURE).hexdigest()[:8]
    for name in ("v1", "plain"):
        best = services.ask(f"/{name}/keywords").json()["keywords"][0]["keyword"]
        assert best == f"{name} {digits}"


def test_a_line_of_the_log_tells_each_request(services: Services) -> None:
    services.ask()
    services.ask("/plain/keywords", headers={})
    paid, refused = services.asked()
    assert paid["at"] < refused["at"]
    picture = {"picture": sha256(PICTURE).hexdigest()}
    assert paid == {"at": paid["at"], "path": "/v1/keywords", "status": 200} | picture
    why = {"status": 401, "why": "the key is wrong"} | picture
    assert refused == {"at": refused["at"], "path": "/plain/keywords"} | why


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        (400, {"files": {"data": ("picture.jpg", PICTURE[:-99])}}),
        (400, {"files": {"data": ("picture.jpg", b"")}}),
        (401, {"auth": None}),
        (401, {"auth": ("me", "")}),
        (401, {"auth": None, "headers": {"Authorization": "Basic %%%"}}),
        (404, {"path": "/v1/keyword"}),
        (405, {"method": "PUT"}),
        (422, {"method": "GET", "files": None}),
        (422, {"params": {"num_keywords": "0"}}),
        (422, {"params": {"num_keywords": "500"}}),
        (422, {"params": {"num_keywords": "few"}}),
        (422, {"params": {"threshold": "1.1"}}),
        (422, {"params": {"threshold": "nan"}}),
        (422, {"params": {"lang": "la"}}),
        (422, {"params": {"language": "de"}}),
        (422, {"params": {"lang": ["de", "en"]}}),
        (422, {"path": "/plain/keywords", "params": {"lang": "en"}}),
        (422, {"files": {"file": ("picture.jpg", PICTURE)}}),
        (422, {"files": {"data": (None, PICTURE)}}),
        (422, {"data": {"num_keywords": "5"}}),
        (422, {"files": None, "content": PICTURE}),
        (422, {"files": None, "data": {"data": "picture"}}),
    ],
)
def test_a_wrong_request_costs_nothing_and_says_why(
    services: Services, status: int, wrong: dict[str, Any]
) -> None:
    answer = services.ask(**wrong)
    assert answer.status_code == status
    assert ("detail" if status == 422 else "message") in answer.json()
    (note,) = services.asked()
    assert note["status"] == status
    assert note["why"]


def test_only_the_given_credentials_are_right(start: Callable[..., Services]) -> None:
    services = start("--client-id", LOGIN[0], "--client-secret", LOGIN[1], "--key", "key")
    assert services.ask().status_code == 200
    assert services.ask("/plain/keywords").status_code == 200
    assert services.ask(auth=("me", "guessed")).status_code == 401
    assert services.ask(auth=("you", LOGIN[1])).status_code == 401
    assert services.ask("/plain/keywords", headers={"X-Key": "guessed"}).status_code == 401


def test_the_allowance_is_counted_in_answers(start: Callable[..., Services]) -> None:
    services = start("--quota", "2")
    services.ask(auth=None)
    assert [services.ask().status_code for _ in range(3)] == [200, 200, 429]
    assert services.ask().json()["message"] == "ratelimit exceeded 2 requests per 86400 seconds"
    assert services.ask("/plain/keywords").status_code == 200


def test_more_than_the_rate_meets_a_page_of_the_gateway(start: Callable[..., Services]) -> None:
    services = start("--rate", "0.01")  # one in a hundred seconds
    hurried = [services.ask() for _ in range(2)][-1]
    assert hurried.status_code == 502
    assert hurried.headers["Content-Type"] == "text/html"
    assert "Bad Gateway" in hurried.text
    assert services.asked()[-1]["picture"] == sha256(PICTURE).hexdigest()


def test_a_service_that_died_goes_on_with_its_log_at_the_same_address(
    start: Callable[..., Services],
) -> None:
    first = start()
    first.ask()
    first.process.kill()
    first.process.wait()
    with pytest.raises(httpx.TransportError):
        first.ask()
    second = start("--port", str(first.client.base_url.port))
    second.ask()
    assert [note["status"] for note in second.asked()] == [200, 200]
