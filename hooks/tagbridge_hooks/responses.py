"""Turn an HTTP response into JSON or into the error that says what to do.

These follow what most services mean by a status. A service that means something else by one of
them (Everypixel's 429 is a used-up allowance) checks that status first.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from tagbridge_hooks.errors import (
    AccountError,
    MalformedAnswerError,
    QuotaError,
    RateLimitedError,
    RejectedError,
    TransientError,
)

if TYPE_CHECKING:
    import httpx

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


def check_status(response: httpx.Response, provider: str) -> None:
    """Raise the error that the status of a response stands for; return for 2xx.

    Raises:
        AccountError: 3xx, 401, 403, 404, 405, 410: key, address or account is wrong. A redirect
            is not followed, because it would carry the key to another address.
        QuotaError: 402: the allowance is used up.
        RateLimitedError: 429.
        RejectedError: Any other 4xx: this picture will not work here.
        TransientError: Everything else.
    """
    status = response.status_code
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


def confidence_of(value: object, full: float = 1.0) -> float | None:
    """Return a service's score as a confidence from 0 to 1; None when it gives no number.

    Text that is a number counts as one. What lies outside of the scale is cut to it.

    Args:
        value: The score, as it stands in the JSON.
        full: What stands for certainty: 1, or 100 for percent.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        fraction = float(value) / full
    except (ValueError, OverflowError):
        return None
    return min(1.0, max(0.0, fraction)) if math.isfinite(fraction) else None
