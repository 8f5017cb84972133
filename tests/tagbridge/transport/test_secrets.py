"""A key goes to the service it is for, and nowhere else."""

from __future__ import annotations

import json
import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from pydantic import SecretStr

from tagbridge.choosing import terms_of
from tagbridge.config import Settings
from tagbridge.ledger.terms import CallKey, Terms
from tagbridge.recognize import Recognizer
from tagbridge.transport.masking import without_secrets
from tagbridge.transport.orders import Order
from tagbridge_hooks import (
    FREE,
    AccountError,
    Asset,
    Capability,
    ProviderInfo,
    ProviderSettings,
    Recognition,
    Rendition,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge.lending import Lending
    from tagbridge.questions import Answer
    from tests.tagbridge.transport.conftest import Asking, Service

CANARY = 'canary/7f3a+Zß"q=='
SPELLINGS = (
    CANARY,
    json.dumps(CANARY)[1:-1],
    quote(CANARY, safe=""),
    quote_plus(CANARY),
    "canary/7f3a",
    "canary%2F7f3a",
)
WAYS: dict[str, dict[str, Any]] = {
    "header": {"headers": {"Authorization": quote(CANARY)}, "content": b"?"},
    "field": {"data": {"key": CANARY}},
    "query": {"params": {"key": CANARY}, "content": b"?"},
    "json": {"json": {"key": CANARY}},
    "form with a file": {"data": {"key": CANARY}, "files": {"data": b"picture"}},
}


def leaks(text: bytes) -> list[str]:
    return [spelling for spelling in SPELLINGS if spelling.encode() in text]


@pytest.mark.parametrize("status", [200, 401])
@pytest.mark.parametrize("way", WAYS)
def test_a_key_is_nowhere_but_with_the_service(
    *,
    way: str,
    status: int,
    asking: Asking,
    service: Service,
    state: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not even when the service repeats all that it was sent."""
    caplog.set_level(logging.DEBUG)
    picture = f"{way} {status}"
    question = asking.question(picture, (CANARY,))
    url = f"{service.url}/echo/{status}"

    heard = asking.run(asking.hear(url, question, picture, **WAYS[way]))

    assert heard.status == status
    assert picture in service.pictures
    assert not leaks(heard.response.content)
    pid = asking.courier.pid
    assert not leaks(Path(f"/proc/{pid}/cmdline").read_bytes())
    assert not leaks(Path(f"/proc/{pid}/environ").read_bytes())
    for file in (entry for entry in state.rglob("*") if entry.is_file()):
        assert not leaks(file.read_bytes())
    asking.run(asking.courier.aclose())
    assert not leaks((state / "state.sqlite3").read_bytes())
    assert not leaks(caplog.text.encode())


@pytest.mark.parametrize("way", WAYS)
def test_a_key_is_in_no_error(
    way: str, asking: Asking, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    picture = f"{way} error"
    question = asking.question(picture, (CANARY,))

    heard = asking.run(asking.hear(f"{service.url}/closed", question, picture, **WAYS[way]))

    assert heard.error is not None
    for text in (str(heard.error), repr(heard.error), repr(heard.question.calls), caplog.text):
        assert not leaks(text.encode())


@pytest.mark.parametrize("way", ["paid", "free"])
def test_a_key_that_no_header_can_hold_is_in_no_error(
    way: str, asking: Asking, service: Service
) -> None:
    request = {"headers": {"X-Key": f"{CANARY[:11]}\n"}, "content": b"?"}
    more = {"extensions": FREE} if way == "free" else {}
    question = asking.question(way, (CANARY[:11],))

    heard = asking.run(asking.hear(f"{service.url}/ok", question, way, **request, **more))

    assert type(heard.error) is httpx.LocalProtocolError
    assert not leaks("".join(traceback.format_exception(heard.error)).encode())


def test_a_key_in_our_environment_is_not_in_that_of_the_courier(
    asking: Asking, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAGBRIDGE_PROVIDERS__KNOWN__KEY", CANARY)
    monkeypatch.setenv("HTTP_PROXY", "")
    asking.ask(f"{service.url}/ok", "environment")

    environment = Path(f"/proc/{asking.courier.pid}/environ").read_bytes()

    assert environment
    assert b"TAGBRIDGE" not in environment
    assert not leaks(environment)


@pytest.mark.parametrize("spelling", SPELLINGS[:4])
def test_what_a_service_repeats_has_a_star_for_each_key(spelling: str) -> None:
    assert without_secrets(f"your key {spelling} is wrong".encode(), (CANARY,)) == (
        b"your key * is wrong"
    )


def test_what_is_too_short_for_a_key_is_left_in_an_answer() -> None:
    assert without_secrets(b"a cat", ("cat", "")) == b"a cat"


def order() -> Order:
    return Order(
        key=CallKey(identity="", media_type="", provider="known", fingerprint=bytes(16)),
        terms=Terms(provider="known"),
        method="POST",
        url=f"https://known.example/?key={quote(CANARY)}",
        headers=(("X-Key", CANARY),),
        secrets=(CANARY,),
        body=CANARY.encode(),
    )


def test_no_order_letter_or_question_shows_a_key(asking: Asking) -> None:
    question = asking.question(CANARY, (CANARY,))
    shown = [repr(order()), repr(order().to_letter()), repr(question), str(asking.courier)]

    assert [leaks(text.encode()) for text in shown] == [[], [], [], []]
    assert Order.from_letter(order().to_letter()) == order()


class KnownSettings(ProviderSettings):
    """Settings with a key."""

    key: SecretStr


class Clumsy:
    """A provider that fails with words that hold its key."""

    def __init__(self, settings: KnownSettings, _context: object) -> None:
        self._key = settings.key.get_secret_value()

    async def recognize(self, _rendition: Rendition) -> Recognition:
        raise ValueError(f"https://known.example/?key={self._key}")

    async def aclose(self) -> None:
        raise ValueError(self._key)


@pytest.fixture
def clumsy(lending: Lending, asking: Asking) -> Callable[..., tuple[Recognizer, Answer]]:
    """Return a function that asks a provider which repeats its key in what it raises."""

    def ask(opened: Callable[..., Any]) -> tuple[Recognizer, Answer]:
        info = ProviderInfo(
            name="known",
            title="",
            homepage="",
            capabilities=frozenset({Capability.KEYWORDS}),
            open=opened,
            settings=KnownSettings,
        )
        own = KnownSettings(key=SecretStr(CANARY))
        recognizer = Recognizer(info, own, terms_of(info, own, Settings()), lending)
        asset = Asset(
            path=Path("a"), media_type="image/jpeg", size=1, mtime_ns=1, identity="ab" * 32
        )
        picture = Rendition(data=b"?", media_type="image/jpeg", width=1, height=1)
        answer = asking.run(recognizer.ask(asset, picture))
        asking.run(recognizer.aclose())
        return recognizer, answer

    return ask


def test_the_fault_of_a_plugin_is_logged_without_its_words(
    clumsy: Callable[..., tuple[Recognizer, Answer]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    recognizer, answer = clumsy(Clumsy)

    assert "known failed (ValueError)" in caplog.text
    assert "in recognize" in caplog.text
    for text in (str(answer.error), repr(answer), repr(recognizer), caplog.text):
        assert not leaks(text.encode())


class Talkative(Clumsy):
    async def recognize(self, _rendition: Rendition) -> Recognition:
        raise AccountError(f"the key {self._key} is not known at /?key={quote(self._key)}")


def test_what_a_provider_says_of_its_failure_is_told_without_the_key(
    clumsy: Callable[..., tuple[Recognizer, Answer]], caplog: pytest.LogCaptureFixture
) -> None:
    _, answer = clumsy(Talkative)

    assert str(answer.error) == "the key * is not known at /?key=*"
    assert "the key * is not known" in caplog.text
    assert not leaks(caplog.text.encode())
