"""What Ximilar and Vize have in common: the header with the key, refusals, JSON objects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.servers.wire import Answer, RefusedError

if TYPE_CHECKING:
    from tests.servers.visits import Visit
    from tests.servers.wire import Request

WAIT = 1  # seconds to wait after too many requests


def refused(status: int, why: str, **headers: str) -> RefusedError:
    """Return a refusal as the framework behind both words it."""
    return RefusedError(why, Answer(status=status, body={"detail": why}, headers=headers))


def check_caller(visit: Visit) -> None:
    """Refuse whoever sends no key, a wrong one, or too many requests."""
    scheme, _, key = (visit.request.headers["Authorization"] or "").partition(" ")
    if scheme != "Token" or not key:
        raise refused(401, "Authentication credentials were not provided.")
    if not visit.account.is_key(key):
        raise refused(401, "Invalid token.")
    if excess := visit.account.excess(visit.at):
        raise refused(429, excess, **{"Retry-After": str(WAIT)})


def check_allowance(visit: Visit, pictures: int) -> None:
    """Refuse what the credits do not reach for; none are left when some are missing."""
    if visit.account.lacks(pictures):
        raise refused(402, "No credits left.")


def check_method(request: Request, *allowed: str) -> None:
    """Refuse another method."""
    if request.method not in allowed:
        raise refused(405, f'Method "{request.method}" not allowed.')


def check_parameters(request: Request, *allowed: str) -> dict[str, str]:
    """Return the parameters in the address; refuse what is not documented or given twice."""
    given = dict(request.parameters)
    if len(given) < len(request.parameters) or set(given) - set(allowed):
        raise refused(400, "unknown or repeated parameter in the address")
    return given


def read_object(request: Request) -> dict[str, Any]:
    """Return the JSON object of the body."""
    if request.headers.get_content_type() != "application/json":
        raise refused(415, f'Unsupported media type "{request.headers.get_content_type()}"')
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise refused(400, "JSON parse error") from error
    if not isinstance(body, dict):
        raise refused(400, "the body must be an object")
    return body
