"""How the account is shown to the service: with each request, or by a token."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import httpx
import pytest

from tagbridge_everypixel import EverypixelSettings, open_provider
from tagbridge_hooks import AccountError, ProviderError, QuotaError, TransientError
from tagbridge_hooks.testing import SAMPLES, LentContext

LOGIN = {"client_id": "photographer", "client_secret": "open-sesame"}
PAIR = "Basic " + b64encode(b"photographer:open-sesame").decode()
TABLE = {**LOGIN, "auth": "oauth2", "services": ["keywords", "quality"]}
ANSWERS = {
    "/v1/keywords": {"keywords": [{"keyword": "sea", "score": 0.9}], "status": "ok"},
    "/v1/quality": {"quality": {"score": 0.6}, "status": "ok"},
}


@dataclass(slots=True)
class FarEnd:
    """The service with its tokens; only the latest is valid, unless it has expired."""

    expired: frozenset[str] = frozenset()
    granted: list[str] = field(default_factory=list)
    tokens: list[httpx.Request] = field(default_factory=list)
    asked: list[httpx.Request] = field(default_factory=list)
    instead: httpx.Response | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            return self.token(request)
        self.asked.append(request)
        scheme, token = request.headers["Authorization"].split(" ")
        if scheme != "Bearer" or token != self.granted[-1] or token in self.expired:
            return httpx.Response(401, json={"message": "Unauthorized"})
        return httpx.Response(200, json=ANSWERS[request.url.path])

    def token(self, request: httpx.Request) -> httpx.Response:
        self.tokens.append(request)
        if self.instead is not None:
            return self.instead
        self.granted.append(f"token-{len(self.granted)}")
        granted = {"access_token": self.granted[-1], "token_type": "Bearer", "scope": "keywording"}
        return httpx.Response(200, json=granted)


def shown(far_end: FarEnd, times: int = 1, at_once: int = 1) -> None:
    """Show a picture so often, so many at a time, to one open provider."""

    async def show() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(far_end)) as client:
            settings = EverypixelSettings.model_validate(TABLE)
            provider = open_provider(settings, LentContext(client=client))
            for _ in range(times):
                await asyncio.gather(*(provider.recognize(SAMPLES[0]) for _ in range(at_once)))

    asyncio.run(show())


@pytest.fixture
def far_end() -> FarEnd:
    return FarEnd()


def test_a_token_is_fetched_once_at_the_root_of_the_host(far_end: FarEnd) -> None:
    shown(far_end, times=3)

    (request,) = far_end.tokens
    assert (request.method, str(request.url)) == ("POST", "https://api.everypixel.com/oauth/token")
    assert request.headers["Authorization"] == PAIR
    assert parse_qs(request.content.decode()) == {"grant_type": ["client_credentials"]}
    assert request.extensions["tagbridge"] == "free"
    assert {r.headers["Authorization"] for r in far_end.asked} == {"Bearer token-0"}
    assert len(far_end.asked) == 6


def test_an_expired_token_is_replaced_once_for_all_who_meet_it(far_end: FarEnd) -> None:
    far_end.expired = frozenset({"token-0"})
    shown(far_end, at_once=3)

    assert far_end.granted == ["token-0", "token-1"]
    bearers = [request.headers["Authorization"] for request in far_end.asked]
    assert bearers.count("Bearer token-1") == 6
    assert bearers.count("Bearer token-0") == len(bearers) - 6 > 0


def test_a_new_token_that_is_refused_as_well_is_a_fault_of_the_account(far_end: FarEnd) -> None:
    far_end.expired = frozenset({"token-0", "token-1"})
    with pytest.raises(AccountError, match="HTTP 401"):
        shown(far_end)
    assert len(far_end.asked) == 4  # two services, each with the old token and the new one


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(400, json={"error": "invalid_client"}), AccountError),
        (httpx.Response(401, json={"error": "invalid_client"}), AccountError),
        (httpx.Response(403), AccountError),
        (httpx.Response(404), AccountError),
        (httpx.Response(302, headers={"Location": "https://evil.example/"}), AccountError),
        (httpx.Response(429), QuotaError),
        (httpx.Response(502), TransientError),
        (httpx.Response(500), TransientError),
        (httpx.Response(200, text="<html>Back soon</html>"), TransientError),
        (httpx.Response(200, json=[]), TransientError),
        (httpx.Response(200, json={"access_token": None}), TransientError),
        (httpx.Response(200, json={"access_token": ""}), TransientError),
        (httpx.Response(200, json={"access_token": "two\r\nX-Lines: 1"}), TransientError),
        (httpx.Response(200, json={"access_token": "schlüssel"}), TransientError),
    ],
)
def test_without_a_token_nothing_is_asked_and_no_answer_is_blamed(
    far_end: FarEnd, answer: httpx.Response, kind: type[ProviderError]
) -> None:
    far_end.instead = answer
    with pytest.raises(ProviderError) as caught:
        shown(far_end)
    assert isinstance(caught.value, kind)
    assert caught.value.responses == ()
    assert not far_end.asked
    assert "open-sesame" not in repr(caught.value)
