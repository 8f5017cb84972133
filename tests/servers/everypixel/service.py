"""Everypixel: `/v1/...` for pictures and videos, by Basic or by a token of `/oauth/token`."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from tests.servers.everypixel import answers
from tests.servers.everypixel.options import checked_options, out_of_bounds
from tests.servers.everypixel.sources import check_source, given_source
from tests.servers.everypixel.tokens import Tokens
from tests.servers.wire import Answer, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.visits import Visit
    from tests.servers.wire import Request

BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body></body></html>"
ANSWERS: dict[str, Callable[[str, bytes, dict[str, float]], object]] = {
    "/v1/keywords": answers.keywords,
    "/v1/video_keywords": answers.keywords,
    "/v1/faces": answers.faces,
    "/v1/quality": answers.quality,
    "/v1/quality_ugc": answers.quality_ugc,
    "/v1/image_captioning": answers.caption,
}


def refused(status: int, why: str) -> RefusedError:
    """Return a refusal as most of them look."""
    return RefusedError(why, Answer(status=status, body={"status": "error", "message": why}))


@dataclass(slots=True, kw_only=True)
class Everypixel:
    """The service, with its one client; credentials that are None may be anything."""

    client_id: str | None
    client_secret: str | None
    tokens: Tokens = field(default_factory=Tokens)
    name: str = "everypixel"
    full: int = 1

    def answer(self, visit: Visit) -> Answer:
        """Serve one request."""
        request = visit.request
        if request.path == "/oauth/token":
            return self.tokens.issue(visit, self.is_client)
        source = given_source(request)
        if source.data:
            visit.shown(source.data)  # at once: the log tells it of the refused as well
        if excess := visit.account.excess(visit.at):  # in front of all else, as a gateway is
            raise RefusedError(excess, Answer(status=502, body=BAD_GATEWAY, media_type="text/html"))
        if request.path != "/v1/auth/check" and request.path not in ANSWERS:
            raise refused(404, "no such address")
        self.check_caller(request, visit.at)
        if request.path == "/v1/auth/check":
            return self.checked(request)
        if request.method not in {"GET", "POST"}:
            raise refused(405, f"{request.method} is not allowed")
        options = checked_options(request)
        if source.fault:
            raise out_of_bounds(source.place, source.name, source.fault)
        check_source(request.path, source)
        return self.recognized(visit, source.data, options)

    def recognized(self, visit: Visit, picture: bytes, options: dict[str, float]) -> Answer:
        """Answer what was asked of a picture, and charge for it."""
        account, path = visit.account, visit.request.path
        if account.lacks(1):
            spent = f"ratelimit exceeded {account.quota} requests per 86400 seconds"
            raise refused(429, spent)
        visit.cost = 1
        return Answer(body=ANSWERS[path](sha256(picture).hexdigest(), picture, options))

    def checked(self, request: Request) -> Answer:
        """Answer the question whether the credentials are right."""
        if request.method != "GET":
            raise refused(405, f"{request.method} is not allowed")
        return Answer(body={"status": "ok"})

    def check_caller(self, request: Request, now: float) -> None:
        """Refuse whoever is neither the client by Basic nor the bearer of the living token."""
        scheme, _, text = (request.headers["Authorization"] or "").partition(" ")
        right = self.is_client(*basic(text)) if scheme == "Basic" else False
        if not (right or (scheme == "Bearer" and self.tokens.is_alive(text, now))):
            raise refused(401, "the client id, the secret or the token is wrong")

    def is_client(self, client_id: str, secret: str) -> bool:
        """Say whether these are the credentials; empty ones never are."""
        pairs = ((client_id, self.client_id), (secret, self.client_secret))
        return all(got and want in {None, got} for got, want in pairs)


def basic(encoded: str) -> tuple[str, str]:
    """Return the two credentials of a Basic header, empty where they cannot be read."""
    try:
        client_id, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return client_id, secret
