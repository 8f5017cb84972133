"""What the answers of simages mean: the statuses, and the JSON that is text inside of JSON.

Nothing that the service sent is repeated in a message as it stands: it is a stranger's text.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tagbridge_hooks import (
    AccountError,
    MalformedAnswerError,
    QuotaError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from tagbridge_hooks.responses import next_day, read_json, retry_after
from tagbridge_hooks.values import code_of

if TYPE_CHECKING:
    import httpx

Json = dict[str, Any]

_SUCCESS = range(200, 300)
_CLIENT_ERRORS = range(400, 500)


def read_answer(response: httpx.Response) -> Json:
    """Return what an answer says, if both of its statuses say that it succeeded.

    Raises:
        AccountError: 401, 403: the key is missing or wrong. 3xx, 404: the address is.
        QuotaError: 402: the free requests of the day are used up.
        RejectedError: 400 and any other 4xx: the picture.
        RateLimitedError: 429.
        TransientError: Everything else.
        MalformedAnswerError: It has another form, or an error in spite of its statuses.
    """
    _check(response.status_code, response)
    answer = read_json(response, "simages")
    if not isinstance(answer, dict):
        raise MalformedAnswerError("simages: the answer has another form")
    code = code_of(answer.get("statusCode"))
    if code is None:
        raise MalformedAnswerError("simages: the answer does not say whether it succeeded")
    _check(code, response)
    if answer.get("error"):
        raise MalformedAnswerError("simages: the answer has an error and says that it succeeded")
    return _parsed(answer.get("body"))


def _parsed(body: object) -> Json:
    """Return the body, which is documented as text; an object is as good."""
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise MalformedAnswerError("simages: the body is not JSON") from error
    if not isinstance(body, dict):
        raise MalformedAnswerError("simages: the answer has no body")
    return body


def _check(code: int, response: httpx.Response) -> None:
    if code in _SUCCESS:
        return
    said = f"simages: status {code}"
    match code:
        case 401 | 403:
            raise AccountError(f"{said}, providers.simages.api_key is wrong")
        case 402:
            # The allowance is "per day"; of which time zone, the service does not say.
            message = f"{said}, the free requests of the day are used up"
            raise QuotaError(message, resets_at=next_day(datetime.now(UTC)))
        case 408:
            raise TransientError(said)
        case 429:
            raise RateLimitedError(said, retry_after=retry_after(response))
    if code in {404, 405, 410} or 300 <= code < 400:  # noqa: PLR2004 - a redirect
        raise AccountError(f"{said}; is providers.simages.base_url right?")
    raise RejectedError(said) if code in _CLIENT_ERRORS else TransientError(said)
