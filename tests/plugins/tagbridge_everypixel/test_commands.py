"""`tagbridge everypixel url`, with the provider and a far end of the test."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import pytest

import tagbridge_everypixel
from tagbridge_everypixel import EverypixelSettings, open_provider
from tagbridge_hooks import AccountError
from tagbridge_hooks.testing import LentContext

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tagbridge_hooks import ProviderSettings, Rendition

T = TypeVar("T")

LOGIN = {"client_id": "photographer", "client_secret": "open-sesame"}
ADDRESS = "https://images.example/photo-15?crop=entropy&cs=tinysrgb&ixid=Mnwx%3D&w=400"
KEYWORDS = [{"keyword": "lighthouse", "score": 0.96}, {"keyword": "sea\x1b[2J", "score": None}]


class Lent:
    """A `CommandContext` that asks the real provider, whose far end is the test's."""

    def __init__(self, answer: httpx.Response) -> None:
        self.requests: list[httpx.Request] = []
        self.abouts: list[str] = []

        def far_end(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            return answer

        self.client = httpx.AsyncClient(transport=httpx.MockTransport(far_end))

    def settings(self, provider: str) -> ProviderSettings:
        assert provider == "everypixel"
        return EverypixelSettings.model_validate({**LOGIN, "language": "de"})

    async def render(self, path: Path, max_edge: int) -> Rendition:
        raise NotImplementedError

    async def ask(self, provider: str, about: str, question: Callable[[Any], Awaitable[T]]) -> T:
        self.abouts.append(about)
        settings = self.settings(provider)
        assert isinstance(settings, EverypixelSettings)
        return await question(open_provider(settings, LentContext(client=self.client)))


@pytest.fixture
def lent() -> Callable[..., Lent]:
    def lend(status: int = 200, **answer: Any) -> Lent:  # noqa: ANN401 - as httpx takes it
        if not answer:
            answer = {"json": {"keywords": KEYWORDS, "status": "ok"}}
        return Lent(httpx.Response(status, **answer))

    return lend


def run(lent: Lent, *arguments: str) -> int:
    (command,) = tagbridge_everypixel.tagbridge_register_commands()
    assert command.name == "url"

    async def done() -> int:
        async with lent.client:
            return await command.run(arguments, lent)

    return asyncio.run(done())


def test_an_address_is_sent_as_one_value_and_asked_about_under_itself(
    lent: Callable[..., Lent],
) -> None:
    context = lent()
    assert run(context, ADDRESS) == 0

    (request,) = context.requests
    assert (request.method, request.url.path) == ("GET", "/v1/keywords")
    assert dict(request.url.params) == {"url": ADDRESS, "num_keywords": "50", "lang": "de"}
    assert b"url=https%3A%2F%2Fimages.example%2Fphoto-15%3Fcrop%3Dentropy%26cs" in request.url.query
    assert context.abouts == [ADDRESS]


def test_the_keywords_are_printed_and_nothing_that_moves_the_terminal(
    lent: Callable[..., Lent], capsys: pytest.CaptureFixture[str]
) -> None:
    run(lent(), ADDRESS)
    assert capsys.readouterr().out.splitlines() == [
        ADDRESS,
        "  0.96  lighthouse",
        "     ?  sea [2J",
    ]


def test_json_is_an_object_a_line(
    lent: Callable[..., Lent], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(lent(), "--json", ADDRESS, "http://other.example/") == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["url"] == ADDRESS
    assert first["keywords"][0] == {"text": "lighthouse", "confidence": 0.96}
    assert second["url"] == "http://other.example/"


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_an_address_without_a_picture_is_told_and_the_others_go_on(
    lent: Callable[..., Lent], capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    context = lent(400, json={"status": "error", "message": "Could not load image"})
    assert run(context, *options, ADDRESS, "https://other.example/") == 1
    said = "".join(capsys.readouterr())
    assert said.count("the service cannot read this picture") == 2
    assert len(context.requests) == 2


def test_wrong_credentials_end_it(lent: Callable[..., Lent]) -> None:
    context = lent(401)
    with pytest.raises(AccountError):
        run(context, ADDRESS, "https://other.example/")
    assert len(context.requests) == 1


@pytest.mark.parametrize(
    "address",
    [
        "ftp://images.example/a.jpg",
        "file:///etc/passwd",
        "images.example/a.jpg",
        "https://",
        "https://[",
        "https://images.example/a b.jpg",
        "https://images.example/a\n.jpg",
        "https://images.example/" + "a" * 2083,
    ],
)
def test_an_address_that_the_service_would_refuse_is_not_sent(
    lent: Callable[..., Lent], capsys: pytest.CaptureFixture[str], address: str
) -> None:
    context = lent()
    assert run(context, ADDRESS, address) == 2
    assert "an address " in capsys.readouterr().err
    assert not context.requests


def test_the_longest_address_is_sent(lent: Callable[..., Lent]) -> None:
    context = lent()
    assert run(context, "https://images.example/".ljust(2083, "a")) == 0
    assert len(context.requests) == 1


def test_help_says_what_it_does(
    lent: Callable[..., Lent], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(lent(), "--help") == 0
    assert "tagbridge everypixel url" in capsys.readouterr().out
