"""`tagbridge imagerecognize cache`, with a far end of the test."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs

import httpx
import pytest

import tagbridge_imagerecognize
from tagbridge_hooks import AccountError, ConfigError, TransientError
from tagbridge_hooks.testing import LentContext
from tagbridge_imagerecognize import ImagerecognizeSettings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tagbridge_hooks import ProviderSettings, Rendition
    from tests.fixtures.recognition import RecognitionServer

T = TypeVar("T")

CAR = {"name": "Car", "confidence": 99.87, "coordinates": [{"x": 0.35, "y": 0.88}]}
TEXT = {"name": "STOP\x1b[2J"}


class Lent:
    """A `CommandContext` whose client ends at the test."""

    def __init__(self, client: httpx.AsyncClient, **table: object) -> None:
        self.client = client
        self._table = table

    def settings(self, provider: str) -> ProviderSettings:
        assert provider == "imagerecognize"
        if not self._table:
            raise ConfigError("providers.imagerecognize is not configured")
        return ImagerecognizeSettings.model_validate(self._table)

    async def render(self, path: Path, max_edge: int) -> Rendition:
        raise NotImplementedError

    async def ask(self, provider: str, about: str, question: Callable[[Any], Awaitable[T]]) -> T:
        raise NotImplementedError


def run(lent: Lent, *arguments: str) -> int:
    (command,) = tagbridge_imagerecognize.tagbridge_register_commands()
    assert command.name == "cache"

    async def done() -> int:
        async with lent.client:
            return await command.run(arguments, lent)

    return asyncio.run(done())


def told(objects: object, *arguments: str, status: int = 200) -> tuple[int, list[httpx.Request]]:
    """Run the command against a service that has these results; return also what it was asked."""
    requests: list[httpx.Request] = []

    def far_end(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        data = {"error": 0, "type": "cache", "objects": objects, "quota": 7}
        return httpx.Response(200, json={"status": status, "message": "Success", "data": data})

    client = httpx.AsyncClient(transport=httpx.MockTransport(far_end))
    return run(Lent(client, api_key="open-sesame"), *arguments), requests


def test_it_asks_with_the_key_in_a_form_and_for_nothing() -> None:
    status, (request,) = told([CAR])
    assert status == 0
    assert (request.method, str(request.url)) == ("POST", "https://imagerecognize.com/api/v2/")
    assert parse_qs(request.content.decode()) == {"apikey": ["open-sesame"], "type": ["cache"]}
    assert request.extensions["tagbridge"] == "free"


@pytest.mark.parametrize(
    ("objects", "lines"),
    [
        pytest.param([CAR, TEXT], ["1.00  Car", "   ?  STOP [2J"], id="findings"),
        pytest.param(
            [{"type": "objects", "objects": [CAR]}, {"type": "detect_text", "objects": [TEXT]}],
            ["1.00  Car  (objects)", "   ?  STOP [2J  (detect_text)"],
            id="results with their types",
        ),
        pytest.param(
            {"17": {"status": 200, "data": {"type": "objects", "objects": [CAR]}}},
            ["1.00  Car  (objects)"],
            id="whole answers by number",
        ),
        pytest.param([], ["imagerecognize: no earlier results"], id="none"),
    ],
)
def test_what_can_be_understood_is_printed(
    capsys: pytest.CaptureFixture[str], objects: object, lines: list[str]
) -> None:
    assert told(objects)[0] == 0
    assert capsys.readouterr().out.splitlines() == lines


def test_json_is_an_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert told([{"type": "objects", "objects": [CAR, TEXT]}], "--json")[0] == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {"type": "objects", "name": "Car", "confidence": 0.9987}
    assert second["confidence"] is None
    assert told([], "--json")[0] == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("objects", [None, 7, "Car", ["Car"], {}, [[[[[[[CAR]]]]]]]])
def test_another_form_is_told_politely(capsys: pytest.CaptureFixture[str], objects: object) -> None:
    assert told(objects)[0] == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "a form that is not known" in said.err


def test_a_refusal_is_told() -> None:
    with pytest.raises(AccountError, match="api_key is wrong"):
        told([], status=401)
    with pytest.raises(ConfigError):
        run(Lent(httpx.AsyncClient()))


def test_a_dead_network_is_told_without_the_address() -> None:
    with pytest.raises(TransientError, match=r"^imagerecognize: no connection \(ConnectError\)$"):
        run(Lent(LentContext().client, api_key="open-sesame"))


def test_wrong_usage_and_help_ask_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert told([CAR], "everything") == (2, [])
    assert told([CAR], "--help") == (0, [])
    assert "tagbridge imagerecognize cache" in capsys.readouterr().out


def test_the_strict_service_takes_it(
    recognition_server: Callable[..., RecognitionServer], capsys: pytest.CaptureFixture[str]
) -> None:
    server = recognition_server()
    address = f"{server.url}/imagerecognize/api/v2/"
    client = httpx.AsyncClient(trust_env=False)
    assert run(Lent(client, api_key="open-sesame", base_url=address)) == 0
    assert "no earlier results" in capsys.readouterr().out
    (note,) = server.asked("imagerecognize")
    assert (note["kind"], note["status"]) == ("cache", 200)
