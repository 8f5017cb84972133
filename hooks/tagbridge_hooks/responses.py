"""Turn an HTTP response into JSON or into the error that says what to do.

These follow what most services mean by a status. A service that means something else by one of
them (Everypixel's 429 is a used-up allowance) checks that status first.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tagbridge_hooks.errors import (
    AccountError,
    MalformedAnswerError,
    QuotaError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from tagbridge_hooks.values import confidence_of

if TYPE_CHECKING:
    from datetime import datetime

    import httpx

__all__ = ["check_status", "confidence_of", "json_of", "next_day", "read_json", "retry_after"]

_ACCOUNT = frozenset({401, 403, 404, 405, 410})
_QUOTA = 402
_RATE = 429
_CLIENT_ERRORS = range(400, 500)
_SUCCESS = range(200, 300)
_REDIRECTS = range(300, 400)


def retry_after(response: httpx.Response) -> float | None:
    """Return the seconds that a response asks to wait (RFC 9110, 10.2.3), or None.

    The form with a date is treated as absent: clocks differ, and the caller backs off anyway.
    """
    try:
        seconds = float(response.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if 0.0 <= seconds < float("inf") else None


def check_status(response: httpx.Response, provider: str, status: int | None = None) -> None:
    """Raise the error that the status of a response stands for; return for 2xx.

    Args:
        response: The response.
        provider: Begins the message.
        status: The one that counts, where the service states another one in the JSON.

    Raises:
        AccountError: 3xx, 401, 403, 404, 405, 410: key, address or account is wrong. A redirect
            is not followed, because it would carry the key to another address.
        QuotaError: 402: the allowance is used up.
        RateLimitedError: 429.
        RejectedError: Any other 4xx: this picture will not work here.
        TransientError: Everything else.
    """
    status = response.status_code if status is None else status
    if status in _SUCCESS:
        return
    message = f"{provider}: HTTP {status}"
    if status in _ACCOUNT or status in _REDIRECTS:
        raise AccountError(message)
    if status == _QUOTA:
        raise QuotaError(message)
    if status == _RATE:
        raise RateLimitedError(message, retry_after=retry_after(response))
    if status in _CLIENT_ERRORS and status != 408:  # noqa: PLR2004 - 408 is a timeout
        raise RejectedError(message)
    raise TransientError(message)


def read_json(response: httpx.Response, provider: str) -> Any:  # noqa: ANN401 - JSON is anything
    """Return the JSON of a successful response, whatever its Content-Type claims.

    Raises:
        MalformedAnswerError: The body is not UTF-8 JSON (a maintenance page, a cut text), or is
            nested so deeply that it cannot be read.
        ProviderError: See `check_status`.
    """
    check_status(response, provider)
    try:
        return json.loads(response.content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise MalformedAnswerError(f"{provider}: the answer is not JSON") from error


def json_of(response: httpx.Response) -> Any:  # noqa: ANN401 - JSON is anything
    """Return the JSON of a response of any status, refusals included; None when it is none."""
    try:
        return json.loads(response.content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def next_day(now: datetime) -> datetime:
    """Return the next midnight of UTC, for an allowance a day; `now` is in UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
