"""The tokens of Everypixel: client credentials, one token alive at a time, for an hour."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.forms import FormError, read_form
from tests.servers.wire import Answer, RefusedError
from tests.servers.words import identifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.visits import Visit
    from tests.servers.wire import Request

HOUR = 3600.0


@dataclass(slots=True, kw_only=True)
class Tokens:
    """The token that is alive: a new one kills the one before.

    Attributes:
        seconds: How long a token lives.
        issued: How many there were.
        alive: The last one, until it is ended.
        until: When it dies, in monotonic seconds.
    """

    seconds: float = HOUR
    issued: int = 0
    alive: str = ""
    until: float = 0.0

    def is_alive(self, token: str, now: float) -> bool:
        """Say whether this is the one valid token."""
        return bool(token) and token == self.alive and now < self.until

    def end(self) -> None:
        """Let the living token expire now."""
        self.alive = ""

    def issue(self, visit: Visit, is_client: Callable[[str, str], bool]) -> Answer:
        """Give a client a new token."""
        asked = _asked(visit.request)
        if asked.get("grant_type") != "client_credentials":
            raise _refused(400, "unsupported_grant_type")
        if not is_client(asked.get("client_id", ""), asked.get("client_secret", "")):
            raise _refused(401, "invalid_client")
        self.issued += 1
        self.alive = identifier("token", str(self.issued))
        self.until = visit.at + self.seconds
        return Answer(
            body={"access_token": self.alive, "token_type": "Bearer", "scope": "keywording"}
        )


def _asked(request: Request) -> dict[str, str]:
    """Return the fields of a request: in its address, its form, and as Basic."""
    if request.method not in {"GET", "POST"}:
        raise _refused(405, "invalid_request")
    asked = request.parameters
    if request.method == "POST" and request.body:
        try:
            asked += [(part.name, part.text) for part in read_form(request)]
        except FormError as error:
            raise _refused(400, "invalid_request") from error
    scheme, _, encoded = (request.headers["Authorization"] or "").partition(" ")
    if scheme == "Basic":
        asked += _pair(encoded)
    if len(dict(asked)) < len(asked):
        raise _refused(400, "invalid_request")
    return dict(asked)


def _pair(encoded: str) -> list[tuple[str, str]]:
    try:
        client_id, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return []
    return [("client_id", client_id), ("client_secret", secret)]


def _refused(status: int, error: str) -> RefusedError:
    return RefusedError(error, Answer(status=status, body={"error": error}))
