"""What the statuses in an answer of Ximilar mean: of the request, of its envelope, of the record.

Nothing that the service sent is repeated in a message as it stands: it is a stranger's text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tagbridge_hooks import (
    AccountError,
    MalformedAnswerError,
    ProviderError,
    QuotaError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from tagbridge_hooks.responses import json_of, read_json, retry_after
from tagbridge_hooks.values import code_of, field_of

if TYPE_CHECKING:
    import httpx

Json = dict[str, Any]
# Makes the error for a status that refuses something, from it and from how it was said.
Refusal = Callable[[int, str], ProviderError]

_SUCCESS = range(200, 300)
_REDIRECTS = range(300, 400)
_CLIENT_ERRORS = range(400, 500)


def about_setting(name: str) -> Refusal:
    """Return what a refusal of a whole request means, which may be about several pictures."""

    def refusal(_code: int, said: str) -> ProviderError:
        return AccountError(f"{said}, it refuses the request; is providers.ximilar.{name} right?")

    return refusal


def about_picture(_code: int, said: str) -> ProviderError:
    """Return what a refusal of the one picture of a request means."""
    return RejectedError(said)


def read_record(response: httpx.Response, setting: str) -> Json:
    """Return the record of the one picture that was asked about.

    Its own status decides: the others speak of all pictures that were sent together.

    Args:
        response: The answer, of any status.
        setting: The key that a refusal of the whole request is about.

    Raises:
        RejectedError: The record has a 4xx that is not about the account.
        MalformedAnswerError: There is not exactly one record, or it does not tell its status, or
            another status contradicts it.
        ProviderError: See `read_answer`.
    """
    record = _only_record(response)
    code = code_of(field_of(field_of(record, "_status"), "code"))
    if code is not None:
        _check(code, "the picture's status", response, about_picture)
    read_answer(response, about_setting(setting) if code is None else _contradiction)
    if record is None:
        raise MalformedAnswerError("ximilar: the answer does not have the one record that was sent")
    if code is None:
        raise MalformedAnswerError("ximilar: the record does not say whether it succeeded")
    return record


def read_answer(response: httpx.Response, refusal: Refusal) -> Json:
    """Return the JSON of an answer that says in both places that it succeeded.

    Args:
        response: The answer, of any status.
        refusal: What a 4xx means that is not about account, credits or rate.

    Raises:
        AccountError: 401, 403: token or access is wrong; 3xx: the address.
        QuotaError: 402: no credits are left.
        RateLimitedError: 429.
        ProviderError: Any other 4xx: see `refusal`.
        TransientError: Everything else.
        MalformedAnswerError: It is not JSON, or does not tell its status.
    """
    _check(response.status_code, "HTTP", response, refusal)
    answer = read_json(response, "ximilar")
    code = code_of(field_of(field_of(answer, "status"), "code"))
    if code is None:
        raise MalformedAnswerError("ximilar: the answer does not say whether it succeeded")
    _check(code, "status", response, refusal)
    return dict(answer)


def _check(code: int, where: str, response: httpx.Response, refusal: Refusal) -> None:
    if code in _SUCCESS:
        return
    said = f"ximilar: {where} {code}"
    match code:
        case 401:
            raise AccountError(f"{said}, providers.ximilar.api_token is wrong")
        case 402:
            raise QuotaError(f"{said}, no credits are left")
        case 403:
            raise AccountError(f"{said}, the account has no access to this service, or no credits")
        case 408:
            raise TransientError(said)
        case 429:
            raise RateLimitedError(said, retry_after=retry_after(response))
    if code in _REDIRECTS:
        raise AccountError(f"{said}, a redirect; is providers.ximilar.base_url right?")
    raise refusal(code, said) if code in _CLIENT_ERRORS else TransientError(said)


def _contradiction(_code: int, said: str) -> ProviderError:
    return MalformedAnswerError(f"{said}, though the picture's status is a success")


def _only_record(response: httpx.Response) -> Json | None:
    """Return the record of an answer of any status; None when there is not exactly one."""
    match field_of(json_of(response), "records"):
        case [dict() as record]:
            return record
    return None
